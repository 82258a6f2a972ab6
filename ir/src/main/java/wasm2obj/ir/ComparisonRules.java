package wasm2obj.ir;

import static wasm2obj.ir.Simplifier.mask;
import static wasm2obj.ir.Simplifier.width;

/**
 * Identities of comparisons. Each method gives a value that equals the operation, or NONE. Constants are on the right
 * already.
 */
final class ComparisonRules {
    private static final int NONE = Function.NONE;

    private final Simplifier simplifier;

    ComparisonRules(Simplifier simplifier) {
        this.simplifier = simplifier;
    }

    private Function f() {
        return simplifier.function();
    }

    private int compare(Opcode op, int a, int b) {
        return simplifier.binary(op, Type.I32, a, b);
    }

    private int bool(boolean value) {
        return simplifier.constant(Type.I32, value ? 1 : 0);
    }

    int eqz(int a) {
        Function f = f();
        Opcode op = f.opcode(a);
        if (op == Opcode.EQZ) { // eqz(eqz(x)) = x != 0
            int x = f.a(a);
            return compare(Opcode.NE, x, simplifier.constant(f.type(x), 0));
        }
        Opcode inverted = Simplifier.inverted(op);
        if (inverted != null) {
            return compare(inverted, f.a(a), f.b(a));
        }
        return switch (op) {
            case SUB, XOR -> simplifier.isUsedOnce(a) ? compare(Opcode.EQ, f.a(a), f.b(a)) : NONE;
            case EXTEND_U, EXTEND_S -> simplifier.unary(Opcode.EQZ, Type.I32, f.a(a));
            default -> simplifier.isNonNull(a) ? bool(false) : NONE;
        };
    }

    /** EQ and NE. */
    int equality(Opcode op, int a, int b) {
        if (a == b) {
            return bool(op == Opcode.EQ);
        }
        if (simplifier.isConst(b)) {
            return simplifier.bits(b) == 0 ? withZero(op, a) : withConstant(op, a, b);
        }
        Function f = f();
        if (f.opcode(a) == f.opcode(b) && isInjective(f.opcode(a))) {
            return compare(op, f.a(a), f.a(b));
        }
        return NONE;
    }

    private static boolean isInjective(Opcode op) {
        return op == Opcode.EXTEND_U || op == Opcode.EXTEND_S;
    }

    private int withZero(Opcode op, int a) {
        Function f = f();
        if (op == Opcode.EQ) {
            return simplifier.unary(Opcode.EQZ, Type.I32, a);
        }
        if (f.type(a) == Type.I32 && simplifier.isBoolean(a)) {
            return a;
        }
        return switch (f.opcode(a)) {
            case SUB, XOR -> simplifier.isUsedOnce(a) ? compare(Opcode.NE, f.a(a), f.b(a)) : NONE;
            case EXTEND_U, EXTEND_S -> compare(Opcode.NE, f.a(a), simplifier.constant(Type.I32, 0));
            default -> NONE;
        };
    }

    private int withConstant(Opcode op, int a, int b) {
        Function f = f();
        Type type = f.type(a);
        if (!type.isInteger()) {
            return NONE;
        }
        long c = simplifier.bits(b);
        long possible = simplifier.possibleBits(a);
        if ((c & ~possible) != 0) { // a bit of the constant is never set
            return bool(op == Opcode.NE);
        }
        if (possible == 1) { // x == 1 of a boolean, of either width
            if (op == Opcode.EQ) {
                return compare(Opcode.NE, a, simplifier.constant(type, 0));
            }
            return simplifier.unary(Opcode.EQZ, Type.I32, a);
        }
        int x = f.a(a);
        switch (f.opcode(a)) {
            case ADD:
                return simplifier.isConst(f.b(a)) && simplifier.isUsedOnce(a)
                        ? compare(op, x, simplifier.constant(type, c - simplifier.bits(f.b(a))))
                        : NONE;
            case XOR:
                return simplifier.isConst(f.b(a)) && simplifier.isUsedOnce(a)
                        ? compare(op, x, simplifier.constant(type, c ^ simplifier.bits(f.b(a))))
                        : NONE;
            case EXTEND_U:
                return compare(op, x, simplifier.constant(Type.I32, c));
            case EXTEND_S:
                return (int) c == c
                        ? compare(op, x, simplifier.constant(Type.I32, c))
                        : bool(op == Opcode.NE);
            default:
                return NONE;
        }
    }

    /** The eight orders. */
    int order(Opcode op, int a, int b) {
        if (a == b) {
            return bool(isReflexive(op));
        }
        if (simplifier.isConst(b)) {
            return isSigned(op) ? signed(op, a, b) : unsigned(op, a, b);
        }
        Function f = f();
        if (f.opcode(a) == f.opcode(b)) {
            if (f.opcode(a) == Opcode.EXTEND_S) { // keeps both orders
                return compare(op, f.a(a), f.a(b));
            }
            if (f.opcode(a) == Opcode.EXTEND_U) {
                return compare(isSigned(op) ? unsignedOf(op) : op, f.a(a), f.a(b));
            }
        }
        return NONE;
    }

    private static boolean isReflexive(Opcode op) {
        return switch (op) {
            case LE_S, LE_U, GE_S, GE_U -> true;
            default -> false;
        };
    }

    private static boolean isSigned(Opcode op) {
        return switch (op) {
            case LT_S, GT_S, LE_S, GE_S -> true;
            default -> false;
        };
    }

    static Opcode unsignedOf(Opcode op) {
        return switch (op) {
            case LT_S -> Opcode.LT_U;
            case GT_S -> Opcode.GT_U;
            case LE_S -> Opcode.LE_U;
            default -> Opcode.GE_U;
        };
    }

    /** Signed comparisons with the ends of the range are decided; those next to zero become ones with zero. */
    private int signed(Opcode op, int a, int b) {
        Type type = f().type(a);
        long c = simplifier.signedBits(b);
        long min = -1L << width(type) - 1;
        if (c == min && (op == Opcode.LT_S || op == Opcode.GE_S)) {
            return bool(op == Opcode.GE_S);
        }
        if (c == ~min && (op == Opcode.GT_S || op == Opcode.LE_S)) {
            return bool(op == Opcode.LE_S);
        }
        if (c == -1 && op == Opcode.GT_S) {
            return compare(Opcode.GE_S, a, simplifier.constant(type, 0));
        }
        if (c == -1 && op == Opcode.LE_S) {
            return compare(Opcode.LT_S, a, simplifier.constant(type, 0));
        }
        if (c == 1 && op == Opcode.GE_S) {
            return compare(Opcode.GT_S, a, simplifier.constant(type, 0));
        }
        if (c == 1 && op == Opcode.LT_S) {
            return compare(Opcode.LE_S, a, simplifier.constant(type, 0));
        }
        if (c >= 0 && isNeverNegative(a)) {
            return compare(unsignedOf(op), a, b);
        }
        return NONE;
    }

    private boolean isNeverNegative(int value) {
        long sign = 1L << width(f().type(value)) - 1;
        return (simplifier.possibleBits(value) & sign) == 0;
    }

    /** Unsigned comparisons with the ends of what the value can be are decided or become tests for zero. */
    private int unsigned(Opcode op, int a, int b) {
        Type type = f().type(a);
        long c = simplifier.bits(b);
        if (op == Opcode.LE_U) {
            return c == mask(type)
                    ? bool(true)
                    : compare(Opcode.LT_U, a, simplifier.constant(type, c + 1));
        }
        if (op == Opcode.GT_U) {
            return c == mask(type)
                    ? bool(false)
                    : compare(Opcode.GE_U, a, simplifier.constant(type, c + 1));
        }
        boolean less = op == Opcode.LT_U;
        if (c == 0) {
            return bool(!less);
        }
        if (c == 1) {
            return less
                    ? simplifier.unary(Opcode.EQZ, Type.I32, a)
                    : compare(Opcode.NE, a, simplifier.constant(type, 0));
        }
        // No value with these possible bits is larger than all of them together.
        if (Long.compareUnsigned(simplifier.possibleBits(a), c) < 0) {
            return bool(less);
        }
        if (f().opcode(a) == Opcode.EXTEND_U) { // c fits: it is at most the operand's possible bits
            return compare(op, f().a(a), simplifier.constant(Type.I32, c));
        }
        return NONE;
    }
}
