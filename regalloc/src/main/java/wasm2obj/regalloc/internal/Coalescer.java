package wasm2obj.regalloc.internal;

import java.util.Arrays;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;

/**
 * Joins virtual registers that moves connect into bundles, which get one register together, so that the moves vanish.
 *
 * <p><b>Problem.</b> Block parameters and their arguments, the two sides of a two-address instruction and the two sides of a
 * copy should share a register. They can if they are never live at the same time.
 *
 * <p><b>Strategy.</b> All these pairs are tried in order of their block's frequency, so that where two wishes exclude each
 * other the more frequent move is the one that goes. Two bundles whose ranges do not meet become one. What could not be
 * joined remains as a hint (an <em>affinity</em>) between the two.
 *
 * <p><b>Cost.</b> A join walks both lists of ranges unless one ends before the other begins. Bundles of thousands of ranges that
 * grow by one range at a time would make that quadratic: the total number of steps is limited by the size of the function, and
 * when it is used up only the joins remain that need no walk.
 */
public final class Coalescer {
    private static final int NONE = LiveRanges.NONE;

    private AllocationInput input;
    private LiveRanges ranges;
    private long budget;

    /** Union-find over virtual registers. */
    private int[] parents = new int[256];

    // By root: the list of ranges.
    public int[] heads = new int[256];
    public int[] tails = new int[256];

    // The pairs: key orders them.
    private int pairCount;
    private long[] pairKeys = new long[64];
    private int[] pairFirst = new int[64];
    private int[] pairSecond = new int[64];
    private float[] pairWeights = new float[64];

    /** By virtual register: list of affinities. */
    public int[] firstAffinity = new int[256];

    public int affinityCount;
    public int[] affinityOther = new int[64];
    public int[] affinityNext = new int[64];
    public float[] affinityWeights = new float[64];

    /** Forms the bundles. */
    public void run(AllocationInput in, LiveRanges liveRanges) {
        input = in;
        ranges = liveRanges;
        budget = 10_000L + 20L * in.operandCount;
        grow();
        for (int v = 0; v < in.vregCount; v++) {
            parents[v] = v;
            listRanges(v);
        }
        collectPairs();
        Arrays.sort(pairKeys, 0, pairCount);
        for (int k = 0; k < pairCount; k++) {
            int pair = (int) pairKeys[k];
            if (!join(pairFirst[pair], pairSecond[pair])) {
                addAffinity(pairFirst[pair], pairSecond[pair], pairWeights[pair]);
                addAffinity(pairSecond[pair], pairFirst[pair], pairWeights[pair]);
            }
        }
    }

    /** The virtual register that stands for the bundle of {@code vreg}. */
    public int root(int vreg) {
        int v = vreg;
        while (parents[v] != v) {
            parents[v] = parents[parents[v]];
            v = parents[v];
        }
        return v;
    }

    private void grow() {
        if (parents.length < input.vregCount) {
            int size = Math.max(input.vregCount, 2 * parents.length);
            parents = new int[size];
            heads = new int[size];
            tails = new int[size];
            firstAffinity = new int[size];
        }
        Arrays.fill(firstAffinity, 0, input.vregCount, NONE);
        pairCount = 0;
        affinityCount = 0;
    }

    private void listRanges(int vreg) {
        int head = ranges.firstRange[vreg];
        int tail = head;
        heads[vreg] = head;
        for (int r = head; r != NONE; r = ranges.nextOfVreg[r]) {
            ranges.next[r] = ranges.nextOfVreg[r];
            tail = r;
        }
        tails[vreg] = tail;
    }

    private void collectPairs() {
        for (int b = 0; b < input.blockCount; b++) {
            float frequency = input.frequencies[b];
            int argument = input.argumentStarts[b];
            int count = input.argumentStarts[b + 1] - argument;
            if (count > 0) {
                int param = input.paramStarts[input.successors[input.successorStarts[b]]];
                for (int k = 0; k < count; k++) {
                    addPair(input.params[param + k], input.arguments[argument + k], frequency);
                }
            }
            for (int i = input.blockStarts[b]; i < input.blockStarts[b + 1]; i++) {
                int start = input.operandStarts[i];
                if ((input.flags[i] & AllocationInput.MOVE) != 0) {
                    addOperandPair(start, start + 1, frequency);
                } else {
                    for (int o = start; o < input.operandStarts[i + 1]; o++) {
                        if (ranges.kinds[o] == LiveRanges.TIED) {
                            addOperandPair(ranges.numbers[o], o, frequency);
                        }
                    }
                }
            }
        }
    }

    private void addOperandPair(int definition, int use, float frequency) {
        addPair(
                Operand.vreg(input.operands[definition]),
                Operand.vreg(input.operands[use]),
                frequency);
    }

    private void addPair(int first, int second, float weight) {
        if (input.vregClasses[first] != input.vregClasses[second] || first == second) {
            return;
        }
        if (pairCount == pairKeys.length) {
            int size = 2 * pairCount;
            pairKeys = Arrays.copyOf(pairKeys, size);
            pairFirst = Arrays.copyOf(pairFirst, size);
            pairSecond = Arrays.copyOf(pairSecond, size);
            pairWeights = Arrays.copyOf(pairWeights, size);
        }
        // Descending by weight, then in order of the code. The bits of positive floats order as
        // they do.
        int order = Integer.MAX_VALUE - Float.floatToRawIntBits(weight);
        pairKeys[pairCount] = (long) order << 32 | pairCount;
        pairFirst[pairCount] = first;
        pairSecond[pairCount] = second;
        pairWeights[pairCount++] = weight;
    }

    private void addAffinity(int vreg, int other, float weight) {
        if (affinityCount == affinityOther.length) {
            int size = 2 * affinityCount;
            affinityOther = Arrays.copyOf(affinityOther, size);
            affinityNext = Arrays.copyOf(affinityNext, size);
            affinityWeights = Arrays.copyOf(affinityWeights, size);
        }
        affinityOther[affinityCount] = other;
        affinityWeights[affinityCount] = weight;
        affinityNext[affinityCount] = firstAffinity[vreg];
        firstAffinity[vreg] = affinityCount++;
    }

    /** Joins the bundles of two virtual registers if that is possible; true if they are one now. */
    private boolean join(int first, int second) {
        int a = root(first);
        int b = root(second);
        if (a == b) {
            return true;
        }
        if (heads[a] == NONE || heads[b] == NONE || !mayJoin(first) || !mayJoin(second)) {
            return false;
        }
        if (ranges.to[tails[a]] <= ranges.from[heads[b]]) {
            append(a, b);
        } else if (ranges.to[tails[b]] <= ranges.from[heads[a]]) {
            append(b, a);
        } else if (budget <= 0 || meet(heads[a], heads[b])) {
            return false;
        } else {
            merge(a, b);
        }
        return true;
    }

    /** A value that can be repeated is rather repeated where it is moved than kept in a register up to there. */
    private boolean mayJoin(int vreg) {
        if (ranges.onStack[vreg]) {
            return false;
        }
        int range = ranges.firstRange[vreg];
        return !ranges.rematerializable[vreg]
                || ranges.nextOfVreg[range] == NONE
                        && ranges.blockOf(ranges.from[range])
                                == ranges.blockOf(ranges.to[range] - 1);
    }

    private boolean meet(int first, int second) {
        int a = first;
        int b = second;
        while (a != NONE && b != NONE) {
            budget--;
            if (ranges.to[a] <= ranges.from[b]) {
                a = ranges.next[a];
            } else if (ranges.to[b] <= ranges.from[a]) {
                b = ranges.next[b];
            } else {
                return true;
            }
        }
        return false;
    }

    private void append(int front, int back) {
        ranges.next[tails[front]] = heads[back];
        tails[front] = tails[back];
        parents[back] = front;
    }

    private void merge(int first, int second) {
        int a = heads[first];
        int b = heads[second];
        int tail = NONE;
        while (a != NONE && b != NONE) {
            budget--;
            int least;
            if (ranges.from[a] < ranges.from[b]) {
                least = a;
                a = ranges.next[a];
            } else {
                least = b;
                b = ranges.next[b];
            }
            if (tail == NONE) {
                heads[first] = least;
            } else {
                ranges.next[tail] = least;
            }
            tail = least;
        }
        ranges.next[tail] = a != NONE ? a : b;
        if (a == NONE) {
            tails[first] = tails[second];
        }
        parents[second] = first;
    }
}
