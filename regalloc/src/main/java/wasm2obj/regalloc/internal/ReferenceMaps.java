package wasm2obj.regalloc.internal;

import java.util.Arrays;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;
import wasm2obj.regalloc.RegisterFile;

/**
 * Stack maps of an allocation in which each reference has one slot for life.
 *
 * <p>A map must name the references that are live, no others: a slot whose value is dead, or not yet written, holds garbage for
 * a collector. So liveness is exact here: from each use of a reference up the predecessors to its definition. The cost is the
 * number of (block, live reference) pairs, which is what the maps themselves may cost.
 */
public final class ReferenceMaps {
    private static final int NONE = -1;

    // By block: list of the references that are live at its start.
    private int[] liveIn = new int[64];
    private int[] stamps = new int[64];
    private int nodeCount;
    private int[] nodeVregs = new int[64];
    private int[] nodeNext = new int[64];

    // By reference: list of the blocks that use it.
    private int[] uses = new int[256];
    private int useCount;
    private int[] useBlocks = new int[64];
    private int[] useNext = new int[64];

    private int[] definitionBlock = new int[256];
    private int[] worklist = new int[64];

    // The live references while a block is walked backward: a dense set.
    private int memberCount;
    private int[] members = new int[64];
    private int[] positions = new int[256];

    // The maps of one block, last first.
    private int mapCount;
    private int[] mapInstructions = new int[16];
    private int[] mapEnds = new int[16];
    private int[] mapSlots = new int[64];

    /** Adds the stack maps; {@code slots} has the location of each reference's slot, negative if it needs none. */
    public void build(AllocationInput input, int[] slots, Allocation result) {
        if (!isNeeded(input)) {
            return;
        }
        findLiveness(input);
        for (int b = 0; b < input.blockCount; b++) {
            mapBlock(input, b, slots);
            flush(result);
        }
    }

    private static boolean isNeeded(AllocationInput input) {
        boolean safepoint = false;
        for (int i = 0; i < input.instructionCount; i++) {
            safepoint |= (input.flags[i] & AllocationInput.SAFEPOINT) != 0;
        }
        if (!safepoint) {
            return false;
        }
        for (int v = 0; v < input.vregCount; v++) {
            if (input.vregClasses[v] == RegisterFile.REFERENCE) {
                return true;
            }
        }
        return false;
    }

    private void findLiveness(AllocationInput input) {
        if (liveIn.length < input.blockCount) {
            int size = Math.max(input.blockCount, 2 * liveIn.length);
            liveIn = new int[size];
            stamps = new int[size];
            worklist = new int[size];
        }
        if (definitionBlock.length < input.vregCount) {
            int size = Math.max(input.vregCount, 2 * definitionBlock.length);
            definitionBlock = new int[size];
            positions = new int[size];
            uses = new int[size];
        }
        nodeCount = 0;
        useCount = 0;
        Arrays.fill(uses, 0, input.vregCount, NONE);
        Arrays.fill(stamps, 0, input.blockCount, NONE);
        Arrays.fill(liveIn, 0, input.blockCount, NONE);
        Arrays.fill(positions, 0, input.vregCount, NONE);
        for (int b = 0; b < input.blockCount; b++) {
            for (int k = input.paramStarts[b]; k < input.paramStarts[b + 1]; k++) {
                definitionBlock[input.params[k]] = b;
            }
            for (int o = firstOperand(input, b); o < firstOperand(input, b + 1); o++) {
                if (Operand.isDefinition(input.operands[o])) {
                    definitionBlock[Operand.vreg(input.operands[o])] = b;
                }
            }
        }
        for (int b = 0; b < input.blockCount; b++) {
            for (int o = firstOperand(input, b); o < firstOperand(input, b + 1); o++) {
                if (!Operand.isDefinition(input.operands[o])) {
                    addUse(input, Operand.vreg(input.operands[o]), b);
                }
            }
            for (int k = input.argumentStarts[b]; k < input.argumentStarts[b + 1]; k++) {
                addUse(input, input.arguments[k], b);
            }
        }
        for (int v = 0; v < input.vregCount; v++) {
            for (int use = uses[v]; use != NONE; use = useNext[use]) {
                markLive(input, v, useBlocks[use]);
            }
        }
    }

    private void addUse(AllocationInput input, int vreg, int block) {
        if (input.vregClasses[vreg] != RegisterFile.REFERENCE || definitionBlock[vreg] == block) {
            return;
        }
        if (useCount == useBlocks.length) {
            useBlocks = Arrays.copyOf(useBlocks, 2 * useCount);
            useNext = Arrays.copyOf(useNext, 2 * useCount);
        }
        useBlocks[useCount] = block;
        useNext[useCount] = uses[vreg];
        uses[vreg] = useCount++;
    }

    private static int firstOperand(AllocationInput input, int block) {
        return input.operandStarts[input.blockStarts[block]];
    }

    /** Marks a reference live into each block from its definition to a use in {@code block}. */
    private void markLive(AllocationInput input, int vreg, int block) {
        if (!enter(vreg, block)) {
            return;
        }
        int pending = 0;
        worklist[pending++] = block;
        while (pending > 0) {
            int b = worklist[--pending];
            for (int k = input.predecessorStarts[b]; k < input.predecessorStarts[b + 1]; k++) {
                if (enter(vreg, input.predecessors[k])) {
                    worklist[pending++] = input.predecessors[k];
                }
            }
        }
    }

    /** Makes the reference live at the block's start; false if it was, or is defined here. */
    private boolean enter(int vreg, int block) {
        if (definitionBlock[vreg] == block || stamps[block] == vreg) {
            return false;
        }
        stamps[block] = vreg;
        if (nodeCount == nodeVregs.length) {
            nodeVregs = Arrays.copyOf(nodeVregs, 2 * nodeCount);
            nodeNext = Arrays.copyOf(nodeNext, 2 * nodeCount);
        }
        nodeVregs[nodeCount] = vreg;
        nodeNext[nodeCount] = liveIn[block];
        liveIn[block] = nodeCount++;
        return true;
    }

    private void mapBlock(AllocationInput input, int b, int[] slots) {
        memberCount = 0;
        mapCount = 0;
        for (int k = input.successorStarts[b]; k < input.successorStarts[b + 1]; k++) {
            for (int n = liveIn[input.successors[k]]; n != NONE; n = nodeNext[n]) {
                addMember(nodeVregs[n]);
            }
        }
        for (int k = input.argumentStarts[b]; k < input.argumentStarts[b + 1]; k++) {
            if (input.vregClasses[input.arguments[k]] == RegisterFile.REFERENCE) {
                addMember(input.arguments[k]);
            }
        }
        for (int i = input.blockStarts[b + 1] - 1; i >= input.blockStarts[b]; i--) {
            walkInstruction(input, i, slots);
        }
        while (memberCount > 0) {
            removeMember(members[memberCount - 1]);
        }
    }

    private void walkInstruction(AllocationInput input, int i, int[] slots) {
        int start = input.operandStarts[i];
        int end = input.operandStarts[i + 1];
        for (int o = start; o < end; o++) {
            long operand = input.operands[o];
            if (input.vregClasses[Operand.vreg(operand)] == RegisterFile.REFERENCE) {
                if (Operand.isDefinition(operand)) {
                    removeMember(Operand.vreg(operand));
                } else if (Operand.isLate(operand)) {
                    addMember(Operand.vreg(operand));
                }
            }
        }
        if ((input.flags[i] & AllocationInput.SAFEPOINT) != 0) {
            recordMap(i, slots);
        }
        for (int o = start; o < end; o++) {
            long operand = input.operands[o];
            if (input.vregClasses[Operand.vreg(operand)] == RegisterFile.REFERENCE
                    && !Operand.isDefinition(operand)) {
                addMember(Operand.vreg(operand));
            }
        }
    }

    private void recordMap(int i, int[] slots) {
        int start = mapCount == 0 ? 0 : mapEnds[mapCount - 1];
        if (mapSlots.length < start + memberCount) {
            mapSlots = Arrays.copyOf(mapSlots, Math.max(start + memberCount, 2 * mapSlots.length));
        }
        int end = start;
        for (int k = 0; k < memberCount; k++) {
            int location = slots[members[k]];
            if (location >= 0) {
                mapSlots[end++] = Allocation.slot(location);
            }
        }
        if (end == start) {
            return;
        }
        Arrays.sort(mapSlots, start, end);
        if (mapCount == mapEnds.length) {
            mapEnds = Arrays.copyOf(mapEnds, 2 * mapCount);
            mapInstructions = Arrays.copyOf(mapInstructions, 2 * mapCount);
        }
        mapInstructions[mapCount] = i;
        mapEnds[mapCount++] = end;
    }

    private void flush(Allocation result) {
        for (int m = mapCount - 1; m >= 0; m--) {
            for (int k = m == 0 ? 0 : mapEnds[m - 1]; k < mapEnds[m]; k++) {
                result.addStackMapSlot(mapSlots[k]);
            }
            result.endStackMap(mapInstructions[m]);
        }
    }

    private void addMember(int vreg) {
        if (positions[vreg] == NONE) {
            if (memberCount == members.length) {
                members = Arrays.copyOf(members, 2 * memberCount);
            }
            positions[vreg] = memberCount;
            members[memberCount++] = vreg;
        }
    }

    private void removeMember(int vreg) {
        int position = positions[vreg];
        if (position != NONE) {
            int moved = members[--memberCount];
            members[position] = moved;
            positions[moved] = position;
            positions[vreg] = NONE;
        }
    }
}
