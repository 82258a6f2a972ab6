package wasm2obj.codegen;

/**
 * The constant indices of a shuffle of bytes, and what they amount to. Index k says which byte comes to place k: those of the first
 * operand are 0 to 15, those of the second 16 to 31.
 *
 * <p>If both operands are the same the pattern is single: indices are below 16, and what is asked about two operands is answered for
 * two that are equal.
 *
 * <p>A size is log2 of the bytes of a lane.
 */
public final class ShufflePattern {
    private static final long BYTES = 0x0101_0101_0101_0101L;

    // Permutations of the lanes of two operands, the first's and the second's one after the other.

    /** The lower lanes of both, in turn. */
    public static final int ZIP_LOW = 0;

    /** The upper lanes of both, in turn. */
    public static final int ZIP_HIGH = 1;

    /** Every even lane. */
    public static final int UNZIP_EVEN = 2;

    /** Every odd lane. */
    public static final int UNZIP_ODD = 3;

    /** The even lanes of both, in turn. */
    public static final int TRANSPOSE_EVEN = 4;

    /** The odd lanes of both, in turn. */
    public static final int TRANSPOSE_ODD = 5;

    private final byte[] indices = new byte[16];
    private boolean isSingle;
    private boolean readsFirst;
    private boolean readsSecond;

    /** Sets the indices, below 32, the first in the lowest byte of {@code low}. */
    void set(long low, long high) {
        for (int k = 0; k < 8; k++) {
            indices[k] = (byte) (low >>> 8 * k);
            indices[k + 8] = (byte) (high >>> 8 * k);
        }
        isSingle = false;
        readsSecond = ((low | high) & 16 * BYTES) != 0;
        readsFirst = ((low & high) & 16 * BYTES) != 16 * BYTES;
    }

    /** Whether bytes of both operands are moved. */
    boolean readsBoth() {
        return readsFirst && readsSecond;
    }

    boolean readsFirst() {
        return readsFirst;
    }

    /** Makes both operands the same. */
    void unite() {
        isSingle = true;
        for (int k = 0; k < 16; k++) {
            indices[k] &= 15;
        }
    }

    /** Exchanges the operands. */
    public void exchange() {
        for (int k = 0; k < 16; k++) {
            indices[k] ^= 16;
        }
    }

    public int index(int place) {
        return indices[place];
    }

    private int mask() {
        return isSingle ? 15 : 31;
    }

    // ---- rows ----

    /** Whether the result is the row of both operands' bytes from {@code start} on. */
    public boolean isRotation(int start) {
        for (int k = 0; k < 16; k++) {
            if (indices[k] != (start + k & mask())) {
                return false;
            }
        }
        return true;
    }

    /** The number of the first operand's byte from which on the result is the row of both operands' bytes, or -1. */
    public int rotation() {
        return indices[0] < 16 && isRotation(indices[0]) ? indices[0] : -1;
    }

    /** Whether the bytes from a place up to another one are the first operand's in their places. */
    public boolean isInPlace(int from, int to) {
        for (int k = from; k < to; k++) {
            if (indices[k] != k) {
                return false;
            }
        }
        return true;
    }

    // ---- lanes ----

    /** The number of the lane that comes to a place, of the first operand's and then the second's, or -1 if that are bytes of several. */
    public int lane(int size, int place) {
        int first = indices[place << size];
        if ((first & (1 << size) - 1) != 0) {
            return -1;
        }
        for (int k = 1; k < 1 << size; k++) {
            if (indices[(place << size) + k] != first + k) {
                return -1;
            }
        }
        return first >> size;
    }

    /** The lane that comes to every place, or -1. */
    public int commonLane(int size) {
        int lane = lane(size, 0);
        for (int place = 1; place < 16 >> size; place++) {
            if (lane(size, place) != lane) {
                return -1;
            }
        }
        return lane;
    }

    /** The only place whose lane is not the first operand's in its place, or -1 if that are several, or none. */
    public int onlyChangedPlace(int size) {
        int changed = -1;
        for (int place = 0; place < 16 >> size; place++) {
            if (lane(size, place) != place) {
                if (changed >= 0) {
                    return -1;
                }
                changed = place;
            }
        }
        return changed;
    }

    /** Whether the lanes are permuted in one of the ways that have names. */
    public boolean isPermutation(int permutation, int size) {
        for (int k = 0; k < 16; k++) {
            int lane = permutedLane(permutation, k >> size, 16 >> size);
            int expected = (lane << size | k & (1 << size) - 1) & mask();
            if (indices[k] != expected) {
                return false;
            }
        }
        return true;
    }

    /** The lane, of {@code lanes} of the first operand and then those of the second one, that comes to a place. */
    private static int permutedLane(int permutation, int place, int lanes) {
        int second = (place & 1) * lanes;
        return switch (permutation) {
            case ZIP_LOW -> place / 2 + second;
            case ZIP_HIGH -> place / 2 + lanes / 2 + second;
            case UNZIP_EVEN -> 2 * place;
            case UNZIP_ODD -> 2 * place + 1;
            case TRANSPOSE_EVEN -> place - (place & 1) + second;
            default -> (place | 1) + second;
        };
    }

    // ---- blends ----

    /** Whether each byte stays in its place. */
    public boolean isBlend() {
        for (int k = 0; k < 16; k++) {
            if ((indices[k] & 15) != k) {
                return false;
            }
        }
        return true;
    }

    /** Half of a vector, from place 0 or 8 on, with ones where the first operand's bytes are taken. */
    public long blendMask(int from) {
        long mask = 0;
        for (int k = 0; k < 8; k++) {
            mask |= (indices[from + k] < 16 ? 0xffL : 0) << 8 * k;
        }
        return mask;
    }

    // ---- tables ----

    /** Half of the indices, from place 0 or 8 on, as they are. */
    public long indices(int from) {
        long packed = 0;
        for (int k = 0; k < 8; k++) {
            packed |= (long) indices[from + k] << 8 * k;
        }
        return packed;
    }

    /** The same of one operand's bytes, 0 the first or 1, counted in that operand; others have the index {@code none}. */
    public long indices(int from, int operand, int none) {
        long packed = 0;
        for (int k = 0; k < 8; k++) {
            int index = indices[from + k];
            boolean isTaken = isSingle || index >> 4 == operand;
            packed |= (long) (isTaken ? index & 15 : none) << 8 * k;
        }
        return packed;
    }
}
