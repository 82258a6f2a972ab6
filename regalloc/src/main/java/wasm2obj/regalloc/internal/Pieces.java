package wasm2obj.regalloc.internal;

import java.util.Arrays;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.RegisterFile;

/**
 * The pieces: sets of ranges that get one place together, a register or the slot; and the queue of those that wait for it.
 *
 * <p>At first each bundle of virtual registers is one piece. What finds no register is split into smaller pieces. A piece has a
 * <em>cost</em>, the work per execution of the function that a register saves against the slot, and a <em>weight</em>, the
 * cost for each point that it occupies: who has the greater weight may take a register from others. An <em>overlay</em> is
 * the register that an instruction needs for an operand whose value is in its slot: a tiny piece that must get one.
 */
public final class Pieces {
    private static final int NONE = LiveRanges.NONE;

    /** No place yet. */
    public static final int WAITING = -1;

    /** In the slot. */
    public static final int SPILLED = -2;

    // Flags.
    public static final int OVERLAY = 1;

    /** Covers more than one block. */
    public static final int GLOBAL = 2;

    /** Has fixed or tied operands, or affinities: hints are to be had. */
    public static final int HINTED = 4;

    /** Weight of an overlay that must have a register; of one with the least choice, since it needs it at two points. */
    private static final float MUST = 1e30f;

    private static final float MUST_FIRST = 2e30f;

    /** Weight of the overlay of an operand that could be in a slot, but whose value has none. */
    private static final float SHOULD = 1e20f;

    /** Times the weight, if splitting cannot make it any shorter. */
    private static final float UNSPLITTABLE = 1e6f;

    /** Added to a piece's length, so that the shortest do not rule out all others. */
    private static final int BASE_LENGTH = 16;

    // What a register saves, in memory accesses, for each kind of operand.
    private static final float REGISTER_COST = 1f;
    private static final float FOLDED_COST = 0.6f;
    private static final float MOVED_COST = 0.6f;
    private static final float REMATERIALIZED_COST = 0.4f;

    private AllocationInput input;
    private LiveRanges ranges;

    public int count;
    public int[] heads = new int[128];
    public int[] tails = new int[128];

    /** A virtual register whose bundle this is a piece of. */
    public int[] roots = new int[128];

    /** The register, WAITING or SPILLED. */
    public int[] places = new int[128];

    public float[] costs = new float[128];
    public float[] weights = new float[128];
    public int[] lengths = new int[128];
    public byte[] flags = new byte[128];
    public byte[] stages = new byte[128];

    /** A heap, greatest first: priority, then (negated) the number of the piece. */
    private long[] queue = new long[128];

    private int queueCount;

    /** Starts a function. */
    public void reset(AllocationInput in, LiveRanges liveRanges) {
        input = in;
        ranges = liveRanges;
        count = 0;
        queueCount = 0;
    }

    /** A new piece without ranges. */
    public int add(int root, int stage) {
        if (count == heads.length) {
            int size = 2 * count;
            heads = Arrays.copyOf(heads, size);
            tails = Arrays.copyOf(tails, size);
            roots = Arrays.copyOf(roots, size);
            places = Arrays.copyOf(places, size);
            costs = Arrays.copyOf(costs, size);
            weights = Arrays.copyOf(weights, size);
            lengths = Arrays.copyOf(lengths, size);
            flags = Arrays.copyOf(flags, size);
            stages = Arrays.copyOf(stages, size);
        }
        heads[count] = NONE;
        tails[count] = NONE;
        roots[count] = root;
        places[count] = WAITING;
        flags[count] = 0;
        stages[count] = (byte) stage;
        return count++;
    }

    /** Adds a range behind the others of the piece. */
    public void append(int piece, int range) {
        ranges.pieces[range] = piece;
        ranges.next[range] = NONE;
        if (heads[piece] == NONE) {
            heads[piece] = range;
        } else {
            ranges.next[tails[piece]] = range;
        }
        tails[piece] = range;
    }

    /** The class of the piece's values. */
    public int vregClass(int piece) {
        return input.vregClasses[roots[piece]];
    }

    /** First point of the piece. */
    public int from(int piece) {
        return ranges.from[heads[piece]];
    }

    /** The point behind the last one of the piece. */
    public int to(int piece) {
        return ranges.to[tails[piece]];
    }

    /** Computes cost, weight, length and flags of a piece that is not an overlay. */
    public void measure(int piece) {
        float cost = 0;
        int length = 0;
        boolean hinted = false;
        for (int r = heads[piece]; r != NONE; r = ranges.next[r]) {
            int to = ranges.to[r];
            length += to - ranges.from[r];
            int end = ranges.useStarts[ranges.vregs[r] + 1];
            boolean rematerializable = ranges.rematerializable[ranges.vregs[r]];
            for (int use = ranges.firstUses[r]; use < end && ranges.useKeys[use] < to; use++) {
                int operand = ranges.useOperands[use];
                int kind = ranges.kinds[operand];
                hinted |= kind == LiveRanges.FIXED || kind == LiveRanges.TIED;
                cost += cost(operand, rematerializable);
            }
        }
        costs[piece] = cost;
        lengths[piece] = length;
        boolean global = ranges.blockOf(from(piece)) != ranges.blockOf(to(piece) - 1);
        flags[piece] = (byte) ((global ? GLOBAL : 0) | (hinted ? HINTED : 0));
        float weight = cost / (length + BASE_LENGTH);
        weights[piece] = isUnsplittable(piece) ? weight * UNSPLITTABLE : weight;
    }

    /** Whether the piece ends with the instruction after the one it begins in: there is no point to gain in between. */
    private boolean isUnsplittable(int piece) {
        return (to(piece) - 1 >> 1) - (from(piece) >> 1) <= 1;
    }

    /** What a register saves at the operand, weighed by its block's frequency. */
    public float cost(int operand, boolean rematerializable) {
        float frequency = input.frequencies[ranges.slotBlock[ranges.operandSlots[operand]]];
        boolean definition = ranges.isDefinition(operand);
        int kind = ranges.kinds[operand];
        if (rematerializable) {
            boolean needsRegister = kind == LiveRanges.REGISTER || kind == LiveRanges.ANY;
            return definition || !needsRegister ? 0 : frequency * REMATERIALIZED_COST;
        }
        return switch (kind) {
            case LiveRanges.REGISTER, LiveRanges.REUSE -> frequency * REGISTER_COST;
            case LiveRanges.ANY -> frequency * FOLDED_COST;
            case LiveRanges.STACK -> 0;
            default -> frequency * MOVED_COST;
        };
    }

    /** Makes a piece of one range an overlay. */
    public void makeOverlay(int piece) {
        int range = heads[piece];
        boolean anywhere = ranges.kinds[ranges.firstUses[range]] == LiveRanges.ANY;
        boolean throughout = ranges.to[range] - ranges.from[range] == 2;
        flags[piece] = OVERLAY;
        weights[piece] = anywhere ? SHOULD : throughout ? MUST_FIRST : MUST;
        costs[piece] = weights[piece];
        lengths[piece] = 1;
    }

    public boolean isOverlay(int piece) {
        return (flags[piece] & OVERLAY) != 0;
    }

    public boolean isReference(int piece) {
        return vregClass(piece) == RegisterFile.REFERENCE;
    }

    public boolean isGlobal(int piece) {
        return (flags[piece] & GLOBAL) != 0;
    }

    // The queue.

    /** Lets a measured piece wait for a register: the longest first, those within a block in order of the code. */
    public void enqueue(int piece) {
        places[piece] = WAITING;
        int priority =
                isGlobal(piece)
                        ? (1 << 29) + Math.min(lengths[piece], 1 << 28)
                        : (1 << 28) - from(piece);
        if (queueCount == queue.length) {
            queue = Arrays.copyOf(queue, 2 * queueCount);
        }
        long entry = (long) priority << 32 | Integer.MAX_VALUE - piece;
        int at = queueCount++;
        while (at > 0 && queue[(at - 1) >> 1] < entry) {
            queue[at] = queue[(at - 1) >> 1];
            at = (at - 1) >> 1;
        }
        queue[at] = entry;
    }

    /** The next piece; NONE if there is none. */
    public int poll() {
        if (queueCount == 0) {
            return NONE;
        }
        long top = queue[0];
        long entry = queue[--queueCount];
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= queueCount) {
                break;
            }
            if (child + 1 < queueCount && queue[child + 1] > queue[child]) {
                child++;
            }
            if (queue[child] <= entry) {
                break;
            }
            queue[at] = queue[child];
            at = child;
        }
        queue[at] = entry;
        return Integer.MAX_VALUE - (int) top;
    }
}
