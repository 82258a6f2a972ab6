package wasm2obj.codegen;

import wasm2obj.ir.RuntimeFunction;
import wasm2obj.ir.TrapKind;

/**
 * Code of calls, whose arguments are in their places already: which of the ISA's sequences serves which opcode.
 *
 * @param <A> the ISA's assembler
 */
public abstract class CallEmitter<A extends MachineAssembler> extends CodeSequences<A> {
    private final FrameEmitter<A> frame;
    private final CallRegisters abi;

    /** Calls from functions with such a frame. */
    protected CallEmitter(A assembler, FrameEmitter<A> frame, CallRegisters abi) {
        super(assembler);
        this.frame = frame;
        this.abi = abi;
    }

    /** Emits one of {@link VCode}'s calls, or what belongs to them. */
    public final void instruction(int i, int opcode) {
        long imm = code.imms[i];
        switch (opcode) {
            case VCode.CALL -> callFunction((int) imm);
            case VCode.CALL_IMPORT -> callImport((int) imm);
            case VCode.CALL_RECORD -> callRecord(emission.location(i, 0), code.auxs[i]);
            case VCode.CALL_TABLE -> callTable(i, imm);
            case VCode.CALL_SHARED -> callShared((int) imm, code.auxs[i] != 0);
            case VCode.CALL_RUNTIME -> callRuntime((int) imm);
            case VCode.CHECK_SUBTYPE -> checkSubtype(imm);
            case VCode.ALLOCATE_ARGUMENTS -> frame.allocateArguments((int) imm);
            default -> throw new IllegalStateException("no code for opcode " + opcode);
        }
        if (emission.endsBlock()) {
            emission.jumpUnlessNext(0);
        }
    }

    /** The entry's type is another one: is it null? */
    final void mismatch(int i) {
        jumpIfNullEntry(i, emission.trapLabel(TrapKind.INDIRECT_CALL_TO_NULL));
        emission.trap(TrapKind.BAD_SIGNATURE);
    }

    /** The record is where C's second parameter goes. */
    private void checkSubtype(long imm) {
        int after = emission.buffer.newLabel();
        jumpIfType(abi.cParameters()[1], VCode.high(imm), after);
        assembler.constant(abi.cParameters()[2], VCode.low(imm));
        callRuntime(RuntimeFunction.CHECK_SUBTYPE.ordinal());
        emission.buffer.bind(after);
    }

    private void callRuntime(int function) {
        assembler.move(abi.cParameters()[0], context());
        callRuntimeFunction(function);
        returned();
    }

    private void callFunction(int callee) {
        callModuleFunction(callee);
        returned();
    }

    private void callTable(int i, long imm) {
        callTableEntry(i, imm);
        returned();
    }

    private void callShared(int number, boolean leavesInstance) {
        callTableCode(number);
        returned();
        if (leavesInstance) {
            frame.reloadContext();
        }
    }

    private void callImport(int record) {
        callImportedFunction(record);
        returned();
        frame.reloadContext();
    }

    private void callRecord(int record, int trapKind) {
        emission.noteTrap(TrapKind.of(trapKind));
        callFunctionRecord(record);
        returned();
        frame.reloadContext();
    }

    private void returned() {
        emission.noteReturn();
        frame.argumentsGone();
    }

    // ---- what the ISA adds ----

    /** The context's register. */
    protected abstract int context();

    protected abstract void callModuleFunction(int callee);

    /** Calls through the record at the context's offset, with its context. */
    protected abstract void callImportedFunction(int record);

    /** Calls through the record in a register, with its context. The first instruction faults if that is null. */
    protected abstract void callFunctionRecord(int record);

    /** Calls entry operand 0 of a constant table; traps, out of line, if that is none of the type. */
    protected abstract void callTableEntry(int i, long imm);

    /** Calls the shared code with the number; the index is in its place. */
    protected abstract void callTableCode(int number);

    /** Goes to the label if the entry, whose type is not the expected one, is null. */
    protected abstract void jumpIfNullEntry(int i, int label);

    protected abstract void callRuntimeFunction(int function);

    /** Goes to the label if the type of the record is that at the context's offset. Traps if the record is null. */
    protected abstract void jumpIfType(int record, int typeOffset, int label);
}
