package wasm2obj.frontend;

import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.ir.VectorShape;

/**
 * Instructions on vectors, relaxed ones included: a table from WebAssembly's opcodes behind the prefix 0xfd to the IR's.
 *
 * <p>The IR has fewer: comparisons are turned around, {@code not} is an exclusive or, and memory instructions are a load or store of
 * a scalar beside an operation on a lane. Relaxed instructions are their strict forms with a flag; without it, which is what the
 * feature {@code deterministic} asks for, they give the strict form's result.
 */
final class VectorInstructions {
    private static final int LAST = 0x113;
    private static final int FIRST_RELAXED = 0x100;

    private static final int V128 = ValueType.V128;
    private static final int I32 = ValueType.I32;

    private static final int I8X16 = VectorShape.I8X16.ordinal();
    private static final int I16X8 = VectorShape.I16X8.ordinal();
    private static final int I32X4 = VectorShape.I32X4.ordinal();
    private static final int I64X2 = VectorShape.I64X2.ordinal();
    private static final int F32X4 = VectorShape.F32X4.ordinal();
    private static final int F64X2 = VectorShape.F64X2.ordinal();
    private static final int RELAXED = VectorShape.RELAXED;

    // Kinds of instructions. Those without one are not in the table.
    private static final byte UNARY = 1;
    private static final byte BINARY = 2;

    /** The IR's operation has the operands in the other order. */
    private static final byte SWAPPED = 3;

    private static final byte TERNARY = 4;
    private static final byte SHIFT = 5;
    private static final byte SPLAT = 6;
    private static final byte EXTRACT = 7;
    private static final byte REPLACE = 8;
    private static final byte TEST = 9;

    private static final byte[] KINDS = new byte[LAST + 1];
    private static final Opcode[] OPCODES = new Opcode[LAST + 1];
    private static final byte[] AUXS = new byte[LAST + 1];

    /** Value types of lanes, by shape. */
    private static final int[] SCALARS = {
        I32, I32, I32, ValueType.I64, ValueType.F32, ValueType.F64
    };

    static {
        lanes();
        comparisons();
        bitwise();
        integers8();
        integers16();
        integers32();
        integers64();
        floats(0xe0, F32X4);
        floats(0xec, F64X2);
        conversions();
        relaxed();
    }

    private final Body body;
    private final OperandStack stack;
    private final MemoryInstructions memories;

    VectorInstructions(Body body, MemoryInstructions memories) {
        this.body = body;
        this.memories = memories;
        stack = body.stack;
    }

    // ---- the table ----

    private static int set(int at, int kind, int aux, Opcode opcode) {
        KINDS[at] = (byte) kind;
        OPCODES[at] = opcode;
        AUXS[at] = (byte) aux;
        return at + 1;
    }

    /** Consecutive opcodes of one kind and shape. */
    private static int all(int first, int kind, int aux, Opcode... opcodes) {
        int at = first;
        for (Opcode opcode : opcodes) {
            at = set(at, kind, aux, opcode);
        }
        return at;
    }

    private static void lanes() {
        set(0x0e, BINARY, I8X16, Opcode.VSWIZZLE);
        for (int shape = I8X16; shape <= F64X2; shape++) {
            set(0x0f + shape, SPLAT, shape, Opcode.VSPLAT);
        }
        int at = 0x15;
        for (int shape = I8X16; shape <= F64X2; shape++) {
            if (shape <= I16X8) {
                at = set(at, EXTRACT, shape, Opcode.VEXTRACT_LANE_S);
            }
            at = set(at, EXTRACT, shape, Opcode.VEXTRACT_LANE);
            at = set(at, REPLACE, shape, Opcode.VREPLACE_LANE);
        }
    }

    private static void comparisons() {
        int at = 0x23;
        for (int shape = I8X16; shape <= I32X4; shape++) {
            at = all(at, BINARY, shape, Opcode.VEQ, Opcode.VNE);
            at = all(at, SWAPPED, shape, Opcode.VGT_S, Opcode.VGT_U);
            at = all(at, BINARY, shape, Opcode.VGT_S, Opcode.VGT_U);
            at = all(at, SWAPPED, shape, Opcode.VGE_S, Opcode.VGE_U);
            at = all(at, BINARY, shape, Opcode.VGE_S, Opcode.VGE_U);
        }
        for (int shape = F32X4; shape <= F64X2; shape++) {
            at = all(at, BINARY, shape, Opcode.VEQ, Opcode.VNE, Opcode.VLT);
            at = set(at, SWAPPED, shape, Opcode.VLT);
            at = set(at, BINARY, shape, Opcode.VLE);
            at = set(at, SWAPPED, shape, Opcode.VLE);
        }
        at = all(0xd6, BINARY, I64X2, Opcode.VEQ, Opcode.VNE);
        at = set(at, SWAPPED, I64X2, Opcode.VGT_S);
        at = set(at, BINARY, I64X2, Opcode.VGT_S);
        at = set(at, SWAPPED, I64X2, Opcode.VGE_S);
        set(at, BINARY, I64X2, Opcode.VGE_S);
    }

    private static void bitwise() {
        all(0x4e, BINARY, 0, Opcode.VAND, Opcode.VANDNOT, Opcode.VOR, Opcode.VXOR);
        set(0x52, TERNARY, I8X16, Opcode.VBITSELECT);
        set(0x53, TEST, 0, Opcode.VANY_TRUE);
    }

    private static void shifts(int first, int shape) {
        all(first, SHIFT, shape, Opcode.VSHL, Opcode.VSHR_S, Opcode.VSHR_U);
    }

    private static void extrema(int first, int shape) {
        all(first, BINARY, shape, Opcode.VMIN_S, Opcode.VMIN_U, Opcode.VMAX_S, Opcode.VMAX_U);
    }

    /** Sums and differences, with saturation for small lanes. */
    private static void sums(int first, int shape) {
        set(first, BINARY, shape, Opcode.VADD);
        set(first + 3, BINARY, shape, Opcode.VSUB);
        if (shape <= I16X8) {
            all(first + 1, BINARY, shape, Opcode.VADD_SAT_S, Opcode.VADD_SAT_U);
            all(first + 4, BINARY, shape, Opcode.VSUB_SAT_S, Opcode.VSUB_SAT_U);
        }
    }

    /** What all integers have at the same places from {@code first} on. */
    private static void integers(int first, int shape) {
        all(first, UNARY, shape, Opcode.VABS, Opcode.VNEG);
        all(first + 3, TEST, shape, Opcode.VALL_TRUE, Opcode.VBITMASK);
        shifts(first + 0x0b, shape);
        sums(first + 0x0e, shape);
    }

    private static void widening(int first, int shape) {
        int at = all(first + 7, UNARY, shape, Opcode.VEXTEND_LOW_S, Opcode.VEXTEND_HIGH_S);
        all(at, UNARY, shape, Opcode.VEXTEND_LOW_U, Opcode.VEXTEND_HIGH_U);
        at = all(first + 0x1c, BINARY, shape, Opcode.VEXTMUL_LOW_S, Opcode.VEXTMUL_HIGH_S);
        all(at, BINARY, shape, Opcode.VEXTMUL_LOW_U, Opcode.VEXTMUL_HIGH_U);
    }

    private static void integers8() {
        integers(0x60, I8X16);
        set(0x62, UNARY, I8X16, Opcode.VPOPCNT);
        all(0x65, BINARY, I8X16, Opcode.VNARROW_S, Opcode.VNARROW_U);
        extrema(0x76, I8X16);
        set(0x7b, BINARY, I8X16, Opcode.VAVGR_U);
        all(0x7c, UNARY, I16X8, Opcode.VEXTADD_PAIRWISE_S, Opcode.VEXTADD_PAIRWISE_U);
        all(0x7e, UNARY, I32X4, Opcode.VEXTADD_PAIRWISE_S, Opcode.VEXTADD_PAIRWISE_U);
    }

    private static void integers16() {
        integers(0x80, I16X8);
        widening(0x80, I16X8);
        set(0x82, BINARY, I16X8, Opcode.VQ15MULR);
        all(0x85, BINARY, I16X8, Opcode.VNARROW_S, Opcode.VNARROW_U);
        set(0x95, BINARY, I16X8, Opcode.VMUL);
        extrema(0x96, I16X8);
        set(0x9b, BINARY, I16X8, Opcode.VAVGR_U);
    }

    private static void integers32() {
        integers(0xa0, I32X4);
        widening(0xa0, I32X4);
        set(0xb5, BINARY, I32X4, Opcode.VMUL);
        extrema(0xb6, I32X4);
        set(0xba, BINARY, I32X4, Opcode.VDOT);
    }

    private static void integers64() {
        integers(0xc0, I64X2);
        widening(0xc0, I64X2);
        set(0xd5, BINARY, I64X2, Opcode.VMUL);
    }

    private static void floats(int first, int shape) {
        all(first, UNARY, shape, Opcode.VABS, Opcode.VNEG);
        set(first + 3, UNARY, shape, Opcode.VSQRT);
        int at = first + 4;
        at = all(at, BINARY, shape, Opcode.VADD, Opcode.VSUB, Opcode.VMUL, Opcode.VDIV);
        all(at, BINARY, shape, Opcode.VMIN, Opcode.VMAX, Opcode.VPMIN, Opcode.VPMAX);
        boolean single = shape == F32X4;
        set(single ? 0x67 : 0x74, UNARY, shape, Opcode.VCEIL);
        set(single ? 0x68 : 0x75, UNARY, shape, Opcode.VFLOOR);
        set(single ? 0x69 : 0x7a, UNARY, shape, Opcode.VTRUNC);
        set(single ? 0x6a : 0x94, UNARY, shape, Opcode.VNEAREST);
    }

    private static void conversions() {
        set(0x5e, UNARY, F32X4, Opcode.VDEMOTE);
        set(0x5f, UNARY, F64X2, Opcode.VPROMOTE);
        all(0xf8, UNARY, F32X4, Opcode.VTRUNC_SAT_S, Opcode.VTRUNC_SAT_U);
        all(0xfa, UNARY, F32X4, Opcode.VCONVERT_S, Opcode.VCONVERT_U);
        all(0xfc, UNARY, F64X2, Opcode.VTRUNC_SAT_S, Opcode.VTRUNC_SAT_U);
        all(0xfe, UNARY, F64X2, Opcode.VCONVERT_S, Opcode.VCONVERT_U);
    }

    private static void relaxed() {
        set(0x100, BINARY, I8X16 | RELAXED, Opcode.VSWIZZLE);
        all(0x101, UNARY, F32X4 | RELAXED, Opcode.VTRUNC_SAT_S, Opcode.VTRUNC_SAT_U);
        all(0x103, UNARY, F64X2 | RELAXED, Opcode.VTRUNC_SAT_S, Opcode.VTRUNC_SAT_U);
        all(0x105, TERNARY, F32X4 | RELAXED, Opcode.VMADD, Opcode.VNMADD);
        all(0x107, TERNARY, F64X2 | RELAXED, Opcode.VMADD, Opcode.VNMADD);
        for (int shape = I8X16; shape <= I64X2; shape++) {
            set(0x109 + shape, TERNARY, shape | RELAXED, Opcode.VBITSELECT);
        }
        all(0x10d, BINARY, F32X4 | RELAXED, Opcode.VMIN, Opcode.VMAX);
        all(0x10f, BINARY, F64X2 | RELAXED, Opcode.VMIN, Opcode.VMAX);
        set(0x111, BINARY, I16X8 | RELAXED, Opcode.VQ15MULR);
        set(0x112, BINARY, I16X8 | RELAXED, Opcode.VDOT8);
    }

    // ---- translation ----

    /** The instruction behind the prefix. */
    void translate(int opcode) {
        body.require(Feature.SIMD);
        if (opcode < 0 || opcode > LAST) {
            throw illegal(opcode);
        }
        if (opcode >= FIRST_RELAXED) {
            body.require(Feature.RELAXED_SIMD);
        }
        switch (KINDS[opcode]) {
            case UNARY -> unary(opcode);
            case BINARY -> binary(opcode, stack.pop(V128), false);
            case SWAPPED -> binary(opcode, stack.pop(V128), true);
            case TERNARY -> ternary(opcode);
            case SHIFT -> binary(opcode, stack.pop(I32), false);
            case SPLAT -> splat(opcode);
            case EXTRACT -> test(opcode, readLane(AUXS[opcode]), SCALARS[AUXS[opcode]]);
            case REPLACE -> replace(opcode);
            case TEST -> test(opcode, 0, I32);
            default -> other(opcode);
        }
    }

    private WasmException illegal(int opcode) {
        return body.malformed("illegal opcode fd " + Integer.toUnsignedString(opcode, 16));
    }

    private int aux(int opcode) {
        int aux = AUXS[opcode];
        return body.has(Feature.DETERMINISTIC) ? aux & ~RELAXED : aux;
    }

    private void push(int value) {
        stack.push(V128, value);
    }

    private int vector(Opcode op, int a, int b, int c, int aux) {
        return body.dead ? Body.NONE : body.builder.vector(op, a, b, c, aux);
    }

    private int constant(long low, long high) {
        return body.dead ? Body.NONE : body.builder.constV128(low, high);
    }

    private void unary(int opcode) {
        int a = stack.pop(V128);
        push(vector(OPCODES[opcode], a, Body.NONE, Body.NONE, aux(opcode)));
    }

    private void binary(int opcode, int b, boolean swapped) {
        int a = stack.pop(V128);
        int first = swapped ? b : a;
        int second = swapped ? a : b;
        push(vector(OPCODES[opcode], first, second, Body.NONE, aux(opcode)));
    }

    private void ternary(int opcode) {
        int c = stack.pop(V128);
        int b = stack.pop(V128);
        int a = stack.pop(V128);
        push(vector(OPCODES[opcode], a, b, c, aux(opcode)));
    }

    private void splat(int opcode) {
        int shape = AUXS[opcode];
        int scalar = stack.pop(SCALARS[shape]);
        push(splat(shape, scalar));
    }

    private int splat(int shape, int scalar) {
        return body.dead ? Body.NONE : body.builder.vectorSplat(VectorShape.of(shape), scalar);
    }

    private void test(int opcode, int lane, int result) {
        int a = stack.pop(V128);
        int value = Body.NONE;
        if (!body.dead) {
            Type type = body.irType(result);
            value = body.builder.vectorTest(OPCODES[opcode], type, a, lane, AUXS[opcode]);
        }
        stack.push(result, value);
    }

    private void replace(int opcode) {
        int shape = AUXS[opcode];
        int lane = readLane(shape);
        int scalar = stack.pop(SCALARS[shape]);
        int vector = stack.pop(V128);
        push(replaced(shape, vector, scalar, lane));
    }

    private int replaced(int shape, int vector, int scalar, int lane) {
        return body.dead
                ? Body.NONE
                : body.builder.vectorReplaceLane(VectorShape.of(shape), vector, scalar, lane);
    }

    private int readLane(int shape) {
        int at = body.reader.position();
        int lane = body.reader.u8();
        if (lane >= VectorShape.of(shape).lanes()) {
            throw new WasmException.Invalid(at, "invalid lane index");
        }
        return lane;
    }

    // ---- what is not in the table ----

    private void other(int opcode) {
        switch (opcode) {
            case 0x00 -> push(memories.load(Opcode.LOAD, Type.V128, 4));
            case 0x01, 0x02, 0x03, 0x04, 0x05, 0x06 -> loadExtended(opcode - 1);
            case 0x07 -> push(splat(I8X16, memories.load(Opcode.LOAD8_U, Type.I32, 0)));
            case 0x08 -> push(splat(I16X8, memories.load(Opcode.LOAD16_U, Type.I32, 1)));
            case 0x09 -> push(splat(F32X4, memories.load(Opcode.LOAD, Type.F32, 2)));
            case 0x0a -> push(splat(F64X2, memories.load(Opcode.LOAD, Type.F64, 3)));
            case 0x0b -> {
                memories.readArgument(4);
                int value = stack.pop(V128);
                memories.store(Opcode.STORE, value, 4);
            }
            case 0x0c -> push(constant(body.reader.bits64(), body.reader.bits64()));
            case 0x0d -> shuffle();
            case 0x4d -> {
                int a = stack.pop(V128);
                push(vector(Opcode.VXOR, a, constant(-1, -1), Body.NONE, 0));
            }
            case 0x54, 0x55, 0x56, 0x57 -> loadLane(opcode - 0x54);
            case 0x58, 0x59, 0x5a, 0x5b -> storeLane(opcode - 0x58);
            case 0x5c -> loadZero(F32X4, Type.F32, 2);
            case 0x5d -> loadZero(F64X2, Type.F64, 3);
            case 0x113 -> dotAdd();
            default -> throw illegal(opcode);
        }
    }

    /** Number 0 to 5: i8, i16, i32, each signed and unsigned. */
    private void loadExtended(int number) {
        int half = scalar(F64X2, memories.load(Opcode.LOAD, Type.F64, 3));
        Opcode op = (number & 1) == 0 ? Opcode.VEXTEND_LOW_S : Opcode.VEXTEND_LOW_U;
        push(vector(op, half, Body.NONE, Body.NONE, I16X8 + number / 2));
    }

    private void loadZero(int shape, Type type, int width) {
        push(scalar(shape, memories.load(Opcode.LOAD, type, width)));
    }

    private int scalar(int shape, int value) {
        return vector(Opcode.VSCALAR, value, Body.NONE, Body.NONE, shape);
    }

    private static Opcode loadOpcode(int shape) {
        return shape == I8X16 ? Opcode.LOAD8_U : shape == I16X8 ? Opcode.LOAD16_U : Opcode.LOAD;
    }

    private static Opcode storeOpcode(int shape) {
        return shape == I8X16 ? Opcode.STORE8 : shape == I16X8 ? Opcode.STORE16 : Opcode.STORE;
    }

    private void loadLane(int shape) {
        memories.readArgument(shape);
        int lane = readLane(shape);
        int vector = stack.pop(V128);
        Type type = VectorShape.of(shape).laneType();
        int value = memories.loadArgument(loadOpcode(shape), type, shape);
        push(replaced(shape, vector, value, lane));
    }

    private void storeLane(int shape) {
        memories.readArgument(shape);
        int lane = readLane(shape);
        int vector = stack.pop(V128);
        int value = Body.NONE;
        if (!body.dead) {
            Type type = VectorShape.of(shape).laneType();
            value = body.builder.vectorTest(Opcode.VEXTRACT_LANE, type, vector, lane, shape);
        }
        memories.store(storeOpcode(shape), value, shape);
    }

    private void shuffle() {
        int at = body.reader.position();
        long low = body.reader.bits64();
        long high = body.reader.bits64();
        if (((low | high) & 0xe0e0e0e0_e0e0e0e0L) != 0) {
            throw new WasmException.Invalid(at, "invalid lane index");
        }
        int b = stack.pop(V128);
        int a = stack.pop(V128);
        push(body.dead ? Body.NONE : body.builder.vectorShuffle(a, b, low, high));
    }

    /** {@code c} plus the sums of four products each. */
    private void dotAdd() {
        int c = stack.pop(V128);
        int b = stack.pop(V128);
        int a = stack.pop(V128);
        int shape = body.has(Feature.DETERMINISTIC) ? I16X8 : I16X8 | RELAXED;
        int products = vector(Opcode.VDOT8, a, b, Body.NONE, shape);
        int sums = vector(Opcode.VEXTADD_PAIRWISE_S, products, Body.NONE, Body.NONE, I32X4);
        push(vector(Opcode.VADD, sums, c, Body.NONE, I32X4));
    }
}
