package wasm2obj.isel.aarch64;

import wasm2obj.codegen.SelectionRules;
import wasm2obj.codegen.VectorLowering;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.VectorShape;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.A64Vector;
import wasm2obj.isel.aarch64.instruction.Feature;
import wasm2obj.isel.aarch64.instruction.LogicalImmediate;

/** Rules for integer lanes and bits: what one instruction does, and sequences for the rest, headed by what they compute. */
final class VectorIntegerRules extends SelectionRules<Matcher> implements VectorLowering.Integers {
    private static final int B16 = A64Vector.B16;
    private static final int H8 = A64Vector.H8;
    private static final int S2 = A64Vector.S2;
    private static final int S4 = A64Vector.S4;
    private static final int D2 = A64Vector.D2;

    private final VectorBuilder vectors;
    private final VectorFloatRules floats;
    private final WordBuilder code;
    private final int features;

    VectorIntegerRules(
            Matcher match, VectorBuilder vectors, VectorFloatRules floats, int features) {
        super(match);
        this.vectors = vectors;
        this.floats = floats;
        this.features = features;
        code = match.code;
    }

    private int arrangement(int i) {
        return vectors.whole(vectors.shape(i));
    }

    private int three(int op, int i) {
        return A64Vector.threeSame(op, arrangement(i), 0, 0, 0);
    }

    private int two(int op, int i) {
        return A64Vector.twoRegisters(op, arrangement(i), 0, 0);
    }

    private static int bitwise(int op) {
        return A64Vector.bitwise(op, 1, 0, 0, 0);
    }

    private boolean isSinkable(int value, Opcode opcode) {
        return match.isSinkable(value, opcode);
    }

    // ---- arithmetic ----

    void binary(int i, int op) {
        vectors.binary(i, three(op, i));
    }

    void unary(int i, int op) {
        vectors.unary(i, two(op, i));
    }

    /**
     * <pre>
     *   vadd x, (vmul y, z)              mla
     *   vadd x, (vextmul y, z)           smlal, umlal and the same of upper halves
     *   vadd x, (vextadd_pairwise y)     sadalp, uadalp; with a relaxed product of bytes below: sdot
     *   vadd (vextend x), (vextend y)    saddl, uaddl and the same of upper halves
     *   vadd x, (vextend y)              saddw, uaddw and the same of upper halves
     *   vadd x, (vshr y, const)          ssra, usra
     *   vadd x, y                        add
     * </pre>
     */
    @Override
    public void add(int i) {
        int a = function.a(i);
        int b = function.b(i);
        if (isExtensionOfBoth(i)) {
            binaryOfExtensions(i, A64Vector.SADDL, A64Vector.UADDL);
        } else if (!addTo(i, a, b) && !addTo(i, b, a)) {
            binary(i, A64Vector.ADD);
        }
    }

    /** Whether the operands are extended alike, from the same halves. */
    private boolean isExtensionOfBoth(int i) {
        int a = function.a(i);
        int b = function.b(i);
        return function.opcode(a) == function.opcode(b)
                && isExtension(function.opcode(a))
                && vectors.shape(a) == vectors.shape(i)
                && vectors.shape(b) == vectors.shape(i)
                && context.canSink(a)
                && context.canSink(b);
    }

    private static boolean isExtension(Opcode opcode) {
        return switch (opcode) {
            case VEXTEND_LOW_S, VEXTEND_LOW_U, VEXTEND_HIGH_S, VEXTEND_HIGH_U -> true;
            default -> false;
        };
    }

    private void binaryOfExtensions(int i, int signed, int unsigned) {
        int a = function.a(i);
        int b = function.b(i);
        context.sink(a);
        context.sink(b);
        Opcode opcode = function.opcode(a);
        int op = isSigned(opcode) ? signed : unsigned;
        vectors.binary(i, different(op, i, opcode), function.a(a), function.a(b));
    }

    private boolean addTo(int i, int sum, int value) {
        if (!context.canSink(value) || !isSum(i, value)) {
            return false;
        }
        Opcode opcode = function.opcode(value);
        int x = function.a(value);
        switch (opcode) {
            case VMUL -> {
                context.sink(value);
                vectors.accumulate(i, three(A64Vector.MLA, i), sum, x, function.b(value));
            }
            case VEXTMUL_LOW_S, VEXTMUL_LOW_U, VEXTMUL_HIGH_S, VEXTMUL_HIGH_U -> {
                context.sink(value);
                int op = isSigned(opcode) ? A64Vector.SMLAL : A64Vector.UMLAL;
                vectors.accumulate(i, different(op, i, opcode), sum, x, function.b(value));
            }
            case VEXTADD_PAIRWISE_S, VEXTADD_PAIRWISE_U -> {
                context.sink(value);
                addPairs(i, sum, x, isSigned(opcode));
            }
            case VEXTEND_LOW_S, VEXTEND_LOW_U, VEXTEND_HIGH_S, VEXTEND_HIGH_U -> {
                context.sink(value);
                int op = isSigned(opcode) ? A64Vector.SADDW : A64Vector.UADDW;
                vectors.binary(i, different(op, i, opcode), sum, x);
            }
            default -> {
                context.sink(value);
                int op = opcode == Opcode.VSHR_S ? A64Vector.SSRA : A64Vector.USRA;
                int count = shiftCount(value);
                vectors.accumulate(
                        i, A64Vector.shiftRight(op, arrangement(i), 0, 0, count), sum, x);
            }
        }
        return true;
    }

    /** Whether the value is one that an addition of the instruction's shape can include. */
    private boolean isSum(int i, int value) {
        if (!function.opcode(value).hasShape() || vectors.shape(value) != vectors.shape(i)) {
            return false;
        }
        return switch (function.opcode(value)) {
            case VMUL -> vectors.size(i) < 3;
            case VEXTMUL_LOW_S,
                    VEXTMUL_LOW_U,
                    VEXTMUL_HIGH_S,
                    VEXTMUL_HIGH_U,
                    VEXTADD_PAIRWISE_S,
                    VEXTADD_PAIRWISE_U,
                    VEXTEND_LOW_S,
                    VEXTEND_LOW_U,
                    VEXTEND_HIGH_S,
                    VEXTEND_HIGH_U ->
                    true;
            case VSHR_S, VSHR_U ->
                    function.opcode(i) == Opcode.VADD
                            && match.isConstant(function.b(value))
                            && shiftCount(value) != 0;
            default -> false;
        };
    }

    private static boolean isSigned(Opcode opcode) {
        return switch (opcode) {
            case VEXTMUL_LOW_S, VEXTMUL_HIGH_S, VEXTADD_PAIRWISE_S, VEXTEND_LOW_S, VEXTEND_HIGH_S ->
                    true;
            default -> false;
        };
    }

    private static boolean isHigh(Opcode opcode) {
        return switch (opcode) {
            case VEXTMUL_HIGH_S, VEXTMUL_HIGH_U, VEXTEND_HIGH_S, VEXTEND_HIGH_U -> true;
            default -> false;
        };
    }

    /** The word that takes operands half as wide as the instruction's lanes, from the half that the opcode says. */
    private int different(int op, int i, Opcode half) {
        return A64Vector.threeDifferent(op, vectors.narrow(i, isHigh(half)), 0, 0, 0);
    }

    /** {@code i = sum +} sums of pairs of x. */
    private void addPairs(int i, int sum, int x, boolean isSigned) {
        boolean isDot =
                isSigned
                        && Feature.has(features, Feature.DOTPROD)
                        && isSinkable(x, Opcode.VDOT8)
                        && VectorShape.isRelaxed(function.aux(x));
        if (isDot) {
            context.sink(x);
            int word = A64Vector.dotProduct(A64Vector.SDOT, 1, 0, 0, 0);
            vectors.accumulate(i, word, sum, function.a(x), function.b(x));
            return;
        }
        int op = isSigned ? A64Vector.SADALP : A64Vector.UADALP;
        vectors.accumulate(
                i,
                A64Vector.twoRegisters(op, VectorBuilder.whole(vectors.size(i) - 1), 0, 0),
                sum,
                x);
    }

    /** {@code vsub x, (vmul y, z)} and the same of long products: mls, smlsl, umlsl; of extensions ssubl, ssubw and so on. */
    @Override
    public void sub(int i) {
        int b = function.b(i);
        if (isExtensionOfBoth(i)) {
            binaryOfExtensions(i, A64Vector.SSUBL, A64Vector.USUBL);
            return;
        }
        if (context.canSink(b) && isSum(i, b)) {
            Opcode opcode = function.opcode(b);
            switch (opcode) {
                case VMUL -> {
                    context.sink(b);
                    int word = three(A64Vector.MLS, i);
                    vectors.accumulate(i, word, function.a(i), function.a(b), function.b(b));
                    return;
                }
                case VEXTMUL_LOW_S, VEXTMUL_LOW_U, VEXTMUL_HIGH_S, VEXTMUL_HIGH_U -> {
                    context.sink(b);
                    int op = isSigned(opcode) ? A64Vector.SMLSL : A64Vector.UMLSL;
                    int word = different(op, i, opcode);
                    vectors.accumulate(i, word, function.a(i), function.a(b), function.b(b));
                    return;
                }
                case VEXTEND_LOW_S, VEXTEND_LOW_U, VEXTEND_HIGH_S, VEXTEND_HIGH_U -> {
                    context.sink(b);
                    int op = isSigned(opcode) ? A64Vector.SSUBW : A64Vector.USUBW;
                    vectors.binary(i, different(op, i, opcode), function.a(i), function.a(b));
                    return;
                }
                default -> {}
            }
        }
        binary(i, A64Vector.SUB);
    }

    /** 64 bits: {@code a.low * b.low + ((a.low * b.high + a.high * b.low) << 32)}. */
    void multiply(int i) {
        if (vectors.size(i) < 3) {
            binary(i, A64Vector.MUL);
            return;
        }
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        int exchanged = vectors.n(A64Vector.twoRegisters(A64Vector.REV64, S4, 0, 0), b);
        int crossed = vectors.nm(A64Vector.threeSame(A64Vector.MUL, S4, 0, 0, 0), exchanged, a);
        int sums = vectors.n(A64Vector.twoRegisters(A64Vector.UADDLP, S4, 0, 0), crossed);
        int high = vectors.n(A64Vector.shiftLeft(A64Vector.SHL, D2, 0, 0, 32), sums);
        int narrow = A64Vector.twoRegisters(A64Vector.XTN, S2, 0, 0);
        int aLow = vectors.n(narrow, a);
        int bLow = vectors.n(narrow, b);
        code.modifyNM(
                A64Vector.threeDifferent(A64Vector.UMLAL, S2, 0, 0, 0),
                context.result(i),
                high,
                aLow,
                bLow);
    }

    /** {@code vdot a, b}, and {@code vdot8 a, b}, whose sums wrap: long products of both halves, added in pairs. */
    void dot(int i) {
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        int op = A64Vector.SMULL;
        int low = A64Vector.threeDifferent(op, vectors.narrow(i, false), 0, 0, 0);
        int high = A64Vector.threeDifferent(op, vectors.narrow(i, true), 0, 0, 0);
        int first = vectors.nm(low, a, b);
        code.dnm(three(A64Vector.ADDP, i), context.result(i), first, vectors.nm(high, a, b));
    }

    // ---- bits ----

    /** {@code vand x, (vnot y)}: bic. */
    void and(int i) {
        complemented(i, A64Vector.AND, A64Vector.BIC);
    }

    /** {@code vor x, (vnot y)}: orn. */
    void or(int i) {
        complemented(i, A64Vector.ORR, A64Vector.ORN);
    }

    private void complemented(int i, int op, int complementing) {
        int a = function.a(i);
        int b = function.b(i);
        int behind = vectors.takeComplement(b);
        if (behind == Function.NONE) {
            behind = vectors.takeComplement(a);
            a = behind == Function.NONE ? a : b;
        }
        if (behind == Function.NONE) {
            vectors.binary(i, bitwise(op));
        } else {
            vectors.binary(i, bitwise(complementing), a, behind);
        }
    }

    /** {@code vxor x, ones}: not. */
    void xor(int i) {
        if (vectors.isOnes(function.b(i))) {
            vectors.not(context.result(i), context.reg(function.a(i)));
        } else if (vectors.isOnes(function.a(i))) {
            vectors.not(context.result(i), context.reg(function.b(i)));
        } else {
            vectors.binary(i, bitwise(A64Vector.EOR));
        }
    }

    void andNot(int i) {
        vectors.binary(i, bitwise(A64Vector.BIC));
    }

    /**
     * {@code vbitselect a, b, c}: bsl overwrites the mask c, bit b, bif a; best is one that nobody else needs. Where the mask is a
     * complement, or a comparison that needs one, a and b change places.
     */
    @Override
    public void bitselect(int i) {
        int yes = function.a(i);
        int no = function.b(i);
        int mask = function.c(i);
        int behind = vectors.takeComplement(mask);
        int maskRegister;
        boolean isNegated = true;
        if (behind != Function.NONE) {
            maskRegister = context.reg(behind);
            mask = behind;
        } else if (isSinkable(mask, Opcode.VNE)) {
            context.sink(mask);
            maskRegister = vectors.newVector();
        } else {
            isNegated = false;
            maskRegister = context.reg(mask);
        }
        int a = context.reg(isNegated ? no : yes);
        int b = context.reg(isNegated ? yes : no);
        if (isNegated && behind == Function.NONE) {
            equal(mask, maskRegister);
        }
        boolean keepsMask = function.opcode(mask) != Opcode.VNE && context.useCount(mask) > 1;
        int d = context.result(i);
        if (keepsMask && context.useCount(isNegated ? yes : no) == 1) {
            code.modifyNM(bitwise(A64Vector.BIT), d, b, a, maskRegister);
        } else if (keepsMask && context.useCount(isNegated ? no : yes) == 1) {
            code.modifyNM(bitwise(A64Vector.BIF), d, a, b, maskRegister);
        } else {
            code.modifyNM(bitwise(A64Vector.BSL), d, maskRegister, a, b);
        }
    }

    // ---- comparisons ----

    /**
     * <pre>
     *   veq x, 0   cmeq with zero
     *   veq x, y   cmeq
     * </pre>
     */
    @Override
    public void equal(int i) {
        equal(i, context.result(i));
    }

    /** Of floats, too. */
    private void equal(int i, int d) {
        if (vectors.shape(i).isFloat()) {
            floats.equal(i, d);
            return;
        }
        int a = function.a(i);
        int b = function.b(i);
        if (vectors.isZero(a)) {
            int swapped = a;
            a = b;
            b = swapped;
        }
        if (vectors.isZero(b)) {
            code.dn(two(A64Vector.CMEQ_ZERO, i), d, context.reg(a));
        } else {
            int n = context.reg(a);
            code.dnm(three(A64Vector.CMEQ, i), d, n, context.reg(b));
        }
    }

    /**
     * <pre>
     *   vne (vand x, y), 0   cmtst
     *   vne x, 0             cmtst x, x
     *   vne x, y             cmeq, not
     * </pre>
     */
    @Override
    public void notEqual(int i) {
        int a = function.a(i);
        int b = function.b(i);
        if (vectors.isZero(a)) {
            a = b;
            b = function.a(i);
        }
        if (!vectors.isZero(b)) {
            int equal = vectors.newVector();
            equal(i, equal);
            vectors.not(context.result(i), equal);
        } else if (isSinkable(a, Opcode.VAND)) {
            context.sink(a);
            vectors.binary(i, three(A64Vector.CMTST, i), function.a(a), function.b(a));
        } else {
            int n = context.reg(a);
            code.dnm(three(A64Vector.CMTST, i), context.result(i), n, n);
        }
    }

    /** {@code vgt}, {@code vge}; signed ones compare with zero on either side. */
    void greater(int i, int op, int withZero, int zeroWith) {
        if (withZero != 0 && vectors.isZero(function.b(i))) {
            code.dn(two(withZero, i), context.result(i), context.reg(function.a(i)));
        } else if (zeroWith != 0 && vectors.isZero(function.a(i))) {
            code.dn(two(zeroWith, i), context.result(i), context.reg(function.b(i)));
        } else {
            binary(i, op);
        }
    }

    // ---- shifts ----

    private int shiftCount(int shift) {
        int mask = (8 << vectors.size(shift)) - 1;
        return (int) function.imm(function.b(shift)) & mask;
    }

    @Override
    public void shift(int i, Opcode opcode) {
        if (match.isConstant(function.b(i))) {
            shiftConstant(i, opcode, shiftCount(i));
        } else {
            shiftVariable(i, opcode);
        }
    }

    private void shiftConstant(int i, Opcode opcode, int count) {
        int a = context.reg(function.a(i));
        int d = context.result(i);
        if (count == 0) {
            code.move(d, a);
        } else if (opcode == Opcode.VSHL) {
            code.dn(A64Vector.shiftLeft(A64Vector.SHL, arrangement(i), 0, 0, count), d, a);
        } else {
            int op = opcode == Opcode.VSHR_S ? A64Vector.SSHR : A64Vector.USHR;
            code.dn(A64Vector.shiftRight(op, arrangement(i), 0, 0, count), d, a);
        }
    }

    /** Lanes are shifted by the low byte of lanes, to the left, or if that is negative to the right. */
    private void shiftVariable(int i, Opcode opcode) {
        int a = context.reg(function.a(i));
        int mask = (8 << vectors.size(i)) - 1;
        int count = match.reg32(match.unmasked(function.b(i), mask));
        int reduced = match.newInteger();
        int imm13 = LogicalImmediate.encode(mask, 0);
        code.dn(A64Integer.logicalImmediate(A64Integer.AND, 0, 0, 0, imm13), reduced, count);
        if (opcode != Opcode.VSHL) {
            int negative = match.newInteger();
            code.dm(
                    A64Integer.addSubtractShifted(
                            A64Integer.SUB, 0, 0, A64Registers.ZR, 0, A64Integer.LSL, 0),
                    negative,
                    reduced);
            reduced = negative;
        }
        int counts = vectors.n(A64Vector.duplicateGeneral(B16, 0, 0), reduced);
        int op = opcode == Opcode.VSHR_U ? A64Vector.USHL : A64Vector.SSHL;
        code.dnm(three(op, i), context.result(i), a, counts);
    }

    // ---- from narrow lanes to wide ones and back ----

    /** The lower half, and then the upper one into the same register. */
    void narrow(int i, int op) {
        int size = vectors.size(i);
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        int low = vectors.n(A64Vector.twoRegisters(op, size << 1, 0, 0), a);
        int word = A64Vector.twoRegisters(op, VectorBuilder.whole(size), 0, 0);
        code.modifyN(word, context.result(i), low, b);
    }

    /** Of a scalar in the lowest lanes, what is above it does not matter. */
    void extend(int i, int op, boolean isHigh) {
        int a = function.a(i);
        if (!isHigh && isSinkable(a, Opcode.VSCALAR) && isWholeHalf(a)) {
            context.sink(a);
            a = function.a(a);
        }
        int word = A64Vector.shiftLeft(op, vectors.narrow(i, isHigh), 0, 0, 0);
        code.dn(word, context.result(i), context.reg(a));
    }

    private boolean isWholeHalf(int scalar) {
        return function.type(function.a(scalar)).bytes() == 8;
    }

    void extendedMultiply(int i, Opcode opcode, int op) {
        vectors.binary(i, different(op, i, opcode));
    }

    void addPairwise(int i, int op) {
        int arrangement = VectorBuilder.whole(vectors.size(i) - 1);
        vectors.unary(i, A64Vector.twoRegisters(op, arrangement, 0, 0));
    }

    // ---- to scalars ----

    /**
     * Each lane's sign becomes a bit of its own, and all are added up; bytes in pairs three times, which leaves a byte for each
     * half.
     */
    @Override
    public void bitmask(int i) {
        int a = context.reg(function.a(i));
        int d = context.result(i);
        switch (vectors.size(i)) {
            case 0 -> {
                int bits = signBits(i, a, 0x8040_2010_0804_0201L, 0x8040_2010_0804_0201L);
                int word = three(A64Vector.ADDP, i);
                for (int n = 0; n < 3; n++) {
                    bits = vectors.nm(word, bits, bits);
                }
                code.dn(A64Vector.moveToGeneral(1, 0, 0, 0), d, bits);
            }
            case 1 ->
                    sumBits(d, H8, signBits(i, a, 0x0008_0004_0002_0001L, 0x0080_0040_0020_0010L));
            case 2 ->
                    sumBits(d, S4, signBits(i, a, 0x0000_0002_0000_0001L, 0x0000_0008_0000_0004L));
            default -> bitmaskOfTwo(d, a);
        }
    }

    private int signBits(int i, int a, long low, long high) {
        int signs = vectors.n(two(A64Vector.CMLT_ZERO, i), a);
        return vectors.nm(bitwise(A64Vector.AND), signs, vectors.constant(low, high));
    }

    private void sumBits(int d, int arrangement, int bits) {
        int sum = vectors.n(A64Vector.acrossLanes(A64Vector.ADDV, arrangement, 0, 0), bits);
        code.dn(A64Vector.moveToGeneral(2, 0, 0, 0), d, sum);
    }

    /** Signs of the halves, at the bottom, the second one added twice. */
    private void bitmaskOfTwo(int d, int a) {
        int high = match.newInteger();
        code.dn(A64Vector.moveToGeneral(3, 0, 0, 1), high, a);
        int low = match.newInteger();
        code.dn(A64Vector.moveToGeneral(3, 0, 0, 0), low, a);
        int shift = A64Integer.shiftRight(A64Integer.UBFM, 1, 0, 0, 63);
        int highSign = match.newInteger();
        code.dn(shift, highSign, high);
        int lowSign = match.newInteger();
        code.dn(shift, lowSign, low);
        code.dnm(
                A64Integer.addSubtractShifted(A64Integer.ADD, 0, 0, 0, 0, A64Integer.LSL, 1),
                d,
                lowSign,
                highSign);
    }

    /**
     * An x register that is not zero if {@code vany_true}, or a w register that is not zero if {@code vall_true} holds.
     *
     * <p>Any: the larger of neighbouring lanes in the lower half. All: the smallest lane; of 64 bits that of their comparison.
     */
    int test(int value) {
        int a = context.reg(function.a(value));
        int d = match.newInteger();
        if (function.opcode(value) == Opcode.VANY_TRUE) {
            int pairs = vectors.nm(A64Vector.threeSame(A64Vector.UMAXP, S4, 0, 0, 0), a, a);
            code.dn(A64Vector.moveToGeneral(3, 0, 0, 0), d, pairs);
            return d;
        }
        int size = vectors.size(value);
        int lanes = a;
        if (size == 3) {
            lanes = vectors.nm(three(A64Vector.CMTST, value), a, a);
            size = 2;
        }
        int word = A64Vector.acrossLanes(A64Vector.UMINV, VectorBuilder.whole(size), 0, 0);
        code.dn(A64Vector.moveToGeneral(2, 0, 0, 0), d, vectors.n(word, lanes));
        return d;
    }
}
