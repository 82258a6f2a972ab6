package wasm2obj.unwind;

/**
 * x86-64's DWARF register numbers (System V psABI, figure 3.36, "DWARF Register Number Mapping").
 */
public final class DwarfX64 {
    public static final int RAX = 0;
    public static final int RDX = 1;
    public static final int RCX = 2;
    public static final int RBX = 3;
    public static final int RSI = 4;
    public static final int RDI = 5;
    public static final int RBP = 6;
    public static final int RSP = 7;

    // r8 to r15 are their own numbers.

    /** The column of the return address, which is no register. */
    public static final int RETURN_ADDRESS = 16;

    private static final int XMM0 = 17;

    /**
     * By the number in instructions: rax rcx rdx rbx rsp rbp rsi rdi, then r8 to r15. A nibble
     * each, lowest first.
     */
    private static final long GPR = 0xfedc_ba98_5467_3120L;

    private DwarfX64() {}

    /**
     * The DWARF number of the general register that instructions encode as {@code encoding}, 0 to
     * 15.
     */
    public static int gpr(int encoding) {
        return (int) (GPR >>> (4 * encoding)) & 15;
    }

    /** The DWARF number of {@code xmm<n>}, 0 to 15. */
    public static int xmm(int n) {
        return XMM0 + n;
    }
}
