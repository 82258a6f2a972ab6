package wasm2obj.codegen;

import wasm2obj.ir.Opcode;

/**
 * Rules for integers that all ISAs have in the same form. An ISA adds the instructions.
 *
 * @param <M> the ISA's matcher
 */
public abstract class IntegerLowering<M extends ValueMatcher> extends SelectionRules<M> {
    /** Rules that ask the matcher for registers. */
    protected IntegerLowering(M match) {
        super(match);
    }

    protected abstract void add(int i);

    protected abstract void sub(int i);

    protected abstract void mul(int i);

    /** From i64 to i32. */
    protected abstract void wrap(int i);

    /** From i32 to i64. */
    protected abstract void extendUnsigned(int i);

    protected abstract void countLeadingZeros(int i);

    protected abstract void countTrailingZeros(int i);

    protected abstract void populationCount(int i);

    /** Traps if a register of the width is zero. */
    protected abstract void trapIfZero(int register, int width);

    /** A quotient or remainder by what is not zero, of registers of the width; {@code div_s} traps where it overflows. */
    protected abstract void divide(int i, Opcode opcode, int width, int dividend, int divisor);

    /** {@code div_s}, {@code div_u}, {@code rem_s}, {@code rem_u}; the divisor is not compared with zero if it is a constant. */
    final void divide(int i, Opcode opcode) {
        int width = match.width(i);
        int value = function.b(i);
        int divisor = match.reg(value, width);
        int dividend = match.reg(function.a(i), width);
        if (!match.isConstant(value) || function.imm(value) == 0) {
            trapIfZero(divisor, width);
        }
        divide(i, opcode, width, dividend, divisor);
    }
}
