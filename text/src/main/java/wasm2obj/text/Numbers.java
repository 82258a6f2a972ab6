package wasm2obj.text;

import java.nio.charset.StandardCharsets;

/**
 * Number literals (specification, "Values"): integers of a width, and floats, rounded to nearest, ties to even.
 *
 * <p>Every function returns bits; whether the literal was wrong is then asked of {@link #problem}, since the caller knows
 * better what to say.
 */
final class Numbers {
    static final String MALFORMED = "unknown operator";
    private static final String OUT_OF_RANGE = "constant out of range";

    /** Exponents stop here; beyond it every number is zero or infinite. */
    private static final long MAX_EXPONENT = 1L << 40;

    private final byte[] text;
    private String problem;

    Numbers(byte[] text) {
        this.text = text;
    }

    /** What is wrong with the number that was last read, or null. */
    String problem() {
        return problem;
    }

    /** The value of a digit, or -1. */
    static int digit(byte c, int radix) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int letter = (c | 0x20) - 'a';
        return radix == 16 && letter >= 0 && letter < 6 ? letter + 10 : -1;
    }

    private long fail(String what) {
        if (problem == null) {
            problem = what;
        }
        return 0;
    }

    // ---- integers ----

    /** An unsigned integer of up to 64 bits. A sign is malformed. */
    long unsigned(int start, int end, int bits) {
        problem = null;
        long value = magnitude(start, end);
        return bits < 64 && value >>> bits != 0 ? fail(OUT_OF_RANGE) : value;
    }

    /** An integer with or without a sign, as signed or unsigned number of that many bits. */
    long integer(int start, int end, int bits) {
        problem = null;
        boolean signed = start < end && (text[start] == '-' || text[start] == '+');
        long value = magnitude(signed ? start + 1 : start, end);
        long half = 1L << (bits - 1);
        if (signed && text[start] == '-') {
            return Long.compareUnsigned(value, half) > 0 ? fail(OUT_OF_RANGE) : -value;
        }
        return bits < 64 && value >>> bits != 0 ? fail(OUT_OF_RANGE) : value;
    }

    private boolean isHex(int start, int end) {
        return end - start > 2 && text[start] == '0' && text[start + 1] == 'x';
    }

    private long magnitude(int start, int end) {
        if (end - start == 1 && text[start] >= '0' && text[start] <= '9') {
            return digit(text[start], 10);
        }
        int radix = isHex(start, end) ? 16 : 10;
        int at = radix == 16 ? start + 2 : start;
        if (digitsEnd(at, end, radix) != end) {
            return fail(MALFORMED);
        }
        long value = 0;
        for (; at < end; at++) {
            if (text[at] == '_') {
                continue;
            }
            int digit = digit(text[at], radix);
            long limit = radix == 16 ? 0x0fffffffffffffffL : (-1L >>> 1) / 5;
            if (Long.compareUnsigned(value, limit) > 0
                    || Long.compareUnsigned(value * radix + digit, digit) < 0) {
                return fail(OUT_OF_RANGE);
            }
            value = value * radix + digit;
        }
        return value;
    }

    /** The end of a row of digits with single underscores between them; {@code start} if there is no digit. */
    private int digitsEnd(int start, int end, int radix) {
        int at = start;
        while (at < end && digit(text[at], radix) >= 0) {
            at++;
            if (at + 1 < end && text[at] == '_' && digit(text[at + 1], radix) >= 0) {
                at++;
            }
        }
        return at;
    }

    // ---- floats ----

    /** The bits of a 32-bit float. */
    int f32(int start, int end) {
        return (int) floatBits(start, end, 23, 8);
    }

    /** The bits of a 64-bit float. */
    long f64(int start, int end) {
        return floatBits(start, end, 52, 11);
    }

    private long floatBits(int start, int end, int fractionBits, int exponentBits) {
        problem = null;
        boolean signed = text[start] == '-' || text[start] == '+';
        int at = signed ? start + 1 : start;
        long sign = text[start] == '-' ? 1L << (fractionBits + exponentBits) : 0;
        long infinity = ((1L << exponentBits) - 1) << fractionBits;
        long bits;
        if (is(at, end, "inf")) {
            return sign | infinity;
        }
        if (at + 3 <= end && is(at, at + 3, "nan")) {
            return sign | infinity | payload(at + 3, end, fractionBits);
        }
        if (isHex(at, end)) {
            bits = hexFloat(at + 2, end, fractionBits, exponentBits);
        } else {
            bits = decimalFloat(at, end, fractionBits);
        }
        return bits == infinity ? fail(OUT_OF_RANGE) : sign | bits;
    }

    private boolean is(int start, int end, String word) {
        if (end - start != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (text[start + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** What follows {@code nan}: nothing, or a colon and the payload, which is not zero. */
    private long payload(int start, int end, int fractionBits) {
        if (start == end) {
            return 1L << (fractionBits - 1);
        }
        if (text[start] != ':' || !isHex(start + 1, end)) {
            return fail(MALFORMED);
        }
        long payload = magnitude(start + 1, end);
        return payload == 0 || payload >>> fractionBits != 0 ? fail(OUT_OF_RANGE) : payload;
    }

    private long decimalFloat(int start, int end, int fractionBits) {
        int at = digitsEnd(start, end, 10);
        if (at == start) {
            return fail(MALFORMED);
        }
        if (at < end && text[at] == '.') {
            at = digitsEnd(at + 1, end, 10);
        }
        if (at < end && (text[at] | 0x20) == 'e') {
            at = exponentEnd(at + 1, end);
        }
        if (at != end) {
            return fail(MALFORMED);
        }
        String number = withoutUnderscores(start, end);
        return fractionBits == 23
                ? Float.floatToRawIntBits(Float.parseFloat(number))
                : Double.doubleToRawLongBits(Double.parseDouble(number));
    }

    /** The end of an exponent, or -1 if it is malformed. */
    private int exponentEnd(int start, int end) {
        int at = start < end && (text[start] == '+' || text[start] == '-') ? start + 1 : start;
        int stop = digitsEnd(at, end, 10);
        return stop == at ? -1 : stop;
    }

    private String withoutUnderscores(int start, int end) {
        byte[] digits = new byte[end - start];
        int count = 0;
        for (int i = start; i < end; i++) {
            if (text[i] != '_') {
                digits[count++] = text[i];
            }
        }
        return new String(digits, 0, count, StandardCharsets.ISO_8859_1);
    }

    /**
     * Hexadecimal digits with a point and a binary exponent. The first 60 bits that are not leading zeros are kept; of the
     * rest only whether any is set matters for rounding, and that becomes the lowest bit.
     */
    private long hexFloat(int start, int end, int fractionBits, int exponentBits) {
        int pointAt = digitsEnd(start, end, 16);
        if (pointAt == start) {
            return fail(MALFORMED);
        }
        int at = pointAt;
        if (at < end && text[at] == '.') {
            at = digitsEnd(at + 1, end, 16);
        }
        int digitsEnd = at;
        long exponent = 0;
        if (at < end && (text[at] | 0x20) == 'p') {
            at = exponentEnd(at + 1, end);
            exponent = at == end ? exponent(digitsEnd + 1, end) : 0;
        }
        if (at != end) {
            return fail(MALFORMED);
        }
        long mantissa = 0;
        for (int i = start; i < digitsEnd; i++) {
            int digit = digit(text[i], 16);
            if (digit < 0) {
                continue;
            }
            if (mantissa >>> 56 == 0) {
                mantissa = mantissa << 4 | digit;
                exponent -= i > pointAt ? 4 : 0;
            } else {
                mantissa |= digit == 0 ? 0 : 1;
                exponent += i > pointAt ? 0 : 4;
            }
        }
        return round(mantissa, exponent, fractionBits, exponentBits);
    }

    private long exponent(int start, int end) {
        boolean signed = text[start] == '-' || text[start] == '+';
        long value = 0;
        for (int i = signed ? start + 1 : start; i < end; i++) {
            if (text[i] != '_' && value < MAX_EXPONENT) {
                value = value * 10 + (text[i] - '0');
            }
        }
        return text[start] == '-' ? -value : value;
    }

    /** The float nearest to mantissa * 2^exponent; the mantissa's lowest bit may stand for all that lie below it. */
    private static long round(long mantissa, long exponent, int fractionBits, int exponentBits) {
        if (mantissa == 0) {
            return 0;
        }
        int bias = (1 << (exponentBits - 1)) - 1;
        int leading = Long.numberOfLeadingZeros(mantissa);
        long top = exponent + 63 - leading;
        if (top > bias) {
            return ((1L << exponentBits) - 1) << fractionBits;
        }
        // The exponent of the result's lowest bit: that of a normal number, or of the subnormal
        // ones.
        long lowest = Math.max(top - fractionBits, 1L - bias - fractionBits);
        long shift = lowest - exponent;
        long fraction;
        if (shift <= 0) {
            fraction = mantissa << -shift;
        } else if (shift > 63) {
            fraction = 0;
        } else {
            fraction = mantissa >>> shift;
            long rest = mantissa & ((1L << shift) - 1);
            long half = 1L << (shift - 1);
            if (rest > half || rest == half && (fraction & 1) != 0) {
                fraction++;
            }
        }
        // A carry out of the fraction raises the exponent by itself, and the smallest normal number
        // is the one
        // after the largest subnormal.
        long biased = lowest + fractionBits + bias - 1;
        return fraction + (biased << fractionBits);
    }
}
