package wasm2obj.isel.x64;

import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.InstructionSelector;
import wasm2obj.codegen.LoweringContext;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;

/** The choice of x86-64 instructions: which rule serves which opcode. The rules are in the classes by theme. */
final class X64Selector implements InstructionSelector {
    /** A switch of at most this many edges becomes comparisons. */
    private static final int MAX_CHAIN = 5;

    private final Matcher match = new Matcher();
    private final IntegerRules integers;
    private final ConditionRules conditions;
    private final MemoryRules memory;
    private final AtomicRules atomics;
    private final VectorRules vectors;
    private final CallRules calls;
    private final FloatRules floats;
    private final int loadFloat;
    private final int loadDouble;
    private LoweringContext context;
    private Function function;

    X64Selector(int features) {
        integers = new IntegerRules(match, features);
        memory = new MemoryRules(match, features);
        atomics = new AtomicRules(match);
        vectors = new VectorRules(match, memory, features);
        conditions = new ConditionRules(match, integers, vectors, features);
        calls = new CallRules(match, memory);
        floats = new FloatRules(match, memory, calls, features);
        loadFloat = memory.loadRow(Type.F32);
        loadDouble = memory.loadRow(Type.F64);
    }

    @Override
    public void begin(LoweringContext newContext) {
        context = newContext;
        function = newContext.function();
        match.begin(newContext);
        integers.begin();
        conditions.begin();
        memory.begin();
        atomics.begin();
        calls.begin();
        floats.begin();
        vectors.begin();
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
        if (!type.isFloat()) {
            if (bits == 0) {
                match.code.zero(vreg);
            } else {
                match.code.constant(vreg, bits);
            }
            return vreg;
        }
        context.operand(Operand.definition(vreg, Operand.REGISTER, 0));
        if (bits == 0) {
            context.emit(Op.FLOAT_ZERO, 0, 0, AllocationInput.REMATERIALIZABLE, 0);
        } else {
            int number = context.code().constants.add(bits, 0);
            context.emit(
                    Op.ROW + (type == Type.F64 ? loadDouble : loadFloat),
                    Op.CONSTANT,
                    Op.pack(number, 0),
                    AllocationInput.REMATERIALIZABLE,
                    0);
        }
        return vreg;
    }

    @Override
    public void lower(int i) {
        Opcode opcode = function.opcode(i);
        switch (opcode) {
            case ADD -> integers.add(i);
            case SUB -> integers.sub(i);
            case AND -> integers.and(i);
            case OR -> integers.or(i);
            case XOR -> integers.xor(i);
            case MUL -> integers.mul(i);
            case SHL -> integers.shift(i, X64.SHL_RM32_IMM8);
            case SHR_S -> integers.shift(i, X64.SAR_RM32_IMM8);
            case SHR_U -> integers.shift(i, X64.SHR_RM32_IMM8);
            case EQZ, EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U -> conditions.set(i);
            case LOAD, LOAD8_S, LOAD8_U, LOAD16_S, LOAD16_U, LOAD32_S, LOAD32_U -> memory.load(i);
            case STORE, STORE8, STORE16, STORE32 -> store(i);
            case GLOBAL_GET -> memory.globalGet(i);
            case GLOBAL_SET -> memory.globalSet(i);
            case SLOT_GET -> memory.slotGet(i);
            case SLOT_SET -> memory.slotSet(i);
            case WRAP -> integers.wrap(i);
            case EXTEND_U -> integers.extendUnsigned(i);
            case EXTEND_S -> integers.extendSigned(i);
            case SELECT -> conditions.select(i);
            case FADD -> floats.binary(i, X64.ADDSS, X64.ADDSD);
            case FSUB -> floats.binary(i, X64.SUBSS, X64.SUBSD);
            case FMUL -> floats.binary(i, X64.MULSS, X64.MULSD);
            case FDIV -> floats.binary(i, X64.DIVSS, X64.DIVSD);
            case FEQ, FNE, FLT, FGT, FLE, FGE -> conditions.set(i);
            default -> lowerOther(i, opcode);
        }
    }

    private void store(int i) {
        if (!vectors.storeLane(i)) {
            memory.store(i);
        }
    }

    private void lowerOther(int i, Opcode opcode) {
        switch (opcode) {
            case DIV_S -> integers.divideSigned(i);
            case DIV_U -> integers.divideUnsigned(i, X64Registers.QUOTIENT, X64Registers.REMAINDER);
            case REM_S -> integers.remainderSigned(i);
            case REM_U -> integers.divideUnsigned(i, X64Registers.REMAINDER, X64Registers.QUOTIENT);
            case ROTL -> integers.shift(i, X64.ROL_RM32_IMM8);
            case ROTR -> integers.shift(i, X64.ROR_RM32_IMM8);
            case CLZ -> integers.countLeadingZeros(i);
            case CTZ -> integers.countTrailingZeros(i);
            case POPCNT -> integers.populationCount(i);
            case EXTEND8_S -> integers.extendWithin(i, X64.MOVSX_R32_RM8, X64.MOVSX_R64_RM8);
            case EXTEND16_S -> integers.extendWithin(i, X64.MOVSX_R32_RM16, X64.MOVSX_R64_RM16);
            case EXTEND32_S -> integers.extendSigned(i);
            case MULHI_S -> integers.mulHigh(i, X64.IMUL_RM64);
            case MULHI_U -> integers.mulHigh(i, X64.MUL_RM64);
            case FMIN, FMAX -> floats.minimumOrMaximum(i);
            case FCOPYSIGN -> floats.copySign(i);
            case FABS -> floats.absolute(i);
            case FNEG -> floats.negate(i);
            case FCEIL, FFLOOR, FTRUNC, FNEAREST -> floats.round(i);
            case FSQRT -> floats.squareRoot(i);
            case TRUNC_S, TRUNC_U, TRUNC_SAT_S, TRUNC_SAT_U -> floats.truncate(i);
            case CONVERT_S, CONVERT_U -> floats.convertInteger(i);
            case DEMOTE, PROMOTE -> floats.convertFloat(i);
            case REINTERPRET -> floats.reinterpret(i);
            case MEMORY_BASE -> memory.memoryField(i, ContextLayout.DATA);
            case MEMORY_BOUND -> memory.memoryField(i, ContextLayout.SIZE);
            case TABLE_BASE -> memory.tableField(i, ContextLayout.DATA);
            case TABLE_BOUND -> memory.tableField(i, ContextLayout.SIZE);
            case REF_FUNC -> memory.functionReference(i);
            case TRAP_IF -> conditions.trapIf(i);
            case CHECK_SIGNATURE -> calls.checkSignature(i);
            case CALL, CALL_INDIRECT, CALL_REF, CALL_RUNTIME -> calls.lower(i);
            case INVOKE -> calls.arrive(i);
            case TAG -> memory.tag(i);
            case TYPE_IDENTITY -> memory.typeIdentity(i);
            case HEAP_BASE -> memory.contextField(i, ContextLayout.HEAP);
            case STORE_HEAD -> memory.contextField(i, ContextLayout.STORE);
            case TYPE_INFORMATION -> memory.typeInformation(i);
            case REF_TO_WORD, REF_FROM_WORD, REF_OFFSET -> memory.referenceWord(i);
            case REF_ADDRESS -> memory.referenceAddress(i);
            case VANY_TRUE, VALL_TRUE -> conditions.set(i);
            case ATOMIC_LOAD, ATOMIC_STORE, ATOMIC_CMPXCHG, ATOMIC_FENCE ->
                    atomics.lower(i, opcode);
            case ATOMIC_ADD, ATOMIC_SUB, ATOMIC_AND, ATOMIC_OR, ATOMIC_XOR, ATOMIC_XCHG ->
                    atomics.lower(i, opcode);
            default -> vectors.lower(i, opcode);
        }
    }

    @Override
    public void lowerTerminator(int i) {
        switch (function.opcode(i)) {
            case BRANCH -> conditions.branch(i);
            case SWITCH -> lowerSwitch(i);
            case RETURN -> calls.returns(i);
            case INVOKE -> calls.invoke(i);
            case RETURN_CALL -> calls.returnCall(i);
            case RETURN_CALL_REF -> calls.returnCallReference(i);
            case RETURN_CALL_INDIRECT -> calls.returnCallIndirect(i);
            default -> throw new IllegalStateException("no rule for " + function.opcode(i));
        }
    }

    private void lowerSwitch(int i) {
        int edges = function.edgeCount(function.block(i));
        if (edges <= MAX_CHAIN) {
            context.use(match.reg32(function.a(i)));
            context.emit(Op.COMPARE_CHAIN, 0, 0);
        } else {
            // The index becomes part of an address, so its upper half must be zero.
            context.use(match.reg(function.a(i)));
            context.operand(Operand.earlyDefinition(match.code.newInteger(), Operand.REGISTER, 0));
            context.emit(Op.JUMP_TABLE, 0, 0, AllocationInput.PLAIN, 0);
        }
    }
}
