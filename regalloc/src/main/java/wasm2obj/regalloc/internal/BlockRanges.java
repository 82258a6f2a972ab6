package wasm2obj.regalloc.internal;

import java.util.Arrays;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;

/**
 * Coarse live ranges, in linear time: for each virtual register one range of blocks that is sure to contain its live range.
 *
 * <p><b>Problem.</b> A function of a million instructions needs slots for the values that cross blocks. Exact liveness is
 * quadratic in the worst case (each of many values live in each of many blocks); one slot a value makes frames of megabytes.
 *
 * <p><b>Strategy.</b> Number the blocks so that each but the entry has a predecessor before it (layout order, or reverse
 * post-order if the layout lacks that). Then every block follows its dominators, so a value lives only in blocks after its
 * definition's, and control returns to before a block only by an edge that goes backward. A range from the definition to the
 * last use is therefore safe once it contains each backward edge into it that does not also leave it at the top: where it
 * touches a loop whose header follows the definition, it covers the loop. Ranges of loops are made properly nested first, so
 * the outermost loop to cover is found by walking up from the last use's.
 *
 * <p><b>Invariants.</b> A parameter's range also covers the ends of all predecessors, where it is written. A walk up the loop tree
 * takes a fixed number of steps at most and then settles for the outermost loop.
 */
public final class BlockRanges {
    private static final int NONE = -1;
    private static final int MAX_WALK = 64;

    /** Position of each block in the order, and the block at each position. */
    public int[] order = new int[64];

    public int[] blockAt = new int[64];

    /** By virtual register: positions of the first and the last block of its range. */
    public int[] first = new int[256];

    public int[] last = new int[256];

    // The loops: by position of the header, the position of the last block; the enclosing loop.
    private int[] loopEnd = new int[64];
    private int[] parent = new int[64];
    private int[] root = new int[64];

    /** By position of a block: header of the innermost loop around it. */
    private int[] innermost = new int[64];

    private int[] stack = new int[64];

    /** Computes everything. */
    public void compute(AllocationInput input) {
        grow(input);
        if (isOrdered(input)) {
            for (int b = 0; b < input.blockCount; b++) {
                order[b] = b;
                blockAt[b] = b;
            }
        } else {
            reversePostOrder(input);
        }
        findRanges(input);
        findLoops(input);
        for (int v = 0; v < input.vregCount; v++) {
            if (first[v] < last[v]) {
                last[v] = Math.max(last[v], closure(first[v], last[v]));
            }
        }
    }

    private void grow(AllocationInput input) {
        if (order.length < input.blockCount) {
            int size = Math.max(input.blockCount, 2 * order.length);
            order = new int[size];
            blockAt = new int[size];
            loopEnd = new int[size];
            parent = new int[size];
            root = new int[size];
            innermost = new int[size];
            stack = new int[size];
        }
        if (first.length < input.vregCount) {
            int size = Math.max(input.vregCount, 2 * first.length);
            first = new int[size];
            last = new int[size];
        }
    }

    /** Whether each block but the first has a predecessor before it. */
    private static boolean isOrdered(AllocationInput input) {
        for (int b = 1; b < input.blockCount; b++) {
            int k = input.predecessorStarts[b];
            int end = input.predecessorStarts[b + 1];
            while (k < end && input.predecessors[k] >= b) {
                k++;
            }
            if (k == end) {
                return false;
            }
        }
        return true;
    }

    private void reversePostOrder(AllocationInput input) {
        int count = input.blockCount;
        int[] nextSuccessor = loopEnd;
        Arrays.fill(order, 0, count, NONE);
        int position = count;
        // From the entry; blocks it does not reach come first, where they do no harm.
        int depth = 0;
        stack[depth++] = 0;
        order[0] = count;
        nextSuccessor[0] = input.successorStarts[0];
        while (depth > 0) {
            int b = stack[depth - 1];
            if (nextSuccessor[b] < input.successorStarts[b + 1]) {
                int s = input.successors[nextSuccessor[b]++];
                if (order[s] == NONE) {
                    order[s] = count;
                    nextSuccessor[s] = input.successorStarts[s];
                    stack[depth++] = s;
                }
            } else {
                depth--;
                place(b, --position);
            }
        }
        for (int b = count - 1; b >= 0; b--) {
            if (order[b] == NONE) {
                place(b, --position);
            }
        }
    }

    private void place(int block, int position) {
        order[block] = position;
        blockAt[position] = block;
    }

    private void findRanges(AllocationInput input) {
        Arrays.fill(first, 0, input.vregCount, Integer.MAX_VALUE);
        Arrays.fill(last, 0, input.vregCount, NONE);
        for (int b = 0; b < input.blockCount; b++) {
            int position = order[b];
            int operandsEnd = input.operandStarts[input.blockStarts[b + 1]];
            for (int o = input.operandStarts[input.blockStarts[b]]; o < operandsEnd; o++) {
                cover(Operand.vreg(input.operands[o]), position);
            }
            for (int k = input.argumentStarts[b]; k < input.argumentStarts[b + 1]; k++) {
                cover(input.arguments[k], position);
            }
            for (int k = input.paramStarts[b]; k < input.paramStarts[b + 1]; k++) {
                cover(input.params[k], position);
            }
            if (input.argumentStarts[b] < input.argumentStarts[b + 1]) {
                int successor = input.successors[input.successorStarts[b]];
                for (int k = input.paramStarts[successor];
                        k < input.paramStarts[successor + 1];
                        k++) {
                    cover(input.params[k], position);
                }
            }
        }
    }

    private void cover(int vreg, int position) {
        first[vreg] = Math.min(first[vreg], position);
        last[vreg] = Math.max(last[vreg], position);
    }

    private void findLoops(AllocationInput input) {
        int count = input.blockCount;
        Arrays.fill(loopEnd, 0, count, NONE);
        for (int b = 0; b < count; b++) {
            for (int k = input.successorStarts[b]; k < input.successorStarts[b + 1]; k++) {
                int header = order[input.successors[k]];
                if (header <= order[b]) {
                    loopEnd[header] = Math.max(loopEnd[header], order[b]);
                }
            }
        }
        // Outermost loops of what follows the header at hand, the nearest on top.
        int depth = 0;
        for (int h = count - 1; h >= 0; h--) {
            if (loopEnd[h] == NONE) {
                continue;
            }
            parent[h] = NONE;
            while (depth > 0 && stack[depth - 1] <= loopEnd[h]) {
                int inner = stack[--depth];
                parent[inner] = h;
                loopEnd[h] = Math.max(loopEnd[h], loopEnd[inner]);
            }
            stack[depth++] = h;
        }
        int loop = NONE;
        for (int p = 0; p < count; p++) {
            while (loop != NONE && loopEnd[loop] < p) {
                loop = parent[loop];
            }
            if (loopEnd[p] != NONE) {
                root[p] = loop == NONE ? p : root[loop];
                loop = p;
            }
            innermost[p] = loop;
        }
    }

    /** Where a range that starts at {@code from} and is used at {@code to} must end. */
    private int closure(int from, int to) {
        int loop = innermost[to];
        int end = to;
        for (int steps = 0; loop > from; steps++) {
            if (steps == MAX_WALK) {
                return loopEnd[root[loop]];
            }
            end = loopEnd[loop];
            loop = parent[loop];
        }
        return end;
    }
}
