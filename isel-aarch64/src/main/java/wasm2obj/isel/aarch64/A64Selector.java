package wasm2obj.isel.aarch64;

import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.InstructionSelector;
import wasm2obj.codegen.LoweringContext;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.isel.aarch64.instruction.A64Float;
import wasm2obj.isel.aarch64.instruction.A64Integer;

/** The choice of AArch64 instructions: which rule serves which opcode. The rules are in the classes by theme. */
final class A64Selector implements InstructionSelector {
    /** A switch of at most this many edges becomes comparisons. */
    private static final int MAX_CHAIN = 5;

    private final Matcher match = new Matcher();
    private final IntegerRules integers = new IntegerRules(match);
    private final MemoryRules memory = new MemoryRules(match);
    private final CallRules calls = new CallRules(match, memory);
    private final FloatRules floats = new FloatRules(match, memory);
    private final AtomicRules atomics;
    private final VectorRules vectors;
    private final ConditionRules conditions;
    private LoweringContext context;
    private Function function;

    A64Selector(int features) {
        atomics = new AtomicRules(match, memory, features);
        vectors = new VectorRules(match, memory, features);
        memory.setVectors(vectors);
        conditions = new ConditionRules(match, integers, vectors);
    }

    @Override
    public void begin(LoweringContext newContext) {
        context = newContext;
        function = newContext.function();
        match.begin(newContext);
        integers.begin();
        vectors.begin();
        atomics.begin();
        conditions.begin();
        memory.begin();
        calls.begin();
        floats.begin();
    }

    @Override
    public void lowerEntry() {
        calls.entry();
    }

    @Override
    public int constant(int instruction) {
        Type type = function.type(instruction);
        if (type == Type.V128) {
            return vectors.constant(instruction);
        }
        long bits = function.imm(instruction);
        int vreg = context.newVreg(type);
        if (type.isFloat()) {
            floats.constant(vreg, type, bits);
        } else {
            match.code.constant(vreg, bits);
        }
        return vreg;
    }

    @Override
    public void lower(int i) {
        Opcode opcode = function.opcode(i);
        switch (opcode) {
            case ADD -> integers.add(i);
            case SUB -> integers.sub(i);
            case AND -> junctionOr(i, A64Integer.AND);
            case OR -> junctionOr(i, A64Integer.ORR);
            case XOR -> integers.logical(i, A64Integer.EOR);
            case MUL -> integers.mul(i);
            case SHL -> integers.shift(i, A64Integer.LSLV);
            case SHR_S -> integers.shift(i, A64Integer.ASRV);
            case SHR_U -> integers.shift(i, A64Integer.LSRV);
            case EQZ, EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U -> conditions.set(i);
            case LOAD, LOAD8_S, LOAD8_U, LOAD16_S, LOAD16_U, LOAD32_S, LOAD32_U -> memory.load(i);
            case STORE, STORE8, STORE16, STORE32 -> memory.store(i);
            case GLOBAL_GET -> memory.globalGet(i);
            case GLOBAL_SET -> memory.globalSet(i);
            case SLOT_GET -> memory.slotGet(i);
            case SLOT_SET -> memory.slotSet(i);
            case WRAP -> integers.wrap(i);
            case EXTEND_U -> integers.extendUnsigned(i);
            case EXTEND_S -> integers.extendSigned(i, 32);
            case SELECT -> conditions.select(i);
            case FADD -> floats.binary(i, A64Float.FADD);
            case FSUB -> floats.binary(i, A64Float.FSUB);
            case FMUL -> floats.binary(i, A64Float.FMUL);
            case FDIV -> floats.binary(i, A64Float.FDIV);
            case FEQ, FNE, FLT, FGT, FLE, FGE -> conditions.set(i);
            default -> lowerOther(i, opcode);
        }
    }

    /** Two comparisons that are joined are cheaper as such. */
    private void junctionOr(int i, int op) {
        if (!conditions.setJunction(i)) {
            integers.logical(i, op);
        }
    }

    private void lowerOther(int i, Opcode opcode) {
        switch (opcode) {
            case DIV_S -> integers.divide(i, A64Integer.SDIV);
            case DIV_U -> integers.divide(i, A64Integer.UDIV);
            case REM_S -> integers.remainder(i, A64Integer.SDIV);
            case REM_U -> integers.remainder(i, A64Integer.UDIV);
            case ROTL -> integers.rotateLeft(i);
            case ROTR -> integers.shift(i, A64Integer.RORV);
            case CLZ -> integers.countLeadingZeros(i);
            case CTZ -> integers.countTrailingZeros(i);
            case POPCNT -> integers.populationCount(i);
            case EXTEND8_S -> integers.extendSigned(i, 8);
            case EXTEND16_S -> integers.extendSigned(i, 16);
            case EXTEND32_S -> integers.extendSigned(i, 32);
            case MULHI_S -> integers.mulHigh(i, A64Integer.SMULH);
            case MULHI_U -> integers.mulHigh(i, A64Integer.UMULH);
            case FMIN -> floats.binary(i, A64Float.FMIN);
            case FMAX -> floats.binary(i, A64Float.FMAX);
            case FCOPYSIGN -> floats.copySign(i);
            case FABS -> floats.unary(i, A64Float.FABS);
            case FNEG -> floats.unary(i, A64Float.FNEG);
            case FCEIL -> floats.unary(i, A64Float.FRINTP);
            case FFLOOR -> floats.unary(i, A64Float.FRINTM);
            case FTRUNC -> floats.unary(i, A64Float.FRINTZ);
            case FNEAREST -> floats.unary(i, A64Float.FRINTN);
            case FSQRT -> floats.unary(i, A64Float.FSQRT);
            case TRUNC_S, TRUNC_U, TRUNC_SAT_S, TRUNC_SAT_U -> floats.truncate(i);
            case CONVERT_S, CONVERT_U -> floats.convertInteger(i);
            case DEMOTE -> floats.unary(i, A64Float.FCVT_TO_SINGLE);
            case PROMOTE -> floats.unary(i, A64Float.FCVT_TO_DOUBLE);
            case REINTERPRET -> floats.reinterpret(i);
            default -> lowerEntity(i, opcode);
        }
    }

    private void lowerEntity(int i, Opcode opcode) {
        switch (opcode) {
            case MEMORY_BASE -> memory.memoryField(i, ContextLayout.DATA);
            case MEMORY_BOUND -> memory.memoryField(i, ContextLayout.SIZE);
            case TABLE_BASE -> memory.tableField(i, ContextLayout.DATA);
            case TABLE_BOUND -> memory.tableField(i, ContextLayout.SIZE);
            case REF_FUNC -> memory.functionReference(i);
            case TAG -> memory.tag(i);
            case TYPE_IDENTITY -> memory.typeIdentity(i);
            case HEAP_BASE -> memory.contextField(i, ContextLayout.HEAP);
            case STORE_HEAD -> memory.contextField(i, ContextLayout.STORE);
            case TYPE_INFORMATION -> memory.typeInformation(i);
            case REF_TO_WORD, REF_FROM_WORD, REF_OFFSET -> memory.referenceWord(i);
            case REF_ADDRESS -> memory.referenceAddress(i);
            case TRAP_IF -> conditions.trapIf(i);
            case CHECK_SIGNATURE -> calls.checkSignature(i);
            case CALL, CALL_INDIRECT, CALL_REF, CALL_RUNTIME -> {
                memory.forgetSums();
                calls.lower(i);
            }
            case INVOKE -> calls.arrive(i);
            case ATOMIC_LOAD,
                    ATOMIC_STORE,
                    ATOMIC_XCHG,
                    ATOMIC_ADD,
                    ATOMIC_SUB,
                    ATOMIC_AND,
                    ATOMIC_OR,
                    ATOMIC_XOR,
                    ATOMIC_CMPXCHG,
                    ATOMIC_FENCE ->
                    atomics.lower(i, opcode);
            case VANY_TRUE, VALL_TRUE -> conditions.setVectorTest(i);
            default -> vectors.lower(i, opcode);
        }
    }

    @Override
    public void lowerTerminator(int i) {
        switch (function.opcode(i)) {
            case BRANCH -> conditions.branch(i);
            case SWITCH -> lowerSwitch(i);
            case RETURN -> calls.returns(i);
            case INVOKE -> {
                memory.forgetSums();
                calls.invoke(i);
            }
            case RETURN_CALL -> calls.returnCall(i);
            case RETURN_CALL_REF -> calls.returnCallReference(i);
            case RETURN_CALL_INDIRECT -> calls.returnCallIndirect(i);
            default -> throw new IllegalStateException("no rule for " + function.opcode(i));
        }
    }

    private void lowerSwitch(int i) {
        int edges = function.edgeCount(function.block(i));
        context.use(match.reg32(function.a(i)));
        context.emit(edges <= MAX_CHAIN ? Op.COMPARE_CHAIN : Op.JUMP_TABLE, 0, 0);
    }
}
