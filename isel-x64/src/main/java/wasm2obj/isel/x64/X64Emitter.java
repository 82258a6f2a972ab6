package wasm2obj.isel.x64;

import wasm2obj.codegen.CodeBuffer;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.Emission;
import wasm2obj.codegen.Frame;
import wasm2obj.codegen.MachineEmitter;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.TrapKind;
import wasm2obj.isel.x64.instruction.Encoder;
import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.isel.x64.instruction.Operand;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.RegisterFile;

/**
 * Turns allocated instructions into bytes. Rows of the table are encoded here, by their operands' fields; sequences are in
 * classes by theme.
 */
final class X64Emitter implements MachineEmitter {
    private final X64Assembler assembler = new X64Assembler();
    private final X64Frame frame = new X64Frame(assembler);
    private final ControlSequences control = new ControlSequences(assembler);
    private final CallSequences calls = new CallSequences(assembler, frame);
    private final TailCallSequences tailCalls = new TailCallSequences(assembler, frame, calls);
    private final FloatSequences floats;
    private final int moveFloat;
    private final int loadFloat;
    private final int storeFloat;
    private final int loadVector;
    private final int storeVector;
    private final int compareLanes;

    private Emission emission;
    private VCode code;
    private AllocationInput registers;
    private Frame layout;

    X64Emitter(int features) {
        floats = new FloatSequences(assembler, frame, features);
        moveFloat = vex(features, X64.MOVAPS);
        loadFloat = vex(features, X64.MOVSD_XMM_M64);
        storeFloat = vex(features, X64.MOVSD_M64_XMM);
        loadVector = vex(features, X64.MOVUPS);
        storeVector = vex(features, X64.MOVUPS_M128_XMM);
        compareLanes = vex(features, X64.PCMPEQD);
    }

    private static int vex(int features, int row) {
        return Feature.has(features, Feature.AVX) ? X64.vexForm(row) : row;
    }

    @Override
    public void begin(Emission newEmission) {
        emission = newEmission;
        code = emission.code();
        registers = code.registers;
        layout = emission.frame;
        assembler.begin(emission.buffer);
        control.begin(emission);
        calls.begin(emission);
        tailCalls.begin(emission);
        floats.begin(emission);
        frame.begin(emission);
    }

    @Override
    public void instruction(int i) {
        int opcode = code.opcodes[i];
        if (opcode >= Op.ROW) {
            if ((registers.flags[i] & AllocationInput.MOVE) != 0) {
                copy(i);
            } else {
                row(i, opcode - Op.ROW, -1);
            }
            return;
        }
        switch (opcode) {
            case Op.ZERO -> {
                int register = emission.location(i, 0);
                assembler.regRm(X64.XOR_R32_RM32, register, register);
            }
            case Op.FLOAT_ZERO -> floats.zero(hardware(emission.location(i, 0)));
            case Op.VECTOR_ONES -> vectorOnes(hardware(emission.location(i, 0)));
            case VCode.AS_IS -> {}
            case Op.REM_S -> control.remainder(i);
            case VCode.RETURN -> frame.epilogue();
            case VCode.LANDING -> frame.reloadContext();
            case VCode.TAIL_CALL, VCode.TAIL_CALL_RECORD, VCode.TAIL_CALL_TABLE ->
                    tailCalls.instruction(i, opcode);
            default -> {
                if (!control.instruction(i, opcode) && !floats.instruction(i, opcode)) {
                    calls.instruction(i, opcode);
                }
            }
        }
    }

    @Override
    public void outOfLine(int i, int argument) {
        int opcode = code.opcodes[i];
        if (opcode == VCode.CALL_TABLE || opcode == VCode.TAIL_CALL_TABLE) {
            calls.mismatch(i);
        } else {
            floats.outOfLine(i, argument);
        }
    }

    /** Lanes that are compared with themselves; the processor knows that this depends on nothing. */
    private void vectorOnes(int register) {
        int first = compareLanes == X64.PCMPEQD ? 0 : register;
        assembler.fields(compareLanes, register, first, register, 0);
    }

    // ---- rows ----

    private static int hardware(int location) {
        return location & X64Registers.FIRST_XMM - 1;
    }

    /** Emits a row; {@code definition} is the location of its first operand unless it is -1, which means where it was allocated. */
    private void row(int i, int row, int definition) {
        int aux = code.auxs[i];
        int mode = Op.mode(aux);
        int fault = Op.fault(aux);
        long imm = code.imms[i];
        int at = 0;
        int reg = 0;
        int vvvv = 0;
        int rm = 0;
        int base = Register.NONE;
        int index = Register.NONE;
        int count = X64.operandCount(row);
        for (int k = 0; k < count; k++) {
            int operand = X64.operand(row, k);
            int field = Operand.field(operand);
            if (field == Operand.RM && mode != Op.REGISTER) {
                if (mode == Op.BASE) {
                    base = emission.location(i, at++);
                }
                if (Op.isIndexed(aux)) {
                    index = emission.location(i, at++);
                }
                continue;
            }
            if (Operand.register(operand) == Operand.NO_REGISTER) {
                continue;
            }
            int location = k == 0 && definition >= 0 ? definition : emission.location(i, at);
            at += Operand.reads(operand) && Operand.writes(operand) ? 2 : 1;
            switch (field) {
                case Operand.REG -> reg = hardware(location);
                case Operand.VVVV -> vvvv = hardware(location);
                case Operand.RM -> rm = location;
                case Operand.IS4 -> imm = hardware(location);
                default -> {}
            }
        }
        if (fault == VCode.FAULTS) {
            emission.noteSource();
        } else if (fault != 0) {
            emission.noteTrap(TrapKind.of(fault));
        }
        if (mode == Op.REGISTER) {
            registerForm(row, reg, vvvv, rm, imm);
        } else {
            memoryForm(row, mode, reg, vvvv, base, index, Op.scale(aux), imm);
        }
    }

    /** The operand that may be memory is a register, or was spilled. */
    private void registerForm(int row, int reg, int vvvv, int rm, long imm) {
        if (Allocation.isRegister(rm)) {
            assembler.fields(row, reg, vvvv, hardware(rm), imm);
        } else {
            int displacement = frame.displacement(layout.spill(Allocation.slot(rm)));
            assembler.memoryFields(
                    row, reg, vvvv, frame.base(), Register.NONE, 0, displacement, imm);
        }
    }

    private void memoryForm(
            int row, int mode, int reg, int vvvv, int base, int index, int scale, long imm) {
        int displacement = Op.displacement(imm);
        int immediate = (int) imm;
        switch (mode) {
            case Op.CONTEXT ->
                    assembler.memoryFields(
                            row,
                            reg,
                            vvvv,
                            X64Registers.CONTEXT,
                            index,
                            scale,
                            displacement,
                            immediate);
            case Op.BASE, Op.NO_BASE ->
                    assembler.memoryFields(
                            row, reg, vvvv, base, index, scale, displacement, immediate);
            case Op.OUTGOING ->
                    assembler.memoryFields(
                            row,
                            reg,
                            vvvv,
                            Register.RSP,
                            Register.NONE,
                            0,
                            displacement,
                            immediate);
            case Op.CONSTANT -> constantForm(row, reg, vvvv, displacement, immediate);
            default ->
                    assembler.memoryFields(
                            row,
                            reg,
                            vvvv,
                            frame.base(),
                            Register.NONE,
                            0,
                            framePlace(mode, displacement),
                            immediate);
        }
    }

    private int framePlace(int mode, int displacement) {
        return switch (mode) {
            case Op.FRAME_SLOT -> frame.displacement(layout.slot(displacement));
            case Op.RESULT_BUFFER -> frame.displacement(layout.resultBuffer() + displacement);
            default -> frame.incoming(displacement);
        };
    }

    private void constantForm(int row, int reg, int vvvv, int number, int immediate) {
        assembler.memoryFields(row, reg, vvvv, Register.RIP, Register.NONE, 0, 0, immediate);
        int end = emission.buffer.size;
        int at = Encoder.displacementAt(row, immediate, end);
        emission.relocate(at, CompiledFunction.Relocations.CONSTANT, number, at - end);
    }

    // ---- moves ----

    private void copy(int i) {
        int vregClass =
                registers.vregClass(
                        wasm2obj.regalloc.Operand.vreg(
                                registers.operands[registers.operandStarts[i]]));
        move(emission.location(i, 1), emission.location(i, 0), vregClass);
    }

    @Override
    public void move(int from, int to, int vregClass) {
        if (from == to) {
            return;
        }
        if (RegisterFile.isVectorClass(vregClass)) {
            moveVector(from, to, vregClass == RegisterFile.VECTOR);
        } else if (!Allocation.isRegister(from)) {
            frame.access(X64.MOV_R64_RM64, to, layout.spill(Allocation.slot(from)));
        } else if (!Allocation.isRegister(to)) {
            frame.access(X64.MOV_RM64_R64, from, layout.spill(Allocation.slot(to)));
        } else {
            assembler.move(to, from);
        }
    }

    private void moveVector(int from, int to, boolean isWhole) {
        if (!Allocation.isRegister(from)) {
            int place = layout.spill(Allocation.slot(from));
            frame.access(isWhole ? loadVector : loadFloat, hardware(to), place);
        } else if (!Allocation.isRegister(to)) {
            int place = layout.spill(Allocation.slot(to));
            frame.access(isWhole ? storeVector : storeFloat, hardware(from), place);
        } else {
            assembler.regRm(moveFloat, hardware(to), hardware(from));
        }
    }

    /** Leaves flags alone, so zero is moved here. */
    @Override
    public void rematerialize(int instruction, int to, int vregClass) {
        int opcode = code.opcodes[instruction];
        if (opcode == Op.ZERO) {
            assembler.constant(to, 0);
        } else if (opcode == Op.FLOAT_ZERO) {
            floats.zero(hardware(to));
        } else if (opcode == Op.VECTOR_ONES) {
            vectorOnes(hardware(to));
        } else {
            row(instruction, opcode - Op.ROW, to);
        }
    }

    // ---- branches ----

    @Override
    public void jump(int label) {
        assembler.jump(label);
    }

    @Override
    public void trap() {
        assembler.plain(X64.UD2);
    }

    @Override
    public CodeBuffer.Branches branches() {
        return assembler;
    }
}
