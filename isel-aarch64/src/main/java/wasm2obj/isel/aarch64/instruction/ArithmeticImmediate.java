package wasm2obj.isel.aarch64.instruction;

/** The immediates of {@code add}, {@code sub}, {@code cmp}: 12 bits, as they are or shifted by 12. Encoded as the 13 bits sh:imm12. */
public final class ArithmeticImmediate {
    /** What {@link #encode} says of other values. */
    public static final int NONE = -1;

    private ArithmeticImmediate() {}

    /** sh:imm12 of the value, or {@link #NONE}. */
    public static int encode(long value) {
        if ((value & ~0xfffL) == 0) {
            return (int) value;
        }
        return (value & ~0xfff_000L) == 0 ? 1 << 12 | (int) (value >> 12) : NONE;
    }
}
