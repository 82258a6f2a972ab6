package wasm2obj.unwind;

/**
 * AArch64's DWARF register numbers (DWARF for the Arm 64-bit Architecture, "DWARF register names").
 */
public final class DwarfAArch64 {
    public static final int FP = 29;
    public static final int LR = 30;
    public static final int SP = 31;

    private static final int V0 = 64;

    private DwarfAArch64() {}

    /** The DWARF number of {@code x<n>}, 0 to 30. */
    public static int x(int n) {
        return n;
    }

    /**
     * The DWARF number of {@code v<n>} (of which {@code d<n>} is the half that callees save), 0 to
     * 31.
     */
    public static int v(int n) {
        return V0 + n;
    }
}
