package wasm2obj.isel.x64;

import wasm2obj.codegen.LoweringContext;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;

/**
 * A memory operand while its instruction is being made: {@code base + index * 2^scale + displacement}, where the base is a virtual
 * register or a place that {@link Op} names.
 */
final class Address {
    private int mode;
    private int base;
    private int index;
    private int scale;
    private int displacement;
    private int fault;
    private int source;

    /** The address {@code displacement} bytes from the mode's base, which is not a virtual register. */
    void set(int newMode, int newDisplacement) {
        mode = newMode;
        base = -1;
        index = -1;
        scale = 0;
        displacement = newDisplacement;
        fault = 0;
    }

    /** The address {@code vreg + displacement}. */
    void setBase(int vreg, int newDisplacement) {
        set(Op.BASE, newDisplacement);
        base = vreg;
    }

    /** Adds an index. */
    void setIndex(int vreg, int newScale) {
        index = vreg;
        scale = newScale;
    }

    /** Says what an access that faults means, and the source position to report. */
    void setFault(int newFault, int newSource) {
        fault = newFault;
        source = newSource;
    }

    void addDisplacement(int bytes) {
        displacement += bytes;
    }

    /** Adds the registers to the operands of the instruction that is being made. */
    void addOperands(LoweringContext context) {
        if (base >= 0) {
            context.use(base);
        }
        if (index >= 0) {
            context.use(index);
        }
    }

    /** The same for an instruction that uses the address again after it has written registers. */
    void addLateOperands(LoweringContext context) {
        if (base >= 0) {
            context.operand(Operand.lateUse(base, Operand.REGISTER, 0));
        }
        if (index >= 0) {
            context.operand(Operand.lateUse(index, Operand.REGISTER, 0));
        }
    }

    /** The number of operands that the address adds. */
    int operandCount() {
        return (base >= 0 ? 1 : 0) + (index >= 0 ? 1 : 0);
    }

    /** Makes the instruction whose operands have been added. */
    void emit(LoweringContext context, int row, int immediate) {
        emit(context, row, immediate, 0);
    }

    /** The same for one that destroys registers. */
    void emitClobbering(LoweringContext context, int row, long clobbers) {
        emit(context, row, 0, clobbers);
    }

    /** Makes an instruction that is no row. */
    void emitSequence(LoweringContext context, int opcode, int immediate) {
        emitOpcode(context, opcode, immediate, 0);
    }

    private void emit(LoweringContext context, int row, int immediate, long clobbers) {
        emitOpcode(context, Op.ROW + row, immediate, clobbers);
    }

    private void emitOpcode(LoweringContext context, int opcode, int immediate, long clobbers) {
        int aux = mode | scale << Op.SCALE_SHIFT | fault << Op.FAULT_SHIFT;
        if (index >= 0) {
            aux |= Op.INDEXED;
        }
        int consumer = context.source();
        if (fault != 0) {
            context.setSource(source);
        }
        context.emit(
                opcode, aux, Op.pack(displacement, immediate), AllocationInput.PLAIN, clobbers);
        context.setSource(consumer);
    }
}
