package wasm2obj.isel.aarch64.instruction;

/**
 * The floats that {@code fmov} has as imm8: from 2 to the -3 to 31, with four bits behind the point of the significand, and their
 * negatives.
 */
public final class FloatImmediate {
    /** What the encoders say of other values. */
    public static final int NONE = -1;

    private FloatImmediate() {}

    /** imm8 of a single, given by its bits, or {@link #NONE}. */
    public static int encodeSingle(int bits) {
        int exponent = bits >>> 25 & 0x3f;
        if ((bits & 0x7ffff) != 0 || exponent != 0x20 && exponent != 0x1f) {
            return NONE;
        }
        return bits >>> 24 & 0x80 | bits >>> 19 & 0x7f;
    }

    /** imm8 of a double, given by its bits, or {@link #NONE}. */
    public static int encodeDouble(long bits) {
        int exponent = (int) (bits >>> 54) & 0x1ff;
        if ((bits & 0xffff_ffff_ffffL) != 0 || exponent != 0x100 && exponent != 0xff) {
            return NONE;
        }
        return (int) (bits >>> 56) & 0x80 | (int) (bits >>> 48) & 0x7f;
    }
}
