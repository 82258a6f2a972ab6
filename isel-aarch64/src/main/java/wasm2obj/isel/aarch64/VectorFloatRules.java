package wasm2obj.isel.aarch64;

import wasm2obj.codegen.SelectionRules;
import wasm2obj.codegen.VectorLowering;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.VectorShape;
import wasm2obj.isel.aarch64.instruction.A64Vector;

/**
 * Rules for float lanes and for what converts from and to them. The hardware's minimum, maximum and saturating conversions are
 * WebAssembly's, so relaxed operations differ in one thing: they fuse a multiplication with an addition.
 */
final class VectorFloatRules extends SelectionRules<Matcher> implements VectorLowering.Floats {
    private static final int D2 = A64Vector.D2;
    private static final int S2 = A64Vector.S2;

    private final VectorBuilder vectors;
    private final WordBuilder code;

    VectorFloatRules(Matcher match, VectorBuilder vectors) {
        super(match);
        this.vectors = vectors;
        code = vectors.code;
    }

    private int arrangement(int i) {
        return vectors.whole(vectors.shape(i));
    }

    private boolean isDouble(int i) {
        return vectors.shape(i) == VectorShape.F64X2;
    }

    private int three(int op, int i) {
        return A64Vector.threeSameFloat(op, arrangement(i), 0, 0, 0);
    }

    private int two(int op, int i) {
        return A64Vector.twoRegistersFloat(op, arrangement(i), 0, 0);
    }

    // ---- arithmetic ----

    void binary(int i, int op) {
        vectors.binary(i, three(op, i));
    }

    void unary(int i, int op) {
        vectors.unary(i, two(op, i));
    }

    /** The float that all lanes of the value are made of, if the splat may be taken over; it is sunk then. */
    private int takeSplat(int i, int value) {
        boolean isSplat =
                function.opcode(value) == Opcode.VSPLAT
                        && vectors.shape(value) == vectors.shape(i)
                        && !match.isConstant(function.a(value))
                        && context.canSink(value);
        if (!isSplat) {
            return Function.NONE;
        }
        context.sink(value);
        return function.a(value);
    }

    /**
     * <pre>
     *   vmul x, (vsplat y)   fmul by lane
     *   vmul x, y            fmul
     * </pre>
     */
    void multiply(int i) {
        int a = function.a(i);
        int b = function.b(i);
        int scalar = takeSplat(i, b);
        if (scalar == Function.NONE) {
            scalar = takeSplat(i, a);
            a = scalar == Function.NONE ? a : b;
        }
        if (scalar == Function.NONE) {
            binary(i, A64Vector.FMUL);
        } else {
            vectors.binary(i, byLane(A64Vector.FMUL_LANE, i), a, scalar);
        }
    }

    private int byLane(int op, int i) {
        return A64Vector.byLane(op, arrangement(i), 0, 0, 0, 0);
    }

    /** {@code a * b + c} or {@code c - a * b}: fused if that is allowed. */
    @Override
    public void multiplyAdd(int i, boolean isNegated) {
        int a = function.a(i);
        int b = function.b(i);
        int c = function.c(i);
        if (!VectorShape.isRelaxed(function.aux(i))) {
            int n = context.reg(a);
            int product = vectors.nm(three(A64Vector.FMUL, i), n, context.reg(b));
            int op = isNegated ? A64Vector.FSUB : A64Vector.FADD;
            code.dnm(three(op, i), context.result(i), context.reg(c), product);
            return;
        }
        int scalar = takeSplat(i, b);
        if (scalar == Function.NONE) {
            scalar = takeSplat(i, a);
            a = scalar == Function.NONE ? a : b;
        }
        if (scalar == Function.NONE) {
            int op = isNegated ? A64Vector.FMLS : A64Vector.FMLA;
            vectors.accumulate(i, three(op, i), c, a, b);
        } else {
            int op = isNegated ? A64Vector.FMLS_LANE : A64Vector.FMLA_LANE;
            vectors.accumulate(i, byLane(op, i), c, a, scalar);
        }
    }

    /** {@code b < a ? b : a}, and {@code a < b ? b : a}. */
    void pseudo(int i, boolean isMinimum) {
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        int word = three(A64Vector.FCMGT, i);
        int takesB = isMinimum ? vectors.nm(word, a, b) : vectors.nm(word, b, a);
        code.modifyNM(
                A64Vector.bitwise(A64Vector.BSL, 1, 0, 0, 0), context.result(i), takesB, b, a);
    }

    // ---- comparisons ----

    @Override
    public void compare(int i) {
        if (function.opcode(i) == Opcode.VNE) {
            vectors.not(context.result(i), equal(i, vectors.newVector()));
        } else {
            compare(i, context.result(i));
        }
    }

    /** The opposite of a {@code vne}, for who can use that. */
    int equal(int notEqual, int d) {
        compare(notEqual, d);
        return d;
    }

    /**
     * <pre>
     *   veq x, 0; vlt x, 0; vle x, 0   fcmeq, fcmlt, fcmle with zero
     *   vlt 0, y; vle 0, y             fcmgt, fcmge with zero
     *   veq x, y; vlt x, y; vle x, y   fcmeq x, y; fcmgt y, x; fcmge y, x
     * </pre>
     */
    private void compare(int i, int d) {
        int a = function.a(i);
        int b = function.b(i);
        Opcode opcode = function.opcode(i);
        if (vectors.isZero(b)) {
            code.dn(two(withZero(opcode), i), d, context.reg(a));
        } else if (vectors.isZero(a)) {
            code.dn(two(zeroWith(opcode), i), d, context.reg(b));
        } else {
            int n = context.reg(b);
            code.dnm(three(swapped(opcode), i), d, n, context.reg(a));
        }
    }

    private static int withZero(Opcode opcode) {
        return switch (opcode) {
            case VLT -> A64Vector.FCMLT_ZERO;
            case VLE -> A64Vector.FCMLE_ZERO;
            default -> A64Vector.FCMEQ_ZERO;
        };
    }

    private static int zeroWith(Opcode opcode) {
        return switch (opcode) {
            case VLT -> A64Vector.FCMGT_ZERO;
            case VLE -> A64Vector.FCMGE_ZERO;
            default -> A64Vector.FCMEQ_ZERO;
        };
    }

    private static int swapped(Opcode opcode) {
        return switch (opcode) {
            case VLT -> A64Vector.FCMGT;
            case VLE -> A64Vector.FCMGE;
            default -> A64Vector.FCMEQ;
        };
    }

    // ---- conversions ----

    /** Doubles become integers of 64 bits, which are narrowed with saturation; that clears the upper half. */
    @Override
    public void truncate(int i, boolean isSigned) {
        int op = isSigned ? A64Vector.FCVTZS : A64Vector.FCVTZU;
        if (!isDouble(i)) {
            unary(i, op);
            return;
        }
        int wide = vectors.n(two(op, i), context.reg(function.a(i)));
        int narrow = isSigned ? A64Vector.SQXTN : A64Vector.UQXTN;
        code.dn(A64Vector.twoRegisters(narrow, S2, 0, 0), context.result(i), wide);
    }

    /** For doubles the lower integers are extended first. */
    @Override
    public void convert(int i, boolean isSigned) {
        int op = isSigned ? A64Vector.SCVTF : A64Vector.UCVTF;
        if (!isDouble(i)) {
            unary(i, op);
            return;
        }
        int extend = isSigned ? A64Vector.SSHLL : A64Vector.USHLL;
        int word = A64Vector.shiftLeft(extend, S2, 0, 0, 0);
        int wide = vectors.n(word, context.reg(function.a(i)));
        code.dn(A64Vector.twoRegistersFloat(op, D2, 0, 0), context.result(i), wide);
    }

    /** Clears the upper half. */
    @Override
    public void demote(int i) {
        vectors.unary(i, A64Vector.twoRegistersFloat(A64Vector.FCVTN, S2, 0, 0));
    }

    @Override
    public void promote(int i) {
        vectors.unary(i, A64Vector.twoRegistersFloat(A64Vector.FCVTL, S2, 0, 0));
    }
}
