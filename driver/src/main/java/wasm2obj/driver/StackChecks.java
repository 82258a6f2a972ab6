package wasm2obj.driver;

import wasm2obj.frontend.CallGraph;
import wasm2obj.frontend.WasmModule;

/**
 * Which functions compare the stack pointer with the limit.
 *
 * <p>A comparison in every function that calls another costs three instructions a call and, with its trap, four of code. Not all are
 * needed: below the limit there is room for what a function with a comparison calls, as long as that comes to an end or to the next
 * comparison soon. So functions go without as long as no chain of calls leads through more than {@value #DEPTH} of them, each
 * with a small frame; one whose frame is not small compares for itself, whatever is said here.
 *
 * <p><b>Strategy.</b> The functions are visited depth first along their calls, and decided when all that they call have been: a function
 * compares if it calls one that is still being visited, which may be a cycle; if it calls what is not known; or if the chain
 * below it would be too long. So every cycle of calls has a comparison. A tail call adds no frame: what it leads to, when that is not
 * known yet, counts as a chain that is just not too long, so that the callers compare. Linear in the number of calls.
 *
 * <p>A function that takes in another's body calls what that one called: if that one compares, so must it.
 */
final class StackChecks {
    /** With frames of less than 256 bytes: 4 KiB (docs/abi.md). */
    private static final int DEPTH = 16;

    private static final byte NEW = 0;
    private static final byte VISITED = 1;
    private static final byte DONE = 2;

    private final CallGraph calls;
    private final byte[] states;

    /** By function that is done: how many functions without a comparison a chain from it on leads through; 0 for one that compares. */
    private final byte[] depths;

    /** The functions being visited, and where the calls of each go on. */
    private final int[] path;

    private final int[] nexts;

    private StackChecks(WasmModule module, CallGraph calls) {
        this.calls = calls;
        states = new byte[module.functionCount()];
        depths = new byte[module.functionCount()];
        path = new int[module.functionCount()];
        nexts = new int[module.functionCount()];
    }

    /** By function index: whether it compares. */
    static boolean[] of(WasmModule module, CallGraph calls) {
        StackChecks checks = new StackChecks(module, calls);
        boolean[] compares = new boolean[module.functionCount()];
        for (int f = module.importedFunctionCount(); f < compares.length; f++) {
            if (checks.states[f] == NEW) {
                checks.visit(f);
            }
            compares[f] = checks.depths[f] == 0;
        }
        return compares;
    }

    private void visit(int root) {
        int length = enter(root, 0);
        while (length != 0) {
            int function = path[length - 1];
            if (nexts[length - 1] == calls.end(function)) {
                depths[function] = (byte) depth(function);
                states[function] = DONE;
                length--;
            } else {
                int callee = calls.callee(nexts[length - 1]++);
                if (states[callee] == NEW) {
                    length = enter(callee, length);
                }
            }
        }
    }

    private int enter(int function, int length) {
        states[function] = VISITED;
        path[length] = function;
        nexts[length] = calls.start(function);
        return length + 1;
    }

    private int depth(int function) {
        if (calls.callsUnknown(function)) {
            return 0;
        }
        int depth = calls.tailCallsUnknown(function) ? DEPTH : 1;
        for (int k = calls.start(function); k < calls.end(function); k++) {
            int callee = calls.callee(k);
            boolean isKnown = states[callee] == DONE;
            if (calls.isTailCall(k)) {
                depth = Math.max(depth, isKnown ? depths[callee] : DEPTH);
            } else if (!isKnown || depths[callee] == DEPTH) {
                return 0;
            } else {
                depth = Math.max(depth, depths[callee] + 1);
            }
        }
        return depth;
    }
}
