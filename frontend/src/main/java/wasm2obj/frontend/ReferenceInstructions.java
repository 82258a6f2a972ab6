package wasm2obj.frontend;

import wasm2obj.ir.Opcode;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;

/** Instructions on references. */
final class ReferenceInstructions {
    private final Body body;
    private final OperandStack stack;

    ReferenceInstructions(Body body) {
        this.body = body;
        stack = body.stack;
    }

    /** The type of references of the given type that are not null. */
    static int nonNull(int type) {
        return type == ValueType.BOTTOM
                ? ValueType.reference(ValueType.HEAP_BOTTOM, false)
                : ValueType.withoutNull(type);
    }

    void nullReference() {
        body.require(Feature.REFERENCE_TYPES);
        int type = ValueType.reference(body.types.readHeapType(body.reader), true);
        stack.push(type, body.constant(body.irType(type), 0));
    }

    void isNull() {
        body.require(Feature.REFERENCE_TYPES);
        int reference = stack.popReference();
        stack.push(ValueType.I32, body.unary(Opcode.EQZ, Type.I32, reference));
    }

    void function() {
        body.require(Feature.REFERENCE_TYPES);
        int function = body.module.readFunctionIndex(body.reader);
        if (!body.module.isReferenceDeclared(function)) {
            throw body.invalid("undeclared function reference " + function);
        }
        int type = body.types.canonical(body.module.functionType(function));
        stack.push(
                ValueType.reference(type, false),
                body.dead ? Body.NONE : body.builder.refFunc(function));
    }

    void asNonNull() {
        body.require(Feature.FUNCTION_REFERENCES);
        int reference = stack.popReference();
        int type = stack.poppedType();
        body.trapIf(body.unary(Opcode.EQZ, Type.I32, reference), TrapKind.NULL_REFERENCE);
        stack.push(nonNull(type), reference);
    }

    void equal() {
        body.require(Feature.GC);
        int second = stack.pop(ValueType.EQREF);
        int first = stack.pop(ValueType.EQREF);
        stack.push(ValueType.I32, body.binary(Opcode.EQ, Type.I32, first, second));
    }

    /** {@code any.convert_extern} and its reverse: all managed references have one form. */
    void convert(int from, int to) {
        int reference = stack.popTyped(ValueType.reference(from, true));
        int found = stack.poppedType();
        boolean nullable = found == ValueType.BOTTOM ? false : ValueType.isNullable(found);
        stack.push(ValueType.reference(to, nullable), reference);
    }

    // ---- i31: a word with bit 0 set and the value above ----

    void makeInteger() {
        int value = stack.pop(ValueType.I32);
        int one = body.constant(Type.I32, 1);
        int shifted = body.binary(Opcode.SHL, Type.I32, value, one);
        int word = body.binary(Opcode.OR, Type.I32, shifted, one);
        stack.push(
                ValueType.withoutNull(ValueType.I31REF),
                body.unary(Opcode.REF_FROM_WORD, Type.REF, word));
    }

    /** {@code i31.get_s} or {@code i31.get_u}, by how the word is shifted. */
    void integer(Opcode shift) {
        int reference = stack.popTyped(ValueType.I31REF);
        if (ValueType.isNullable(stack.poppedType())) {
            body.trapIf(body.unary(Opcode.EQZ, Type.I32, reference), TrapKind.NULL_REFERENCE);
        }
        int word = body.unary(Opcode.REF_TO_WORD, Type.I32, reference);
        int value = body.binary(shift, Type.I32, word, body.constant(Type.I32, 1));
        stack.push(ValueType.I32, value);
    }
}
