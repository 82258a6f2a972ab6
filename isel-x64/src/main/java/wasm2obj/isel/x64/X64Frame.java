package wasm2obj.isel.x64;

import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.Frame;
import wasm2obj.codegen.FrameEmitter;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.regalloc.RegisterFile;
import wasm2obj.unwind.DwarfX64;

/**
 * The frame of a function: what is x86-64's own in {@link FrameEmitter}.
 *
 * <pre>
 *   stack parameters        CFA and up
 *   return address          CFA - 8
 *   rbp                     if it is saved: a walker finds the caller's here. If it is the frame pointer, it has this address
 *   other saved registers
 *   the rest of {@link Frame}, and what aligns the stack pointer to 16 bytes
 * </pre>
 */
final class X64Frame extends FrameEmitter<X64Assembler> {
    private static final long RBP = 1L << Register.RBP;

    private final int loadFloat;
    private final int storeFloat;
    private final int loadVector;
    private final int storeVector;
    private boolean framePointer;

    X64Frame(X64Assembler assembler, int features) {
        super(assembler);
        boolean hasAvx = Feature.has(features, Feature.AVX);
        loadFloat = hasAvx ? X64.vexForm(X64.MOVSD_XMM_M64) : X64.MOVSD_XMM_M64;
        storeFloat = hasAvx ? X64.vexForm(X64.MOVSD_M64_XMM) : X64.MOVSD_M64_XMM;
        loadVector = hasAvx ? X64.vexForm(X64.MOVUPS) : X64.MOVUPS;
        storeVector = hasAvx ? X64.vexForm(X64.MOVUPS_M128_XMM) : X64.MOVUPS_M128_XMM;
    }

    @Override
    protected void layOut(boolean hasCalls) {
        framePointer = frame.framePointer();
        int pushed = 8 + 8 * Long.bitCount(saved) + (framePointer ? 8 : 0);
        localSize = frame.localSize();
        if (localSize != 0 || hasCalls) {
            localSize += -(pushed + localSize) & 15;
        }
        size = pushed + localSize;
        emission.setFrame(size, framePointer);
        if (code.incomingStackSize != 0) {
            unwind.stackPointer(0, code.incomingStackSize);
        }
    }

    @Override
    protected void checkStack(int label) {
        assembler.memory(
                X64.CMP_R64_RM64, Register.RSP, X64Registers.CONTEXT, ContextLayout.STACK_LIMIT);
        assembler.jumpIf(Condition.B, label);
    }

    @Override
    protected void keepContext() {
        access(X64.MOV_RM64_R64, X64Registers.CONTEXT, frame.context());
    }

    @Override
    protected void prologue() {
        int depth = 8;
        if (savesFramePointer()) {
            depth = push(Register.RBP, depth, true);
            if (framePointer) {
                assembler.move(Register.RBP, Register.RSP);
                unwind.defCfaRegister(offset(), DwarfX64.RBP);
            }
        }
        for (long left = saved & ~RBP; left != 0; left &= left - 1) {
            depth = push(Long.numberOfTrailingZeros(left), depth, !framePointer);
        }
        if (localSize != 0) {
            assembler.rmImmediate(X64.SUB_RM64_IMM32, Register.RSP, localSize);
            if (!framePointer) {
                unwind.defCfaOffset(offset(), size);
            }
        }
    }

    private boolean savesFramePointer() {
        return framePointer || (saved & RBP) != 0;
    }

    /** Saves a register; the result is the bytes from the CFA down to it. */
    private int push(int register, int depth, boolean cfaByStackPointer) {
        assembler.rm(X64.PUSH_R64, register);
        if (cfaByStackPointer) {
            unwind.defCfaOffset(offset(), depth + 8);
        }
        unwind.saved(offset(), DwarfX64.gpr(register), -depth - 8);
        return depth + 8;
    }

    @Override
    protected void leaveAndReturn() {
        leave();
        int parameters = code.incomingStackSize;
        if (parameters == 0) {
            assembler.plain(X64.RET);
        } else {
            popParametersAndReturn(parameters);
        }
    }

    /** A return takes at most 65,535 bytes with it. */
    private void popParametersAndReturn(int bytes) {
        if (bytes <= 0xffff) {
            assembler.rmImmediate(X64.RET_IMM16, 0, bytes);
            return;
        }
        assembler.rm(X64.POP_R64, X64Registers.SCRATCH);
        unwind.defCfaOffset(offset(), 0);
        assembler.rmImmediate(X64.ADD_RM64_IMM32, Register.RSP, bytes);
        unwind.defCfaOffset(offset(), -bytes);
        assembler.rm(X64.JMP_RM64, X64Registers.SCRATCH);
    }

    /** How many jumps have the size of an {@link #epilogue}: of about four bytes, as many as an addition or two or three pops. */
    int returnSize() {
        int pops = Long.bitCount(saved) + (savesFramePointer() ? 1 : 0);
        return (1 + 2 * pops + (localSize != 0 ? 4 : 0)) / 4;
    }

    /** Leaves the stack pointer at the return address. */
    void leave() {
        int depth = size;
        if (localSize != 0) {
            assembler.rmImmediate(X64.ADD_RM64_IMM32, Register.RSP, localSize);
            depth -= localSize;
            if (!framePointer) {
                unwind.defCfaOffset(offset(), depth);
            }
        }
        for (long left = saved & ~RBP; left != 0; left &= ~Long.highestOneBit(left)) {
            depth = pop(63 - Long.numberOfLeadingZeros(left), depth);
        }
        if (savesFramePointer()) {
            pop(Register.RBP, depth);
            if (framePointer) {
                unwind.defCfa(offset(), DwarfX64.RSP, 8);
            }
        }
    }

    private int pop(int register, int depth) {
        assembler.rm(X64.POP_R64, register);
        unwind.restored(offset(), DwarfX64.gpr(register));
        if (!framePointer) {
            unwind.defCfaOffset(offset(), depth - 8);
        }
        return depth - 8;
    }

    /** All but rbp. */
    @Override
    protected void reloadSaved() {
        int place = -16;
        for (long left = saved; left != 0; left &= left - 1) {
            int register = Long.numberOfTrailingZeros(left);
            place -= 8;
            assembler.memory(X64.MOV_R64_RM64, register, Register.RBP, place + 16);
            unwind.restored(offset(), DwarfX64.gpr(register));
        }
    }

    // ---- addresses ----

    /** The register that the frame is addressed by. */
    int base() {
        return framePointer ? Register.RBP : Register.RSP;
    }

    @Override
    protected int displacement(int offset) {
        return framePointer ? offset - (size - 16) : offset;
    }

    @Override
    protected void allocateArguments(int bytes) {
        assembler.rmImmediate(X64.SUB_RM64_IMM32, Register.RSP, bytes);
    }

    @Override
    protected void loadSpill(int vregClass, int register, int slot) {
        int row =
                switch (vregClass) {
                    case RegisterFile.FLOAT -> loadFloat;
                    case RegisterFile.VECTOR -> loadVector;
                    default -> X64.MOV_R64_RM64;
                };
        access(row, X64Emitter.hardware(register), frame.spill(slot));
    }

    @Override
    protected void storeSpill(int vregClass, int register, int slot) {
        int row =
                switch (vregClass) {
                    case RegisterFile.FLOAT -> storeFloat;
                    case RegisterFile.VECTOR -> storeVector;
                    default -> X64.MOV_RM64_R64;
                };
        access(row, X64Emitter.hardware(register), frame.spill(slot));
    }

    /** {@code row register, [place]} or the other way round. */
    void access(int row, int register, int offset) {
        assembler.memory(row, register, base(), displacement(offset));
    }

    @Override
    protected void reloadContext() {
        access(X64.MOV_R64_RM64, X64Registers.CONTEXT, frame.context());
    }
}
