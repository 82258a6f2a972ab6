package wasm2obj.isel.x64;

import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.ControlEmitter;
import wasm2obj.codegen.Emission;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;

/** Branches, checks and switches: what is x86-64's own in {@link ControlEmitter}; and what else has labels. */
final class ControlSequences extends ControlEmitter<X64Assembler> {

    /** The function's first byte. */
    private int startLabel;

    ControlSequences(X64Assembler assembler) {
        super(assembler);
    }

    @Override
    public void begin(Emission newEmission) {
        super.begin(newEmission);
        startLabel = emission.buffer.newLabel();
        emission.buffer.bind(startLabel);
    }

    /** Emits the instruction if it is one of this class's own. */
    boolean machineInstruction(int i, int opcode) {
        switch (opcode) {
            case Op.SET_TWO_FLAGS -> setTwoFlags(emission.location(i, 0), code.auxs[i]);
            case Op.ATOMIC_UPDATE -> atomicUpdate(i);
            case Op.REM_S -> remainder(i);
            default -> {
                return false;
            }
        }
        return true;
    }

    // ---- branches ----

    @Override
    protected int opposite(int condition) {
        return Conditions.negate(condition);
    }

    @Override
    protected void branch(int condition, int yes, int no) {
        if (condition == Conditions.EQUAL_ORDERED) {
            int otherwise = emission.successorLabel(no);
            assembler.jumpIf(Condition.NE, otherwise);
            assembler.jumpIf(Condition.NP, emission.successorLabel(yes));
        } else if (condition == Conditions.NOT_EQUAL_OR_UNORDERED) {
            assembler.jumpIf(Condition.NE, emission.successorLabel(yes));
            assembler.jumpIf(Condition.P, emission.successorLabel(yes));
        } else {
            assembler.jumpIf(condition, emission.successorLabel(yes));
        }
        emission.jumpUnlessNext(no);
    }

    @Override
    protected void trapIf(int condition, int kind) {
        int trap = emission.trapLabel(kind);
        if (condition == Conditions.EQUAL_ORDERED) {
            int after = emission.buffer.newLabel();
            assembler.jumpIf(Condition.NE, after);
            assembler.jumpIf(Condition.NP, trap);
            emission.buffer.bind(after);
        } else if (condition == Conditions.NOT_EQUAL_OR_UNORDERED) {
            assembler.jumpIf(Condition.NE, trap);
            assembler.jumpIf(Condition.P, trap);
        } else {
            assembler.jumpIf(condition, trap);
        }
    }

    /** The upper bits of {@code register} are zero. */
    private void setTwoFlags(int register, int condition) {
        if (condition == Conditions.EQUAL_ORDERED) {
            assembler.rm(X64.SETCC_RM8 + Condition.NP, register);
            assembler.rm(X64.SETCC_RM8 + Condition.E, X64Registers.SCRATCH);
            assembler.regRm(X64.AND_R8_RM8, register, X64Registers.SCRATCH);
        } else {
            assembler.rm(X64.SETCC_RM8 + Condition.P, register);
            assembler.rm(X64.SETCC_RM8 + Condition.NE, X64Registers.SCRATCH);
            assembler.regRm(X64.OR_R8_RM8, register, X64Registers.SCRATCH);
        }
    }

    // ---- switches ----

    @Override
    protected void compare(int register, int number) {
        assembler.rmImmediate(X64.CMP_RM32_IMM32, register, number);
    }

    @Override
    protected void jumpIfBelow(int label) {
        assembler.jumpIf(Condition.B, label);
    }

    @Override
    protected void jumpIfNotBelow(int label) {
        assembler.jumpIf(Condition.AE, label);
    }

    @Override
    protected void jumpIfEqual(int label) {
        assembler.jumpIf(Condition.E, label);
    }

    @Override
    protected void jumpIfZero(int register, int label) {
        assembler.rmReg(X64.TEST_RM32_R32, register, register);
        assembler.jumpIf(Condition.E, label);
    }

    @Override
    protected int tableBase() {
        return startLabel;
    }

    @Override
    protected void jumpByTable(int i, int table, int base) {
        int index = emission.location(i, 0);
        int target = emission.location(i, 1);
        int at = assembler.ripRelative(X64.LEA_R64_M, X64Registers.SCRATCH);
        emission.relocate(at, CompiledFunction.Relocations.JUMP_TABLE, table, -4);
        assembler.indexed(X64.MOVSXD_R64_RM32, target, X64Registers.SCRATCH, index, 2, 0);
        assembler.labelAddress(X64Registers.SCRATCH, base);
        assembler.regRm(X64.ADD_R64_RM64, target, X64Registers.SCRATCH);
        assembler.rm(X64.JMP_RM64, target);
    }

    // ---- atomic operations ----

    /**
     * <pre>
     *          mov rax, [memory]
     *   again: mov r11, rax
     *          op r11, value
     *          lock cmpxchg [memory], r11
     *          jne again
     * </pre>
     *
     * <p>Memories do not shrink: only the first access faults.
     */
    private void atomicUpdate(int i) {
        int aux = code.auxs[i];
        long imm = code.imms[i];
        int width = Op.immediate(imm) & 3;
        int row = Op.immediate(imm) >> 2;
        int at = 0;
        int base = Op.mode(aux) == Op.BASE ? emission.location(i, at++) : X64Registers.CONTEXT;
        int index = Op.isIndexed(aux) ? emission.location(i, at++) : Register.NONE;
        int value = emission.location(i, at);
        int scale = Op.scale(aux);
        int displacement = Op.displacement(imm);
        int again = emission.buffer.newLabel();
        emission.noteSource();
        int load =
                switch (width) {
                    case 0 -> X64.MOVZX_R32_RM8;
                    case 1 -> X64.MOVZX_R32_RM16;
                    case 2 -> X64.MOV_R32_RM32;
                    default -> X64.MOV_R64_RM64;
                };
        assembler.indexed(load, Register.RAX, base, index, scale, displacement);
        emission.buffer.bind(again);
        int scratch = X64Registers.SCRATCH;
        assembler.regRm(X64.MOV_R64_RM64, scratch, Register.RAX);
        assembler.regRm(row, scratch, value);
        int exchange = X64.LOCK_CMPXCHG_M8_R8 + width;
        assembler.indexed(exchange, scratch, base, index, scale, displacement);
        assembler.jumpIf(Condition.NE, again);
    }

    // ---- division ----

    /** Remainder 0 for -1, whose quotient may overflow. */
    private void remainder(int i) {
        boolean isLong = code.auxs[i] == 3;
        int divisor = emission.location(i, 0);
        int after = emission.buffer.newLabel();
        assembler.regRm(X64.XOR_R32_RM32, Register.RDX, Register.RDX);
        assembler.rmImmediate(isLong ? X64.CMP_RM64_IMM32 : X64.CMP_RM32_IMM32, divisor, -1);
        assembler.jumpIf(Condition.E, after);
        assembler.plain(isLong ? X64.CQO : X64.CDQ);
        assembler.rm(isLong ? X64.IDIV_RM64 : X64.IDIV_RM32, divisor);
        emission.buffer.bind(after);
    }
}
