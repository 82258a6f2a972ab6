package wasm2obj.isel.aarch64.instruction;

/**
 * The vectors that one instruction sets: {@code movi}, {@code mvni} and {@code fmov} with the modified immediates of Advanced SIMD (DDI
 * 0487, AdvSIMDExpandImm), for all of the register or, with zeros above, for its lower half.
 */
public final class VectorImmediate {
    /** What {@link #encode} says of other vectors. */
    public static final int NONE = -1;

    // Values of cmode.
    private static final int LANES_32 = 0;
    private static final int LANES_16 = 8;
    private static final int LANES_32_ONES = 12;
    private static final int BYTES = 14;
    private static final int FLOATS = 15;

    private VectorImmediate() {}

    /** The instruction, with Rd = 0, that sets a register to the two halves; or {@link #NONE}. */
    public static int encode(long low, long high) {
        if (low == high) {
            return encode(low, 1);
        }
        return high == 0 ? encodeLow(low) : NONE;
    }

    /** With zeros above; scalar moves clear them too. */
    private static int encodeLow(long low) {
        int found = encode(low, 0);
        if (found != NONE) {
            return found;
        }
        int imm8 = FloatImmediate.encodeDouble(low);
        if (imm8 != FloatImmediate.NONE) {
            return A64Float.moveImmediate(A64Float.DOUBLE, 0, imm8);
        }
        imm8 = low >>> 32 == 0 ? FloatImmediate.encodeSingle((int) low) : FloatImmediate.NONE;
        return imm8 == FloatImmediate.NONE
                ? NONE
                : A64Float.moveImmediate(A64Float.SINGLE, 0, imm8);
    }

    private static int encode(long half, int q) {
        if (half == Long.rotateLeft(half, 8)) {
            return A64Vector.modifiedImmediate(q, 0, BYTES, (int) half & 0xff, 0);
        }
        if (half == Long.rotateLeft(half, 32)) {
            int found = encodeLanes((int) half, q, 0);
            if (found == NONE) {
                found = encodeLanes(~(int) half, q, 1);
            }
            if (found != NONE) {
                return found;
            }
            int imm8 = FloatImmediate.encodeSingle((int) half);
            if (imm8 != FloatImmediate.NONE) {
                return A64Vector.modifiedImmediate(q, 0, FLOATS, imm8, 0);
            }
        }
        if (isMask(half)) {
            return A64Vector.modifiedImmediate(q, 1, BYTES, mask(half), 0);
        }
        int imm8 = q == 1 ? FloatImmediate.encodeDouble(half) : FloatImmediate.NONE;
        return imm8 == FloatImmediate.NONE
                ? NONE
                : A64Vector.modifiedImmediate(q, 1, FLOATS, imm8, 0);
    }

    /** One byte at any place in lanes of 32 or 16 bits, with zeros around or ones below; {@code op} 1 complements all of it. */
    private static int encodeLanes(int lane, int q, int op) {
        for (int k = 0; k < 4; k++) {
            int shift = 8 * k;
            if ((lane & ~(0xff << shift)) == 0) {
                int cmode = LANES_32 | k << 1;
                return A64Vector.modifiedImmediate(q, op, cmode, lane >>> shift & 0xff, 0);
            }
        }
        for (int k = 0; k < 2; k++) {
            int shift = 8 * k;
            int imm8 = lane >>> shift & 0xff;
            if (lane == (imm8 << shift) * 0x1_0001) {
                return A64Vector.modifiedImmediate(q, op, LANES_16 | k << 1, imm8, 0);
            }
        }
        for (int k = 1; k < 3; k++) {
            int shift = 8 * k;
            int imm8 = lane >>> shift & 0xff;
            if (lane == (imm8 << shift | (1 << shift) - 1)) {
                return A64Vector.modifiedImmediate(q, op, LANES_32_ONES | k - 1, imm8, 0);
            }
        }
        return NONE;
    }

    /** Whether each byte is 0 or 0xff. */
    private static boolean isMask(long half) {
        long lowBits = half & 0x0101_0101_0101_0101L;
        return lowBits * 0xff == half;
    }

    /** A bit for each byte. */
    private static int mask(long half) {
        int mask = 0;
        for (int k = 0; k < 8; k++) {
            mask |= (int) (half >>> 8 * k & 1) << k;
        }
        return mask;
    }
}
