package wasm2obj.isel.aarch64;

import wasm2obj.codegen.FloatLowering;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.isel.aarch64.instruction.A64Float;
import wasm2obj.isel.aarch64.instruction.A64Vector;
import wasm2obj.isel.aarch64.instruction.FloatImmediate;

/** Rules for scalar floats. The hardware's minimum, maximum and saturating conversions are WebAssembly's. */
final class FloatRules extends FloatLowering<Matcher> {
    /** movi, 64 bits of which each byte is all ones or all zeros by a bit of the immediate. */
    private static final int MOVI_OP = 1;

    private static final int MOVI_64 = 14;

    private final WordBuilder code;
    private final MemoryRules memory;

    FloatRules(Matcher match, MemoryRules memory) {
        super(match);
        this.memory = memory;
        code = match.code;
    }

    /** The field ftype: 1 for doubles. */
    private int ftype(int value) {
        return function.type(value) == Type.F64 ? 1 : 0;
    }

    // ---- constants ----

    /**
     * <pre>
     *   0               movi
     *   small numbers   fmov
     *   others          from read-only data
     * </pre>
     */
    @Override
    protected void constant(int vreg, Type type, long bits) {
        int imm8 = immediate(type, bits);
        if (bits == 0) {
            int word = A64Vector.modifiedImmediate(0, MOVI_OP, MOVI_64, 0, 0);
            code.start(word).define(vreg, Op.D).emitRematerializable();
        } else if (imm8 != FloatImmediate.NONE) {
            int word = A64Float.moveImmediate(type == Type.F64 ? 1 : 0, 0, imm8);
            code.start(word).define(vreg, Op.D).emitRematerializable();
        } else {
            code.pooled(vreg, type.bytes(), bits, 0);
        }
    }

    private static int immediate(Type type, long bits) {
        return type == Type.F64
                ? FloatImmediate.encodeDouble(bits)
                : FloatImmediate.encodeSingle((int) bits);
    }

    /** Whether the constant is loaded from read-only data. */
    static boolean isPooled(Type type, long bits) {
        return bits != 0 && immediate(type, bits) == FloatImmediate.NONE;
    }

    // ---- arithmetic ----

    void binary(int i, int op) {
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        code.dnm(A64Float.twoSources(op, ftype(i), 0, 0, 0), context.result(i), a, b);
    }

    /** Also conversions between floats: the type that counts is the operand's. */
    void unary(int i, int op) {
        int source = context.reg(function.a(i));
        int word = A64Float.oneSource(op, ftype(function.a(i)), 0, 0);
        code.dn(word, context.result(i), source);
    }

    /** {@code fcopysign x, y}: the sign of y, moved to the bottom, is inserted at the top of x. */
    @Override
    protected void copySign(int i) {
        int a = context.reg(function.a(i));
        int b = context.reg(function.b(i));
        int sign = context.newVreg(Type.F64);
        int arrangement = ftype(i) == 1 ? A64Vector.D2 : A64Vector.S2;
        int top = ftype(i) == 1 ? 63 : 31;
        code.dn(A64Vector.shiftRight(A64Vector.USHR, arrangement, 0, 0, top), sign, b);
        code.modifyN(
                A64Vector.shiftLeft(A64Vector.SLI, arrangement, 0, 0, top),
                context.result(i),
                a,
                sign);
    }

    // ---- conversions ----

    /** {@code convert_s x}, {@code convert_u x}. */
    @Override
    protected void convertInteger(int i) {
        int a = function.a(i);
        int op = function.opcode(i) == Opcode.CONVERT_U ? A64Float.UCVTF : A64Float.SCVTF;
        int sf = match.sf(a);
        int source = match.reg(a, sf + 2);
        code.dn(A64Float.convert(op, sf, ftype(i), 0, 0), context.result(i), source);
    }

    /** The hardware's conversions saturate. */
    @Override
    protected void truncate(int i, int source, int flags) {
        if ((flags & VCode.SATURATING) == 0) {
            truncateBySequence(i, source, flags);
            return;
        }
        int op = (flags & VCode.UNSIGNED) != 0 ? A64Float.FCVTZU : A64Float.FCVTZS;
        int word = A64Float.convert(op, match.sf(i), ftype(function.a(i)), 0, 0);
        code.dn(word, context.result(i), source);
    }

    /**
     * <pre>
     *   reinterpret [memory]    the other type's load
     *   reinterpret x           fmov
     * </pre>
     */
    @Override
    protected void reinterpret(int i) {
        int a = function.a(i);
        if (memory.loadAs(a, i)) {
            return;
        }
        boolean toFloat = function.type(i).isFloat();
        int size = function.type(i).bytes() == 8 ? 1 : 0;
        int source = toFloat ? match.reg(a, size + 2) : context.reg(a);
        int op = toFloat ? A64Float.FMOV_FROM_GENERAL : A64Float.FMOV_TO_GENERAL;
        code.dn(A64Float.convert(op, size, size, 0, 0), context.result(i), source);
    }
}
