package wasm2obj.regalloc.internal;

import java.util.Arrays;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;

/**
 * Cuts pieces, within blocks, and gives up on them.
 *
 * <p>A value passes from one piece to the next by a move in front of an instruction, so cuts are at even points. An odd point is
 * allowed where what follows is certain to be in the slot: the value can be stored in front of the instruction.
 */
public final class Splitter {
    private static final int NONE = LiveRanges.NONE;

    private AllocationInput input;
    private LiveRanges ranges;
    private Pieces pieces;
    private RegisterMatrix matrix;
    private Assignment assignment;

    /** By operand: the overlay that holds it; NONE for the piece of its range. */
    public int[] overlays = new int[512];

    // A partition of a piece: from each point on its ranges go to another piece.
    private int cutCount;
    private int[] cutPoints = new int[64];
    private int[] cutTargets = new int[64];

    // A window: points, and what it saves.
    private int usePoint;
    private int windowFrom;
    private int windowTo;
    private float windowGain;

    /** Starts a function. */
    public void reset(
            AllocationInput in,
            LiveRanges liveRanges,
            Pieces allPieces,
            RegisterMatrix registerMatrix,
            Assignment registerAssignment) {
        input = in;
        ranges = liveRanges;
        pieces = allPieces;
        matrix = registerMatrix;
        assignment = registerAssignment;
        if (overlays.length < in.operandCount) {
            overlays = new int[Math.max(in.operandCount, 2 * overlays.length)];
        }
        Arrays.fill(overlays, 0, in.operandCount, NONE);
    }

    // Partition.

    /** Begins a partition. */
    public void beginCuts() {
        cutCount = 0;
    }

    /** What lies behind the point, which is greater than those before, goes to piece {@code target}. */
    public void cut(int point, int target) {
        if (cutCount > 0 && cutTargets[cutCount - 1] == target) {
            return;
        }
        if (cutCount > 0 && cutPoints[cutCount - 1] == point) {
            cutTargets[cutCount - 1] = target;
            return;
        }
        if (cutCount == cutPoints.length) {
            cutPoints = Arrays.copyOf(cutPoints, 2 * cutCount);
            cutTargets = Arrays.copyOf(cutTargets, 2 * cutCount);
        }
        cutPoints[cutCount] = point;
        cutTargets[cutCount++] = target;
    }

    /** Distributes the ranges of the piece over the targets. */
    public void partition(int piece) {
        int at = 0;
        int range = pieces.heads[piece];
        while (range != NONE) {
            int following = ranges.next[range];
            while (at + 1 < cutCount && cutPoints[at + 1] <= ranges.from[range]) {
                at++;
            }
            while (at + 1 < cutCount && cutPoints[at + 1] < ranges.to[range]) {
                int second = ranges.split(range, cutPoints[at + 1]);
                pieces.append(cutTargets[at], range);
                range = second;
                at++;
            }
            pieces.append(cutTargets[at], range);
            range = following;
        }
        pieces.heads[piece] = NONE;
        pieces.places[piece] = Pieces.SPILLED;
    }

    /** Lets a new piece wait for a register if that is worth anything, else gives up on it. */
    public void finish(int piece) {
        if (pieces.heads[piece] == NONE) {
            pieces.places[piece] = Pieces.SPILLED;
            return;
        }
        pieces.measure(piece);
        if (pieces.costs[piece] > 0) {
            pieces.enqueue(piece);
        } else {
            spill(piece);
        }
    }

    // Blocks.

    /** Cuts a piece of several blocks into one for each block that uses it often enough, and gives up on the rest. */
    public void splitByBlocks(int piece) {
        int root = pieces.roots[piece];
        int stage = pieces.stages[piece];
        int first = pieces.count;
        int rest = pieces.add(root, stage);
        beginCuts();
        cut(pieces.from(piece), rest);
        int range = pieces.heads[piece];
        int point = pieces.from(piece);
        while (range != NONE) {
            int block = ranges.blockOf(point);
            int end = ranges.blockTo(block);
            measureWindow(range, point, end, input.frequencies[block]);
            if (windowGain > 0) {
                cut(windowFrom, pieces.add(root, stage));
                cut(windowTo, rest);
            }
            while (range != NONE && ranges.to[range] <= end) {
                range = ranges.next[range];
            }
            if (range != NONE) {
                point = Math.max(end, ranges.from[range]);
            }
        }
        int last = pieces.count;
        partition(piece);
        for (int p = first + 1; p < last; p++) {
            finish(p);
        }
        if (pieces.heads[rest] == NONE) {
            pieces.places[rest] = Pieces.SPILLED;
        } else {
            spill(rest);
        }
    }

    /**
     * Computes what a register saves from the first to the last use between two points, if the value is in its slot before and
     * behind.
     */
    private void measureWindow(int firstRange, int from, int to, float frequency) {
        windowFrom = NONE;
        windowTo = NONE;
        windowGain = 0;
        boolean loads = false;
        boolean stores = false;
        for (int r = firstRange; r != NONE && ranges.from[r] < to; r = ranges.next[r]) {
            int vreg = ranges.vregs[r];
            int end = ranges.useStarts[vreg + 1];
            int limit = Math.min(to, ranges.to[r]);
            boolean defined = false;
            int use = ranges.firstUseFrom(r, from);
            for (; use < end && ranges.useKeys[use] < limit; use++) {
                int key = ranges.useKeys[use];
                int operand = ranges.useOperands[use];
                boolean definition = ranges.isDefinition(operand);
                windowGain += pieces.cost(operand, ranges.rematerializable[vreg]);
                defined |= definition;
                loads |= windowFrom == NONE && !definition;
                if (windowFrom == NONE) {
                    windowFrom = Math.max(from, key & ~1);
                }
                windowTo = Math.max(windowTo, endOfUse(operand, key));
            }
            stores |= defined && ranges.to[r] > windowTo && !ranges.rematerializable[vreg];
        }
        windowGain -= loads ? frequency : 0;
        windowGain -= stores ? frequency : 0;
        windowTo = Math.min(windowTo, to);
    }

    /** Where a range with this use as its last may end. */
    private int endOfUse(int operand, int key) {
        if (ranges.isDefinition(operand)) {
            return (key | 1) + 1;
        }
        boolean late = Operand.isLate(input.operands[operand]) && (key & 1) == 0;
        return key + (late ? 2 : 1);
    }

    // Windows within a block.

    /** Finds the part of a block's piece that saves most in a register that is free for it; gives up if there is none. */
    public void splitByWindow(int piece) {
        float best = 0;
        int bestRegister = NONE;
        int bestFrom = 0;
        int bestTo = 0;
        float frequency = input.frequencies[ranges.blockOf(pieces.from(piece))];
        for (int register : assignment.order(pieces.vregClass(piece))) {
            float price = assignment.isFresh(register) ? assignment.freshCost : 0;
            int range = nextUsed(pieces.heads[piece], pieces.from(piece));
            while (range != NONE) {
                int from = usePoint;
                int conflict = nextConflict(piece, range, from, register);
                int to = conflict == NONE ? pieces.to(piece) : conflict & ~1;
                if (from < to) {
                    measureWindow(range, from, to, frequency);
                    int end = windowTo + (windowTo & 1);
                    if (windowGain - price > best && end <= to) {
                        best = windowGain - price;
                        bestRegister = register;
                        bestFrom = windowFrom;
                        bestTo = end;
                    }
                }
                if (conflict == NONE) {
                    break;
                }
                range = nextUsed(range, (conflict | 1) + 1);
            }
        }
        if (bestRegister == NONE || bestFrom <= pieces.from(piece) && bestTo >= pieces.to(piece)) {
            spill(piece);
        } else {
            cutWindow(piece, bestRegister, bestFrom, bestTo);
        }
    }

    /**
     * The first of the ranges, from {@code range} on, with a use at or behind the point; {@link #usePoint} is where the use's
     * instruction begins, or the range. Gaps between conflicts without a use have nothing to offer, and a long range may cross
     * very many of them.
     */
    private int nextUsed(int range, int point) {
        for (int r = range; r != NONE; r = ranges.next[r]) {
            if (ranges.to[r] <= point) {
                continue;
            }
            int from = Math.max(point, ranges.from[r]);
            int use = ranges.firstUseFrom(r, from);
            boolean used =
                    use < ranges.useStarts[ranges.vregs[r] + 1]
                            && ranges.useKeys[use] < ranges.to[r];
            if (used) {
                usePoint = Math.max(from, ranges.useKeys[use] & ~1);
                return r;
            }
        }
        return NONE;
    }

    private void cutWindow(int piece, int register, int from, int to) {
        int root = pieces.roots[piece];
        int stage = pieces.stages[piece];
        int before = pieces.add(root, stage);
        int window = pieces.add(root, stage);
        int after = pieces.add(root, stage);
        beginCuts();
        cut(Math.min(from, pieces.from(piece)), before);
        cut(from, window);
        cut(to, after);
        partition(piece);
        pieces.measure(window);
        assignment.assign(window, register);
        finish(before);
        finish(after);
    }

    /** The first point of the piece's ranges, from {@code start} on, at which it cannot be in the register. */
    private int nextConflict(int piece, int range, int start, int register) {
        boolean reference = pieces.isReference(piece);
        for (int r = range; r != NONE; r = ranges.next[r]) {
            int from = Math.max(start, ranges.from[r]);
            int to = ranges.to[r];
            if (from >= to) {
                continue;
            }
            int conflict = matrix.firstConflict(register, from, to);
            int safepoint = reference ? matrix.firstSafepoint(from, to) : NONE;
            if (conflict != NONE || safepoint != NONE) {
                return Math.min(conflict & Integer.MAX_VALUE, safepoint & Integer.MAX_VALUE);
            }
        }
        return NONE;
    }

    // The slot.

    /** Puts a piece into its slot, and its operands that need registers into overlays. */
    public void spill(int piece) {
        pieces.places[piece] = Pieces.SPILLED;
        for (int r = pieces.heads[piece]; r != NONE; r = ranges.next[r]) {
            int vreg = ranges.vregs[r];
            int end = ranges.useStarts[vreg + 1];
            int to = ranges.to[r];
            int last = NONE;
            for (int use = ranges.firstUses[r]; use < end && ranges.useKeys[use] < to; use++) {
                int operand = ranges.useOperands[use];
                if (needsOverlay(operand, vreg)) {
                    last = overlay(operand, vreg, last);
                }
            }
        }
    }

    /** Takes back what {@link #spill} did, so that the piece can be split again. */
    public void withdraw(int piece) {
        pieces.places[piece] = Pieces.WAITING;
        for (int r = pieces.heads[piece]; r != NONE; r = ranges.next[r]) {
            int end = ranges.useStarts[ranges.vregs[r] + 1];
            int to = ranges.to[r];
            for (int use = ranges.firstUses[r]; use < end && ranges.useKeys[use] < to; use++) {
                int operand = ranges.useOperands[use];
                int overlay = overlays[operand];
                if (overlay != NONE && pieces.places[overlay] >= 0) {
                    assignment.unassign(overlay);
                }
                if (overlay != NONE) {
                    pieces.places[overlay] = Pieces.WAITING;
                }
                overlays[operand] = NONE;
            }
        }
    }

    /**
     * No register is left for an overlay: the operand of a rematerialisable value may have the value's slot for the moment; false
     * for any other.
     */
    public boolean giveUpOverlay(int piece) {
        pieces.places[piece] = Pieces.SPILLED;
        return ranges.kinds[ranges.firstUses[pieces.heads[piece]]] == LiveRanges.ANY;
    }

    private boolean needsOverlay(int operand, int vreg) {
        if (ranges.rematerializable[vreg] && ranges.isDefinition(operand)) {
            return false;
        }
        int kind = ranges.kinds[operand];
        return kind == LiveRanges.REGISTER
                || kind == LiveRanges.REUSE
                || kind == LiveRanges.ANY && ranges.rematerializable[vreg];
    }

    /** An overlay for the operand, perhaps the one that the instruction has got for the same value already. */
    private int overlay(int operand, int vreg, int last) {
        boolean definition = ranges.isDefinition(operand);
        boolean late = Operand.isLate(input.operands[operand]);
        int kind = ranges.kinds[operand];
        boolean throughout = kind == LiveRanges.REUSE || late != definition;
        int early = 2 * ranges.operandSlots[operand];
        if (last != NONE && !definition) {
            int range = pieces.heads[last];
            boolean asStrong =
                    kind == LiveRanges.ANY
                            || ranges.kinds[ranges.firstUses[range]] != LiveRanges.ANY;
            if (asStrong
                    && ranges.from[range] == early
                    && (!throughout || ranges.to[range] == early + 2)) {
                overlays[operand] = last;
                return last;
            }
        }
        int from = definition && !throughout ? early + 1 : early;
        int to = definition || throughout ? early + 2 : early + 1;
        int piece = pieces.add(vreg, 0);
        pieces.append(piece, ranges.addOverlay(operand, from, to));
        pieces.makeOverlay(piece);
        pieces.enqueue(piece);
        overlays[operand] = piece;
        return piece;
    }
}
