package wasm2obj.regalloc.internal;

import java.util.Arrays;
import wasm2obj.regalloc.AllocationInput;

/**
 * Splits a piece that finds no register for all of its blocks: in the blocks where one register is free and pays, the value gets
 * it; elsewhere it gets another one or lives in its slot.
 *
 * <p><b>Problem.</b> A value that is live across a call on a cold path shall be in a register on the hot path all the same, one
 * that is live through a loop that does not use it shall leave the registers to the loop, and the loads and stores in between
 * shall be on rare edges. For one register that is the question which blocks are <em>in</em> (the value is in the register) and
 * which are out, such that what the register saves in the blocks that are in, less a load or a store on each edge between in
 * and out, is greatest: a minimum cut.
 *
 * <p><b>Strategy.</b> The cut is approximated as a minimum spanning tree is built. A block in which the register is free is a node, with
 * what it saves as its weight. A block in which it is taken for a while is two: its start, up to where the register is taken,
 * and its end, from where it is free again; each pays for a load or a store if the value lives on in between. Edges are
 * contracted in order of their frequency, the most frequent first, whenever to cut the edge costs more than to let the smaller of its
 * two clusters give in to the other. Clusters of positive weight are in. This is done for the register that is free in the most
 * expensive blocks, and for the next best unless it cannot be better any more. The clusters are {@link Clusters}.
 *
 * <p><b>Cost.</b> All registers are looked at in the blocks with uses only, which are few of those that a long-lived value passes.
 * Then the work is linear in the blocks and edges of the piece; edges are sorted by counting, in classes of similar frequency. A piece of too
 * many blocks is left to {@link Splitter}, and parts are smaller than the whole and not split this way for ever.
 */
public final class RegionSplitter {
    private static final int NONE = LiveRanges.NONE;

    /** A piece of more blocks is not looked at. */
    private static final int MAX_BLOCKS = 2000;

    /** How many registers are looked at in full. */
    private static final int MAX_CANDIDATES = 2;

    /** How often a piece may be part of a part. */
    private static final int MAX_STAGE = 4;

    /** Two classes for each power of two, from 2^40 down to 2^-24. */
    private static final int FREQUENCY_CLASSES = 128;

    private static final int HIGHEST_CLASS = 2 * (127 + 40) - 1;

    private AllocationInput input;
    private LiveRanges ranges;
    private Pieces pieces;
    private RegisterMatrix matrix;
    private Assignment assignment;
    private Splitter splitter;

    // The blocks of the piece at hand, in layout order.
    private int blockCount;
    private int[] blocks = new int[64];

    /** First range of the piece that reaches into the block. */
    private int[] blockRanges = new int[64];

    /** First use of that range at the beginning of the block or behind. */
    private int[] blockUses = new int[64];

    /** What a register saves in the block. */
    private float[] blockCosts = new float[64];

    /** The blocks with uses. */
    private int usedCount;

    private int[] used = new int[64];

    private boolean[] liveAtStart = new boolean[64];
    private boolean[] liveAtEnd = new boolean[64];

    /** By block of the function: its number among these plus one, or 0. */
    private int[] numberOf = new int[64];

    // Edges between the blocks, by descending frequency: end of one block, start of another.
    private int edgeCount;
    private int[] edgeFrom = new int[64];
    private int[] edgeTo = new int[64];
    private float[] edgeFrequencies = new float[64];

    /** The edges as they are found: indices of predecessors, and of the blocks in the piece; and the counts to sort them. */
    private int[] foundPredecessors = new int[64];

    private int[] foundTo = new int[64];
    private final int[] classEnds = new int[FREQUENCY_CLASSES];

    // By index of the function's predecessors: the edge's frequency and its class; made when first
    // asked for.
    private boolean knowsFrequencies;
    private float[] allFrequencies = new float[64];
    private byte[] frequencyClasses = new byte[64];

    /** By node that stands for a cluster: its piece. */
    private int[] clusterPieces = new int[128];

    /** Registers with reservations of the piece's own. */
    private long ownRegisters;

    private int candidateCount;
    private final int[] candidates = new int[MAX_CANDIDATES];
    private final float[] candidateScores = new float[MAX_CANDIDATES];

    // What was measured of a part of a block.
    private float partCost;
    private int partFirst;
    private int partLast;

    /** The first use that was not looked at, of the last range that reaches into the part. */
    private int afterUses;

    /** The plan: piece, what is saved, and the cut that saves it. */
    private int plannedPiece;

    private float bestGain;
    private Clusters best = new Clusters();

    /** The cut for another register. */
    private Clusters other = new Clusters();

    /** Starts a function. */
    public void reset(
            AllocationInput in,
            LiveRanges liveRanges,
            Pieces allPieces,
            RegisterMatrix registerMatrix,
            Assignment registerAssignment,
            Splitter pieceSplitter) {
        input = in;
        ranges = liveRanges;
        pieces = allPieces;
        matrix = registerMatrix;
        assignment = registerAssignment;
        splitter = pieceSplitter;
        knowsFrequencies = false;
        if (numberOf.length < in.blockCount) {
            numberOf = new int[Math.max(in.blockCount, 2 * numberOf.length)];
        }
    }

    /**
     * Looks for the best register for a part of the piece; returns what it saves against the slot, 0 if there is none. {@link #split}
     * does it.
     */
    public float plan(int piece) {
        plannedPiece = piece;
        best.register = NONE;
        bestGain = 0;
        if (pieces.stages[piece] >= MAX_STAGE || !collectBlocks(piece)) {
            return 0;
        }
        collectEdges();
        chooseCandidates(piece);
        for (int k = 0; k < candidateCount && candidateScores[k] > bestGain; k++) {
            int register = candidates[k];
            float gain = evaluate(piece, register) - price(register);
            if (gain > bestGain) {
                bestGain = gain;
                Clusters better = other;
                other = best;
                best = better;
            }
        }
        return bestGain;
    }

    /** The result of the last {@link #plan}, if it was for the piece and nothing has changed, or of a new one. */
    public float planAgain(int piece) {
        return plannedPiece == piece ? bestGain : plan(piece);
    }

    /** Forgets the plan: the state of registers has changed. */
    public void forget() {
        plannedPiece = NONE;
    }

    private float price(int register) {
        return assignment.isFresh(register) ? assignment.freshCost : 0;
    }

    // The blocks.

    private boolean collectBlocks(int piece) {
        blockCount = 0;
        usedCount = 0;
        int range = pieces.heads[piece];
        int point = ranges.from[range];
        int use = ranges.firstUses[range];
        while (range != NONE) {
            int block = ranges.blockOf(point);
            if (blockCount == MAX_BLOCKS) {
                return false;
            }
            int end = ranges.blockTo(block);
            addBlock(block, range, use, point, end);
            use = afterUses;
            int last = range;
            while (range != NONE && ranges.to[range] <= end) {
                last = range;
                range = ranges.next[range];
            }
            boolean reaches = range != NONE && ranges.from[range] < end;
            liveAtEnd[blockCount - 1] = reaches || ranges.to[last] == end;
            if (reaches) {
                point = end;
            } else if (range != NONE) {
                point = ranges.from[range];
                use = ranges.firstUses[range];
            }
        }
        return true;
    }

    private void addBlock(int block, int range, int use, int point, int end) {
        if (blockCount == blocks.length) {
            int size = 2 * blockCount;
            blocks = Arrays.copyOf(blocks, size);
            blockRanges = Arrays.copyOf(blockRanges, size);
            blockUses = Arrays.copyOf(blockUses, size);
            blockCosts = Arrays.copyOf(blockCosts, size);
            used = Arrays.copyOf(used, size);
            liveAtStart = Arrays.copyOf(liveAtStart, size);
            liveAtEnd = Arrays.copyOf(liveAtEnd, size);
            clusterPieces = new int[2 * size];
        }
        blocks[blockCount] = block;
        blockRanges[blockCount] = range;
        blockUses[blockCount] = use;
        liveAtStart[blockCount] = point == ranges.blockFrom(block);
        measurePart(range, use, point, end);
        blockCosts[blockCount] = partCost;
        if (partCost > 0) {
            used[usedCount++] = blockCount;
        }
        blockCount++;
    }

    /** Sums up the uses with a key between two points of a block; those of the first range from {@code firstUse} on. */
    private void measurePart(int firstRange, int firstUse, int from, int to) {
        partCost = 0;
        partFirst = NONE;
        partLast = NONE;
        int use = firstUse;
        for (int r = firstRange; ; use = ranges.firstUses[r]) {
            int vreg = ranges.vregs[r];
            int end = ranges.useStarts[vreg + 1];
            int limit = Math.min(to, ranges.to[r]);
            int key;
            for (; use < end && (key = ranges.useKeys[use]) < limit; use++) {
                if (key >= from) {
                    partCost += pieces.cost(ranges.useOperands[use], ranges.rematerializable[vreg]);
                    if (partFirst == NONE) {
                        partFirst = key;
                    }
                    partLast = key;
                }
            }
            r = ranges.next[r];
            if (r == NONE || ranges.from[r] >= to) {
                break;
            }
        }
        afterUses = use;
    }

    /** Whether one of the piece's ranges contains the point and the one before. */
    private boolean livesOn(int firstRange, int point) {
        for (int r = firstRange; r != NONE && ranges.from[r] < point; r = ranges.next[r]) {
            if (ranges.to[r] > point) {
                return true;
            }
        }
        return false;
    }

    // The registers.

    /** The registers that may save most, by what they could save at best. */
    private void chooseCandidates(int piece) {
        candidateCount = 0;
        boolean hinted = (pieces.flags[piece] & Pieces.HINTED) != 0;
        ownRegisters = hinted ? assignment.ownRegisters(piece) : 0;
        for (int register : assignment.order(pieces.vregClass(piece))) {
            beginConflicts(piece, register);
            float score = -price(register);
            for (int n = 0; n < usedCount; n++) {
                int k = used[n];
                score += blockCosts[k] * freeShare(k, register);
            }
            endConflicts(piece, register);
            if (score > 0) {
                addCandidate(register, score);
            }
        }
    }

    /** What part of a block's cost the register may save: all, or some if it is taken for a while. */
    private float freeShare(int k, int register) {
        int from = ranges.blockFrom(blocks[k]);
        int to = ranges.blockTo(blocks[k]);
        for (int r = blockRanges[k]; r != NONE && ranges.from[r] < to; r = ranges.next[r]) {
            int start = Math.max(from, ranges.from[r]);
            int end = Math.min(to, ranges.to[r]);
            if (start < end && matrix.firstConflict(register, start, end) != NONE) {
                return 0.5f;
            }
        }
        return 1;
    }

    /** The piece's own reservations are no conflicts. */
    private void beginConflicts(int piece, int register) {
        if ((ownRegisters >>> register & 1) != 0) {
            assignment.setOwnReservations(piece, register, false);
        }
    }

    private void endConflicts(int piece, int register) {
        if ((ownRegisters >>> register & 1) != 0) {
            assignment.setOwnReservations(piece, register, true);
        }
    }

    private void addCandidate(int register, float score) {
        int at = candidateCount;
        while (at > 0 && candidateScores[at - 1] < score) {
            at--;
        }
        if (at == MAX_CANDIDATES) {
            return;
        }
        candidateCount = Math.min(candidateCount + 1, MAX_CANDIDATES);
        for (int k = candidateCount - 1; k > at; k--) {
            candidates[k] = candidates[k - 1];
            candidateScores[k] = candidateScores[k - 1];
        }
        candidates[at] = register;
        candidateScores[at] = score;
    }

    /** Finds where in each block the register is taken, conflict by conflict. */
    private void findTaken(int piece, int register) {
        boolean reference = pieces.isReference(piece);
        int[] firstTaken = other.firstTaken;
        int[] lastTaken = other.lastTaken;
        beginConflicts(piece, register);
        int k = 0;
        for (int r = pieces.heads[piece]; r != NONE; r = ranges.next[r]) {
            int to = ranges.to[r];
            int point = ranges.from[r];
            while (point < to) {
                int first = firstConflict(register, point, to, reference);
                if (first == NONE) {
                    break;
                }
                int block = ranges.blockOf(first);
                while (blocks[k] != block) {
                    k++;
                }
                if (firstTaken[k] == NONE) {
                    firstTaken[k] = first;
                }
                int end = Math.min(to, ranges.blockTo(block));
                int last = matrix.lastConflict(register, first, end);
                lastTaken[k] = last;
                if (reference) {
                    lastTaken[k] = Math.max(last, matrix.lastSafepoint(first & ~1, end));
                }
                point = end;
            }
        }
        endConflicts(piece, register);
    }

    private int firstConflict(int register, int from, int to, boolean reference) {
        int first = matrix.firstConflict(register, from, to);
        if (reference) {
            int safepoint = matrix.firstSafepoint(from, to);
            return safepoint == NONE || first != NONE && first < safepoint ? first : safepoint;
        }
        return first;
    }

    // One register: the nodes, the edges, the clusters.

    /** What the register saves in the blocks that are in: makes the other cut. */
    private float evaluate(int piece, int register) {
        other.reset(register, blockCount);
        findTaken(piece, register);
        other.makeNodes(blockCosts, blockCount);
        for (int k = 0; k < blockCount; k++) {
            if (other.firstTaken[k] != NONE) {
                makeEnds(k);
            }
        }
        other.contract(edgeFrom, edgeTo, edgeFrequencies, edgeCount);
        return other.total(blockCount, edgeFrom, edgeTo, edgeFrequencies, edgeCount);
    }

    /** Judges the start and the end of a block in which the register is taken in between. */
    private void makeEnds(int k) {
        int start = 2 * k;
        int end = start + 1;
        float frequency = input.frequencies[blocks[k]];
        int from = ranges.blockFrom(blocks[k]);
        int to = ranges.blockTo(blocks[k]);
        int limit = other.firstTaken[k] & ~1;
        measurePart(blockRanges[k], blockUses[k], from, limit);
        if (partFirst == NONE) {
            other.setGain(start, -Clusters.NEVER);
        } else {
            int startEnd = Math.min(limit, (partLast | 1) + 1);
            other.startEnds[k] = startEnd;
            other.setGain(start, partCost - (livesOn(blockRanges[k], startEnd) ? frequency : 0));
        }
        limit = (other.lastTaken[k] | 1) + 1;
        measurePart(blockRanges[k], blockUses[k], limit, to);
        if (partFirst == NONE) {
            other.setGain(end, -Clusters.NEVER);
        } else {
            int endStart = Math.max(limit, partFirst & ~1);
            other.endStarts[k] = endStart;
            other.setGain(end, partCost - (livesOn(blockRanges[k], endStart) ? frequency : 0));
        }
    }

    private void collectEdges() {
        if (!knowsFrequencies) {
            findFrequencies();
        }
        int[] numbers = numberOf;
        for (int k = 0; k < blockCount; k++) {
            numbers[blocks[k]] = k + 1;
        }
        Arrays.fill(classEnds, 0);
        int[] starts = input.predecessorStarts;
        int[] predecessors = input.predecessors;
        byte[] classes = frequencyClasses;
        int count = 0;
        for (int k = 0; k < blockCount; k++) {
            if (!liveAtStart[k]) {
                continue;
            }
            int b = blocks[k];
            int end = starts[b + 1];
            if (foundTo.length - count < end - starts[b]) {
                int size = Math.max(2 * count, count + end - starts[b]);
                foundPredecessors = Arrays.copyOf(foundPredecessors, size);
                foundTo = Arrays.copyOf(foundTo, size);
            }
            for (int i = starts[b]; i < end; i++) {
                int p = numbers[predecessors[i]] - 1;
                if (p >= 0 && liveAtEnd[p]) {
                    foundPredecessors[count] = i;
                    foundTo[count++] = 2 * k;
                    classEnds[classes[i]]++;
                }
            }
        }
        sortEdges(count);
        for (int k = 0; k < blockCount; k++) {
            numbers[blocks[k]] = 0;
        }
    }

    private void sortEdges(int count) {
        if (edgeFrom.length < count) {
            edgeFrom = new int[foundTo.length];
            edgeTo = new int[foundTo.length];
            edgeFrequencies = new float[foundTo.length];
        }
        edgeCount = count;
        int[] ends = classEnds;
        int sum = 0;
        for (int c = 0; c < FREQUENCY_CLASSES; c++) {
            sum += ends[c];
            ends[c] = sum;
        }
        int[] numbers = numberOf;
        int[] predecessors = input.predecessors;
        for (int e = count - 1; e >= 0; e--) {
            int i = foundPredecessors[e];
            int at = --ends[frequencyClasses[i]];
            edgeFrom[at] = 2 * numbers[predecessors[i]] - 1;
            edgeTo[at] = foundTo[e];
            edgeFrequencies[at] = allFrequencies[i];
        }
    }

    private void findFrequencies() {
        knowsFrequencies = true;
        int count = input.predecessorStarts[input.blockCount];
        if (allFrequencies.length < count) {
            allFrequencies = new float[Math.max(count, 2 * allFrequencies.length)];
            frequencyClasses = new byte[allFrequencies.length];
        }
        for (int b = 0; b < input.blockCount; b++) {
            for (int i = input.predecessorStarts[b]; i < input.predecessorStarts[b + 1]; i++) {
                int p = input.predecessors[i];
                boolean leaving = input.successorStarts[p + 1] - input.successorStarts[p] == 1;
                float frequency = input.frequencies[leaving ? p : b];
                allFrequencies[i] = frequency;
                frequencyClasses[i] = (byte) frequencyClass(frequency);
            }
        }
    }

    private static int frequencyClass(float frequency) {
        int level = HIGHEST_CLASS - (Float.floatToRawIntBits(frequency) >>> 22);
        return Math.max(0, Math.min(level, FREQUENCY_CLASSES - 1));
    }

    // The split.

    /** Splits the piece as planned. */
    public void split(int piece) {
        best.joinOutside(blockCount);
        int root = pieces.roots[piece];
        int stage = pieces.stages[piece] + 1;
        int first = pieces.count;
        Arrays.fill(clusterPieces, 0, 2 * blockCount, NONE);
        splitter.beginCuts();
        for (int k = 0; k < blockCount; k++) {
            cutBlock(k, root, stage);
        }
        int last = pieces.count;
        splitter.partition(piece);
        for (int p = first; p < last; p++) {
            if (pieces.places[p] >= 0) {
                pieces.places[p] = Pieces.WAITING;
                if (pieces.heads[p] != NONE) {
                    pieces.measure(p);
                    assignment.assign(p, best.register);
                }
            } else {
                splitter.finish(p);
            }
        }
    }

    private void cutBlock(int k, int root, int stage) {
        int from = k == 0 ? 0 : ranges.blockFrom(blocks[k]);
        int start = best.root(2 * k);
        int end = best.root(2 * k + 1);
        boolean startIn = best.isIn(start);
        boolean endIn = best.isIn(end);
        splitter.cut(from, pieceOf(start, root, stage));
        if (best.firstTaken[k] == NONE) {
            return;
        }
        if (startIn) {
            int between = endIn ? pieces.add(root, stage) : pieceOf(end, root, stage);
            splitter.cut(best.startEnds[k], between);
        }
        if (endIn) {
            splitter.cut(best.endStarts[k], pieceOf(end, root, stage));
        }
    }

    /** The piece of a cluster; one that is in carries the register already as a mark. */
    private int pieceOf(int cluster, int root, int stage) {
        if (clusterPieces[cluster] == NONE) {
            int piece = pieces.add(root, stage);
            clusterPieces[cluster] = piece;
            if (best.isIn(cluster)) {
                pieces.places[piece] = best.register;
            }
        }
        return clusterPieces[cluster];
    }
}
