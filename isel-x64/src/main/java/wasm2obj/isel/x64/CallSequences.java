package wasm2obj.isel.x64;

import wasm2obj.codegen.CallEmitter;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.Emission;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.TrapKind;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;

/** Calls: what is x86-64's own in {@link CallEmitter}. */
final class CallSequences extends CallEmitter<X64Assembler> {
    /** Free in a call through a constant table, where an index may still be in it. */
    private static final int TARGET = Register.R10;

    private final TableSequences tables;

    CallSequences(X64Assembler assembler, X64Frame frame) {
        super(assembler, frame, X64Registers.CALLS);
        tables = new TableSequences(assembler);
    }

    @Override
    public void begin(Emission newEmission) {
        super.begin(newEmission);
        tables.begin(newEmission);
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
        tables.loadTarget(
                target,
                emission.location(i, 0),
                VCode.high(imm),
                VCode.low(imm),
                code.auxs[i],
                emission.trapLabel(TrapKind.UNDEFINED_ELEMENT),
                emission.outOfLine(0));
    }

    @Override
    protected void jumpIfNullEntry(int i, int label) {
        tables.jumpIfNull(emission.location(i, 0), label);
    }

    @Override
    protected void callTableCode(int number) {
        int at = assembler.call();
        emission.relocate(at, CompiledFunction.Relocations.TABLE_CALL, number, -4);
    }

    @Override
    protected void jumpIfType(int record, int typeOffset, int label) {
        assembler.memory(X64.MOV_R32_RM32, Register.RAX, X64Registers.CONTEXT, typeOffset);
        emission.noteTrap(TrapKind.INDIRECT_CALL_TO_NULL);
        assembler.memory(X64.CMP_RM32_R32, Register.RAX, record, ContextLayout.FUNC_TYPE);
        assembler.jumpIf(Condition.E, label);
    }
}
