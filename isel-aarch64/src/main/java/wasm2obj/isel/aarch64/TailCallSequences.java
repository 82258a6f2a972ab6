package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CodeSequences;
import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.Emission;
import wasm2obj.codegen.StackArguments;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.TrapKind;
import wasm2obj.isel.aarch64.instruction.A64Branches;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.Condition;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.RegisterFile;
import wasm2obj.unwind.DwarfAArch64;
import wasm2obj.unwind.UnwindOps;

/**
 * Code of tail calls: the frame is taken down, stack arguments are put where the callee looks for them, and the callee is jumped to, with the
 * return address in the link register. Register arguments are in place; x8 has the record or table index of the callee, x9 to x17 and v31 are free.
 *
 * <p><b>Stack arguments.</b> Their area ends where ours does, at CFA + our size, whatever their size is: so whoever pops last leaves the stack as our
 * caller expects. They may have to go where our frame, or the arguments that we were given, still are. So they are gathered below the
 * frame first and copied when everything has been read. A function that does so has a frame record.
 *
 * <p><b>Leaving the instance.</b> Our caller relies on its context in x28. If the callee's is another one, a small frame between our caller
 * and the callee restores it:
 *
 * <pre>
 *   Z              CFA + size of our stack parameters
 *   Z - 16         frame record: our caller's x29, our return address; x29 is this address
 *   Z - 32         our context, 8 unused bytes
 *   ...            the callee's stack arguments
 * </pre>
 *
 * <p>The link register then has the address of the restorer. If our return address is a restorer's already, our caller relies on nothing and no such
 * frame is needed: tail calls to and fro run in constant stack. A restorer is known by its first instruction, which nothing else has
 * ({@link #MARK}).
 */
final class TailCallSequences extends CodeSequences<A64Assembler> {
    /** {@code movz xzr, #0x326f, lsl #48}: does nothing, and no compiler makes it. */
    static final int MARK = A64Integer.moveWide(A64Integer.MOVZ, 1, A64Registers.ZR, 0x326f, 3);

    private static final int RESTORER_FRAME = 32;
    private static final int TARGET = A64Registers.TAIL_CALLEE;
    private static final int RETURN_ADDRESS = 9;
    private static final int FRAME_POINTER = 10;
    private static final int SCRATCH = A64Registers.SCRATCH;
    private static final int ADDRESS = A64Registers.ADDRESS;
    private static final int SP = A64Registers.SP;

    private final A64Frame frame;
    private final CallSequences calls;
    private final ReturnAddress returnAddress;
    private final StackArguments arguments = new StackArguments();
    private UnwindOps unwind;

    TailCallSequences(
            A64Assembler assembler,
            A64Frame frame,
            CallSequences calls,
            ReturnAddress returnAddress) {
        super(assembler);
        this.returnAddress = returnAddress;
        this.frame = frame;
        this.calls = calls;
    }

    @Override
    public void begin(Emission newEmission) {
        super.begin(newEmission);
        unwind = emission.unwind;
        arguments.begin(code);
    }

    void instruction(int i, int opcode) {
        long imm = code.imms[i];
        switch (opcode) {
            case VCode.TAIL_CALL -> {
                unwind.rememberState(offset());
                leave(i);
                int kind = Relocations.BRANCH | Relocations.FUNCTION;
                emission.relocate(offset(), kind, (int) imm, 0);
                assembler.word(A64Branches.b(0));
                unwind.restoreState(offset());
            }
            case VCode.TAIL_CALL_TABLE -> {
                calls.tableTarget(i, imm);
                assembler.move(TARGET, SCRATCH);
                unwind.rememberState(offset());
                leave(i);
                assembler.move(SCRATCH, TARGET);
                jump();
                unwind.restoreState(offset());
            }
            default -> tailCallRecord(i, code.auxs[i]);
        }
    }

    private void jump() {
        assembler.word(A64Branches.branchRegister(A64Branches.BR, SCRATCH));
    }

    /** The record's address is in x8 until the jump. Reading a null's context faults. */
    private void tailCallRecord(int i, int trapKind) {
        int direct = emission.buffer.newLabel();
        emission.noteTrap(TrapKind.of(trapKind));
        assembler.load(SCRATCH, TARGET, ContextLayout.FUNC_CONTEXT);
        assembler.compareRegisters(1, SCRATCH, A64Registers.CONTEXT);
        assembler.jumpIf(Condition.EQ, direct);
        if (frame.hasRecord()) {
            assembler.load(A64Registers.LR, A64Registers.FP, 8);
            returnAddress.strip();
        }
        assembler.access(A64Memory.LDR_W, SCRATCH, A64Registers.LR, 0);
        assembler.constant(ADDRESS, Integer.toUnsignedLong(MARK));
        assembler.compareRegisters(0, SCRATCH, ADDRESS);
        assembler.jumpIf(Condition.EQ, direct);
        unwind.rememberState(offset());
        leaveBehindRestorer(i);
        jumpToRecord();
        unwind.restoreState(offset());
        emission.buffer.bind(direct);
        unwind.rememberState(offset());
        leave(i);
        jumpToRecord();
        unwind.restoreState(offset());
    }

    private void jumpToRecord() {
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

    private void leave(int i) {
        int incoming = code.incomingStackSize;
        int outgoing = arguments.size(i);
        if (outgoing == 0) {
            frame.leave(incoming);
            return;
        }
        int below = gather(i, outgoing);
        frame.reloadSaved();
        unwind.defCfa(offset(), DwarfAArch64.SP, below);
        returnAddress.authenticate(below);
        int newCfa = below + incoming - outgoing;
        copy(newCfa, outgoing);
        assembler.add(SP, SP, newCfa);
        unwind.defCfaOffset(offset(), below - newCfa);
    }

    // ---- with a restorer ----

    private void leaveBehindRestorer(int i) {
        int incoming = code.incomingStackSize;
        int outgoing = arguments.size(i);
        if (outgoing == 0) {
            frame.leave(incoming);
            assembler.push(A64Registers.FP, returnAddress.sign(0));
            unwind.defCfaOffset(offset(), RESTORER_FRAME / 2 - incoming);
            assembler.add(A64Registers.FP, SP, 0);
            assembler.push(A64Registers.CONTEXT, A64Registers.ZR);
            unwind.defCfaOffset(offset(), RESTORER_FRAME - incoming);
            restorerAddress();
            return;
        }
        int below = gather(i, outgoing);
        assembler.load(FRAME_POINTER, A64Registers.FP, 0);
        frame.reloadSaved();
        unwind.defCfa(offset(), DwarfAArch64.SP, below);
        returnAddress.authenticate(below);
        int end = below + incoming;
        assembler.move(RETURN_ADDRESS, returnAddress.sign(end));
        assembler.store(RETURN_ADDRESS, SP, end - 8);
        assembler.store(FRAME_POINTER, SP, end - 16);
        assembler.store(A64Registers.CONTEXT, SP, end - 32);
        assembler.add(A64Registers.FP, SP, end - 16);
        int newCfa = end - RESTORER_FRAME - outgoing;
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

    /**
     * Stores the stack arguments below the frame, so far below that the callee's area does not reach them. The result is the distance from
     * the stack pointer to the CFA.
     */
    private int gather(int i, int outgoing) {
        int room = 2 * outgoing + RESTORER_FRAME + 16;
        frame.allocateArguments(room);
        int size = 0;
        for (int operand = 0; operand < emission.operandCount(i); operand++) {
            if (arguments.is(i, operand)) {
                int place = arguments.place(i, operand, size);
                store(emission.location(i, operand), arguments.vregClass(i, operand), place);
                size = arguments.end(i, operand, place);
            }
        }
        frame.argumentsGone();
        return frame.size() + room;
    }

    private void store(int location, int vregClass, int place) {
        int register = location & 31;
        if (!Allocation.isRegister(location)) {
            register = RegisterFile.isVectorClass(vregClass) ? A64Registers.FLOAT_SCRATCH : SCRATCH;
            int spill = emission.frame.spill(Allocation.slot(location));
            frame.access(A64Emitter.loadOp(vregClass), register, spill);
        }
        assembler.access(A64Emitter.storeOp(vregClass), register, SP, place);
    }

    /** Copies what was gathered at the stack pointer. */
    private void copy(int to, int bytes) {
        for (int at = 0; at < bytes; at += 16) {
            assembler.access(A64Memory.LDR_Q, A64Registers.FLOAT_SCRATCH, SP, at);
            assembler.access(A64Memory.STR_Q, A64Registers.FLOAT_SCRATCH, SP, to + at);
        }
    }
}
