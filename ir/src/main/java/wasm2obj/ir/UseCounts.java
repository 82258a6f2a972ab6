package wasm2obj.ir;

/**
 * How often each value is used: by instructions of the layout's blocks and by edges. One sweep. The object is reused; a
 * pass that changes the function may keep the counts right.
 */
public final class UseCounts {
    private static final int NONE = Function.NONE;

    private int[] counts = new int[64];

    /** Counts all uses. */
    public void compute(Function function) {
        counts = IntArrays.filled(counts, function.instructionCount(), 0);
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            for (int i = function.first(b); i != NONE; i = function.next(i)) {
                addOperands(function, i, 1);
            }
            int first = function.firstEdge(b);
            for (int e = first; e < first + function.edgeCount(b); e++) {
                for (int k = 0; k < function.edgeArgumentCount(e); k++) {
                    counts[function.edgeArgument(e, k)]++;
                }
            }
        }
    }

    /** Adds to the counts of an instruction's operands. */
    public void addOperands(Function function, int instruction, int difference) {
        int a = function.a(instruction);
        int b = function.b(instruction);
        if (function.hasOperandList(instruction)) {
            for (int k = a; k < a + b; k++) {
                counts[function.pool(k)] += difference;
            }
            return;
        }
        addOne(a, difference);
        addOne(b, difference);
        addOne(function.c(instruction), difference);
    }

    private void addOne(int value, int difference) {
        if (value != NONE) {
            counts[value] += difference;
        }
    }

    public int count(int value) {
        return counts[value];
    }

    /** Adds to the count of a value. */
    public void add(int value, int difference) {
        counts[value] += difference;
    }

    /** A new value, without uses so far. */
    public void start(int value) {
        counts = IntArrays.extended(counts, value + 1);
        counts[value] = 0;
    }
}
