package wasm2obj.frontend;

import wasm2obj.ir.FunctionBuilder;
import wasm2obj.ir.Signature;
import wasm2obj.ir.TrapKind;

/**
 * Calls and tail calls.
 *
 * <p>An indirect call through a table that never changes is one instruction of the IR, which checks all that is to be
 * checked; so is one that shares its checks with others. Through another table it is an element's load, a check of its signature unless the table's type has it, and a
 * call of the reference.
 */
final class CallInstructions {
    private final Body body;
    private final OperandStack stack;
    private final FunctionBuilder builder;
    private final ControlInstructions control;
    private final TableInstructions tables;

    /** The first argument, which is no operand of the signature, and the others. */
    private final int[] arguments = new int[Limits.PARAMETERS + 1];

    CallInstructions(Body body, ControlInstructions control, TableInstructions tables) {
        this.body = body;
        this.control = control;
        this.tables = tables;
        stack = body.stack;
        builder = body.builder;
    }

    // ---- direct ----

    void call() {
        int callee = body.module.readFunctionIndex(body.reader);
        int type = calleeType(callee);
        stack.popParameters(type);
        int result = Body.NONE;
        if (!body.dead) {
            int count = countedArguments(type);
            Signature signature = body.types.signature(type);
            result = builder.call(callee, signature, stack.values(), stack.height(), count);
            control.exceptions().mayThrow();
        }
        stack.pushResults(type, result);
    }

    void returnCall() {
        body.require(Feature.TAIL_CALLS);
        int callee = body.module.readFunctionIndex(body.reader);
        int type = calleeType(callee);
        checkTailResults(type);
        stack.popParameters(type);
        if (!body.dead) {
            int count = countedArguments(type);
            builder.returnCall(callee, stack.values(), stack.height(), count);
        }
        control.unreachable();
    }

    /** The number of arguments; with the results, they count as values that are passed. */
    private int countedArguments(int type) {
        int count = body.types.parameterCount(type);
        control.spend(count + body.types.resultCount(type));
        return count;
    }

    private int calleeType(int callee) {
        return body.types.canonical(body.module.functionType(callee));
    }

    /** A tail call gives the results that the function itself has to give. */
    private void checkTailResults(int type) {
        TypeSection types = body.types;
        int count = types.resultCount(body.functionType);
        boolean matches = types.resultCount(type) == count;
        for (int i = 0; matches && i < count; i++) {
            matches = types.matches(types.result(type, i), types.result(body.functionType, i));
        }
        if (!matches) {
            throw body.invalid("type mismatch: results of the tail call are not the function's");
        }
    }

    // ---- through a table ----

    void callIndirect() {
        int type = body.types.readFunctionTypeIndex(body.reader);
        int table = readTable();
        int index = stack.pop(body.module.table(table).addressType());
        stack.popParameters(type);
        int result = Body.NONE;
        if (!body.dead) {
            result = callElement(type, table, index);
        }
        stack.pushResults(type, result);
    }

    private int callElement(int type, int table, int index) {
        Signature signature = body.types.signature(type);
        if (hasConstantForm(table, type) || sharesChecks(table, type)) {
            int count = collect(type, index);
            int result = builder.callIndirect(table, type, signature, arguments, 0, count);
            control.exceptions().mayThrow();
            return result;
        }
        int callee = checkedElement(type, table, index);
        if (body.dead) {
            return Body.NONE;
        }
        int count = collect(type, callee);
        int result =
                builder.callRef(
                        TrapKind.INDIRECT_CALL_TO_NULL, type, signature, arguments, 0, count);
        control.exceptions().mayThrow();
        return result;
    }

    /** The constant form of a table compares types for equality, so it cannot serve a type with subtypes. */
    private boolean hasConstantForm(int table, int type) {
        return body.entities.tables()[table].constant() && body.types.isFinal(type);
    }

    private boolean sharesChecks(int table, int type) {
        return !body.entities.tables()[table].constant()
                && body.types.isFinal(type)
                && !isKnown(table, type)
                && body.sharedCalls.contains(table, type, control.isInLoop());
    }

    void returnCallIndirect() {
        body.require(Feature.TAIL_CALLS);
        int type = body.types.readFunctionTypeIndex(body.reader);
        int table = readTable();
        checkTailResults(type);
        int index = stack.pop(body.module.table(table).addressType());
        stack.popParameters(type);
        if (!body.dead) {
            returnCallElement(type, table, index);
        }
        control.unreachable();
    }

    private void returnCallElement(int type, int table, int index) {
        if (hasConstantForm(table, type)) {
            int count = collect(type, index);
            builder.returnCallIndirect(table, type, arguments, 0, count);
            return;
        }
        int callee = checkedElement(type, table, index);
        if (!body.dead) {
            int count = collect(type, callee);
            builder.returnCallRef(TrapKind.INDIRECT_CALL_TO_NULL, type, arguments, 0, count);
        }
    }

    private int readTable() {
        if (!body.has(Feature.REFERENCE_TYPES) && body.reader.peek() != 0) {
            throw body.malformed("zero byte expected");
        }
        int table = body.module.readTableIndex(body.reader);
        int element = body.module.table(table).element();
        if (!body.types.matches(element, ValueType.FUNCREF)) {
            throw body.invalid(
                    "type mismatch: expected a table of functions, found "
                            + ValueType.toString(element));
        }
        return table;
    }

    /** The element, whose type has been checked; null is left to the call. */
    private int checkedElement(int type, int table, int index) {
        int callee = tables.load(table, index, TrapKind.UNDEFINED_ELEMENT);
        if (!body.dead && !isKnown(table, type)) {
            builder.checkSignature(callee, type);
        }
        return callee;
    }

    /** Whether all elements of the table are of the type. */
    private boolean isKnown(int table, int type) {
        int element = body.module.table(table).element();
        return body.types.matches(element, ValueType.reference(type, true));
    }

    // ---- of a reference ----

    void callReference() {
        body.require(Feature.FUNCTION_REFERENCES);
        int type = body.types.readFunctionTypeIndex(body.reader);
        int callee = stack.pop(ValueType.reference(type, true));
        stack.popParameters(type);
        int result = Body.NONE;
        if (!body.dead) {
            int count = collect(type, callee);
            Signature signature = body.types.signature(type);
            result = builder.callRef(TrapKind.NULL_REFERENCE, type, signature, arguments, 0, count);
            control.exceptions().mayThrow();
        }
        stack.pushResults(type, result);
    }

    void returnCallReference() {
        body.require(Feature.FUNCTION_REFERENCES);
        body.require(Feature.TAIL_CALLS);
        int type = body.types.readFunctionTypeIndex(body.reader);
        checkTailResults(type);
        int callee = stack.pop(ValueType.reference(type, true));
        stack.popParameters(type);
        if (!body.dead) {
            int count = collect(type, callee);
            builder.returnCallRef(TrapKind.NULL_REFERENCE, type, arguments, 0, count);
        }
        control.unreachable();
    }

    /** Puts an argument before those that have just been popped; gives how many there are. */
    private int collect(int type, int first) {
        int count = countedArguments(type);
        arguments[0] = first;
        System.arraycopy(stack.values(), stack.height(), arguments, 1, count);
        return count + 1;
    }
}
