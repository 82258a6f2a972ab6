package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CallEmitter;
import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.RuntimeFunction;
import wasm2obj.ir.TrapKind;
import wasm2obj.isel.aarch64.instruction.A64Branches;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.ArithmeticImmediate;
import wasm2obj.isel.aarch64.instruction.Condition;
import wasm2obj.isel.aarch64.instruction.MemoryOffset;

/** Code of calls. Arguments are in their places already. */
final class CallSequences extends CallEmitter<A64Assembler> {
    /** Bits of the code's offset in an entry of a constant table; below them is the type index plus one. */
    private static final int CODE_SHIFT = 32;

    private static final int SCRATCH = A64Registers.SCRATCH;
    private static final int ADDRESS = A64Registers.ADDRESS;
    private static final int CONTEXT = A64Registers.CONTEXT;

    /** No argument, and the table index is needed no more when it is written. */
    private static final int TYPE = 9;

    private final A64Frame frame;

    CallSequences(A64Assembler assembler, A64Frame frame) {
        super(assembler);
        this.frame = frame;
    }

    @Override
    protected void allocateArguments(int bytes) {
        frame.allocateArguments(bytes);
    }

    @Override
    protected void callFunction(int callee) {
        branchAndLink(Relocations.FUNCTION, callee);
        returned();
    }

    private void branchAndLink(int kind, int target) {
        emission.relocate(emission.buffer.size, Relocations.BRANCH | kind, target, 0);
        assembler.word(A64Branches.bl(0));
    }

    private void callRegister() {
        assembler.word(A64Branches.branchRegister(A64Branches.BLR, SCRATCH));
        returned();
    }

    private void returned() {
        emission.noteReturn();
        frame.argumentsGone();
    }

    /** {@code record} is the record's offset in the context. */
    @Override
    protected void callImport(int record) {
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
        frame.reloadContext();
    }

    /** A null record's code is in the null page; the context must not be loaded together with it. */
    @Override
    protected void callRecord(int record, int trapKind) {
        emission.noteTrap(TrapKind.of(trapKind));
        assembler.load(SCRATCH, record, ContextLayout.FUNC_CODE);
        assembler.load(CONTEXT, record, ContextLayout.FUNC_CONTEXT);
        callRegister();
        frame.reloadContext();
    }

    @Override
    protected void callTable(int i, long imm) {
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

    /** The entry's type, which is in w17, is another one: is it null? */
    void mismatch() {
        int isZero = Op.opposite(Op.testRegister(2));
        assembler.jumpIf(isZero, ADDRESS, emission.trapLabel(TrapKind.INDIRECT_CALL_TO_NULL));
        emission.trap(TrapKind.BAD_SIGNATURE);
    }

    @Override
    protected void callRuntime(int function) {
        assembler.move(A64Registers.C_PARAMETERS[0], CONTEXT);
        branchAndLink(Relocations.RUNTIME, function);
        returned();
    }

    /** The record is where C's second parameter goes. */
    @Override
    protected void checkSubtype(long imm) {
        int record = A64Registers.C_PARAMETERS[1];
        int after = emission.buffer.newLabel();
        assembler.access(A64Memory.LDR_W, SCRATCH, CONTEXT, VCode.high(imm));
        emission.noteTrap(TrapKind.INDIRECT_CALL_TO_NULL);
        assembler.access(A64Memory.LDR_W, ADDRESS, record, ContextLayout.FUNC_TYPE);
        assembler.compareRegisters(0, ADDRESS, SCRATCH);
        assembler.jumpIf(Condition.EQ, after);
        assembler.constant(A64Registers.C_PARAMETERS[2], VCode.low(imm));
        callRuntime(RuntimeFunction.CHECK_SUBTYPE.ordinal());
        emission.buffer.bind(after);
    }
}
