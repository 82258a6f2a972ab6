package wasm2obj.frontend;

import wasm2obj.ir.AliasSet;
import wasm2obj.ir.FunctionBuilder;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;

/**
 * Loads and stores of fields and elements, by their storage type.
 *
 * <p>An access through null is an access of the heap's first 64 KiB, which the processor refuses; only what lies beyond them is
 * preceded by a test. Through a reference that the type says is not null nothing can happen.
 */
final class FieldAccess {
    /** Where the heap can be accessed: below it null has its fields. */
    private static final int NULL_PAGE = 1 << 16;

    private final Body body;
    private final FunctionBuilder builder;

    FieldAccess(Body body) {
        this.body = body;
        builder = body.builder;
    }

    /** The alias set of a structure's field. */
    int fieldSet(int type, int field) {
        int set = AliasSet.field(body.types.layout(type).offset(field));
        return body.types.isFieldMutable(type, field) ? set : set | AliasSet.IMMUTABLE;
    }

    /** The alias set of an array's elements. */
    int elementSet(int type) {
        int storage = body.types.field(type, 0);
        int how = ValueType.isReference(storage) ? ValueType.ANY_REFERENCE : storage;
        if (ValueType.isReference(storage) && body.irType(storage) == Type.FUNC) {
            how++;
        }
        int set = AliasSet.element(how);
        return body.types.isFieldMutable(type, 0) ? set : set | AliasSet.IMMUTABLE;
    }

    /** Makes an access {@code offset} bytes from a reference of the type {@code found} trap on null; gives what the alias set needs for it. */
    int nullCheck(int reference, int found, long offset) {
        if (found == ValueType.BOTTOM || !ValueType.isNullable(found)) {
            return 0;
        }
        if (offset < NULL_PAGE) {
            return AliasSet.NULLABLE;
        }
        body.trapIf(body.unary(Opcode.EQZ, Type.I32, reference), TrapKind.NULL_REFERENCE);
        return 0;
    }

    /** Loads a value of the storage type; {@code signed} matters to the packed ones. */
    int load(int storage, boolean signed, int index, int base, long offset, int set) {
        if (body.dead) {
            return Body.NONE;
        }
        Type type = body.irType(storage);
        Opcode op =
                switch (storage) {
                    case ValueType.I8 -> signed ? Opcode.LOAD8_S : Opcode.LOAD8_U;
                    case ValueType.I16 -> signed ? Opcode.LOAD16_S : Opcode.LOAD16_U;
                    default -> type == Type.REF ? Opcode.LOAD32_U : Opcode.LOAD;
                };
        return builder.load(op, type, index, base, offset, set);
    }

    /** Stores a value of the storage type. */
    void store(int storage, int index, int base, long offset, int value, int set) {
        if (body.dead) {
            return;
        }
        Opcode op =
                switch (storage) {
                    case ValueType.I8 -> Opcode.STORE8;
                    case ValueType.I16 -> Opcode.STORE16;
                    default -> body.irType(storage) == Type.REF ? Opcode.STORE32 : Opcode.STORE;
                };
        builder.store(op, index, base, offset, value, set);
    }

    /** Whether collectors must know of a value of the storage type that is stored in an object. */
    boolean needsBarrier(int storage) {
        if (!ValueType.isReference(storage) || body.irType(storage) != Type.REF) {
            return false;
        }
        return switch (ValueType.heap(storage)) {
            case ValueType.HEAP_I31,
                    ValueType.HEAP_NONE,
                    ValueType.HEAP_NOEXTERN,
                    ValueType.HEAP_NOEXN ->
                    false;
            default -> true;
        };
    }

    /** The value that fields of the storage type have by default: zero or null. */
    int zero(int storage) {
        if (body.dead) {
            return Body.NONE;
        }
        return storage == ValueType.V128
                ? builder.constV128(0, 0)
                : builder.constant(body.irType(storage), 0);
    }
}
