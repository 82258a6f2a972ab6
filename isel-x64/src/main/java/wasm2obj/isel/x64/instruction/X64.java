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
    private X64() {}

    /** The number of rows. */
    public static int count() {
        return rowCount();
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
