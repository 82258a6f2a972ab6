package wasm2obj.isel.x64;

import wasm2obj.codegen.CodeSequences;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.Emission;
import wasm2obj.codegen.StackArguments;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.TrapKind;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.RegisterFile;
import wasm2obj.unwind.DwarfX64;
import wasm2obj.unwind.UnwindOps;

/**
 * Code of tail calls: the frame is taken down, the return address and stack arguments are put where the callee looks for them, and
 * the callee is jumped to. Register arguments are in place; rax has the callee, or its record; r11 and xmm15 are free, and r10 is
 * when the stack arguments have been read.
 *
 * <p><b>Stack arguments.</b> Their area ends where ours does, at CFA + our size, whatever their size is: so whoever pops last leaves the stack as our
 * caller expects. They may have to go where our frame, or the arguments that we were given, still are. So they are gathered below the
 * frame first and copied when everything has been read. A function that does so has a frame pointer.
 *
 * <p><b>Leaving the instance.</b> Our caller relies on its context in r15. If the callee's is another one, a small frame between our caller
 * and the callee restores it:
 *
 * <pre>
 *   Z              CFA + size of our stack parameters
 *   Z - 8          our return address
 *   Z - 16         our caller's rbp; rbp is this address until the frame is left
 *   Z - 24         our context
 *   Z - 32         unused
 *   ...            the callee's stack arguments
 *                  address of the restorer, to which the callee returns
 * </pre>
 *
 * <p>If our return address is a restorer's already, our caller relies on nothing and no such frame is needed: tail calls to and fro run in constant
 * stack. A restorer is known by its first instruction, which nothing else has ({@link #MARK}).
 */
final class TailCallSequences extends CodeSequences<X64Assembler> {
    /** {@code nop dword [rax + rax + 0x77326f72]}: eight bytes that no other instruction at a return address begins with. */
    static final long MARK = 0x7732_6f72_00_84_1f_0fL;

    private static final int RESTORER_FRAME = 32;
    private static final int TARGET = Register.RAX;
    private static final int RETURN_ADDRESS = Register.R10;
    private static final int SCRATCH = X64Registers.SCRATCH;
    private static final int FLOAT_SCRATCH = X64Registers.FLOAT_SCRATCH;

    private final X64Frame frame;
    private final CallSequences calls;
    private final StackArguments arguments = new StackArguments();
    private UnwindOps unwind;

    TailCallSequences(X64Assembler assembler, X64Frame frame, CallSequences calls) {
        super(assembler);
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
                assembler.fields(X64.JMP_REL32, 0, 0, 0, 0);
                int at = emission.buffer.size - 4;
                emission.relocate(at, CompiledFunction.Relocations.FUNCTION, (int) imm, -4);
                unwind.restoreState(offset());
            }
            case VCode.TAIL_CALL_TABLE -> {
                calls.tableTarget(i, imm, TARGET);
                unwind.rememberState(offset());
                leave(i);
                assembler.rm(X64.JMP_RM64, TARGET);
                unwind.restoreState(offset());
            }
            default -> tailCallRecord(i, code.auxs[i]);
        }
    }

    /** The record's address is in rax until the jump. Reading a null's context faults. */
    private void tailCallRecord(int i, int trapKind) {
        int direct = emission.buffer.newLabel();
        int other = emission.buffer.newLabel();
        emission.noteTrap(TrapKind.of(trapKind));
        assembler.memory(X64.MOV_R64_RM64, SCRATCH, TARGET, ContextLayout.FUNC_CONTEXT);
        assembler.regRm(X64.CMP_R64_RM64, SCRATCH, X64Registers.CONTEXT);
        assembler.jumpIf(Condition.E, direct);
        frame.access(X64.MOV_R64_RM64, SCRATCH, frame.size() - 8);
        assembler.memoryImmediate(X64.CMP_RM32_IMM32, SCRATCH, 4, (int) (MARK >> 32));
        assembler.jumpIf(Condition.NE, other);
        assembler.memoryImmediate(X64.CMP_RM32_IMM32, SCRATCH, 0, (int) MARK);
        assembler.jumpIf(Condition.E, direct);
        emission.buffer.bind(other);
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
        assembler.memory(
                X64.MOV_R64_RM64, X64Registers.CONTEXT, TARGET, ContextLayout.FUNC_CONTEXT);
        assembler.memory(X64.JMP_RM64, 0, TARGET, ContextLayout.FUNC_CODE);
    }

    // ---- without a restorer ----

    private void leave(int i) {
        int incoming = code.incomingStackSize;
        int outgoing = arguments.size(i);
        if (outgoing == 0) {
            frame.leave();
            raiseReturnAddress(incoming);
            return;
        }
        int below = gather(i, outgoing);
        assembler.memory(X64.MOV_R64_RM64, RETURN_ADDRESS, Register.RBP, 8);
        frame.reloadSaved();
        assembler.memory(X64.MOV_R64_RM64, Register.RBP, Register.RBP, 0);
        unwind.restored(offset(), DwarfX64.RBP);
        unwind.defCfa(offset(), DwarfX64.RSP, below);
        int newCfa = below + incoming - outgoing;
        assembler.memory(X64.MOV_RM64_R64, RETURN_ADDRESS, Register.RSP, newCfa - 8);
        unwind.defCfaOffset(offset(), newCfa);
        unwind.stackPointer(offset(), outgoing);
        copy(newCfa, outgoing);
        assembler.memory(X64.LEA_R64_M, Register.RSP, Register.RSP, newCfa - 8);
        unwind.defCfaOffset(offset(), 8);
    }

    /** The stack pointer is at the return address: moves both to the end of the stack parameters. */
    private void raiseReturnAddress(int incoming) {
        if (incoming != 0) {
            assembler.memory(X64.MOV_R64_RM64, SCRATCH, Register.RSP, 0);
            assembler.memory(X64.MOV_RM64_R64, SCRATCH, Register.RSP, incoming);
            assembler.rmImmediate(X64.ADD_RM64_IMM32, Register.RSP, incoming);
            unwind.stackPointer(offset(), 0);
        }
    }

    // ---- with a restorer ----

    private void leaveBehindRestorer(int i) {
        int incoming = code.incomingStackSize;
        int outgoing = arguments.size(i);
        if (outgoing == 0) {
            frame.leave();
            raiseReturnAddress(incoming);
            pushRestorer();
            return;
        }
        int below = gather(i, outgoing);
        assembler.memory(X64.MOV_R64_RM64, RETURN_ADDRESS, Register.RBP, 8);
        assembler.memory(X64.MOV_R64_RM64, SCRATCH, Register.RBP, 0);
        frame.reloadSaved();
        int end = below + incoming;
        assembler.memory(X64.MOV_RM64_R64, RETURN_ADDRESS, Register.RSP, end - 8);
        assembler.memory(X64.MOV_RM64_R64, SCRATCH, Register.RSP, end - 16);
        assembler.memory(X64.MOV_RM64_R64, X64Registers.CONTEXT, Register.RSP, end - 24);
        assembler.memory(X64.LEA_R64_M, Register.RBP, Register.RSP, end - 16);
        unwind.stackPointer(offset(), 0);
        int newCfa = end - RESTORER_FRAME - outgoing;
        restorerAddress();
        assembler.memory(X64.MOV_RM64_R64, SCRATCH, Register.RSP, newCfa - 8);
        copy(newCfa, outgoing);
        assembler.memory(X64.LEA_R64_M, Register.RSP, Register.RSP, newCfa - 8);
    }

    private void pushRestorer() {
        assembler.rm(X64.PUSH_R64, Register.RBP);
        unwind.defCfaOffset(offset(), 16);
        unwind.saved(offset(), DwarfX64.RBP, -16);
        assembler.move(Register.RBP, Register.RSP);
        unwind.defCfaRegister(offset(), DwarfX64.RBP);
        assembler.rm(X64.PUSH_R64, X64Registers.CONTEXT);
        restorerAddress();
        assembler.rm(X64.PUSH_R64, SCRATCH);
        assembler.rm(X64.PUSH_R64, SCRATCH);
    }

    private void restorerAddress() {
        int at = assembler.ripRelative(X64.LEA_R64_M, SCRATCH);
        emission.relocate(at, CompiledFunction.Relocations.RESTORER, 0, -4);
    }

    // ---- stack arguments ----

    /**
     * Stores the stack arguments below the frame, so far below that the callee's area does not reach them. The result is the distance from
     * the stack pointer to the CFA.
     */
    private int gather(int i, int outgoing) {
        int room = 2 * outgoing + RESTORER_FRAME + 16;
        assembler.rmImmediate(X64.SUB_RM64_IMM32, Register.RSP, room);
        int size = 0;
        for (int operand = 0; operand < emission.operandCount(i); operand++) {
            if (arguments.is(i, operand)) {
                int place = arguments.place(i, operand, size);
                boolean isVector = arguments.vregClass(i, operand) == RegisterFile.VECTOR;
                store(emission.location(i, operand), isVector, place);
                size = arguments.end(i, operand, place);
            }
        }
        return frame.size() + room;
    }

    private void store(int location, boolean isVector, int place) {
        if (Allocation.isRegister(location)) {
            if (location < X64Registers.FIRST_XMM) {
                assembler.memory(X64.MOV_RM64_R64, location, Register.RSP, place);
            } else {
                int row = isVector ? X64.MOVUPS_M128_XMM : X64.MOVSD_M64_XMM;
                assembler.memory(row, location - X64Registers.FIRST_XMM, Register.RSP, place);
            }
            return;
        }
        int spill = emission.frame.spill(Allocation.slot(location));
        if (isVector) {
            frame.access(X64.MOVUPS, FLOAT_SCRATCH, spill);
            assembler.memory(X64.MOVUPS_M128_XMM, FLOAT_SCRATCH, Register.RSP, place);
        } else {
            frame.access(X64.MOV_R64_RM64, SCRATCH, spill);
            assembler.memory(X64.MOV_RM64_R64, SCRATCH, Register.RSP, place);
        }
    }

    /** Copies what was gathered at the stack pointer. */
    private void copy(int to, int bytes) {
        for (int at = 0; at < bytes; at += 16) {
            assembler.memory(X64.MOVUPS, FLOAT_SCRATCH, Register.RSP, at);
            assembler.memory(X64.MOVUPS_M128_XMM, FLOAT_SCRATCH, Register.RSP, to + at);
        }
    }
}
