package wasm2obj.isel.x64;

import wasm2obj.codegen.SelectionRules;
import wasm2obj.codegen.VectorLowering;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.VectorShape;
import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.isel.x64.instruction.X64;

/** Rules for integer lanes: what one instruction does, and sequences for the rest, headed by what they compute. */
final class VectorIntegerRules extends SelectionRules<Matcher> implements VectorLowering.Integers {
    private static final long LOW_BYTES = 0x0101_0101_0101_0101L;
    private static final long LOW_WORDS = 0x0001_0001_0001_0001L;

    private final VectorBuilder vectors;

    VectorIntegerRules(Matcher match, VectorBuilder vectors) {
        super(match);
        this.vectors = vectors;
    }

    private VectorShape shape(int i) {
        return VectorShape.of(function.aux(i));
    }

    /** One of four rows by the width of the lanes. */
    private int row(int i, int row8, int row16, int row32, int row64) {
        return switch (shape(i).laneBytes()) {
            case 1 -> row8;
            case 2 -> row16;
            case 4 -> row32;
            default -> row64;
        };
    }

    private boolean hasLanesOf(int i, int bytes) {
        return shape(i).laneBytes() == bytes;
    }

    /** The same byte in all lanes. */
    private static long bytes(int value) {
        return LOW_BYTES * (value & 0xff);
    }

    // ---- arithmetic ----

    @Override
    public void add(int i) {
        vectors.binary(i, row(i, X64.PADDB, X64.PADDW, X64.PADDD, X64.PADDQ));
    }

    @Override
    public void sub(int i) {
        vectors.binary(i, row(i, X64.PSUBB, X64.PSUBW, X64.PSUBD, X64.PSUBQ));
    }

    void narrowOnly(int i, int row8, int row16) {
        vectors.binary(i, hasLanesOf(i, 1) ? row8 : row16);
    }

    void minMax(int i, int row8, int row16, int row32) {
        vectors.binary(i, row(i, row8, row16, row32, row32));
    }

    /** 64 bits: {@code a.low * b.low + ((a.high * b.low + a.low * b.high) << 32)}. */
    void mul(int i) {
        if (!hasLanesOf(i, 8)) {
            vectors.binary(i, row(i, 0, X64.PMULLW, X64.PMULLD, 0));
            return;
        }
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        int aHigh = vectors.shift(X64.PSRLQ_XMM_IMM8, a, 32);
        int cross = vectors.op(X64.PMULUDQ, aHigh, b);
        int bHigh = vectors.shift(X64.PSRLQ_XMM_IMM8, b, 32);
        int cross2 = vectors.op(X64.PMULUDQ, bHigh, a);
        int sum = vectors.op(X64.PADDQ, cross, cross2);
        int high = vectors.shift(X64.PSLLQ_XMM_IMM8, sum, 32);
        int low = vectors.op(X64.PMULUDQ, a, b);
        vectors.op(X64.PADDQ, context.result(i), low, high);
    }

    /** pmulhrsw gives -32768 for the one product that does not fit, which no other has. */
    void q15Multiply(int i) {
        if (VectorShape.isRelaxed(function.aux(i))) {
            vectors.binary(i, X64.PMULHRSW);
            return;
        }
        int a = context.reg(function.a(i));
        int product = vectors.op(X64.PMULHRSW, a, context.reg(function.b(i)));
        int overflow = vectors.opConstant(X64.PCMPEQW, product, LOW_WORDS << 15);
        vectors.op(X64.PXOR, context.result(i), product, overflow);
    }

    /** Relaxed: pmaddubsw, whose first operand is unsigned, that is the one of 7 bits. */
    void dot8(int i) {
        if (VectorShape.isRelaxed(function.aux(i))) {
            vectors.binary(i, X64.PMADDUBSW, function.b(i), function.a(i), 0);
            return;
        }
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        int odd = vectors.shift(X64.PSRAW_XMM_IMM8, a, 8);
        odd = vectors.op(X64.PMULLW, odd, vectors.shift(X64.PSRAW_XMM_IMM8, b, 8));
        int even = vectors.op(X64.PMULLW, evenBytes(a), evenBytes(b));
        vectors.op(X64.PADDW, context.result(i), odd, even);
    }

    private int evenBytes(int a) {
        int high = vectors.shift(X64.PSLLW_XMM_IMM8, a, 8);
        return vectors.shift(X64.PSRAW_XMM_IMM8, high, 8);
    }

    /** 64 bits: {@code (x ^ sign) - sign}. */
    void abs(int i) {
        if (!hasLanesOf(i, 8)) {
            vectors.unaryValue(i, row(i, X64.PABSB, X64.PABSW, X64.PABSD, 0), 0);
            return;
        }
        int a = context.reg(function.a(i));
        int high = vectors.unaryImmediate(X64.PSHUFD, a, 0xf5);
        int sign = vectors.shift(X64.PSRAD_XMM_IMM8, high, 31);
        int flipped = vectors.op(X64.PXOR, a, sign);
        vectors.op(X64.PSUBQ, context.result(i), flipped, sign);
    }

    /** {@code 0 - x}. */
    void neg(int i) {
        int a = context.reg(function.a(i));
        int row = row(i, X64.PSUBB, X64.PSUBW, X64.PSUBD, X64.PSUBQ);
        vectors.op(row, context.result(i), vectors.zero(), a);
    }

    /** The counts of both halves of each byte, from a table of sixteen. */
    void populationCount(int i) {
        long tableLow = 0x0302_0201_0201_0100L;
        long tableHigh = 0x0403_0302_0302_0201L;
        int a = context.reg(function.a(i));
        int low = vectors.opConstant(X64.PAND, a, bytes(0x0f));
        int shifted = vectors.shift(X64.PSRLW_XMM_IMM8, a, 4);
        int high = vectors.opConstant(X64.PAND, shifted, bytes(0x0f));
        int lowCount = vectors.op(X64.PSHUFB, vectors.constant(tableLow, tableHigh), low);
        int highCount = vectors.op(X64.PSHUFB, vectors.constant(tableLow, tableHigh), high);
        vectors.op(X64.PADDB, context.result(i), lowCount, highCount);
    }

    // ---- comparisons ----

    private int equalRow(int i) {
        return row(i, X64.PCMPEQB, X64.PCMPEQW, X64.PCMPEQD, X64.PCMPEQQ);
    }

    @Override
    public void equal(int i) {
        vectors.binary(i, equalRow(i));
    }

    @Override
    public void notEqual(int i) {
        int a = context.reg(function.a(i));
        int equal = vectors.op(equalRow(i), a, context.reg(function.b(i)));
        invert(i, equal);
    }

    private void invert(int i, int mask) {
        vectors.opConstant(X64.PXOR, context.result(i), mask, -1);
    }

    void greaterSigned(int i) {
        if (hasLanesOf(i, 8) && !vectors.has(Feature.SSE42)) {
            int a = context.reg(function.a(i));
            greater64(context.result(i), a, context.reg(function.b(i)));
        } else {
            vectors.binary(i, row(i, X64.PCMPGTB, X64.PCMPGTW, X64.PCMPGTD, X64.PCMPGTQ));
        }
    }

    /** The high halves decide, or where they are equal the borrow of {@code b - a}. */
    private void greater64(int dst, int a, int b) {
        int difference = vectors.op(X64.PSUBQ, b, a);
        int equal = vectors.op(X64.PCMPEQD, a, b);
        int byLow = vectors.op(X64.PAND, equal, difference);
        int greater = vectors.op(X64.PCMPGTD, a, b);
        int high = vectors.op(X64.POR, greater, byLow);
        vectors.unaryImmediate(X64.PSHUFD, dst, high, 0xf5);
    }

    /** {@code a > b} is {@code min(a, b) != a}. */
    void greaterUnsigned(int i) {
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        int minimum = vectors.op(row(i, X64.PMINUB, X64.PMINUW, X64.PMINUD, 0), b, a);
        invert(i, vectors.op(equalRow(i), minimum, a));
    }

    /** {@code a >= b} is {@code max(a, b) == a}; of 64 bits {@code !(b > a)}. */
    void greaterEqual(int i, boolean signed) {
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        if (hasLanesOf(i, 8)) {
            int less = vectors.newVector();
            if (vectors.has(Feature.SSE42)) {
                vectors.op(X64.PCMPGTQ, less, b, a);
            } else {
                greater64(less, b, a);
            }
            invert(i, less);
            return;
        }
        int row =
                signed
                        ? row(i, X64.PMAXSB, X64.PMAXSW, X64.PMAXSD, 0)
                        : row(i, X64.PMAXUB, X64.PMAXUW, X64.PMAXUD, 0);
        int maximum = vectors.op(row, b, a);
        vectors.op(equalRow(i), context.result(i), maximum, a);
    }

    // ---- shifts ----

    @Override
    public void shift(int i, Opcode opcode) {
        int count = function.b(i);
        if (match.isConstant(count)) {
            int bits = (int) function.imm(count) & 8 * shape(i).laneBytes() - 1;
            shiftConstant(i, opcode, bits);
        } else {
            shiftVariable(i, opcode);
        }
    }

    private void shiftConstant(int i, Opcode opcode, int count) {
        int a = context.reg(function.a(i));
        int dst = context.result(i);
        if (count == 0) {
            vectors.asIs(dst, a);
        } else if (hasLanesOf(i, 1)) {
            shiftBytes(dst, a, opcode, count);
        } else if (hasLanesOf(i, 8) && opcode == Opcode.VSHR_S) {
            int logical = vectors.shift(X64.PSRLQ_XMM_IMM8, a, count);
            extendSign(dst, logical, Long.MIN_VALUE >>> count, X64.PSUBQ);
        } else {
            vectors.shift(immediateRow(i, opcode), dst, a, count);
        }
    }

    private int immediateRow(int i, Opcode opcode) {
        return switch (opcode) {
            case VSHL -> row(i, 0, X64.PSLLW_XMM_IMM8, X64.PSLLD_XMM_IMM8, X64.PSLLQ_XMM_IMM8);
            case VSHR_S -> row(i, 0, X64.PSRAW_XMM_IMM8, X64.PSRAD_XMM_IMM8, 0);
            default -> row(i, 0, X64.PSRLW_XMM_IMM8, X64.PSRLD_XMM_IMM8, X64.PSRLQ_XMM_IMM8);
        };
    }

    /** Shifted as words, without the bits that came from the neighbour. */
    private void shiftBytes(int dst, int a, Opcode opcode, int count) {
        if (opcode == Opcode.VSHL) {
            if (count == 1) {
                vectors.op(X64.PADDB, dst, a, a);
                return;
            }
            int words = vectors.shift(X64.PSLLW_XMM_IMM8, a, count);
            vectors.opConstant(X64.PAND, dst, words, bytes(0xff << count));
            return;
        }
        if (opcode == Opcode.VSHR_S && count == 7) {
            vectors.op(X64.PCMPGTB, dst, vectors.zero(), a);
            return;
        }
        int words = vectors.shift(X64.PSRLW_XMM_IMM8, a, count);
        if (opcode == Opcode.VSHR_U) {
            vectors.opConstant(X64.PAND, dst, words, bytes(0xff >> count));
        } else {
            int logical = vectors.opConstant(X64.PAND, words, bytes(0xff >> count));
            extendSign(dst, logical, bytes(0x80 >> count), X64.PSUBB);
        }
    }

    /** {@code (x ^ m) - m}, where m is the place to which the sign was shifted. */
    private void extendSign(int dst, int logical, long place, int subtraction) {
        int flipped = vectors.opConstant(X64.PXOR, logical, place);
        vectors.opConstant(subtraction, dst, flipped, place);
    }

    private void shiftVariable(int i, Opcode opcode) {
        int a = context.reg(function.a(i));
        int dst = context.result(i);
        if (hasLanesOf(i, 1)) {
            if (opcode == Opcode.VSHR_S) {
                shiftBytesSigned(dst, a, count(i, 8));
            } else {
                shiftBytesVariable(dst, a, opcode == Opcode.VSHL, count(i, 0));
            }
        } else if (hasLanesOf(i, 8) && opcode == Opcode.VSHR_S) {
            int count = count(i, 0);
            int place = vectors.op(X64.PSRLQ, vectors.constant(1L << 63, 1L << 63), count);
            int logical = vectors.op(X64.PSRLQ, a, count);
            int flipped = vectors.op(X64.PXOR, logical, place);
            vectors.op(X64.PSUBQ, dst, flipped, place);
        } else {
            int row =
                    switch (opcode) {
                        case VSHL -> row(i, 0, X64.PSLLW, X64.PSLLD, X64.PSLLQ);
                        case VSHR_S -> row(i, 0, X64.PSRAW, X64.PSRAD, 0);
                        default -> row(i, 0, X64.PSRLW, X64.PSRLD, X64.PSRLQ);
                    };
            vectors.op(row, dst, a, count(i, 0));
        }
    }

    /** The count modulo the lanes' width, plus something, in a vector register. */
    private int count(int i, int plus) {
        int source = match.reg32(function.b(i));
        int reduced = match.code.newInteger();
        int mask = 8 * shape(i).laneBytes() - 1;
        match.code.modifyImmediate(X64.AND_RM32_IMM32, reduced, source, mask);
        if (plus != 0) {
            int sum = match.code.newInteger();
            match.code.modifyImmediate(X64.ADD_RM32_IMM32, sum, reduced, plus);
            reduced = sum;
        }
        int count = vectors.newVector();
        vectors.move(X64.MOVD_XMM_RM32, count, reduced, 0);
        return count;
    }

    /** Shifted as words; a word of ones shifted likewise has, in its low or high byte, the bits that stay. */
    private void shiftBytesVariable(int dst, int a, boolean left, int count) {
        int row = left ? X64.PSLLW : X64.PSRLW;
        int ones = vectors.op(row, vectors.constant(-1, -1), count);
        int mask = vectors.opConstant(X64.PSHUFB, ones, left ? 0 : bytes(1));
        int words = vectors.op(row, a, count);
        vectors.op(X64.PAND, dst, words, mask);
    }

    /** Each byte in the upper half of a word, shifted by 8 more. */
    private void shiftBytesSigned(int dst, int a, int count) {
        int low = vectors.op(X64.PUNPCKLBW, a, a);
        int high = vectors.op(X64.PUNPCKHBW, a, a);
        int lowShifted = vectors.op(X64.PSRAW, low, count);
        int highShifted = vectors.op(X64.PSRAW, high, count);
        vectors.op(X64.PACKSSWB, dst, lowShifted, highShifted);
    }

    // ---- from narrow lanes to wide ones and back ----

    void narrow(int i, boolean signed) {
        if (hasLanesOf(i, 1)) {
            vectors.binary(i, signed ? X64.PACKSSWB : X64.PACKUSWB);
        } else {
            vectors.binary(i, signed ? X64.PACKSSDW : X64.PACKUSDW);
        }
    }

    private int extensionRow(int i, boolean signed) {
        return signed
                ? row(i, 0, X64.PMOVSXBW, X64.PMOVSXWD, X64.PMOVSXDQ)
                : row(i, 0, X64.PMOVZXBW, X64.PMOVZXWD, X64.PMOVZXDQ);
    }

    /** Of a load of 8 bytes: pmovsx from memory. */
    void extendLow(int i, boolean signed) {
        int a = function.a(i);
        int row = extensionRow(i, signed);
        boolean isScalar = function.opcode(a) == Opcode.VSCALAR && context.canSink(a);
        if (isScalar
                && function.type(function.a(a)).bytes() == 8
                && match.foldFloat(function.a(a), 8)) {
            context.sink(a);
            vectors.load(row, context.result(i));
        } else {
            vectors.unary(row, context.result(i), context.reg(a));
        }
    }

    void extendHigh(int i, boolean signed) {
        int a = context.reg(function.a(i));
        extendHigh(i, context.result(i), a, signed);
    }

    private void extendHigh(int i, int dst, int a, boolean signed) {
        if (signed) {
            int high = vectors.unaryImmediate(X64.PSHUFD, a, 0xee);
            vectors.unary(extensionRow(i, true), dst, high);
        } else {
            int row = row(i, 0, X64.PUNPCKHBW, X64.PUNPCKHWD, X64.PUNPCKHDQ);
            vectors.opConstant(row, dst, a, 0);
        }
    }

    /**
     * <pre>
     *   i16x8   both extended, multiplied
     *   i32x4   the products' low and high halves, interleaved
     *   i64x2   32-bit lanes moved to even places, multiplied
     * </pre>
     */
    void extendedMultiply(int i, boolean high, boolean signed) {
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        int dst = context.result(i);
        switch (shape(i)) {
            case I16X8 -> {
                int first = extended(i, a, high, signed);
                vectors.op(X64.PMULLW, dst, first, extended(i, b, high, signed));
            }
            case I32X4 -> {
                int low = vectors.op(X64.PMULLW, a, b);
                int upper = vectors.op(signed ? X64.PMULHW : X64.PMULHUW, a, b);
                vectors.op(high ? X64.PUNPCKHWD : X64.PUNPCKLWD, dst, low, upper);
            }
            default -> {
                int lanes = high ? 0xfa : 0x50;
                int first = vectors.unaryImmediate(X64.PSHUFD, a, lanes);
                int second = vectors.unaryImmediate(X64.PSHUFD, b, lanes);
                vectors.op(signed ? X64.PMULDQ : X64.PMULUDQ, dst, first, second);
            }
        }
    }

    private int extended(int i, int a, boolean high, boolean signed) {
        int dst = vectors.newVector();
        if (high) {
            extendHigh(i, dst, a, signed);
        } else {
            vectors.unary(extensionRow(i, signed), dst, a);
        }
        return dst;
    }

    /**
     * Products with one, added in pairs. pmaddubsw's first operand is unsigned. Unsigned words are made signed by 2^15 less, which
     * the sum gets back.
     */
    void addPairwise(int i, boolean signed) {
        int a = context.reg(function.a(i));
        int dst = context.result(i);
        if (hasLanesOf(i, 2)) {
            if (signed) {
                vectors.op(X64.PMADDUBSW, dst, vectors.constant(LOW_BYTES, LOW_BYTES), a);
            } else {
                vectors.opConstant(X64.PMADDUBSW, dst, a, LOW_BYTES);
            }
        } else if (signed) {
            vectors.opConstant(X64.PMADDWD, dst, a, LOW_WORDS);
        } else {
            int flipped = vectors.opConstant(X64.PXOR, a, LOW_WORDS << 15);
            int sum = vectors.opConstant(X64.PMADDWD, flipped, LOW_WORDS);
            vectors.opConstant(X64.PADDD, dst, sum, 0x0001_0000_0001_0000L);
        }
    }

    // ---- selection ----

    /** {@code ((a ^ b) & mask) ^ b}; where the mask's lanes are all ones or zeros, or may be taken for that, a blend. */
    @Override
    public void bitselect(int i) {
        int mask = function.c(i);
        boolean relaxed = VectorShape.isRelaxed(function.aux(i)) && !hasLanesOf(i, 2);
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        int dst = context.result(i);
        if (relaxed || vectors.hasAvx && isComparison(mask)) {
            int row = relaxed ? row(i, X64.PBLENDVB, 0, X64.BLENDVPS, X64.BLENDVPD) : X64.PBLENDVB;
            vectors.blend(row, dst, b, a, context.reg(mask));
            return;
        }
        int different = vectors.op(X64.PXOR, a, b);
        int chosen = vectors.op(X64.PAND, different, context.reg(mask));
        vectors.op(X64.PXOR, dst, chosen, b);
    }

    private boolean isComparison(int value) {
        return switch (function.opcode(value)) {
            case VEQ, VNE, VGT_S, VGT_U, VGE_S, VGE_U, VLT, VLE -> true;
            default -> false;
        };
    }

    // ---- to scalars ----

    /** The signs of words are those of bytes after a saturating pack; the zeros packed with them have none. */
    @Override
    public void bitmask(int i) {
        int a = context.reg(function.a(i));
        int dst = context.result(i);
        switch (shape(i)) {
            case I8X16 -> vectors.move(X64.PMOVMSKB_R32_XMM, dst, a, 0);
            case I16X8 -> {
                int packed = vectors.opConstant(X64.PACKSSWB, a, 0);
                vectors.move(X64.PMOVMSKB_R32_XMM, dst, packed, 0);
            }
            case I32X4 -> vectors.move(X64.MOVMSKPS_R32_XMM, dst, a, 0);
            default -> vectors.move(X64.MOVMSKPD_R32_XMM, dst, a, 0);
        }
    }

    /** Sets flags: equal if no lane is zero. */
    void testLanes(int value) {
        int a = context.reg(function.a(value));
        int zeros = vectors.op(equalRow(value), vectors.zero(), a);
        test(zeros);
    }

    /** Sets flags: equal if all bits are zero. */
    void testBits(int value) {
        test(context.reg(function.a(value)));
    }

    private void test(int vector) {
        match.code.compareRegisters(vectors.vex(X64.PTEST), vector, vector);
    }
}
