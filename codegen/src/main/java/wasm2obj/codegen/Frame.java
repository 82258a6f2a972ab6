package wasm2obj.codegen;

import java.util.Arrays;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.regalloc.Allocation;

/**
 * The frame of one function, as far as it is the same on every ISA. From high addresses to low:
 *
 * <pre>
 *   incoming stack parameters      CFA and up
 *   return address, frame pointer, saved registers: the ISA's
 *   context slot                   if a call may leave the instance
 *   spill slots
 *   frame slots of the IR
 *   result buffer                  for calls with more results than registers
 *   ------------------------------ the stack pointer in the body; offset 0, unless the ISA saves registers here
 * </pre>
 *
 * <p>Offsets are in bytes from the stack pointer in the body. Outgoing stack arguments are below it and exist only around
 * their call; a function that has any finds its frame by the frame pointer.
 */
public final class Frame {
    /** What the ISA has put below. */
    private int bottom;

    private int localSize;
    private int spillOffset;
    private int contextOffset;
    private int slotCount;
    private int[] slotOffsets = new int[16];
    private int referenceSlotCount;
    private int[] referenceSlots = new int[16];
    private boolean framePointer;
    private long savedRegisters;

    /** Lays out the frame of a function after allocation; {@code calleeSaved} are the registers to keep for the caller. */
    public void layOut(
            Function function,
            VCode code,
            Allocation allocation,
            long calleeSaved,
            boolean usesFramePointer) {
        framePointer = usesFramePointer;
        savedRegisters = allocation.usedRegisters & calleeSaved;
        bottom = 0;
        slotCount = function.slotCount();
        int size = code.resultBufferSize;
        if (slotOffsets.length < function.slotCount()) {
            slotOffsets = Arrays.copyOf(slotOffsets, 2 * function.slotCount());
        }
        for (int slot = 0; slot < function.slotCount(); slot++) {
            int bytes = function.slotType(slot).bytes() <= 8 ? 8 : 16;
            size = (size + bytes - 1) & -bytes;
            slotOffsets[slot] = size;
            size += bytes;
        }
        findReferenceSlots(function);
        size = (size + 15) & -16;
        spillOffset = size;
        size += 8 * allocation.slotCount;
        contextOffset = size;
        if (code.leavesInstance) {
            size += 8;
        }
        localSize = size;
    }

    /**
     * Frame slots hold the locals of functions that have very many; the entry block sets them all, before anything else, so each holds
     * a reference at every safepoint. One that nobody reads is never set.
     */
    private void findReferenceSlots(Function function) {
        referenceSlotCount = 0;
        if (function.slotCount() == 0) {
            return;
        }
        int i = function.first(function.firstBlock());
        for (; i != Function.NONE; i = function.next(i)) {
            Opcode opcode = function.opcode(i);
            if (opcode.isCall()) {
                return;
            }
            int slot = (int) function.imm(i);
            if (opcode == Opcode.SLOT_SET && function.slotType(slot) == Type.REF) {
                addReferenceSlot(slotOffsets[slot]);
            }
        }
    }

    /** Keeps the list ascending. The slots are usually set in order, once. */
    private void addReferenceSlot(int offset) {
        if (referenceSlotCount == referenceSlots.length) {
            referenceSlots = Arrays.copyOf(referenceSlots, 2 * referenceSlotCount);
        }
        int at = Arrays.binarySearch(referenceSlots, 0, referenceSlotCount, offset);
        if (at < 0) {
            int place = -at - 1;
            int after = referenceSlotCount++ - place;
            System.arraycopy(referenceSlots, place, referenceSlots, place + 1, after);
            referenceSlots[place] = offset;
        }
    }

    /** Moves everything up by so many bytes, a multiple of 16: the ISA saves registers below. */
    public void raise(int bytes) {
        bottom += bytes;
        spillOffset += bytes;
        contextOffset += bytes;
        for (int slot = 0; slot < slotCount; slot++) {
            slotOffsets[slot] += bytes;
        }
        for (int i = 0; i < referenceSlotCount; i++) {
            referenceSlots[i] += bytes;
        }
    }

    /** Whether frame slots hold references. */
    boolean hasReferenceSlots() {
        return referenceSlotCount != 0;
    }

    /** The frame slots that hold references, counted like those of stack maps. */
    int[] referenceSlots() {
        int[] slots = new int[referenceSlotCount];
        for (int i = 0; i < referenceSlotCount; i++) {
            slots[i] = referenceSlots[i] / 8;
        }
        return slots;
    }

    /** Bytes of everything below the saved registers, before the ISA aligns it. */
    public int localSize() {
        return localSize;
    }

    /** Offset of a spill slot. */
    public int spill(int slot) {
        return spillOffset + 8 * slot;
    }

    /** Offset of a frame slot of the IR. */
    public int slot(int slot) {
        return slotOffsets[slot];
    }

    /** Offset of the kept context. */
    public int context() {
        return contextOffset;
    }

    /** Offset of the result buffer. */
    public int resultBuffer() {
        return bottom;
    }

    /** Whether the frame is addressed by the frame pointer. */
    public boolean framePointer() {
        return framePointer;
    }

    /** Callee-saved registers that the body writes. */
    public long savedRegisters() {
        return savedRegisters;
    }
}
