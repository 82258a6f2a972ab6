package wasm2obj.ir;

import static wasm2obj.ir.Simplifier.mask;
import static wasm2obj.ir.Simplifier.width;

/**
 * Identities of integer arithmetic, logic, shifts and division. Each method gives a value that equals the operation, or
 * NONE. Constants are on the right already, and neutral elements gone.
 */
final class IntegerRules {
    private static final int NONE = Function.NONE;

    private final Simplifier simplifier;

    IntegerRules(Simplifier simplifier) {
        this.simplifier = simplifier;
    }

    private Function f() {
        return simplifier.function();
    }

    private int binary(Opcode op, Type type, int a, int b) {
        return simplifier.binary(op, type, a, b);
    }

    private int constant(Type type, long bits) {
        return simplifier.constant(type, bits);
    }

    private boolean is(int value, Opcode op) {
        return simplifier.is(value, op);
    }

    private boolean isConst(int value) {
        return simplifier.isConst(value);
    }

    private long bits(int constant) {
        return simplifier.bits(constant);
    }

    /** Whether the value is {@code op} of something and a constant. */
    private boolean hasConstant(int value, Opcode op) {
        return is(value, op) && isConst(f().b(value));
    }

    /** Whether the value is {@code 0 - x}. */
    private boolean isNegation(int value) {
        return is(value, Opcode.SUB) && simplifier.isConst(f().a(value), 0);
    }

    // ---- addition ----

    int add(Type type, int a, int b) {
        Function f = f();
        if (isConst(b)) {
            long c = bits(b);
            if (!simplifier.isUsedOnce(a)) {
                return NONE;
            }
            if (hasConstant(a, Opcode.ADD)) { // (x + c1) + c = x + (c1 + c)
                return binary(Opcode.ADD, type, f.a(a), constant(type, bits(f.b(a)) + c));
            }
            if (is(a, Opcode.SUB) && isConst(f.a(a))) { // (c1 - x) + c = (c1 + c) - x
                return binary(Opcode.SUB, type, constant(type, bits(f.a(a)) + c), f.b(a));
            }
            return NONE;
        }
        if (is(a, Opcode.SUB) && f.b(a) == b) { // (x - b) + b
            return f.a(a);
        }
        if (is(b, Opcode.SUB) && f.b(b) == a) {
            return f.a(b);
        }
        if (isNegation(b)) { // a + (0 - y)
            return binary(Opcode.SUB, type, a, f.b(b));
        }
        if (isNegation(a)) {
            return binary(Opcode.SUB, type, b, f.b(a));
        }
        return NONE;
    }

    int sub(Type type, int a, int b) {
        Function f = f();
        if (a == b) {
            return constant(type, 0);
        }
        if (isConst(b)) { // x - c = x + -c
            return binary(Opcode.ADD, type, a, constant(type, -bits(b)));
        }
        boolean dies = isConst(a) && simplifier.isUsedOnce(b);
        if (dies && hasConstant(b, Opcode.ADD)) { // c - (x + c1) = (c - c1) - x
            return binary(Opcode.SUB, type, constant(type, bits(a) - bits(f.b(b))), f.a(b));
        }
        if (dies && is(b, Opcode.SUB) && isConst(f.a(b))) { // c - (c1 - x) = x + (c - c1)
            return binary(Opcode.ADD, type, f.b(b), constant(type, bits(a) - bits(f.a(b))));
        }
        if (simplifier.isConst(a, 0) && is(b, Opcode.SUB)) { // 0 - (x - y) = y - x
            return binary(Opcode.SUB, type, f.b(b), f.a(b));
        }
        if (isNegation(b)) { // a - (0 - y)
            return binary(Opcode.ADD, type, a, f.b(b));
        }
        if (is(a, Opcode.ADD)) { // (x + b) - b
            return f.b(a) == b ? f.a(a) : f.a(a) == b ? f.b(a) : NONE;
        }
        if (is(a, Opcode.SUB) && f.a(a) == b) { // (b - y) - b
            return binary(Opcode.SUB, type, constant(type, 0), f.b(a));
        }
        return NONE;
    }

    int mul(Type type, int a, int b) {
        if (!isConst(b)) {
            return NONE;
        }
        long c = bits(b);
        if (c == 0) {
            return b;
        }
        if (c == mask(type)) { // x * -1
            return binary(Opcode.SUB, type, constant(type, 0), a);
        }
        if ((c & c - 1) == 0) {
            return binary(Opcode.SHL, type, a, constant(type, Long.numberOfTrailingZeros(c)));
        }
        if (hasConstant(a, Opcode.MUL)) {
            return binary(Opcode.MUL, type, f().a(a), constant(type, bits(f().b(a)) * c));
        }
        if (hasConstant(a, Opcode.SHL)) {
            long factor = c << simplifier.shiftCount(a);
            return binary(Opcode.MUL, type, f().a(a), constant(type, factor));
        }
        return NONE;
    }

    // ---- logic ----

    int and(Type type, int a, int b) {
        if (a == b) {
            return a;
        }
        if (!isConst(b)) {
            return NONE;
        }
        long c = bits(b);
        if (c == 0) {
            return b;
        }
        long possible = simplifier.possibleBits(a);
        if ((possible & ~c) == 0) { // the mask takes nothing away
            return a;
        }
        if ((possible & c) == 0) {
            return constant(type, 0);
        }
        if (hasConstant(a, Opcode.AND)) { // (x & c1) & c
            return binary(Opcode.AND, type, f().a(a), constant(type, bits(f().b(a)) & c));
        }
        if (type == Type.I64 && c == 0xffffffffL) { // two moves at most, and no wide constant
            int low = simplifier.unary(Opcode.WRAP, Type.I32, a);
            return simplifier.unary(Opcode.EXTEND_U, Type.I64, low);
        }
        int zeros = Long.numberOfTrailingZeros(c);
        boolean isElement = zeros > 0 && zeros <= 3 && (possible & ~c) >>> zeros == 0;
        if (isElement
                && hasConstant(a, Opcode.SHR_U)) { // (x >> n) & -2^k: additions and addresses shift
            int count = simplifier.shiftCount(a) + zeros;
            if (count < width(type)) {
                int element = binary(Opcode.SHR_U, type, f().a(a), constant(type, count));
                return binary(Opcode.SHL, type, element, constant(type, zeros));
            }
        }
        return NONE;
    }

    int or(Type type, int a, int b) {
        if (a == b) {
            return a;
        }
        if (isConst(b)) {
            if (bits(b) == mask(type)) {
                return b;
            }
            if (hasConstant(a, Opcode.OR)) {
                return binary(Opcode.OR, type, f().a(a), constant(type, bits(f().b(a)) | bits(b)));
            }
            return NONE;
        }
        return rotationOrChoice(type, a, b);
    }

    private int rotationOrChoice(Type type, int a, int b) {
        int rotation = rotation(type, a, b);
        if (rotation != NONE || !is(a, Opcode.AND) || !is(b, Opcode.AND)) {
            return rotation;
        }
        int choice = choice(type, a, b);
        return choice != NONE ? choice : choice(type, b, a);
    }

    /** {@code (x & y) | (~x & z)}, and with ^ for |, is {@code z ^ (x & (y ^ z))}: an operation less. */
    private int choice(Type type, int kept, int masked) {
        Function f = f();
        int inverse = f.a(masked);
        int z = f.b(masked);
        if (!isInverse(inverse, type)) {
            inverse = z;
            z = f.a(masked);
        }
        if (!isInverse(inverse, type)) {
            return NONE;
        }
        int x = f.a(inverse);
        boolean matches = f.a(kept) == x || f.b(kept) == x;
        boolean dies =
                simplifier.isUsedOnce(kept)
                        && simplifier.isUsedOnce(masked)
                        && simplifier.isUsedOnce(inverse);
        if (!matches || !dies) {
            return NONE;
        }
        int y = f.a(kept) == x ? f.b(kept) : f.a(kept);
        int different = binary(Opcode.AND, type, x, binary(Opcode.XOR, type, y, z));
        return binary(Opcode.XOR, type, different, z);
    }

    private boolean isInverse(int value, Type type) {
        return is(value, Opcode.XOR) && simplifier.isConst(f().b(value), mask(type));
    }

    /** {@code x << c | x >>> width - c}, and with + or ^ for |, is a rotation. */
    private int rotation(Type type, int a, int b) {
        if (!hasConstant(a, Opcode.SHL) && !hasConstant(b, Opcode.SHL)) {
            return NONE;
        }
        int left = hasConstant(a, Opcode.SHL) ? a : b;
        int right = left == a ? b : a;
        if (!hasConstant(right, Opcode.SHR_U) || f().a(left) != f().a(right)) {
            return NONE;
        }
        if (simplifier.shiftCount(left) + simplifier.shiftCount(right) != width(type)) {
            return NONE;
        }
        return binary(Opcode.ROTL, type, f().a(left), f().b(left));
    }

    int xor(Type type, int a, int b) {
        if (a == b) {
            return constant(type, 0);
        }
        if (!isConst(b)) {
            return rotationOrChoice(type, a, b);
        }
        if (hasConstant(a, Opcode.XOR)) {
            return binary(Opcode.XOR, type, f().a(a), constant(type, bits(f().b(a)) ^ bits(b)));
        }
        if (type == Type.I32 && bits(b) == 1 && simplifier.isBoolean(a)) {
            return simplifier.unary(Opcode.EQZ, Type.I32, a);
        }
        return NONE;
    }

    // ---- shifts ----

    int shift(Opcode op, Type type, int a, int b) {
        int width = width(type);
        if (!isConst(b)) {
            return shiftByVariable(op, type, a, b);
        }
        int count = (int) bits(b) & width - 1;
        if (count != bits(b)) {
            return binary(op, type, a, constant(type, count));
        }
        if (op == Opcode.ROTR) {
            return binary(Opcode.ROTL, type, a, constant(type, width - count));
        }
        if (op == Opcode.SHR_U && simplifier.possibleBits(a) >>> count == 0) {
            return constant(type, 0);
        }
        if (op == Opcode.SHR_S && simplifier.possibleBits(a) >>> width - 1 == 0) {
            return binary(Opcode.SHR_U, type, a, b);
        }
        if (hasConstant(a, op)) {
            return shiftTwice(op, type, a, count);
        }
        return shiftOfOther(op, type, a, count);
    }

    /** A count is taken modulo the width, so masks that keep its low bits are idle. */
    private int shiftByVariable(Opcode op, Type type, int a, int b) {
        if (hasConstant(b, Opcode.AND)) {
            long low = width(type) - 1L;
            if ((bits(f().b(b)) & low) == low) {
                return binary(op, type, a, f().a(b));
            }
        }
        return NONE;
    }

    private int shiftTwice(Opcode op, Type type, int a, int count) {
        int width = width(type);
        int sum = simplifier.shiftCount(a) + count;
        int x = f().a(a);
        if (op == Opcode.ROTL) {
            return binary(op, type, x, constant(type, sum & width - 1));
        }
        if (sum < width) {
            return binary(op, type, x, constant(type, sum));
        }
        return op == Opcode.SHR_S
                ? binary(op, type, x, constant(type, width - 1))
                : constant(type, 0);
    }

    private int shiftOfOther(Opcode op, Type type, int a, int count) {
        int width = width(type);
        int x = f().a(a);
        if (op == Opcode.SHR_S && hasConstant(a, Opcode.SHL)) {
            if (simplifier.shiftCount(a) != count) {
                return NONE;
            }
            Opcode extension = extension(width - count);
            return extension == null ? NONE : simplifier.unary(extension, type, x);
        }
        if (op == Opcode.SHR_U && hasConstant(a, Opcode.SHL) && simplifier.shiftCount(a) == count) {
            return binary(Opcode.AND, type, x, constant(type, mask(type) >>> count));
        }
        if (op == Opcode.SHL && hasConstant(a, Opcode.MUL)) { // x * c1 << c = x * (c1 << c)
            return binary(Opcode.MUL, type, x, constant(type, bits(f().b(a)) << count));
        }
        if (op == Opcode.SHL && (is(a, Opcode.SHR_U) || is(a, Opcode.SHR_S))) {
            if (isConst(f().b(a)) && simplifier.shiftCount(a) == count) {
                return binary(Opcode.AND, type, x, constant(type, -1L << count));
            }
        }
        return NONE;
    }

    /** The extension of the low {@code bits} bits, or null. */
    private static Opcode extension(int bits) {
        return switch (bits) {
            case 8 -> Opcode.EXTEND8_S;
            case 16 -> Opcode.EXTEND16_S;
            case 32 -> Opcode.EXTEND32_S;
            default -> null;
        };
    }

    // ---- division ----

    int divide(Opcode op, Type type, int a, int b) {
        if (!isConst(b)) {
            return NONE;
        }
        long c = bits(b);
        if (op == Opcode.REM_S && (c == 1 || c == mask(type))) {
            return constant(type, 0);
        }
        if (c == 0 || (c & c - 1) != 0) {
            return NONE;
        }
        if (op == Opcode.DIV_U) {
            return binary(Opcode.SHR_U, type, a, constant(type, Long.numberOfTrailingZeros(c)));
        }
        if (op == Opcode.REM_U) {
            return binary(Opcode.AND, type, a, constant(type, c - 1));
        }
        return NONE;
    }
}
