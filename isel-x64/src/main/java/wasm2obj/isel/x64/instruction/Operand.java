package wasm2obj.isel.x64.instruction;

/**
 * One operand of a row, packed into an {@code int}: what it may be, where it is encoded, whether it is read or written.
 *
 * <p>An operand may be a register, or memory, or either ({@code r/m32}: {@link #register} and {@link #memory} both say
 * something). An immediate, a branch displacement and an implied constant have neither.
 *
 * <pre>
 *   bits 0-2   kind of register          bits 9-10   read, written
 *   bits 3-5   size of memory            bits 11-14  fixed register + 1, or 0
 *   bits 6-8   field
 * </pre>
 */
public final class Operand {
    /** Width of a packed operand in bits. */
    static final int BITS = 15;

    /** Kind: cannot be a register. */
    public static final int NO_REGISTER = 0;

    /** Kind: al, cl, ..., r15b; never ah and its like. */
    public static final int GPR8 = 1;

    /** Kind: ax, cx, ..., r15w. */
    public static final int GPR16 = 2;

    /** Kind: eax, ecx, ..., r15d. Writing one clears the upper half of the 64-bit register. */
    public static final int GPR32 = 3;

    /** Kind: rax, rcx, ..., r15. */
    public static final int GPR64 = 4;

    /** Kind: xmm0, xmm1, ..., xmm15. */
    public static final int XMM = 5;

    /** Size: cannot be memory. */
    public static final int NO_MEMORY = 0;

    /** Size: one byte; 2 to 5 are 2, 4, 8 and 16 bytes. */
    static final int M8 = 1;

    static final int M128 = 5;

    /** Size: an address that is computed and not accessed (lea). */
    static final int ADDRESS = 7;

    /** Field: none, a fixed register or constant of the mnemonic. */
    public static final int IMPLIED = 0;

    /** Field: ModRM.reg. */
    public static final int REG = 1;

    /** Field: VEX.vvvv. */
    public static final int VVVV = 2;

    /** Field: ModRM.rm, or the low bits of the opcode. The only field that can be memory. */
    public static final int RM = 3;

    /** Field: immediate. */
    public static final int IMMEDIATE = 4;

    /** Field: displacement of a branch, from the end of the instruction. */
    public static final int RELATIVE = 5;

    /** Field: a register in the high half of an immediate byte; its number is the encoder's immediate. */
    public static final int IS4 = 6;

    static final int READ = 1;
    static final int WRITE = 2;

    private Operand() {}

    static int pack(int register, int memory, int field, int role, int fixed) {
        return register | memory << 3 | field << 6 | role << 9 | (fixed + 1) << 11;
    }

    /** The kind of register, {@link #NO_REGISTER} to {@link #XMM}. */
    public static int register(int operand) {
        return operand & 7;
    }

    static int memory(int operand) {
        return operand >>> 3 & 7;
    }

    /** Whether it may be memory; an address that is only computed counts. */
    public static boolean mayBeMemory(int operand) {
        return memory(operand) != NO_MEMORY;
    }

    /** The bytes accessed when it is memory: 1, 2, 4, 8, 16, or 0 for an address that is only computed. */
    public static int memoryBytes(int operand) {
        int memory = memory(operand);
        return memory == ADDRESS || memory == NO_MEMORY ? 0 : 1 << (memory - M8);
    }

    /** Where it is encoded: {@link #IMPLIED}, {@link #REG}, {@link #VVVV}, ... */
    public static int field(int operand) {
        return operand >>> 6 & 7;
    }

    /** Whether its value goes in. The registers of an address always do. */
    public static boolean reads(int operand) {
        return (operand >>> 9 & READ) != 0;
    }

    /** Whether a result comes out in it. */
    public static boolean writes(int operand) {
        return (operand >>> 9 & WRITE) != 0;
    }

    /** The register that it must be (cl in a shift), or {@link Register#NONE} when any of its kind will do. */
    public static int fixed(int operand) {
        return (operand >>> 11 & 15) - 1;
    }
}
