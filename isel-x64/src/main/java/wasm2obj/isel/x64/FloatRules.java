package wasm2obj.isel.x64;

import wasm2obj.codegen.LoweringContext;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.regalloc.AllocationInput;

/**
 * Rules for floats and for what converts from and to them.
 *
 * <p>Rows of the table come in pairs, single before double; a row is named by the pair's first. Packed logic has memory operands of
 * 16 aligned bytes, which spill slots of floats are not: its operands are registers and constants.
 */
final class FloatRules {
    private static final long SIGN_32 = 0x8000_0000L;
    private static final long SIGN_64 = 0x8000_0000_0000_0000L;

    // Bounds of the integers, as doubles and as singles.
    private static final double TWO_63 = 0x1p63;
    private static final double TWO_64 = 0x1p64;
    private static final double MAX_I32 = 2147483647.0;
    private static final double MAX_U32 = 4294967295.0;

    private static final int ORDERED = 7;

    private final Matcher match;
    private final VCodeBuilder code;
    private final int features;
    private LoweringContext context;
    private Function function;

    FloatRules(Matcher match, int features) {
        this.match = match;
        this.features = features;
        code = match.code;
    }

    void begin() {
        context = match.context;
        function = match.function;
    }

    // ---- constants ----

    /** A float constant in a new register. */
    int constant(Type type, long bits) {
        int vreg = context.newVreg(type);
        context.def(vreg);
        if (bits == 0) {
            context.emit(Op.FLOAT_ZERO, 0, 0, AllocationInput.REMATERIALIZABLE, 0);
        } else {
            int row = type == Type.F64 ? X64.MOVSD_XMM_M64 : X64.MOVSS_XMM_M32;
            int number = context.code().addConstant(bits, 0);
            context.emit(
                    Op.ROW + row,
                    Op.CONSTANT,
                    Op.pack(number, 0),
                    AllocationInput.REMATERIALIZABLE,
                    0);
        }
        return vreg;
    }

    /** Makes a constant, both halves of which are the same bits, the memory operand. */
    private void setMask(long bits) {
        code.address.set(Op.CONSTANT, context.code().addConstant(bits, bits));
    }

    private void setConstant(boolean isDouble, double value) {
        long bits =
                isDouble
                        ? Double.doubleToRawLongBits(value)
                        : Float.floatToRawIntBits((float) value) & 0xffff_ffffL;
        code.address.set(Op.CONSTANT, context.code().addConstant(bits, 0));
    }

    private boolean isDouble(int value) {
        return function.type(value) == Type.F64;
    }

    /** The pair's row for the value's type. */
    private int row(int single, int value) {
        return isDouble(value) ? single + 1 : single;
    }

    // ---- arithmetic ----

    /** {@code fadd x, [memory]}, {@code fadd x, const}, {@code fadd x, y} and their like. */
    void arithmetic(int i, int single, boolean commutes) {
        int a = function.a(i);
        int b = function.b(i);
        if (commutes && context.hasReg(a) && !context.hasReg(b) && !match.isConstant(b)) {
            int swapped = a;
            a = b;
            b = swapped;
        }
        int row = row(single, i);
        boolean threeOperands = Feature.has(features, Feature.AVX);
        int dst = context.result(i);
        if (foldOperand(b, i)) {
            int first = context.reg(a);
            if (threeOperands) {
                code.binaryMemoryInto(X64.vexForm(row), dst, first);
            } else {
                code.binaryMemory(row, dst, first);
            }
        } else {
            int first = context.reg(a);
            int second = context.reg(b);
            if (threeOperands) {
                code.binaryInto(X64.vexForm(row), dst, first, second);
            } else {
                code.binary(row, dst, first, second);
            }
        }
    }

    /** Makes a constant or a load the memory operand. */
    private boolean foldOperand(int value, int like) {
        if (match.isConstant(value)) {
            code.address.set(Op.CONSTANT, context.code().addConstant(function.imm(value), 0));
            return true;
        }
        return match.foldMemory(value, function.type(like).bytes());
    }

    /** {@code fsqrt x} and others that read one float of the result's type. */
    void unary(int i, int single) {
        int a = function.a(i);
        int row = row(single, a);
        if (match.foldMemory(a, function.type(a).bytes())) {
            code.unaryMemory(row, context.result(i));
        } else {
            code.unary(row, context.result(i), context.reg(a));
        }
    }

    /** Rounding; {@code mode} is the instruction's, with the inexact exception off. */
    void round(int i, int mode) {
        int a = function.a(i);
        code.unaryImmediate(row(X64.ROUNDSS, i), context.result(i), context.reg(a), mode);
    }

    /** {@code fabs x}: and with a mask. */
    void abs(int i) {
        long mask = isDouble(i) ? ~SIGN_64 : 0x7fff_ffff_7fff_ffffL;
        setMask(mask);
        code.binaryMemory(X64.ANDPS, context.result(i), context.reg(function.a(i)));
    }

    /** {@code fneg x}: xor with the sign. */
    void neg(int i) {
        setMask(isDouble(i) ? SIGN_64 : SIGN_32 | SIGN_32 << 32);
        code.binaryMemory(X64.XORPS, context.result(i), context.reg(function.a(i)));
    }

    /** {@code fcopysign x, y}: all but the sign of x, the sign of y. */
    void copysign(int i) {
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        int magnitude = context.newVreg(function.type(i));
        setMask(isDouble(i) ? ~SIGN_64 : 0x7fff_ffff_7fff_ffffL);
        code.binaryMemory(X64.ANDPS, magnitude, a);
        int sign = context.newVreg(function.type(i));
        setMask(isDouble(i) ? SIGN_64 : SIGN_32 | SIGN_32 << 32);
        code.binaryMemory(X64.ANDPS, sign, b);
        packed(X64.ORPS, context.result(i), magnitude, sign);
    }

    /** A packed operation on registers. */
    private void packed(int row, int dst, int a, int b) {
        context.defReuse(dst, 1);
        context.use(a);
        context.use(b);
        context.emit(Op.ROW + row, 0, 0);
    }

    /** {@code fmin}, {@code fmax}: the instruction is right only for operands that differ and are ordered. */
    void extremum(int i, int opcode) {
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        context.defReuse(context.result(i), 1);
        context.use(a);
        context.operand(
                wasm2obj.regalloc.Operand.lateUse(b, wasm2obj.regalloc.Operand.REGISTER, 0));
        context.emit(opcode, isDouble(i) ? 1 : 0, 0);
    }

    /** {@code select c, x, y} of floats: a jump over a move. */
    void select(int i, ConditionRules conditions) {
        int yes = context.reg(function.b(i));
        int no = context.reg(function.c(i));
        int dst = context.result(i);
        int condition = conditions.condition(function.a(i));
        context.defReuse(dst, 1);
        context.use(no);
        context.operand(
                wasm2obj.regalloc.Operand.lateUse(yes, wasm2obj.regalloc.Operand.REGISTER, 0));
        context.emit(FloatSequences.SELECT, condition, 0);
    }

    // ---- conversions ----

    /** The bits in a register of the other class. */
    void reinterpret(int i) {
        int a = function.a(i);
        int row =
                switch (function.type(i)) {
                    case F32 -> X64.MOVD_XMM_RM32;
                    case F64 -> X64.MOVQ_XMM_RM64;
                    case I32 -> X64.MOVD_RM32_XMM;
                    default -> X64.MOVQ_RM64_XMM;
                };
        int source = function.type(a).inVectorRegister() ? context.reg(a) : match.reg(a);
        code.unaryRegister(row, context.result(i), source);
    }

    void promote(int i) {
        code.unary(X64.CVTSS2SD, context.result(i), context.reg(function.a(i)));
    }

    void demote(int i) {
        code.unary(X64.CVTSD2SS, context.result(i), context.reg(function.a(i)));
    }

    /**
     * <pre>
     *   convert_s x     cvtsi2sd r, x
     *   convert_u i32   cvtsi2sd r, x of 64 bits: the upper half is zero
     *   convert_u i64   a sequence: halved and doubled again if the sign is set
     * </pre>
     */
    void convert(int i, boolean signed) {
        int a = function.a(i);
        boolean isLong = function.type(a) == Type.I64;
        int dst = context.result(i);
        if (isLong && !signed) {
            int source = match.reg(a);
            context.operand(
                    wasm2obj.regalloc.Operand.earlyDefinition(
                            dst, wasm2obj.regalloc.Operand.REGISTER, 0));
            context.use(source);
            context.temp(Type.I64);
            context.emit(FloatSequences.FROM_UNSIGNED, isDouble(i) ? 1 : 0, 0);
            return;
        }
        boolean wide = isLong || !signed;
        int source = wide ? match.reg(a) : match.reg32(a);
        context.def(dst);
        context.use(source);
        context.emit(FloatSequences.FROM_SIGNED, isDouble(i) ? 1 : 0, fromRow(isDouble(i), wide));
    }

    private static int fromRow(boolean isDouble, boolean wide) {
        if (isDouble) {
            return wide ? X64.CVTSI2SD_XMM_RM64 : X64.CVTSI2SD_XMM_RM32;
        }
        return wide ? X64.CVTSI2SS_XMM_RM64 : X64.CVTSI2SS_XMM_RM32;
    }

    private int truncated(boolean isDouble, int source) {
        int result = code.newInteger();
        code.unary(isDouble ? X64.CVTTSD2SI_R64_XMMM64 : X64.CVTTSS2SI_R64_XMMM32, result, source);
        return result;
    }

    private void compareWith(boolean isDouble, int source, double bound) {
        setConstant(isDouble, bound);
        code.compareMemory(isDouble ? X64.UCOMISD : X64.UCOMISS, source);
    }

    private void trapIf(int condition, TrapKind kind) {
        context.emit(Op.TRAP_IF, condition, kind.code());
    }

    /**
     * {@code trunc_s}, {@code trunc_u}. To 32 bits: converted to 64, which must be what its lower half extends to. To 64 bits: the
     * operand must be between the bounds. What is not a number traps with another kind.
     */
    void truncate(int i, boolean signed) {
        int source = context.reg(function.a(i));
        boolean isDouble = isDouble(function.a(i));
        if (function.type(i) == Type.I64) {
            truncateToLong(i, source, isDouble, signed);
            return;
        }
        code.compare(isDouble ? X64.UCOMISD : X64.UCOMISS, source, source);
        trapIf(Condition.P, TrapKind.BAD_CONVERSION_TO_INTEGER);
        int wide = truncated(isDouble, source);
        int half = signed ? code.newInteger() : context.result(i);
        code.unaryRegister(signed ? X64.MOVSXD_R64_RM32 : X64.MOV_R32_RM32, half, wide);
        code.compareRegisters(IntegerRules.CMP + 3, half, wide);
        trapIf(Condition.NE, TrapKind.INTEGER_OVERFLOW);
        if (signed) {
            code.unaryRegister(X64.MOV_R32_RM32, context.result(i), half);
        }
    }

    private void truncateToLong(int i, int source, boolean isDouble, boolean signed) {
        compareWith(isDouble, source, signed ? TWO_63 : TWO_64);
        trapIf(Condition.P, TrapKind.BAD_CONVERSION_TO_INTEGER);
        trapIf(Condition.AE, TrapKind.INTEGER_OVERFLOW);
        compareWith(isDouble, source, signed ? -TWO_63 : -1.0);
        trapIf(signed ? Condition.B : Condition.BE, TrapKind.INTEGER_OVERFLOW);
        if (signed) {
            int row = isDouble ? X64.CVTTSD2SI_R64_XMMM64 : X64.CVTTSS2SI_R64_XMMM32;
            code.unary(row, context.result(i), source);
        } else {
            unsignedLong(context.result(i), source, isDouble);
        }
    }

    /**
     * A float in [0, 2^64) as an integer. Converted as it is: right below 2^63, and the sign bit alone from there on; less
     * 2^63: right from there on. The sign of the first chooses.
     */
    private void unsignedLong(int dst, int source, boolean isDouble) {
        int low = truncated(isDouble, source);
        int reduced = context.newVreg(isDouble ? Type.F64 : Type.F32);
        setConstant(isDouble, TWO_63);
        code.binaryMemory(isDouble ? X64.SUBSD : X64.SUBSS, reduced, source);
        int high = truncated(isDouble, reduced);
        int mask = code.newInteger();
        code.modifyImmediate(X64.SAR_RM64_IMM8, mask, low, 63);
        int chosen = code.newInteger();
        code.binary(IntegerRules.AND + 3, chosen, high, mask);
        code.binary(IntegerRules.OR + 3, dst, low, chosen);
    }

    /** {@code trunc_sat_s}, {@code trunc_sat_u}. */
    void truncateSaturating(int i, boolean signed) {
        int source = context.reg(function.a(i));
        boolean isDouble = isDouble(function.a(i));
        if (function.type(i) == Type.I32) {
            // A single does not hold the largest integers.
            int wide = source;
            if (!isDouble) {
                wide = context.newVreg(Type.F64);
                code.unary(X64.CVTSS2SD, wide, source);
            }
            saturateInt(i, wide, signed);
        } else if (signed) {
            saturateLong(i, source, isDouble);
        } else {
            saturateUnsignedLong(i, source, isDouble);
        }
    }

    /** Below the smallest i32 the conversion gives just that. */
    private void saturateInt(int i, int source, boolean signed) {
        int number = signed ? zeroIfUnordered(source, true) : atLeastZero(source, true);
        int bounded = context.newVreg(Type.F64);
        setConstant(true, signed ? MAX_I32 : MAX_U32);
        code.binaryMemory(X64.MINSD, bounded, number);
        if (signed) {
            code.unary(X64.CVTTSD2SI_R32_XMMM64, context.result(i), bounded);
        } else {
            code.unary(X64.CVTTSD2SI_R64_XMMM64, context.result(i), bounded);
        }
    }

    private int zeroIfUnordered(int source, boolean isDouble) {
        Type type = isDouble ? Type.F64 : Type.F32;
        int mask = context.newVreg(type);
        context.defReuse(mask, 1);
        context.use(source);
        context.use(source);
        context.emit(Op.ROW + (isDouble ? X64.CMPSD : X64.CMPSS), 0, ORDERED);
        int number = context.newVreg(type);
        packed(X64.ANDPS, number, mask, source);
        return number;
    }

    /** The larger of the operand and zero; zero if it is not a number. */
    private int atLeastZero(int source, boolean isDouble) {
        int number = context.newVreg(isDouble ? Type.F64 : Type.F32);
        setConstant(isDouble, 0.0);
        code.binaryMemory(isDouble ? X64.MAXSD : X64.MAXSS, number, source);
        return number;
    }

    private void saturateLong(int i, int source, boolean isDouble) {
        int number = zeroIfUnordered(source, isDouble);
        int value = truncated(isDouble, number);
        int largest = code.newInteger();
        code.constant(largest, Long.MAX_VALUE);
        compareWith(isDouble, number, TWO_63);
        code.binary(X64.CMOVCC_R64_RM64 + Condition.AE, context.result(i), value, largest);
    }

    private void saturateUnsignedLong(int i, int source, boolean isDouble) {
        int number = atLeastZero(source, isDouble);
        int value = code.newInteger();
        unsignedLong(value, number, isDouble);
        int largest = code.newInteger();
        code.constant(largest, -1);
        compareWith(isDouble, number, TWO_64);
        code.binary(X64.CMOVCC_R64_RM64 + Condition.AE, context.result(i), value, largest);
    }

    /** Emits code for the instruction if it is one of this class's. */
    boolean lower(int i, Opcode opcode) {
        switch (opcode) {
            case FADD -> arithmetic(i, X64.ADDSS, true);
            case FSUB -> arithmetic(i, X64.SUBSS, false);
            case FMUL -> arithmetic(i, X64.MULSS, true);
            case FDIV -> arithmetic(i, X64.DIVSS, false);
            case FMIN -> extremum(i, FloatSequences.MIN);
            case FMAX -> extremum(i, FloatSequences.MAX);
            case FCOPYSIGN -> copysign(i);
            case FABS -> abs(i);
            case FNEG -> neg(i);
            case FSQRT -> unary(i, X64.SQRTSS);
            case REINTERPRET -> reinterpret(i);
            case PROMOTE -> promote(i);
            case DEMOTE -> demote(i);
            case CONVERT_S -> convert(i, true);
            case CONVERT_U -> convert(i, false);
            case TRUNC_S -> truncate(i, true);
            case TRUNC_U -> truncate(i, false);
            case TRUNC_SAT_S -> truncateSaturating(i, true);
            case TRUNC_SAT_U -> truncateSaturating(i, false);
            default -> {
                return false;
            }
        }
        return true;
    }
}
