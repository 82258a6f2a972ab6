package wasm2obj.isel.x64;

import wasm2obj.codegen.FloatLowering;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.RuntimeFunction;
import wasm2obj.ir.Type;
import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;

/**
 * Rules for scalar floats. With AVX every instruction is in its VEX form, which has a destination of its own.
 *
 * <p>Instructions that keep the upper part of their destination (sqrtss and others) take registers only: from memory they would wait for
 * whatever wrote the destination before.
 */
final class FloatRules extends FloatLowering<Matcher> {
    private static final long SIGN_32 = 0x8000_0000_8000_0000L;
    private static final long SIGN_64 = 0x8000_0000_0000_0000L;

    /** What rounds and how, in the immediate of roundss; 8: no exception for inexact results. */
    private static final int NEAREST = 8;

    private static final int DOWN = 9;
    private static final int UP = 10;
    private static final int TOWARDS_ZERO = 11;

    private final VCodeBuilder code;
    private final MemoryRules memory;
    private final CallRules calls;
    private final int features;
    private final boolean hasAvx;

    FloatRules(Matcher match, MemoryRules memory, CallRules calls, int features) {
        super(match);
        this.memory = memory;
        this.calls = calls;
        this.features = features;
        hasAvx = Feature.has(features, Feature.AVX);
        code = match.code;
    }

    private boolean isDouble(int value) {
        return function.type(value) == Type.F64;
    }

    @Override
    protected void constant(int vreg, Type type, long bits) {
        context.operand(Operand.definition(vreg, Operand.REGISTER, 0));
        if (bits == 0) {
            context.emit(Op.FLOAT_ZERO, 0, 0, AllocationInput.REMATERIALIZABLE, 0);
        } else {
            int number = context.code().constants.add(bits, 0);
            context.emit(
                    Op.ROW + memory.loadRow(type),
                    Op.CONSTANT,
                    Op.pack(number, 0),
                    AllocationInput.REMATERIALIZABLE,
                    0);
        }
    }

    // ---- arithmetic ----

    /** {@code fadd x, y} and its kind; two rows, of f32 and f64. */
    void binary(int i, int row32, int row64) {
        int a = function.a(i);
        int b = function.b(i);
        int row = isDouble(i) ? row64 : row32;
        int bytes = isDouble(i) ? 8 : 4;
        if (match.foldFloat(b, bytes)) {
            inPlaceMemory(row, context.result(i), context.reg(a));
            return;
        }
        boolean commutes = function.opcode(i).isCommutative();
        if (commutes && match.foldFloat(a, bytes)) {
            inPlaceMemory(row, context.result(i), context.reg(b));
            return;
        }
        if (commutes && context.prefersToOverwrite(i, a, b)) {
            int swapped = a;
            a = b;
            b = swapped;
        }
        int first = context.reg(a);
        inPlace(row, context.result(i), first, context.reg(b));
    }

    /** {@code dst = row(a, b)} for an SSE row that overwrites a. */
    private void inPlace(int row, int dst, int a, int b) {
        if (hasAvx) {
            code.binaryInto(X64.vexForm(row), dst, a, b);
        } else {
            code.binary(row, dst, a, b);
        }
    }

    private void inPlaceMemory(int row, int dst, int a) {
        if (hasAvx) {
            code.binaryMemoryInto(X64.vexForm(row), dst, a);
        } else {
            code.binaryMemory(row, dst, a);
        }
    }

    /** {@code fsqrt x}, {@code demote x}, {@code promote x}: registers only. */
    void unary(int i, int row) {
        unaryImmediate(i, row, 0);
    }

    private void unaryImmediate(int i, int row, int immediate) {
        int source = context.reg(function.a(i));
        context.operand(Operand.definition(context.result(i), Operand.REGISTER, 0));
        if (hasAvx) {
            context.use(source);
        }
        context.use(source);
        context.emit(Op.ROW + (hasAvx ? X64.vexForm(row) : row), 0, immediate);
    }

    void squareRoot(int i) {
        unary(i, isDouble(i) ? X64.SQRTSD : X64.SQRTSS);
    }

    /** {@code ffloor x} and its kind: roundss, or the runtime. */
    void round(int i) {
        Opcode opcode = function.opcode(i);
        if (Feature.has(features, Feature.SSE41)) {
            int mode =
                    switch (opcode) {
                        case FCEIL -> UP;
                        case FFLOOR -> DOWN;
                        case FTRUNC -> TOWARDS_ZERO;
                        default -> NEAREST;
                    };
            unaryImmediate(i, isDouble(i) ? X64.ROUNDSD : X64.ROUNDSS, mode);
        } else {
            calls.callRuntimeUnary(i, roundingFunction(opcode, isDouble(i)));
        }
    }

    private static RuntimeFunction roundingFunction(Opcode opcode, boolean isDouble) {
        return switch (opcode) {
            case FCEIL -> isDouble ? RuntimeFunction.CEIL_F64 : RuntimeFunction.CEIL_F32;
            case FFLOOR -> isDouble ? RuntimeFunction.FLOOR_F64 : RuntimeFunction.FLOOR_F32;
            case FTRUNC -> isDouble ? RuntimeFunction.TRUNC_F64 : RuntimeFunction.TRUNC_F32;
            default -> isDouble ? RuntimeFunction.NEAREST_F64 : RuntimeFunction.NEAREST_F32;
        };
    }

    /** {@code fmin x, y}, {@code fmax x, y}: minss, and out of line what it does otherwise than WebAssembly. */
    void minimumOrMaximum(int i) {
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        context.operand(Operand.definition(context.result(i), Operand.REUSE, 1));
        context.use(a);
        context.use(b);
        boolean isMaximum = function.opcode(i) == Opcode.FMAX;
        context.emit(Op.MIN_MAX, isDouble(i) ? 8 : 4, isMaximum ? 1 : 0);
    }

    // ---- signs ----

    private void signMask(boolean isDouble) {
        pool(isDouble ? SIGN_64 : SIGN_32);
    }

    private void absoluteMask(boolean isDouble) {
        pool(isDouble ? ~SIGN_64 : ~SIGN_32);
    }

    /** The memory operand is a constant with equal halves. */
    private void pool(long half) {
        code.address.set(Op.CONSTANT, context.code().constants.add(half, half));
    }

    /** {@code fabs x}: andps r, [mask]. */
    void absolute(int i) {
        int source = context.reg(function.a(i));
        absoluteMask(isDouble(i));
        inPlaceMemory(X64.ANDPS, context.result(i), source);
    }

    /** {@code fneg x}: xorps r, [mask]. */
    void negate(int i) {
        int source = context.reg(function.a(i));
        signMask(isDouble(i));
        inPlaceMemory(X64.XORPS, context.result(i), source);
    }

    /** {@code fcopysign x, y}: both parts masked, and joined. */
    @Override
    protected void copySign(int i) {
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        int magnitude = code.newFloat();
        absoluteMask(isDouble(i));
        inPlaceMemory(X64.ANDPS, magnitude, a);
        int sign = code.newFloat();
        signMask(isDouble(i));
        inPlaceMemory(X64.ANDPS, sign, b);
        // Spilled scalars are no operands of 128 bits, so both are in registers.
        context.operand(
                hasAvx
                        ? Operand.definition(context.result(i), Operand.REGISTER, 0)
                        : Operand.definition(context.result(i), Operand.REUSE, 1));
        context.use(magnitude);
        context.use(sign);
        context.emit(Op.ROW + (hasAvx ? X64.VORPS : X64.ORPS), 0, 0);
    }

    // ---- conversions ----

    /** {@code demote x}, {@code promote x}. */
    void convertFloat(int i) {
        unary(i, isDouble(i) ? X64.CVTSS2SD : X64.CVTSD2SS);
    }

    /**
     * <pre>
     *   convert_s x           cvtsi2ss of 32 or 64 bits
     *   convert_u x of i32    cvtsi2ss of 64 bits: the upper half is zero
     *   convert_u x of i64    with a fix for numbers from 2^63 on
     * </pre>
     */
    @Override
    protected void convertInteger(int i) {
        int a = function.a(i);
        boolean isLong = function.type(a) == Type.I64;
        boolean isUnsigned = function.opcode(i) == Opcode.CONVERT_U;
        int source = isLong || isUnsigned ? match.reg(a) : match.reg32(a);
        context.operand(Operand.definition(context.result(i), Operand.REGISTER, 0));
        if (isLong && isUnsigned) {
            context.use(source);
            context.emit(Op.CONVERT_U64, isDouble(i) ? 8 : 4, 0);
        } else {
            context.useAny(source);
            int row = conversionRow(isDouble(i), isLong || isUnsigned);
            context.emit(Op.CONVERT_INTEGER, hasAvx ? X64.vexForm(row) : row, 0);
        }
    }

    static int conversionRow(boolean toDouble, boolean fromLong) {
        if (toDouble) {
            return fromLong ? X64.CVTSI2SD_XMM_RM64 : X64.CVTSI2SD_XMM_RM32;
        }
        return fromLong ? X64.CVTSI2SS_XMM_RM64 : X64.CVTSI2SS_XMM_RM32;
    }

    @Override
    protected void truncate(int i, int source, int flags) {
        truncateBySequence(i, source, flags);
    }

    /**
     * <pre>
     *   reinterpret [memory]    the other type's load
     *   reinterpret x           movd, movq
     * </pre>
     */
    @Override
    protected void reinterpret(int i) {
        int a = function.a(i);
        Type to = function.type(i);
        if (match.foldMemory(a, to.bytes())) {
            code.unaryMemory(memory.loadRow(to), context.result(i));
            return;
        }
        int row =
                switch (to) {
                    case I32 -> X64.MOVD_RM32_XMM;
                    case I64 -> X64.MOVQ_RM64_XMM;
                    case F32 -> X64.MOVD_XMM_RM32;
                    default -> X64.MOVQ_XMM_RM64;
                };
        int source = to == Type.F32 ? match.reg32(a) : context.reg(a);
        code.unaryRegister(hasAvx ? X64.vexForm(row) : row, context.result(i), source);
    }
}
