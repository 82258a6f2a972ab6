package wasm2obj.isel.x64;

import wasm2obj.codegen.VectorValues;
import wasm2obj.ir.Opcode;
import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;

/**
 * What the rules for vectors are written in: instructions of SSE rows on virtual registers, in their VEX forms where the processor has
 * AVX.
 *
 * <p><b>Memory.</b> An SSE instruction's memory operand of 16 bytes must be aligned. Constants and spill slots are; what a module
 * loads is not, so such loads are memory operands of VEX forms only.
 *
 * <p>A method with a destination defines it; one without gives a new register. Sources stay as they are: where the row overwrites
 * one, the allocator copies it if somebody else needs it.
 */
final class VectorBuilder extends VectorValues<Matcher> {
    private final VCodeBuilder code;
    private final int features;
    final boolean hasAvx;

    VectorBuilder(Matcher match, int features) {
        super(match);
        this.features = features;
        hasAvx = has(Feature.AVX);
        code = match.code;
    }

    boolean has(int feature) {
        return Feature.has(features, feature);
    }

    /** The row, or its VEX form. */
    int vex(int row) {
        return hasAvx ? X64.vexForm(row) : row;
    }

    // ---- dst = row(a, b): the row reads its destination ----

    void op(int row, int dst, int a, int b) {
        opImmediate(row, dst, a, b, 0);
    }

    int op(int row, int a, int b) {
        return opImmediate(row, a, b, 0);
    }

    int opImmediate(int row, int a, int b, int immediate) {
        int dst = newVector();
        opImmediate(row, dst, a, b, immediate);
        return dst;
    }

    void opImmediate(int row, int dst, int a, int b, int immediate) {
        defineFrom(dst, a);
        context.useAny(b);
        context.emit(Op.ROW + vex(row), 0, immediate & 0xffff_ffffL);
    }

    /** The same where the second source is no vector, so that its spill slot may be too small. */
    void opRegister(int row, int dst, int a, int b, int immediate) {
        defineFrom(dst, a);
        context.use(b);
        context.emit(Op.ROW + vex(row), 0, immediate & 0xffff_ffffL);
    }

    /** The same with a constant; both halves are given. */
    void opConstant(int row, int dst, int a, long low, long high, int immediate) {
        setConstant(low, high);
        opMemory(row, dst, a, immediate);
    }

    /** The same with a constant of equal halves. */
    void opConstant(int row, int dst, int a, long half) {
        opConstant(row, dst, a, half, half, 0);
    }

    int opConstant(int row, int a, long half) {
        int dst = newVector();
        opConstant(row, dst, a, half);
        return dst;
    }

    /** The same with the builder's memory operand. */
    void opMemory(int row, int dst, int a, int immediate) {
        defineFrom(dst, a);
        code.address.addOperands(context);
        code.address.emit(context, vex(row), immediate);
    }

    private void defineFrom(int dst, int a) {
        int constraint = hasAvx ? Operand.REGISTER : Operand.REUSE;
        context.operand(Operand.definition(dst, constraint, hasAvx ? 0 : 1));
        context.use(a);
    }

    // ---- dst = row(a): the row only writes its destination ----

    void unary(int row, int dst, int a) {
        unaryImmediate(row, dst, a, 0);
    }

    int unary(int row, int a) {
        return unaryImmediate(row, a, 0);
    }

    int unaryImmediate(int row, int a, int immediate) {
        int dst = newVector();
        unaryImmediate(row, dst, a, immediate);
        return dst;
    }

    void unaryImmediate(int row, int dst, int a, int immediate) {
        context.def(dst);
        context.useAny(a);
        context.emit(Op.ROW + vex(row), 0, immediate & 0xffff_ffffL);
    }

    /** Registers only; for sources or destinations that are no vectors. */
    void move(int row, int dst, int a, int immediate) {
        context.def(dst);
        context.use(a);
        context.emit(Op.ROW + vex(row), 0, immediate & 0xffff_ffffL);
    }

    /** {@code row dst, memory}. */
    void load(int row, int dst) {
        code.unaryMemory(vex(row), dst);
    }

    // ---- dst = row(a, immediate): the row overwrites a ----

    void shift(int row, int dst, int a, int count) {
        defineFrom(dst, a);
        context.emit(Op.ROW + vex(row), 0, count);
    }

    int shift(int row, int a, int count) {
        int dst = newVector();
        shift(row, dst, a, count);
        return dst;
    }

    // ---- other instructions ----

    /** The parts of {@code yes} where the mask's sign bits are set, else of {@code no}; bytes, singles or doubles by the SSE row. */
    void blend(int row, int dst, int no, int yes, int mask) {
        if (hasAvx) {
            context.def(dst);
            context.use(no);
            context.useAny(yes);
            context.use(mask);
            context.emit(Op.ROW + vexBlend(row), 0, 0);
        } else {
            context.defReuse(dst, 1);
            context.use(no);
            context.useAny(yes);
            context.useFixed(mask, X64Registers.FIRST_XMM);
            context.emit(Op.ROW + row, 0, 0);
        }
    }

    private static int vexBlend(int row) {
        return row == X64.PBLENDVB
                ? X64.VPBLENDVB_XMM_XMM_XMMM128_XMM
                : row == X64.BLENDVPS
                        ? X64.VBLENDVPS_XMM_XMM_XMMM128_XMM
                        : X64.VBLENDVPD_XMM_XMM_XMMM128_XMM;
    }

    // ---- constants ----

    /** A constant is the memory operand of the next instruction. */
    void setConstant(long low, long high) {
        code.address.set(Op.CONSTANT, context.code().constants.add(low, high));
    }

    /** A new register with a constant. */
    @Override
    public int constant(long low, long high) {
        int dst = newVector();
        context.def(dst);
        if ((low | high) == 0) {
            context.emit(Op.FLOAT_ZERO, 0, 0, AllocationInput.REMATERIALIZABLE, 0);
        } else if ((low & high) == -1) {
            context.emit(Op.VECTOR_ONES, 0, 0, AllocationInput.REMATERIALIZABLE, 0);
        } else {
            int number = context.code().constants.add(low, high);
            context.emit(
                    Op.ROW + vex(X64.MOVAPS),
                    Op.CONSTANT,
                    Op.pack(number, 0),
                    AllocationInput.REMATERIALIZABLE,
                    0);
        }
        return dst;
    }

    // ---- operands of the IR ----

    /** Makes a constant, or a load if that is possible, the memory operand. */
    private boolean fold(int value) {
        if (isConstant(value)) {
            setConstant(low(value), high(value));
            return true;
        }
        return hasAvx && match.foldMemory(value, 16);
    }

    /** {@code i = row(a, b)}. */
    void binary(int i, int row) {
        int a = function.a(i);
        int b = function.b(i);
        if (function.opcode(i).isCommutative() && prefersSwapped(i, a, b)) {
            binary(i, row, b, a, 0);
        } else {
            binary(i, row, a, b, 0);
        }
    }

    /** A constant or load is better second; first is better what nobody else needs. */
    private boolean prefersSwapped(int i, int a, int b) {
        if (isConstant(b) || isConstant(a)) {
            return isConstant(a);
        }
        boolean loadA = hasAvx && isLoad(a) && context.canSink(a);
        boolean loadB = hasAvx && isLoad(b) && context.canSink(b);
        return loadA != loadB ? loadA : context.prefersToOverwrite(i, a, b);
    }

    private boolean isLoad(int value) {
        return function.opcode(value) == Opcode.LOAD;
    }

    /** {@code i = row(a, b, immediate)} on values of the IR. */
    void binary(int i, int row, int a, int b, int immediate) {
        if (fold(b)) {
            opMemory(row, context.result(i), context.reg(a), immediate);
        } else {
            int first = context.reg(a);
            opImmediate(row, context.result(i), first, context.reg(b), immediate);
        }
    }

    /** {@code i = row(a, immediate)}, where the row reads 16 bytes. */
    void unaryValue(int i, int row, int immediate) {
        int a = function.a(i);
        if (hasAvx && match.foldMemory(a, 16)) {
            code.unaryMemoryImmediate(vex(row), context.result(i), immediate);
        } else {
            unaryImmediate(row, context.result(i), context.reg(a), immediate);
        }
    }
}
