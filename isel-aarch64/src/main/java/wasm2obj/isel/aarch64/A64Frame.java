package wasm2obj.isel.aarch64;

import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.Frame;
import wasm2obj.codegen.FrameEmitter;
import wasm2obj.isel.aarch64.instruction.A64Branches;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.Condition;
import wasm2obj.regalloc.RegisterFile;
import wasm2obj.unwind.DwarfAArch64;

/**
 * The frame of a function: what is AArch64's own in {@link FrameEmitter}.
 *
 * <pre>
 *   stack parameters        CFA and up
 *   x29, x30                the frame record at CFA - 16, to which x29 points
 *   saved registers         in pairs
 *   the rest of {@link Frame}, and what aligns the stack pointer to 16 bytes
 *   the last pair           if the instruction that saves it can also make room for what is above
 * </pre>
 *
 * <p>A function that calls nothing and is not asked for a frame pointer has no record: its caller is found by the link register, and
 * x29 is still the caller's.
 *
 * <p>Everything is addressed by the stack pointer, whose distance from the frame's end is known at every instruction: only stack
 * arguments that are being prepared move it.
 */
final class A64Frame extends FrameEmitter<A64Assembler> {
    private static final int RECORD_SIZE = 16;
    private static final int PAIR_SIZE = 16;

    /** Frames up to this size, within which displacements from x29 need no register. */
    private static final int REACHED_FROM_RECORD = 256;

    private final ReturnAddress returnAddress;
    private boolean hasRecord;

    /** Bytes that the last pair moves the stack pointer by: its own, or those of what is above it, too. */
    private int lastPairSize;

    /** Bytes of stack arguments below the stack pointer in the body. */
    private int outgoing;

    A64Frame(A64Assembler assembler, ReturnAddress returnAddress) {
        super(assembler);
        this.returnAddress = returnAddress;
    }

    /** Large frames have a record, too. */
    @Override
    protected void layOut(boolean hasCalls) {
        outgoing = 0;
        localSize = frame.localSize() + 15 & -16;
        int below = 16 * (Long.bitCount(saved) + 1 >> 1) + localSize;
        hasRecord = frame.framePointer() || hasCalls || below >= UNCHECKED_SIZE;
        size = below + (hasRecord ? RECORD_SIZE : 0);
        lastPairSize = PAIR_SIZE;
        if (saved != 0 && localSize != 0 && size <= REACHED_FROM_RECORD) {
            lastPairSize += localSize;
            localSize = 0;
            frame.raise(PAIR_SIZE);
        }
        emission.setFrame(size, hasRecord);
    }

    @Override
    protected void checkStack(int label) {
        assembler.load(A64Registers.SCRATCH, A64Registers.CONTEXT, ContextLayout.STACK_LIMIT);
        assembler.compareStackPointer(A64Registers.SCRATCH);
        assembler.jumpIf(Condition.LO, label);
    }

    @Override
    protected void keepContext() {
        access(A64Memory.STR_X, A64Registers.CONTEXT, frame.context());
    }

    @Override
    protected void prologue() {
        int depth = 0;
        returnAddress.enter(hasRecord);
        if (hasRecord) {
            assembler.push(A64Registers.FP, A64Registers.LR, RECORD_SIZE);
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
            int bytes = left == 0 ? lastPairSize : PAIR_SIZE;
            assembler.push(first, second, bytes);
            depth += bytes;
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

    @Override
    protected void leaveAndReturn() {
        leave(code.incomingStackSize);
        assembler.word(A64Branches.branchRegister(A64Branches.RET, A64Registers.LR));
    }

    /** Instructions of an {@link #epilogue}, about. */
    int returnSize() {
        int pairs = (Long.bitCount(saved) + 1 >> 1) + (hasRecord ? 1 : 0);
        return pairs + (localSize != 0 ? 1 : 0) + 1;
    }

    /** Takes the frame down, and so many bytes of what is above it. */
    void leave(int parameters) {
        if (localSize != 0) {
            assembler.add(A64Registers.SP, A64Registers.SP, localSize);
            moved(size - localSize);
        }
        popSaved(saved);
        if (hasRecord) {
            assembler.pop(A64Registers.FP, A64Registers.LR, RECORD_SIZE);
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
        assembler.pop(first, second, rest == 0 ? lastPairSize : PAIR_SIZE);
        unwind.restored(offset(), DwarfAArch64.x(first));
        if (second != A64Registers.ZR) {
            unwind.restored(offset(), DwarfAArch64.x(second));
        }
        int pairsAbove = Long.bitCount(saved & (1L << first) - 1) / 2;
        moved(16 * pairsAbove);
    }

    /** The frame pointer and the link register, too. */
    @Override
    protected void reloadSaved() {
        int place = 0;
        for (long left = saved; left != 0; ) {
            int first = Long.numberOfTrailingZeros(left);
            left &= left - 1;
            int second = left == 0 ? A64Registers.ZR : Long.numberOfTrailingZeros(left);
            left &= left - 1;
            place -= left == 0 ? lastPairSize : PAIR_SIZE;
            reload(first, place);
            if (second != A64Registers.ZR) {
                reload(second, place + 8);
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

    @Override
    protected void allocateArguments(int bytes) {
        assembler.add(A64Registers.SP, A64Registers.SP, -bytes);
        outgoing = bytes;
    }

    @Override
    protected void argumentsGone() {
        outgoing = 0;
    }

    @Override
    protected int displacement(int offset) {
        return outgoing + offset;
    }

    @Override
    protected void loadSpill(int vregClass, int register, int slot) {
        access(loadOp(vregClass), register & 31, frame.spill(slot));
    }

    @Override
    protected void storeSpill(int vregClass, int register, int slot) {
        access(storeOp(vregClass), register & 31, frame.spill(slot));
    }

    private static int loadOp(int vregClass) {
        return switch (vregClass) {
            case RegisterFile.FLOAT -> A64Memory.LDR_D;
            case RegisterFile.VECTOR -> A64Memory.LDR_Q;
            default -> A64Memory.LDR_X;
        };
    }

    /** The operation that spills a value of the class, or stores it as an argument. */
    static int storeOp(int vregClass) {
        return switch (vregClass) {
            case RegisterFile.FLOAT -> A64Memory.STR_D;
            case RegisterFile.VECTOR -> A64Memory.STR_Q;
            default -> A64Memory.STR_X;
        };
    }

    /** A load or store of a place in the frame. */
    void access(int op, int register, int offset) {
        assembler.access(op, register, A64Registers.SP, displacement(offset));
    }

    @Override
    protected void reloadContext() {
        access(A64Memory.LDR_X, A64Registers.CONTEXT, frame.context());
    }

    /** Whether there is a frame record; without one, the link register has the return address. */
    boolean hasRecord() {
        return hasRecord;
    }
}
