package wasm2obj.frontend;

import wasm2obj.ir.RuntimeFunction;
import wasm2obj.ir.Type;

/** Builds calls of the runtime, one argument after the other. */
final class RuntimeCalls {
    private static final int MOST_ARGUMENTS = 8;

    private final Body body;
    private final int[] arguments = new int[MOST_ARGUMENTS];
    private RuntimeFunction callee;
    private int count;

    RuntimeCalls(Body body) {
        this.body = body;
    }

    /** Starts a call. */
    void begin(RuntimeFunction function) {
        callee = function;
        count = 0;
    }

    /** Adds an argument. */
    void add(int value) {
        arguments[count++] = value;
    }

    /** Adds the index of an entity, a constant. */
    void addIndex(int index) {
        add(body.constant(Type.I32, index));
    }

    /** Ends the call and gives its result. */
    int call() {
        return body.dead ? Body.NONE : body.builder.callRuntime(callee, arguments, 0, count);
    }
}
