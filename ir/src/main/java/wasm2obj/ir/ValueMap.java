package wasm2obj.ir;

/**
 * Which values are to be replaced by which others, collected by a pass and applied in one sweep over the function: linear
 * in its size however many there are. Chains of replacements are followed, with path halving.
 */
final class ValueMap {
    private static final int NONE = Function.NONE;

    private int[] targets = new int[64];
    private int size;
    private boolean empty;

    /** Maps each of the function's values to itself. */
    void reset(Function function) {
        size = function.instructionCount();
        targets = IntArrays.filled(targets, size, NONE);
        empty = true;
    }

    /** Replaces a value; the replacement may be replaced later, but not by this value. */
    void replace(int value, int by) {
        if (value >= size) {
            targets = IntArrays.extended(targets, value + 1);
            java.util.Arrays.fill(targets, size, targets.length, NONE);
            size = targets.length;
        }
        targets[value] = by;
        empty = false;
    }

    /** What stands for the value now. */
    int get(int value) {
        int at = value;
        while (at < size && targets[at] != NONE) {
            int next = targets[at];
            if (next < size && targets[next] != NONE) {
                targets[at] = targets[next];
            }
            at = next;
        }
        return at;
    }

    boolean isEmpty() {
        return empty;
    }

    /** Replaces in all operands and edge arguments of the function. */
    void apply(Function function) {
        if (empty) {
            return;
        }
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            for (int i = function.first(b); i != NONE; i = function.next(i)) {
                applyToOperands(function, i);
            }
            applyToEdges(function, b);
        }
    }

    void applyToOperands(Function function, int instruction) {
        int a = function.a(instruction);
        int b = function.b(instruction);
        if (function.hasOperandList(instruction)) {
            for (int k = a; k < a + b; k++) {
                function.setPool(k, get(function.pool(k)));
            }
            return;
        }
        if (isReplaced(a)) {
            function.setA(instruction, get(a));
        }
        if (isReplaced(b)) {
            function.setB(instruction, get(b));
        }
        int c = function.c(instruction);
        if (isReplaced(c)) {
            function.setC(instruction, get(c));
        }
    }

    private boolean isReplaced(int value) {
        return value >= 0 && value < size && targets[value] != NONE;
    }

    void applyToEdges(Function function, int block) {
        int first = function.firstEdge(block);
        for (int e = first; e < first + function.edgeCount(block); e++) {
            for (int k = 0; k < function.edgeArgumentCount(e); k++) {
                function.setEdgeArgument(e, k, get(function.edgeArgument(e, k)));
            }
        }
    }
}
