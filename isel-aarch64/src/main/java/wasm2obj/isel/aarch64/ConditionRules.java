package wasm2obj.isel.aarch64;

import wasm2obj.codegen.ConditionLowering;
import wasm2obj.codegen.VCode;
import wasm2obj.codegen.ValueMatcher;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.isel.aarch64.instruction.A64Float;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.ArithmeticImmediate;
import wasm2obj.isel.aarch64.instruction.Condition;
import wasm2obj.isel.aarch64.instruction.LogicalImmediate;

/**
 * Rules for comparisons and for what depends on them.
 *
 * <p>{@link #condition} emits what sets flags and says which condition to look at. Nothing that sets flags may come between that and
 * who looks at them; constants and the moves that the allocator inserts do not.
 *
 * <p>Two comparisons that are joined by {@code and} or {@code or} become a conditional comparison: where the first one decides, the flags
 * are set to what the second one's condition then has to find.
 */
final class ConditionRules extends ConditionLowering<Matcher> {
    private static final int ZERO = WordBuilder.ZERO;
    private static final int ZR = A64Registers.ZR;

    private static final int N = 8;
    private static final int Z = 4;
    private static final int C = 2;
    private static final int V = 1;

    /** For each condition flags under which it holds, but the last two. */
    private static final int[] FLAGS = {Z, 0, C, 0, N, 0, V, 0, C, Z, 0, N, 0, Z};

    /** The largest immediate of a conditional comparison. */
    private static final int MAX_IMMEDIATE = 31;

    /** How deep conjunctions and disjunctions are looked into. */
    private static final int MAX_DEPTH = 3;

    private final WordBuilder code;
    private final IntegerRules integers;
    private final VectorRules vectors;

    ConditionRules(Matcher match, IntegerRules integers, VectorRules vectors) {
        super(match);
        this.integers = integers;
        this.vectors = vectors;
        code = match.code;
    }

    // ---- what is a comparison ----

    /** Unordered floats are unequal, and neither less nor greater. */
    private static int conditionOf(Opcode opcode) {
        return switch (opcode) {
            case EQ, FEQ, EQZ -> Condition.EQ;
            case NE, FNE -> Condition.NE;
            case LT_S -> Condition.LT;
            case LT_U -> Condition.LO;
            case GT_S, FGT -> Condition.GT;
            case GT_U -> Condition.HI;
            case LE_S -> Condition.LE;
            case LE_U, FLE -> Condition.LS;
            case GE_S, FGE -> Condition.GE;
            case GE_U -> Condition.HS;
            case FLT -> Condition.MI;
            default -> throw new IllegalArgumentException(opcode.name());
        };
    }

    // ---- setting flags ----

    /** Emits a comparison for the i32 {@code value}; the result is the condition under which it is not zero. */
    @Override
    protected int condition(int value) {
        return condition(value, 0);
    }

    private int condition(int value, int depth) {
        Opcode opcode = function.opcode(value);
        if (context.canSink(value)) {
            if (opcode == Opcode.EQZ) {
                context.sink(value);
                return Condition.opposite(nonZero(function.a(value), depth));
            }
            if (isComparison(opcode)) {
                context.sink(value);
                return compare(value);
            }
            if (isJunction(value, depth)) {
                context.sink(value);
                return junction(value, opcode == Opcode.AND, depth);
            }
            if (isVectorTest(opcode)) {
                context.sink(value);
                return vectorTest(value);
            }
        }
        return compare(value, -1, Condition.NE);
    }

    /** Flags for an integer that is not zero. */
    private int nonZero(int value, int depth) {
        if (function.type(value) == Type.I32) {
            return condition(value, depth);
        }
        return compare(value, -1, Condition.NE);
    }

    /** Flags for a test of a vector. */
    private int vectorTest(int value) {
        int sf = VectorRules.testWidth(function.opcode(value)) - 2;
        int register = vectors.test(value);
        code.n(A64Integer.addSubtractImmediate(A64Integer.SUBS, sf, ZR, 0, 0), register);
        return Condition.NE;
    }

    private int compare(int comparison) {
        Opcode opcode = function.opcode(comparison);
        if (ValueMatcher.isFloatComparison(opcode)) {
            return compareFloats(comparison);
        }
        int a = function.a(comparison);
        int b = opcode == Opcode.EQZ ? -1 : function.b(comparison);
        int condition = conditionOf(opcode);
        if (b >= 0 && match.isConstant(a) && !match.isConstant(b)) {
            return compare(b, a, Condition.swapped(condition));
        }
        return compare(a, b, condition);
    }

    /**
     * With zero if {@code b} is -1.
     *
     * <pre>
     *   (and x, y) cmp 0          tst
     *   x cmp const               cmp, or cmn with its negative
     *   x cmp (shl y, const)      cmp x, y, lsl; and the other shifts
     *   x cmp (extend_s y)        cmp x, y, sxtw
     * </pre>
     */
    private int compare(int a, int b, int condition) {
        int sf = match.sf(a);
        long constant = b < 0 ? 0 : match.isConstant(b) ? match.signed(b) : -1;
        if (b >= 0 && !match.isConstant(b)) {
            return compareRegisters(a, b, condition, sf);
        }
        if (constant == 0 && !isUnsigned(condition) && match.isSinkable(a, Opcode.AND)) {
            context.sink(a);
            test(function.a(a), function.b(a), sf);
            return condition;
        }
        int positive = ArithmeticImmediate.encode(constant);
        int negative = ArithmeticImmediate.encode(-constant);
        int first = match.reg(a, sf + 2);
        if (positive != ArithmeticImmediate.NONE) {
            code.n(A64Integer.addSubtractImmediate(A64Integer.SUBS, sf, ZR, 0, positive), first);
        } else if (negative != ArithmeticImmediate.NONE) {
            code.n(A64Integer.addSubtractImmediate(A64Integer.ADDS, sf, ZR, 0, negative), first);
        } else {
            code.nm(compareWord(sf, A64Integer.LSL, 0), first, match.reg(b, sf + 2));
        }
        return condition;
    }

    private static boolean isUnsigned(int condition) {
        return switch (condition) {
            case Condition.HS, Condition.LO, Condition.HI, Condition.LS -> true;
            default -> false;
        };
    }

    private static int compareWord(int sf, int shift, int count) {
        return A64Integer.addSubtractShifted(A64Integer.SUBS, sf, ZR, 0, 0, shift, count);
    }

    private int compareRegisters(int a, int b, int condition, int sf) {
        if (compareShifted(a, b, sf)) {
            return condition;
        }
        if (compareShifted(b, a, sf)) {
            return Condition.swapped(condition);
        }
        int first = match.reg(a, sf + 2);
        code.nm(compareWord(sf, A64Integer.LSL, 0), first, match.reg(b, sf + 2));
        return condition;
    }

    private boolean compareShifted(int a, int b, int sf) {
        if (sf == 1 && integers.takeExtension(b)) {
            int count = integers.shiftCount();
            int second = match.reg32(integers.shifted());
            code.nm(
                    A64Integer.addSubtractExtended(
                            A64Integer.SUBS, sf, ZR, 0, 0, A64Integer.SXTW, count),
                    match.reg(a),
                    second);
            return true;
        }
        if (integers.takeShift(b, false)) {
            int word = compareWord(sf, integers.shift(), integers.shiftCount());
            int second = match.reg(integers.shifted(), sf + 2);
            code.nm(word, match.regOrZero(a, sf + 2), second);
            return true;
        }
        return false;
    }

    private void test(int a, int b, int sf) {
        int imm13 =
                match.isConstant(b)
                        ? LogicalImmediate.encode(match.signed(b), sf)
                        : LogicalImmediate.NONE;
        int first = match.reg(a, sf + 2);
        if (imm13 != LogicalImmediate.NONE) {
            code.n(A64Integer.logicalImmediate(A64Integer.ANDS, sf, ZR, 0, imm13), first);
        } else {
            code.nm(
                    A64Integer.logicalShifted(A64Integer.ANDS, sf, ZR, 0, 0, A64Integer.LSL, 0),
                    first,
                    match.reg(b, sf + 2));
        }
    }

    private int compareFloats(int comparison) {
        int a = function.a(comparison);
        int b = function.b(comparison);
        int ftype = function.type(a) == Type.F64 ? 1 : 0;
        if (match.isConstant(b, 0)) {
            code.n(A64Float.compare(A64Float.FCMP_ZERO, ftype, 0, 0), context.reg(a));
        } else {
            int first = context.reg(a);
            code.nm(A64Float.compare(A64Float.FCMP, ftype, 0, 0), first, context.reg(b));
        }
        return conditionOf(function.opcode(comparison));
    }

    // ---- two comparisons in one ----

    /** Whether the value joins two conditions of which the second can be a conditional comparison. */
    private boolean isJunction(int value, int depth) {
        Opcode opcode = function.opcode(value);
        return depth < MAX_DEPTH
                && (opcode == Opcode.AND || opcode == Opcode.OR)
                && function.type(value) == Type.I32
                && isCondition(function.a(value), depth)
                && isConditional(function.b(value));
    }

    private boolean isCondition(int value, int depth) {
        return context.canSink(value)
                && (isComparison(function.opcode(value)) || isJunction(value, depth + 1));
    }

    private boolean isConditional(int value) {
        return context.canSink(value) && isComparison(function.opcode(value));
    }

    private int junction(int value, boolean isAnd, int depth) {
        int first = condition(function.a(value), depth + 1);
        int second = function.b(value);
        context.sink(second);
        int condition = conditionOf(function.opcode(second));
        int decided = isAnd ? FLAGS[Condition.opposite(condition)] : FLAGS[condition];
        compareIf(second, isAnd ? first : Condition.opposite(first), decided);
        return condition;
    }

    /** A comparison that takes place under a condition; otherwise the flags are {@code nzcv}. */
    private void compareIf(int comparison, int condition, int nzcv) {
        int a = function.a(comparison);
        int b = function.b(comparison);
        if (ValueMatcher.isFloatComparison(function.opcode(comparison))) {
            int ftype = function.type(a) == Type.F64 ? 1 : 0;
            int x = context.reg(a);
            code.nm(A64Float.conditionalCompare(ftype, 0, 0, nzcv, condition), x, context.reg(b));
            return;
        }
        int sf = match.sf(a);
        long constant =
                function.opcode(comparison) == Opcode.EQZ
                        ? 0
                        : match.isConstant(b) ? match.signed(b) : -1 - MAX_IMMEDIATE;
        int x = match.reg(a, sf + 2);
        if (constant >= 0 && constant <= MAX_IMMEDIATE) {
            code.n(
                    A64Integer.conditionalCompareImmediate(
                            A64Integer.CCMP, sf, 0, (int) constant, nzcv, condition),
                    x);
        } else if (constant < 0 && constant >= -MAX_IMMEDIATE) {
            code.n(
                    A64Integer.conditionalCompareImmediate(
                            A64Integer.CCMN, sf, 0, (int) -constant, nzcv, condition),
                    x);
        } else {
            code.nm(
                    A64Integer.conditionalCompare(A64Integer.CCMP, sf, 0, 0, nzcv, condition),
                    x,
                    match.regOrZero(b, sf + 2));
        }
    }

    // ---- values of comparisons ----

    /** A comparison, or eqz, as a value. */
    @Override
    protected void set(int i) {
        Opcode opcode = function.opcode(i);
        int condition;
        if (opcode == Opcode.EQZ) {
            condition = Condition.opposite(nonZero(function.a(i), 0));
        } else {
            condition = isVectorTest(opcode) ? vectorTest(i) : compare(i);
        }
        code.d(A64Integer.conditionalSet(0, 0, condition), context.result(i));
    }

    /** {@code and} or {@code or} of comparisons as a value. */
    boolean setJunction(int i) {
        if (!isJunction(i, 0)) {
            return false;
        }
        int condition = junction(i, function.opcode(i) == Opcode.AND, 0);
        code.d(A64Integer.conditionalSet(0, 0, condition), context.result(i));
        return true;
    }

    // ---- branches and traps ----

    /** Ends a block by a branch on the condition. */
    @Override
    protected void branch(int i) {
        branchOrTrap(function.a(i), VCode.BRANCH, Op.BRANCH_TEST, 0);
    }

    /** {@code trap_if x}. */
    @Override
    protected void trapIf(int i) {
        branchOrTrap(function.a(i), VCode.TRAP_IF, Op.TRAP_TEST, function.aux(i));
    }

    /**
     * <pre>
     *   x, (ne x, 0), (eqz x)            cbnz, cbz
     *   (and x, 2^k) and its eqz         tbnz, tbz
     *   (lt_s x, 0), (ge_s x, 0)         tbnz, tbz of the sign
     *   (vany_true x), (vall_true x)     cbnz, cbz of what the vector is reduced to
     *   others                           flags
     * </pre>
     */
    private void branchOrTrap(int value, int byFlags, int byTest, long imm) {
        int tested = value;
        boolean isNegated = false;
        while (true) {
            Opcode opcode = function.opcode(tested);
            if (!context.canSink(tested)) {
                break;
            }
            if (opcode == Opcode.EQZ || isWithZero(tested, Opcode.EQ)) {
                isNegated = !isNegated;
            } else if (!isWithZero(tested, Opcode.NE)) {
                break;
            }
            context.sink(tested);
            tested = function.a(tested);
        }
        int test = test(tested);
        if (test < 0) {
            int condition = condition(tested);
            context.emit(byFlags, isNegated ? Condition.opposite(condition) : condition, imm);
            return;
        }
        context.use(testedRegister);
        context.emit(byTest, isNegated ? Op.opposite(test) : test, imm);
    }

    private boolean isWithZero(int value, Opcode opcode) {
        return function.opcode(value) == opcode && match.isConstant(function.b(value), 0);
    }

    private int testedRegister;

    /** The test that says whether the integer is not zero, or -1 if flags say it better. */
    private int test(int value) {
        Opcode opcode = function.opcode(value);
        if (context.canSink(value)) {
            boolean isSignTest = isWithZero(value, Opcode.LT_S) || isWithZero(value, Opcode.GE_S);
            if (isSignTest) {
                context.sink(value);
                int width = match.width(function.a(value));
                testedRegister = match.reg(function.a(value), width);
                int test = Op.testBit((8 << width) - 1);
                return opcode == Opcode.LT_S ? test : Op.opposite(test);
            }
            if (opcode == Opcode.AND && match.isConstant(function.b(value))) {
                long mask = function.imm(function.b(value));
                if (Long.bitCount(mask) != 1) {
                    return -1;
                }
                context.sink(value);
                testedRegister = match.reg(function.a(value), match.width(value));
                return Op.testBit(Long.numberOfTrailingZeros(mask));
            }
            if (isVectorTest(opcode)) {
                context.sink(value);
                testedRegister = vectors.test(value);
                return Op.testRegister(VectorRules.testWidth(opcode));
            }
            if (isComparison(opcode) || opcode == Opcode.AND || isJunction(value, 0)) {
                return -1;
            }
        }
        int width = match.width(value);
        testedRegister = match.reg(value, width);
        return Op.testRegister(width);
    }

    // ---- select ----

    /** {@code fcsel}. */
    @Override
    protected void selectFloat(int i) {
        int yes = context.reg(function.b(i));
        int no = context.reg(function.c(i));
        int condition = condition(function.a(i));
        int ftype = function.type(i) == Type.F64 ? 1 : 0;
        int word = A64Float.conditionalSelect(ftype, 0, 0, 0, condition);
        code.dnm(word, context.result(i), yes, no);
    }

    /**
     * <pre>
     *   select c, 1, 0            cset
     *   select c, x, (add y, 1)   csinc; likewise csinv of not, csneg of a negative
     *   select c, x, y            csel
     * </pre>
     */
    @Override
    protected void selectInteger(int i) {
        int yes = function.b(i);
        int no = function.c(i);
        int sf = match.sf(i);
        boolean isSwapped = special(no) == A64Integer.CSEL && special(yes) != A64Integer.CSEL;
        if (isSwapped) {
            int swapped = yes;
            yes = no;
            no = swapped;
        }
        int op = special(no);
        int first = match.regOrZero(yes, sf + 2);
        int second =
                op == A64Integer.CSEL ? match.regOrZero(no, sf + 2) : specialOperand(no, op, sf);
        int condition = condition(function.a(i));
        if (isSwapped) {
            condition = Condition.opposite(condition);
        }
        int word = A64Integer.conditionalSelect(op, sf, 0, 0, 0, condition);
        code.dnm(word, context.result(i), first, second);
    }

    /** The form of csel that makes the value from another one. */
    private int special(int value) {
        if (match.isConstant(value)) {
            long constant = match.signed(value);
            return constant == 1
                    ? A64Integer.CSINC
                    : constant == -1 ? A64Integer.CSINV : A64Integer.CSEL;
        }
        if (!context.canSink(value)) {
            return A64Integer.CSEL;
        }
        int a = function.a(value);
        int b = function.b(value);
        return switch (function.opcode(value)) {
            case ADD ->
                    match.isConstant(b) && match.signed(b) == 1
                            ? A64Integer.CSINC
                            : A64Integer.CSEL;
            case XOR ->
                    match.isConstant(b) && match.signed(b) == -1
                            ? A64Integer.CSINV
                            : A64Integer.CSEL;
            case SUB -> match.isConstant(a, 0) ? A64Integer.CSNEG : A64Integer.CSEL;
            default -> A64Integer.CSEL;
        };
    }

    private int specialOperand(int value, int op, int sf) {
        if (match.isConstant(value)) {
            return ZERO;
        }
        context.sink(value);
        int operand = op == A64Integer.CSNEG ? function.b(value) : function.a(value);
        return match.regOrZero(operand, sf + 2);
    }
}
