package wasm2obj.isel.aarch64.instruction;

/** Which byte offsets the addressing forms of loads and stores have. {@code scale} is the log2 of the access' size. */
public final class MemoryOffset {
    private MemoryOffset() {}

    /** Whether {@link A64Memory#scaled} has it: 0 to 4095 units. */
    public static boolean isScaled(long offset, int scale) {
        return (offset & ~(0xfffL << scale)) == 0;
    }

    /** Whether {@link A64Memory#unscaled}, pre- and post-indexed forms have it: -256 to 255. */
    public static boolean isUnscaled(long offset) {
        return Fields.isSigned(offset, 9);
    }

    /** Whether pairs have it: -64 to 63 units; {@code scale} is that of one register. */
    public static boolean isPair(long offset, int scale) {
        return (offset & (1L << scale) - 1) == 0 && Fields.isSigned(offset >> scale, 7);
    }
}
