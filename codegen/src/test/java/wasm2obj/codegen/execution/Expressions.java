package wasm2obj.codegen.execution;

import java.util.Random;
import wasm2obj.ir.Function;
import wasm2obj.ir.FunctionBuilder;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.ir.VectorShape;

/**
 * Random expressions of vectors, made of what selectors like to join. The same seed gives the same expression, with each result used
 * at once, or stored in a slot of the frame and loaded again.
 *
 * <p>Floats are converted from integers, so there is no NaN, whose bits would depend on the order of operands.
 */
final class Expressions {
    private static final Opcode[] BITWISE = {Opcode.VAND, Opcode.VOR, Opcode.VXOR, Opcode.VANDNOT};
    private static final Opcode[] ALL_SHAPES = {
        Opcode.VADD,
        Opcode.VADD,
        Opcode.VADD,
        Opcode.VSUB,
        Opcode.VSUB,
        Opcode.VEQ,
        Opcode.VNE,
        Opcode.VGT_S,
        Opcode.VGE_S
    };
    private static final Opcode[] TO_WIDER = {
        Opcode.VEXTMUL_LOW_S, Opcode.VEXTMUL_LOW_U, Opcode.VEXTMUL_HIGH_S, Opcode.VEXTMUL_HIGH_U
    };
    private static final Opcode[] EXTENSIONS = {
        Opcode.VEXTEND_LOW_S, Opcode.VEXTEND_LOW_U, Opcode.VEXTEND_HIGH_S, Opcode.VEXTEND_HIGH_U
    };
    private static final Opcode[] SHIFTS = {Opcode.VSHL, Opcode.VSHR_S, Opcode.VSHR_U};
    private static final Opcode[] FLOAT_BINARIES = {
        Opcode.VMUL,
        Opcode.VMUL,
        Opcode.VADD,
        Opcode.VPMIN,
        Opcode.VPMAX,
        Opcode.VEQ,
        Opcode.VNE,
        Opcode.VLT,
        Opcode.VLE
    };
    private static final long BYTES = 0x0101_0101_0101_0101L;
    private static final int DEPTH = 4;

    private final Function function;
    private final FunctionBuilder builder;
    private final boolean isStored;
    private final Random random;
    private final int x;
    private final int y;

    Expressions(
            Function function, FunctionBuilder builder, int a, int b, boolean isStored, int seed) {
        this.function = function;
        this.builder = builder;
        this.isStored = isStored;
        random = new Random(seed);
        builder.setSimplify(false);
        x = spread(a);
        y = spread(b);
    }

    /** Both halves depend on the scalar. */
    private int spread(int scalar) {
        int low = builder.vectorSplat(VectorShape.I64X2, scalar);
        int factor = builder.constI64(0x9e37_79b9_7f4a_7c15L);
        int high = builder.binary(Opcode.MUL, Type.I64, scalar, factor);
        return builder.vectorReplaceLane(VectorShape.I64X2, low, high, 1);
    }

    /** An expression; a vector. */
    int make() {
        return make(DEPTH);
    }

    private int result(int value) {
        if (!isStored) {
            return value;
        }
        int slot = function.addSlot(function.type(value));
        builder.slotSet(slot, value);
        return builder.slotGet(slot);
    }

    private int vector(Opcode opcode, int a, int b, int c, int aux) {
        return result(builder.vector(opcode, a, b, c, aux));
    }

    private int binary(Opcode opcode, int a, int b, VectorShape shape) {
        return vector(opcode, a, b, Function.NONE, shape.ordinal());
    }

    private int unary(Opcode opcode, int a, VectorShape shape) {
        return vector(opcode, a, Function.NONE, Function.NONE, shape.ordinal());
    }

    private Opcode one(Opcode[] opcodes) {
        return opcodes[random.nextInt(opcodes.length)];
    }

    /** An integer shape, whose lanes have at least 2^{@code smallest} bytes. */
    private VectorShape shape(int smallest) {
        return VectorShape.values()[smallest + random.nextInt(4 - smallest)];
    }

    private int make(int depth) {
        if (depth == 0) {
            return leaf();
        }
        int below = depth - 1;
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> binary(one(ALL_SHAPES), make(below), make(below), shape(0));
            case 3 -> binary(Opcode.VMUL, make(below), make(below), shape(1));
            case 4 -> vector(one(BITWISE), make(below), make(below), Function.NONE, 0);
            case 5 -> binary(one(TO_WIDER), make(below), make(below), shape(1));
            case 6 -> unary(one(EXTENSIONS), make(below), shape(1));
            case 7 -> shift(make(below));
            case 8 -> select(below);
            case 9 -> sums(below);
            case 10 -> lane(make(below), make(below));
            default -> floats(below);
        };
    }

    private int leaf() {
        return switch (random.nextInt(7)) {
            case 0, 1, 2 -> x;
            case 3, 4 -> y;
            case 5 -> constant(random.nextBoolean() ? 0 : -1);
            default -> constant(random.nextInt(256) * BYTES);
        };
    }

    private int constant(long half) {
        return builder.constV128(half, half);
    }

    private int shift(int a) {
        VectorShape shape = shape(0);
        int count = builder.constI32(random.nextInt(8 * shape.laneBytes()));
        return binary(one(SHIFTS), a, count, shape);
    }

    /** Masks are anything, comparisons, and complements. */
    private int select(int below) {
        int mask = make(below);
        mask =
                switch (random.nextInt(3)) {
                    case 0 -> mask;
                    case 1 -> binary(Opcode.VNE, mask, make(0), shape(0));
                    default -> vector(Opcode.VXOR, mask, constant(-1), Function.NONE, 0);
                };
        int aux = VectorShape.I8X16.ordinal();
        return vector(Opcode.VBITSELECT, make(below), make(below), mask, aux);
    }

    /** Sums of pairs, of products of bytes, too, of which one is below 128. */
    private int sums(int below) {
        VectorShape shape = random.nextBoolean() ? VectorShape.I16X8 : VectorShape.I32X4;
        Opcode opcode =
                random.nextBoolean() ? Opcode.VEXTADD_PAIRWISE_S : Opcode.VEXTADD_PAIRWISE_U;
        int pairs = make(below);
        if (shape == VectorShape.I32X4 && random.nextBoolean()) {
            int small = vector(Opcode.VAND, make(below), constant(0x7f * BYTES), Function.NONE, 0);
            int relaxed = VectorShape.I16X8.ordinal() | VectorShape.RELAXED;
            pairs = vector(Opcode.VDOT8, pairs, small, Function.NONE, relaxed);
        }
        return binary(Opcode.VADD, make(below), unary(opcode, pairs, shape), shape);
    }

    /** A lane of one vector in another one, or everywhere. */
    private int lane(int a, int b) {
        VectorShape shape = VectorShape.values()[random.nextInt(6)];
        int from = random.nextInt(shape.lanes());
        Type type = shape.laneType();
        int scalar =
                result(builder.vectorTest(Opcode.VEXTRACT_LANE, type, a, from, shape.ordinal()));
        if (random.nextBoolean()) {
            return result(builder.vectorSplat(shape, scalar));
        }
        int to = random.nextInt(shape.lanes());
        return result(builder.vectorReplaceLane(shape, b, scalar, to));
    }

    private int floats(int below) {
        VectorShape shape = random.nextBoolean() ? VectorShape.F32X4 : VectorShape.F64X2;
        int a = converted(below, shape);
        int b = converted(below, shape);
        if (random.nextInt(3) > 0) {
            return binary(one(FLOAT_BINARIES), a, b, shape);
        }
        Opcode opcode = random.nextBoolean() ? Opcode.VMADD : Opcode.VNMADD;
        int relaxed = random.nextBoolean() ? VectorShape.RELAXED : 0;
        return vector(opcode, a, b, converted(below, shape), shape.ordinal() | relaxed);
    }

    private int converted(int below, VectorShape shape) {
        int kind = random.nextInt(4);
        if (kind == 0) {
            return constant(0);
        }
        int integers = make(below);
        if (kind == 1) {
            int lanes = VectorShape.I32X4.ordinal();
            int scalar = builder.vectorTest(Opcode.VEXTRACT_LANE, Type.I32, integers, 0, lanes);
            int value = result(builder.unary(Opcode.CONVERT_S, shape.laneType(), scalar));
            return result(builder.vectorSplat(shape, value));
        }
        return unary(Opcode.VCONVERT_S, integers, shape);
    }
}
