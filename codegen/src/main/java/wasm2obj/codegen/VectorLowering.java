package wasm2obj.codegen;

import wasm2obj.ir.Opcode;
import wasm2obj.ir.VectorShape;

/**
 * Which rule serves which vector operation, for all ISAs. The ISA's rules are in classes by theme; it adds what is one instruction, or
 * nearly, which its own tables have.
 *
 * @param <M> the ISA's matcher
 */
public abstract class VectorLowering<M extends ValueMatcher> extends SelectionRules<M> {
    private final VectorValues<M> vectors;
    private final Integers integers;
    private final Floats floats;
    private final LaneLowering<M> lanes;
    private final ShuffleLowering<M> shuffles;

    /** Rules of integers in vectors, and of bits, that are more than one instruction somewhere. */
    public interface Integers {
        void begin();

        void add(int i);

        void sub(int i);

        /** By a number that is taken modulo the width of a lane. */
        void shift(int i, Opcode opcode);

        /** A comparison: all ones or zero in each lane; so for the following. */
        void equal(int i);

        void notEqual(int i);

        /** The bits of a where c has ones, and of b elsewhere. */
        void bitselect(int i);

        /** The lanes' highest bits as a number. */
        void bitmask(int i);
    }

    /** Rules of floats in vectors that are more than one instruction somewhere. */
    public interface Floats {
        void begin();

        /** A comparison: all ones or zero in each lane. */
        void compare(int i);

        /** {@code a * b + c}, or {@code -(a * b) + c}. */
        void multiplyAdd(int i, boolean isNegated);

        /** To integers, saturating. */
        void truncate(int i, boolean isSigned);

        /** From integers. */
        void convert(int i, boolean isSigned);

        /** To f32 from f64. */
        void demote(int i);

        /** To f64 from f32. */
        void promote(int i);
    }

    /** Rules by theme; they begin with this object's function. */
    protected VectorLowering(
            M match,
            VectorValues<M> vectors,
            Integers integers,
            Floats floats,
            LaneLowering<M> lanes,
            ShuffleLowering<M> shuffles) {
        super(match);
        this.vectors = vectors;
        this.integers = integers;
        this.floats = floats;
        this.lanes = lanes;
        this.shuffles = shuffles;
    }

    @Override
    public void begin() {
        super.begin();
        vectors.begin();
        integers.begin();
        floats.begin();
        lanes.begin();
        shuffles.begin();
    }

    /** Another operation on lanes of integers, or on bits. */
    protected abstract void lowerInteger(int i, Opcode opcode);

    /** Another operation on lanes of floats. */
    protected abstract void lowerFloat(int i, Opcode opcode);

    /** What an ISA throws for an opcode that it has no rule for. */
    protected static IllegalStateException noRule(Opcode opcode) {
        return new IllegalStateException("no rule for " + opcode);
    }

    /** A constant in a new register. */
    final int constant(int i) {
        return vectors.constant(vectors.low(i), vectors.high(i));
    }

    /** Stores a lane from its vector register, if that is what the store is. */
    final boolean storeLane(int i) {
        return lanes.store(i);
    }

    /** One of the opcodes that {@link Opcode#isVector}, but for the two tests. */
    final void lower(int i, Opcode opcode) {
        switch (opcode) {
            case VSPLAT -> lanes.splat(i);
            case VSCALAR -> lanes.scalar(i);
            case VEXTRACT_LANE -> lanes.extract(i, false);
            case VEXTRACT_LANE_S -> lanes.extract(i, true);
            case VREPLACE_LANE -> lanes.replace(i);
            case VSWIZZLE -> shuffles.swizzle(i);
            case VSHUFFLE -> shuffles.shuffle(i);
            case VMADD -> floats.multiplyAdd(i, false);
            case VNMADD -> floats.multiplyAdd(i, true);
            case VTRUNC_SAT_S -> floats.truncate(i, true);
            case VTRUNC_SAT_U -> floats.truncate(i, false);
            case VCONVERT_S -> floats.convert(i, true);
            case VCONVERT_U -> floats.convert(i, false);
            case VDEMOTE -> floats.demote(i);
            case VPROMOTE -> floats.promote(i);
            default -> lowerByShape(i, opcode);
        }
    }

    private void lowerByShape(int i, Opcode opcode) {
        boolean isFloat = opcode.hasShape() && VectorShape.of(function.aux(i)).isFloat();
        switch (opcode) {
            case VBITSELECT -> integers.bitselect(i);
            case VBITMASK -> integers.bitmask(i);
            case VSHL, VSHR_S, VSHR_U -> integers.shift(i, opcode);
            case VLT, VLE -> floats.compare(i);
            default -> {
                if (isFloat) {
                    lowerFloats(i, opcode);
                } else {
                    lowerIntegers(i, opcode);
                }
            }
        }
    }

    private void lowerFloats(int i, Opcode opcode) {
        switch (opcode) {
            case VEQ, VNE -> floats.compare(i);
            default -> lowerFloat(i, opcode);
        }
    }

    private void lowerIntegers(int i, Opcode opcode) {
        switch (opcode) {
            case VADD -> integers.add(i);
            case VSUB -> integers.sub(i);
            case VEQ -> integers.equal(i);
            case VNE -> integers.notEqual(i);
            default -> lowerInteger(i, opcode);
        }
    }
}
