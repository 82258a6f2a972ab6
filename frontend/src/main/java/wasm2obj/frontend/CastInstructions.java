package wasm2obj.frontend;

import wasm2obj.ir.Opcode;
import wasm2obj.ir.ReferenceTest;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;

/**
 * Tests of references' types, casts, and branches on them. A cast gives the reference as it is, with another type for validation;
 * what is known from types is not tested.
 */
final class CastInstructions {
    private static final int SOURCE_NULLABLE = 1;
    private static final int TARGET_NULLABLE = 2;

    private final Body body;
    private final OperandStack stack;
    private final TypeSection types;
    private final ControlInstructions control;

    CastInstructions(Body body, ControlInstructions control) {
        this.body = body;
        this.control = control;
        stack = body.stack;
        types = body.types;
    }

    void test(boolean nullable) {
        int target = readTarget(nullable);
        int reference = popOfHierarchy(target);
        stack.push(ValueType.I32, passes(reference, stack.poppedType(), target));
    }

    void cast(boolean nullable) {
        int target = readTarget(nullable);
        int reference = popOfHierarchy(target);
        int passes = passes(reference, stack.poppedType(), target);
        body.trapIf(body.unary(Opcode.EQZ, Type.I32, passes), TrapKind.CAST_FAILURE);
        stack.push(target, reference);
    }

    private int readTarget(boolean nullable) {
        return ValueType.reference(types.readHeapType(body.reader), nullable);
    }

    /** Pops a reference of the type at the top of the target's hierarchy. */
    private int popOfHierarchy(int target) {
        int top = types.topOf(ValueType.heap(target));
        return stack.popTyped(ValueType.reference(top, true));
    }

    /** {@code br_on_cast}, or {@code inverted}, {@code br_on_cast_fail}. */
    void branch(boolean inverted) {
        int flags = body.reader.u8();
        if (flags > (SOURCE_NULLABLE | TARGET_NULLABLE)) {
            throw body.malformed("malformed br_on_cast flags");
        }
        int frame = control.readLabel();
        int source =
                ValueType.reference(
                        types.readHeapType(body.reader), (flags & SOURCE_NULLABLE) != 0);
        int target = readTarget((flags & TARGET_NULLABLE) != 0);
        if (!types.matches(target, source)) {
            throw body.invalid(
                    "type mismatch: "
                            + ValueType.toString(target)
                            + " is no subtype of "
                            + ValueType.toString(source));
        }
        int reference = stack.popTyped(source);
        int found = stack.poppedType();
        int rest = difference(source, target);
        control.branchOnCast(
                frame,
                reference,
                passes(reference, found, target),
                inverted,
                inverted ? rest : target,
                inverted ? target : rest);
    }

    /** What a reference of the type {@code source} is that is not of the type {@code target}. */
    private static int difference(int source, int target) {
        return ValueType.isNullable(target) ? ValueType.withoutNull(source) : source;
    }

    /** Whether the reference, whose type is {@code found}, is of the type {@code target}: an i32. */
    private int passes(int reference, int found, int target) {
        if (body.dead) {
            return Body.NONE;
        }
        int heap = ValueType.heap(found);
        int wanted = ValueType.heap(target);
        boolean maybeNull = ValueType.isNullable(found);
        boolean nullPasses = ValueType.isNullable(target);
        if (types.heapMatches(heap, wanted)) {
            return maybeNull && !nullPasses ? isNull(reference, false) : constant(1);
        }
        if (!mayMatch(heap, wanted)) {
            return maybeNull && nullPasses ? isNull(reference, true) : constant(0);
        }
        int flags = nullPasses && maybeNull ? ReferenceTest.NULLABLE : 0;
        flags |= maybeNull ? 0 : ReferenceTest.NON_NULL;
        flags |= types.isObjectHeap(heap) ? ReferenceTest.OBJECT : 0;
        return body.builder.refTest(reference, testOf(wanted), flags);
    }

    /** Whether a reference to {@code heap} other than null can be one to {@code wanted}, to which it need not be one. */
    private boolean mayMatch(int heap, int wanted) {
        return !types.isBottom(wanted) && types.heapMatches(wanted, heap);
    }

    private int constant(int value) {
        return body.constant(Type.I32, value);
    }

    private int isNull(int reference, boolean yes) {
        int isNull = body.unary(Opcode.EQZ, Type.I32, reference);
        return yes ? isNull : body.unary(Opcode.EQZ, Type.I32, isNull);
    }

    private static int testOf(int heap) {
        return switch (heap) {
            case ValueType.HEAP_EQ -> ReferenceTest.EQ;
            case ValueType.HEAP_I31 -> ReferenceTest.I31;
            case ValueType.HEAP_STRUCT -> ReferenceTest.STRUCT;
            case ValueType.HEAP_ARRAY -> ReferenceTest.ARRAY;
            default -> heap;
        };
    }
}
