package wasm2obj.codegen;

import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.ir.VectorShape;

/**
 * What rules for vectors know of values: shapes and constants. An ISA's builder of vector instructions adds those.
 *
 * @param <M> the ISA's matcher
 */
public abstract class VectorValues<M extends ValueMatcher> extends SelectionRules<M> {
    /** Values that are seen through the matcher. */
    protected VectorValues(M match) {
        super(match);
    }

    // ---- shapes ----

    /** The shape of the instruction. */
    public final VectorShape shape(int i) {
        return VectorShape.of(function.aux(i));
    }

    /** log2 of the bytes of a lane of the instruction's shape. */
    public final int size(int i) {
        return size(shape(i));
    }

    /** log2 of the bytes of a lane. */
    public static int size(VectorShape shape) {
        return Integer.numberOfTrailingZeros(shape.laneBytes());
    }

    // ---- constants ----

    /** Whether the value is a constant vector. */
    public final boolean isConstant(int value) {
        return function.opcode(value) == Opcode.VCONST;
    }

    /** The lower half of a constant. */
    public final long low(int constant) {
        return function.imm(constant);
    }

    /** The upper half of a constant. */
    public final long high(int constant) {
        return function.vectorHigh(function.aux(constant));
    }

    public final boolean isZero(int value) {
        return isConstant(value) && (low(value) | high(value)) == 0;
    }

    public final boolean isOnes(int value) {
        return isConstant(value) && (low(value) & high(value)) == -1;
    }

    /** A new register with a constant. */
    public abstract int constant(long low, long high);

    /** A new register with zero. */
    public final int zero() {
        return constant(0, 0);
    }

    // ---- registers ----

    public final int newVector() {
        return context.newVreg(Type.V128);
    }

    /** The value seen as one of another type, in the same register: no code but perhaps a copy. */
    public final void asIs(int dst, int a) {
        context.defReuse(dst, 1);
        context.use(a);
        context.emit(VCode.AS_IS, 0, 0);
    }
}
