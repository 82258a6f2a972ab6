package wasm2obj.frontend;

import wasm2obj.ir.AliasSet;
import wasm2obj.ir.FunctionBuilder;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.RuntimeFunction;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;

/**
 * Instructions on arrays. An access of an element loads the length, which finds null, compares, and adds the scaled index to the
 * object's address: one that is right until the next safepoint only. Operations on many elements are the runtime's.
 */
final class ArrayInstructions {
    private static final int LENGTH = 4;
    private static final int ELEMENTS = 8;

    /** log2 of the bytes of a managed reference. */
    private static final int REFERENCE_SHIFT = 2;

    /** Elements that one instruction may list. */
    private static final int MOST_LISTED = 10_000;

    /** Arrays of at most so many elements are filled in line. */
    private static final int MOST_FILLED = 8;

    private final Body body;
    private final OperandStack stack;
    private final TypeSection types;
    private final FunctionBuilder builder;
    private final FieldAccess access;
    private final RuntimeCalls runtime;

    ArrayInstructions(Body body, FieldAccess access, RuntimeCalls runtime) {
        this.body = body;
        this.access = access;
        this.runtime = runtime;
        stack = body.stack;
        types = body.types;
        builder = body.builder;
    }

    private int readType() {
        return types.readArrayTypeIndex(body.reader);
    }

    private int readMutableType() {
        int type = readType();
        if (!types.isFieldMutable(type, 0)) {
            throw body.invalid("immutable array");
        }
        return type;
    }

    private int element(int type) {
        return types.field(type, 0);
    }

    private int popArray(int type) {
        return stack.popTyped(ValueType.reference(type, true));
    }

    // ---- new ----

    void make() {
        int type = readType();
        int length = stack.pop(ValueType.I32);
        int value = stack.pop(ValueType.unpacked(element(type)));
        stack.push(ValueType.reference(type, false), filled(type, length, value));
    }

    void makeDefault() {
        int type = readType();
        if (!ValueType.isDefaultable(element(type))) {
            throw body.invalid("type mismatch: the elements have no default value");
        }
        int length = stack.pop(ValueType.I32);
        int value = access.zero(element(type));
        stack.push(ValueType.reference(type, false), filled(type, length, value));
    }

    private int filled(int type, int length, int value) {
        if (body.dead) {
            return Body.NONE;
        }
        if (builder.isConst(length) && builder.constBits(length) <= MOST_FILLED) {
            int count = (int) builder.constBits(length);
            int array = allocate(type, length);
            for (int i = 0; i < count; i++) {
                initialise(array, type, i, value);
            }
            return array;
        }
        // Made by the runtime, it is zero.
        runtime.begin(RuntimeFunction.GC_NEW_ARRAY);
        runtime.addIndex(type);
        runtime.add(length);
        int array = runtime.call();
        if (!isZero(value)) {
            fill(type, array, builder.constI32(0), value, length);
        }
        return array;
    }

    private boolean isZero(int value) {
        return body.function.opcode(value) == Opcode.CONST && builder.constBits(value) == 0
                || body.function.opcode(value) == Opcode.VCONST
                        && body.function.imm(value) == 0
                        && body.function.vectorHigh(body.function.aux(value)) == 0;
    }

    void makeFixed() {
        int type = readType();
        int count = body.reader.u32();
        ByteReader.checkLimit(
                body.at, "elements of array.new_fixed", count & 0xffff_ffffL, MOST_LISTED);
        for (int i = 0; i < count; i++) {
            stack.pop(ValueType.unpacked(element(type)));
        }
        int array = Body.NONE;
        if (!body.dead) {
            array = listed(type, count);
        }
        stack.push(ValueType.reference(type, false), array);
    }

    private int listed(int type, int count) {
        int length = builder.constI32(count);
        int array = allocate(type, length);
        for (int i = 0; i < count; i++) {
            initialise(array, type, i, stack.values()[stack.height() + i]);
        }
        return array;
    }

    private int allocate(int type, int length) {
        return builder.newArray(type, types.layout(type).shift(), length);
    }

    private void initialise(int array, int type, int index, int value) {
        long offset = ELEMENTS + ((long) index << types.layout(type).shift());
        int set = access.elementSet(type);
        access.store(element(type), array, builder.heapBase(), offset, value, set);
    }

    void makeFromData() {
        int type = readType();
        int segment = readData();
        checkPlain(type);
        makeFrom(RuntimeFunction.GC_NEW_DATA, type, segment);
    }

    void makeFromElements() {
        int type = readType();
        int segment = readElements();
        checkElements(type, segment);
        makeFrom(RuntimeFunction.GC_NEW_ELEM, type, segment);
    }

    private void makeFrom(RuntimeFunction function, int type, int segment) {
        int count = stack.pop(ValueType.I32);
        int from = stack.pop(ValueType.I32);
        runtime.begin(function);
        runtime.addIndex(type);
        runtime.addIndex(segment);
        runtime.add(from);
        runtime.add(count);
        stack.push(ValueType.reference(type, false), runtime.call());
    }

    private int readData() {
        return body.module.readDataIndex(body.reader);
    }

    private int readElements() {
        return WasmModule.readIndex(body.reader, "elem segment", body.module.elementSegmentCount());
    }

    /** Only numbers and vectors can be read from data. */
    private void checkPlain(int type) {
        if (ValueType.isReference(element(type))) {
            throw body.invalid("type mismatch: array type is not numeric or vector");
        }
    }

    private void checkElements(int type, int segment) {
        int from = body.module.elementSegment(segment).type();
        if (!types.matches(from, element(type))) {
            throw body.invalid(
                    "type mismatch: elements of type "
                            + ValueType.toString(from)
                            + " in an array of "
                            + ValueType.toString(element(type)));
        }
    }

    // ---- elements ----

    /** {@code array.get}, or for packed elements, {@code signed} or not, one of its two other forms. */
    void get(boolean packed, boolean signed) {
        int type = readType();
        int storage = element(type);
        if (packed != ValueType.isPacked(storage)) {
            throw body.invalid(
                    "type mismatch: the array" + (packed ? " is not" : " is") + " packed");
        }
        int index = stack.pop(ValueType.I32);
        int array = popArray(type);
        int value = Body.NONE;
        checkIndex(array, index);
        if (!body.dead) {
            int address = builder.refAddress(array);
            int offset = scaled(type, index);
            int set = access.elementSet(type);
            value = access.load(storage, signed, offset, address, ELEMENTS, set);
        }
        stack.push(ValueType.unpacked(storage), value);
    }

    void set() {
        int type = readMutableType();
        int storage = element(type);
        int value = stack.pop(ValueType.unpacked(storage));
        int index = stack.pop(ValueType.I32);
        int array = popArray(type);
        checkIndex(array, index);
        if (!body.dead) {
            int address = builder.refAddress(array);
            int offset = scaled(type, index);
            access.store(storage, offset, address, ELEMENTS, value, access.elementSet(type));
            if (access.needsBarrier(storage)) {
                builder.elementBarrier(array, place(index), value);
            }
        }
    }

    /** Where in an array of managed references an element is. Not the access's sum, so that both can be parts of instructions. */
    private int place(int index) {
        int shift = builder.constI32(REFERENCE_SHIFT);
        int low = builder.binary(Opcode.SHL, Type.I32, index, shift);
        return builder.binary(Opcode.ADD, Type.I32, low, builder.constI32(ELEMENTS));
    }

    private void checkIndex(int array, int index) {
        if (!body.dead) {
            int length = length(array, stack.poppedType());
            body.trapIf(builder.compare(Opcode.GE_U, index, length), TrapKind.ARRAY_OUT_OF_BOUNDS);
        }
    }

    /** The index in bytes, as an i64. */
    private int scaled(int type, int index) {
        int wide = builder.unary(Opcode.EXTEND_U, Type.I64, index);
        int shift = builder.constI64(types.layout(type).shift());
        return builder.binary(Opcode.SHL, Type.I64, wide, shift);
    }

    private int length(int array, int found) {
        int set = AliasSet.HEAD | access.nullCheck(array, found, LENGTH);
        return builder.load(Opcode.LOAD, Type.I32, array, builder.heapBase(), LENGTH, set);
    }

    void length() {
        int array = stack.popTyped(ValueType.ARRAYREF);
        stack.push(ValueType.I32, body.dead ? Body.NONE : length(array, stack.poppedType()));
    }

    // ---- many elements ----

    void fill() {
        int type = readMutableType();
        int count = stack.pop(ValueType.I32);
        int value = stack.pop(ValueType.unpacked(element(type)));
        int start = stack.pop(ValueType.I32);
        int array = popArray(type);
        if (!body.dead) {
            fill(type, array, start, value, count);
        }
    }

    private void fill(int type, int array, int start, int value, int count) {
        runtime.begin(RuntimeFunction.GC_ARRAY_FILL);
        runtime.add(array);
        runtime.add(start);
        boolean isVector = element(type) == ValueType.V128;
        runtime.add(isVector ? half(value, 0) : bits(value));
        runtime.add(isVector ? half(value, 1) : builder.constI64(0));
        runtime.add(count);
        runtime.call();
    }

    private int half(int vector, int lane) {
        int shape = wasm2obj.ir.VectorShape.I64X2.ordinal();
        return builder.vectorTest(Opcode.VEXTRACT_LANE, Type.I64, vector, lane, shape);
    }

    /** The bits of a scalar or reference, as an i64. */
    private int bits(int value) {
        return switch (body.function.type(value)) {
            case I32 -> builder.unary(Opcode.EXTEND_U, Type.I64, value);
            case F32 ->
                    builder.unary(
                            Opcode.EXTEND_U,
                            Type.I64,
                            builder.unary(Opcode.REINTERPRET, Type.I32, value));
            case F64 -> builder.unary(Opcode.REINTERPRET, Type.I64, value);
            default -> value;
        };
    }

    void copy() {
        int to = readMutableType();
        int from = readType();
        if (!matches(element(from), element(to))) {
            throw body.invalid("type mismatch: array types do not match");
        }
        int count = stack.pop(ValueType.I32);
        int fromIndex = stack.pop(ValueType.I32);
        int source = popArray(from);
        int toIndex = stack.pop(ValueType.I32);
        int destination = popArray(to);
        runtime.begin(RuntimeFunction.GC_ARRAY_COPY);
        runtime.add(destination);
        runtime.add(source);
        runtime.add(toIndex);
        runtime.add(fromIndex);
        runtime.add(count);
        runtime.call();
    }

    private boolean matches(int from, int to) {
        return ValueType.isReference(from) ? types.matches(from, to) : from == to;
    }

    void initFromData() {
        int type = readMutableType();
        int segment = readData();
        checkPlain(type);
        initFrom(RuntimeFunction.GC_INIT_DATA, type, segment);
    }

    void initFromElements() {
        int type = readMutableType();
        int segment = readElements();
        checkElements(type, segment);
        initFrom(RuntimeFunction.GC_INIT_ELEM, type, segment);
    }

    private void initFrom(RuntimeFunction function, int type, int segment) {
        int count = stack.pop(ValueType.I32);
        int from = stack.pop(ValueType.I32);
        int to = stack.pop(ValueType.I32);
        int array = popArray(type);
        runtime.begin(function);
        runtime.add(array);
        runtime.addIndex(segment);
        runtime.add(to);
        runtime.add(from);
        runtime.add(count);
        runtime.call();
    }
}
