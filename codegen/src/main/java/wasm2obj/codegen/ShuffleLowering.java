package wasm2obj.codegen;

/**
 * Rules for moving bytes by indices, for all ISAs. An ISA adds the instructions.
 *
 * <p>A shuffle of constant indices is tried as one instruction after the other, cheapest first; what none of them does is moved by tables
 * of indices. Patterns are looked for in the indices as they are and with the operands exchanged, so each is written for one order
 * only. Indices of a shuffle of one operand are below 16, and its patterns those for two with both the same.
 *
 * @param <M> the ISA's matcher
 */
public abstract class ShuffleLowering<M extends ValueMatcher> extends SelectionRules<M> {
    /** The indices of the shuffle that is being lowered. */
    protected final ShufflePattern pattern = new ShufflePattern();

    private final VectorValues<M> vectors;

    /** Rules that ask for constants. */
    protected ShuffleLowering(M match, VectorValues<M> vectors) {
        super(match);
        this.vectors = vectors;
    }

    // ---- what the ISA adds ----

    /** The bytes of one vector by the indices in another one. Indices above 15 give zero. */
    protected abstract void swizzle(int i);

    /** A register for the same value. */
    protected abstract void copy(int dst, int a);

    /** Moves bytes of one operand. */
    protected abstract void shuffleOne(int dst, int a);

    /** Moves bytes of a value and zeros, if there is a way that is better than those of two operands. */
    protected abstract boolean shuffleWithZero(int dst, int value, boolean zeroIsFirst);

    /** Moves bytes of two operands, if one instruction does. */
    protected abstract boolean shuffleAtOnce(int dst, int a, int b);

    /** Moves bytes of two operands, of which only number {@code kept}, 0 or 1, is not zero; or neither if that is -1. */
    protected abstract void shuffleBytes(int dst, int a, int b, int kept);

    // ---- shuffle ----

    final void shuffle(int i) {
        int a = function.a(i);
        int b = function.b(i);
        pattern.set(function.imm(i), function.vectorHigh(function.aux(i)));
        int dst = context.result(i);
        if (pattern.readsBoth() && a != b) {
            shuffleTwo(dst, a, b);
            return;
        }
        int value = context.reg(pattern.readsFirst() ? a : b);
        pattern.unite();
        if (pattern.isRotation(0)) {
            copy(dst, value);
        } else {
            shuffleOne(dst, value);
        }
    }

    private void shuffleTwo(int dst, int first, int second) {
        int kept = vectors.isZero(first) ? 1 : vectors.isZero(second) ? 0 : -1;
        if (kept >= 0 && shuffleWithZero(dst, kept == 0 ? first : second, kept == 1)) {
            return;
        }
        int a = context.reg(first);
        int b = context.reg(second);
        if (shuffleAtOnce(dst, a, b)) {
            return;
        }
        pattern.exchange();
        boolean isDone = shuffleAtOnce(dst, b, a);
        pattern.exchange();
        if (!isDone) {
            shuffleBytes(dst, a, b, kept);
        }
    }
}
