package wasm2obj.isel.x64;

import wasm2obj.codegen.CallLowering;
import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.X64;

/** Calls: what is x86-64's own in {@link CallLowering}. */
final class CallRules extends CallLowering<Matcher> {
    private final VCodeBuilder code;
    private final MemoryRules memory;

    CallRules(Matcher match, MemoryRules memory) {
        super(match, X64Registers.convention(), X64Registers.CALLS);
        this.memory = memory;
        code = match.code;
    }

    @Override
    protected void loadIncoming(Type type, int vreg, int offset) {
        code.address.set(Op.INCOMING, offset);
        code.unaryMemory(memory.loadRow(type), vreg);
    }

    @Override
    protected void storeOutgoing(Type type, int offset, int vreg) {
        code.address.set(Op.OUTGOING, offset);
        code.toMemory(memory.storeRow(type), vreg);
    }

    @Override
    protected void loadBuffered(Type type, int vreg, int offset) {
        code.address.set(Op.RESULT_BUFFER, offset);
        code.unaryMemory(memory.loadRow(type), vreg);
    }

    @Override
    protected void storeBuffered(Type type, int address, int offset, int vreg) {
        code.address.setBase(address, offset);
        code.toMemory(memory.storeRow(type), vreg);
    }

    @Override
    protected void bufferAddress(int vreg) {
        code.address.set(Op.RESULT_BUFFER, 0);
        code.unaryMemory(X64.LEA_R64_M, vreg);
    }

    @Override
    protected void recordAddress(int vreg, int offset) {
        memory.fieldAddress(vreg, MemoryRules.CONTEXT, offset);
    }

    @Override
    protected void checkType(int record, int typeOffset) {
        int expected = code.newInteger();
        memory.loadField(Type.I32, expected, MemoryRules.CONTEXT, typeOffset);
        code.address.setBase(record, ContextLayout.FUNC_TYPE);
        code.address.setFault(TrapKind.INDIRECT_CALL_TO_NULL.code(), match.context.source());
        code.toMemory(X64.CMP_RM32_R32, expected);
        match.context.emit(VCode.TRAP_IF, Condition.NE, TrapKind.BAD_SIGNATURE.code());
    }
}
