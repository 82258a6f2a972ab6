package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CallLowering;
import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.Condition;

/** Calls: what is AArch64's own in {@link CallLowering}. */
final class CallRules extends CallLowering<Matcher> {
    private final MemoryRules memory;

    CallRules(Matcher match, MemoryRules memory) {
        super(match, A64Registers.convention(), A64Registers.CALLS);
        this.memory = memory;
    }

    @Override
    protected void beforeCall() {
        match.shared.forget();
    }

    @Override
    protected void loadIncoming(Type type, int vreg, int offset) {
        memory.loadFrame(type, vreg, Op.INCOMING, offset);
    }

    @Override
    protected void storeOutgoing(Type type, int offset, int vreg) {
        memory.storeFrame(type, Op.OUTGOING, offset, vreg);
    }

    @Override
    protected void loadBuffered(Type type, int vreg, int offset) {
        memory.loadFrame(type, vreg, Op.RESULT_BUFFER, offset);
    }

    @Override
    protected void storeBuffered(Type type, int address, int offset, int vreg) {
        memory.setPlace(address, offset);
        memory.access(MemoryRules.storeOp(type), vreg);
    }

    @Override
    protected void bufferAddress(int vreg) {
        match.context.def(vreg);
        match.context.emit(Op.BUFFER_ADDRESS, 0, 0);
    }

    @Override
    protected void recordAddress(int vreg, int offset) {
        memory.fieldAddress(vreg, WordBuilder.CONTEXT, offset);
    }

    @Override
    protected void checkType(int record, int typeOffset) {
        int expected = match.newInteger();
        memory.loadField(Type.I32, expected, WordBuilder.CONTEXT, typeOffset);
        int actual = match.newInteger();
        memory.setPlace(record, ContextLayout.FUNC_TYPE);
        memory.setFault(TrapKind.INDIRECT_CALL_TO_NULL.code(), match.context.source());
        memory.access(A64Memory.LDR_W, actual);
        match.code.nm(
                A64Integer.addSubtractShifted(
                        A64Integer.SUBS, 0, A64Registers.ZR, 0, 0, A64Integer.LSL, 0),
                actual,
                expected);
        match.context.emit(VCode.TRAP_IF, Condition.NE, TrapKind.BAD_SIGNATURE.code());
    }
}
