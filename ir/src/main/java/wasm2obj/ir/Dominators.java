package wasm2obj.ir;

/**
 * The dominator tree of the reachable blocks, by Lengauer and Tarjan's algorithm with path compression ("A fast algorithm
 * for finding dominators in a flowgraph", TOPLAS 1979; the simple variant): O(e log n) on every graph. The iterative
 * algorithm by Cooper, Harvey and Kennedy is simpler, but walks up the tree for each edge: a chain of n branches to one
 * far label, which a hostile function of a megabyte has, costs it n^2. No recursion.
 *
 * <p>The tree is numbered in preorder, with children in reverse postorder of the flow graph, so that whether a block
 * dominates another is two comparisons, and a walk along {@link #preorder} visits dominators first. The object is
 * reused from function to function.
 */
public final class Dominators {
    private static final int NONE = Function.NONE;

    private Function function;
    private ControlFlow flow;
    private int count;

    // By number in the depth-first search.
    private int[] vertices = new int[64];
    private int[] parents = new int[64];
    private int[] semis = new int[64];
    private int[] ancestors = new int[64];
    private int[] labels = new int[64];
    private int[] dominators = new int[64];
    private int[] bucketFirsts = new int[64];
    private int[] bucketNexts = new int[64];
    private int[] path = new int[64];
    private int[] edgesLeft = new int[64];

    // By block.
    private int[] numbers = new int[64];
    private int[] immediates = new int[64];
    private int[] children = new int[64];
    private int[] siblings = new int[64];
    private int[] firstNumbers = new int[64];
    private int[] lastNumbers = new int[64];
    private int[] preorder = new int[64];

    /** Computes the tree for the function's present edges, of which {@code flow} is the order. */
    public void compute(Function function, ControlFlow flow) {
        this.function = function;
        this.flow = flow;
        allocate(function.blockCount());
        search();
        findDominators();
        buildTree();
        numberTree();
    }

    private void allocate(int blocks) {
        vertices = IntArrays.atLeast(vertices, blocks);
        parents = IntArrays.atLeast(parents, blocks);
        semis = IntArrays.atLeast(semis, blocks);
        ancestors = IntArrays.atLeast(ancestors, blocks);
        labels = IntArrays.atLeast(labels, blocks);
        dominators = IntArrays.atLeast(dominators, blocks);
        bucketFirsts = IntArrays.filled(bucketFirsts, blocks, NONE);
        bucketNexts = IntArrays.atLeast(bucketNexts, blocks);
        path = IntArrays.atLeast(path, blocks);
        edgesLeft = IntArrays.atLeast(edgesLeft, blocks);
        numbers = IntArrays.filled(numbers, blocks, NONE);
        immediates = IntArrays.filled(immediates, blocks, NONE);
        children = IntArrays.filled(children, blocks, NONE);
        siblings = IntArrays.atLeast(siblings, blocks);
        firstNumbers = IntArrays.filled(firstNumbers, blocks, NONE);
        lastNumbers = IntArrays.filled(lastNumbers, blocks, NONE);
        preorder = IntArrays.atLeast(preorder, blocks);
    }

    private void search() {
        count = 0;
        int depth = 0;
        enter(function.firstBlock(), NONE, 0);
        while (depth >= 0) {
            int number = path[depth];
            if (edgesLeft[depth] == 0) {
                depth--;
                continue;
            }
            int edge = function.firstEdge(vertices[number]) + --edgesLeft[depth];
            int target = function.edgeTarget(edge);
            if (numbers[target] == NONE) {
                enter(target, number, ++depth);
            }
        }
    }

    private void enter(int block, int parent, int depth) {
        int number = count++;
        numbers[block] = number;
        vertices[number] = block;
        parents[number] = parent;
        semis[number] = number;
        labels[number] = number;
        ancestors[number] = NONE;
        path[depth] = number;
        edgesLeft[depth] = function.edgeCount(block);
    }

    private void findDominators() {
        for (int w = count - 1; w > 0; w--) {
            int semi = w;
            int block = vertices[w];
            for (int edge = function.firstIncoming(block);
                    edge != NONE;
                    edge = function.nextIncoming(edge)) {
                int v = numbers[function.edgeSource(edge)];
                if (v != NONE) {
                    semi = Math.min(semi, semis[evaluate(v)]);
                }
            }
            semis[w] = semi;
            bucketNexts[w] = bucketFirsts[semi];
            bucketFirsts[semi] = w;
            int parent = parents[w];
            ancestors[w] = parent;
            emptyBucket(parent);
        }
        for (int w = 1; w < count; w++) {
            if (dominators[w] != semis[w]) {
                dominators[w] = dominators[dominators[w]];
            }
        }
    }

    private void emptyBucket(int parent) {
        for (int v = bucketFirsts[parent]; v != NONE; v = bucketNexts[v]) {
            int u = evaluate(v);
            dominators[v] = semis[u] < semis[v] ? u : parent;
        }
        bucketFirsts[parent] = NONE;
    }

    /** The vertex with the least semidominator on the way from v up to below the root of its tree in the forest. */
    private int evaluate(int v) {
        if (ancestors[v] == NONE) {
            return labels[v];
        }
        int depth = 0;
        int at = v;
        while (ancestors[ancestors[at]] != NONE) {
            path[depth++] = at;
            at = ancestors[at];
        }
        while (depth > 0) {
            at = path[--depth];
            int ancestor = ancestors[at];
            if (semis[labels[ancestor]] < semis[labels[at]]) {
                labels[at] = labels[ancestor];
            }
            ancestors[at] = ancestors[ancestor];
        }
        return labels[v];
    }

    private void buildTree() {
        // From the last block to the first, each pushed to the front: children end up in reverse
        // postorder.
        for (int i = flow.count() - 1; i > 0; i--) {
            int block = flow.block(i);
            int parent = vertices[dominators[numbers[block]]];
            immediates[block] = parent;
            siblings[block] = children[parent];
            children[parent] = block;
        }
    }

    private void numberTree() {
        int next = 0;
        int block = flow.block(0);
        siblings[block] = NONE;
        while (true) {
            preorder[next] = block;
            firstNumbers[block] = next++;
            if (children[block] != NONE) {
                block = children[block];
                continue;
            }
            lastNumbers[block] = next - 1;
            while (siblings[block] == NONE) {
                block = immediates[block];
                if (block == NONE) {
                    return;
                }
                lastNumbers[block] = next - 1;
            }
            block = siblings[block];
        }
    }

    /** The number of reachable blocks. */
    public int count() {
        return count;
    }

    /** The reachable block that is number {@code i} in preorder of the tree. */
    public int preorder(int i) {
        return preorder[i];
    }

    /** The number of a block in preorder of the tree; NONE if it cannot be reached. */
    public int number(int block) {
        return firstNumbers[block];
    }

    /** The immediate dominator of the block; NONE for the entry and for unreachable blocks. */
    public int immediate(int block) {
        return immediates[block];
    }

    /** The first block that this one dominates immediately, or NONE. */
    public int firstChild(int block) {
        return children[block];
    }

    /** The next block with the same immediate dominator, or NONE. */
    public int nextSibling(int block) {
        return siblings[block];
    }

    /** Whether every way from the entry to {@code b} passes {@code a}; each block dominates itself. Both reachable. */
    public boolean dominates(int a, int b) {
        return firstNumbers[a] <= firstNumbers[b] && firstNumbers[b] <= lastNumbers[a];
    }
}
