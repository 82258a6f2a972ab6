package wasm2obj.codegen;

import wasm2obj.ir.TrapKind;
import wasm2obj.unwind.UnwindOps;

/**
 * Prologue, epilogue and addresses within the {@link Frame}, for all ISAs. An ISA adds what is between the CFA and the part of the frame
 * that is the same everywhere, and the instructions.
 *
 * <p>The stack pointer is compared with the limit when the frame is there but untouched, so that one comparison serves frames
 * of any size and the frame's description is the body's. A function whose frame is small does without if its calls, if
 * it has any, end or are checked soon ({@link wasm2obj.ir.Function#checksStack}): the margin below the limit covers it.
 *
 * @param <A> the ISA's assembler
 */
public abstract class FrameEmitter<A extends MachineAssembler> extends CodeSequences<A> {
    /** Frames are always checked from this size on. */
    protected static final int UNCHECKED_SIZE = 256;

    protected Frame frame;
    protected UnwindOps unwind;

    /** The registers to save, but for those that find the frame. */
    protected long saved;

    /** Bytes below the saved registers. */
    protected int localSize;

    /** Bytes from the CFA to the stack pointer in the body. */
    protected int size;

    /** Frames that are made by the assembler. */
    protected FrameEmitter(A assembler) {
        super(assembler);
    }

    /** Lays out the frame and emits the prologue. */
    @Override
    public final void begin(Emission newEmission) {
        super.begin(newEmission);
        frame = emission.frame;
        unwind = emission.unwind;
        saved = frame.savedRegisters();
        layOut(code.hasCalls);
        prologue();
        if (needsCheck()) {
            checkStack(emission.trapLabel(TrapKind.STACK_OVERFLOW));
        }
        if (code.leavesInstance) {
            keepContext();
        }
    }

    private boolean needsCheck() {
        boolean isSmall =
                size + code.tailStackGrowth < UNCHECKED_SIZE && !code.passesStackArguments;
        return !isSmall || code.checksStack;
    }

    // ---- what the ISA adds ----

    /** Sets {@link #localSize} and {@link #size}, and the emission's frame. */
    protected abstract void layOut(boolean hasCalls);

    /** Saves registers and moves the stack pointer down. */
    protected abstract void prologue();

    /** Goes to the label if the stack pointer is below the limit. */
    protected abstract void checkStack(int label);

    /** Stores the context in its slot. */
    protected abstract void keepContext();

    /** Loads this function's context again, after a call that may have left the instance. */
    protected abstract void reloadContext();

    /** Takes the frame and the stack parameters down, and returns. */
    protected abstract void leaveAndReturn();

    /** Loads the saved registers from a frame that has a frame pointer, and leaves the frame as it is. */
    protected abstract void reloadSaved();

    /** Moves the stack pointer down for stack arguments. */
    protected abstract void allocateArguments(int bytes);

    /** A call has taken its stack arguments away. */
    protected void argumentsGone() {}

    /** Loads a spilled value of the class into a register, by its location. */
    protected abstract void loadSpill(int vregClass, int register, int slot);

    /** Spills a value of the class. */
    protected abstract void storeSpill(int vregClass, int register, int slot);

    /** Displacement, from the register that the frame is addressed by, of the place {@code offset} bytes above the stack pointer in the body. */
    protected abstract int displacement(int offset);

    // ---- for emitters and sequences ----

    /** Displacement of the stack parameter at the offset. */
    public final int incoming(int offset) {
        return displacement(size + offset);
    }

    /** Bytes from the CFA to the stack pointer in the body. */
    public final int size() {
        return size;
    }

    /** Takes the frame down again, and forgets in the description of what follows that it did. */
    final void epilogue() {
        unwind.rememberState(offset());
        leaveAndReturn();
        unwind.restoreState(offset());
    }
}
