package wasm2obj.isel.aarch64.instruction;

/**
 * The immediates of {@code and}, {@code orr}, {@code eor}, {@code ands}: a run of ones, rotated, within an element of 2, 4, ... 64
 * bits that repeats. Encoded as the 13 bits N:immr:imms.
 */
public final class LogicalImmediate {
    /** What {@link #encode} says of other values. */
    public static final int NONE = -1;

    private LogicalImmediate() {}

    /** N:immr:imms of the value, of which 32 bits count if {@code sf} is 0; or {@link #NONE}. */
    public static int encode(long value, int sf) {
        return sf == 0 ? encode((value & 0xffff_ffffL) * 0x1_0000_0001L) : encode(value);
    }

    private static int encode(long value) {
        if (value == 0 || value == -1) {
            return NONE;
        }
        int size = 64;
        while (size > 2 && Long.rotateRight(value, size / 2) == value) {
            size /= 2;
        }
        // A run begins at a one above a zero; bit 63 is below bit 0.
        int start = Long.numberOfTrailingZeros(value & ~Long.rotateLeft(value, 1));
        long element = Long.rotateRight(value, start) & -1L >>> 64 - size;
        int ones = Long.numberOfTrailingZeros(~element);
        if (element != -1L >>> 64 - ones) {
            return NONE;
        }
        int n = size >> 6;
        int immr = -start & size - 1;
        int imms = ~(2 * size - 1) & 63 | ones - 1;
        return n << 12 | immr << 6 | imms;
    }
}
