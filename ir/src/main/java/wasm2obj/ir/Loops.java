package wasm2obj.ir;

/**
 * The natural loops and how they nest. A loop has one header, which dominates it; edges from inside to the header close
 * it. Cycles that can be entered at several places do not come from WebAssembly; they are tolerated, and are no loops.
 *
 * <p>Loops are found from inner to outer (in reverse preorder of the dominator tree) by walking backwards from the closing
 * edges. Blocks of a loop that is done count as one, with its header for representative (union-find with path
 * halving), so each block is walked over at most twice in all: almost linear however deep loops nest. No recursion.
 *
 * <p>Loops are numbered; an inner one has a smaller number than those around it. The object is reused from function to
 * function.
 */
public final class Loops {
    private static final int NONE = Function.NONE;

    private int count;
    private int[] headers = new int[16];
    private int[] parents = new int[16];
    private int[] depths = new int[16];

    /** By block: the innermost loop. */
    private int[] loops = new int[64];

    /** By block: towards the header of the outermost loop known so far around it. */
    private int[] representatives = new int[64];

    private int[] worklist = new int[64];
    private int pending;

    /** Finds the loops. */
    public void compute(Function function, Dominators dominators) {
        int blocks = function.blockCount();
        loops = IntArrays.filled(loops, blocks, NONE);
        representatives = IntArrays.atLeast(representatives, blocks);
        for (int b = 0; b < blocks; b++) {
            representatives[b] = b;
        }
        count = 0;
        for (int i = dominators.count() - 1; i >= 0; i--) {
            findLoop(function, dominators, dominators.preorder(i));
        }
        for (int loop = count - 1; loop >= 0; loop--) {
            depths[loop] = parents[loop] == NONE ? 1 : depths[parents[loop]] + 1;
        }
    }

    private void findLoop(Function function, Dominators dominators, int header) {
        pending = 0;
        boolean closes = false;
        for (int e = function.firstIncoming(header); e != NONE; e = function.nextIncoming(e)) {
            int source = function.edgeSource(e);
            if (dominators.number(source) != NONE && dominators.dominates(header, source)) {
                closes = true;
                push(find(source));
            }
        }
        if (!closes) {
            return;
        }
        int loop = addLoop(header);
        while (pending > 0) {
            int block = find(worklist[--pending]);
            if (block == header) {
                continue;
            }
            if (loops[block] == NONE) {
                loops[block] = loop;
            } else { // the header of an inner loop, whose blocks come with it
                parents[loops[block]] = loop;
            }
            representatives[block] = header;
            for (int e = function.firstIncoming(block); e != NONE; e = function.nextIncoming(e)) {
                int source = function.edgeSource(e);
                if (dominators.number(source) != NONE) {
                    push(source);
                }
            }
        }
    }

    private void push(int block) {
        worklist = IntArrays.extended(worklist, pending + 1);
        worklist[pending++] = block;
    }

    private int addLoop(int header) {
        headers = IntArrays.extended(headers, count + 1);
        parents = IntArrays.extended(parents, count + 1);
        depths = IntArrays.extended(depths, count + 1);
        headers[count] = header;
        parents[count] = NONE;
        loops[header] = count;
        return count++;
    }

    private int find(int block) {
        int[] up = representatives;
        int at = block;
        while (up[at] != at) {
            up[at] = up[up[at]];
            at = up[at];
        }
        return at;
    }

    /** The number of loops. */
    public int count() {
        return count;
    }

    public int header(int loop) {
        return headers[loop];
    }

    /** The loop around this one, or NONE. */
    public int parent(int loop) {
        return parents[loop];
    }

    /** How many loops this one is in, itself included. */
    public int depth(int loop) {
        return depths[loop];
    }

    /** The innermost loop that the block is in, or NONE. */
    public int loop(int block) {
        return loops[block];
    }

    /** How many loops the block is in. */
    public int blockDepth(int block) {
        return loops[block] == NONE ? 0 : depths[loops[block]];
    }

    /** Whether the block is the header of a loop. */
    public boolean isHeader(int block) {
        return loops[block] != NONE && headers[loops[block]] == block;
    }

    /** Whether the loop is the other one or inside it. Takes time in the difference of their depths. */
    public boolean isInside(int loop, int outer) {
        int at = loop;
        while (at != NONE && depths[at] > depths[outer]) {
            at = parents[at];
        }
        return at == outer;
    }
}
