package wasm2obj.ir;

/**
 * Divisions and remainders by constants become multiplications with a reciprocal, and shifts.
 *
 * <p>Why: compilers to WebAssembly leave them as they are, and a division takes 20 to 40 cycles where a multiplication takes
 * 3 or 4.
 *
 * <p>The mathematics is Granlund and Montgomery's ("Division by invariant integers using multiplication", PLDI 1994). For
 * a divisor d and dividends of N bits, with {@code l = ceil(log2 d)} there is a multiplier
 * {@code m = floor(2^(N+s)/d) + 1} with a shift {@code s <= l}, such that {@code floor(x/d) = floor(m*x / 2^(N+s))} for all x:
 * it suffices that {@code m*d - 2^(N+s) <= 2^s}. 32-bit dividends are multiplied in 64 bits, where also a multiplier
 * of 33 bits needs no correction: it is scaled to 64 bits and the high half of the product is the quotient.
 */
final class ConstantDivision extends Pass {
    private static final int NONE = Function.NONE;

    private final Inserter inserter = new Inserter();
    private final ValueMap map = new ValueMap();
    private Function function;

    // The reciprocal found last: multiplier is the low 64 bits.
    private long multiplier;
    private int shift;
    private boolean isTooWide;

    ConstantDivision() {
        super("divide", false);
    }

    @Override
    boolean run(Function function, Analyses analyses) {
        this.function = function;
        map.reset(function);
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            int next;
            for (int i = function.first(b); i != NONE; i = next) {
                next = function.next(i);
                Opcode op = function.opcode(i);
                boolean divides =
                        op.effect() == Opcode.Effect.TRAPS && op.form() == Opcode.Form.BINARY;
                if (divides && inserter(i).isConst(function.b(i))) {
                    replace(i, op);
                }
            }
        }
        map.apply(function);
        return !map.isEmpty();
    }

    private Inserter inserter(int before) {
        inserter.setPosition(function, before);
        return inserter;
    }

    private void replace(int i, Opcode op) {
        Type type = function.type(i);
        int x = map.get(function.a(i));
        int divisor = function.b(i);
        int value;
        if (op == Opcode.DIV_U || op == Opcode.REM_U) {
            long d = inserter.bits(divisor);
            if (d < 2 && d >= 0) {
                return;
            }
            value = unsignedQuotient(type, x, d);
        } else {
            long d = inserter.signedBits(divisor);
            if (d >= -1 && d <= 1) {
                return;
            }
            value = signedQuotient(type, x, d);
        }
        if (op == Opcode.REM_U || op == Opcode.REM_S) {
            int product = binary(Opcode.MUL, type, value, divisor);
            value = binary(Opcode.SUB, type, x, product);
        }
        map.replace(i, value);
        function.remove(i);
    }

    private int binary(Opcode op, Type type, int a, int b) {
        return inserter.binary(op, type, a, b);
    }

    private int shifted(Opcode op, Type type, int a, int count) {
        return inserter.binary(op, type, a, inserter.constant(type, count));
    }

    private int constant(long bits) {
        return inserter.constant(Type.I64, bits);
    }

    private static boolean isPowerOf2(long d) {
        return (d & d - 1) == 0;
    }

    // ---- unsigned ----

    private int unsignedQuotient(Type type, int x, long d) {
        if (isPowerOf2(d)) {
            return shifted(Opcode.SHR_U, type, x, Long.numberOfTrailingZeros(d));
        }
        return type == Type.I32 ? unsigned32(x, d) : unsigned64(x, d);
    }

    private int unsigned32(int x, long d) {
        int wide = inserter.unary(Opcode.EXTEND_U, Type.I64, x);
        int l = 64 - Long.numberOfLeadingZeros(d - 1);
        for (int s = 0; s < l; s++) {
            long power = 1L << 31 + s; // 2^(32+s), halved: for s = 31 it would not fit
            long m = (power / d * 2) + (power % d * 2 / d) + 1;
            long excess = m * d - power * 2;
            if (m >>> 32 == 0 && excess <= 1L << s) {
                int product = binary(Opcode.MUL, Type.I64, wide, constant(m));
                return wrap(shifted(Opcode.SHR_U, Type.I64, product, 32 + s));
            }
        }
        long scaled = Long.divideUnsigned(-1, d) + 1; // ceil(2^64 / d): d is no power of 2
        return wrap(binary(Opcode.MULHI_U, Type.I64, wide, constant(scaled)));
    }

    private int wrap(int x) {
        return inserter.unary(Opcode.WRAP, Type.I32, x);
    }

    private int unsigned64(int x, long d) {
        findReciprocal(d, 64);
        if (!isTooWide) {
            int high = binary(Opcode.MULHI_U, Type.I64, x, constant(multiplier));
            return shifted(Opcode.SHR_U, Type.I64, high, shift);
        }
        int zeros = Long.numberOfTrailingZeros(d);
        if (zeros > 0) { // dividing an even divisor and the dividend first leaves fewer bits
            int shifted = shifted(Opcode.SHR_U, Type.I64, x, zeros);
            findReciprocal(d >>> zeros, 64 - zeros);
            int high = binary(Opcode.MULHI_U, Type.I64, shifted, constant(multiplier));
            return shifted(Opcode.SHR_U, Type.I64, high, shift);
        }
        // m = 2^64 + multiplier: x + high needs 65 bits, so half the difference is added.
        int high = binary(Opcode.MULHI_U, Type.I64, x, constant(multiplier));
        int difference = binary(Opcode.SUB, Type.I64, x, high);
        int half = shifted(Opcode.SHR_U, Type.I64, difference, 1);
        int sum = binary(Opcode.ADD, Type.I64, half, high);
        return shifted(Opcode.SHR_U, Type.I64, sum, shift - 1);
    }

    /**
     * For dividends below 2^bits: {@code multiplier} and {@code shift} with {@code x/d = multiplier * x >> 64 + shift}; if
     * {@code isTooWide} the multiplier has 65 bits.
     */
    private void findReciprocal(long d, int bits) {
        int l = 64 - Long.numberOfLeadingZeros(d - 1);
        // The least shift whose excess is small enough: m*d - 2^(64+s) <= 2^(64+s-bits).
        startQuotient(d);
        for (int s = 0; s <= l; s++) {
            if (s > 0) {
                doubleQuotient(d);
            }
            long excess = d - remainder; // m = quotient + 1
            int room = 64 + s - bits;
            boolean fits = room >= 64 || Long.compareUnsigned(excess, 1L << room) <= 0;
            if (fits) {
                multiplier = quotient + 1;
                shift = s;
                isTooWide = quotientIsTooWide || multiplier == 0;
                return;
            }
        }
        throw new IllegalStateException("no reciprocal of " + d);
    }

    private long quotient;
    private long remainder;
    private boolean quotientIsTooWide;

    /** The quotient of 2^64 by d, which is no power of 2, and the remainder. */
    private void startQuotient(long d) {
        quotient = Long.divideUnsigned(-1, d);
        remainder = Long.remainderUnsigned(-1, d) + 1;
        quotientIsTooWide = false;
    }

    /** From the quotient of 2^n to that of 2^(n+1), of which the low 64 bits are kept. */
    private void doubleQuotient(long d) {
        boolean carry = remainder < 0;
        remainder <<= 1;
        quotientIsTooWide |= quotient < 0;
        quotient <<= 1;
        if (carry || Long.compareUnsigned(remainder, d) >= 0) {
            remainder -= d;
            quotient |= 1;
        }
    }

    // ---- signed ----

    private int signedQuotient(Type type, int x, long d) {
        long magnitude = Math.abs(d); // of the least number: itself, unsigned
        int quotient =
                isPowerOf2(magnitude)
                        ? signedByPower(type, x, Long.numberOfTrailingZeros(magnitude))
                        : type == Type.I32 ? signed32(x, magnitude) : signed64(x, magnitude);
        return d < 0 ? binary(Opcode.SUB, type, inserter.constant(type, 0), quotient) : quotient;
    }

    /** Negative dividends are rounded up to zero: 2^k - 1 is added to them first. */
    private int signedByPower(Type type, int x, int k) {
        int width = Simplifier.width(type);
        int sign = k == 1 ? x : shifted(Opcode.SHR_S, type, x, width - 1);
        int bias = shifted(Opcode.SHR_U, type, sign, width - k);
        return shifted(Opcode.SHR_S, type, binary(Opcode.ADD, type, x, bias), k);
    }

    /** The quotient is rounded down; one more for negative dividends. */
    private int signed32(int x, long d) {
        int wide = inserter.unary(Opcode.EXTEND_S, Type.I64, x);
        for (int s = 0; s < 32; s++) {
            long power = 1L << 31 + s; // dividends have 31 bits and a sign
            long m = power / d + 1;
            if (m * d - power <= 1L << s) {
                int product = binary(Opcode.MUL, Type.I64, wide, constant(m));
                int high = wrap(shifted(Opcode.SHR_S, Type.I64, product, 31 + s));
                return binary(Opcode.ADD, Type.I32, high, shifted(Opcode.SHR_U, Type.I32, x, 31));
            }
        }
        throw new IllegalStateException("no reciprocal of " + d);
    }

    private int signed64(int x, long d) {
        findReciprocal(d, 63);
        int high = binary(Opcode.MULHI_S, Type.I64, x, constant(multiplier));
        if (multiplier < 0) { // taken for multiplier - 2^64
            high = binary(Opcode.ADD, Type.I64, high, x);
        }
        int quotient = shifted(Opcode.SHR_S, Type.I64, high, shift);
        return binary(Opcode.ADD, Type.I64, quotient, shifted(Opcode.SHR_U, Type.I64, x, 63));
    }
}
