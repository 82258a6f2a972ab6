package wasm2obj.codegen;

import java.util.Arrays;
import wasm2obj.ir.Function;
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
 *   ------------------------------ the stack pointer in the body; offset 0
 * </pre>
 *
 * <p>Offsets are in bytes from the stack pointer in the body. Outgoing stack arguments are below it and exist only around
 * their call; a function that has any finds its frame by the frame pointer.
 */
public final class Frame {
    private int localSize;
    private int spillOffset;
    private int contextOffset;
    private int[] slotOffsets = new int[16];
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
        size = (size + 15) & -16;
        spillOffset = size;
        size += 8 * allocation.slotCount;
        contextOffset = size;
        if (code.leavesInstance) {
            size += 8;
        }
        localSize = size;
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
        return 0;
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
