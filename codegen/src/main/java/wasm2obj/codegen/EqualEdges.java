package wasm2obj.codegen;

import java.util.Arrays;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.AllocationInput;

/**
 * Finds blocks that make the same moves and jump to the same block: what critical edges leave where several of them bring the same
 * values. One of them serves all, preferably one that needs no jump because its target comes next.
 *
 * <p>A block that control falls into, inside a loop, stays: to be merged would cost a jump there.
 */
final class EqualEdges {
    private static final int NONE = -1;

    /** What is executed more often than the function itself is hot. */
    private static final float HOT = 1.5f;

    /** A target's blocks are compared with so many at most. */
    private static final int MOST = 12;

    private VCode code;
    private AllocationInput registers;
    private Allocation allocation;
    private int[] forwards;

    /** By block: the last one found that serves others and jumps to it; and the one found before. */
    private int[] lastOf = new int[64];

    private int[] previous = new int[64];

    /** By block: its first move. */
    private int[] moves = new int[65];

    /** Leads each block that another one can serve there, in an array that leads blocks that only jump where they go. */
    void merge(VCode newCode, Allocation newAllocation, int[] newForwards) {
        code = newCode;
        registers = code.registers;
        allocation = newAllocation;
        forwards = newForwards;
        int count = registers.blockCount;
        if (lastOf.length < count) {
            lastOf = new int[2 * count];
            previous = new int[2 * count];
            moves = new int[2 * count + 1];
        }
        Arrays.fill(lastOf, 0, count, NONE);
        boolean isChanged = false;
        int move = 0;
        for (int b = 0; b < count; b++) {
            int first = registers.blockStarts[b];
            int last = registers.blockStarts[b + 1] - 1;
            while (move < allocation.moveCount && allocation.movePlaces[move] < first) {
                move++;
            }
            moves[b] = move;
            while (move < allocation.moveCount && allocation.movePlaces[move] <= last) {
                move++;
            }
            moves[b + 1] = move;
            if (b != 0 && first == last && code.opcodes[first] == VCode.JUMP && forwards[b] == b) {
                isChanged |= find(b);
            }
        }
        for (int b = 0; isChanged && b < count; b++) {
            while (forwards[forwards[b]] != forwards[b]) {
                forwards[b] = forwards[forwards[b]];
            }
        }
    }

    private int target(int block) {
        return forwards[registers.successors[registers.successorStarts[block]]];
    }

    /** Looks for another block that is equal; notes the block if there is none. */
    private boolean find(int block) {
        int target = target(block);
        if (target == block || isHotAndFallenInto(block)) {
            return false;
        }
        int tried = 0;
        for (int other = lastOf[target];
                other != NONE && tried < MOST;
                other = previous[other], tried++) {
            if (forwards[other] == other && isEqual(block, other)) {
                if (isNext(block, target)) {
                    forwards[other] = block;
                    break;
                }
                forwards[block] = other;
                return true;
            }
        }
        previous[block] = lastOf[target];
        lastOf[target] = block;
        return true;
    }

    private boolean isHotAndFallenInto(int block) {
        if (registers.frequencies[block] < HOT) {
            return false;
        }
        int before = block - 1;
        while (before > 0 && forwards[before] != before) {
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
        while (next < target && forwards[next] != next) {
            next++;
        }
        return next == target;
    }

    private boolean isEqual(int block, int other) {
        int count = moves[block + 1] - moves[block];
        if (count != moves[other + 1] - moves[other]) {
            return false;
        }
        for (int m = 0; m < count; m++) {
            int a = moves[block] + m;
            int b = moves[other] + m;
            if (allocation.moveTargets[a] != allocation.moveTargets[b]
                    || allocation.moveClasses[a] != allocation.moveClasses[b]
                    || !isSameSource(allocation.moveSources[a], allocation.moveSources[b])) {
                return false;
            }
        }
        return true;
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
        return code.opcodes[x] == code.opcodes[y]
                && code.auxs[x] == code.auxs[y]
                && code.imms[x] == code.imms[y]
                && registers.operandStarts[x + 1] - registers.operandStarts[x] == 1
                && registers.operandStarts[y + 1] - registers.operandStarts[y] == 1;
    }
}
