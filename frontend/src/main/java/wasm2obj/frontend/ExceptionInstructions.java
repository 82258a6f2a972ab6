package wasm2obj.frontend;

import java.util.Arrays;
import wasm2obj.ir.AliasSet;
import wasm2obj.ir.Function;
import wasm2obj.ir.FunctionBuilder;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.RuntimeFunction;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;

/**
 * Throwing and catching, in the standard encoding and in the legacy one.
 *
 * <p>A frame that catches has a handler: a second label to which every call in its body has an edge. Behind the body the handler is
 * built: it asks the runtime for the exception, compares its tag with those of the clauses one after the other, loads the
 * payload, and branches to the clause's label, or goes on with an arm. What no clause takes goes to the handler around it, or is
 * thrown again from this function. So the object's tables say no more than where a call's exceptions go.
 *
 * <p>An exception that is caught without a reference to it is dropped as soon as its payload is loaded. In the legacy encoding any
 * arm may throw its exception again; only at the arm's end it is known whether it does, so the instruction that takes a reference
 * is changed there into one that drops the exception if nobody asked for it.
 *
 * <p>Arms change locals one after the other, starting from the same values: those at the handler's start. {@link
 * ControlStack#BODY_TRAIL} is where the changes of the present arm begin.
 */
final class ExceptionInstructions {
    private static final int NONE = Body.NONE;

    /** An exception's payload begins there; its values are as far apart as their size can be. */
    private static final int PAYLOAD = 16;

    private static final int VALUE_SIZE = 16;

    // Kinds of clauses; 1 is catch_ref.
    private static final int CATCH = 0;
    private static final int CATCH_ALL = 2;
    private static final int CATCH_ALL_REF = 3;
    private static final int CLAUSE_SIZE = 3;

    private static final int EXNREF = ValueType.EXNREF;
    private static final int REFERENCE = ValueType.withoutNull(ValueType.EXNREF);

    private final Body body;
    private final ControlStack control;
    private final Locals locals;
    private final MergePoints merges;
    private final ControlInstructions frames;
    private final OperandStack stack;
    private final FunctionBuilder builder;
    private final RuntimeCalls counting;
    private final int[] argument = new int[1];

    /** Kind, tag and frame of each clause of the open frames. */
    private int clauseSize;

    private int[] clauses = new int[32];

    ExceptionInstructions(
            Body body,
            ControlStack control,
            Locals locals,
            MergePoints merges,
            ControlInstructions frames,
            RuntimeCalls runtime) {
        this.body = body;
        this.control = control;
        this.locals = locals;
        this.merges = merges;
        this.frames = frames;
        counting = runtime;
        stack = body.stack;
        builder = body.builder;
    }

    void reset() {
        clauseSize = 0;
    }

    void translate(int opcode) {
        boolean standard = opcode == 0x08 || opcode == 0x0a || opcode == 0x1f;
        if (opcode != 0x08 || !body.has(Feature.LEGACY_EXCEPTIONS)) {
            body.require(standard ? Feature.EXCEPTIONS : Feature.LEGACY_EXCEPTIONS);
        }
        switch (opcode) {
            case 0x06 -> legacyTry();
            case 0x07 -> legacyCatch();
            case 0x08 -> throwNew();
            case 0x09 -> rethrow();
            case 0x0a -> throwReference();
            case 0x18 -> delegate();
            case 0x19 -> catchAll();
            default -> tryTable();
        }
    }

    // ---- calls ----

    /** Behind a call: if the frame it is in has a handler, the block ends with two ways to go. */
    void mayThrow() {
        int frame = control.get(control.top(), ControlStack.HANDLER);
        if (frame == NONE) {
            return;
        }
        Function function = body.function;
        int next = function.makeBlock();
        builder.invoke(next, merges.handler(frame));
        merges.recordThrow(frame, function.edgeCount() - 1);
        function.layoutAppend(next);
        builder.continueIn(next);
    }

    private int runtime(RuntimeFunction function) {
        return builder.callRuntime(function, argument, 0, 0);
    }

    private int runtime(RuntimeFunction function, int value) {
        argument[0] = value;
        return builder.callRuntime(function, argument, 0, 1);
    }

    /** Behind a call that throws; what follows is dead. */
    private void endBehindThrow() {
        mayThrow();
        builder.trap(TrapKind.UNREACHABLE);
        body.dead = true;
    }

    // ---- throw ----

    private void throwNew() {
        int tag = body.module.readTagIndex(body.reader);
        int type = body.types.canonical(body.module.tagType(tag));
        stack.popParameters(type);
        if (!body.dead) {
            int count = body.types.parameterCount(type);
            merges.spend(count);
            int index = builder.constant(Type.I32, tag);
            int exception = runtime(RuntimeFunction.EXCEPTION_NEW, index);
            int zero = builder.constant(Type.I64, 0);
            for (int i = 0; i < count; i++) {
                int value = stack.values()[stack.height() + i];
                counting.retain(value, body.types.parameter(type, i));
                builder.store(
                        Opcode.STORE,
                        zero,
                        exception,
                        PAYLOAD + VALUE_SIZE * (long) i,
                        value,
                        AliasSet.READONLY);
            }
            runtime(RuntimeFunction.EXCEPTION_THROW, exception);
            endBehindThrow();
        }
        frames.unreachable();
    }

    private void throwReference() {
        int reference = stack.pop(EXNREF);
        if (!body.dead) {
            runtime(RuntimeFunction.EXCEPTION_THROW_REF, reference);
            endBehindThrow();
        }
        frames.unreachable();
    }

    private void rethrow() {
        int frame = frames.readLabel();
        int kind = control.kind(frame);
        if (kind != ControlStack.CATCH && kind != ControlStack.CATCH_ALL) {
            throw body.invalid("invalid rethrow label");
        }
        if (!body.dead) {
            control.set(frame, ControlStack.RETHROWN, 1);
            int exception = control.get(frame, ControlStack.EXCEPTION);
            runtime(RuntimeFunction.EXCEPTION_THROW_REF, exception);
            endBehindThrow();
        }
        frames.unreachable();
    }

    // ---- try_table ----

    private void tryTable() {
        int blockType = frames.readBlockType();
        frames.popParameters(blockType);
        int start = clauseSize;
        readClauses();
        int frame = frames.open(ControlStack.TRY_TABLE, blockType);
        control.set(frame, ControlStack.CLAUSES, start);
        if (clauseSize > start) {
            control.set(frame, ControlStack.HANDLER, frame);
        }
        frames.startTrail(frame);
        frames.repushParameters(blockType);
    }

    private void readClauses() {
        int count = body.reader.count("clauses of a try_table", Limits.BRANCH_TABLE_LABELS, 2);
        if (clauses.length - clauseSize < CLAUSE_SIZE * count) {
            int size = Math.max(2 * clauses.length, clauseSize + CLAUSE_SIZE * count);
            clauses = Arrays.copyOf(clauses, size);
        }
        for (int i = 0; i < count; i++) {
            int kind = body.reader.u8();
            if (kind > CATCH_ALL_REF) {
                throw body.malformed("malformed catch clause");
            }
            int tag = kind >= CATCH_ALL ? NONE : body.module.readTagIndex(body.reader);
            int frame = frames.readLabel();
            checkClause(kind, tag, frame);
            clauses[clauseSize++] = kind;
            clauses[clauseSize++] = tag;
            clauses[clauseSize++] = frame;
        }
    }

    /** The label takes the payload, and then the reference if there is one. */
    private void checkClause(int kind, int tag, int frame) {
        int type = tag == NONE ? NONE : body.types.canonical(body.module.tagType(tag));
        int payload = tag == NONE ? 0 : body.types.parameterCount(type);
        boolean hasReference = kind != CATCH && kind != CATCH_ALL;
        boolean matches = control.labelCount(frame) == payload + (hasReference ? 1 : 0);
        for (int i = 0; matches && i < payload; i++) {
            int parameter = body.types.parameter(type, i);
            matches = body.types.matches(parameter, control.labelType(frame, i));
        }
        if (matches && hasReference) {
            matches = body.types.matches(REFERENCE, control.labelType(frame, payload));
        }
        if (!matches) {
            throw body.invalid("type mismatch: the label does not take what is caught");
        }
    }

    /** Ends a frame that catches, whose results have been popped: builds what is left of its handler. */
    void end(int frame) {
        if (control.kind(frame) == ControlStack.TRY_TABLE) {
            endTryTable(frame);
        } else {
            leaveBody(frame);
            if (control.kind(frame) == ControlStack.TRY) {
                passOn(frame, enclosingHandler(frame));
            } else if (continueDispatch(frame)) {
                throwOn(enclosingHandler(frame));
            }
        }
    }

    private void endTryTable(int frame) {
        boolean caught = isHandlerReached(frame);
        if (caught || control.get(frame, ControlStack.EDGES) > 0) {
            leaveBody(frame);
        }
        int start = control.get(frame, ControlStack.CLAUSES);
        if (caught) {
            enterHandler(frame);
            tryClauses(frame, start);
        }
        clauseSize = start;
    }

    private boolean isHandlerReached(int frame) {
        return control.get(frame, ControlStack.EDGES + ControlStack.HANDLER_LABEL) > 0;
    }

    /** Where exceptions go that the frame does not catch. */
    private int enclosingHandler(int frame) {
        return control.get(frame - 1, ControlStack.HANDLER);
    }

    private void leaveBody(int frame) {
        if (!body.dead) {
            frames.jumpToLabel(frame, stack.height());
        }
    }

    private void enterHandler(int frame) {
        int start = control.get(frame, ControlStack.TRAIL);
        locals.undo(start);
        locals.setFrameStart(start);
        merges.joinHandler(frame);
        body.dead = false;
    }

    private void tryClauses(int frame, int start) {
        Function function = body.function;
        int exception = runtime(RuntimeFunction.EXCEPTION_CAUGHT);
        for (int at = start; at < clauseSize; at += CLAUSE_SIZE) {
            int tag = clauses[at + 1];
            int next = NONE;
            if (tag != NONE) {
                next = function.makeBlock();
                compareTag(exception, tag, next);
            }
            catchWith(exception, clauses[at], tag, clauses[at + 2]);
            if (tag == NONE) {
                return;
            }
            function.layoutAppend(next);
            builder.switchTo(next);
            body.dead = false;
        }
        throwOn(enclosingHandler(frame));
    }

    /** Goes on where the exception has the tag; another one leads to {@code next}. */
    private void compareTag(int exception, int tag, int next) {
        Function function = body.function;
        int actual = load(Type.I64, exception, 0);
        int match = function.makeBlock();
        int equal = builder.compare(Opcode.EQ, actual, builder.tag(tag));
        builder.branch(equal, 0, match, next);
        function.layoutAppend(match);
        builder.continueIn(match);
    }

    private int load(Type type, int exception, long offset) {
        int zero = builder.constant(Type.I64, 0);
        return builder.load(Opcode.LOAD, type, zero, exception, offset, AliasSet.READONLY);
    }

    private void catchWith(int exception, int kind, int tag, int label) {
        int operandsAt = stack.height();
        int count = pushPayload(exception, tag);
        if (kind != CATCH && kind != CATCH_ALL) {
            stack.push(REFERENCE, runtime(RuntimeFunction.EXCEPTION_REF));
            count++;
        } else {
            runtime(RuntimeFunction.EXCEPTION_DROP);
        }
        frames.jumpToLabel(label, operandsAt);
        for (; count > 0; count--) {
            stack.popAny();
        }
    }

    /** Pushes the values of the payload; gives how many there are. */
    private int pushPayload(int exception, int tag) {
        if (tag == NONE) {
            return 0;
        }
        int type = body.types.canonical(body.module.tagType(tag));
        int count = body.types.parameterCount(type);
        merges.spend(count);
        for (int i = 0; i < count; i++) {
            int parameter = body.types.parameter(type, i);
            int value =
                    body.dead
                            ? NONE
                            : load(
                                    body.irType(parameter),
                                    exception,
                                    PAYLOAD + VALUE_SIZE * (long) i);
            counting.hold(value, parameter);
            stack.push(parameter, value);
        }
        return count;
    }

    /** Ends the block, with the exception that was caught still to be caught: by a frame, or outside of the function. */
    private void throwOn(int handler) {
        if (handler == NONE) {
            runtime(RuntimeFunction.EXCEPTION_RETHROW);
            builder.trap(TrapKind.UNREACHABLE);
        } else {
            builder.jump(merges.handler(handler), null, 0, 0);
            merges.recordThrow(handler, body.function.edgeCount() - 1);
        }
        body.dead = true;
    }

    // ---- the legacy encoding ----

    private void legacyTry() {
        int blockType = frames.readBlockType();
        frames.popParameters(blockType);
        int frame = frames.open(ControlStack.TRY, blockType);
        control.set(frame, ControlStack.HANDLER, frame);
        frames.startTrail(frame);
        frames.repushParameters(blockType);
    }

    private void legacyCatch() {
        int tag = body.module.readTagIndex(body.reader);
        int frame = beginArm(ControlStack.CATCH);
        int exception = NONE;
        if (!body.dead) {
            exception = runtime(RuntimeFunction.EXCEPTION_CAUGHT);
            int next = body.function.makeBlock();
            compareTag(exception, tag, next);
            control.set(frame, ControlStack.DISPATCH, next);
        }
        pushPayload(exception, tag);
        takeException(frame);
    }

    private void catchAll() {
        int frame = beginArm(ControlStack.CATCH_ALL);
        control.set(frame, ControlStack.DISPATCH, NONE);
        takeException(frame);
    }

    private void takeException(int frame) {
        if (!body.dead) {
            control.set(frame, ControlStack.EXCEPTION, runtime(RuntimeFunction.EXCEPTION_REF));
            control.set(frame, ControlStack.RETHROWN, 0);
        } else {
            control.set(frame, ControlStack.EXCEPTION, NONE);
        }
    }

    /** Ends the body, or the arm before. Goes on, unless that is dead, where the exception's tag is still to be compared. */
    private int beginArm(int kind) {
        int frame = control.top();
        int before = control.kind(frame);
        if (before != ControlStack.TRY && before != ControlStack.CATCH) {
            throw body.malformed("catch without try");
        }
        frames.popResults(control.get(frame, ControlStack.BLOCK_TYPE));
        stack.checkEmpty();
        leaveBody(frame);
        if (before == ControlStack.TRY) {
            control.set(frame, ControlStack.HANDLER, enclosingHandler(frame));
            control.set(frame, ControlStack.EXCEPTION, NONE);
            body.dead = true;
            if (isHandlerReached(frame)) {
                enterHandler(frame);
            } else {
                locals.undo(control.get(frame, ControlStack.TRAIL));
            }
            control.set(frame, ControlStack.BODY_TRAIL, locals.trailSize());
        } else {
            continueDispatch(frame);
        }
        locals.setFrameStart(control.get(frame, ControlStack.BODY_TRAIL));
        locals.forgetInitialisations(control.get(frame, ControlStack.INITIALISATIONS));
        control.set(frame, ControlStack.KIND, kind);
        stack.setFrame(stack.height(), false);
        return frame;
    }

    /** Behind an arm: goes back to where the exception's tag was another one; gives whether that can be reached. */
    private boolean continueDispatch(int frame) {
        int exception = control.get(frame, ControlStack.EXCEPTION);
        if (exception != NONE && control.get(frame, ControlStack.RETHROWN) == 0) {
            dropInstead(exception);
        }
        int start = control.get(frame, ControlStack.BODY_TRAIL);
        locals.undo(start);
        locals.setFrameStart(start);
        int dispatch = control.get(frame, ControlStack.DISPATCH);
        body.dead = dispatch == NONE;
        if (!body.dead) {
            control.set(frame, ControlStack.DISPATCH, NONE);
            body.function.layoutAppend(dispatch);
            builder.switchTo(dispatch);
        }
        return !body.dead;
    }

    /** Nobody has used the reference, so none is taken. */
    private void dropInstead(int exception) {
        Function function = body.function;
        function.rewrite(
                exception,
                Opcode.CALL_RUNTIME,
                Type.VOID,
                function.a(exception),
                0,
                NONE,
                RuntimeFunction.EXCEPTION_DROP.ordinal(),
                0);
    }

    private void delegate() {
        int frame = control.top();
        if (control.kind(frame) != ControlStack.TRY) {
            throw body.malformed("delegate without try");
        }
        int blockType = control.get(frame, ControlStack.BLOCK_TYPE);
        frames.popResults(blockType);
        stack.checkEmpty();
        int depth = body.reader.u32();
        if (Integer.compareUnsigned(depth, frame) >= 0) {
            throw body.invalid("unknown label " + Integer.toUnsignedString(depth));
        }
        leaveBody(frame);
        passOn(frame, control.get(frame - 1 - depth, ControlStack.HANDLER));
        frames.close(frame, blockType);
    }

    /** The handler of a frame without clauses. */
    private void passOn(int frame, int handler) {
        if (isHandlerReached(frame)) {
            enterHandler(frame);
            throwOn(handler);
        }
    }
}
