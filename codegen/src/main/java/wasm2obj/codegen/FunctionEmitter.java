package wasm2obj.codegen;

import wasm2obj.ir.TrapKind;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;

/**
 * Which sequence serves which opcode, and moves, for all ISAs. An ISA adds its own opcodes.
 *
 * @param <A> the ISA's assembler
 */
public abstract class FunctionEmitter<A extends MachineAssembler> implements MachineEmitter {
    protected final A assembler;
    private final FrameEmitter<A> frame;
    private final ControlEmitter<A> control;
    private final CallEmitter<A> calls;
    private final TailCallEmitter<A> tailCalls;
    protected Emission emission;
    protected VCode code;

    /** An emitter of the sequences that all ISAs have. */
    protected FunctionEmitter(
            A assembler,
            FrameEmitter<A> frame,
            ControlEmitter<A> control,
            CallEmitter<A> calls,
            TailCallEmitter<A> tailCalls) {
        this.assembler = assembler;
        this.frame = frame;
        this.control = control;
        this.calls = calls;
        this.tailCalls = tailCalls;
    }

    // ---- what the ISA adds ----

    /** The ISA's own sequences begin a function, before its prologue. */
    protected abstract void beginSequences();

    /** Emits an instruction with one of the ISA's own opcodes, or {@link VCode#MOVE_IF} or {@link VCode#TRUNCATE}. */
    protected abstract void machineInstruction(int i, int opcode);

    /** Emits the rarely executed code of such an instruction. */
    protected abstract void machineOutOfLine(int i, int argument);

    /** Emits a move between two different registers. */
    protected abstract void moveRegister(int from, int to, int vregClass);

    // ---- for the emission ----

    @Override
    public final void begin(Emission newEmission) {
        emission = newEmission;
        code = emission.code();
        assembler.begin(emission.buffer);
        control.begin(emission);
        calls.begin(emission);
        tailCalls.begin(emission);
        beginSequences();
        frame.begin(emission);
    }

    @Override
    public final void instruction(int i) {
        int opcode = code.opcodes[i];
        if (opcode >= VCode.FIRST_MACHINE_OPCODE) {
            if ((code.registers.flags[i] & AllocationInput.MOVE) != 0) {
                copy(i);
            } else {
                machineInstruction(i, opcode);
            }
            return;
        }
        switch (opcode) {
            case VCode.RETURN -> frame.epilogue();
            case VCode.LANDING -> {
                landingPad();
                frame.reloadContext();
            }
            case VCode.TAIL_CALL, VCode.TAIL_CALL_RECORD, VCode.TAIL_CALL_TABLE ->
                    tailCalls.instruction(i, opcode);
            case VCode.BRANCH, VCode.TRAP_IF, VCode.JUMP_TABLE, VCode.COMPARE_CHAIN ->
                    control.instruction(i, opcode);
            case VCode.MOVE_IF, VCode.TRUNCATE -> machineInstruction(i, opcode);
            case VCode.AS_IS -> {}
            default -> calls.instruction(i, opcode);
        }
    }

    @Override
    public final void outOfLine(int i, int argument) {
        int opcode = code.opcodes[i];
        if (opcode == VCode.CALL_TABLE || opcode == VCode.TAIL_CALL_TABLE) {
            calls.mismatch(i);
        } else {
            machineOutOfLine(i, argument);
        }
    }

    /** Notes what a fault of the instruction that is emitted next means, see {@link VCode#FAULTS}. */
    protected final void noteFault(int fault) {
        if (fault == VCode.FAULTS) {
            emission.noteSource();
        } else if (fault != 0) {
            emission.noteTrap(TrapKind.of(fault));
        }
    }

    // ---- moves ----

    private void copy(int i) {
        AllocationInput registers = code.registers;
        long operand = registers.operands[registers.operandStarts[i]];
        int vregClass = registers.vregClass(Operand.vreg(operand));
        move(emission.location(i, 1), emission.location(i, 0), vregClass);
    }

    @Override
    public final void move(int from, int to, int vregClass) {
        if (from == to) {
            return;
        }
        if (!Allocation.isRegister(from)) {
            frame.loadSpill(vregClass, to, Allocation.slot(from));
        } else if (!Allocation.isRegister(to)) {
            frame.storeSpill(vregClass, from, Allocation.slot(to));
        } else {
            moveRegister(from, to, vregClass);
        }
    }

    // ---- branches ----

    @Override
    public final void jump(int label) {
        assembler.jump(label);
    }

    @Override
    public final void trap() {
        assembler.trap();
    }

    @Override
    public final CodeBuffer.Branches branches() {
        return assembler;
    }
}
