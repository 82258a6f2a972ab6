package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CodeSequences;
import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.codegen.Emission;
import wasm2obj.codegen.VCode;
import wasm2obj.isel.aarch64.instruction.A64Branches;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.A64Vector;
import wasm2obj.isel.aarch64.instruction.Condition;

/** Code of branches, checks and what else has labels. */
final class ControlSequences extends CodeSequences<A64Assembler> {
    private static final int SCRATCH = A64Registers.SCRATCH;
    private static final int ADDRESS = A64Registers.ADDRESS;

    ControlSequences(A64Assembler assembler) {
        super(assembler);
    }

    /** Emits the instruction if it is one of this class's. */
    boolean instruction(int i, int opcode) {
        int aux = code.auxs[i];
        switch (opcode) {
            case VCode.BRANCH -> branch(aux);
            case Op.BRANCH_TEST -> branch(aux, emission.location(i, 0));
            case VCode.TRAP_IF -> assembler.jumpIf(aux, emission.trapLabel((int) code.imms[i]));
            case Op.TRAP_TEST ->
                    assembler.jumpIf(
                            aux, emission.location(i, 0), emission.trapLabel((int) code.imms[i]));
            case VCode.COMPARE_CHAIN -> compareChain(emission.location(i, 0));
            case VCode.JUMP_TABLE -> jumpTable(emission.location(i, 0));
            case VCode.MOVE_IF -> moveIf(i, aux);
            default -> {
                return false;
            }
        }
        return true;
    }

    // ---- branches ----

    private void branch(int condition) {
        if (!emission.isNext(0)) {
            assembler.jumpIf(condition, emission.successorLabel(0));
            emission.jumpUnlessNext(1);
        } else if (!emission.isNext(1)) {
            assembler.jumpIf(Condition.opposite(condition), emission.successorLabel(1));
        }
    }

    private void branch(int test, int register) {
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

    /** One comparison for two numbers: below the odd one, equal to it. */
    private void compareChain(int index) {
        int count = emission.successorCount() - 1;
        int number = 0;
        for (; number + 1 < count; number += 2) {
            assembler.compare(index, number + 1);
            assembler.jumpIf(Condition.LO, emission.successorLabel(number));
            assembler.jumpIf(Condition.EQ, emission.successorLabel(number + 1));
        }
        if (number < count && number == 0) {
            int isZero = Op.opposite(Op.testRegister(2));
            assembler.jumpIf(isZero, index, emission.successorLabel(number));
        } else if (number < count) {
            assembler.compare(index, number);
            assembler.jumpIf(Condition.EQ, emission.successorLabel(number));
        }
        emission.jumpUnlessNext(count);
    }

    /** The table has distances from the adr. */
    private void jumpTable(int index) {
        int count = emission.successorCount() - 1;
        assembler.compare(index, count);
        assembler.jumpIf(Condition.HS, emission.successorLabel(count));
        int base = emission.buffer.newLabel();
        int table = emission.beginJumpTable(base);
        for (int number = 0; number < count; number++) {
            emission.addJumpTarget(emission.successorLabel(number));
        }
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
