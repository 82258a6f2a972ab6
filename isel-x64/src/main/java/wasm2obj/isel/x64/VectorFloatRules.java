package wasm2obj.isel.x64;

import wasm2obj.codegen.SelectionRules;
import wasm2obj.codegen.VectorLowering;
import wasm2obj.ir.VectorShape;
import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.isel.x64.instruction.X64;

/** Rules for float lanes and for what converts from and to them. */
final class VectorFloatRules extends SelectionRules<Matcher> implements VectorLowering.Floats {
    // Comparisons in the immediate of cmpps.
    private static final int EQUAL = 0;
    private static final int LESS = 1;
    private static final int LESS_OR_EQUAL = 2;
    private static final int UNORDERED = 3;
    private static final int NOT_EQUAL = 4;
    private static final int NOT_LESS = 5;

    // Rounding in the immediate of roundps, without the exception for inexact results.
    private static final int NEAREST = 8;
    private static final int DOWN = 9;
    private static final int UP = 10;
    private static final int TOWARDS_ZERO = 11;

    private static final long SIGNS_32 = 0x8000_0000_8000_0000L;
    private static final long SIGNS_64 = 0x8000_0000_0000_0000L;
    private static final long TWO_TO_31 = 0x4f00_0000_4f00_0000L;
    private static final long TWO_TO_52 = 0x4330_0000_0000_0000L;

    private final VectorBuilder vectors;

    VectorFloatRules(Matcher match, VectorBuilder vectors) {
        super(match);
        this.vectors = vectors;
    }

    private boolean isDouble(int i) {
        return VectorShape.of(function.aux(i)) == VectorShape.F64X2;
    }

    private boolean isRelaxed(int i) {
        return VectorShape.isRelaxed(function.aux(i));
    }

    private int row(int i, int single, int isDouble) {
        return isDouble(i) ? isDouble : single;
    }

    // ---- arithmetic ----

    void binary(int i, int single, int isDouble) {
        vectors.binary(i, row(i, single, isDouble));
    }

    void squareRoot(int i) {
        vectors.unaryValue(i, row(i, X64.SQRTPS, X64.SQRTPD), 0);
    }

    void round(int i) {
        int mode =
                switch (function.opcode(i)) {
                    case VCEIL -> UP;
                    case VFLOOR -> DOWN;
                    case VTRUNC -> TOWARDS_ZERO;
                    default -> NEAREST;
                };
        vectors.unaryValue(i, row(i, X64.ROUNDPS, X64.ROUNDPD), mode);
    }

    void absolute(int i) {
        long mask = isDouble(i) ? ~SIGNS_64 : ~SIGNS_32;
        int a = context.reg(function.a(i));
        vectors.opConstant(X64.ANDPS, context.result(i), a, mask);
    }

    void negate(int i) {
        long signs = isDouble(i) ? SIGNS_64 : SIGNS_32;
        int a = context.reg(function.a(i));
        vectors.opConstant(X64.XORPS, context.result(i), a, signs);
    }

    /**
     * {@code minps(a, b)} is b if an operand is not a number or both are zero. Both orders together have the NaN and the sign of
     * each zero; what is not a number is then made the canonical one.
     */
    void minimum(int i) {
        if (isRelaxed(i)) {
            binary(i, X64.MINPS, X64.MINPD);
            return;
        }
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        int row = row(i, X64.MINPS, X64.MINPD);
        int first = vectors.op(row, a, b);
        int second = vectors.op(row, b, a);
        int both = vectors.op(X64.ORPS, first, second);
        int unordered = vectors.opImmediate(row(i, X64.CMPPS, X64.CMPPD), both, both, UNORDERED);
        canonical(i, vectors.op(X64.ORPS, both, unordered), unordered);
    }

    /** The same; the difference of the two orders, subtracted, clears the sign where only one of two zeros has it. */
    void maximum(int i) {
        if (isRelaxed(i)) {
            binary(i, X64.MAXPS, X64.MAXPD);
            return;
        }
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        int row = row(i, X64.MAXPS, X64.MAXPD);
        int first = vectors.op(row, a, b);
        int second = vectors.op(row, b, a);
        int difference = vectors.op(X64.XORPS, first, second);
        int both = vectors.op(X64.ORPS, second, difference);
        int result = vectors.op(row(i, X64.SUBPS, X64.SUBPD), both, difference);
        int unordered =
                vectors.opImmediate(row(i, X64.CMPPS, X64.CMPPD), result, result, UNORDERED);
        canonical(i, result, unordered);
    }

    /** Clears the payload but for its highest bit where the mask is set. */
    private void canonical(int i, int value, int unordered) {
        int payload =
                isDouble(i)
                        ? vectors.shift(X64.PSRLQ_XMM_IMM8, unordered, 13)
                        : vectors.shift(X64.PSRLD_XMM_IMM8, unordered, 10);
        vectors.op(X64.ANDNPS, context.result(i), payload, value);
    }

    /** {@code b < a ? b : a} is what minps does with swapped operands; likewise for the maximum. */
    void pseudo(int i, int single, int isDouble) {
        vectors.binary(i, row(i, single, isDouble), function.b(i), function.a(i), 0);
    }

    /** {@code a * b + c} or {@code c - a * b}: fused if that is allowed and the processor can. */
    @Override
    public void multiplyAdd(int i, boolean negated) {
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        int c = context.reg(function.c(i));
        if (isRelaxed(i) && vectors.has(Feature.FMA)) {
            int fused =
                    negated
                            ? row(i, X64.VFNMADD231PS, X64.VFNMADD231PD)
                            : row(i, X64.VFMADD231PS, X64.VFMADD231PD);
            context.defReuse(context.result(i), 1);
            context.use(c);
            context.use(a);
            context.useAny(b);
            context.emit(Op.ROW + fused, 0, 0);
            return;
        }
        int product = vectors.op(row(i, X64.MULPS, X64.MULPD), a, b);
        if (negated) {
            vectors.op(row(i, X64.SUBPS, X64.SUBPD), context.result(i), c, product);
        } else {
            vectors.op(row(i, X64.ADDPS, X64.ADDPD), context.result(i), product, c);
        }
    }

    @Override
    public void compare(int i) {
        int comparison =
                switch (function.opcode(i)) {
                    case VEQ -> EQUAL;
                    case VNE -> NOT_EQUAL;
                    case VLT -> LESS;
                    default -> LESS_OR_EQUAL;
                };
        int row = row(i, X64.CMPPS, X64.CMPPD);
        vectors.binary(i, row, function.a(i), function.b(i), comparison);
    }

    // ---- floats to integers ----

    @Override
    public void truncate(int i, boolean signed) {
        int a = context.reg(function.a(i));
        int dst = context.result(i);
        if (isDouble(i)) {
            if (isRelaxed(i) && signed) {
                vectors.unary(X64.CVTTPD2DQ, dst, a);
            } else if (signed) {
                doublesToSigned(dst, a);
            } else {
                doublesToUnsigned(dst, a);
            }
        } else if (isRelaxed(i) && signed) {
            vectors.unary(X64.CVTTPS2DQ, dst, a);
        } else if (signed) {
            singlesToSigned(dst, a);
        } else {
            singlesToUnsigned(dst, a);
        }
    }

    /** cvttps2dq gives 0x80000000 for what does not fit: right for small numbers, all bits wrong for large ones. */
    private void singlesToSigned(int dst, int a) {
        int ordered = vectors.opImmediate(X64.CMPPS, a, a, EQUAL);
        int number = vectors.op(X64.ANDPS, ordered, a);
        int large = vectors.newVector();
        vectors.opConstant(X64.CMPPS, large, number, TWO_TO_31, TWO_TO_31, NOT_LESS);
        int truncated = vectors.unary(X64.CVTTPS2DQ, number);
        vectors.op(X64.PXOR, dst, truncated, large);
    }

    /**
     * The number converted, which is 2^31 from 2^31 on, plus what it is above 2^31, converted too: below it 0, at most 2^31 - 1.
     */
    private void singlesToUnsigned(int dst, int a) {
        int number = vectors.opConstant(X64.MAXPS, a, 0);
        int above = vectors.opConstant(X64.SUBPS, number, TWO_TO_31);
        int large = vectors.newVector();
        vectors.opConstant(X64.CMPPS, large, above, TWO_TO_31, TWO_TO_31, NOT_LESS);
        int excess = vectors.unary(X64.CVTTPS2DQ, above);
        excess = vectors.op(X64.PXOR, excess, large);
        excess = vectors.opConstant(X64.PMAXSD, excess, 0);
        int low = vectors.unary(X64.CVTTPS2DQ, number);
        vectors.op(X64.PADDD, dst, low, excess);
    }

    /** The smaller of the number and 2^31 - 1; of 0 if it is not a number. */
    private void doublesToSigned(int dst, int a) {
        int ordered = vectors.opImmediate(X64.CMPPD, a, a, EQUAL);
        int bound = vectors.opConstant(X64.ANDPD, ordered, Double.doubleToRawLongBits(0x7fff_ffff));
        int number = vectors.op(X64.MINPD, a, bound);
        vectors.unary(X64.CVTTPD2DQ, dst, number);
    }

    /** An integer added to 2^52 stands in the lowest bits. */
    private void doublesToUnsigned(int dst, int a) {
        int number = vectors.opConstant(X64.MAXPD, a, 0);
        long largest = Double.doubleToRawLongBits(0xffff_ffffL);
        number = vectors.opConstant(X64.MINPD, number, largest);
        int rounded = vectors.unaryImmediate(X64.ROUNDPD, number, TOWARDS_ZERO);
        int bits = vectors.opConstant(X64.ADDPD, rounded, TWO_TO_52);
        vectors.opConstant(X64.SHUFPS, dst, bits, 0, 0, 0x88);
    }

    // ---- integers to floats, floats to floats ----

    /**
     * <pre>
     *   singles, unsigned   halves of 16 bits, in the mantissas of 2^23 and 2^39; their sum, without both
     *   doubles, unsigned   in the mantissa of 2^52
     * </pre>
     */
    @Override
    public void convert(int i, boolean signed) {
        int a = context.reg(function.a(i));
        int dst = context.result(i);
        if (signed) {
            vectors.unary(isDouble(i) ? X64.CVTDQ2PD : X64.CVTDQ2PS, dst, a);
        } else if (isDouble(i)) {
            int bits = vectors.opConstant(X64.PUNPCKLDQ, a, 0x4330_0000_4330_0000L);
            vectors.opConstant(X64.SUBPD, dst, bits, TWO_TO_52);
        } else {
            int low = vectors.newVector();
            long exponents = 0x4b00_0000_4b00_0000L;
            vectors.opConstant(X64.PBLENDW, low, a, exponents, exponents, 0xaa);
            int shifted = vectors.shift(X64.PSRLD_XMM_IMM8, a, 16);
            exponents = 0x5300_0000_5300_0000L;
            int high = vectors.newVector();
            vectors.opConstant(X64.PBLENDW, high, shifted, exponents, exponents, 0xaa);
            high = vectors.opConstant(X64.SUBPS, high, 0x5300_0080_5300_0080L);
            vectors.op(X64.ADDPS, dst, high, low);
        }
    }

    @Override
    public void demote(int i) {
        vectors.unaryValue(i, X64.CVTPD2PS, 0);
    }

    /** Reads 8 bytes only, so a load of 16 is no memory operand. */
    @Override
    public void promote(int i) {
        int a = context.reg(function.a(i));
        vectors.unary(X64.CVTPS2PD, context.result(i), a);
    }
}
