package wasm2obj.frontend;

import java.util.Arrays;
import wasm2obj.ir.Function;

/**
 * Block parameters for locals that are made when something reads them, and only then.
 *
 * <p>Where control flow meets, most locals that differ are never read again: compilers use one local for many values. So
 * at a merge a local that differs gets a <em>pending</em> value, a negative number. It is copied around like any other
 * value. When code reads the local, the pending value becomes a parameter of the merge's block. At the function's end,
 * parameters need arguments; those that are pending values of other merges become parameters, too, until there are no
 * more. Then the edges get their arguments. The result is pruned SSA form, without an analysis of liveness: on code from
 * LLVM three of four parameters are never made.
 *
 * <p>A merge has pending values with consecutive numbers, and edges. For each edge, a slice of {@code data} has the
 * operands that it passes (these have parameters already), and then the value of each of the merge's locals.
 */
final class LateParameters {
    private static final int NONE = Body.NONE;

    /** The pending value number 0; number n is n less. */
    private static final int FIRST_PENDING = -2;

    private final Body body;
    private final Locals locals;

    private int mergeCount;
    private int[] blocks = new int[32];
    private int[] operandCounts = new int[32];
    private int[] firstPendings = new int[32];
    private int[] lastEdges = new int[32];

    private int pendingCount;
    private int[] merges = new int[64];
    private int[] localsOf = new int[64];
    private int[] parameters = new int[64];

    private int madeCount;
    private int[] made = new int[32];

    private int edgeCount;
    private int[] edges = new int[64];
    private int[] earlier = new int[64];
    private int[] starts = new int[64];

    private int dataSize;
    private int[] data = new int[256];

    LateParameters(Body body, Locals locals) {
        this.body = body;
        this.locals = locals;
    }

    void reset() {
        mergeCount = 0;
        pendingCount = 0;
        madeCount = 0;
        edgeCount = 0;
        dataSize = 0;
    }

    // ---- merges ----

    /** Starts a merge at a block with so many parameters for operands; gives its number. */
    int addMerge(int block, int operands) {
        if (mergeCount == blocks.length) {
            int size = 2 * mergeCount;
            blocks = Arrays.copyOf(blocks, size);
            operandCounts = Arrays.copyOf(operandCounts, size);
            firstPendings = Arrays.copyOf(firstPendings, size);
            lastEdges = Arrays.copyOf(lastEdges, size);
        }
        blocks[mergeCount] = block;
        operandCounts[mergeCount] = operands;
        firstPendings[mergeCount] = pendingCount;
        lastEdges[mergeCount] = NONE;
        return mergeCount++;
    }

    /** Adds a local to the merge that was started last; gives its value there. */
    int addLocal(int local) {
        if (pendingCount == merges.length) {
            int size = 2 * pendingCount;
            merges = Arrays.copyOf(merges, size);
            localsOf = Arrays.copyOf(localsOf, size);
            parameters = Arrays.copyOf(parameters, size);
        }
        merges[pendingCount] = mergeCount - 1;
        localsOf[pendingCount] = local;
        parameters[pendingCount] = NONE;
        return FIRST_PENDING - pendingCount++;
    }

    /**
     * Adds an edge to a merge; gives where its {@code count} values belong, which the caller puts there: those of the
     * operands, then those of the locals.
     */
    int addEdge(int merge, int edge, int count) {
        if (edgeCount == edges.length) {
            int size = 2 * edgeCount;
            edges = Arrays.copyOf(edges, size);
            earlier = Arrays.copyOf(earlier, size);
            starts = Arrays.copyOf(starts, size);
        }
        if (data.length - dataSize < count) {
            data = Arrays.copyOf(data, Math.max(2 * data.length, dataSize + count));
        }
        edges[edgeCount] = edge;
        earlier[edgeCount] = lastEdges[merge];
        starts[edgeCount] = dataSize;
        lastEdges[merge] = edgeCount++;
        int start = dataSize;
        dataSize += count;
        return start;
    }

    void put(int at, int value) {
        data[at] = value;
    }

    // ---- values ----

    static boolean isPending(int value) {
        return value <= FIRST_PENDING;
    }

    /** The parameter that a pending value has become, or the value itself. */
    int current(int value) {
        if (value > FIRST_PENDING) {
            return value;
        }
        int parameter = parameters[FIRST_PENDING - value];
        return parameter != NONE ? parameter : value;
    }

    /** The parameter for a pending value, which is made if it is not there. */
    int demand(int value) {
        int pending = FIRST_PENDING - value;
        if (parameters[pending] == NONE) {
            int block = blocks[merges[pending]];
            parameters[pending] = body.function.addParam(block, locals.irType(localsOf[pending]));
            if (madeCount == made.length) {
                made = Arrays.copyOf(made, 2 * madeCount);
            }
            made[madeCount++] = pending;
        }
        return parameters[pending];
    }

    // ---- the function's end ----

    /** Makes the parameters that others need for their arguments, and gives all edges their arguments. */
    void finish() {
        for (int i = 0; i < madeCount; i++) {
            demandArguments(made[i]);
        }
        for (int merge = 0; merge < mergeCount; merge++) {
            int count = body.function.paramCount(blocks[merge]);
            if (count > 0) {
                for (int edge = lastEdges[merge]; edge != NONE; edge = earlier[edge]) {
                    passArguments(merge, edge, count);
                }
            }
        }
    }

    private void demandArguments(int pending) {
        int merge = merges[pending];
        int index = operandCounts[merge] + pending - firstPendings[merge];
        for (int edge = lastEdges[merge]; edge != NONE; edge = earlier[edge]) {
            int value = data[starts[edge] + index];
            if (isPending(value)) {
                demand(value);
            }
        }
    }

    private void passArguments(int merge, int edge, int count) {
        Function function = body.function;
        int pool = function.allocatePool(count);
        int operandCount = operandCounts[merge];
        int at = starts[edge];
        for (int i = 0; i < operandCount; i++) {
            function.setPool(pool + i, data[at++]);
        }
        int first = firstPendings[merge];
        int end = merge + 1 < mergeCount ? firstPendings[merge + 1] : pendingCount;
        for (int pending = first; pending < end; pending++) {
            int parameter = parameters[pending];
            if (parameter != NONE) {
                int position = (int) function.imm(parameter);
                function.setPool(pool + position, current(data[at + pending - first]));
            }
        }
        function.setEdgeArguments(edges[edge], pool, count);
    }
}
