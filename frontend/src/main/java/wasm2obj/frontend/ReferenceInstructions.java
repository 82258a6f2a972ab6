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
}
