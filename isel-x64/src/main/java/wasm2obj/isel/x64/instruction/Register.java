package wasm2obj.isel.x64.instruction;

/** The hardware's register numbers, 0 to 15 within each class, and their names. */
public final class Register {
    public static final int RAX = 0;
    public static final int RCX = 1;
    public static final int RDX = 2;
    public static final int RBX = 3;
    public static final int RSP = 4;
    public static final int RBP = 5;
    public static final int RSI = 6;
    public static final int RDI = 7;
    public static final int R8 = 8;
    public static final int R9 = 9;
    public static final int R10 = 10;
    public static final int R11 = 11;
    public static final int R12 = 12;
    public static final int R13 = 13;
    public static final int R14 = 14;
    public static final int R15 = 15;

    /** As a base or an index: the address has none. */
    public static final int NONE = -1;

    /** As a base: the address of the next instruction. */
    public static final int RIP = -2;

    private static final String[] GPR64 = {
        "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
        "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"
    };
    private static final String[] GPR32 = {
        "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi",
        "r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d", "r15d"
    };
    private static final String[] GPR16 = {
        "ax", "cx", "dx", "bx", "sp", "bp", "si", "di",
        "r8w", "r9w", "r10w", "r11w", "r12w", "r13w", "r14w", "r15w"
    };
    private static final String[] GPR8 = {
        "al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil",
        "r8b", "r9b", "r10b", "r11b", "r12b", "r13b", "r14b", "r15b"
    };
    private static final String[] XMM = {
        "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
        "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"
    };

    private Register() {}

    /**
     * The name of a register.
     *
     * @param kind one of {@link Operand}'s kinds, not {@link Operand#NO_REGISTER}
     * @param number 0 to 15
     */
    public static String name(int kind, int number) {
        return switch (kind) {
            case Operand.GPR8 -> GPR8[number];
            case Operand.GPR16 -> GPR16[number];
            case Operand.GPR32 -> GPR32[number];
            case Operand.GPR64 -> GPR64[number];
            case Operand.XMM -> XMM[number];
            default -> throw new IllegalArgumentException("no register kind: " + kind);
        };
    }
}
