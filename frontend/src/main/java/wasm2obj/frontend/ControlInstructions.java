package wasm2obj.frontend;

import java.util.Arrays;
import wasm2obj.ir.Function;
import wasm2obj.ir.FunctionBuilder;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;

/**
 * Blocks, branches and returns.
 *
 * <p>The function's own label is a label like others: branches to it meet in one block that returns. {@code return}
 * returns where it stands.
 *
 * <p>Two notions must be told apart. Behind an unconditional branch the operand stack is polymorphic until the frame
 * ends; that is a matter of validation. Code is dead where it cannot be reached: there, but also in all frames inside,
 * and where a constant condition leads elsewhere.
 */
final class ControlInstructions {
    private static final int NONE = Body.NONE;
    private static final int NO_LOOP = -1;

    private final Body body;
    private final OperandStack stack;
    private final FunctionBuilder builder;
    private final ControlStack control;
    private final Locals locals;
    private final MergePoints merges;
    private final LoopLocals loopLocals;
    private final BranchHints.Cursor hints;
    private final ExceptionInstructions exceptions;

    /** Values of the parameters of open {@code if}s, for their else arms. */
    private int keptSize;

    private int[] kept = new int[16];

    /** The frame of the outermost loop whose loops have been scanned; NO_LOOP outside of loops. */
    private int scannedLoop;

    /** The number of the next loop inside of it. */
    private int nextLoop;

    // br_table: its labels as frames, and for each frame how often it occurs and the block between.
    private int[] labels = new int[16];
    private int[] occurrences = new int[32];
    private int[] between = new int[32];

    ControlInstructions(Body body, Locals locals, BranchHints.Cursor hints, RuntimeCalls runtime) {
        this.body = body;
        this.locals = locals;
        this.hints = hints;
        stack = body.stack;
        builder = body.builder;
        control = new ControlStack(body.types);
        merges = new MergePoints(body, control, locals);
        loopLocals = new LoopLocals(body.module.bytes());
        exceptions = new ExceptionInstructions(body, control, locals, merges, this, runtime);
    }

    /** Opens the function's frame. */
    void start(int bodyBytes) {
        control.reset();
        merges.reset(bodyBytes);
        loopLocals.reset(locals.count());
        keptSize = 0;
        exceptions.reset();
        scannedLoop = NO_LOOP;
        control.push(ControlStack.FUNCTION, ~body.functionType);
        locals.setFrameStart(0);
    }

    ExceptionInstructions exceptions() {
        return exceptions;
    }

    /** Whether the function's frame is still open. */
    boolean isOpen() {
        return control.size() > 0;
    }

    // ---- block types and labels ----

    int readBlockType() {
        ByteReader reader = body.reader;
        int at = reader.position();
        int first = reader.peek();
        if (first == 0x40) {
            reader.u8();
            return 0;
        }
        if ((first & 0xc0) == 0x40) {
            return body.types.readValueType(reader);
        }
        long type = reader.s33();
        if (type < 0) {
            throw body.malformed("malformed block type");
        }
        if (!body.has(Feature.MULTI_VALUE)) {
            throw body.malformed("malformed block type" + Feature.MULTI_VALUE.isOff());
        }
        return ~body.types.functionType(at, type);
    }

    void popParameters(int blockType) {
        for (int i = control.parameterCount(blockType) - 1; i >= 0; i--) {
            stack.pop(control.parameter(blockType, i));
        }
    }

    void repushParameters(int blockType) {
        for (int i = 0, count = control.parameterCount(blockType); i < count; i++) {
            stack.repush(control.parameter(blockType, i));
        }
    }

    void popResults(int blockType) {
        for (int i = control.resultCount(blockType) - 1; i >= 0; i--) {
            stack.pop(control.result(blockType, i));
        }
    }

    private void popLabel(int frame) {
        for (int i = control.labelCount(frame) - 1; i >= 0; i--) {
            stack.pop(control.labelType(frame, i));
        }
    }

    private void repushLabel(int frame, int count) {
        for (int i = 0; i < count; i++) {
            stack.repush(control.labelType(frame, i));
        }
    }

    /** Reads a label and gives its frame. */
    int readLabel() {
        int depth = body.reader.u32();
        if (Integer.compareUnsigned(depth, control.size()) >= 0) {
            throw body.invalid("unknown label " + Integer.toUnsignedString(depth));
        }
        return control.top() - depth;
    }

    // ---- frames ----

    /** Opens a frame whose parameters have been popped. */
    int open(int kind, int blockType) {
        control.set(control.top(), ControlStack.POLYMORPHIC, stack.isPolymorphic() ? 1 : 0);
        int frame = control.push(kind, blockType);
        control.set(frame, ControlStack.HEIGHT, stack.height());
        control.set(frame, ControlStack.INITIALISATIONS, locals.initialisations());
        stack.setFrame(stack.height(), false);
        return frame;
    }

    void startTrail(int frame) {
        int start = locals.trailSize();
        control.set(frame, ControlStack.TRAIL, start);
        control.set(frame, ControlStack.BODY_TRAIL, start);
        locals.setFrameStart(start);
    }

    void block() {
        int blockType = readBlockType();
        popParameters(blockType);
        startTrail(open(ControlStack.BLOCK, blockType));
        repushParameters(blockType);
    }

    /** Whether what is translated next is in a loop. */
    boolean isInLoop() {
        return scannedLoop != NO_LOOP;
    }

    void loop() {
        int blockType = readBlockType();
        popParameters(blockType);
        int frame = open(ControlStack.LOOP, blockType);
        if (scannedLoop != NO_LOOP) {
            nextLoop++;
        }
        if (!body.dead) {
            if (scannedLoop == NO_LOOP) {
                scanLoops(frame);
            }
            merges.enterLoop(frame, nextLoop, loopLocals, stack.height());
        }
        startTrail(frame);
        repushParameters(blockType);
    }

    private void scanLoops(int frame) {
        scannedLoop = frame;
        nextLoop = 0;
        ByteReader reader = body.reader;
        if (!locals.areInSlots()
                && !loopLocals.scanLoop(reader.position(), reader.end(), merges.budgetLeft())) {
            throw new MergePoints.TooManyValues();
        }
    }

    void ifThen() {
        int condition = stack.pop(ValueType.I32);
        int hint = hints.hint(body.at);
        int blockType = readBlockType();
        popParameters(blockType);
        int keptAt = keep(control.parameterCount(blockType));
        int elseBlock = NONE;
        int elseEdge = NONE;
        if (!body.dead) {
            if (!builder.isConst(condition)) {
                elseBlock = body.function.makeBlock();
                elseEdge = branchToArms(condition, hint, elseBlock);
            } else if (builder.constBits(condition) == 0) {
                elseBlock = builder.currentBlock();
                body.dead = true;
            }
        }
        int frame = open(ControlStack.IF, blockType);
        control.set(frame, ControlStack.ELSE_BLOCK, elseBlock);
        control.set(frame, ControlStack.ELSE_EDGE, elseEdge);
        control.set(frame, ControlStack.KEPT, keptAt);
        startTrail(frame);
        repushParameters(blockType);
    }

    /** Keeps values that have been popped last, unless they are dead; gives where. */
    private int keep(int count) {
        int at = keptSize;
        if (!body.dead) {
            merges.spend(count);
            if (kept.length - at < count) {
                kept = Arrays.copyOf(kept, Math.max(2 * kept.length, at + count));
            }
            System.arraycopy(stack.values(), stack.height(), kept, at, count);
            keptSize = at + count;
        }
        return at;
    }

    /** Branches to a new block for the then arm, goes on there, and gives the edge to the other one. */
    private int branchToArms(int condition, int hint, int elseBlock) {
        Function function = body.function;
        int thenBlock = function.makeBlock();
        builder.branch(condition, hint, thenBlock, elseBlock);
        int elseEdge = lastEdgeTo(elseBlock);
        function.setCold(hint < 0 ? thenBlock : elseBlock, hint != 0);
        function.layoutAppend(thenBlock);
        builder.continueIn(thenBlock);
        return elseEdge;
    }

    /** Of the two edges that were added last the one to the target. */
    private int lastEdgeTo(int target) {
        int last = body.function.edgeCount() - 1;
        return body.function.edgeTarget(last) == target ? last : last - 1;
    }

    void elseArm() {
        int frame = control.top();
        if (control.kind(frame) != ControlStack.IF) {
            throw body.malformed("else without if");
        }
        int blockType = control.get(frame, ControlStack.BLOCK_TYPE);
        popResults(blockType);
        stack.checkEmpty();
        if (!body.dead) {
            jumpToLabel(frame, stack.height());
        }
        locals.undo(control.get(frame, ControlStack.TRAIL));
        locals.forgetInitialisations(control.get(frame, ControlStack.INITIALISATIONS));
        control.set(frame, ControlStack.KIND, ControlStack.ELSE);
        startElseBlock(frame);
        stack.setFrame(stack.height(), false);
        int keptAt = control.get(frame, ControlStack.KEPT);
        for (int i = 0, count = control.parameterCount(blockType); i < count; i++) {
            stack.push(control.parameter(blockType, i), body.dead ? NONE : kept[keptAt + i]);
        }
    }

    private void startElseBlock(int frame) {
        int elseBlock = control.get(frame, ControlStack.ELSE_BLOCK);
        body.dead = elseBlock == NONE;
        if (body.dead) {
            return;
        }
        if (control.get(frame, ControlStack.ELSE_EDGE) != NONE) {
            body.function.layoutAppend(elseBlock);
        }
        builder.switchTo(elseBlock);
    }

    void end() {
        int frame = control.top();
        int blockType = control.get(frame, ControlStack.BLOCK_TYPE);
        popResults(blockType);
        stack.checkEmpty();
        if (control.kind(frame) == ControlStack.IF) {
            checkMissingElse(blockType);
            endWithoutElse(frame, blockType);
        } else if (control.kind(frame) >= ControlStack.TRY_TABLE) {
            exceptions.end(frame);
        } else if (!body.dead && control.get(frame, ControlStack.EDGES) > 0) {
            jumpToLabel(frame, stack.height());
        }
        if (frame == scannedLoop) {
            scannedLoop = NO_LOOP;
        }
        close(frame, blockType);
    }

    /** The arm that is not there gives the parameters as results. */
    private void checkMissingElse(int blockType) {
        int parameters = control.parameterCount(blockType);
        boolean matches = parameters == control.resultCount(blockType);
        for (int i = 0; matches && i < parameters; i++) {
            matches =
                    body.types.matches(
                            control.parameter(blockType, i), control.result(blockType, i));
        }
        if (!matches) {
            throw body.invalid("type mismatch: if without else must give its parameters");
        }
    }

    private void endWithoutElse(int frame, int blockType) {
        int elseBlock = control.get(frame, ControlStack.ELSE_BLOCK);
        int elseEdge = control.get(frame, ControlStack.ELSE_EDGE);
        int keptAt = control.get(frame, ControlStack.KEPT);
        if (elseEdge != NONE) {
            if (control.get(frame, ControlStack.TARGET) == NONE) {
                control.set(frame, ControlStack.TARGET, elseBlock);
            } else {
                body.function.retarget(elseEdge, control.get(frame, ControlStack.TARGET));
            }
            if (!body.dead) {
                jumpToLabel(frame, stack.height());
            }
            merges.recordUnchanged(frame, elseEdge, kept, keptAt);
        } else if (elseBlock != NONE) {
            // The condition is false: the then arm was dead, the block before it goes on.
            body.dead = false;
            builder.switchTo(elseBlock);
            for (int i = 0, count = control.parameterCount(blockType); i < count; i++) {
                stack.push(control.parameter(blockType, i), kept[keptAt + i]);
            }
            popParameters(blockType);
        } else if (!body.dead && control.get(frame, ControlStack.EDGES) > 0) {
            jumpToLabel(frame, stack.height());
        }
    }

    /** Leaves a frame whose results have been popped, and goes on behind it. */
    void close(int frame, int blockType) {
        int start = control.get(frame, ControlStack.TRAIL);
        boolean outermost = frame == 0;
        int outerStart = outermost ? 0 : control.get(frame - 1, ControlStack.BODY_TRAIL);
        int results = control.resultCount(blockType);
        boolean joined =
                control.kind(frame) != ControlStack.LOOP
                        && control.get(frame, ControlStack.EDGES) > 0;
        if (joined) {
            locals.undo(start);
            locals.setFrameStart(outerStart);
            merges.join(frame);
            body.dead = false;
        } else if (body.dead) {
            locals.undo(start);
        } else {
            locals.keep(start, outerStart);
        }
        locals.setFrameStart(outerStart);
        locals.forgetInitialisations(control.get(frame, ControlStack.INITIALISATIONS));
        if (control.kind(frame) == ControlStack.IF || control.kind(frame) == ControlStack.ELSE) {
            keptSize = control.get(frame, ControlStack.KEPT);
        }
        control.pop();
        if (!outermost) {
            int outer = frame - 1;
            stack.setFrame(
                    control.get(outer, ControlStack.HEIGHT),
                    control.get(outer, ControlStack.POLYMORPHIC) != 0);
        }
        for (int i = 0; i < results; i++) {
            if (joined) {
                stack.push(control.result(blockType, i), merges.operand(i));
            } else {
                stack.repush(control.result(blockType, i));
            }
        }
        if (outermost) {
            if (!body.dead) {
                builder.ret(stack.values(), 0, results);
            }
            merges.finish();
        }
    }

    /** Counts values that a call takes and gives. */
    void spend(int values) {
        merges.spend(values);
    }

    /** The value of a local that code reads. */
    int readLocal(int local) {
        int value = locals.read(local);
        if (LateParameters.isPending(value)) {
            value = merges.demand(value);
            locals.replace(local, value);
        }
        return value;
    }

    // ---- branches ----

    /** The rest of the frame cannot be reached. */
    void unreachable() {
        stack.setPolymorphic();
        body.dead = true;
    }

    /** Ends the block with a jump to the frame's label, whose operands are at {@code operandsAt} on the stack. */
    void jumpToLabel(int frame, int operandsAt) {
        builder.jump(merges.target(frame), null, 0, 0);
        recordEdge(frame, body.function.edgeCount() - 1, operandsAt);
        body.dead = true;
    }

    private void recordEdge(int frame, int edge, int operandsAt) {
        if (control.kind(frame) == ControlStack.LOOP) {
            merges.passToLoop(frame, edge, loopLocals, operandsAt);
        } else {
            merges.record(frame, edge, operandsAt);
        }
    }

    void branch() {
        int frame = readLabel();
        popLabel(frame);
        if (!body.dead) {
            jumpToLabel(frame, stack.height());
        }
        unreachable();
    }

    void branchIf() {
        int condition = stack.pop(ValueType.I32);
        int hint = hints.hint(body.at);
        int frame = readLabel();
        popLabel(frame);
        if (!body.dead) {
            branchOn(condition, false, hint, frame);
        }
        repushLabel(frame, control.labelCount(frame));
    }

    /**
     * Branches to a label, whose operands have just been popped, if the i32 is not zero, or, {@code inverted}, if it is
     * zero. Goes on behind the branch.
     */
    private void branchOn(int condition, boolean inverted, int hint, int frame) {
        int operandsAt = stack.height();
        if (builder.isConst(condition)) {
            if (builder.constBits(condition) == 0 == inverted) {
                jumpToLabel(frame, operandsAt);
            }
            return;
        }
        Function function = body.function;
        int target = merges.target(frame);
        int next = function.makeBlock();
        if (inverted) {
            builder.branch(condition, -hint, next, target);
        } else {
            builder.branch(condition, hint, target, next);
        }
        recordEdge(frame, lastEdgeTo(target), operandsAt);
        if (hint > 0) {
            function.setCold(next, true);
        }
        function.layoutAppend(next);
        builder.continueIn(next);
    }

    /** Branches with the operands below the reference if it is null, and drops it then. */
    void branchOnNull() {
        body.require(Feature.FUNCTION_REFERENCES);
        int frame = readLabel();
        int reference = stack.popReference();
        int type = stack.poppedType();
        popLabel(frame);
        if (!body.dead) {
            branchOn(builder.unary(Opcode.EQZ, Type.I32, reference), false, 0, frame);
        }
        repushLabel(frame, control.labelCount(frame));
        stack.push(ReferenceInstructions.nonNull(type), reference);
    }

    /** Branches with the reference if it is not null, and drops it otherwise. */
    void branchOnNonNull() {
        body.require(Feature.FUNCTION_REFERENCES);
        int frame = readLabel();
        int count = control.labelCount(frame);
        if (count == 0 || !ValueType.isReference(control.labelType(frame, count - 1))) {
            throw body.invalid("type mismatch: the label takes no reference");
        }
        int reference = stack.pop(control.labelType(frame, count - 1) | ValueType.NULLABLE);
        for (int i = count - 2; i >= 0; i--) {
            stack.pop(control.labelType(frame, i));
        }
        if (!body.dead) {
            branchOn(builder.unary(Opcode.EQZ, Type.I32, reference), true, 0, frame);
        }
        repushLabel(frame, count - 1);
    }

    /**
     * Branches with a reference, which has been popped, if it passes a test, or, {@code inverted}, if it does not.
     *
     * @param branched type of the reference where the branch leads
     * @param kept its type behind the branch
     */
    void branchOnCast(
            int frame, int reference, int passes, boolean inverted, int branched, int kept) {
        int count = control.labelCount(frame);
        if (count == 0) {
            throw body.invalid("type mismatch: the label takes no reference");
        }
        stack.push(branched, reference);
        popLabel(frame);
        if (!body.dead) {
            branchOn(passes, inverted, 0, frame);
        }
        repushLabel(frame, count - 1);
        stack.push(kept, reference);
    }

    void returnResults() {
        int blockType = ~body.functionType;
        popResults(blockType);
        if (!body.dead) {
            int count = control.resultCount(blockType);
            merges.spend(count);
            builder.ret(stack.values(), stack.height(), count);
        }
        unreachable();
    }

    void trap() {
        if (!body.dead) {
            int block = builder.currentBlock();
            if (block != body.function.firstBlock()) {
                body.function.setCold(block, true);
            }
            builder.trap(TrapKind.UNREACHABLE);
        }
        unreachable();
    }

    // ---- br_table ----

    void branchTable() {
        int index = stack.pop(ValueType.I32);
        int count = readLabels();
        int defaultFrame = labels[count];
        checkLabels(count, control.labelCount(defaultFrame));
        if (!body.dead) {
            int operandsAt = stack.height() - control.labelCount(defaultFrame);
            if (builder.isConst(index)) {
                jumpToLabel(labels[(int) Math.min(builder.constBits(index), count)], operandsAt);
            } else if (occurrences[defaultFrame] == -count - 1) {
                jumpToLabel(defaultFrame, operandsAt);
            } else {
                switchTo(index, count, operandsAt);
            }
        }
        forgetLabels(count);
        unreachable();
    }

    /** Reads the labels, the default one last, and gives how many are before it. */
    private int readLabels() {
        int count = body.reader.count("labels of a br_table", Limits.BRANCH_TABLE_LABELS, 1);
        if (labels.length <= count) {
            labels = new int[Math.max(count + 1, 2 * labels.length)];
        }
        if (occurrences.length < control.size()) {
            occurrences = new int[2 * control.size()];
            between = new int[2 * control.size()];
        }
        for (int i = 0; i <= count; i++) {
            labels[i] = readLabel();
            occurrences[labels[i]]++;
        }
        return count;
    }

    private void forgetLabels(int count) {
        for (int i = 0; i <= count; i++) {
            occurrences[labels[i]] = 0;
        }
    }

    /** Checks the operands against each label, once for each that is there. */
    private void checkLabels(int count, int arity) {
        for (int i = 0; i <= count; i++) {
            int frame = labels[i];
            if (occurrences[frame] < 0) {
                continue;
            }
            occurrences[frame] = -occurrences[frame];
            if (control.labelCount(frame) != arity) {
                throw body.invalid(
                        "type mismatch: labels of a br_table take different numbers of operands");
            }
            for (int operand = 0; operand < arity; operand++) {
                stack.checkBelow(arity - 1 - operand, control.labelType(frame, operand));
            }
        }
    }

    /**
     * Ends the block with a switch that has an edge for each label. A label that occurs more than once gets one block in
     * between, so that its arguments are passed once.
     */
    private void switchTo(int index, int count, int operandsAt) {
        Function function = body.function;
        int firstEdge = function.edgeCount();
        for (int i = 0; i <= count; i++) {
            int frame = labels[i];
            // Occurrences are negative now.
            if (occurrences[frame] == -1) {
                builder.addEdge(merges.target(frame), null, 0, 0);
                continue;
            }
            if (occurrences[frame] < 0) {
                occurrences[frame] = -occurrences[frame];
                between[frame] = function.makeBlock();
            }
            builder.addEdge(between[frame], null, 0, 0);
        }
        builder.switchOn(index);
        for (int i = 0; i <= count; i++) {
            int frame = labels[i];
            if (occurrences[frame] == -1) {
                recordEdge(frame, firstEdge + i, operandsAt);
            } else if (occurrences[frame] > 0) {
                occurrences[frame] = 0;
                function.layoutAppend(between[frame]);
                builder.switchTo(between[frame]);
                jumpToLabel(frame, operandsAt);
            }
        }
    }
}
