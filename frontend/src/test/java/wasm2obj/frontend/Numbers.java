package wasm2obj.frontend;

import java.math.BigDecimal;
import java.math.BigInteger;
import wasm2obj.frontend.IrInstance.Trap;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;

/** The IR's arithmetic on bits, by the WebAssembly specification. i32 and f32 are zero-extended. */
final class Numbers {
    private Numbers() {}

    static long mask(Type type, long bits) {
        return type == Type.I32 || type == Type.F32 ? bits & 0xffff_ffffL : bits;
    }

    private static long signed(Type type, long bits) {
        return type == Type.I32 ? (int) bits : bits;
    }

    private static double real(Type type, long bits) {
        return type == Type.F32 ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
    }

    private static long bits(Type type, double value) {
        return type == Type.F32
                ? Float.floatToRawIntBits((float) value) & 0xffff_ffffL
                : Double.doubleToRawLongBits(value);
    }

    static long unary(Opcode op, Type from, Type to, long x) {
        return mask(to, unaryBits(op, from, to, x));
    }

    private static long unaryBits(Opcode op, Type from, Type to, long x) {
        boolean narrow = from == Type.I32;
        return switch (op) {
            case CLZ ->
                    narrow ? Integer.numberOfLeadingZeros((int) x) : Long.numberOfLeadingZeros(x);
            case CTZ ->
                    narrow ? Integer.numberOfTrailingZeros((int) x) : Long.numberOfTrailingZeros(x);
            case POPCNT -> Long.bitCount(x);
            case EXTEND8_S -> (byte) x;
            case EXTEND16_S -> (short) x;
            case EXTEND32_S, EXTEND_S -> (int) x;
            case EQZ -> x == 0 ? 1 : 0;
            case WRAP, EXTEND_U, REINTERPRET -> x;
            case FABS -> from == Type.F32 ? x & 0x7fff_ffffL : x & Long.MAX_VALUE;
            case FNEG -> from == Type.F32 ? x ^ 0x8000_0000L : x ^ Long.MIN_VALUE;
            case FCEIL -> bits(from, Math.ceil(real(from, x)));
            case FFLOOR -> bits(from, Math.floor(real(from, x)));
            case FTRUNC -> {
                double value = real(from, x);
                yield bits(from, value < 0 ? Math.ceil(value) : Math.floor(value));
            }
            case FNEAREST -> bits(from, Math.rint(real(from, x)));
            case FSQRT -> bits(from, Math.sqrt(real(from, x)));
            case TRUNC_S, TRUNC_U, TRUNC_SAT_S, TRUNC_SAT_U -> integer(op, to, real(from, x));
            case CONVERT_S -> converted(to, BigInteger.valueOf(signed(from, x)));
            case CONVERT_U -> converted(to, new BigInteger(Long.toUnsignedString(x)));
            case DEMOTE, PROMOTE -> bits(to, real(from, x));
            default -> throw new AssertionError(op);
        };
    }

    private static long converted(Type to, BigInteger value) {
        return to == Type.F32
                ? Float.floatToRawIntBits(value.floatValue()) & 0xffff_ffffL
                : Double.doubleToRawLongBits(value.doubleValue());
    }

    private static long integer(Opcode op, Type to, double x) {
        boolean signed = op == Opcode.TRUNC_S || op == Opcode.TRUNC_SAT_S;
        boolean saturates = op == Opcode.TRUNC_SAT_S || op == Opcode.TRUNC_SAT_U;
        int width = to == Type.I32 ? 32 : 64;
        if (Double.isNaN(x)) {
            if (saturates) {
                return 0;
            }
            throw new Trap(TrapKind.BAD_CONVERSION_TO_INTEGER);
        }
        BigInteger one = BigInteger.ONE;
        BigInteger low = signed ? one.shiftLeft(width - 1).negate() : BigInteger.ZERO;
        BigInteger high = one.shiftLeft(signed ? width - 1 : width).subtract(one);
        double bounded = Math.max(-0x1p70, Math.min(0x1p70, x));
        BigInteger value = new BigDecimal(bounded).toBigInteger();
        if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            if (!saturates) {
                throw new Trap(TrapKind.INTEGER_OVERFLOW);
            }
            value = value.signum() < 0 ? low : high;
        }
        return value.longValue();
    }

    static long binary(Opcode op, Type type, Type to, long x, long y) {
        return mask(to, binaryBits(op, type, x, y));
    }

    private static long binaryBits(Opcode op, Type type, long x, long y) {
        int width = type == Type.I32 ? 32 : 64;
        int count = (int) y & width - 1;
        return switch (op) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case AND -> x & y;
            case OR -> x | y;
            case XOR -> x ^ y;
            case SHL -> x << count;
            case SHR_S -> signed(type, x) >> count;
            case SHR_U -> x >>> count;
            case ROTL ->
                    width == 32 ? Integer.rotateLeft((int) x, count) : Long.rotateLeft(x, count);
            case ROTR ->
                    width == 32 ? Integer.rotateRight((int) x, count) : Long.rotateRight(x, count);
            case MULHI_S -> Math.multiplyHigh(x, y);
            case MULHI_U -> Math.unsignedMultiplyHigh(x, y);
            case DIV_S, DIV_U, REM_S, REM_U -> divided(op, type, x, y);
            case EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U ->
                    compared(op, type, x, y) ? 1 : 0;
            default -> floatBinary(op, type, x, y);
        };
    }

    private static boolean compared(Opcode op, Type type, long x, long y) {
        int signed = Long.compare(signed(type, x), signed(type, y));
        int unsigned = Long.compareUnsigned(x, y);
        return switch (op) {
            case EQ -> x == y;
            case NE -> x != y;
            case LT_S -> signed < 0;
            case LT_U -> unsigned < 0;
            case GT_S -> signed > 0;
            case GT_U -> unsigned > 0;
            case LE_S -> signed <= 0;
            case LE_U -> unsigned <= 0;
            case GE_S -> signed >= 0;
            case GE_U -> unsigned >= 0;
            default -> throw new AssertionError(op);
        };
    }

    private static long divided(Opcode op, Type type, long x, long y) {
        if (y == 0) {
            throw new Trap(TrapKind.INTEGER_DIVIDE_BY_ZERO);
        }
        long sx = signed(type, x);
        long sy = signed(type, y);
        return switch (op) {
            case DIV_U -> Long.divideUnsigned(x, y);
            case REM_U -> Long.remainderUnsigned(x, y);
            case REM_S -> sy == -1 ? 0 : sx % sy;
            default -> {
                if (sy == -1 && sx == (type == Type.I32 ? Integer.MIN_VALUE : Long.MIN_VALUE)) {
                    throw new Trap(TrapKind.INTEGER_OVERFLOW);
                }
                yield sx / sy;
            }
        };
    }

    private static long floatBinary(Opcode op, Type type, long x, long y) {
        double a = real(type, x);
        double b = real(type, y);
        long sign = type == Type.F32 ? 0x8000_0000L : Long.MIN_VALUE;
        return switch (op) {
            case FEQ -> a == b ? 1 : 0;
            case FNE -> a != b ? 1 : 0;
            case FLT -> a < b ? 1 : 0;
            case FGT -> a > b ? 1 : 0;
            case FLE -> a <= b ? 1 : 0;
            case FGE -> a >= b ? 1 : 0;
            case FCOPYSIGN -> x & ~sign | y & sign;
            case FMIN -> bits(type, Math.min(a, b));
            case FMAX -> bits(type, Math.max(a, b));
            // The double result of two floats, rounded again, is the float result.
            case FADD -> bits(type, a + b);
            case FSUB -> bits(type, a - b);
            case FMUL -> bits(type, a * b);
            case FDIV -> bits(type, a / b);
            default -> throw new AssertionError(op);
        };
    }
}
