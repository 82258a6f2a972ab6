package wasm2obj.isel.x64;

import wasm2obj.codegen.CodeSequences;
import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.X64;

/** The checks of calls through constant tables. */
final class TableSequences extends CodeSequences<X64Assembler> {
    /** An entry: type index plus one, then the code's offset from the table's start. */
    private static final int ENTRY_SHIFT = 3;

    private static final int ENTRY_CODE = 4;

    TableSequences(X64Assembler assembler) {
        super(assembler);
    }

    /** Puts the code of the entry with the index in a register into another one, which may be the same. */
    void loadTarget(
            int target, int index, int table, int size, int type, int outOfBounds, int mismatch) {
        assembler.rmImmediate(X64.CMP_RM64_IMM32, index, size);
        assembler.jumpIf(Condition.AE, outOfBounds);
        int at = assembler.ripRelative(X64.LEA_R64_M, X64Registers.SCRATCH);
        emission.relocate(at, Relocations.CONSTANT_TABLE, table, -4);
        compareEntry(index, type + 1);
        assembler.jumpIf(Condition.NE, mismatch);
        assembler.indexed(
                X64.MOVSXD_R64_RM32, target, X64Registers.SCRATCH, index, ENTRY_SHIFT, ENTRY_CODE);
        assembler.regRm(X64.ADD_R64_RM64, target, X64Registers.SCRATCH);
    }

    private void compareEntry(int index, int value) {
        assembler.memoryFields(
                X64.CMP_RM32_IMM32, 0, 0, X64Registers.SCRATCH, index, ENTRY_SHIFT, 0, value);
    }

    /** Behind the mismatch: the scratch register has the table's address. */
    void jumpIfNull(int index, int label) {
        compareEntry(index, 0);
        assembler.jumpIf(Condition.E, label);
    }
}
