package wasm2obj.frontend;

import java.util.Arrays;
import wasm2obj.frontend.WasmException.Invalid;

/**
 * The operand stack of validation, with the SSA value of each operand beside its type.
 *
 * <p>Only operands above {@link #base}, which belong to the innermost control frame, can be popped. Behind an
 * unconditional branch the frame's part of the stack is {@link #isPolymorphic}: any number of operands of any type can
 * be popped from below its base; their values are never used.
 *
 * <p>Popping leaves the popped values in the array: the values of the last {@code n} operands that were popped stand in
 * {@link #values} from {@link #height} on, unless the code is dead.
 */
final class OperandStack {
    private final Body body;
    private int[] types = new int[64];
    private int[] values = new int[64];
    private int height;
    private int base;
    private boolean polymorphic;
    private int poppedType;

    OperandStack(Body body) {
        this.body = body;
    }

    /** Empties the stack, and starts a frame. */
    void reset() {
        height = 0;
        base = 0;
        polymorphic = false;
    }

    int height() {
        return height;
    }

    int[] values() {
        return values;
    }

    boolean isPolymorphic() {
        return polymorphic;
    }

    /** Starts or resumes a frame that has the operands from {@code newBase} on. */
    void setFrame(int newBase, boolean isPolymorphic) {
        base = newBase;
        polymorphic = isPolymorphic;
    }

    /** Drops the frame's operands; from now on any can be popped. */
    void setPolymorphic() {
        height = base;
        polymorphic = true;
    }

    /** Drops all operands above a height. */
    void cutTo(int newHeight) {
        height = newHeight;
    }

    void push(int type, int value) {
        int at = height;
        if (at == types.length) {
            grow();
        }
        types[at] = type;
        values[at] = value;
        height = at + 1;
    }

    /** Pushes an operand with the value that the last popped one at that height had. */
    void repush(int type) {
        if (height == types.length) {
            grow();
        }
        types[height++] = type;
    }

    private void grow() {
        types = Arrays.copyOf(types, 2 * height);
        values = Arrays.copyOf(values, 2 * height);
    }

    /** Pops an operand of the type and gives its value. */
    int pop(int expected) {
        int top = height - 1;
        if (top < base) {
            return popFromNowhere(expected);
        }
        height = top;
        int found = types[top];
        if (found != expected) {
            check(found, expected);
        }
        return values[top];
    }

    /** Pops an operand of the type, whose own {@link #poppedType} gives then. */
    int popTyped(int expected) {
        int value = popAny();
        if (poppedType != expected && poppedType != ValueType.BOTTOM) {
            check(poppedType, expected);
        }
        return value;
    }

    /** Pops an operand of any type, which {@link #poppedType} gives then. */
    int popAny() {
        int top = height - 1;
        if (top < base) {
            poppedType = ValueType.BOTTOM;
            return popFromNowhere(ValueType.BOTTOM);
        }
        height = top;
        poppedType = types[top];
        return values[top];
    }

    /** Pops a reference of any type, which {@link #poppedType} gives then. */
    int popReference() {
        int value = popAny();
        if (poppedType != ValueType.BOTTOM) {
            check(poppedType, ValueType.ANY_REFERENCE);
        }
        return value;
    }

    /** The type of the operand that was popped by {@link #popAny} or {@link #popReference}. */
    int poppedType() {
        return poppedType;
    }

    private int popFromNowhere(int expected) {
        if (!polymorphic) {
            throw missing(expected);
        }
        return Body.NONE;
    }

    private Invalid missing(int expected) {
        return body.invalid(
                "type mismatch: expected " + ValueType.toString(expected) + ", found nothing");
    }

    private void check(int found, int expected) {
        if (!body.types.matches(found, expected)) {
            throw body.invalid(
                    "type mismatch: expected "
                            + ValueType.toString(expected)
                            + ", found "
                            + ValueType.toString(found));
        }
    }

    /** Checks without popping that the operand {@code depth} below the top has the type. */
    void checkBelow(int depth, int expected) {
        int at = height - 1 - depth;
        if (at >= base) {
            check(types[at], expected);
        } else if (!polymorphic) {
            throw missing(expected);
        }
    }

    /** Checks that the frame has no operand left. */
    void checkEmpty() {
        if (height != base) {
            throw body.invalid(
                    "type mismatch: values remaining on stack at end of block: "
                            + (height - base)
                            + " too many");
        }
    }

    /** Pops the parameters of a function type. Their values are found from {@link #height} on. */
    void popParameters(int functionType) {
        for (int i = body.types.parameterCount(functionType) - 1; i >= 0; i--) {
            pop(body.types.parameter(functionType, i));
        }
    }

    /** Pushes the results of a call with consecutive values. */
    void pushResults(int functionType, int firstValue) {
        int count = body.types.resultCount(functionType);
        for (int i = 0; i < count; i++) {
            push(body.types.result(functionType, i), firstValue + i);
        }
    }
}
