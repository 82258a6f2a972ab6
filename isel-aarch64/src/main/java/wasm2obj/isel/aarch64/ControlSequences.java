package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.codegen.ControlEmitter;
import wasm2obj.codegen.Emission;
import wasm2obj.codegen.VCode;
import wasm2obj.isel.aarch64.instruction.A64Branches;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.A64Vector;
import wasm2obj.isel.aarch64.instruction.Condition;

/** Branches, checks and switches: what is AArch64's own in {@link ControlEmitter}; and what else has labels. */
final class ControlSequences extends ControlEmitter<A64Assembler> {
    private static final int SCRATCH = A64Registers.SCRATCH;
    private static final int ADDRESS = A64Registers.ADDRESS;

    ControlSequences(A64Assembler assembler) {
        super(assembler);
    }

    /** Emits the instruction if it is one of this class's own. */
    boolean machineInstruction(int i, int opcode) {
        int aux = code.auxs[i];
        switch (opcode) {
            case Op.BRANCH_TEST -> branchOnTest(aux, emission.location(i, 0));
            case Op.TRAP_TEST ->
                    assembler.jumpIf(
                            aux, emission.location(i, 0), emission.trapLabel((int) code.imms[i]));
            case VCode.MOVE_IF -> moveIf(i, aux);
            default -> {
                return false;
            }
        }
        return true;
    }

    // ---- branches ----

    @Override
    protected int opposite(int condition) {
        return Condition.opposite(condition);
    }

    @Override
    protected void branch(int condition, int yes, int no) {
        assembler.jumpIf(condition, emission.successorLabel(yes));
        emission.jumpUnlessNext(no);
    }

    @Override
    protected void trapIf(int condition, int kind) {
        assembler.jumpIf(condition, emission.trapLabel(kind));
    }

    private void branchOnTest(int test, int register) {
        if (!emission.isNext(0)) {
            assembler.jumpIf(test, register, emission.successorLabel(0));
            emission.jumpUnlessNext(1);
        } else if (!emission.isNext(1)) {
            assembler.jumpIf(Op.opposite(test), register, emission.successorLabel(1));
        }
    }

    private void moveIf(int i, int condition) {
        int over = emission.buffer.newLabel();
        int to = emission.location(i, 0) - A64Registers.FIRST_VECTOR;
        int from = emission.location(i, 2) - A64Registers.FIRST_VECTOR;
        assembler.jumpIf(Condition.opposite(condition), over);
        assembler.word(A64Vector.move(to, from));
        emission.buffer.bind(over);
    }

    // ---- switches ----

    @Override
    protected void compare(int register, int number) {
        assembler.compare(register, number);
    }

    @Override
    protected void jumpIfBelow(int label) {
        assembler.jumpIf(Condition.LO, label);
    }

    @Override
    protected void jumpIfNotBelow(int label) {
        assembler.jumpIf(Condition.HS, label);
    }

    @Override
    protected void jumpIfEqual(int label) {
        assembler.jumpIf(Condition.EQ, label);
    }

    @Override
    protected void jumpIfZero(int register, int label) {
        assembler.jumpIf(Op.opposite(Op.testRegister(2)), register, label);
    }

    @Override
    protected int tableBase() {
        return emission.buffer.newLabel();
    }

    /** The table has distances from the adr. */
    @Override
    protected void jumpByTable(int i, int table, int base) {
        int index = emission.location(i, 0);
        addressOf(emission, assembler, Relocations.JUMP_TABLE, table);
        assembler.word(
                A64Memory.register(A64Memory.LDRSW, SCRATCH, SCRATCH, index, A64Integer.UXTW, 1));
        emission.buffer.bind(base);
        assembler.word(A64Integer.adr(ADDRESS, 0));
        assembler.word(
                A64Integer.addSubtractShifted(
                        A64Integer.ADD, 1, SCRATCH, ADDRESS, SCRATCH, A64Integer.LSL, 0));
        assembler.word(A64Branches.branchRegister(A64Branches.BR, SCRATCH));
    }

    /** Puts the address of a place outside of the function into x16. */
    static void addressOf(Emission emission, A64Assembler assembler, int kind, int target) {
        emission.relocate(emission.buffer.size, Relocations.PAGE | kind, target, 0);
        assembler.word(A64Integer.adrp(SCRATCH, 0));
        emission.relocate(emission.buffer.size, Relocations.LOW_ADD | kind, target, 0);
        assembler.word(A64Integer.addSubtractImmediate(A64Integer.ADD, 1, SCRATCH, SCRATCH, 0));
    }
}
