package wasm2obj.ir;

/**
 * Checks that nothing that is computed from where an object is outlives the next safepoint, where objects move. Part of {@link
 * Verifier}; the function is right in all other respects.
 *
 * <p>From each use the ways back to the definition, which dominates it, are followed: there must be no safepoint on them.
 */
final class DerivedValues {
    private static final int NONE = Function.NONE;

    private final Verifier verifier;
    private Function function;
    private boolean[] derived = new boolean[64];
    private boolean[] visited = new boolean[64];
    private int[] worklist = new int[64];
    private int pending;

    DerivedValues(Verifier verifier) {
        this.verifier = verifier;
    }

    void check(Function function, Dominators dominators) {
        this.function = function;
        derived = IntArrays.cleared(derived, function.instructionCount());
        for (int k = 0; k < dominators.count(); k++) {
            int block = dominators.preorder(k);
            for (int i = function.first(block); i != NONE; i = function.next(i)) {
                checkOperands(i);
            }
        }
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            checkArguments(b);
        }
    }

    private void checkOperands(int i) {
        for (int k = function.operandCount(i) - 1; k >= 0; k--) {
            int operand = function.operand(i, k);
            if (derived[operand]) {
                derived[i] |= function.opcode(i).isPure();
                if (!isRight(operand, i)) {
                    verifier.error(i, "an object may have moved since operand " + (k + 1));
                }
            }
        }
        derived[i] |= function.opcode(i).effect() == Opcode.Effect.DERIVES;
    }

    private void checkArguments(int block) {
        int first = function.firstEdge(block);
        for (int e = first; e < first + function.edgeCount(block); e++) {
            for (int k = 0; k < function.edgeArgumentCount(e); k++) {
                if (derived[function.edgeArgument(e, k)]) {
                    verifier.error(function.last(block), "passes where an object is");
                }
            }
        }
    }

    /** Whether all ways from the definition to the use are free of safepoints. */
    private boolean isRight(int definition, int use) {
        visited = IntArrays.cleared(visited, function.blockCount());
        pending = 0;
        if (!goBack(function.previous(use), function.block(use), definition)) {
            return false;
        }
        while (pending > 0) {
            int block = worklist[--pending];
            if (!goBack(function.last(block), block, definition)) {
                return false;
            }
        }
        return true;
    }

    /** Goes back from an instruction to the definition or the block's start; false if there is a safepoint. */
    private boolean goBack(int from, int block, int definition) {
        for (int i = from; i != NONE; i = function.previous(i)) {
            if (i == definition) {
                return true;
            }
            if (Effects.isSafepoint(function, i)) {
                return false;
            }
        }
        for (int e = function.firstIncoming(block); e != NONE; e = function.nextIncoming(e)) {
            int source = function.edgeSource(e);
            if (!visited[source]) {
                visited[source] = true;
                worklist = IntArrays.extended(worklist, pending + 1);
                worklist[pending++] = source;
            }
        }
        return true;
    }
}
