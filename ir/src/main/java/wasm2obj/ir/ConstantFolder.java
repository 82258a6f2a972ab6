package wasm2obj.ir;

/**
 * Computes operations on constants with WebAssembly's semantics.
 *
 * <p>What is never folded: what traps, and float arithmetic with a NaN result. The specification leaves a NaN's sign and
 * payload open there, machines differ, and so the machine that runs the program decides: code that was optimised must
 * not show another NaN than code that was not. Operations on the bits alone (FNEG, FABS, FCOPYSIGN, REINTERPRET) are
 * exact and are folded for NaNs too.
 *
 * <p>A fold says whether it succeeded; {@link #result} then has the bits, in the form of {@link Opcode#CONST}.
 */
final class ConstantFolder {
    private static final double TWO_31 = 0x1p31;
    private static final double TWO_32 = 0x1p32;
    private static final double TWO_63 = 0x1p63;
    private static final double TWO_64 = 0x1p64;

    private long result;

    /** The bits of the last successful fold. */
    long result() {
        return result;
    }

    // ---- unary ----

    /** Folds {@code op} of {@code x}, which has the type {@code from}, to a value of the type {@code to}. */
    boolean unary(Opcode op, Type from, Type to, long x) {
        return switch (op) {
            case CLZ, CTZ, POPCNT, EXTEND8_S, EXTEND16_S, EXTEND32_S, EQZ ->
                    integerUnary(op, from, x);
            case FABS, FNEG -> signBit(op, from, x);
            case FCEIL, FFLOOR, FTRUNC, FNEAREST, FSQRT -> floatUnary(op, from, x);
            case WRAP, EXTEND_U -> done(x & 0xffffffffL);
            case EXTEND_S -> doneExtended((int) x);
            case REINTERPRET -> done(x);
            case TRUNC_S, TRUNC_U -> truncate(op, to, asDouble(from, x));
            case TRUNC_SAT_S, TRUNC_SAT_U -> truncateSaturating(op, to, asDouble(from, x));
            case CONVERT_S, CONVERT_U -> convert(op, from, to, x);
            case DEMOTE -> doneFloat((float) Double.longBitsToDouble(x));
            case PROMOTE -> doneDouble(Float.intBitsToFloat((int) x));
            default -> false;
        };
    }

    private boolean integerUnary(Opcode op, Type type, long x) {
        if (type == Type.I32) {
            int i = (int) x;
            return switch (op) {
                case CLZ -> doneInt(Integer.numberOfLeadingZeros(i));
                case CTZ -> doneInt(Integer.numberOfTrailingZeros(i));
                case POPCNT -> doneInt(Integer.bitCount(i));
                case EXTEND8_S -> doneInt((byte) i);
                case EXTEND16_S -> doneInt((short) i);
                case EQZ -> doneBoolean(i == 0);
                default -> false;
            };
        }
        return switch (op) {
            case CLZ -> done(Long.numberOfLeadingZeros(x));
            case CTZ -> done(Long.numberOfTrailingZeros(x));
            case POPCNT -> done(Long.bitCount(x));
            case EXTEND8_S -> done((byte) x);
            case EXTEND16_S -> done((short) x);
            case EXTEND32_S -> doneExtended((int) x);
            case EQZ -> doneBoolean(x == 0);
            default -> false;
        };
    }

    private boolean signBit(Opcode op, Type type, long x) {
        long sign = type == Type.F32 ? 1L << 31 : Long.MIN_VALUE;
        return done(op == Opcode.FABS ? x & ~sign : x ^ sign);
    }

    /** These are exact in double for float operands, or round once (a square root rounds right through double). */
    private boolean floatUnary(Opcode op, Type type, long x) {
        double d = asDouble(type, x);
        double value =
                switch (op) {
                    case FCEIL -> Math.ceil(d);
                    case FFLOOR -> Math.floor(d);
                    case FTRUNC -> d < 0 ? Math.ceil(d) : Math.floor(d);
                    case FNEAREST -> Math.rint(d);
                    case FSQRT -> Math.sqrt(d);
                    default -> Double.NaN;
                };
        return type == Type.F32 ? doneFloat((float) value) : doneDouble(value);
    }

    private boolean truncate(Opcode op, Type to, double d) {
        boolean signed = op == Opcode.TRUNC_S;
        if (to == Type.I32) {
            boolean fits = signed ? d > -TWO_31 - 1 && d < TWO_31 : d > -1 && d < TWO_32;
            return fits && doneInt((int) (long) d);
        }
        boolean fits = signed ? d >= -TWO_63 && d < TWO_63 : d > -1 && d < TWO_64;
        return fits && done(signed ? (long) d : toUnsignedLong(d));
    }

    private boolean truncateSaturating(Opcode op, Type to, double d) {
        boolean signed = op == Opcode.TRUNC_SAT_S;
        if (to == Type.I32) {
            return doneInt(signed ? (int) d : (int) Math.max(0, Math.min((long) d, 0xffffffffL)));
        }
        if (signed) {
            return done((long) d);
        }
        return done(d >= TWO_64 ? -1 : toUnsignedLong(d));
    }

    /** For d below 2^64; what is negative or NaN gives 0. */
    private static long toUnsignedLong(double d) {
        if (d >= TWO_63) {
            return (long) (d - TWO_63) + Long.MIN_VALUE;
        }
        return d > 0 ? (long) d : 0;
    }

    private boolean convert(Opcode op, Type from, Type to, long x) {
        if (from == Type.I32 || op == Opcode.CONVERT_S || x >= 0) {
            long value = from == Type.I32 && op == Opcode.CONVERT_S ? (int) x : x;
            return to == Type.F32 ? doneFloat((float) value) : doneDouble((double) value);
        }
        // From 2^63 on: halve, keep the lost bit sticky so that rounding sees it, and double.
        long half = x >>> 1 | x & 1;
        return to == Type.F32 ? doneFloat((float) half * 2) : doneDouble((double) half * 2);
    }

    // ---- binary ----

    /** Folds {@code op} of two constants of the type {@code type}. */
    boolean binary(Opcode op, Type type, long x, long y) {
        return switch (op) {
            case ADD, SUB, MUL, AND, OR, XOR, MULHI_S, MULHI_U -> arithmetic(op, type, x, y);
            case SHL, SHR_S, SHR_U, ROTL, ROTR ->
                    type == Type.I32 ? shift32(op, (int) x, (int) y) : shift64(op, x, (int) y);
            case DIV_S, DIV_U, REM_S, REM_U -> divide(op, type, x, y);
            case EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U -> compare(op, type, x, y);
            case FADD, FSUB, FMUL, FDIV, FMIN, FMAX ->
                    type == Type.F32
                            ? float32(
                                    op,
                                    Float.intBitsToFloat((int) x),
                                    Float.intBitsToFloat((int) y))
                            : float64(op, Double.longBitsToDouble(x), Double.longBitsToDouble(y));
            case FCOPYSIGN -> copySign(type, x, y);
            case FEQ, FNE, FLT, FGT, FLE, FGE ->
                    compareFloats(op, asDouble(type, x), asDouble(type, y));
            default -> false;
        };
    }

    private boolean arithmetic(Opcode op, Type type, long x, long y) {
        long value =
                switch (op) {
                    case ADD -> x + y;
                    case SUB -> x - y;
                    case MUL -> x * y;
                    case AND -> x & y;
                    case OR -> x | y;
                    case XOR -> x ^ y;
                    case MULHI_S -> Math.multiplyHigh(x, y);
                    default -> Math.unsignedMultiplyHigh(x, y);
                };
        return done(type == Type.I32 ? value & 0xffffffffL : value);
    }

    private boolean shift32(Opcode op, int x, int count) {
        return doneInt(
                switch (op) {
                    case SHL -> x << count;
                    case SHR_S -> x >> count;
                    case SHR_U -> x >>> count;
                    case ROTL -> Integer.rotateLeft(x, count);
                    default -> Integer.rotateRight(x, count);
                });
    }

    private boolean shift64(Opcode op, long x, int count) {
        return done(
                switch (op) {
                    case SHL -> x << count;
                    case SHR_S -> x >> count;
                    case SHR_U -> x >>> count;
                    case ROTL -> Long.rotateLeft(x, count);
                    default -> Long.rotateRight(x, count);
                });
    }

    private boolean divide(Opcode op, Type type, long x, long y) {
        if (y == 0) {
            return false;
        }
        if (type == Type.I32) {
            int i = (int) x;
            int j = (int) y;
            return switch (op) {
                case DIV_S -> !(i == Integer.MIN_VALUE && j == -1) && doneInt(i / j);
                case DIV_U -> doneInt(Integer.divideUnsigned(i, j));
                case REM_S -> doneInt(i % j);
                default -> doneInt(Integer.remainderUnsigned(i, j));
            };
        }
        return switch (op) {
            case DIV_S -> !(x == Long.MIN_VALUE && y == -1) && done(x / y);
            case DIV_U -> done(Long.divideUnsigned(x, y));
            case REM_S -> done(x % y);
            default -> done(Long.remainderUnsigned(x, y));
        };
    }

    private boolean compare(Opcode op, Type type, long x, long y) {
        int signed = type == Type.I32 ? Integer.compare((int) x, (int) y) : Long.compare(x, y);
        int unsigned = Long.compareUnsigned(x, y);
        return doneBoolean(
                switch (op) {
                    case EQ -> x == y;
                    case NE -> x != y;
                    case LT_S -> signed < 0;
                    case LT_U -> unsigned < 0;
                    case GT_S -> signed > 0;
                    case GT_U -> unsigned > 0;
                    case LE_S -> signed <= 0;
                    case LE_U -> unsigned <= 0;
                    case GE_S -> signed >= 0;
                    default -> unsigned >= 0;
                });
    }

    private boolean float32(Opcode op, float x, float y) {
        return doneFloat(
                switch (op) {
                    case FADD -> x + y;
                    case FSUB -> x - y;
                    case FMUL -> x * y;
                    case FDIV -> x / y;
                    case FMIN -> Math.min(x, y);
                    default -> Math.max(x, y);
                });
    }

    private boolean float64(Opcode op, double x, double y) {
        return doneDouble(
                switch (op) {
                    case FADD -> x + y;
                    case FSUB -> x - y;
                    case FMUL -> x * y;
                    case FDIV -> x / y;
                    case FMIN -> Math.min(x, y);
                    default -> Math.max(x, y);
                });
    }

    private boolean copySign(Type type, long x, long y) {
        long sign = type == Type.F32 ? 1L << 31 : Long.MIN_VALUE;
        return done(x & ~sign | y & sign);
    }

    private boolean compareFloats(Opcode op, double x, double y) {
        return doneBoolean(
                switch (op) {
                    case FEQ -> x == y;
                    case FNE -> x != y;
                    case FLT -> x < y;
                    case FGT -> x > y;
                    case FLE -> x <= y;
                    default -> x >= y;
                });
    }

    // ---- results ----

    private static double asDouble(Type type, long bits) {
        return type == Type.F32 ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
    }

    private boolean done(long bits) {
        result = bits;
        return true;
    }

    private boolean doneExtended(int value) {
        return done(value);
    }

    private boolean doneInt(int value) {
        return done(value & 0xffffffffL);
    }

    private boolean doneBoolean(boolean value) {
        return done(value ? 1 : 0);
    }

    private boolean doneFloat(float value) {
        return !Float.isNaN(value) && doneInt(Float.floatToRawIntBits(value));
    }

    private boolean doneDouble(double value) {
        return !Double.isNaN(value) && done(Double.doubleToRawLongBits(value));
    }
}
