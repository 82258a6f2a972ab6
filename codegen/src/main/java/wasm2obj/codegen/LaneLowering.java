package wasm2obj.codegen;

import wasm2obj.ir.Opcode;
import wasm2obj.ir.VectorShape;

/**
 * Rules between scalars and lanes, for all ISAs. A lane that is stored goes to memory from its vector register.
 *
 * @param <M> the ISA's matcher
 */
public abstract class LaneLowering<M extends ValueMatcher> extends SelectionRules<M> {
    /** Rules that ask the matcher for registers. */
    protected LaneLowering(M match) {
        super(match);
    }

    /** All lanes the same scalar. */
    protected abstract void splat(int i);

    /** The scalar in the first lane, and zero. */
    protected abstract void scalar(int i);

    /** A lane as a scalar; one narrower than 32 bits is extended, with its sign or without. */
    protected abstract void extract(int i, boolean isSigned);

    /** The vector with another scalar in a lane. */
    protected abstract void replace(int i);

    /** Stores the lane that {@code value} is to where the store {@code i} goes. */
    protected abstract void storeLane(int i, int value);

    /** The number of the instruction's lane. */
    protected final int lane(int i) {
        return (int) function.imm(i);
    }

    /** {@code store a, (vextract_lane v)}: whether that was done at once. */
    final boolean store(int i) {
        int value = function.c(i);
        if (!isSinkableLane(value, storedSize(i))) {
            return false;
        }
        context.sink(value);
        storeLane(i, value);
        return true;
    }

    /** Whether the value's low 2^{@code size} bytes are a lane of a vector, and may be taken over. */
    protected final boolean isSinkableLane(int value, int size) {
        Opcode opcode = function.opcode(value);
        return (opcode == Opcode.VEXTRACT_LANE || opcode == Opcode.VEXTRACT_LANE_S)
                && VectorValues.size(VectorShape.of(function.aux(value))) == size
                && context.canSink(value);
    }

    /** log2 of the bytes that a store writes. */
    private int storedSize(int i) {
        return switch (function.opcode(i)) {
            case STORE8 -> 0;
            case STORE16 -> 1;
            case STORE32 -> 2;
            default -> Integer.numberOfTrailingZeros(function.type(function.c(i)).bytes());
        };
    }
}
