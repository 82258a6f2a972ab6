package wasm2obj.isel.x64;

import wasm2obj.codegen.CodeSequences;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.Emission;
import wasm2obj.codegen.VCode;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;

/** Code of branches, checks and what else has labels. */
final class ControlSequences extends CodeSequences<X64Assembler> {

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

    /** Emits the instruction if it is one of this class's. */
    boolean instruction(int i, int opcode) {
        switch (opcode) {
            case VCode.BRANCH -> branch(code.auxs[i]);
            case VCode.TRAP_IF -> trapIf(code.auxs[i], (int) code.imms[i]);
            case Op.SET_TWO_FLAGS -> setTwoFlags(emission.location(i, 0), code.auxs[i]);
            case VCode.COMPARE_CHAIN -> compareChain(emission.location(i, 0));
            case VCode.JUMP_TABLE -> jumpTable(emission.location(i, 0), emission.location(i, 1));
            case Op.ATOMIC_UPDATE -> atomicUpdate(i);
            default -> {
                return false;
            }
        }
        return true;
    }

    // ---- branches ----

    private void branch(int condition) {
        if (emission.isNext(0)) {
            if (!emission.isNext(1)) {
                branch(Conditions.negate(condition), 1, 0);
            }
        } else {
            branch(condition, 0, 1);
        }
    }

    /** To successor {@code yes} if the condition holds, else to {@code no}, which may come next. */
    private void branch(int condition, int yes, int no) {
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

    private void trapIf(int condition, int kind) {
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

    /** One comparison for two numbers: below the odd one, equal to it. */
    private void compareChain(int index) {
        int count = emission.successorCount() - 1;
        int number = 0;
        for (; number + 1 < count; number += 2) {
            assembler.rmImmediate(X64.CMP_RM32_IMM32, index, number + 1);
            assembler.jumpIf(Condition.B, emission.successorLabel(number));
            assembler.jumpIf(Condition.E, emission.successorLabel(number + 1));
        }
        if (number < count) {
            if (number == 0) {
                assembler.rmReg(X64.TEST_RM32_R32, index, index);
            } else {
                assembler.rmImmediate(X64.CMP_RM32_IMM32, index, number);
            }
            assembler.jumpIf(Condition.E, emission.successorLabel(number));
        }
        emission.jumpUnlessNext(count);
    }

    /** The table has offsets from the function's first byte. */
    private void jumpTable(int index, int target) {
        int count = emission.successorCount() - 1;
        assembler.rmImmediate(X64.CMP_RM32_IMM32, index, count);
        assembler.jumpIf(Condition.AE, emission.successorLabel(count));
        int table = emission.beginJumpTable(startLabel);
        for (int number = 0; number < count; number++) {
            emission.addJumpTarget(emission.successorLabel(number));
        }
        int at = assembler.ripRelative(X64.LEA_R64_M, X64Registers.SCRATCH);
        emission.relocate(at, CompiledFunction.Relocations.JUMP_TABLE, table, -4);
        assembler.indexed(X64.MOVSXD_R64_RM32, target, X64Registers.SCRATCH, index, 2, 0);
        assembler.labelAddress(X64Registers.SCRATCH, startLabel);
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
    void remainder(int i) {
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
