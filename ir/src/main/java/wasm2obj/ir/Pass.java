package wasm2obj.ir;

/**
 * One step that improves a function and keeps its meaning: results, memory, globals, calls and their order, and whether and
 * how it traps. Where a store and a trap follow each other, their order counts too.
 *
 * <p>A pass works in time about linear in the size of the function and makes no garbage per instruction; its object is
 * used for many functions.
 */
abstract class Pass {
    private final String name;
    private final boolean changesControlFlow;

    Pass(String name, boolean changesControlFlow) {
        this.name = name;
        this.changesControlFlow = changesControlFlow;
    }

    /** What switches and reports call it. */
    final String name() {
        return name;
    }

    /** Whether it may change blocks and edges; other passes leave them as they are. */
    final boolean changesControlFlow() {
        return changesControlFlow;
    }

    /** Improves the function; whether anything changed. */
    abstract boolean run(Function function, Analyses analyses);
}
