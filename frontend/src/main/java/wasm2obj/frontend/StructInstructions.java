package wasm2obj.frontend;

import wasm2obj.ir.FunctionBuilder;

/** Instructions on structures. */
final class StructInstructions {
    private final Body body;
    private final OperandStack stack;
    private final TypeSection types;
    private final FunctionBuilder builder;
    private final FieldAccess access;

    StructInstructions(Body body, FieldAccess access) {
        this.body = body;
        this.access = access;
        stack = body.stack;
        types = body.types;
        builder = body.builder;
    }

    // ---- new ----

    void make() {
        int type = types.readStructTypeIndex(body.reader);
        for (int i = types.fieldCount(type) - 1; i >= 0; i--) {
            stack.pop(ValueType.unpacked(types.field(type, i)));
        }
        int struct = Body.NONE;
        if (!body.dead) {
            struct = allocate(type);
            for (int i = 0; i < types.fieldCount(type); i++) {
                initialise(struct, type, i, stack.values()[stack.height() + i]);
            }
        }
        stack.push(ValueType.reference(type, false), struct);
    }

    void makeDefault() {
        int type = types.readStructTypeIndex(body.reader);
        for (int i = 0; i < types.fieldCount(type); i++) {
            if (!ValueType.isDefaultable(types.field(type, i))) {
                throw body.invalid("type mismatch: field " + i + " has no default value");
            }
        }
        int struct = Body.NONE;
        if (!body.dead) {
            struct = allocate(type);
            for (int i = 0; i < types.fieldCount(type); i++) {
                initialise(struct, type, i, access.zero(types.field(type, i)));
            }
        }
        stack.push(ValueType.reference(type, false), struct);
    }

    private int allocate(int type) {
        return builder.newStruct(type, types.layout(type).size());
    }

    /** The first store to a field: whatever the object is, it is young. */
    private void initialise(int struct, int type, int field, int value) {
        int offset = types.layout(type).offset(field);
        int set = access.fieldSet(type, field);
        access.store(types.field(type, field), struct, builder.heapBase(), offset, value, set);
    }

    // ---- fields ----

    private int readField(int type) {
        return WasmModule.readIndex(body.reader, "field", types.fieldCount(type));
    }

    /** {@code struct.get}, or for packed fields, {@code signed} or not, one of its two other forms. */
    void get(boolean packed, boolean signed) {
        int type = types.readStructTypeIndex(body.reader);
        int field = readField(type);
        int storage = types.field(type, field);
        if (packed != ValueType.isPacked(storage)) {
            throw body.invalid(
                    "type mismatch: field " + field + (packed ? " is not" : " is") + " packed");
        }
        int struct = stack.popTyped(ValueType.reference(type, true));
        int offset = types.layout(type).offset(field);
        int set = access.fieldSet(type, field);
        int value = Body.NONE;
        if (!body.dead) {
            set |= access.nullCheck(struct, stack.poppedType(), offset);
        }
        if (!body.dead) {
            value = access.load(storage, signed, struct, builder.heapBase(), offset, set);
        }
        stack.push(ValueType.unpacked(storage), value);
    }

    void set() {
        int type = types.readStructTypeIndex(body.reader);
        int field = readField(type);
        if (!types.isFieldMutable(type, field)) {
            throw body.invalid("immutable field " + field);
        }
        int storage = types.field(type, field);
        int value = stack.pop(ValueType.unpacked(storage));
        int struct = stack.popTyped(ValueType.reference(type, true));
        int offset = types.layout(type).offset(field);
        int set = access.fieldSet(type, field);
        if (!body.dead) {
            set |= access.nullCheck(struct, stack.poppedType(), offset);
        }
        if (!body.dead) {
            access.store(storage, struct, builder.heapBase(), offset, value, set);
            if (access.needsBarrier(storage)) {
                builder.barrier(struct, value);
            }
        }
    }
}
