package wasm2obj.isel.aarch64;

import wasm2obj.codegen.LaneLowering;
import wasm2obj.ir.Function;
import wasm2obj.ir.VectorShape;
import wasm2obj.isel.aarch64.instruction.A64Float;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.A64Vector;

/**
 * Rules between scalars and lanes.
 *
 * <p>A lane that is loaded goes to a vector register of its own first, and one that is stored comes from there, since plain loads and
 * stores have all forms of addresses and those of lanes only a base: what the one instruction more costs, computing the address
 * would cost as well.
 */
final class VectorLaneRules extends LaneLowering<Matcher> {
    private final VectorBuilder vectors;
    private final MemoryRules memory;
    private final WordBuilder code;

    VectorLaneRules(Matcher match, VectorBuilder vectors, MemoryRules memory) {
        super(match);
        this.vectors = vectors;
        this.memory = memory;
        code = match.code;
    }

    /** A vector register whose first lane, of 2^{@code size} bytes, was loaded, if the value is a load that may be taken over; or NONE. */
    private int loaded(int value, int size) {
        if (loadedSize(value) != size || !context.canSink(value)) {
            return Function.NONE;
        }
        context.sink(value);
        int register = vectors.newVector();
        memory.address(value, size);
        memory.access(loadOp(size), register);
        return register;
    }

    /** log2 of the bytes that a load reads, if its value's low bytes are those; else -1. */
    private int loadedSize(int value) {
        return switch (function.opcode(value)) {
            case LOAD -> Integer.numberOfTrailingZeros(function.type(value).bytes());
            case LOAD8_S, LOAD8_U -> 0;
            case LOAD16_S, LOAD16_U -> 1;
            default -> -1;
        };
    }

    private static int loadOp(int size) {
        return switch (size) {
            case 0 -> A64Memory.LDR_B;
            case 1 -> A64Memory.LDR_H;
            case 2 -> A64Memory.LDR_S;
            default -> A64Memory.LDR_D;
        };
    }

    private static int storeOp(int size) {
        return switch (size) {
            case 0 -> A64Memory.STR_B;
            case 1 -> A64Memory.STR_H;
            case 2 -> A64Memory.STR_S;
            default -> A64Memory.STR_D;
        };
    }

    @Override
    protected void storeLane(int i, int value) {
        int size = vectors.size(value);
        int vector = context.reg(function.a(value));
        if (lane(value) != 0) {
            vector = vectors.n(A64Vector.duplicateLaneScalar(size, 0, 0, lane(value)), vector);
        }
        memory.address(i, size);
        memory.access(storeOp(size), vector);
    }

    // ---- splat ----

    /**
     * <pre>
     *   vsplat [memory]          a load of one lane, dup
     *   vsplat (vextract_lane)   dup of that lane
     *   vsplat x                 dup
     * </pre>
     */
    @Override
    protected void splat(int i) {
        int a = function.a(i);
        VectorShape shape = vectors.shape(i);
        int size = vectors.size(i);
        int arrangement = VectorBuilder.whole(size);
        if (isSinkableLane(a, size)) {
            context.sink(a);
            int vector = context.reg(function.a(a));
            int word = A64Vector.duplicateLane(arrangement, 0, 0, lane(a));
            code.dn(word, context.result(i), vector);
            return;
        }
        int lane = loaded(a, size);
        if (lane == Function.NONE && shape.isFloat()) {
            lane = context.reg(a);
        }
        if (lane != Function.NONE) {
            code.dn(A64Vector.duplicateLane(arrangement, 0, 0, 0), context.result(i), lane);
        } else {
            int register = match.reg(a, match.width(a));
            code.dn(A64Vector.duplicateGeneral(arrangement, 0, 0), context.result(i), register);
        }
    }

    /** {@code vscalar x}: what writes a part of a vector register clears the rest. */
    @Override
    protected void scalar(int i) {
        int a = function.a(i);
        int size = vectors.size(i);
        if (loadedSize(a) == size && context.canSink(a)) {
            context.sink(a);
            memory.address(a, size);
            memory.access(loadOp(size), context.result(i));
            return;
        }
        int word = A64Float.oneSource(A64Float.FMOV, size - 2, 0, 0);
        code.dn(word, context.result(i), context.reg(a));
    }

    // ---- extract ----

    @Override
    protected void extract(int i, boolean isSigned) {
        int size = vectors.size(i);
        int a = context.reg(function.a(i));
        int d = context.result(i);
        if (vectors.shape(i).isFloat()) {
            if (lane(i) == 0) {
                vectors.asIs(d, a);
            } else {
                code.dn(A64Vector.duplicateLaneScalar(size, 0, 0, lane(i)), d, a);
            }
        } else if (isSigned) {
            code.dn(A64Vector.moveToGeneralSigned(size, 0, 0, 0, lane(i)), d, a);
        } else {
            code.dn(A64Vector.moveToGeneral(size, 0, 0, lane(i)), d, a);
        }
    }

    // ---- replace ----

    /**
     * <pre>
     *   vreplace_lane v, [memory]          a load of one lane, ins
     *   vreplace_lane v, (vextract_lane)   ins of that lane
     *   vreplace_lane v, 0                 ins of the zero register
     *   vreplace_lane v, x                 ins
     * </pre>
     */
    @Override
    protected void replace(int i) {
        int value = function.b(i);
        int size = vectors.size(i);
        if (isSinkableLane(value, size)) {
            context.sink(value);
            insert(i, context.reg(function.a(value)), lane(value));
            return;
        }
        int lane = loaded(value, size);
        if (lane == Function.NONE && vectors.shape(i).isFloat() && !match.isConstant(value, 0)) {
            lane = context.reg(value);
        }
        if (lane != Function.NONE) {
            insert(i, lane, 0);
            return;
        }
        int vector = context.reg(function.a(i));
        int register = match.regOrZero(value, size == 3 ? 3 : 2);
        int word = A64Vector.insertGeneral(size, 0, lane(i), 0);
        code.modifyN(word, context.result(i), vector, register);
    }

    private void insert(int i, int source, int from) {
        int word = A64Vector.insertLane(vectors.size(i), 0, lane(i), 0, from);
        code.modifyN(word, context.result(i), context.reg(function.a(i)), source);
    }
}
