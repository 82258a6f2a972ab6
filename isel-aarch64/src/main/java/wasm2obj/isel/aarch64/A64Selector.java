package wasm2obj.isel.aarch64;

import wasm2obj.codegen.RuleSelector;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.isel.aarch64.instruction.A64Float;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.MoveImmediate;

/** The choice of AArch64 instructions: arithmetic on scalars, and the rules for the rest. The rules are in the classes by theme. */
final class A64Selector extends RuleSelector<Matcher> {
    private final IntegerRules integers;
    private final FloatRules floats;
    private final ConditionRules conditions;
    private final MemoryRules memory;

    A64Selector(int features) {
        Matcher match = new Matcher();
        MemoryRules memoryRules = new MemoryRules(match);
        VectorRules vectors = new VectorRules(match, memoryRules, features);
        IntegerRules integerRules = new IntegerRules(match);
        FloatRules floatRules = new FloatRules(match, memoryRules);
        ConditionRules conditionRules = new ConditionRules(match, integerRules, vectors);
        super(
                match,
                integerRules,
                floatRules,
                memoryRules,
                conditionRules,
                new AtomicRules(match, memoryRules, features),
                vectors,
                new CallRules(match, memoryRules));
        integers = integerRules;
        floats = floatRules;
        conditions = conditionRules;
        memory = memoryRules;
    }

    @Override
    protected void integerConstant(int vreg, long bits) {
        match.code.constant(vreg, bits);
    }

    @Override
    public void address(int vreg, int value) {
        memory.addressOfValue(vreg, value);
    }

    @Override
    public void zeroExtend(int vreg, int source) {
        match.code.dm(A64Integer.move(0, 0, 0), vreg, source);
    }

    @Override
    public boolean isCostly(Type type, long bits) {
        return type.isFloat() ? FloatRules.isPooled(type, bits) : MoveImmediate.count(bits, 1) > 1;
    }

    @Override
    protected void lowerScalar(int i, Opcode opcode) {
        switch (opcode) {
            case AND -> junctionOr(i, A64Integer.AND);
            case OR -> junctionOr(i, A64Integer.ORR);
            case XOR -> integers.logical(i, A64Integer.EOR);
            case SHL -> integers.shift(i, A64Integer.LSLV);
            case SHR_S -> integers.shift(i, A64Integer.ASRV);
            case SHR_U -> integers.shift(i, A64Integer.LSRV);
            case EXTEND_S -> integers.extendSigned(i, 32);
            case FADD -> floats.binary(i, A64Float.FADD);
            case FSUB -> floats.binary(i, A64Float.FSUB);
            case FMUL -> floats.binary(i, A64Float.FMUL);
            case FDIV -> floats.binary(i, A64Float.FDIV);
            default -> lowerRareScalar(i, opcode);
        }
    }

    /** Two comparisons that are joined are cheaper as such. */
    private void junctionOr(int i, int op) {
        if (!conditions.setJunction(i)) {
            integers.logical(i, op);
        }
    }

    private void lowerRareScalar(int i, Opcode opcode) {
        switch (opcode) {
            case ROTL -> integers.rotateLeft(i);
            case ROTR -> integers.shift(i, A64Integer.RORV);
            case EXTEND8_S -> integers.extendSigned(i, 8);
            case EXTEND16_S -> integers.extendSigned(i, 16);
            case EXTEND32_S -> integers.extendSigned(i, 32);
            case MULHI_S -> integers.mulHigh(i, A64Integer.SMULH);
            case MULHI_U -> integers.mulHigh(i, A64Integer.UMULH);
            case FMIN -> floats.binary(i, A64Float.FMIN);
            case FMAX -> floats.binary(i, A64Float.FMAX);
            case FABS -> floats.unary(i, A64Float.FABS);
            case FNEG -> floats.unary(i, A64Float.FNEG);
            case FCEIL -> floats.unary(i, A64Float.FRINTP);
            case FFLOOR -> floats.unary(i, A64Float.FRINTM);
            case FTRUNC -> floats.unary(i, A64Float.FRINTZ);
            case FNEAREST -> floats.unary(i, A64Float.FRINTN);
            case FSQRT -> floats.unary(i, A64Float.FSQRT);
            case DEMOTE -> floats.unary(i, A64Float.FCVT_TO_SINGLE);
            case PROMOTE -> floats.unary(i, A64Float.FCVT_TO_DOUBLE);
            default -> throw new IllegalStateException("no rule for " + opcode);
        }
    }

    @Override
    protected void jumpTable(int value) {
        context.use(match.reg32(value));
        context.emit(VCode.JUMP_TABLE, 0, 0);
    }
}
