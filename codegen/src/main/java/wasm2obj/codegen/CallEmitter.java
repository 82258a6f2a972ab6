package wasm2obj.codegen;

/**
 * Code of calls, whose arguments are in their places already: which of the ISA's sequences serves which opcode.
 *
 * @param <A> the ISA's assembler
 */
public abstract class CallEmitter<A> extends CodeSequences<A> {
    /** Calls that are made by the assembler. */
    protected CallEmitter(A assembler) {
        super(assembler);
    }

    /** Emits one of {@link VCode}'s calls, or what belongs to them. */
    public final void instruction(int i, int opcode) {
        long imm = code.imms[i];
        switch (opcode) {
            case VCode.CALL -> callFunction((int) imm);
            case VCode.CALL_IMPORT -> callImport((int) imm);
            case VCode.CALL_RECORD -> callRecord(emission.location(i, 0), code.auxs[i]);
            case VCode.CALL_TABLE -> callTable(i, imm);
            case VCode.CALL_RUNTIME -> callRuntime((int) imm);
            case VCode.CHECK_SUBTYPE -> checkSubtype(imm);
            case VCode.ALLOCATE_ARGUMENTS -> allocateArguments((int) imm);
            default -> throw new IllegalStateException("no code for opcode " + opcode);
        }
        if (emission.endsBlock()) {
            emission.jumpUnlessNext(0);
        }
    }

    protected abstract void callFunction(int callee);

    /** Calls through the record at the context's offset. */
    protected abstract void callImport(int record);

    /** Calls through the record in a register; a null traps with the kind. */
    protected abstract void callRecord(int record, int trapKind);

    protected abstract void callTable(int i, long imm);

    protected abstract void callRuntime(int function);

    protected abstract void checkSubtype(long imm);

    protected abstract void allocateArguments(int bytes);
}
