package wasm2obj.isel.x64;

import wasm2obj.codegen.CodeSequences;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.TrapKind;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.regalloc.Allocation;

/**
 * Code of float operations that the hardware does otherwise than WebAssembly wants: the common case in line, the others out of line.
 *
 * <p><b>Truncation.</b> {@code cvttss2si} gives the most negative integer for what does not fit. So that (found by an overflow in {@code cmp
 * result, 1}), or for unsigned results a part that must be zero, sends us out of line, where the source is looked at.
 */
final class FloatSequences extends CodeSequences<X64Assembler> {
    private static final int SCRATCH = X64Registers.SCRATCH;
    private static final int FLOAT_SCRATCH = X64Registers.FLOAT_SCRATCH;

    private static final long TWO_TO_63 = 0x43e0_0000_0000_0000L;
    private static final int TWO_TO_63_F32 = 0x5f00_0000;

    private final X64Frame frame;
    private final boolean hasAvx;

    FloatSequences(X64Assembler assembler, X64Frame frame, int features) {
        super(assembler);
        this.frame = frame;
        hasAvx = Feature.has(features, Feature.AVX);
    }

    /** Emits the instruction if it is one of this class's. */
    boolean instruction(int i, int opcode) {
        switch (opcode) {
            case VCode.MOVE_IF -> moveIf(xmm(i, 0), xmm(i, 2), code.auxs[i]);
            case Op.MIN_MAX -> minMax(i);
            case Op.CONVERT_INTEGER -> convertInteger(i);
            case Op.CONVERT_U64 -> convertUnsigned(i);
            case VCode.TRUNCATE -> truncate(i);
            default -> {
                return false;
            }
        }
        return true;
    }

    void outOfLine(int i, int back) {
        switch (code.opcodes[i]) {
            case Op.MIN_MAX -> equalOrUnordered(i, back);
            case Op.CONVERT_U64 -> convertLargeUnsigned(i, back);
            case VCode.TRUNCATE -> truncateSpecial(i, back);
            default -> throw new IllegalStateException("nothing out of line: " + code.opcodes[i]);
        }
    }

    private int xmm(int i, int operand) {
        return emission.location(i, operand) - X64Registers.FIRST_XMM;
    }

    // ---- instructions in their SSE or VEX form ----

    /** {@code row to, from} for a row that overwrites its first operand; also for one that keeps its upper part. */
    private void inPlace(int row, int to, int from) {
        if (hasAvx) {
            assembler.fields(X64.vexForm(row), to, to, from, 0);
        } else {
            assembler.regRm(row, to, from);
        }
    }

    /** {@code row a, b} for a row with two operands in both forms. */
    private void plain(int row, int a, int b) {
        assembler.regRm(hasAvx ? X64.vexForm(row) : row, a, b);
    }

    /** {@code row to, [constant]}, with the scalar's bits. */
    private void constant(int row, boolean isInPlace, int to, long bits) {
        int form = hasAvx ? X64.vexForm(row) : row;
        int vvvv = hasAvx && isInPlace ? to : 0;
        assembler.memoryFields(form, to, vvvv, Register.RIP, Register.NONE, 0, 0, 0);
        int at = emission.buffer.size - 4;
        int number = emission.constant(bits, 0);
        emission.relocate(at, CompiledFunction.Relocations.CONSTANT, number, -4);
    }

    void zero(int register) {
        if (hasAvx) {
            assembler.fields(X64.VXORPS, register, register, register, 0);
        } else {
            assembler.regRm(X64.XORPS, register, register);
        }
    }

    // ---- select, minimum, maximum ----

    private void moveIf(int to, int from, int condition) {
        int over = emission.buffer.newLabel();
        if (condition == Conditions.EQUAL_ORDERED) {
            assembler.jumpIf(Condition.NE, over);
            assembler.jumpIf(Condition.P, over);
            plain(X64.MOVAPS, to, from);
        } else if (condition == Conditions.NOT_EQUAL_OR_UNORDERED) {
            int move = emission.buffer.newLabel();
            assembler.jumpIf(Condition.NE, move);
            assembler.jumpIf(Condition.NP, over);
            emission.buffer.bind(move);
            plain(X64.MOVAPS, to, from);
        } else {
            assembler.jumpIf(Conditions.negate(condition), over);
            plain(X64.MOVAPS, to, from);
        }
        emission.buffer.bind(over);
    }

    private void minMax(int i) {
        int to = xmm(i, 0);
        int other = xmm(i, 2);
        boolean isDouble = code.auxs[i] == 8;
        boolean isMaximum = code.imms[i] != 0;
        int back = emission.buffer.newLabel();
        plain(isDouble ? X64.UCOMISD : X64.UCOMISS, to, other);
        assembler.jumpIf(Condition.E, emission.outOfLine(back));
        if (isMaximum) {
            inPlace(isDouble ? X64.MAXSD : X64.MAXSS, to, other);
        } else {
            inPlace(isDouble ? X64.MINSD : X64.MINSS, to, other);
        }
        emission.buffer.bind(back);
    }

    /** Equal numbers differ in nothing but the sign of zero; a sum of what is unordered is a NaN. */
    private void equalOrUnordered(int i, int back) {
        int to = xmm(i, 0);
        int other = xmm(i, 2);
        int unordered = emission.buffer.newLabel();
        assembler.jumpIf(Condition.P, unordered);
        inPlace(code.imms[i] != 0 ? X64.ANDPS : X64.ORPS, to, other);
        assembler.jump(back);
        emission.buffer.bind(unordered);
        inPlace(code.auxs[i] == 8 ? X64.ADDSD : X64.ADDSS, to, other);
        assembler.jump(back);
    }

    // ---- from integers ----

    private void convertInteger(int i) {
        int to = xmm(i, 0);
        int from = emission.location(i, 1);
        zero(to);
        if (Allocation.isRegister(from)) {
            assembler.fields(code.auxs[i], to, hasAvx ? to : 0, from, 0);
        } else {
            assembler.memoryFields(
                    code.auxs[i],
                    to,
                    hasAvx ? to : 0,
                    frame.base(),
                    Register.NONE,
                    0,
                    frame.displacement(emission.frame.spill(Allocation.slot(from))),
                    0);
        }
    }

    private void convertUnsigned(int i) {
        int to = xmm(i, 0);
        int from = emission.location(i, 1);
        int back = emission.buffer.newLabel();
        zero(to);
        assembler.rmReg(X64.TEST_RM64_R64, from, from);
        assembler.jumpIf(Condition.S, emission.outOfLine(back));
        inPlace(FloatRules.conversionRow(code.auxs[i] == 8, true), to, from);
        emission.buffer.bind(back);
    }

    /** Half of it, with the bit that was shifted out still having its say in rounding, twice. */
    private void convertLargeUnsigned(int i, int back) {
        int to = xmm(i, 0);
        boolean toDouble = code.auxs[i] == 8;
        int even = emission.buffer.newLabel();
        assembler.move(SCRATCH, emission.location(i, 1));
        assembler.rmImmediate(X64.SHR_RM64_IMM8, SCRATCH, 1);
        assembler.jumpIf(Condition.AE, even);
        assembler.rmImmediate(X64.OR_RM64_IMM32, SCRATCH, 1);
        emission.buffer.bind(even);
        inPlace(FloatRules.conversionRow(toDouble, true), to, SCRATCH);
        inPlace(toDouble ? X64.ADDSD : X64.ADDSS, to, to);
        assembler.jump(back);
    }

    // ---- to integers ----

    private void truncate(int i) {
        int flags = code.auxs[i];
        int to = emission.location(i, 0);
        int from = xmm(i, 1);
        int back = emission.buffer.newLabel();
        boolean isUnsigned = (flags & VCode.UNSIGNED) != 0;
        boolean toLong = (flags & VCode.TO_I64) != 0;
        convert(flags, toLong || isUnsigned, to, from);
        int special = emission.outOfLine(back);
        if (!isUnsigned) {
            assembler.rmImmediate(toLong ? X64.CMP_RM64_IMM32 : X64.CMP_RM32_IMM32, to, 1);
            assembler.jumpIf(Condition.O, special);
        } else if (toLong) {
            assembler.rmReg(X64.TEST_RM64_R64, to, to);
            assembler.jumpIf(Condition.S, special);
        } else {
            assembler.move(SCRATCH, to);
            assembler.rmImmediate(X64.SHR_RM64_IMM8, SCRATCH, 32);
            assembler.jumpIf(Condition.NE, special);
        }
        emission.buffer.bind(back);
    }

    private void convert(int flags, boolean to64, int to, int from) {
        int row;
        if ((flags & VCode.FROM_F64) != 0) {
            row = to64 ? X64.CVTTSD2SI_R64_XMMM64 : X64.CVTTSD2SI_R32_XMMM64;
        } else {
            row = to64 ? X64.CVTTSS2SI_R64_XMMM32 : X64.CVTTSS2SI_R32_XMMM32;
        }
        plain(row, to, from);
    }

    private void truncateSpecial(int i, int back) {
        int flags = code.auxs[i];
        int to = emission.location(i, 0);
        int from = xmm(i, 1);
        if ((flags & (VCode.UNSIGNED | VCode.TO_I64)) == (VCode.UNSIGNED | VCode.TO_I64)) {
            truncateLarge(flags, to, from, back);
        }
        if ((flags & VCode.SATURATING) != 0) {
            saturate(flags, to, from, back);
        } else {
            checkRange(flags, from, back);
        }
    }

    /** From 2^63 up to 2^64: what is above 2^63 is converted and gets its top bit back. */
    private void truncateLarge(int flags, int to, int from, int back) {
        boolean fromDouble = (flags & VCode.FROM_F64) != 0;
        int outside = emission.buffer.newLabel();
        plain(X64.MOVAPS, FLOAT_SCRATCH, from);
        constant(
                fromDouble ? X64.SUBSD : X64.SUBSS,
                true,
                FLOAT_SCRATCH,
                fromDouble ? TWO_TO_63 : TWO_TO_63_F32);
        convert(flags, true, to, FLOAT_SCRATCH);
        assembler.rmReg(X64.TEST_RM64_R64, to, to);
        assembler.jumpIf(Condition.S, outside);
        assembler.rmImmediate(X64.BTS_RM64_IMM8, to, 63);
        assembler.jump(back);
        emission.buffer.bind(outside);
    }

    private int compareRow(int flags) {
        return (flags & VCode.FROM_F64) != 0 ? X64.UCOMISD : X64.UCOMISS;
    }

    /** Not a number: 0. Below: the lowest number, above: the highest. */
    private void saturate(int flags, int to, int from, int back) {
        boolean isUnsigned = (flags & VCode.UNSIGNED) != 0;
        boolean toLong = (flags & VCode.TO_I64) != 0;
        zero(FLOAT_SCRATCH);
        plain(compareRow(flags), from, FLOAT_SCRATCH);
        if (isUnsigned) {
            // Unordered is below or equal, too.
            assembler.constant(to, 0);
            assembler.jumpIf(Condition.BE, back);
            assembler.constant(to, toLong ? -1L : 0xffff_ffffL);
            assembler.jump(back);
            return;
        }
        int unordered = emission.buffer.newLabel();
        assembler.jumpIf(Condition.P, unordered);
        // The conversion gave the lowest number already.
        assembler.jumpIf(Condition.B, back);
        assembler.constant(to, toLong ? Long.MAX_VALUE : Integer.MAX_VALUE);
        assembler.jump(back);
        emission.buffer.bind(unordered);
        assembler.constant(to, 0);
        assembler.jump(back);
    }

    /** Traps, unless the most negative integer is right. */
    private void checkRange(int flags, int from, int back) {
        plain(compareRow(flags), from, from);
        assembler.jumpIf(Condition.P, emission.trapLabel(TrapKind.BAD_CONVERSION_TO_INTEGER));
        if ((flags & VCode.UNSIGNED) == 0) {
            boolean fromDouble = (flags & VCode.FROM_F64) != 0;
            boolean toLong = (flags & VCode.TO_I64) != 0;
            double low = toLong ? -0x1p63 : fromDouble ? -0x1p31 - 1 : -0x1p31;
            int overflow = emission.trapLabel(TrapKind.INTEGER_OVERFLOW);
            constant(
                    compareRow(flags),
                    false,
                    from,
                    fromDouble
                            ? Double.doubleToRawLongBits(low)
                            : Float.floatToRawIntBits((float) low) & 0xffff_ffffL);
            // An f64 can lie between the lowest i32 and what is out of its range.
            assembler.jumpIf(fromDouble && !toLong ? Condition.BE : Condition.B, overflow);
            zero(FLOAT_SCRATCH);
            plain(compareRow(flags), from, FLOAT_SCRATCH);
            assembler.jumpIf(Condition.B, back);
        }
        emission.trap(TrapKind.INTEGER_OVERFLOW);
    }
}
