package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.TailCallEmitter;
import wasm2obj.isel.aarch64.instruction.A64Branches;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.Condition;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.RegisterFile;
import wasm2obj.unwind.DwarfAArch64;

/**
 * Tail calls: what is AArch64's own in {@link TailCallEmitter}. The return address is in the link register. x8 has the record or
 * table index of the callee, x9 to x17 and v31 are free.
 *
 * <p>A restorer's frame, where x29 is the address of the frame record:
 *
 * <pre>
 *   Z              CFA + size of our stack parameters
 *   Z - 16         frame record: our caller's x29, our return address
 *   Z - 32         our context, 8 unused bytes
 *   ...            the callee's stack arguments
 * </pre>
 *
 * <p>The link register then has the address of the restorer.
 */
final class TailCallSequences extends TailCallEmitter<A64Assembler> {
    /** {@code movz xzr, #0x326f, lsl #48}: does nothing, and no compiler makes it. */
    static final int MARK = A64Integer.moveWide(A64Integer.MOVZ, 1, A64Registers.ZR, 0x326f, 3);

    private static final int TARGET = A64Registers.CALLEE;
    private static final int RETURN_ADDRESS = 9;
    private static final int FRAME_POINTER = 10;
    private static final int SCRATCH = A64Registers.SCRATCH;
    private static final int ADDRESS = A64Registers.ADDRESS;
    private static final int SP = A64Registers.SP;

    private final A64Frame frame;
    private final CallSequences calls;
    private final ReturnAddress returnAddress;

    TailCallSequences(
            A64Assembler assembler,
            A64Frame frame,
            CallSequences calls,
            ReturnAddress returnAddress) {
        super(assembler, frame);
        this.returnAddress = returnAddress;
        this.frame = frame;
        this.calls = calls;
    }

    @Override
    protected void jumpToFunction(int function) {
        emission.relocate(offset(), Relocations.BRANCH | Relocations.FUNCTION, function, 0);
        assembler.word(A64Branches.b(0));
    }

    @Override
    protected void loadTableTarget(int i, long imm) {
        calls.tableTarget(i, imm);
        assembler.move(TARGET, SCRATCH);
    }

    @Override
    protected void jumpToTarget() {
        assembler.move(SCRATCH, TARGET);
        jump();
    }

    private void jump() {
        assembler.word(A64Branches.branchRegister(A64Branches.BR, SCRATCH));
    }

    @Override
    protected void jumpIfSameContext(int label) {
        assembler.load(SCRATCH, TARGET, ContextLayout.FUNC_CONTEXT);
        assembler.compareRegisters(1, SCRATCH, A64Registers.CONTEXT);
        assembler.jumpIf(Condition.EQ, label);
    }

    @Override
    protected void jumpIfRestored(int label) {
        if (frame.hasRecord()) {
            assembler.load(A64Registers.LR, A64Registers.FP, 8);
            returnAddress.strip();
        }
        assembler.access(A64Memory.LDR_W, SCRATCH, A64Registers.LR, 0);
        assembler.constant(ADDRESS, Integer.toUnsignedLong(MARK));
        assembler.compareRegisters(0, SCRATCH, ADDRESS);
        assembler.jumpIf(Condition.EQ, label);
    }

    @Override
    protected void jumpToRecord() {
        assembler.word(
                A64Memory.pair(
                        A64Memory.LDP_X,
                        SCRATCH,
                        A64Registers.CONTEXT,
                        TARGET,
                        ContextLayout.FUNC_CODE));
        jump();
    }

    // ---- without a restorer ----

    @Override
    protected void leaveFrame(int incoming) {
        frame.leave(incoming);
    }

    @Override
    protected void leaveFrame(int below, int newCfa, int outgoing) {
        frame.reloadSaved();
        unwind.defCfa(offset(), DwarfAArch64.SP, below);
        returnAddress.authenticate(below);
        copy(newCfa, outgoing);
        assembler.add(SP, SP, newCfa);
        unwind.defCfaOffset(offset(), below - newCfa);
    }

    // ---- with a restorer ----

    @Override
    protected void enterRestorer(int incoming) {
        assembler.push(A64Registers.FP, returnAddress.sign(0));
        unwind.defCfaOffset(offset(), RESTORER_FRAME / 2 - incoming);
        assembler.add(A64Registers.FP, SP, 0);
        assembler.push(A64Registers.CONTEXT, A64Registers.ZR);
        unwind.defCfaOffset(offset(), RESTORER_FRAME - incoming);
        restorerAddress();
    }

    @Override
    protected void leaveBehindRestorer(int below, int end, int newCfa, int outgoing) {
        assembler.load(FRAME_POINTER, A64Registers.FP, 0);
        frame.reloadSaved();
        unwind.defCfa(offset(), DwarfAArch64.SP, below);
        returnAddress.authenticate(below);
        assembler.move(RETURN_ADDRESS, returnAddress.sign(end));
        assembler.store(RETURN_ADDRESS, SP, end - 8);
        assembler.store(FRAME_POINTER, SP, end - 16);
        assembler.store(A64Registers.CONTEXT, SP, end - 32);
        assembler.add(A64Registers.FP, SP, end - 16);
        copy(newCfa, outgoing);
        assembler.add(SP, SP, newCfa);
        unwind.defCfaOffset(offset(), below - newCfa);
        restorerAddress();
    }

    private void restorerAddress() {
        ControlSequences.addressOf(emission, assembler, Relocations.RESTORER, 0);
        assembler.move(A64Registers.LR, SCRATCH);
    }

    // ---- stack arguments ----

    @Override
    protected void storeArgument(int location, int vregClass, int place) {
        int register = location & 31;
        if (!Allocation.isRegister(location)) {
            register = RegisterFile.isVectorClass(vregClass) ? A64Registers.FLOAT_SCRATCH : SCRATCH;
            frame.loadSpill(vregClass, register, Allocation.slot(location));
        }
        assembler.access(A64Frame.storeOp(vregClass), register, SP, place);
    }

    @Override
    protected void copyChunk(int to, int from) {
        assembler.access(A64Memory.LDR_Q, A64Registers.FLOAT_SCRATCH, SP, from);
        assembler.access(A64Memory.STR_Q, A64Registers.FLOAT_SCRATCH, SP, to);
    }
}
