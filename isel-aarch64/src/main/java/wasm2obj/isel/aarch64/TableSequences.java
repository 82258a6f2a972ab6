package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CodeSequences;
import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.ArithmeticImmediate;
import wasm2obj.isel.aarch64.instruction.Condition;

/** The checks of calls through constant tables. */
final class TableSequences extends CodeSequences<A64Assembler> {
    /** Bits of the code's offset in an entry; below them is the type index plus one. */
    private static final int CODE_SHIFT = 32;

    private static final int SCRATCH = A64Registers.SCRATCH;
    private static final int ADDRESS = A64Registers.ADDRESS;

    /** No argument, and the table index is needed no more when it is written. */
    private static final int TYPE = 9;

    TableSequences(A64Assembler assembler) {
        super(assembler);
    }

    /** Puts the code of the entry with the index in a register into x16. An entry is loaded as a whole. */
    void loadTarget(int index, int table, int size, int type, int outOfBounds, int mismatch) {
        assembler.compare(index, size);
        assembler.jumpIf(Condition.HS, outOfBounds);
        ControlSequences.addressOf(emission, assembler, Relocations.CONSTANT_TABLE, table);
        assembler.word(
                A64Memory.register(A64Memory.LDR_X, ADDRESS, SCRATCH, index, A64Integer.UXTW, 1));
        int expected = type + 1;
        if (ArithmeticImmediate.encode(expected) != ArithmeticImmediate.NONE) {
            assembler.compare(ADDRESS, expected);
        } else {
            assembler.constant(TYPE, expected);
            assembler.compareRegisters(0, ADDRESS, TYPE);
        }
        assembler.jumpIf(Condition.NE, mismatch);
        assembler.word(
                A64Integer.addSubtractShifted(
                        A64Integer.ADD, 1, SCRATCH, SCRATCH, ADDRESS, A64Integer.ASR, CODE_SHIFT));
    }

    /** Behind the mismatch: the entry's type is in w17. */
    void jumpIfNull(int label) {
        assembler.jumpIf(Op.opposite(Op.testRegister(2)), ADDRESS, label);
    }
}
