package wasm2obj.isel.aarch64;

import wasm2obj.codegen.VectorValues;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.VectorShape;
import wasm2obj.isel.aarch64.instruction.A64Vector;
import wasm2obj.isel.aarch64.instruction.VectorImmediate;

/**
 * What the rules for vectors share: instructions that give new registers, shapes as arrangements, and constants.
 *
 * <p>Words are those of {@link WordBuilder}: the registers are left 0. Sources stay as they are; where an instruction overwrites one,
 * the allocator copies it if somebody else needs it.
 */
final class VectorBuilder extends VectorValues<Matcher> {
    final WordBuilder code;

    VectorBuilder(Matcher match) {
        super(match);
        code = match.code;
    }

    // ---- shapes ----

    /** The arrangement of lanes of 2^{@code size} bytes in all of a register. */
    static int whole(int size) {
        return size << 1 | 1;
    }

    /** The arrangement of the instruction's shape in all of a register. */
    int whole(VectorShape shape) {
        return whole(size(shape));
    }

    /** The arrangement of lanes half as wide as the instruction's, in the lower half, or the upper one for the instructions that end in 2. */
    int narrow(int i, boolean isHigh) {
        return size(i) - 1 << 1 | (isHigh ? 1 : 0);
    }

    // ---- instructions with a new register for their result ----

    int n(int word, int n) {
        int d = newVector();
        code.dn(word, d, n);
        return d;
    }

    int nm(int word, int n, int m) {
        int d = newVector();
        code.dnm(word, d, n, m);
        return d;
    }

    // ---- constants ----

    /** The same byte everywhere. */
    int bytes(int value) {
        long half = 0x0101_0101_0101_0101L * (value & 0xff);
        return constant(half, half);
    }

    /**
     * A new register with a constant.
     *
     * <pre>
     *   what movi, mvni, fmov have   these
     *   others                       from read-only data
     * </pre>
     */
    @Override
    public int constant(long low, long high) {
        int d = newVector();
        int word = VectorImmediate.encode(low, high);
        if (word == VectorImmediate.NONE) {
            code.pooled(d, 16, low, high);
        } else {
            code.start(word).define(d, Op.D).emitRematerializable();
        }
        return d;
    }

    // ---- operands of the IR ----

    /** {@code i = word(a, b)}. */
    void binary(int i, int word) {
        binary(i, word, function.a(i), function.b(i));
    }

    void binary(int i, int word, int a, int b) {
        int n = context.reg(a);
        code.dnm(word, context.result(i), n, context.reg(b));
    }

    /** {@code i = word(a)}. */
    void unary(int i, int word) {
        code.dn(word, context.result(i), context.reg(function.a(i)));
    }

    /** {@code i = word(old, a, b)}, which changes {@code old}. */
    void accumulate(int i, int word, int old, int a, int b) {
        int d = context.reg(old);
        int n = context.reg(a);
        code.modifyNM(word, context.result(i), d, n, context.reg(b));
    }

    /** {@code i = word(old, a)}, which changes {@code old}. */
    void accumulate(int i, int word, int old, int a) {
        int d = context.reg(old);
        code.modifyN(word, context.result(i), d, context.reg(a));
    }

    /** The value behind a complement that may be taken over, which is then sunk; or NONE. */
    int takeComplement(int value) {
        boolean isNot =
                function.opcode(value) == Opcode.VXOR
                        && isOnes(function.b(value))
                        && context.canSink(value);
        if (!isNot) {
            return Function.NONE;
        }
        context.sink(value);
        return function.a(value);
    }

    /** {@code d = ~a}. */
    void not(int d, int a) {
        code.dn(A64Vector.twoRegisters(A64Vector.NOT, A64Vector.B16, 0, 0), d, a);
    }
}
