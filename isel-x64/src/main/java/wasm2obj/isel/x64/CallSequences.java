package wasm2obj.isel.x64;

import wasm2obj.codegen.CallEmitter;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.TrapKind;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;

/** Calls: what is x86-64's own in {@link CallEmitter}. */
final class CallSequences extends CallEmitter<X64Assembler> {
    /** An entry of a constant table: type index plus one, then the code's offset from the table's start. */
    private static final int ENTRY_SHIFT = 3;

    private static final int ENTRY_CODE = 4;

    /** Free in a call through a constant table, where an index may still be in it. */
    private static final int TARGET = Register.R10;

    CallSequences(X64Assembler assembler, X64Frame frame) {
        super(assembler, frame, X64Registers.CALLS);
    }

    @Override
    protected int context() {
        return X64Registers.CONTEXT;
    }

    @Override
    protected void callModuleFunction(int callee) {
        int at = assembler.call();
        emission.relocate(at, CompiledFunction.Relocations.FUNCTION, callee, -4);
    }

    @Override
    protected void callRuntimeFunction(int function) {
        int at = assembler.call();
        emission.relocate(at, CompiledFunction.Relocations.RUNTIME, function, -4);
    }

    @Override
    protected void callImportedFunction(int record) {
        int context = X64Registers.CONTEXT;
        assembler.memory(
                X64.MOV_R64_RM64, X64Registers.SCRATCH, context, record + ContextLayout.FUNC_CODE);
        assembler.memory(X64.MOV_R64_RM64, context, context, record + ContextLayout.FUNC_CONTEXT);
        assembler.rm(X64.CALL_RM64, X64Registers.SCRATCH);
    }

    /** A null record's context is in the null page. */
    @Override
    protected void callFunctionRecord(int record) {
        assembler.memory(
                X64.MOV_R64_RM64, X64Registers.CONTEXT, record, ContextLayout.FUNC_CONTEXT);
        assembler.memory(X64.CALL_RM64, 0, record, ContextLayout.FUNC_CODE);
    }

    @Override
    protected void callTableEntry(int i, long imm) {
        tableTarget(i, imm, TARGET);
        assembler.rm(X64.CALL_RM64, TARGET);
    }

    /** Puts the code of the entry with the index in operand 0 into a register. */
    void tableTarget(int i, long imm, int target) {
        int index = emission.location(i, 0);
        int table = VCode.high(imm);
        assembler.rmImmediate(X64.CMP_RM64_IMM32, index, VCode.low(imm));
        assembler.jumpIf(Condition.AE, emission.trapLabel(TrapKind.UNDEFINED_ELEMENT));
        int at = assembler.ripRelative(X64.LEA_R64_M, X64Registers.SCRATCH);
        emission.relocate(at, CompiledFunction.Relocations.CONSTANT_TABLE, table, -4);
        compareEntry(index, code.auxs[i] + 1);
        assembler.jumpIf(Condition.NE, emission.outOfLine(0));
        assembler.indexed(
                X64.MOVSXD_R64_RM32, target, X64Registers.SCRATCH, index, ENTRY_SHIFT, ENTRY_CODE);
        assembler.regRm(X64.ADD_R64_RM64, target, X64Registers.SCRATCH);
    }

    private void compareEntry(int index, int value) {
        assembler.memoryFields(
                X64.CMP_RM32_IMM32, 0, 0, X64Registers.SCRATCH, index, ENTRY_SHIFT, 0, value);
    }

    @Override
    protected void jumpIfNullEntry(int i, int label) {
        compareEntry(emission.location(i, 0), 0);
        assembler.jumpIf(Condition.E, label);
    }

    @Override
    protected void jumpIfType(int record, int typeOffset, int label) {
        assembler.memory(X64.MOV_R32_RM32, Register.RAX, X64Registers.CONTEXT, typeOffset);
        emission.noteTrap(TrapKind.INDIRECT_CALL_TO_NULL);
        assembler.memory(X64.CMP_RM32_R32, Register.RAX, record, ContextLayout.FUNC_TYPE);
        assembler.jumpIf(Condition.E, label);
    }
}
