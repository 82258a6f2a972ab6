package wasm2obj.isel.x64;

import wasm2obj.codegen.RuleSelector;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.Opcode;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.regalloc.Operand;

/** The choice of x86-64 instructions: arithmetic on scalars, and the rules for the rest. The rules are in the classes by theme. */
final class X64Selector extends RuleSelector<Matcher> {
    private final IntegerRules integers;
    private final FloatRules floats;

    X64Selector(int features) {
        Matcher match = new Matcher();
        MemoryRules memory = new MemoryRules(match, features);
        VectorRules vectors = new VectorRules(match, memory, features);
        CallRules calls = new CallRules(match, memory);
        FloatRules floatRules = new FloatRules(match, memory, calls, features);
        IntegerRules integerRules = new IntegerRules(match, features);
        super(
                match,
                integerRules,
                floatRules,
                memory,
                new ConditionRules(match, integerRules, vectors, features),
                new AtomicRules(match),
                vectors,
                calls);
        integers = integerRules;
        floats = floatRules;
    }

    @Override
    protected void integerConstant(int vreg, long bits) {
        if (bits == 0) {
            match.code.zero(vreg);
        } else {
            match.code.constant(vreg, bits);
        }
    }

    @Override
    protected void lowerScalar(int i, Opcode opcode) {
        switch (opcode) {
            case AND -> integers.and(i);
            case OR -> integers.or(i);
            case XOR -> integers.xor(i);
            case SHL -> integers.shift(i, X64.SHL_RM32_IMM8);
            case SHR_S -> integers.shift(i, X64.SAR_RM32_IMM8);
            case SHR_U -> integers.shift(i, X64.SHR_RM32_IMM8);
            case EXTEND_S -> integers.extendSigned(i);
            case FADD -> floats.binary(i, X64.ADDSS, X64.ADDSD);
            case FSUB -> floats.binary(i, X64.SUBSS, X64.SUBSD);
            case FMUL -> floats.binary(i, X64.MULSS, X64.MULSD);
            case FDIV -> floats.binary(i, X64.DIVSS, X64.DIVSD);
            default -> lowerRareScalar(i, opcode);
        }
    }

    private void lowerRareScalar(int i, Opcode opcode) {
        switch (opcode) {
            case ROTL -> integers.shift(i, X64.ROL_RM32_IMM8);
            case ROTR -> integers.shift(i, X64.ROR_RM32_IMM8);
            case EXTEND8_S -> integers.extendWithin(i, X64.MOVSX_R32_RM8, X64.MOVSX_R64_RM8);
            case EXTEND16_S -> integers.extendWithin(i, X64.MOVSX_R32_RM16, X64.MOVSX_R64_RM16);
            case EXTEND32_S -> integers.extendSigned(i);
            case MULHI_S -> integers.mulHigh(i, X64.IMUL_RM64);
            case MULHI_U -> integers.mulHigh(i, X64.MUL_RM64);
            case FMIN, FMAX -> floats.minimumOrMaximum(i);
            case FABS -> floats.absolute(i);
            case FNEG -> floats.negate(i);
            case FCEIL, FFLOOR, FTRUNC, FNEAREST -> floats.round(i);
            case FSQRT -> floats.squareRoot(i);
            case DEMOTE, PROMOTE -> floats.convertFloat(i);
            default -> throw new IllegalStateException("no rule for " + opcode);
        }
    }

    /** The index becomes part of an address, so its upper half must be zero. There is one more operand: a temporary. */
    @Override
    protected void jumpTable(int value) {
        context.use(match.reg(value));
        context.operand(Operand.earlyDefinition(match.code.newInteger(), Operand.REGISTER, 0));
        context.emit(VCode.JUMP_TABLE, 0, 0);
    }
}
