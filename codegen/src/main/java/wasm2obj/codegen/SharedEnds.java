package wasm2obj.codegen;

import java.util.Arrays;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.AllocationInput;

/**
 * Finds blocks that end alike, so that one's end serves the others: what critical edges leave where several of them bring the same
 * values, and ways that join after doing the same.
 *
 * <p>An <em>item</em> is a move or an instruction of a block, but not what ends it. Blocks are compared that jump to the same block or
 * return. One that has its last {@code length} items in common with another is <em>cut</em>: instead of them it has a jump into the other
 * one, or is not emitted at all if that was everything ({@link #isGone}); who leads there leads into the other block then. A place is
 * told by the number of items behind it, which is the same number in both blocks, so a block that is cut itself may be joined anywhere.
 *
 * <p>Items are shared only where nobody can tell the blocks apart: what can trap or call has a position in the module, which traces
 * show. A block in a loop that has no jump so far stays as it is. Blocks are compared with a few others each: linear.
 */
final class SharedEnds {
    private static final int NONE = -1;

    /** What is executed more often than the function itself is hot. */
    private static final float HOT = 1.5f;

    /** A block is compared with so many others at most. */
    private static final int MOST = 12;

    /** Items are compared up to this number. */
    private static final int LONGEST = 64;

    /** What a cut must save, in instructions, where it costs a jump. */
    private static final int WORTH_A_JUMP = 2;

    private VCode code;
    private AllocationInput registers;
    private Allocation allocation;
    private MachineEmitter machine;
    private int[] forwards;
    private boolean[] lands;

    /** By block it jumps to, or by the number of blocks if it returns: the last one found. By block: the one found before. */
    private int[] lastOf = new int[65];

    private int[] previous = new int[64];

    /** By block: its first move. */
    private int[] moves = new int[65];

    /** By block: which block has its end, NONE if itself, and how many items that are; whether that is all of it. */
    private int[] others = new int[64];

    private int[] lengths = new int[64];
    private boolean[] gone = new boolean[64];

    // Who joins a block, as a list: where, under which label, and who is next.
    private int[] firstJoins = new int[64];
    private int[] nextJoins = new int[64];
    private int[] joinLengths = new int[64];
    private int[] labels = new int[64];

    /**
     * Finds ends to share.
     *
     * @param newForwards by block: where it leads if it has nothing but a jump, else itself
     * @param newLands by block: whether it must begin with a landing pad
     */
    void find(
            VCode newCode,
            Allocation newAllocation,
            MachineEmitter newMachine,
            int[] newForwards,
            boolean[] newLands) {
        code = newCode;
        registers = code.registers;
        allocation = newAllocation;
        machine = newMachine;
        forwards = newForwards;
        lands = newLands;
        int count = registers.blockCount;
        reserve(count);
        Arrays.fill(lastOf, 0, count + 1, NONE);
        Arrays.fill(others, 0, count, NONE);
        Arrays.fill(gone, 0, count, false);
        Arrays.fill(firstJoins, 0, count, NONE);
        countMoves();
        for (int b = 0; b < count; b++) {
            int end = code.opcodes[registers.blockStarts[b + 1] - 1];
            if (forwards[b] != b) {
                continue;
            }
            if (end == VCode.RETURN) {
                findReturn(b);
            } else if (end == VCode.JUMP && target(b) != b) {
                findJump(b);
            }
        }
    }

    private void reserve(int count) {
        if (previous.length < count) {
            int size = 2 * count;
            lastOf = new int[size + 1];
            previous = new int[size];
            moves = new int[size + 1];
            others = new int[size];
            lengths = new int[size];
            gone = new boolean[size];
            firstJoins = new int[size];
            nextJoins = new int[size];
            joinLengths = new int[size];
            labels = new int[size];
        }
    }

    private void countMoves() {
        int move = 0;
        for (int b = 0; b < registers.blockCount; b++) {
            moves[b] = move;
            int last = registers.blockStarts[b + 1] - 1;
            while (move < allocation.moveCount && allocation.movePlaces[move] <= last) {
                move++;
            }
        }
        moves[registers.blockCount] = move;
    }

    /** Number of the block's items. */
    int itemCount(int block) {
        int instructions = registers.blockStarts[block + 1] - 1 - registers.blockStarts[block];
        return moves[block + 1] - moves[block] + instructions;
    }

    private int target(int block) {
        return forwards[registers.successors[registers.successorStarts[block]]];
    }

    // ---- who shares with whom ----

    private int best;
    private int bestLength;

    /** Looks for the block with the longest common end among those of the list; of equal ones for the first. */
    private void compareWithList(int block, int list) {
        best = NONE;
        bestLength = 0;
        int tried = 0;
        for (int other = lastOf[list]; other != NONE && tried < MOST; other = previous[other]) {
            if (!gone[other]) {
                int length = commonLength(block, other);
                if (length >= bestLength) {
                    best = other;
                    bestLength = length;
                }
                tried++;
            }
        }
    }

    private void enter(int block, int list) {
        previous[block] = lastOf[list];
        lastOf[list] = block;
    }

    private void findReturn(int block) {
        int list = registers.blockCount;
        compareWithList(block, list);
        if (best != NONE && bestLength + machine.returnSize() - 1 >= WORTH_A_JUMP) {
            cut(block, best, bestLength);
        }
        enter(block, list);
    }

    private void findJump(int block) {
        int target = target(block);
        compareWithList(block, target);
        if (bestLength != 0) {
            boolean fallsThrough = isNext(block, target);
            if (fallsThrough && others[best] == NONE && !isFallenIntoWhileHot(best)) {
                cut(best, block, bestLength);
            } else if (bestLength == itemCount(block)) {
                if (!isFallenIntoWhileHot(block)) {
                    cut(block, best, bestLength);
                }
            } else if (!fallsThrough
                    || bestLength > WORTH_A_JUMP && registers.frequencies[block] < HOT) {
                cut(block, best, bestLength);
            }
        }
        enter(block, target);
    }

    private void cut(int block, int other, int length) {
        others[block] = other;
        lengths[block] = length;
        gone[block] = length == itemCount(block) && !lands[block];
    }

    private boolean isFallenIntoWhileHot(int block) {
        if (registers.frequencies[block] < HOT) {
            return false;
        }
        int before = block - 1;
        while (before > 0 && (forwards[before] != before || gone[before])) {
            before--;
        }
        for (int s = registers.successorStarts[before];
                s < registers.successorStarts[before + 1];
                s++) {
            if (registers.successors[s] == block) {
                return true;
            }
        }
        return false;
    }

    private boolean isNext(int block, int target) {
        int next = block + 1;
        while (next < target && (forwards[next] != next || gone[next])) {
            next++;
        }
        return next == target;
    }

    // ---- comparing ----

    private int commonLength(int a, int b) {
        int i = registers.blockStarts[a + 1] - 1;
        int j = registers.blockStarts[b + 1] - 1;
        int m = moves[a + 1];
        int n = moves[b + 1];
        int most = Math.min(LONGEST, Math.min(itemCount(a), itemCount(b)));
        int length = 0;
        while (length < most) {
            boolean isMove = m > moves[a] && allocation.movePlaces[m - 1] == i;
            boolean isOtherMove = n > moves[b] && allocation.movePlaces[n - 1] == j;
            if (isMove != isOtherMove) {
                return length;
            }
            if (isMove ? !isSameMove(--m, --n) : !isSameInstruction(--i, --j)) {
                return length;
            }
            length++;
        }
        return length;
    }

    private boolean isSameMove(int a, int b) {
        return allocation.moveTargets[a] == allocation.moveTargets[b]
                && allocation.moveClasses[a] == allocation.moveClasses[b]
                && isSameSource(allocation.moveSources[a], allocation.moveSources[b]);
    }

    private boolean isSameSource(int a, int b) {
        if (a == b) {
            return true;
        }
        if (a < Allocation.REMATERIALIZE || b < Allocation.REMATERIALIZE) {
            return false;
        }
        int x = a - Allocation.REMATERIALIZE;
        int y = b - Allocation.REMATERIALIZE;
        return isSameOperation(x, y) && operandCount(x) == 1 && operandCount(y) == 1;
    }

    private boolean isSameOperation(int x, int y) {
        return code.opcodes[x] == code.opcodes[y]
                && code.auxs[x] == code.auxs[y]
                && code.imms[x] == code.imms[y];
    }

    private int operandCount(int instruction) {
        return registers.operandStarts[instruction + 1] - registers.operandStarts[instruction];
    }

    private boolean isSameInstruction(int x, int y) {
        int count = operandCount(x);
        if (!isSameOperation(x, y)
                || count != operandCount(y)
                || registers.flags[x] != registers.flags[y]
                || !machine.isSilent(x)) {
            return false;
        }
        for (int k = 0; k < count; k++) {
            int first = allocation.locations[registers.operandStarts[x] + k];
            int second = allocation.locations[registers.operandStarts[y] + k];
            boolean areOmitted = Math.min(first, second) >= Allocation.REMATERIALIZE;
            if (first != second && !areOmitted) {
                return false;
            }
        }
        return true;
    }

    // ---- what the emission asks ----

    /** Whether nothing of the block is emitted: its label is in another block. */
    boolean isGone(int block) {
        return gone[block];
    }

    /** Makes labels for all joins; those of blocks that are gone are theirs. */
    void makeLabels(CodeBuffer buffer, int[] blockLabels) {
        for (int b = 0; b < registers.blockCount; b++) {
            int other = others[b];
            if (other == NONE) {
                continue;
            }
            int length = lengths[b];
            while (others[other] != NONE && lengths[other] >= length) {
                other = others[other];
            }
            labels[b] = gone[b] ? blockLabels[b] : buffer.newLabel();
            joinLengths[b] = length;
            nextJoins[b] = firstJoins[other];
            firstJoins[other] = b;
        }
    }

    /** Whether the block is cut or joined. */
    boolean isShared(int block) {
        return others[block] != NONE || firstJoins[block] != NONE;
    }

    /** Binds the labels of those who join the block where it has so many items left. */
    void bind(CodeBuffer buffer, int block, int left) {
        for (int join = firstJoins[block]; join != NONE; join = nextJoins[join]) {
            if (joinLengths[join] == left) {
                buffer.bind(labels[join]);
            }
        }
    }

    /** Whether the block is cut where it has so many items left. */
    boolean isCut(int block, int left) {
        return others[block] != NONE && lengths[block] == left;
    }

    /** Where a block goes that is cut. */
    int label(int block) {
        return labels[block];
    }
}
