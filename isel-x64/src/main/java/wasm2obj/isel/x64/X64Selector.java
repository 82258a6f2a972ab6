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

    /** Rounding modes of the instruction, with the inexact exception off. */
    private static final int ROUND_TO_EVEN = 8;

    private static final int ROUND_DOWN = 9;
    private static final int ROUND_UP = 10;
    private static final int ROUND_TO_ZERO = 11;

    private final Matcher match = new Matcher();
    private final IntegerRules integers;
    private final ConditionRules conditions;
    private final FloatRules floats;
    private final MemoryRules memory;
    private final CallRules calls;
    private LoweringContext context;
    private Function function;

    X64Selector(int features) {
        integers = new IntegerRules(match, features);
        conditions = new ConditionRules(match, features);
        floats = new FloatRules(match, features);
        memory = new MemoryRules(match, features);
        calls = new CallRules(match, memory);
    }

    @Override
    public void begin(LoweringContext newContext) {
        context = newContext;
        function = newContext.function();
        match.begin(newContext);
        integers.begin();
        conditions.begin();
        floats.begin();
        memory.begin();
        calls.begin();
    }

    @Override
    public void lowerEntry() {
        calls.entry();
    }

    @Override
    public int constant(int instruction) {
        return constant(function.type(instruction), function.imm(instruction));
    }

    private int constant(Type type, long bits) {
        if (type.inVectorRegister()) {
            return floats.constant(type, bits);
        }
        int vreg = context.newVreg(type);
        if (bits == 0) {
            match.code.zero(vreg);
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
            case AND -> integers.and(i);
            case OR -> integers.or(i);
            case XOR -> integers.xor(i);
            case MUL -> integers.mul(i);
            case SHL -> integers.shift(i, X64.SHL_RM32_IMM8);
            case SHR_S -> integers.shift(i, X64.SAR_RM32_IMM8);
            case SHR_U -> integers.shift(i, X64.SHR_RM32_IMM8);
            case EQZ, EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U -> conditions.set(i);
            case FEQ, FNE, FLT, FGT, FLE, FGE -> conditions.set(i);
            case LOAD, LOAD8_S, LOAD8_U, LOAD16_S, LOAD16_U, LOAD32_S, LOAD32_U -> memory.load(i);
            case STORE, STORE8, STORE16, STORE32 -> memory.store(i);
            case GLOBAL_GET -> memory.globalGet(i);
            case GLOBAL_SET -> memory.globalSet(i);
            case SLOT_GET -> memory.slotGet(i);
            case SLOT_SET -> memory.slotSet(i);
            case WRAP -> integers.wrap(i);
            case EXTEND_U -> integers.extendUnsigned(i);
            case EXTEND_S -> integers.extendSigned(i);
            case SELECT -> {
                if (function.type(i).inVectorRegister()) {
                    floats.select(i, conditions);
                } else {
                    conditions.select(i);
                }
            }
            default -> lowerOther(i, opcode);
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
            case MEMORY_BASE -> memory.memoryField(i, ContextLayout.DATA);
            case MEMORY_BOUND -> memory.memoryField(i, ContextLayout.SIZE);
            case TABLE_BASE -> memory.tableField(i, ContextLayout.DATA);
            case TABLE_BOUND -> memory.tableField(i, ContextLayout.SIZE);
            case REF_FUNC -> memory.functionReference(i);
            case TRAP_IF -> conditions.trapIf(i);
            case CHECK_SIGNATURE -> calls.checkSignature(i);
            case CALL -> calls.call(i);
            case CALL_INDIRECT -> calls.callIndirect(i);
            case CALL_REF -> calls.callReference(i);
            case CALL_RUNTIME -> calls.callRuntime(i);
            case FCEIL -> round(i, ROUND_UP);
            case FFLOOR -> round(i, ROUND_DOWN);
            case FTRUNC -> round(i, ROUND_TO_ZERO);
            case FNEAREST -> round(i, ROUND_TO_EVEN);
            default -> {
                if (!floats.lower(i, opcode)) {
                    throw new IllegalStateException("no rule for " + opcode);
                }
            }
        }
    }

    @Override
    public void lowerTerminator(int i) {
        switch (function.opcode(i)) {
            case BRANCH -> conditions.branch(i);
            case SWITCH -> lowerSwitch(i);
            case RETURN -> calls.returns(i);
            default -> throw new IllegalStateException("no rule for " + function.opcode(i));
        }
    }

    private void round(int i, int mode) {
        floats.round(i, mode);
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
