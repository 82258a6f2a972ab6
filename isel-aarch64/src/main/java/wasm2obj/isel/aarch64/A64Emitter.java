package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CodeBuffer;
import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.codegen.Emission;
import wasm2obj.codegen.Frame;
import wasm2obj.codegen.MachineEmitter;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.TrapKind;
import wasm2obj.isel.aarch64.instruction.A64Branches;
import wasm2obj.isel.aarch64.instruction.A64Float;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.A64Vector;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;
import wasm2obj.regalloc.RegisterFile;

/**
 * Turns allocated instructions into bytes. Words get their registers here; sequences are in classes by theme.
 */
final class A64Emitter implements MachineEmitter {
    private static final int HARDWARE_MASK = 31;

    private final A64Assembler assembler = new A64Assembler();
    private final ReturnAddress returnAddress;
    private final A64Frame frame;
    private final ControlSequences control = new ControlSequences(assembler);
    private final CallSequences calls;
    private final TailCallSequences tailCalls;
    private final FloatSequences floats = new FloatSequences(assembler);
    private final AtomicSequences atomics = new AtomicSequences(assembler);

    private Emission emission;
    private VCode code;
    private AllocationInput registers;
    private Frame layout;

    A64Emitter(BranchProtection protection) {
        returnAddress = new ReturnAddress(assembler, protection);
        frame = new A64Frame(assembler, returnAddress);
        calls = new CallSequences(assembler, frame);
        tailCalls = new TailCallSequences(assembler, frame, calls, returnAddress);
    }

    @Override
    public void begin(Emission newEmission) {
        emission = newEmission;
        code = emission.code();
        registers = code.registers;
        layout = emission.frame;
        assembler.begin(emission.buffer);
        returnAddress.begin(emission);
        control.begin(emission);
        calls.begin(emission);
        tailCalls.begin(emission);
        floats.begin(emission);
        atomics.begin(emission);
        frame.begin(emission);
    }

    @Override
    public void instruction(int i) {
        int opcode = code.opcodes[i];
        if (opcode == Op.WORD) {
            if ((registers.flags[i] & AllocationInput.MOVE) != 0) {
                copy(i);
            } else {
                word(i);
            }
            return;
        }
        switch (opcode) {
            case Op.IMMEDIATE -> assembler.constant(emission.location(i, 0), code.imms[i]);
            case Op.CONSTANT -> constant(i, emission.location(i, 0));
            case Op.FRAME_ACCESS -> frameAccess(i);
            case VCode.AS_IS -> {}
            case Op.BUFFER_ADDRESS ->
                    assembler.add(
                            emission.location(i, 0),
                            A64Registers.SP,
                            frame.displacement(layout.resultBuffer()));
            case VCode.RETURN -> frame.epilogue();
            case VCode.LANDING -> {
                landingPad();
                frame.reloadContext();
            }
            case VCode.TAIL_CALL, VCode.TAIL_CALL_RECORD, VCode.TAIL_CALL_TABLE ->
                    tailCalls.instruction(i, opcode);
            default -> {
                if (!control.instruction(i, opcode)
                        && !floats.instruction(i, opcode)
                        && !atomics.instruction(i, opcode)) {
                    calls.instruction(i, opcode);
                }
            }
        }
    }

    @Override
    public void outOfLine(int i, int argument) {
        int opcode = code.opcodes[i];
        if (opcode == VCode.CALL_TABLE || opcode == VCode.TAIL_CALL_TABLE) {
            calls.mismatch();
        } else {
            floats.outOfLine(i, argument);
        }
    }

    // ---- words ----

    private void word(int i) {
        int aux = code.auxs[i];
        int word = (int) code.imms[i];
        int operand = 0;
        for (int fields = aux & 0xffff; fields != 0; fields >>>= Op.FIELD_BITS, operand++) {
            int register = emission.location(i, operand) & HARDWARE_MASK;
            word |= Op.inField(fields & Op.FIELD_MASK, register);
        }
        int fault = Op.fault(aux);
        if (fault == VCode.FAULTS) {
            emission.noteSource();
        } else if (fault != 0) {
            emission.noteTrap(TrapKind.of(fault));
        }
        assembler.word(word);
    }

    private void constant(int i, int location) {
        int op;
        int form;
        switch (code.auxs[i]) {
            case 4 -> {
                op = A64Memory.LDR_S;
                form = Relocations.LOW_32;
            }
            case 8 -> {
                op = A64Memory.LDR_D;
                form = Relocations.LOW_64;
            }
            default -> {
                op = A64Memory.LDR_Q;
                form = Relocations.LOW_128;
            }
        }
        int number = (int) code.imms[i];
        int kind = Relocations.CONSTANT;
        emission.relocate(emission.buffer.size, Relocations.PAGE | kind, number, 0);
        assembler.word(A64Integer.adrp(A64Registers.SCRATCH, 0));
        emission.relocate(emission.buffer.size, form | kind, number, 0);
        assembler.word(A64Memory.scaled(op, location & HARDWARE_MASK, A64Registers.SCRATCH, 0));
    }

    private void frameAccess(int i) {
        int place = VCode.high(code.imms[i]);
        int op = VCode.low(code.imms[i]);
        int register = emission.location(i, 0) & HARDWARE_MASK;
        int displacement =
                switch (code.auxs[i]) {
                    case Op.FRAME_SLOT -> frame.displacement(layout.slot(place));
                    case Op.RESULT_BUFFER -> frame.displacement(layout.resultBuffer() + place);
                    case Op.INCOMING -> frame.incoming(place);
                    default -> place;
                };
        assembler.access(op, register, A64Registers.SP, displacement);
    }

    // ---- moves ----

    private void copy(int i) {
        int vregClass =
                registers.vregClass(Operand.vreg(registers.operands[registers.operandStarts[i]]));
        move(emission.location(i, 1), emission.location(i, 0), vregClass);
    }

    @Override
    public void move(int from, int to, int vregClass) {
        if (from == to) {
            return;
        }
        if (!Allocation.isRegister(from)) {
            frame.access(
                    loadOp(vregClass), to & HARDWARE_MASK, layout.spill(Allocation.slot(from)));
        } else if (!Allocation.isRegister(to)) {
            frame.access(
                    storeOp(vregClass), from & HARDWARE_MASK, layout.spill(Allocation.slot(to)));
        } else if (vregClass == RegisterFile.FLOAT) {
            assembler.word(
                    A64Float.oneSource(
                            A64Float.FMOV,
                            A64Float.DOUBLE,
                            to & HARDWARE_MASK,
                            from & HARDWARE_MASK));
        } else if (vregClass == RegisterFile.VECTOR) {
            assembler.word(A64Vector.move(to & HARDWARE_MASK, from & HARDWARE_MASK));
        } else {
            assembler.move(to, from);
        }
    }

    /** The operation that loads a spilled value of the class. */
    static int loadOp(int vregClass) {
        return switch (vregClass) {
            case RegisterFile.FLOAT -> A64Memory.LDR_D;
            case RegisterFile.VECTOR -> A64Memory.LDR_Q;
            default -> A64Memory.LDR_X;
        };
    }

    /** The operation that spills a value of the class. */
    static int storeOp(int vregClass) {
        return switch (vregClass) {
            case RegisterFile.FLOAT -> A64Memory.STR_D;
            case RegisterFile.VECTOR -> A64Memory.STR_Q;
            default -> A64Memory.STR_X;
        };
    }

    @Override
    public void rematerialize(int instruction, int to, int vregClass) {
        switch (code.opcodes[instruction]) {
            case Op.IMMEDIATE -> assembler.constant(to, code.imms[instruction]);
            case Op.CONSTANT -> constant(instruction, to);
            default -> assembler.word((int) code.imms[instruction] | to & HARDWARE_MASK);
        }
    }

    // ---- branches ----

    @Override
    public boolean needsLandingPads(int opcode) {
        return returnAddress.hasLandingPads() && opcode == VCode.JUMP_TABLE;
    }

    @Override
    public void landingPad() {
        returnAddress.jumpPad();
    }

    @Override
    public void jump(int label) {
        assembler.jump(label);
    }

    @Override
    public void trap() {
        assembler.word(A64Branches.udf(0));
    }

    @Override
    public CodeBuffer.Branches branches() {
        return assembler;
    }
}
