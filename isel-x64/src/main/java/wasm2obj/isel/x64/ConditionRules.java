package wasm2obj.isel.x64;

import wasm2obj.codegen.ConditionLowering;
import wasm2obj.codegen.VCode;
import wasm2obj.codegen.ValueMatcher;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.regalloc.Operand;

/**
 * Rules for comparisons and for what depends on them.
 *
 * <p>{@link #condition} emits the instruction that sets flags and says which condition to look at. Whoever asks must have all his
 * registers by then: nothing but the instruction that reads the flags may follow. Moves that the allocator inserts leave
 * flags alone.
 */
final class ConditionRules extends ConditionLowering<Matcher> {
    private final IntegerRules integers;
    private final VectorRules vectors;
    private final VCodeBuilder code;
    private final int features;

    ConditionRules(Matcher match, IntegerRules integers, VectorRules vectors, int features) {
        super(match);
        this.integers = integers;
        this.vectors = vectors;
        this.features = features;
        code = match.code;
    }

    // ---- setting flags ----

    /** Emits a comparison for the i32 {@code value}; the result is the condition under which it is not zero. */
    @Override
    protected int condition(int value) {
        if (context.canSink(value)) {
            Opcode opcode = function.opcode(value);
            if (opcode == Opcode.EQZ) {
                context.sink(value);
                return Conditions.negate(nonZero(function.a(value)));
            }
            if (ValueMatcher.isIntegerComparison(opcode)) {
                context.sink(value);
                return compare(value, conditionOf(opcode));
            }
            if (ValueMatcher.isFloatComparison(opcode)) {
                context.sink(value);
                return compareFloats(value, opcode);
            }
            if (isVectorTest(opcode)) {
                context.sink(value);
                return testVector(value, opcode);
            }
        }
        return nonZero(value);
    }

    /** Emits a comparison of an integer with zero. */
    private int nonZero(int value) {
        if (function.type(value) == Type.I32 && isCondition(value)) {
            return condition(value);
        }
        return compareWithZero(value, Condition.NE);
    }

    private boolean isCondition(int value) {
        Opcode opcode = function.opcode(value);
        boolean setsFlags = isComparison(opcode) || isVectorTest(opcode);
        return setsFlags && context.canSink(value);
    }

    private int testVector(int value, Opcode opcode) {
        vectors.test(value);
        return opcode == Opcode.VANY_TRUE ? Condition.NE : Condition.E;
    }

    private static int conditionOf(Opcode opcode) {
        return switch (opcode) {
            case EQ -> Condition.E;
            case NE -> Condition.NE;
            case LT_S -> Condition.L;
            case LT_U -> Condition.B;
            case GT_S -> Condition.G;
            case GT_U -> Condition.A;
            case LE_S -> Condition.LE;
            case LE_U -> Condition.BE;
            case GE_S -> Condition.GE;
            case GE_U -> Condition.AE;
            default -> throw new IllegalArgumentException(opcode.name());
        };
    }

    /**
     * <pre>
     *   cmp [memory8], const       of a narrow load
     *   cmp x, const               test x, x for 0
     *   cmp x, [memory]
     *   cmp [memory], x
     *   cmp x, y
     * </pre>
     */
    private int compare(int comparison, int condition) {
        int a = function.a(comparison);
        int b = function.b(comparison);
        if (match.isConstant(a) && !match.isConstant(b)) {
            return compare(b, a, Condition.swapOperands(condition));
        }
        return compare(a, b, condition);
    }

    private int compare(int a, int b, int condition) {
        int width = match.width(a);
        if (match.isConstant(b, 0)) {
            return compareWithZero(a, condition);
        }
        if (match.isImmediate(b, width)) {
            return compareImmediate(a, match.immediate(b), width, condition);
        }
        int family = IntegerRules.CMP;
        if (match.foldMemory(b, 1 << width)) {
            code.compareMemory(family + width, match.reg(a, width));
        } else if (match.foldMemory(a, 1 << width)) {
            code.toMemory(family + IntegerRules.TO_MEMORY + width, match.reg(b, width));
        } else {
            int first = match.reg(a, width);
            code.compare(family + width, first, match.reg(b, width));
        }
        return condition;
    }

    private int compareImmediate(int a, int immediate, int width, int condition) {
        int rows = IntegerRules.CMP + IntegerRules.IMMEDIATE;
        if (immediate >= 0
                && immediate <= 0xff
                && match.foldNarrow(a, Opcode.LOAD8_U, Opcode.LOAD8_U)) {
            code.toMemoryImmediate(rows, immediate);
            return Conditions.unsigned(condition);
        }
        if (X64.fitsImm8(immediate) && match.foldNarrow(a, Opcode.LOAD8_S, Opcode.LOAD8_S)) {
            code.toMemoryImmediate(rows, immediate);
            return condition;
        }
        if (match.foldMemory(a, 1 << width)) {
            code.toMemoryImmediate(rows + width, immediate);
        } else {
            code.compareImmediate(rows + width, match.reg(a, width), immediate);
        }
        return condition;
    }

    /**
     * <pre>
     *   (and x, const) cmp 0       test x, const
     *   (and x, y) cmp 0           test x, y
     *   [memory] cmp 0             cmp [memory], 0
     *   (sub x, y) cmp 0           sub x, y      if the difference is used later only, or not at all
     *   x cmp 0                    test x, x
     * </pre>
     */
    private int compareWithZero(int value, int condition) {
        int width = match.width(value);
        if (function.opcode(value) == Opcode.AND && context.canSink(value)) {
            context.sink(value);
            return testBits(function.a(value), function.b(value), width, condition);
        }
        // The sign of a byte is that of the number it stands for, if it has one.
        Opcode narrow = isUnsignedOrEquality(condition) ? Opcode.LOAD8_U : Opcode.LOAD8_S;
        if (match.foldNarrow(value, narrow, Opcode.LOAD8_S)) {
            code.toMemoryImmediate(IntegerRules.CMP + IntegerRules.IMMEDIATE, 0);
        } else if (match.foldMemory(value, 1 << width)) {
            code.toMemoryImmediate(IntegerRules.CMP + IntegerRules.IMMEDIATE + width, 0);
        } else if (integers.setsFlags(value, condition == Condition.E || condition == Condition.NE)
                && context.canDelay(value)) {
            context.sink(value);
            integers.withFlags(value);
        } else {
            int register = match.reg(value, width);
            code.compareRegisters(testRow(width), register, register);
        }
        return condition;
    }

    private static boolean isUnsignedOrEquality(int condition) {
        return condition == Conditions.unsigned(condition);
    }

    private static int testRow(int width) {
        return width == 3 ? X64.TEST_RM64_R64 : X64.TEST_RM32_R32;
    }

    private int testBits(int a, int b, int width, int condition) {
        boolean isEquality = condition == Condition.E || condition == Condition.NE;
        if (match.isConstant(b)) {
            long mask = function.imm(b);
            if (isEquality && mask >= 0 && mask <= 0xff) {
                if (match.foldNarrow(a, Opcode.LOAD8_U, Opcode.LOAD8_U)) {
                    code.toMemoryImmediate(X64.TEST_RM8_IMM8, (int) mask);
                } else {
                    code.compareImmediate(X64.TEST_RM8_IMM8, match.reg32(a), (int) mask);
                }
                return condition;
            }
            if (mask >>> 31 == 0 || width == 2) {
                code.compareImmediate(X64.TEST_RM32_IMM32, match.reg32(a), (int) mask);
                return condition;
            }
            if (match.isImmediate(b, width)) {
                code.compareImmediate(X64.TEST_RM64_IMM32, match.reg(a), (int) mask);
                return condition;
            }
        }
        int first = match.reg(a, width);
        code.compareRegisters(testRow(width), first, match.reg(b, width));
        return condition;
    }

    /**
     * <pre>
     *   feq x, y     ucomis x, y    equal and ordered
     *   fgt x, y     ucomis x, y    above: false when unordered
     *   flt x, y     ucomis y, x    above
     * </pre>
     */
    private int compareFloats(int comparison, Opcode opcode) {
        int a = function.a(comparison);
        int b = function.b(comparison);
        return switch (opcode) {
            case FEQ -> compareFloats(a, b, Conditions.EQUAL_ORDERED);
            case FNE -> compareFloats(a, b, Conditions.NOT_EQUAL_OR_UNORDERED);
            case FGT -> compareFloats(a, b, Condition.A);
            case FGE -> compareFloats(a, b, Condition.AE);
            case FLT -> compareFloats(b, a, Condition.A);
            default -> compareFloats(b, a, Condition.AE);
        };
    }

    private int compareFloats(int a, int b, int condition) {
        boolean isDouble = function.type(a) == Type.F64;
        int row = isDouble ? X64.UCOMISD : X64.UCOMISS;
        if (Feature.has(features, Feature.AVX)) {
            row = X64.vexForm(row);
        }
        if (match.foldFloat(b, isDouble ? 8 : 4)) {
            code.compareMemory(row, context.reg(a));
        } else {
            int first = context.reg(a);
            code.compare(row, first, context.reg(b));
        }
        return condition;
    }

    // ---- values of comparisons ----

    /** A comparison, or eqz, as a value: {@code xor r, r; cmp; setcc r8}. */
    @Override
    protected void set(int i) {
        int zero = code.newInteger();
        code.zero(zero);
        Opcode opcode = function.opcode(i);
        int condition;
        if (opcode == Opcode.EQZ) {
            condition = Conditions.negate(nonZero(function.a(i)));
        } else if (ValueMatcher.isIntegerComparison(opcode)) {
            condition = compare(i, conditionOf(opcode));
        } else if (isVectorTest(opcode)) {
            condition = testVector(i, opcode);
        } else {
            condition = compareFloats(i, opcode);
        }
        if (Conditions.needsTwoFlags(condition)) {
            context.operand(Operand.definition(context.result(i), Operand.REUSE, 1));
            context.use(zero);
            context.emit(Op.SET_TWO_FLAGS, condition, 0);
        } else {
            code.modify(X64.SETCC_RM8 + condition, context.result(i), zero);
        }
    }

    /** Ends a block by a branch on the condition. */
    @Override
    protected void branch(int i) {
        context.emit(VCode.BRANCH, condition(function.a(i)), 0);
    }

    /** {@code trap_if x}. */
    @Override
    protected void trapIf(int i) {
        int condition = condition(function.a(i));
        context.emit(VCode.TRAP_IF, condition, function.aux(i));
    }

    // ---- select ----

    /** {@code cmp; r = y; cmovcc r, x}, or the other way round. */
    @Override
    protected void selectInteger(int i) {
        int ifTrue = function.b(i);
        int ifFalse = function.c(i);
        boolean overwritesTrue = context.prefersToOverwrite(i, ifFalse, ifTrue);
        int dst = context.result(i);
        int yes = match.reg(ifTrue);
        int no = match.reg(ifFalse);
        int condition = condition(function.a(i));
        int rows = match.width(i) == 3 ? X64.CMOVCC_R64_RM64 : X64.CMOVCC_R32_RM32;
        if (condition == Conditions.EQUAL_ORDERED) {
            selectTwoFlags(rows, dst, no, yes);
        } else if (condition == Conditions.NOT_EQUAL_OR_UNORDERED) {
            selectTwoFlags(rows, dst, yes, no);
        } else if (overwritesTrue) {
            code.binary(rows + Conditions.negate(condition), dst, yes, no);
        } else {
            code.binary(rows + condition, dst, no, yes);
        }
    }

    /** {@code changed} if not equal or unordered, else {@code kept}. */
    private void selectTwoFlags(int rows, int dst, int changed, int kept) {
        int unequal = code.newInteger();
        code.binary(rows + Condition.NE, unequal, kept, changed);
        code.binary(rows + Condition.P, dst, unequal, changed);
    }
}
