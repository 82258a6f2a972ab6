package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CallEmitter;
import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.Emission;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.TrapKind;
import wasm2obj.isel.aarch64.instruction.A64Branches;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.Condition;
import wasm2obj.isel.aarch64.instruction.MemoryOffset;

/** Calls: what is AArch64's own in {@link CallEmitter}. */
final class CallSequences extends CallEmitter<A64Assembler> {
    private static final int SCRATCH = A64Registers.SCRATCH;
    private static final int ADDRESS = A64Registers.ADDRESS;
    private static final int CONTEXT = A64Registers.CONTEXT;

    private final TableSequences tables;

    CallSequences(A64Assembler assembler, A64Frame frame) {
        super(assembler, frame, A64Registers.CALLS);
        tables = new TableSequences(assembler);
    }

    @Override
    public void begin(Emission newEmission) {
        super.begin(newEmission);
        tables.begin(newEmission);
    }

    @Override
    protected int context() {
        return CONTEXT;
    }

    @Override
    protected void callModuleFunction(int callee) {
        branchAndLink(Relocations.FUNCTION, callee);
    }

    @Override
    protected void callRuntimeFunction(int function) {
        branchAndLink(Relocations.RUNTIME, function);
    }

    private void branchAndLink(int kind, int target) {
        emission.relocate(offset(), Relocations.BRANCH | kind, target, 0);
        assembler.word(A64Branches.bl(0));
    }

    private void callRegister() {
        assembler.word(A64Branches.branchRegister(A64Branches.BLR, SCRATCH));
    }

    @Override
    protected void callImportedFunction(int record) {
        int base = CONTEXT;
        int offset = record;
        if (!MemoryOffset.isPair(record, 3)) {
            assembler.add(ADDRESS, CONTEXT, record);
            base = ADDRESS;
            offset = 0;
        }
        assembler.word(
                A64Memory.pair(
                        A64Memory.LDP_X, SCRATCH, CONTEXT, base, offset + ContextLayout.FUNC_CODE));
        callRegister();
    }

    /** A null record's code is in the null page; the context must not be loaded together with it. */
    @Override
    protected void callFunctionRecord(int record) {
        assembler.load(SCRATCH, record, ContextLayout.FUNC_CODE);
        assembler.load(CONTEXT, record, ContextLayout.FUNC_CONTEXT);
        callRegister();
    }

    @Override
    protected void callTableEntry(int i, long imm) {
        tableTarget(i, imm);
        callRegister();
    }

    /** Puts the code of the entry with the index in operand 0 into x16. */
    void tableTarget(int i, long imm) {
        tables.loadTarget(
                emission.location(i, 0),
                VCode.high(imm),
                VCode.low(imm),
                code.auxs[i],
                emission.trapLabel(TrapKind.UNDEFINED_ELEMENT),
                emission.outOfLine(0));
    }

    @Override
    protected void jumpIfNullEntry(int i, int label) {
        tables.jumpIfNull(label);
    }

    @Override
    protected void callTableCode(int number) {
        branchAndLink(Relocations.TABLE_CALL, number);
    }

    @Override
    protected void jumpIfType(int record, int typeOffset, int label) {
        assembler.access(A64Memory.LDR_W, SCRATCH, CONTEXT, typeOffset);
        emission.noteTrap(TrapKind.INDIRECT_CALL_TO_NULL);
        assembler.access(A64Memory.LDR_W, ADDRESS, record, ContextLayout.FUNC_TYPE);
        assembler.compareRegisters(0, ADDRESS, SCRATCH);
        assembler.jumpIf(Condition.EQ, label);
    }
}
