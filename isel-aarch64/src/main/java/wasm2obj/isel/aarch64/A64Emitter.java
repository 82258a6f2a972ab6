package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.codegen.FunctionEmitter;
import wasm2obj.codegen.VCode;
import wasm2obj.isel.aarch64.instruction.A64Float;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.A64Vector;
import wasm2obj.regalloc.RegisterFile;

/**
 * Turns allocated instructions into bytes: what is AArch64's own in {@link FunctionEmitter}. Words get their registers here; sequences
 * are in classes by theme.
 */
final class A64Emitter extends FunctionEmitter<A64Assembler> {
    private static final int HARDWARE_MASK = 31;

    private final ReturnAddress returnAddress;
    private final A64Frame frame;
    private final ControlSequences control;
    private final FloatSequences floats;
    private final AtomicSequences atomics;

    A64Emitter(BranchProtection protection) {
        A64Assembler assembler = new A64Assembler();
        ReturnAddress address = new ReturnAddress(assembler, protection);
        A64Frame functionFrame = new A64Frame(assembler, address);
        ControlSequences controlSequences = new ControlSequences(assembler);
        CallSequences calls = new CallSequences(assembler, functionFrame);
        super(
                assembler,
                functionFrame,
                controlSequences,
                calls,
                new TailCallSequences(assembler, functionFrame, calls, address));
        returnAddress = address;
        frame = functionFrame;
        control = controlSequences;
        floats = new FloatSequences(assembler);
        atomics = new AtomicSequences(assembler);
    }

    @Override
    protected void beginSequences() {
        returnAddress.begin(emission);
        floats.begin(emission);
        atomics.begin(emission);
    }

    @Override
    protected void machineInstruction(int i, int opcode) {
        switch (opcode) {
            case Op.WORD -> word(i);
            case Op.IMMEDIATE -> assembler.constant(emission.location(i, 0), code.imms[i]);
            case Op.CONSTANT -> constant(i, emission.location(i, 0));
            case Op.FRAME_ACCESS -> frameAccess(i);
            case Op.BUFFER_ADDRESS -> {
                int place = frame.displacement(emission.frame.resultBuffer());
                assembler.add(emission.location(i, 0), A64Registers.SP, place);
            }
            default -> {
                if (!control.machineInstruction(i, opcode)
                        && !floats.instruction(i, opcode)
                        && !atomics.instruction(i, opcode)) {
                    throw new IllegalStateException("no code for opcode " + opcode);
                }
            }
        }
    }

    @Override
    protected void machineOutOfLine(int i, int argument) {
        floats.outOfLine(i, argument);
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
        noteFault(fault);
        if (A64Memory.hasOffset(word)) {
            assembler.access(word, fault != 0);
        } else {
            assembler.word(word);
        }
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
                    case Op.FRAME_SLOT -> frame.displacement(emission.frame.slot(place));
                    case Op.RESULT_BUFFER ->
                            frame.displacement(emission.frame.resultBuffer() + place);
                    case Op.INCOMING -> frame.incoming(place);
                    default -> place;
                };
        assembler.access(op, register, A64Registers.SP, displacement);
    }

    // ---- moves ----

    @Override
    protected void moveRegister(int from, int to, int vregClass) {
        int source = from & HARDWARE_MASK;
        int target = to & HARDWARE_MASK;
        switch (vregClass) {
            case RegisterFile.FLOAT ->
                    assembler.word(
                            A64Float.oneSource(A64Float.FMOV, A64Float.DOUBLE, target, source));
            case RegisterFile.VECTOR -> assembler.word(A64Vector.move(target, source));
            default -> assembler.move(to, from);
        }
    }

    @Override
    public void rematerialize(int instruction, int to, int vregClass) {
        switch (code.opcodes[instruction]) {
            case Op.IMMEDIATE -> assembler.constant(to, code.imms[instruction]);
            case Op.CONSTANT -> constant(instruction, to);
            default -> assembler.word((int) code.imms[instruction] | to & HARDWARE_MASK);
        }
    }

    // ---- what the emission asks ----

    @Override
    public boolean isSilent(int i) {
        return switch (code.opcodes[i]) {
            case Op.WORD -> Op.fault(code.auxs[i]) == 0;
            case Op.FRAME_ACCESS -> code.auxs[i] != Op.OUTGOING;
            case Op.IMMEDIATE, Op.CONSTANT, VCode.AS_IS, Op.BUFFER_ADDRESS -> true;
            default -> false;
        };
    }

    @Override
    public int returnSize() {
        return frame.returnSize();
    }

    // ---- landing pads ----

    @Override
    public boolean needsLandingPads(int opcode) {
        return returnAddress.hasLandingPads() && opcode == VCode.JUMP_TABLE;
    }

    @Override
    public void landingPad() {
        returnAddress.jumpPad();
    }
}
