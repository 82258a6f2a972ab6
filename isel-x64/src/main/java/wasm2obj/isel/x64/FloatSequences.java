package wasm2obj.isel.x64;

import wasm2obj.codegen.Emission;
import wasm2obj.codegen.VCode;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.X64;

/** Code of float operations that take several instructions with labels, or one that must not wait for its destination. */
final class FloatSequences {
    /** {@code def = min(reused use, late use)}; {@code aux} is 1 for doubles. */
    static final int MIN = Op.ZERO + 40;

    static final int MAX = Op.ZERO + 41;

    /** {@code def = late use} if the condition in {@code aux} holds, else the reused use. */
    static final int SELECT = Op.ZERO + 42;

    /** {@code def = use} converted by the row {@code imm}. */
    static final int FROM_SIGNED = Op.ZERO + 43;

    /** {@code early def = unsigned use}, with a temporary; {@code aux} is 1 for doubles. */
    static final int FROM_UNSIGNED = Op.ZERO + 44;

    private final X64Assembler assembler;
    private Emission emission;
    private VCode code;

    FloatSequences(X64Assembler assembler) {
        this.assembler = assembler;
    }

    void begin(Emission newEmission) {
        emission = newEmission;
        code = newEmission.code();
    }

    /** Emits the instruction if it is one of this class's. */
    boolean instruction(int i, int opcode) {
        switch (opcode) {
            case MIN, MAX -> extremum(i, opcode == MIN, code.auxs[i] == 1);
            case SELECT -> select(i, code.auxs[i]);
            case FROM_SIGNED ->
                    fromSigned(vector(i, 0), emission.location(i, 1), (int) code.imms[i]);
            case FROM_UNSIGNED -> fromUnsigned(i, code.auxs[i] == 1);
            default -> {
                return false;
            }
        }
        return true;
    }

    private int vector(int i, int operand) {
        return emission.location(i, operand) - X64Registers.FIRST_XMM;
    }

    /**
     * <pre>
     *         ucomis r, b
     *         jne    differ          taken nearly always
     *         jp     unordered
     *         or     r, b            equal: of two zeros the negative one; for max: and
     *         jmp    done
     *   unordered:
     *         add    r, b            a quiet NaN
     *         jmp    done
     *   differ:
     *         min    r, b
     *   done:
     * </pre>
     */
    private void extremum(int i, boolean isMin, boolean isDouble) {
        int dst = vector(i, 0);
        int other = vector(i, 2);
        int differ = emission.buffer.newLabel();
        int unordered = emission.buffer.newLabel();
        int done = emission.buffer.newLabel();
        assembler.regRm(isDouble ? X64.UCOMISD : X64.UCOMISS, dst, other);
        assembler.jumpIf(Condition.NE, differ);
        assembler.jumpIf(Condition.P, unordered);
        assembler.regRm(isMin ? X64.ORPS : X64.ANDPS, dst, other);
        assembler.jump(done);
        emission.buffer.bind(unordered);
        assembler.regRm(isDouble ? X64.ADDSD : X64.ADDSS, dst, other);
        assembler.jump(done);
        emission.buffer.bind(differ);
        if (isMin) {
            assembler.regRm(isDouble ? X64.MINSD : X64.MINSS, dst, other);
        } else {
            assembler.regRm(isDouble ? X64.MAXSD : X64.MAXSS, dst, other);
        }
        emission.buffer.bind(done);
    }

    private void select(int i, int condition) {
        int dst = vector(i, 0);
        int chosen = vector(i, 2);
        int take = emission.buffer.newLabel();
        int done = emission.buffer.newLabel();
        if (condition == Conditions.EQUAL_ORDERED) {
            assembler.jumpIf(Condition.NE, done);
            assembler.jumpIf(Condition.P, done);
        } else if (condition == Conditions.NOT_EQUAL_OR_UNORDERED) {
            assembler.jumpIf(Condition.NE, take);
            assembler.jumpIf(Condition.NP, done);
        } else {
            assembler.jumpIf(Conditions.negate(condition), done);
        }
        emission.buffer.bind(take);
        assembler.regRm(X64.MOVAPS, dst, chosen);
        emission.buffer.bind(done);
    }

    /** The conversion keeps the other bits of its destination; a zero ends that dependence. */
    private void fromSigned(int dst, int source, int row) {
        assembler.regRm(X64.XORPS, dst, dst);
        assembler.regRm(row, dst, source);
    }

    /**
     * With the sign set, half of it is converted, with the lowest bit kept so that it rounds the same, and doubled.
     *
     * <pre>
     *         test   x, x
     *         js     large
     *         cvtsi2sd r, x
     *         jmp    done
     *   large:
     *         mov    t, x
     *         shr    t, 1
     *         mov    scratch, x
     *         and    scratch, 1
     *         or     t, scratch
     *         cvtsi2sd r, t
     *         add    r, r
     *   done:
     * </pre>
     */
    private void fromUnsigned(int i, boolean isDouble) {
        int dst = vector(i, 0);
        int source = emission.location(i, 1);
        int half = emission.location(i, 2);
        int row = isDouble ? X64.CVTSI2SD_XMM_RM64 : X64.CVTSI2SS_XMM_RM64;
        int large = emission.buffer.newLabel();
        int done = emission.buffer.newLabel();
        assembler.regRm(X64.XORPS, dst, dst);
        assembler.rmReg(X64.TEST_RM64_R64, source, source);
        assembler.jumpIf(Condition.S, large);
        assembler.regRm(row, dst, source);
        assembler.jump(done);
        emission.buffer.bind(large);
        assembler.move(half, source);
        assembler.rmImmediate(X64.SHR_RM64_IMM8, half, 1);
        assembler.move(X64Registers.SCRATCH, source);
        assembler.rmImmediate(X64.AND_RM32_IMM32, X64Registers.SCRATCH, 1);
        assembler.regRm(X64.OR_R64_RM64, half, X64Registers.SCRATCH);
        assembler.regRm(row, dst, half);
        assembler.regRm(isDouble ? X64.ADDSD : X64.ADDSS, dst, dst);
        emission.buffer.bind(done);
    }
}
