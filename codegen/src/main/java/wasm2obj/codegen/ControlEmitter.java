package wasm2obj.codegen;

/**
 * Code of branches, checks and switches, for all ISAs. An ISA adds the instructions.
 *
 * @param <A> the ISA's assembler
 */
public abstract class ControlEmitter<A extends MachineAssembler> extends CodeSequences<A> {
    /** Branches that are made by the assembler. */
    protected ControlEmitter(A assembler) {
        super(assembler);
    }

    // ---- what the ISA adds ----

    /** The condition that holds when this one does not. */
    protected abstract int opposite(int condition);

    /** Goes to successor {@code yes} if the condition holds, else to {@code no}, which may come next. */
    protected abstract void branch(int condition, int yes, int no);

    /** Traps if the condition holds. */
    protected abstract void trapIf(int condition, int kind);

    /** Compares 32 bits of a register with a number. */
    protected abstract void compare(int register, int number);

    /** Goes to the label if the number that was compared is above the register. */
    protected abstract void jumpIfBelow(int label);

    /** Goes to the label if it is not. */
    protected abstract void jumpIfNotBelow(int label);

    /** Goes to the label if the two are equal. */
    protected abstract void jumpIfEqual(int label);

    /** Goes to the label if 32 bits of a register are zero. */
    protected abstract void jumpIfZero(int register, int label);

    /** A label from which jump tables count. */
    protected abstract int tableBase();

    /** Goes where the table says, whose index is operand 0. */
    protected abstract void jumpByTable(int i, int table, int base);

    // ---- for the emitter ----

    /** Emits {@link VCode#BRANCH} and its kind. */
    final void instruction(int i, int opcode) {
        switch (opcode) {
            case VCode.BRANCH -> branch(code.auxs[i]);
            case VCode.TRAP_IF -> trapIf(code.auxs[i], (int) code.imms[i]);
            case VCode.COMPARE_CHAIN -> compareChain(emission.location(i, 0));
            default -> jumpTable(i);
        }
    }

    private void branch(int condition) {
        if (!emission.isNext(0)) {
            branch(condition, 0, 1);
        } else if (!emission.isNext(1)) {
            branch(opposite(condition), 1, 0);
        }
    }

    /** One comparison for two numbers: below the odd one, equal to it. */
    private void compareChain(int index) {
        int count = emission.successorCount() - 1;
        int number = 0;
        for (; number + 1 < count; number += 2) {
            compare(index, number + 1);
            jumpIfBelow(emission.successorLabel(number));
            jumpIfEqual(emission.successorLabel(number + 1));
        }
        if (number < count && number == 0) {
            jumpIfZero(index, emission.successorLabel(number));
        } else if (number < count) {
            compare(index, number);
            jumpIfEqual(emission.successorLabel(number));
        }
        emission.jumpUnlessNext(count);
    }

    private void jumpTable(int i) {
        int count = emission.successorCount() - 1;
        compare(emission.location(i, 0), count);
        jumpIfNotBelow(emission.successorLabel(count));
        int base = tableBase();
        int table = emission.beginJumpTable(base);
        for (int number = 0; number < count; number++) {
            emission.addJumpTarget(emission.successorLabel(number));
        }
        jumpByTable(i, table, base);
    }
}
