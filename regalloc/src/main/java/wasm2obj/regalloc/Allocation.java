package wasm2obj.regalloc;

import java.util.Arrays;

/**
 * What an allocator decided. A <em>location</em> is an int: a physical register (0-63), or {@link #SLOT} + n for the spill slot
 * at n * 8 bytes of the spill area; vectors take two consecutive slots with n even.
 *
 * <p>Moves are to be inserted in the order given, each executed after the one before; cycles have been broken with the
 * scratch registers. A move's place is an instruction: the moves go right before it, in front of its own work.
 */
public final class Allocation {
    /** Location of spill slot 0. */
    public static final int SLOT = 64;

    /**
     * A move's source of this value or above: rematerialise the definition of instruction {@code from - REMATERIALIZE}. The location of a
     * definition: nobody reads it where it stands, so its instruction is not to be emitted.
     */
    public static final int REMATERIALIZE = 1 << 30;

    /** Location by operand, parallel to {@link AllocationInput#operands}. */
    public int[] locations = new int[512];

    // Moves, sorted by place.
    public int moveCount;
    public int[] movePlaces = new int[64];
    public int[] moveSources = new int[64];
    public int[] moveTargets = new int[64];

    /** The class of the moved value, see {@link RegisterFile}. */
    public byte[] moveClasses = new byte[64];

    /** Number of 8-byte spill slots. */
    public int slotCount;

    /** All physical registers that are written, by operands, moves or clobbers that the allocator saw. */
    public long usedRegisters;

    // Stack maps: for each safepoint that has live references, in order, the slots that hold them.
    public int stackMapCount;
    public int[] stackMapInstructions = new int[16];

    /** Slots of map i: {@code stackMapSlots[stackMapStarts[i]]} up to {@code stackMapStarts[i + 1]}; ascending. */
    public int[] stackMapStarts = new int[17];

    public int[] stackMapSlots = new int[64];

    /** Empties everything, and makes room for the operands. */
    public void reset(int operandCount) {
        if (locations.length < operandCount) {
            locations = new int[Math.max(operandCount, 2 * locations.length)];
        }
        moveCount = 0;
        slotCount = 0;
        usedRegisters = 0;
        stackMapCount = 0;
        stackMapStarts[0] = 0;
    }

    /** Appends a move. */
    public void addMove(int place, int from, int to, int vregClass) {
        if (moveCount == movePlaces.length) {
            int size = 2 * moveCount;
            movePlaces = Arrays.copyOf(movePlaces, size);
            moveSources = Arrays.copyOf(moveSources, size);
            moveTargets = Arrays.copyOf(moveTargets, size);
            moveClasses = Arrays.copyOf(moveClasses, size);
        }
        movePlaces[moveCount] = place;
        moveSources[moveCount] = from;
        moveTargets[moveCount] = to;
        moveClasses[moveCount] = (byte) vregClass;
        moveCount++;
    }

    /** Adds a slot to the stack map that {@link #endStackMap} will finish. */
    public void addStackMapSlot(int slot) {
        int at = stackMapStarts[stackMapCount];
        int used = stackMapFill++;
        if (at + used == stackMapSlots.length) {
            stackMapSlots = Arrays.copyOf(stackMapSlots, 2 * stackMapSlots.length);
        }
        stackMapSlots[at + used] = slot;
    }

    /** Ends the stack map of a safepoint. */
    public void endStackMap(int instruction) {
        if (stackMapCount == stackMapInstructions.length) {
            stackMapInstructions = Arrays.copyOf(stackMapInstructions, 2 * stackMapCount);
            stackMapStarts = Arrays.copyOf(stackMapStarts, 2 * stackMapCount + 1);
        }
        stackMapInstructions[stackMapCount] = instruction;
        stackMapStarts[stackMapCount + 1] = stackMapStarts[stackMapCount] + stackMapFill;
        stackMapFill = 0;
        stackMapCount++;
    }

    private int stackMapFill;

    public static boolean isRegister(int location) {
        return location < SLOT;
    }

    /** The slot number of a slot location. */
    public static int slot(int location) {
        return location - SLOT;
    }
}
