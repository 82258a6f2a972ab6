package wasm2obj.regalloc.internal;

import java.util.Arrays;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;
import wasm2obj.regalloc.RegisterFile;

/**
 * Gives registers to pieces: a free one that saves the most moves, or one whose owners weigh less.
 *
 * <p>A piece that covers a fixed use of its own value may sit in the very register that is reserved for it. So these reservations
 * are lifted for the moment when such a piece asks whether the register is free, and for that piece alone.
 *
 * <p>A callee-saved register that nobody has used yet costs a save and a restore per execution of the function. It is
 * <em>fresh</em> then, and must be worth that.
 */
public final class Assignment {
    private static final int NONE = LiveRanges.NONE;

    private AllocationInput input;
    private RegisterFile registers;
    private LiveRanges ranges;
    private Pieces pieces;
    private Coalescer coalescer;
    private RegisterMatrix matrix;

    /** Pieces in each register. */
    private final int[] users = new int[64];

    /** What a fresh register costs. */
    public float freshCost;

    private long integerRegisters;
    private long vectorRegisters;

    // Hints of the piece at hand: by register the moves saved; registers with reservations of the
    // piece's own.
    private final float[] hints = new float[64];
    private long hinted;
    private long owned;

    /** Starts a function whose reservations are in the matrix. */
    public void reset(
            AllocationInput in,
            RegisterFile registerFile,
            LiveRanges liveRanges,
            Pieces allPieces,
            Coalescer bundles,
            RegisterMatrix registerMatrix) {
        input = in;
        registers = registerFile;
        ranges = liveRanges;
        pieces = allPieces;
        coalescer = bundles;
        matrix = registerMatrix;
        Arrays.fill(users, 0);
        freshCost = registers.saveCost() * in.frequencies[0];
        long vectors = -1L << RegisterFile.FIRST_VECTOR;
        integerRegisters = registers.allocatable() & ~vectors;
        vectorRegisters = registers.allocatable() & vectors;
    }

    /** The registers of a class. */
    public long registersOf(int vregClass) {
        return RegisterFile.isVectorClass(vregClass) ? vectorRegisters : integerRegisters;
    }

    /** The registers of a class, the preferred ones first. */
    public int[] order(int vregClass) {
        return RegisterFile.isVectorClass(vregClass)
                ? registers.vectorOrder()
                : registers.integerOrder();
    }

    /** Whether the register would have to be saved, and nobody else would have it saved. */
    public boolean isFresh(int register) {
        return users[register] == 0 && (registers.calleeSaved() >>> register & 1) != 0;
    }

    /** The best register that is free for the whole piece; NONE if there is none. */
    public int findFree(int piece) {
        if (crossesSafepoint(piece)) {
            return NONE;
        }
        gatherHints(piece);
        int vregClass = pieces.vregClass(piece);
        int best = NONE;
        float bestScore = Float.NEGATIVE_INFINITY;
        for (long left = hinted & registersOf(vregClass); left != 0; left &= left - 1) {
            int r = Long.numberOfTrailingZeros(left);
            float score = hints[r] - (isFresh(r) ? freshCost : 0);
            if (score > bestScore && isFree(piece, r)) {
                best = r;
                bestScore = score;
            }
        }
        for (int r : order(vregClass)) {
            if (bestScore >= 0) {
                break;
            }
            float score = isFresh(r) ? -freshCost : 0;
            if (score > bestScore && isFree(piece, r)) {
                best = r;
                bestScore = score;
            }
        }
        forgetHints();
        return best;
    }

    /** Whether a reference would have to be in a register at a safepoint. */
    public boolean crossesSafepoint(int piece) {
        if (pieces.vregClass(piece) != RegisterFile.REFERENCE || pieces.isOverlay(piece)) {
            return false;
        }
        for (int r = pieces.heads[piece]; r != NONE; r = ranges.next[r]) {
            if (matrix.firstSafepoint(ranges.from[r], ranges.to[r]) != NONE) {
                return true;
            }
        }
        return false;
    }

    /** Whether the register is free for the whole piece. */
    private boolean isFree(int piece, int register) {
        boolean own = (owned >>> register & 1) != 0;
        if (own) {
            setOwnReservations(piece, register, false);
        }
        boolean free = true;
        for (int r = pieces.heads[piece]; r != NONE && free; r = ranges.next[r]) {
            free = matrix.firstConflict(register, ranges.from[r], ranges.to[r]) == NONE;
        }
        if (own) {
            setOwnReservations(piece, register, true);
        }
        return free;
    }

    /** The set of registers that fixed uses of the piece's values reserve. */
    public long ownRegisters(int piece) {
        long registers = 0;
        for (int r = pieces.heads[piece]; r != NONE; r = ranges.next[r]) {
            int to = ranges.to[r];
            int end = ranges.useStarts[ranges.vregs[r] + 1];
            for (int use = ranges.firstUses[r]; use < end && ranges.useKeys[use] < to; use++) {
                int operand = ranges.useOperands[use];
                if (ranges.kinds[operand] == LiveRanges.FIXED) {
                    registers |= 1L << ranges.numbers[operand];
                }
            }
        }
        return registers;
    }

    /** Lifts or renews what is reserved in the register for fixed uses whose value the piece holds at that point. */
    public void setOwnReservations(int piece, int register, boolean reserve) {
        for (int r = pieces.heads[piece]; r != NONE; r = ranges.next[r]) {
            int to = ranges.to[r];
            int end = ranges.useStarts[ranges.vregs[r] + 1];
            for (int use = ranges.firstUses[r]; use < end && ranges.useKeys[use] < to; use++) {
                int operand = ranges.useOperands[use];
                if (ranges.kinds[operand] != LiveRanges.FIXED
                        || ranges.numbers[operand] != register
                        || ranges.isDefinition(operand)) {
                    continue;
                }
                int early = 2 * ranges.operandSlots[operand];
                boolean late = Operand.isLate(input.operands[operand]);
                int last = Math.min(to, early + (late ? 2 : 1));
                if (early < last && reserve) {
                    matrix.reserve(register, early, last);
                } else if (early < last) {
                    matrix.unreserve(register, early, last);
                }
            }
        }
    }

    /** Puts the piece into a register that is free for it. */
    public void assign(int piece, int register) {
        for (int r = pieces.heads[piece]; r != NONE; r = ranges.next[r]) {
            matrix.take(register, r);
        }
        pieces.places[piece] = register;
        users[register]++;
    }

    /** Takes the register from a piece. */
    public void unassign(int piece) {
        int register = pieces.places[piece];
        for (int r = pieces.heads[piece]; r != NONE; r = ranges.next[r]) {
            matrix.release(register, r);
        }
        pieces.places[piece] = Pieces.WAITING;
        users[register]--;
    }

    // Hints.

    private void gatherHints(int piece) {
        if (pieces.isOverlay(piece)) {
            hintOverlay(piece);
            return;
        }
        for (int r = pieces.heads[piece]; r != NONE; r = ranges.next[r]) {
            int vreg = ranges.vregs[r];
            if ((pieces.flags[piece] & Pieces.HINTED) != 0) {
                hintFixed(r);
            }
            if (ranges.firstRange[vreg] != r) {
                continue;
            }
            for (int a = coalescer.firstAffinity[vreg]; a != NONE; a = coalescer.affinityNext[a]) {
                int range = ranges.firstRange[coalescer.affinityOther[a]];
                if (range != NONE) {
                    addHint(pieces.places[ranges.pieces[range]], coalescer.affinityWeights[a]);
                }
            }
        }
    }

    private void hintFixed(int range) {
        int to = ranges.to[range];
        int end = ranges.useStarts[ranges.vregs[range] + 1];
        for (int use = ranges.firstUses[range]; use < end && ranges.useKeys[use] < to; use++) {
            int operand = ranges.useOperands[use];
            if (ranges.kinds[operand] == LiveRanges.FIXED) {
                int block = ranges.slotBlock[ranges.operandSlots[operand]];
                addHint(ranges.numbers[operand], input.frequencies[block]);
                owned |= 1L << ranges.numbers[operand];
            }
        }
    }

    /** An overlay is best the register that its value comes from. */
    private void hintOverlay(int piece) {
        int range = pieces.heads[piece];
        int before = (ranges.from[range] & ~1) - 1;
        int vreg = pieces.roots[piece];
        int operand = ranges.firstUses[range];
        if (ranges.kinds[operand] == LiveRanges.REUSE) {
            vreg = ranges.tiedValue(operand);
        }
        int source = ranges.find(vreg, before);
        if (source != NONE) {
            addHint(pieces.places[ranges.pieces[source]], 1);
        }
    }

    private void addHint(int register, float weight) {
        if (register >= 0) {
            hints[register] += weight;
            hinted |= 1L << register;
        }
    }

    private void forgetHints() {
        for (long left = hinted; left != 0; left &= left - 1) {
            hints[Long.numberOfTrailingZeros(left)] = 0;
        }
        hinted = 0;
        owned = 0;
    }

    // Eviction.

    /** Takes a register from pieces that all weigh less than this one, and lets them wait again; true if that went. */
    public boolean evictFor(int piece) {
        if (crossesSafepoint(piece)) {
            return false;
        }
        float least = pieces.weights[piece];
        int best = NONE;
        for (int register : order(pieces.vregClass(piece))) {
            float heaviest = heaviestVictim(piece, register, least);
            if (heaviest < least) {
                least = heaviest;
                best = register;
            }
        }
        if (best == NONE) {
            return false;
        }
        dispossess(piece, best);
        assign(piece, best);
        return true;
    }

    /** The greatest weight in the way; {@code limit} if it is that or more, or the register is reserved. */
    private float heaviestVictim(int piece, int register, float limit) {
        float heaviest = 0;
        for (int r = pieces.heads[piece]; r != NONE; r = ranges.next[r]) {
            int from = ranges.from[r];
            int to = ranges.to[r];
            if (matrix.isReserved(register, from, to)) {
                return limit;
            }
            while (from < to) {
                int point = matrix.firstTaken(register, from, to);
                if (point == NONE) {
                    break;
                }
                int owner = matrix.owner(register, point);
                heaviest = Math.max(heaviest, pieces.weights[ranges.pieces[owner]]);
                if (heaviest >= limit) {
                    return limit;
                }
                from = ranges.to[owner];
            }
        }
        return heaviest;
    }

    /** Takes the register from all who are in the way. */
    private void dispossess(int piece, int register) {
        for (int r = pieces.heads[piece]; r != NONE; r = ranges.next[r]) {
            int from = ranges.from[r];
            int to = ranges.to[r];
            while (from < to) {
                int point = matrix.firstTaken(register, from, to);
                if (point == NONE) {
                    break;
                }
                int owner = matrix.owner(register, point);
                from = ranges.to[owner];
                unassign(ranges.pieces[owner]);
                pieces.enqueue(ranges.pieces[owner]);
            }
        }
    }
}
