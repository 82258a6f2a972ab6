package wasm2obj.codegen;

import wasm2obj.ir.Type;

/**
 * Rules for scalar floats that all ISAs have in the same form. An ISA adds the instructions.
 *
 * @param <M> the ISA's matcher
 */
public abstract class FloatLowering<M extends ValueMatcher> extends SelectionRules<M> {
    /** Rules that ask the matcher for registers. */
    protected FloatLowering(M match) {
        super(match);
    }

    /** Gives the register the constant with the bits. */
    protected abstract void constant(int vreg, Type type, long bits);

    protected abstract void copySign(int i);

    /** {@code convert_s x}, {@code convert_u x}. */
    protected abstract void convertInteger(int i);

    /** The bits of an integer as a float, or the other way round. */
    protected abstract void reinterpret(int i);

    /** {@code trunc_s x} and its kind of a register; the flags are those of {@link VCode#TRUNCATE}. */
    protected abstract void truncate(int i, int source, int flags);

    /** {@code trunc_s x} and its kind, saturating or not. */
    final void truncate(int i) {
        int source = context.reg(function.a(i));
        int flags = function.type(function.a(i)) == Type.F64 ? VCode.FROM_F64 : 0;
        flags |= function.type(i) == Type.I64 ? VCode.TO_I64 : 0;
        switch (function.opcode(i)) {
            case TRUNC_U -> flags |= VCode.UNSIGNED;
            case TRUNC_SAT_S -> flags |= VCode.SATURATING;
            case TRUNC_SAT_U -> flags |= VCode.UNSIGNED | VCode.SATURATING;
            default -> {}
        }
        truncate(i, source, flags);
    }

    /** Emits {@link VCode#TRUNCATE}. */
    protected final void truncateBySequence(int i, int source, int flags) {
        context.def(context.result(i));
        context.use(source);
        context.emit(VCode.TRUNCATE, flags, 0);
    }
}
