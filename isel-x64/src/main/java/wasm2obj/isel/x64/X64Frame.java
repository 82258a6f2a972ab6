package wasm2obj.isel.x64;

import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.Emission;
import wasm2obj.codegen.Frame;
import wasm2obj.ir.TrapKind;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.unwind.DwarfX64;
import wasm2obj.unwind.UnwindOps;

/**
 * The frame of a function: prologue, epilogue, and addresses within.
 *
 * <pre>
 *   stack parameters        CFA and up
 *   return address          CFA - 8
 *   rbp                     if it is saved: a walker finds the caller's here. If it is the frame pointer, it has this address
 *   other saved registers
 *   the rest of {@link Frame}, and what aligns the stack pointer to 16 bytes
 * </pre>
 *
 * <p>The stack pointer is compared with the limit when the frame is there but untouched, so that one comparison serves frames
 * of any size and the frame's description is the body's. A function that calls nothing and whose frame is small does
 * without: the margin below the limit covers it.
 */
final class X64Frame {
    /** Frames of functions that call nothing are checked from this size on. */
    private static final int UNCHECKED_SIZE = 256;

    private static final long RBP = 1L << Register.RBP;

    private final X64Assembler assembler;
    private Emission emission;
    private Frame frame;
    private UnwindOps unwind;
    private boolean framePointer;
    private long saved;

    /** Bytes below the saved registers. */
    private int localSize;

    /** Bytes from the CFA to the stack pointer in the body. */
    private int size;

    X64Frame(X64Assembler assembler) {
        this.assembler = assembler;
    }

    /** Lays out the frame and emits the prologue. */
    void begin(Emission newEmission) {
        emission = newEmission;
        frame = emission.frame;
        unwind = emission.unwind;
        framePointer = frame.framePointer();
        saved = frame.savedRegisters();
        boolean hasCalls = emission.code().hasCalls;
        int pushed = 8 + 8 * Long.bitCount(saved) + (framePointer ? 8 : 0);
        localSize = frame.localSize();
        if (localSize != 0 || hasCalls) {
            localSize += -(pushed + localSize) & 15;
        }
        size = pushed + localSize;
        emission.setFrame(size, framePointer);
        if (emission.code().incomingStackSize != 0) {
            unwind.stackPointer(0, emission.code().incomingStackSize);
        }
        prologue();
        if (hasCalls || size >= UNCHECKED_SIZE) {
            assembler.memory(
                    X64.CMP_R64_RM64,
                    Register.RSP,
                    X64Registers.CONTEXT,
                    ContextLayout.STACK_LIMIT);
            assembler.jumpIf(Condition.B, emission.trapLabel(TrapKind.STACK_OVERFLOW));
        }
        if (emission.code().leavesInstance) {
            access(X64.MOV_RM64_R64, X64Registers.CONTEXT, frame.context());
        }
    }

    private void prologue() {
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

    private int offset() {
        return emission.buffer.size;
    }

    /** Takes the frame down again, and forgets in the description of what follows that it did. */
    void epilogue() {
        unwind.rememberState(offset());
        leave();
        int parameters = emission.code().incomingStackSize;
        if (parameters == 0) {
            assembler.plain(X64.RET);
        } else {
            popParametersAndReturn(parameters);
        }
        unwind.restoreState(offset());
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

    /** Bytes from the CFA to the stack pointer in the body. */
    int size() {
        return size;
    }

    /** Loads the saved registers but rbp from a frame that has a frame pointer, and leaves the frame as it is. */
    void reloadSaved() {
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

    /** Displacement from {@link #base} of the place {@code offset} bytes above the stack pointer in the body. */
    int displacement(int offset) {
        return framePointer ? offset - (size - 16) : offset;
    }

    /** Displacement from {@link #base} of the stack parameter at the offset. */
    int incoming(int offset) {
        return displacement(size + offset);
    }

    /** {@code row register, [place]} or the other way round. */
    void access(int row, int register, int offset) {
        assembler.memory(row, register, base(), displacement(offset));
    }

    /** Loads this function's context again, after a call that may have left the instance. */
    void reloadContext() {
        access(X64.MOV_R64_RM64, X64Registers.CONTEXT, frame.context());
    }
}
