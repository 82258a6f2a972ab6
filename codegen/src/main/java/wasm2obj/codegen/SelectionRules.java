package wasm2obj.codegen;

import wasm2obj.ir.Function;

/**
 * Rules for operations of one theme, for one ISA: what all of them look at.
 *
 * @param <M> the ISA's matcher
 */
public abstract class SelectionRules<M extends ValueMatcher> {
    protected final M match;
    protected LoweringContext context;
    protected Function function;

    /** Rules that ask the matcher for registers. */
    protected SelectionRules(M match) {
        this.match = match;
    }

    /** A new function begins, for which the matcher is ready. */
    public void begin() {
        context = match.context;
        function = match.function;
    }
}
