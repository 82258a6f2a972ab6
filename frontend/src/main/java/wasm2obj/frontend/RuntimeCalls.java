package wasm2obj.frontend;

import wasm2obj.ir.RuntimeFunction;
import wasm2obj.ir.Type;

/**
 * Builds calls of the runtime, one argument after the other; and the counting of references (docs/abi.md), which is expanded
 * into calls only where it must.
 */
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

    /** The frame has read a value of the type from a place that counts its references, and may keep it longer than that does. */
    void hold(int value, int type) {
        count(RuntimeFunction.HOLD, value, type);
    }

    /** A place that counts its references gets the value. */
    void retain(int value, int type) {
        count(RuntimeFunction.RETAIN, value, type);
    }

    /** A place that counts its references got the value, and had the old one until now. Anything may happen. */
    void replace(int value, int old) {
        begin(RuntimeFunction.REPLACE);
        add(value);
        add(old);
        call();
    }

    private void count(RuntimeFunction function, int value, int type) {
        if (!body.dead && ValueType.isCounted(type)) {
            begin(function);
            add(value);
            call();
        }
    }

    /** Ends the call and gives its result. */
    int call() {
        return body.dead ? Body.NONE : body.builder.callRuntime(callee, arguments, 0, count);
    }
}
