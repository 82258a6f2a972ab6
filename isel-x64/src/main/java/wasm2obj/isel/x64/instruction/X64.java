package wasm2obj.isel.x64.instruction;

/**
 * The x86-64 instruction table: one encoding a row, and what a compiler asks about a row.
 *
 * <p>A row is an {@code int}, dense from 0, the same in every run. The constants are inherited: {@code
 * X64.ADD_R32_RM32}, {@code X64.MOVAPS}, {@code X64.VFMADD231SD}. A name is the mnemonic followed by the kinds of the
 * operands as the manual writes them, without slashes; where all are xmm registers and the last may be memory, the
 * mnemonic alone. A constant with {@code CC} is the first of sixteen rows: add a {@link Condition}.
 *
 * <p>Operands are numbered as the manual writes them, destination first. An immediate or a branch target is an operand as
 * well. Registers that an instruction uses without naming them are not operands: {@link #implicitReads} and {@link
 * #implicitWrites} tell them.
 */
public final class X64 extends AvxRows {
    /** rax, rcx, rdx, rbx, rsi and rdi as sets. */
    private static final int AX = 1 << Register.RAX;

    private static final int CX = 1 << Register.RCX;
    private static final int DX = 1 << Register.RDX;
    private static final int BX = 1 << Register.RBX;
    private static final int SI = 1 << Register.RSI;
    private static final int DI = 1 << Register.RDI;

    /** By the number that {@link Rows} gives the pattern of implicit use. */
    private static final int[] IMPLICIT_READS = {
        0, AX, AX | DX, AX, AX, DX, CX | SI | DI, AX | CX | DI, AX | DX | CX | BX
    };

    private static final int[] IMPLICIT_WRITES = {
        0, AX | DX, AX | DX, DX, AX, 0, CX | SI | DI, CX | DI, AX | DX
    };

    private X64() {}

    /** The number of rows. */
    public static int count() {
        return rowCount();
    }

    /** The manual's instruction column: {@code "add r32, r/m32"}. */
    public static String syntax(int row) {
        return syntaxOf(row);
    }

    /** The manual's opcode column: {@code "03 /r"}. */
    public static String pattern(int row) {
        return patternOf(row);
    }

    /** The mnemonic, a prefix included: {@code "lock xadd"}, {@code "cmovle"}. */
    public static String mnemonic(int row) {
        String syntax = syntaxOf(row);
        int length = RowDecoder.mnemonicLength(syntax);
        if ((traits(row) & CC) != 0) {
            return syntax.substring(0, length - 2) + Condition.name(conditionOf(row));
        }
        return syntax.substring(0, length);
    }

    /** The number of operands, 0 to 4. */
    public static int operandCount(int row) {
        long operands = operands(row);
        int count = 0;
        while (count < 4 && operand(operands, count) != 0) {
            count++;
        }
        return count;
    }

    /** Operand number {@code i}, to be read by {@link Operand}'s methods; 0 beyond the last. */
    public static int operand(int row, int i) {
        return operand(operands(row), i);
    }

    private static int operand(long operands, int i) {
        return (int) (operands >>> i * Operand.BITS) & (1 << Operand.BITS) - 1;
    }

    /** The operand that is encoded in {@code field}, one of {@link Operand}'s; 0 if none is. */
    public static int operandIn(int row, int field) {
        long operands = operands(row);
        for (int i = 0; i < 4; i++) {
            int operand = operand(operands, i);
            if (operand != 0 && Operand.field(operand) == field) {
                return operand;
            }
        }
        return 0;
    }

    /** The general registers that it reads without naming them, a bit each. Does not count rsp of push, pop, call, ret. */
    public static int implicitReads(int row) {
        return IMPLICIT_READS[traits(row) >>> 4 & 15];
    }

    /** The general registers that it writes without naming them, a bit each. Does not count rsp of push, pop, call, ret. */
    public static int implicitWrites(int row) {
        return IMPLICIT_WRITES[traits(row) >>> 4 & 15];
    }

    /** Whether flags decide what it does. */
    public static boolean readsFlags(int row) {
        return (traits(row) & USES) != 0;
    }

    /** Whether it changes flags, or some of them, or leaves some undefined. */
    public static boolean writesFlags(int row) {
        return (traits(row) & FLAGS) != 0;
    }

    /**
     * Whether exchanging the two sources leaves the result as it is. Floating-point sums and products do not count: of two
     * NaNs the first one wins.
     */
    public static boolean commutes(int row) {
        return (traits(row) & COMM) != 0;
    }

    /** What the processor must have: one of {@link Feature}'s numbers. */
    public static int feature(int row) {
        return traits(row) & 15;
    }

    /**
     * The AVX form of an SSE row. Where the SSE row's destination is a source too, or keeps bits of its old value, the AVX
     * form has one more operand, in second place; otherwise it has the same ones.
     *
     * @return {@code row} itself if it has none (integer rows; blends by xmm0, which have a mask operand there)
     */
    public static int vexForm(int row) {
        return vexFormOf(row);
    }

    /** Whether this is one of sixteen rows that differ in their condition. */
    public static boolean isConditional(int row) {
        return (traits(row) & CC) != 0;
    }

    /** The condition of a row that {@link #isConditional}. */
    public static int condition(int row) {
        return conditionOf(row);
    }

    /** The row of the same family with the opposite condition. */
    public static int negate(int row) {
        int condition = conditionOf(row);
        return row - condition + Condition.negate(condition);
    }

    /** The shortest row that moves {@code value} into a 64-bit register and leaves flags alone. */
    public static int moveImmediate64(long value) {
        if (value >>> 32 == 0) {
            return MOV_R32_IMM32;
        }
        return value == (int) value ? MOV_RM64_IMM32 : MOVABS_R64_IMM64;
    }

    /** Whether {@code value} is a sign-extended byte. */
    public static boolean fitsImm8(long value) {
        return value == (byte) value;
    }

    /** Whether {@code value} is a sign-extended 32-bit number. */
    public static boolean fitsImm32(long value) {
        return value == (int) value;
    }
}
