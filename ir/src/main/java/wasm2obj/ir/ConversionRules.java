package wasm2obj.ir;

/** Identities of conversions and of floats. Each method gives a value that equals the operation, or NONE. */
final class ConversionRules {
    private static final int NONE = Function.NONE;

    private final Simplifier simplifier;

    ConversionRules(Simplifier simplifier) {
        this.simplifier = simplifier;
    }

    private Function f() {
        return simplifier.function();
    }

    /** EXTEND8_S, EXTEND16_S, EXTEND32_S of {@code a}. */
    int extendWithin(Opcode op, Type type, int a) {
        Function f = f();
        int bits = extendedBits(op);
        Opcode inner = f.opcode(a);
        int innerBits = extendedBits(inner);
        if (innerBits != 0 && f.type(a) == type) {
            // Of a narrower or equal extension: nothing to do. Of a wider one: that one is idle.
            return innerBits <= bits
                    ? a
                    : isLoad(inner) ? NONE : simplifier.unary(op, type, f.a(a));
        }
        if ((simplifier.possibleBits(a) & -1L << bits - 1) == 0) { // the sign bit is never set
            return a;
        }
        if (inner == Opcode.AND && simplifier.isConst(f.b(a))) { // the mask keeps all that counts
            long low = (1L << bits) - 1;
            if ((simplifier.bits(f.b(a)) & low) == low) {
                return simplifier.unary(op, type, f.a(a));
            }
        }
        if (op == Opcode.EXTEND32_S && (inner == Opcode.EXTEND_U || inner == Opcode.EXTEND_S)) {
            return simplifier.unary(Opcode.EXTEND_S, type, f.a(a));
        }
        return NONE;
    }

    /** The number of low bits that an opcode extends by sign, 0 for others. */
    private static int extendedBits(Opcode op) {
        return switch (op) {
            case EXTEND8_S, LOAD8_S -> 8;
            case EXTEND16_S, LOAD16_S -> 16;
            case EXTEND32_S, LOAD32_S -> 32;
            default -> 0;
        };
    }

    private static boolean isLoad(Opcode op) {
        return op.form() == Opcode.Form.LOAD;
    }

    int wrap(int a) {
        Function f = f();
        switch (f.opcode(a)) {
            case EXTEND_S, EXTEND_U:
                return f.a(a);
            case EXTEND32_S:
                return simplifier.unary(Opcode.WRAP, Type.I32, f.a(a));
            case AND:
                int b = f.b(a);
                return simplifier.isConst(b) && (int) simplifier.bits(b) == -1
                        ? simplifier.unary(Opcode.WRAP, Type.I32, f.a(a))
                        : NONE;
            default:
                return NONE;
        }
    }

    int extendSigned(int a) {
        if (f().opcode(a) == Opcode.WRAP) {
            return simplifier.unary(Opcode.EXTEND32_S, Type.I64, f().a(a));
        }
        // An i32 whose sign bit is never set: zero extension costs nothing.
        return (simplifier.possibleBits(a) & 1L << 31) == 0
                ? simplifier.unary(Opcode.EXTEND_U, Type.I64, a)
                : NONE;
    }

    int extendUnsigned(int a) {
        if (f().opcode(a) != Opcode.WRAP) {
            return NONE;
        }
        int x = f().a(a);
        return simplifier.possibleBits(x) >>> 32 == 0 ? x : NONE;
    }

    int reinterpret(Type type, int a) {
        return f().opcode(a) == Opcode.REINTERPRET && f().type(f().a(a)) == type ? f().a(a) : NONE;
    }

    /** FNEG and FABS: bit operations, exact for NaNs. */
    int floatSign(Opcode op, int a) {
        Opcode inner = f().opcode(a);
        if (op == Opcode.FNEG) {
            return inner == Opcode.FNEG ? f().a(a) : NONE;
        }
        if (inner == Opcode.FABS) {
            return a;
        }
        return inner == Opcode.FNEG ? simplifier.unary(Opcode.FABS, f().type(a), f().a(a)) : NONE;
    }

    /** x * 2 = x + x, and x / 2^k = x * 2^-k where that is a normal number: both round the same exact value. */
    int scale(Opcode op, Type type, int a, int b) {
        if (!simplifier.isConst(b)) {
            return NONE;
        }
        long bits = simplifier.bits(b);
        if (op == Opcode.FMUL) {
            return bits == (type == Type.F32 ? 0x40000000L : 0x4000000000000000L)
                    ? simplifier.binary(Opcode.FADD, type, a, a)
                    : NONE;
        }
        int mantissa = type == Type.F32 ? 23 : 52;
        long exponents = type == Type.F32 ? 0xff : 0x7ff;
        long exponent = bits >>> mantissa & exponents;
        long inverse = exponents - 1 - exponent;
        if ((bits & (1L << mantissa) - 1) != 0 || exponent == 0 || inverse <= 0) {
            return NONE;
        }
        long sign = bits & ~(exponents << mantissa);
        int factor = simplifier.constant(type, sign | inverse << mantissa);
        return simplifier.binary(Opcode.FMUL, type, a, factor);
    }
}
