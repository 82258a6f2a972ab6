package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CallEmitter;
import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.TrapKind;
import wasm2obj.isel.aarch64.instruction.A64Branches;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.ArithmeticImmediate;
import wasm2obj.isel.aarch64.instruction.Condition;
import wasm2obj.isel.aarch64.instruction.MemoryOffset;

/** Calls: what is AArch64's own in {@link CallEmitter}. */
final class CallSequences extends CallEmitter<A64Assembler> {
    /** Bits of the code's offset in an entry of a constant table; below them is the type index plus one. */
    private static final int CODE_SHIFT = 32;

    private static final int SCRATCH = A64Registers.SCRATCH;
    private static final int ADDRESS = A64Registers.ADDRESS;
    private static final int CONTEXT = A64Registers.CONTEXT;

    /** No argument, and the table index is needed no more when it is written. */
    private static final int TYPE = 9;

    CallSequences(A64Assembler assembler, A64Frame frame) {
        super(assembler, frame, A64Registers.CALLS);
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

    /** Puts the code of the entry with the index in operand 0 into x16. An entry is loaded as a whole. */
    void tableTarget(int i, long imm) {
        int index = emission.location(i, 0);
        assembler.compare(index, VCode.low(imm));
        assembler.jumpIf(Condition.HS, emission.trapLabel(TrapKind.UNDEFINED_ELEMENT));
        ControlSequences.addressOf(
                emission, assembler, Relocations.CONSTANT_TABLE, VCode.high(imm));
        assembler.word(
                A64Memory.register(A64Memory.LDR_X, ADDRESS, SCRATCH, index, A64Integer.UXTW, 1));
        int expected = code.auxs[i] + 1;
        if (ArithmeticImmediate.encode(expected) != ArithmeticImmediate.NONE) {
            assembler.compare(ADDRESS, expected);
        } else {
            assembler.constant(TYPE, expected);
            assembler.compareRegisters(0, ADDRESS, TYPE);
        }
        assembler.jumpIf(Condition.NE, emission.outOfLine(0));
        assembler.word(
                A64Integer.addSubtractShifted(
                        A64Integer.ADD, 1, SCRATCH, SCRATCH, ADDRESS, A64Integer.ASR, CODE_SHIFT));
    }

    /** The entry's type is in w17. */
    @Override
    protected void jumpIfNullEntry(int i, int label) {
        assembler.jumpIf(Op.opposite(Op.testRegister(2)), ADDRESS, label);
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
