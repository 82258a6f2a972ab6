package wasm2obj.ir;

/**
 * The blocks that can be reached from the entry, in reverse postorder: each before its successors, except along the
 * edges that close loops. Of several successors the first comes first.
 *
 * <p>Linear in blocks and edges, without recursion. The object is reused from function to function.
 */
public final class ControlFlow {
    private static final int NONE = Function.NONE;

    private int count;
    private int[] order = new int[64];
    private int[] positions = new int[64];

    /** During the search: the blocks on the path, and for each the edges still to follow. */
    private int[] path = new int[64];

    private int[] edgesLeft = new int[64];

    /** Computes the order for the function's present edges. */
    public void compute(Function function) {
        int blocks = function.blockCount();
        order = IntArrays.atLeast(order, blocks);
        positions = IntArrays.filled(positions, blocks, NONE);
        path = IntArrays.atLeast(path, blocks);
        edgesLeft = IntArrays.atLeast(edgesLeft, blocks);
        search(function, blocks);
    }

    private void search(Function function, int blocks) {
        int free = blocks;
        int depth = 0;
        int entry = function.firstBlock();
        positions[entry] = 0;
        path[0] = entry;
        edgesLeft[0] = function.edgeCount(entry);
        while (depth >= 0) {
            int block = path[depth];
            if (edgesLeft[depth] == 0) {
                order[--free] = block;
                depth--;
                continue;
            }
            int edge = function.firstEdge(block) + --edgesLeft[depth];
            int target = function.edgeTarget(edge);
            if (positions[target] == NONE) {
                positions[target] = 0;
                depth++;
                path[depth] = target;
                edgesLeft[depth] = function.edgeCount(target);
            }
        }
        count = blocks - free;
        System.arraycopy(order, free, order, 0, count);
        for (int i = 0; i < count; i++) {
            positions[order[i]] = i;
        }
    }

    /** The number of reachable blocks. */
    public int count() {
        return count;
    }

    /** The block at a position of the order. */
    public int block(int position) {
        return order[position];
    }

    /** The position of a block, or NONE if it cannot be reached. */
    public int position(int block) {
        return positions[block];
    }

    public boolean isReachable(int block) {
        return positions[block] != NONE;
    }
}
