package wasm2obj.codegen;

import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.regalloc.Operand;

/**
 * Rules for comparisons and for what depends on them, for all ISAs. An ISA adds the comparisons.
 *
 * @param <M> the ISA's matcher
 */
public abstract class ConditionLowering<M extends ValueMatcher> extends SelectionRules<M> {
    /** Rules that ask the matcher for registers. */
    protected ConditionLowering(M match) {
        super(match);
    }

    /** A comparison, {@code eqz}, or a test of a vector, as a value. */
    protected abstract void set(int i);

    /** Ends a block by a branch on the i32 in operand a. */
    protected abstract void branch(int i);

    /** {@code trap_if x}. */
    protected abstract void trapIf(int i);

    /** Emits what sets flags by the i32; the result is the condition under which it is not zero. */
    protected abstract int condition(int value);

    /** {@code select c, x, y} of integers or references. */
    protected abstract void selectInteger(int i);

    /** {@code select c, x, y}. */
    final void select(int i) {
        Type type = function.type(i);
        if (type == Type.V128) {
            selectByMove(i);
        } else if (type.isFloat()) {
            selectFloat(i);
        } else {
            selectInteger(i);
        }
    }

    /** {@code select c, x, y} of floats. */
    protected void selectFloat(int i) {
        selectByMove(i);
    }

    /** A jump over a move. */
    private void selectByMove(int i) {
        int chosen = context.reg(function.b(i));
        int otherwise = context.reg(function.c(i));
        int condition = condition(function.a(i));
        context.operand(Operand.definition(context.result(i), Operand.REUSE, 1));
        context.use(otherwise);
        context.use(chosen);
        context.emit(VCode.MOVE_IF, condition, 0);
    }

    /** Whether the value is a comparison of scalars, which sets flags. */
    protected static boolean isComparison(Opcode opcode) {
        return opcode == Opcode.EQZ
                || ValueMatcher.isIntegerComparison(opcode)
                || ValueMatcher.isFloatComparison(opcode);
    }

    /** Whether the value is a test of a vector. */
    protected static boolean isVectorTest(Opcode opcode) {
        return opcode == Opcode.VANY_TRUE || opcode == Opcode.VALL_TRUE;
    }
}
