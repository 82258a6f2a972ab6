package wasm2obj.codegen;

/**
 * Instructions of one ISA with physical registers, appended to a code buffer: what sequences and thunks are written in. Registers are
 * hardware numbers. These are the instructions that every ISA has in some form.
 */
public abstract class MachineAssembler implements CodeBuffer.Branches {
    protected CodeBuffer buffer;

    /** The buffer of a new function. */
    public void begin(CodeBuffer newBuffer) {
        buffer = newBuffer;
    }

    /** A copy of a general register, unless it is the same one. */
    public abstract void move(int to, int from);

    /** {@code register = value}, of 64 bits; leaves flags alone. */
    public abstract void constant(int register, long value);

    /** An unconditional branch. */
    public abstract void jump(int label);

    /** A branch if one of the hardware's conditions holds. */
    public abstract void jumpIf(int condition, int label);

    /** An instruction that traps. */
    public abstract void trap();
}
