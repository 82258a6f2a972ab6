package wasm2obj.ir;

/**
 * Builds values, simpler ones where it can: constants are folded, algebraic identities applied, comparisons brought into
 * one form. Every method takes an operation and gives the value that stands for it: an operand, a constant, or what
 * {@link #emit} made of the operation or of a simpler one.
 *
 * <p>Each rule looks at the operands' definitions only (a few levels, bounded) and leads to an operation with smaller
 * operands, a smaller constant or an opcode that comes earlier in the normal form, so chains of rules end. No rule
 * makes code worse when the operands have other uses: what a rule takes away is the operation at hand. Rules that only put
 * {@code x} in the place of {@code x + c} ask that the latter has no other use ({@link #isUsedOnce}): both would be kept in
 * registers, and every slot of a stack frame would be addressed from the caller's stack pointer.
 *
 * <p><b>Normal form.</b> Constants stand on the right. {@code x - c} is {@code x + -c}; {@code x * 2^k} is a shift;
 * rotations are to the left; comparisons with zero are EQZ, {@code NE x, 0} or signed comparisons with 0; conditions
 * of selects and branches are neither EQZ nor NE of an i32 with zero; a constant address is all displacement.
 *
 * <p>What may trap stays: {@code x / 0}, {@code x / -1}. Float identities hold for NaNs and signed zeros too, else they
 * are not here.
 */
abstract class Simplifier {
    /** How deep {@link #possibleBits} looks. */
    private static final int BITS_DEPTH = 3;

    /** The largest displacement of an address, plus one. */
    static final long MAX_DISPLACEMENT = 1L << 31;

    private static final int NONE = Function.NONE;

    private final ConstantFolder folder = new ConstantFolder();
    private final IntegerRules integers = new IntegerRules(this);
    private final ComparisonRules comparisons = new ComparisonRules(this);
    private final ConversionRules conversions = new ConversionRules(this);
    private Function function;
    private boolean enabled = true;

    /** Makes the operation as it stands, or finds an equal one that is usable here. */
    abstract int emit(Opcode op, Type type, int a, int b, int c, long imm);

    /** Whether the value is known to have one use, in the operation at hand. */
    boolean isUsedOnce(int value) {
        return false;
    }

    final void setFunction(Function function) {
        this.function = function;
    }

    final Function function() {
        return function;
    }

    /** Off: constants are folded and neutral elements dropped, nothing else. */
    final void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    final boolean isEnabled() {
        return enabled;
    }

    // ---- constructors ----

    /** A constant; for i32 and f32 the upper half of {@code bits} is ignored. */
    final int constant(Type type, long bits) {
        return emit(Opcode.CONST, type, NONE, NONE, NONE, bits & mask(type));
    }

    final int unary(Opcode op, Type type, int a) {
        if (isConst(a) && folder.unary(op, function.type(a), type, bits(a))) {
            return constant(type, folder.result());
        }
        if (!enabled) {
            return emit(op, type, a, NONE, NONE, 0);
        }
        int simple =
                switch (op) {
                    case EQZ -> comparisons.eqz(a);
                    case EXTEND8_S, EXTEND16_S, EXTEND32_S -> conversions.extendWithin(op, type, a);
                    case WRAP -> conversions.wrap(a);
                    case EXTEND_S -> conversions.extendSigned(a);
                    case EXTEND_U -> conversions.extendUnsigned(a);
                    case REINTERPRET -> conversions.reinterpret(type, a);
                    case FNEG, FABS -> conversions.floatSign(op, a);
                    case REF_TO_WORD -> wordOf(a);
                    default -> NONE;
                };
        return simple != NONE ? simple : emit(op, type, a, NONE, NONE, 0);
    }

    private int wordOf(int reference) {
        if (isConst(reference)) {
            return constant(Type.I32, 0);
        }
        return is(reference, Opcode.REF_FROM_WORD) ? function.a(reference) : NONE;
    }

    /** Whether a reference is seen not to be null: what has just been made, a function, an i31. */
    final boolean isNonNull(int reference) {
        return isNonNull(function, reference);
    }

    static boolean isNonNull(Function function, int reference) {
        return switch (function.opcode(reference)) {
            case NEW_STRUCT, NEW_ARRAY, REF_FUNC -> true;
            default -> isI31(function, reference);
        };
    }

    /** Whether a reference is seen to be an i31. */
    static boolean isI31(Function function, int reference) {
        if (function.opcode(reference) != Opcode.REF_FROM_WORD) {
            return false;
        }
        int word = function.a(reference);
        int odd = function.opcode(word) == Opcode.OR ? function.b(word) : word;
        return function.opcode(odd) == Opcode.CONST && (function.imm(odd) & 1) != 0;
    }

    /** Comparisons too; their type is I32. */
    final int binary(Opcode op, Type type, int a, int b) {
        boolean constantB = isConst(b);
        if (isConst(a)) {
            if (constantB && folder.binary(op, function.type(a), bits(a), bits(b))) {
                return constant(type, folder.result());
            }
            Opcode swapped = swapped(op);
            if (swapped != null && !constantB) {
                return constantOnTheRight(swapped, type, b, a);
            }
        }
        return constantOnTheRight(op, type, a, b);
    }

    private int constantOnTheRight(Opcode op, Type type, int a, int b) {
        if (isConst(b) && isNeutral(op, function.type(b), bits(b))) {
            return a;
        }
        int simple = enabled ? simplerBinary(op, type, a, b) : NONE;
        return simple != NONE ? simple : emit(op, type, a, b, NONE, 0);
    }

    private int simplerBinary(Opcode op, Type type, int a, int b) {
        return switch (op) {
            case ADD -> integers.add(type, a, b);
            case SUB -> integers.sub(type, a, b);
            case MUL -> integers.mul(type, a, b);
            case AND -> integers.and(type, a, b);
            case OR -> integers.or(type, a, b);
            case XOR -> integers.xor(type, a, b);
            case SHL, SHR_S, SHR_U, ROTL, ROTR -> integers.shift(op, type, a, b);
            case DIV_S, DIV_U, REM_S, REM_U -> integers.divide(op, type, a, b);
            case EQ, NE -> comparisons.equality(op, a, b);
            case LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U -> comparisons.order(op, a, b);
            case FMUL, FDIV -> conversions.scale(op, type, a, b);
            default -> NONE;
        };
    }

    /** {@code condition != 0 ? a : b}. */
    final int select(Type type, int condition, int a, int b) {
        if (isConst(condition)) {
            return bits(condition) != 0 ? a : b;
        }
        if (a == b) {
            return a;
        }
        if (!enabled) {
            return emit(Opcode.SELECT, type, condition, a, b, 0);
        }
        int stripped = strippedCondition(condition);
        int test = stripped >= 0 ? stripped : ~stripped;
        int ifTrue = stripped >= 0 ? a : b;
        int ifFalse = stripped >= 0 ? b : a;
        if (type == Type.I32 && isConst(ifTrue) && isConst(ifFalse)) {
            if (bits(ifTrue) == 1 && bits(ifFalse) == 0) {
                return isBoolean(test) ? test : binary(Opcode.NE, type, test, ifFalse);
            }
            if (bits(ifTrue) == 0 && bits(ifFalse) == 1) {
                return unary(Opcode.EQZ, Type.I32, test);
            }
        }
        return emit(Opcode.SELECT, type, test, ifTrue, ifFalse, 0);
    }

    /**
     * A condition without EQZ and NE with zero of i32 around it: {@code v} says that it holds if {@code v} is not zero,
     * {@code ~v} that it holds if {@code v} is zero.
     */
    final int strippedCondition(int condition) {
        int v = condition;
        boolean inverted = false;
        while (true) {
            Opcode op = function.opcode(v);
            boolean zeroTest = op == Opcode.EQZ || op == Opcode.NE && isConst(function.b(v), 0);
            if (!zeroTest || function.type(function.a(v)) != Type.I32) {
                return inverted ? ~v : v;
            }
            inverted ^= op == Opcode.EQZ;
            v = function.a(v);
        }
    }

    // ---- matchers, for the rules ----

    final boolean isConst(int value) {
        return function.opcode(value) == Opcode.CONST;
    }

    final boolean isConst(int value, long bits) {
        return isConst(value) && function.imm(value) == bits;
    }

    /** The bits of a constant, zero-extended. */
    final long bits(int constant) {
        return function.imm(constant);
    }

    /** The value of an integer constant, sign-extended. */
    final long signedBits(int constant) {
        return sign(function.type(constant), function.imm(constant));
    }

    final boolean is(int value, Opcode op) {
        return function.opcode(value) == op;
    }

    final boolean isBoolean(int value) {
        return possibleBits(value) >>> 1 == 0;
    }

    static long mask(Type type) {
        return type.bytes() == 4 ? 0xffffffffL : -1L;
    }

    static int width(Type type) {
        return type == Type.I32 ? 32 : 64;
    }

    static long sign(Type type, long bits) {
        return type == Type.I32 ? (int) bits : bits;
    }

    /** The bits of an integer that may be set, by its definition and a few behind it. */
    final long possibleBits(int value) {
        return possibleBits(value, BITS_DEPTH);
    }

    private long possibleBits(int v, int depth) {
        Function f = function;
        long all = mask(f.type(v));
        switch (f.opcode(v)) {
            case CONST:
                return f.imm(v);
            case EQZ, EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U:
            case FEQ, FNE, FLT, FGT, FLE, FGE:
                return 1;
            case LOAD8_U:
                return 0xff;
            case LOAD16_U:
                return 0xffff;
            case LOAD32_U:
                return 0xffffffffL;
            case CLZ, CTZ, POPCNT:
                return f.type(v) == Type.I32 ? 0x3f : 0x7f;
            default:
                return depth == 0 ? narrowOrAll(v, all) : bitsOfOperands(v, depth - 1, all);
        }
    }

    private long narrowOrAll(int v, long all) {
        return is(v, Opcode.EXTEND_U) ? 0xffffffffL : all;
    }

    private long bitsOfOperands(int v, int depth, long all) {
        Function f = function;
        switch (f.opcode(v)) {
            case AND:
                return possibleBits(f.a(v), depth) & possibleBits(f.b(v), depth);
            case OR, XOR:
                return possibleBits(f.a(v), depth) | possibleBits(f.b(v), depth);
            case SELECT:
                return f.type(v).isInteger()
                        ? possibleBits(f.b(v), depth) | possibleBits(f.c(v), depth)
                        : all;
            case EXTEND_U:
                return possibleBits(f.a(v), depth);
            case WRAP:
                return possibleBits(f.a(v), depth) & 0xffffffffL;
            case SHR_U:
                return isConst(f.b(v)) ? possibleBits(f.a(v), depth) >>> shiftCount(v) : all;
            case SHL:
                return isConst(f.b(v)) ? possibleBits(f.a(v), depth) << shiftCount(v) & all : all;
            default:
                return all;
        }
    }

    /** The count of a shift by a constant, reduced to the width. */
    final int shiftCount(int shift) {
        return (int) bits(function.b(shift)) & width(function.type(shift)) - 1;
    }

    /** Whether {@code x op bits} is x. */
    private static boolean isNeutral(Opcode op, Type type, long bits) {
        return switch (op) {
            case ADD, SUB, OR, XOR -> bits == 0;
            case SHL, SHR_S, SHR_U, ROTL, ROTR -> (bits & width(type) - 1) == 0;
            case MUL, DIV_S, DIV_U -> bits == 1;
            case AND -> bits == mask(type);
            default -> false;
        };
    }

    /** The opcode that gives the same result for swapped operands, or null. */
    static Opcode swapped(Opcode op) {
        return switch (op) {
            case LT_S -> Opcode.GT_S;
            case LT_U -> Opcode.GT_U;
            case GT_S -> Opcode.LT_S;
            case GT_U -> Opcode.LT_U;
            case LE_S -> Opcode.GE_S;
            case LE_U -> Opcode.GE_U;
            case GE_S -> Opcode.LE_S;
            case GE_U -> Opcode.LE_U;
            case FLT -> Opcode.FGT;
            case FGT -> Opcode.FLT;
            case FLE -> Opcode.FGE;
            case FGE -> Opcode.FLE;
            default -> op.isCommutative() ? op : null;
        };
    }

    /** The comparison that holds exactly where {@code op} does not, or null. Orders of floats have none. */
    static Opcode inverted(Opcode op) {
        return switch (op) {
            case EQ -> Opcode.NE;
            case NE -> Opcode.EQ;
            case LT_S -> Opcode.GE_S;
            case LT_U -> Opcode.GE_U;
            case GT_S -> Opcode.LE_S;
            case GT_U -> Opcode.LE_U;
            case LE_S -> Opcode.GT_S;
            case LE_U -> Opcode.GT_U;
            case GE_S -> Opcode.LT_S;
            case GE_U -> Opcode.LT_U;
            case FEQ -> Opcode.FNE;
            case FNE -> Opcode.FEQ;
            default -> null;
        };
    }
}
