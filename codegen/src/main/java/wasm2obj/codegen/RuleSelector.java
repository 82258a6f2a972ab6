package wasm2obj.codegen;

import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;

/**
 * The choice of instructions, as far as it is the same on every ISA: which rules serve which opcode. The ISA's rules are in classes
 * by theme; its selector adds arithmetic on scalars, for which each ISA has instructions of its own.
 *
 * @param <M> the ISA's matcher
 */
public abstract class RuleSelector<M extends ValueMatcher> implements InstructionSelector {
    /** A switch of at most this many edges becomes comparisons. */
    private static final int MAX_CHAIN = 5;

    protected final M match;
    private final IntegerLowering<M> integers;
    private final FloatLowering<M> floats;
    private final MemoryLowering<M> memory;
    private final ConditionLowering<M> conditions;
    private final AtomicLowering<M> atomics;
    private final VectorLowering<M> vectors;
    private final CallLowering<M> calls;
    protected LoweringContext context;
    protected Function function;

    /** A selector by the rules that all ISAs have. */
    protected RuleSelector(
            M match,
            IntegerLowering<M> integers,
            FloatLowering<M> floats,
            MemoryLowering<M> memory,
            ConditionLowering<M> conditions,
            AtomicLowering<M> atomics,
            VectorLowering<M> vectors,
            CallLowering<M> calls) {
        this.match = match;
        this.integers = integers;
        this.floats = floats;
        this.memory = memory;
        this.conditions = conditions;
        this.atomics = atomics;
        this.vectors = vectors;
        this.calls = calls;
    }

    // ---- what the ISA adds ----

    /** Arithmetic on integers or floats, and conversions between them, where ISAs differ. */
    protected abstract void lowerScalar(int i, Opcode opcode);

    /** Gives the register an integer constant. */
    protected abstract void integerConstant(int vreg, long bits);

    /** Emits the {@link VCode#JUMP_TABLE} of a switch on the value. */
    protected abstract void jumpTable(int value);

    // ---- for the lowering context ----

    @Override
    public final void begin(LoweringContext newContext) {
        context = newContext;
        function = newContext.function();
        match.begin(newContext);
        integers.begin();
        floats.begin();
        memory.begin();
        conditions.begin();
        atomics.begin();
        vectors.begin();
        calls.begin();
    }

    @Override
    public final void lowerEntry() {
        calls.entry();
    }

    @Override
    public final int constant(int instruction) {
        Type type = function.type(instruction);
        if (type == Type.V128) {
            return vectors.constant(instruction);
        }
        long bits = function.imm(instruction);
        int vreg = context.newVreg(type);
        constant(vreg, type, bits);
        return vreg;
    }

    @Override
    public final void constant(int vreg, Type type, long bits) {
        if (type.isFloat()) {
            floats.constant(vreg, type, bits);
        } else {
            integerConstant(vreg, bits);
        }
    }

    @Override
    public final void lower(int i) {
        Opcode opcode = function.opcode(i);
        switch (opcode) {
            case ADD -> integers.add(i);
            case SUB -> integers.sub(i);
            case MUL -> integers.mul(i);
            case AND, OR, XOR, SHL, SHR_S, SHR_U -> lowerScalar(i, opcode);
            case EXTEND_S, FADD, FSUB, FMUL, FDIV -> lowerScalar(i, opcode);
            case WRAP -> integers.wrap(i);
            case EXTEND_U -> integers.extendUnsigned(i);
            case EQZ, EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U -> conditions.set(i);
            case FEQ, FNE, FLT, FGT, FLE, FGE, VANY_TRUE, VALL_TRUE -> conditions.set(i);
            case SELECT -> conditions.select(i);
            case LOAD, LOAD8_S, LOAD8_U, LOAD16_S, LOAD16_U, LOAD32_S, LOAD32_U -> memory.load(i);
            case STORE, STORE8, STORE16, STORE32 -> store(i);
            case GLOBAL_GET -> memory.globalGet(i);
            case GLOBAL_SET -> memory.globalSet(i);
            case SLOT_GET -> memory.slotGet(i);
            case SLOT_SET -> memory.slotSet(i);
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
            case DIV_S, DIV_U, REM_S, REM_U -> integers.divide(i, opcode);
            case CLZ -> integers.countLeadingZeros(i);
            case CTZ -> integers.countTrailingZeros(i);
            case POPCNT -> integers.populationCount(i);
            case FCOPYSIGN -> floats.copySign(i);
            case TRUNC_S, TRUNC_U, TRUNC_SAT_S, TRUNC_SAT_U -> floats.truncate(i);
            case CONVERT_S, CONVERT_U -> floats.convertInteger(i);
            case REINTERPRET -> floats.reinterpret(i);
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
            case CALL, CALL_INDIRECT, CALL_REF, CALL_RUNTIME -> calls.lower(i);
            case INVOKE -> calls.arrive(i);
            case ATOMIC_LOAD, ATOMIC_STORE, ATOMIC_CMPXCHG, ATOMIC_FENCE ->
                    atomics.lower(i, opcode);
            case ATOMIC_ADD, ATOMIC_SUB, ATOMIC_AND, ATOMIC_OR, ATOMIC_XOR, ATOMIC_XCHG ->
                    atomics.lower(i, opcode);
            default -> {
                if (opcode.isVector()) {
                    vectors.lower(i, opcode);
                } else {
                    lowerScalar(i, opcode);
                }
            }
        }
    }

    @Override
    public final void lowerTerminator(int i) {
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
        if (function.edgeCount(function.block(i)) <= MAX_CHAIN) {
            context.use(match.reg32(function.a(i)));
            context.emit(VCode.COMPARE_CHAIN, 0, 0);
        } else {
            jumpTable(function.a(i));
        }
    }
}
