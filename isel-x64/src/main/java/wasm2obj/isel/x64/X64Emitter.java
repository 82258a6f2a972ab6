package wasm2obj.isel.x64;

import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.FunctionEmitter;
import wasm2obj.codegen.VCode;
import wasm2obj.isel.x64.instruction.Encoder;
import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.isel.x64.instruction.Operand;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.RegisterFile;

/**
 * Turns allocated instructions into bytes: what is x86-64's own in {@link FunctionEmitter}. Rows of the table are encoded here, by
 * their operands' fields; sequences are in classes by theme.
 */
final class X64Emitter extends FunctionEmitter<X64Assembler> {
    private final X64Frame frame;
    private final ControlSequences control;
    private final FloatSequences floats;
    private final int moveFloat;
    private final int compareLanes;

    X64Emitter(int features) {
        X64Assembler assembler = new X64Assembler();
        X64Frame functionFrame = new X64Frame(assembler, features);
        ControlSequences controlSequences = new ControlSequences(assembler);
        CallSequences calls = new CallSequences(assembler, functionFrame);
        TailCallSequences tailCalls = new TailCallSequences(assembler, functionFrame, calls);
        super(assembler, functionFrame, controlSequences, calls, tailCalls);
        frame = functionFrame;
        control = controlSequences;
        floats = new FloatSequences(assembler, frame, features);
        boolean hasAvx = Feature.has(features, Feature.AVX);
        moveFloat = hasAvx ? X64.vexForm(X64.MOVAPS) : X64.MOVAPS;
        compareLanes = hasAvx ? X64.vexForm(X64.PCMPEQD) : X64.PCMPEQD;
    }

    @Override
    protected void beginSequences() {
        floats.begin(emission);
    }

    @Override
    protected void machineInstruction(int i, int opcode) {
        if (opcode >= Op.ROW) {
            row(i, opcode - Op.ROW, -1);
            return;
        }
        switch (opcode) {
            case Op.ZERO -> {
                int register = emission.location(i, 0);
                assembler.regRm(X64.XOR_R32_RM32, register, register);
            }
            case Op.FLOAT_ZERO -> floats.zero(hardware(emission.location(i, 0)));
            case Op.VECTOR_ONES -> vectorOnes(hardware(emission.location(i, 0)));
            default -> {
                if (!floats.instruction(i, opcode) && !control.machineInstruction(i, opcode)) {
                    throw new IllegalStateException("no code for opcode " + opcode);
                }
            }
        }
    }

    @Override
    protected void machineOutOfLine(int i, int argument) {
        floats.outOfLine(i, argument);
    }

    /** Lanes that are compared with themselves; the processor knows that this depends on nothing. */
    private void vectorOnes(int register) {
        int first = compareLanes == X64.PCMPEQD ? 0 : register;
        assembler.fields(compareLanes, register, first, register, 0);
    }

    // ---- rows ----

    /** The hardware's number of the register at a location. */
    static int hardware(int location) {
        return location & X64Registers.FIRST_XMM - 1;
    }

    /** Emits a row; {@code definition} is the location of its first operand unless it is -1, which means where it was allocated. */
    private void row(int i, int row, int definition) {
        int aux = code.auxs[i];
        int mode = Op.mode(aux);
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
        noteFault(Op.fault(aux));
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
            int displacement = frame.displacement(emission.frame.spill(Allocation.slot(rm)));
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
            case Op.FRAME_SLOT -> frame.displacement(emission.frame.slot(displacement));
            case Op.RESULT_BUFFER ->
                    frame.displacement(emission.frame.resultBuffer() + displacement);
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

    @Override
    protected void moveRegister(int from, int to, int vregClass) {
        if (RegisterFile.isVectorClass(vregClass)) {
            assembler.regRm(moveFloat, hardware(to), hardware(from));
        } else {
            assembler.move(to, from);
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

    // ---- what the emission asks ----

    @Override
    public boolean isSilent(int i) {
        int opcode = code.opcodes[i];
        int aux = code.auxs[i];
        return switch (opcode) {
            case Op.ZERO, Op.FLOAT_ZERO, Op.VECTOR_ONES, VCode.AS_IS -> true;
            default -> opcode >= Op.ROW && Op.fault(aux) == 0 && Op.mode(aux) != Op.OUTGOING;
        };
    }

    @Override
    public int returnSize() {
        return frame.returnSize();
    }
}
