package wasm2obj.frontend;

import java.util.Arrays;

/**
 * Which functions of a module call which, and which tail call which. Calls of imported functions and those through tables and
 * references can lead anywhere: of them it is only known that there are some.
 */
public final class CallGraph {
    private final int imported;
    private final int[] starts;
    private final int[] ends;
    private final boolean[] anyCalled;
    private final boolean[] anyTailCalled;
    private int count;

    /** Tail calls are complements of indices. */
    private int[] callees = new int[256];

    private int caller;

    /** By function: the last one that was seen to call it, so that each pair is kept once; and for tail calls. */
    private final int[] lastCallers;

    private final int[] lastTailCallers;

    CallGraph(int importedCount, int functionCount) {
        imported = importedCount;
        starts = new int[functionCount];
        ends = new int[functionCount];
        anyCalled = new boolean[functionCount];
        anyTailCalled = new boolean[functionCount];
        lastCallers = new int[functionCount];
        lastTailCallers = new int[functionCount];
        Arrays.fill(lastCallers, WasmModule.NONE);
        Arrays.fill(lastTailCallers, WasmModule.NONE);
    }

    /** What is added next is done by the function. */
    void begin(int function) {
        caller = function;
        starts[function] = count;
        ends[function] = count;
    }

    /** A call of a function. */
    void addCall(int callee) {
        if (isOwn(callee)) {
            addOnce(callee, callee, lastCallers);
        } else {
            anyCalled[caller] = true;
        }
    }

    void addTailCall(int callee) {
        if (isOwn(callee)) {
            addOnce(callee, ~callee, lastTailCallers);
        } else {
            anyTailCalled[caller] = true;
        }
    }

    /** Whether the callee is known; an index that does not exist is for the translator to complain about. */
    private boolean isOwn(int callee) {
        return callee >= imported && callee < lastCallers.length;
    }

    private void addOnce(int callee, int edge, int[] last) {
        if (last[callee] != caller) {
            last[callee] = caller;
            append(edge);
        }
    }

    private void append(int edge) {
        if (count == callees.length) {
            callees = Arrays.copyOf(callees, 2 * count);
        }
        callees[count++] = edge;
        ends[caller] = count;
    }

    /** A call of whatever function. */
    void addUnknownCall() {
        anyCalled[caller] = true;
    }

    void addUnknownTailCall() {
        anyTailCalled[caller] = true;
    }

    /** Whether the function has calls that can lead anywhere, tail calls not among them. */
    public boolean callsUnknown(int function) {
        return anyCalled[function];
    }

    /** Whether the function has tail calls that can lead anywhere. */
    public boolean tailCallsUnknown(int function) {
        return anyTailCalled[function];
    }

    /** Where the functions that one calls or tail calls begin, for {@link #callee}. */
    public int start(int function) {
        return starts[function];
    }

    /** Where they end. */
    public int end(int function) {
        return ends[function];
    }

    /** A function of the module's own that is called. */
    public int callee(int at) {
        return isTailCall(at) ? ~callees[at] : callees[at];
    }

    public boolean isTailCall(int at) {
        return callees[at] < 0;
    }
}
