package wasm2obj.regalloc.internal;

import java.util.Arrays;

/**
 * The cut of a piece's blocks for one register: which of them are in and which are out, see {@link RegionSplitter}. Of block k
 * node 2k is the start, or all of it, and 2k + 1 the end. Clusters are trees of nodes.
 *
 * <p>Two of these take turns, so that the best cut so far survives while the next register is looked at. The loops work on local
 * copies of the fields: this is where the allocator spends most of its time on functions of many blocks.
 */
final class Clusters {
    private static final int NONE = LiveRanges.NONE;

    /** The gain of a node that must not be in is less than this, negated. */
    static final float NEVER = 1e20f;

    /** The register that the cut is for; NONE for no cut. */
    int register = NONE;

    /** By block: where the register is first and last taken in it; NONE if it is free. */
    int[] firstTaken = new int[64];

    int[] lastTaken = new int[64];

    /** By block in which the register is taken: where the part at the start ends, the part at the end begins. */
    int[] startEnds = new int[64];

    int[] endStarts = new int[64];

    /** By node: the next one on the way to its cluster's root. */
    private int[] parents = new int[128];

    /** By root: what the cluster saves if it is in. */
    private float[] gains = new float[128];

    /** Begins a cut of so many blocks, the register free in all of them. */
    void reset(int newRegister, int blockCount) {
        register = newRegister;
        if (firstTaken.length < blockCount) {
            int size = Math.max(blockCount, 2 * firstTaken.length);
            firstTaken = new int[size];
            lastTaken = new int[size];
            startEnds = new int[size];
            endStarts = new int[size];
            parents = new int[2 * size];
            gains = new float[2 * size];
        }
        Arrays.fill(firstTaken, 0, blockCount, NONE);
    }

    /** Makes one node of each block in which the register is free, with its cost as gain, and two without a gain of the others. */
    void makeNodes(float[] costs, int blockCount) {
        int[] taken = firstTaken;
        int[] up = parents;
        float[] gain = gains;
        for (int k = 0; k < blockCount; k++) {
            int start = 2 * k;
            boolean free = taken[k] == NONE;
            up[start] = start;
            gain[start] = free ? costs[k] : 0;
            up[start + 1] = free ? start : start + 1;
            gain[start + 1] = 0;
        }
    }

    /** Sets the gain of a node that is a cluster. */
    void setGain(int node, float gain) {
        gains[node] = gain;
    }

    /** Joins the clusters at both ends of each edge, in order, where to cut it costs more than to give in to the other. */
    void contract(int[] from, int[] to, float[] frequencies, int edgeCount) {
        int[] up = parents;
        float[] gain = gains;
        for (int e = 0; e < edgeCount; e++) {
            int a = find(up, from[e]);
            int b = find(up, to[e]);
            if (a == b) {
                continue;
            }
            float gainA = gain[a];
            float gainB = gain[b];
            if (gainA > 0 != gainB > 0) {
                float sizeA = gainA > 0 ? gainA : -gainA;
                float sizeB = gainB > 0 ? gainB : -gainB;
                if (frequencies[e] < (sizeA < sizeB ? sizeA : sizeB)) {
                    continue;
                }
            }
            float sum = gainA + gainB;
            up[b] = a;
            gain[a] = sum < -NEVER ? -NEVER : sum;
        }
    }

    /** What the clusters that are in save, less what the edges between in and out cost. Shortens all ways to roots. */
    float total(int blockCount, int[] from, int[] to, float[] frequencies, int edgeCount) {
        int[] up = parents;
        float[] gain = gains;
        float sum = 0;
        for (int node = 0; node < 2 * blockCount; node++) {
            int root = find(up, node);
            up[node] = root;
            if (root == node && gain[node] > 0) {
                sum += gain[node];
            }
        }
        if (sum == 0) {
            return 0;
        }
        for (int e = 0; e < edgeCount; e++) {
            int a = up[from[e]];
            int b = up[to[e]];
            if (a != b && gain[a] > 0 != gain[b] > 0) {
                sum -= frequencies[e];
            }
        }
        return sum;
    }

    /** What is out at the start and at the end of a block is out in between, and one cluster. */
    void joinOutside(int blockCount) {
        for (int k = 0; k < blockCount; k++) {
            int a = root(2 * k);
            int b = root(2 * k + 1);
            if (a != b && gains[a] <= 0 && gains[b] <= 0) {
                parents[b] = a;
            }
        }
    }

    /** The node that stands for the cluster of a node. */
    int root(int node) {
        return find(parents, node);
    }

    /** Whether the cluster of a root is in. */
    boolean isIn(int root) {
        return gains[root] > 0;
    }

    private static int find(int[] up, int node) {
        int n = node;
        int next = up[n];
        while (next != n) {
            int further = up[next];
            up[n] = further;
            n = further;
            next = up[n];
        }
        return n;
    }
}
