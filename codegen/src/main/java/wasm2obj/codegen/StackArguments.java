package wasm2obj.codegen;

import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;
import wasm2obj.regalloc.RegisterFile;

/** The stack arguments of a tail call: which of its operands they are, and where they lie. */
public final class StackArguments {
    private AllocationInput registers;

    /** A new function begins. */
    public void begin(VCode code) {
        registers = code.registers;
    }

    private long operand(int instruction, int operand) {
        return registers.operands[registers.operandStarts[instruction] + operand];
    }

    /** Whether the operand of a tail call is a stack argument. */
    public boolean is(int instruction, int operand) {
        return Operand.constraint(operand(instruction, operand)) == Operand.ANY;
    }

    /** The operand's class, see {@link RegisterFile}. */
    public int vregClass(int instruction, int operand) {
        return registers.vregClass(Operand.vreg(operand(instruction, operand)));
    }

    private boolean isVector(int instruction, int operand) {
        return vregClass(instruction, operand) == RegisterFile.VECTOR;
    }

    /** Place of a stack argument that follows others of {@code size} bytes. */
    public int place(int instruction, int operand, int size) {
        return isVector(instruction, operand) ? size + 15 & -16 : size;
    }

    /** The end of a stack argument at the place. */
    public int end(int instruction, int operand, int place) {
        return place + (isVector(instruction, operand) ? 16 : 8);
    }

    /** Bytes of all stack arguments, a multiple of 16. */
    public int size(int instruction) {
        int size = 0;
        int count = registers.operandStarts[instruction + 1] - registers.operandStarts[instruction];
        for (int operand = 0; operand < count; operand++) {
            if (is(instruction, operand)) {
                size = end(instruction, operand, place(instruction, operand, size));
            }
        }
        return size + 15 & -16;
    }
}
