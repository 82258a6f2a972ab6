package wasm2obj.isel.aarch64;

import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.Emission;
import wasm2obj.codegen.Frame;
import wasm2obj.ir.TrapKind;
import wasm2obj.isel.aarch64.instruction.A64Branches;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.Condition;
import wasm2obj.unwind.DwarfAArch64;
import wasm2obj.unwind.UnwindOps;

/**
 * The frame of a function: prologue, epilogue, and addresses within.
 *
 * <pre>
 *   stack parameters        CFA and up
 *   x29, x30                the frame record at CFA - 16, to which x29 points
 *   saved registers         in pairs
 *   the rest of {@link Frame}, and what aligns the stack pointer to 16 bytes
 * </pre>
 *
 * <p>A function that calls nothing and is not asked for a frame pointer has no record: its caller is found by the link register, and
 * x29 is still the caller's.
 *
 * <p>Everything is addressed by the stack pointer, whose distance from the frame's end is known at every instruction: only stack
 * arguments that are being prepared move it.
 *
 * <p>The stack pointer is compared with the limit when the frame is there but untouched, so that one comparison serves frames
 * of any size and the frame's description is the body's. A function that calls nothing and whose frame is small does
 * without: the margin below the limit covers it.
 */
final class A64Frame {
    /** Frames of functions that call nothing are checked, and have a record, from this size on. */
    private static final int UNCHECKED_SIZE = 256;

    private static final int RECORD_SIZE = 16;

    private final A64Assembler assembler;
    private final ReturnAddress returnAddress;
    private Emission emission;
    private Frame frame;
    private UnwindOps unwind;
    private boolean hasRecord;
    private long saved;

    /** Bytes below the saved registers. */
    private int localSize;

    /** Bytes from the CFA to the stack pointer in the body. */
    private int size;

    /** Bytes of stack arguments below that. */
    private int outgoing;

    A64Frame(A64Assembler assembler, ReturnAddress returnAddress) {
        this.assembler = assembler;
        this.returnAddress = returnAddress;
    }

    /** Lays out the frame and emits the prologue. */
    void begin(Emission newEmission) {
        emission = newEmission;
        frame = emission.frame;
        unwind = emission.unwind;
        outgoing = 0;
        saved = frame.savedRegisters();
        localSize = frame.localSize() + 15 & -16;
        int below = 16 * (Long.bitCount(saved) + 1 >> 1) + localSize;
        boolean hasCalls = emission.code().hasCalls;
        hasRecord = frame.framePointer() || hasCalls || below >= UNCHECKED_SIZE;
        size = below + (hasRecord ? RECORD_SIZE : 0);
        emission.setFrame(size, hasRecord);
        prologue();
        if (hasRecord && (hasCalls || size >= UNCHECKED_SIZE)) {
            assembler.load(A64Registers.SCRATCH, A64Registers.CONTEXT, ContextLayout.STACK_LIMIT);
            assembler.compareStackPointer(A64Registers.SCRATCH);
            assembler.jumpIf(Condition.LO, emission.trapLabel(TrapKind.STACK_OVERFLOW));
        }
        if (emission.code().leavesInstance) {
            access(A64Memory.STR_X, A64Registers.CONTEXT, frame.context());
        }
    }

    private int offset() {
        return emission.buffer.size;
    }

    private void prologue() {
        int depth = 0;
        returnAddress.enter(hasRecord);
        if (hasRecord) {
            assembler.push(A64Registers.FP, A64Registers.LR);
            depth = RECORD_SIZE;
            unwind.defCfaOffset(offset(), depth);
            unwind.saved(offset(), DwarfAArch64.FP, -16);
            unwind.saved(offset(), DwarfAArch64.LR, -8);
            assembler.add(A64Registers.FP, A64Registers.SP, 0);
            unwind.defCfaRegister(offset(), DwarfAArch64.FP);
        }
        for (long left = saved; left != 0; ) {
            int first = Long.numberOfTrailingZeros(left);
            left &= left - 1;
            int second = left == 0 ? A64Registers.ZR : Long.numberOfTrailingZeros(left);
            left &= left - 1;
            assembler.push(first, second);
            depth += 16;
            moved(depth);
            unwind.saved(offset(), DwarfAArch64.x(first), -depth);
            if (second != A64Registers.ZR) {
                unwind.saved(offset(), DwarfAArch64.x(second), 8 - depth);
            }
        }
        if (localSize != 0) {
            assembler.add(A64Registers.SP, A64Registers.SP, -localSize);
            moved(depth + localSize);
        }
    }

    /** The stack pointer has come to {@code depth} bytes below the CFA. */
    private void moved(int depth) {
        if (!hasRecord) {
            unwind.defCfaOffset(offset(), depth);
        }
    }

    /** Takes the frame down again, and forgets in the description of what follows that it did. */
    void epilogue() {
        unwind.rememberState(offset());
        leave(emission.code().incomingStackSize);
        assembler.word(A64Branches.branchRegister(A64Branches.RET, A64Registers.LR));
        unwind.restoreState(offset());
    }

    /** Takes the frame down, and so many bytes of what is above it. */
    void leave(int parameters) {
        if (localSize != 0) {
            assembler.add(A64Registers.SP, A64Registers.SP, localSize);
            moved(size - localSize);
        }
        popSaved(saved);
        if (hasRecord) {
            assembler.pop(A64Registers.FP, A64Registers.LR);
            unwind.restored(offset(), DwarfAArch64.FP);
            unwind.restored(offset(), DwarfAArch64.LR);
            unwind.defCfa(offset(), DwarfAArch64.SP, 0);
            returnAddress.authenticate();
        }
        if (parameters != 0) {
            assembler.add(A64Registers.SP, A64Registers.SP, parameters);
            unwind.defCfaOffset(offset(), -parameters);
        }
    }

    /** Pops pairs in the reverse of the order in which they were pushed. */
    private void popSaved(long left) {
        if (left == 0) {
            return;
        }
        int first = Long.numberOfTrailingZeros(left);
        long rest = left & left - 1;
        int second = rest == 0 ? A64Registers.ZR : Long.numberOfTrailingZeros(rest);
        rest &= rest - 1;
        popSaved(rest);
        assembler.pop(first, second);
        unwind.restored(offset(), DwarfAArch64.x(first));
        if (second != A64Registers.ZR) {
            unwind.restored(offset(), DwarfAArch64.x(second));
        }
        int pairsAbove = Long.bitCount(saved & (1L << first) - 1) / 2;
        moved(16 * pairsAbove);
    }

    /** Bytes from the CFA to the stack pointer in the body. */
    int size() {
        return size;
    }

    /** Loads the saved registers, the frame pointer and the link register, and leaves the frame as it is. */
    void reloadSaved() {
        int place = -RECORD_SIZE;
        for (long left = saved; left != 0; ) {
            int first = Long.numberOfTrailingZeros(left);
            left &= left - 1;
            int second = left == 0 ? A64Registers.ZR : Long.numberOfTrailingZeros(left);
            left &= left - 1;
            place -= 16;
            reload(first, place + RECORD_SIZE);
            if (second != A64Registers.ZR) {
                reload(second, place + RECORD_SIZE + 8);
            }
        }
        reload(A64Registers.LR, 8);
        reload(A64Registers.FP, 0);
    }

    private void reload(int register, int place) {
        assembler.load(register, A64Registers.FP, place);
        unwind.restored(offset(), DwarfAArch64.x(register));
    }

    // ---- addresses ----

    /** Stack arguments are being prepared: the stack pointer moves down. */
    void allocateArguments(int bytes) {
        assembler.add(A64Registers.SP, A64Registers.SP, -bytes);
        outgoing = bytes;
    }

    /** A call has taken its stack arguments away. */
    void argumentsGone() {
        outgoing = 0;
    }

    /** Distance from the stack pointer of the place {@code offset} bytes above where it is in the body. */
    int displacement(int offset) {
        return outgoing + offset;
    }

    /** Distance from the stack pointer of the stack parameter at the offset. */
    int incoming(int offset) {
        return displacement(size + offset);
    }

    /** A load or store of a place in the frame. */
    void access(int op, int register, int offset) {
        assembler.access(op, register, A64Registers.SP, displacement(offset));
    }

    /** Loads this function's context again, after a call that may have left the instance. */
    void reloadContext() {
        access(A64Memory.LDR_X, A64Registers.CONTEXT, frame.context());
    }

    /** Whether there is a frame record; without one, the link register has the return address. */
    boolean hasRecord() {
        return hasRecord;
    }
}
