package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CodeSequences;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.TrapKind;
import wasm2obj.isel.aarch64.instruction.A64Float;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.Condition;
import wasm2obj.isel.aarch64.instruction.FloatImmediate;

/**
 * Code of conversions to integers that trap. The hardware saturates, and makes 0 of what is not a number.
 *
 * <p>An i32 is converted to 64 bits first: it is in range if it is its own lower half, extended. An i64 that did not saturate is in range;
 * neither its largest value, signed or not, is a float, nor an unsigned number next to it. The lowest one of the signed is a float,
 * which is looked at out of line. For unsigned numbers, whatever is greater than -1 has an integer part that is not negative.
 */
final class FloatSequences extends CodeSequences<A64Assembler> {
    private static final int FLOAT_SCRATCH = A64Registers.FLOAT_SCRATCH;
    private static final int ZR = A64Registers.ZR;

    /** Makes the condition VS hold. */
    private static final int OVERFLOW_FLAG = 1;

    private static final long MINUS_ONE = 0xbff0_0000_0000_0000L;
    private static final long LOWEST = 0xc3e0_0000_0000_0000L;
    private static final int LOWEST_F32 = 0xdf00_0000;

    FloatSequences(A64Assembler assembler) {
        super(assembler);
    }

    /** Emits the instruction if it is one of this class's. */
    boolean instruction(int i, int opcode) {
        if (opcode != VCode.TRUNCATE) {
            return false;
        }
        int flags = code.auxs[i];
        int to = emission.location(i, 0);
        int from = emission.location(i, 1) - A64Registers.FIRST_VECTOR;
        int ftype = (flags & VCode.FROM_F64) != 0 ? 1 : 0;
        boolean isUnsigned = (flags & VCode.UNSIGNED) != 0;
        if ((flags & VCode.TO_I64) == 0) {
            truncateTo32(ftype, to, from, isUnsigned);
        } else if (isUnsigned) {
            truncateToUnsigned(ftype, to, from);
        } else {
            truncateToSigned(ftype, to, from);
        }
        return true;
    }

    private void trapIfUnordered() {
        assembler.jumpIf(Condition.VS, emission.trapLabel(TrapKind.BAD_CONVERSION_TO_INTEGER));
    }

    private void trapIfOverflow(int condition) {
        assembler.jumpIf(condition, emission.trapLabel(TrapKind.INTEGER_OVERFLOW));
    }

    private void truncateTo32(int ftype, int to, int from, boolean isUnsigned) {
        assembler.word(A64Float.compare(A64Float.FCMP, ftype, from, from));
        trapIfUnordered();
        assembler.word(A64Float.convert(A64Float.FCVTZS, 1, ftype, to, from));
        int option = isUnsigned ? A64Integer.UXTW : A64Integer.SXTW;
        assembler.word(A64Integer.addSubtractExtended(A64Integer.SUBS, 1, ZR, to, to, option, 0));
        trapIfOverflow(Condition.NE);
        if (!isUnsigned) {
            assembler.word(A64Integer.move(0, to, to));
        }
    }

    private void truncateToUnsigned(int ftype, int to, int from) {
        int imm8 = FloatImmediate.encodeDouble(MINUS_ONE);
        assembler.word(A64Float.moveImmediate(ftype, FLOAT_SCRATCH, imm8));
        assembler.word(A64Float.compare(A64Float.FCMP, ftype, from, FLOAT_SCRATCH));
        trapIfUnordered();
        trapIfOverflow(Condition.LE);
        assembler.word(A64Float.convert(A64Float.FCVTZU, 1, ftype, to, from));
        assembler.word(A64Integer.addSubtractImmediate(A64Integer.ADDS, 1, ZR, to, 1));
        trapIfOverflow(Condition.EQ);
    }

    /** {@code cmn to, 1} overflows for the highest number, {@code cmp to, 1} for the lowest. */
    private void truncateToSigned(int ftype, int to, int from) {
        int back = emission.buffer.newLabel();
        assembler.word(A64Float.compare(A64Float.FCMP, ftype, from, from));
        trapIfUnordered();
        assembler.word(A64Float.convert(A64Float.FCVTZS, 1, ftype, to, from));
        assembler.word(A64Integer.addSubtractImmediate(A64Integer.ADDS, 1, ZR, to, 1));
        assembler.word(
                A64Integer.conditionalCompareImmediate(
                        A64Integer.CCMP, 1, to, 1, OVERFLOW_FLAG, Condition.VC));
        assembler.jumpIf(Condition.VS, emission.outOfLine(back));
        emission.buffer.bind(back);
    }

    /** Only the lowest number itself is in range. */
    void outOfLine(int i, int back) {
        int ftype = (code.auxs[i] & VCode.FROM_F64) != 0 ? 1 : 0;
        int from = emission.location(i, 1) - A64Registers.FIRST_VECTOR;
        long bits = ftype == 1 ? LOWEST : Integer.toUnsignedLong(LOWEST_F32);
        assembler.constant(A64Registers.SCRATCH, bits);
        assembler.word(
                A64Float.convert(
                        A64Float.FMOV_FROM_GENERAL,
                        ftype,
                        ftype,
                        FLOAT_SCRATCH,
                        A64Registers.SCRATCH));
        assembler.word(A64Float.compare(A64Float.FCMP, ftype, from, FLOAT_SCRATCH));
        assembler.jumpIf(Condition.EQ, back);
        emission.trap(TrapKind.INTEGER_OVERFLOW);
    }
}
