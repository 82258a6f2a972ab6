package wasm2obj.isel.aarch64;

import wasm2obj.codegen.SelectionRules;
import wasm2obj.isel.aarch64.instruction.A64Vector;

/**
 * Rules for moving bytes by indices.
 *
 * <p>A shuffle of constant indices is tried as one instruction after the other, cheapest first; what none of them does is a table look-up,
 * whose indices have to be loaded. Patterns are looked for in the indices as they are and with the operands exchanged, so each is
 * written for one order only. Indices of a shuffle of one operand are below 16, and its patterns those for two with both the same.
 *
 * <p>A table of two registers must be in neighbouring ones: {@link #TABLE} and the next.
 */
final class VectorShuffleRules extends SelectionRules<Matcher> {
    private static final long BYTES = 0x0101_0101_0101_0101L;

    /** First of the two registers of a table, as the hardware numbers it. */
    private static final int TABLE = 29;

    private static final int[] PERMUTATIONS = {
        A64Vector.ZIP1,
        A64Vector.ZIP2,
        A64Vector.UZP1,
        A64Vector.UZP2,
        A64Vector.TRN1,
        A64Vector.TRN2
    };

    private final VectorBuilder vectors;
    private final WordBuilder code;
    private final byte[] indices = new byte[16];

    /** Whether both operands are the same: indices are compared modulo 16. */
    private boolean isSingle;

    VectorShuffleRules(Matcher match, VectorBuilder vectors) {
        super(match);
        this.vectors = vectors;
        code = vectors.code;
    }

    /** Indices above 15 give zero. */
    void swizzle(int i) {
        vectors.binary(i, A64Vector.tableLookup(1, 1, 0, 0, 0));
    }

    // ---- shuffle ----

    void shuffle(int i) {
        int a = function.a(i);
        int b = function.b(i);
        long low = function.imm(i);
        long high = function.vectorHigh(function.aux(i));
        boolean onlyA = ((low | high) & 16 * BYTES) == 0;
        boolean onlyB = ((low & high) & 16 * BYTES) == 16 * BYTES;
        read(low, high);
        if (onlyA || onlyB || a == b) {
            shuffleSingle(i, onlyB ? b : a);
        } else {
            shuffleTwo(i, a, b);
        }
    }

    private void read(long low, long high) {
        for (int k = 0; k < 8; k++) {
            indices[k] = (byte) (low >>> 8 * k);
            indices[k + 8] = (byte) (high >>> 8 * k);
        }
    }

    // ---- one operand ----

    private void shuffleSingle(int i, int value) {
        isSingle = true;
        for (int k = 0; k < 16; k++) {
            indices[k] &= 15;
        }
        int a = context.reg(value);
        int d = context.result(i);
        if (isRotation(0)) {
            code.move(d, a);
            return;
        }
        int word = duplicateWord();
        if (word == 0) {
            word = reverseWord();
        }
        if (word != 0) {
            code.dn(word, d, a);
        } else if (!shuffleAtOnce(d, a, a)) {
            code.dnm(A64Vector.tableLookup(1, 1, 0, 0, 0), d, a, table(0));
        }
    }

    /** {@code dup} if all lanes of some width are the same one, else 0. */
    private int duplicateWord() {
        for (int size = 3; size >= 0; size--) {
            int lane = lane(size, 0);
            boolean isSame = lane >= 0;
            for (int at = 1; at < 16 >> size && isSame; at++) {
                isSame = lane(size, at) == lane;
            }
            if (isSame) {
                return A64Vector.duplicateLane(VectorBuilder.whole(size), 0, 0, lane);
            }
        }
        return 0;
    }

    /** {@code rev} if the lanes within larger ones are in reverse order, which changes some bits of each byte's number; else 0. */
    private int reverseWord() {
        int changed = indices[0];
        for (int k = 1; k < 16; k++) {
            if ((indices[k] ^ k) != changed) {
                return 0;
            }
        }
        return switch (changed) {
            case 1 -> A64Vector.twoRegisters(A64Vector.REV16, A64Vector.B16, 0, 0);
            case 2 -> A64Vector.twoRegisters(A64Vector.REV32, A64Vector.H8, 0, 0);
            case 3 -> A64Vector.twoRegisters(A64Vector.REV32, A64Vector.B16, 0, 0);
            case 4 -> A64Vector.twoRegisters(A64Vector.REV64, A64Vector.S4, 0, 0);
            case 6 -> A64Vector.twoRegisters(A64Vector.REV64, A64Vector.H8, 0, 0);
            case 7 -> A64Vector.twoRegisters(A64Vector.REV64, A64Vector.B16, 0, 0);
            default -> 0;
        };
    }

    // ---- two operands ----

    private void shuffleTwo(int i, int first, int second) {
        isSingle = false;
        boolean firstIsZero = vectors.isZero(first);
        boolean hasZero = firstIsZero || vectors.isZero(second);
        int d = context.result(i);
        if (hasZero && extend(d, firstIsZero ? second : first, firstIsZero)) {
            return;
        }
        int a = context.reg(first);
        int b = context.reg(second);
        if (shuffleAtOnce(d, a, b)) {
            return;
        }
        exchange();
        if (shuffleAtOnce(d, b, a)) {
            return;
        }
        exchange();
        if (hasZero) {
            int value = firstIsZero ? b : a;
            int table = table(firstIsZero ? 1 : 0);
            code.dnm(A64Vector.tableLookup(1, 1, 0, 0, 0), d, value, table);
        } else if (isBlend()) {
            code.modifyNM(A64Vector.bitwise(A64Vector.BSL, 1, 0, 0, 0), d, blendMask(), a, b);
        } else {
            lookUpInBoth(d, a, b);
        }
    }

    private void exchange() {
        for (int k = 0; k < 16; k++) {
            indices[k] ^= 16;
        }
    }

    /** Lanes interleaved with those of zero: an extension. */
    private boolean extend(int d, int value, boolean zeroIsFirst) {
        if (zeroIsFirst) {
            exchange();
        }
        int word = 0;
        for (int size = 0; size < 3 && word == 0; size++) {
            if (isPermutation(A64Vector.ZIP1, size)) {
                word = A64Vector.shiftLeft(A64Vector.USHLL, size << 1, 0, 0, 0);
            } else if (isPermutation(A64Vector.ZIP2, size)) {
                word = A64Vector.shiftLeft(A64Vector.USHLL, VectorBuilder.whole(size), 0, 0, 0);
            }
        }
        if (zeroIsFirst) {
            exchange();
        }
        if (word == 0) {
            return false;
        }
        code.dn(word, d, context.reg(value));
        return true;
    }

    private boolean shuffleAtOnce(int d, int a, int b) {
        int word = permutationWord();
        if (word == 0 && indices[0] < 16 && isRotation(indices[0])) {
            word = A64Vector.extract(1, 0, 0, 0, indices[0]);
        }
        if (word != 0) {
            code.dnm(word, d, a, b);
            return true;
        }
        return insert(d, a, b);
    }

    /** Whether the result is the row of both operands' bytes from {@code start} on. */
    private boolean isRotation(int start) {
        int mask = isSingle ? 15 : 31;
        for (int k = 0; k < 16; k++) {
            if (indices[k] != (start + k & mask)) {
                return false;
            }
        }
        return true;
    }

    private int permutationWord() {
        for (int size = 0; size < 4; size++) {
            for (int op : PERMUTATIONS) {
                if (isPermutation(op, size)) {
                    return A64Vector.permute(op, VectorBuilder.whole(size), 0, 0, 0);
                }
            }
        }
        return 0;
    }

    private boolean isPermutation(int op, int size) {
        int mask = isSingle ? 15 : 31;
        for (int k = 0; k < 16; k++) {
            int lane = permutedLane(op, k >> size, 16 >> size);
            int expected = (lane << size | k & (1 << size) - 1) & mask;
            if (indices[k] != expected) {
                return false;
            }
        }
        return true;
    }

    /** The lane, of {@code lanes} of the first operand and then those of the second one, that comes to a place. */
    private static int permutedLane(int op, int place, int lanes) {
        int second = (place & 1) * lanes;
        return switch (op) {
            case A64Vector.ZIP1 -> place / 2 + second;
            case A64Vector.ZIP2 -> place / 2 + lanes / 2 + second;
            case A64Vector.UZP1 -> 2 * place;
            case A64Vector.UZP2 -> 2 * place + 1;
            case A64Vector.TRN1 -> place - (place & 1) + second;
            default -> (place | 1) + second;
        };
    }

    /** The number of the lane of 2^{@code size} bytes that comes to a place, or -1 if that are bytes of several. */
    private int lane(int size, int place) {
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

    /** {@code ins} if all lanes of some width but one are the first operand's in their places. */
    private boolean insert(int d, int a, int b) {
        for (int size = 3; size >= 0; size--) {
            int changed = -1;
            int count = 0;
            for (int place = 0; place < 16 >> size; place++) {
                if (lane(size, place) != place) {
                    changed = place;
                    count++;
                }
            }
            int lane = count == 1 ? lane(size, changed) : -1;
            if (lane >= 0) {
                int lanes = 16 >> size;
                int word = A64Vector.insertLane(size, 0, changed, 0, lane & lanes - 1);
                code.modifyN(word, d, a, lane < lanes ? a : b);
                return true;
            }
        }
        return false;
    }

    /** Whether each byte stays in its place. */
    private boolean isBlend() {
        for (int k = 0; k < 16; k++) {
            if ((indices[k] & 15) != k) {
                return false;
            }
        }
        return true;
    }

    /** Ones where the first operand's bytes are taken. */
    private int blendMask() {
        return vectors.constant(blendMask(0), blendMask(8));
    }

    private long blendMask(int from) {
        long mask = 0;
        for (int k = 0; k < 8; k++) {
            mask |= (indices[from + k] < 16 ? 0xffL : 0) << 8 * k;
        }
        return mask;
    }

    /** The indices of one operand's bytes, for a table of it alone; the others give zero. */
    private int table(int operand) {
        return vectors.constant(table(0, operand), table(8, operand));
    }

    private long table(int from, int operand) {
        long table = 0;
        for (int k = 0; k < 8; k++) {
            int index = indices[from + k];
            boolean isTaken = isSingle || index >> 4 == operand;
            table |= (long) (isTaken ? index & 15 : 0xff) << 8 * k;
        }
        return table;
    }

    private static long pack(byte[] indices, int from) {
        long packed = 0;
        for (int k = 0; k < 8; k++) {
            packed |= (long) indices[from + k] << 8 * k;
        }
        return packed;
    }

    private void lookUpInBoth(int d, int a, int b) {
        int by = vectors.constant(pack(indices, 0), pack(indices, 8));
        code.start(A64Vector.tableLookup(1, 2, 0, TABLE, 0))
                .define(d, Op.D)
                .use(by, Op.M)
                .useFixed(a, A64Registers.FIRST_VECTOR + TABLE)
                .useFixed(b, A64Registers.FIRST_VECTOR + TABLE + 1)
                .emit();
    }
}
