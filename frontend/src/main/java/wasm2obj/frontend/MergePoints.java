package wasm2obj.frontend;

import java.util.Arrays;
import wasm2obj.frontend.WasmException.LimitExceeded;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;

/**
 * Where control flow meets: which values need block parameters there, and what each edge passes.
 *
 * <p><b>Forward labels.</b> An edge to the label of a frame is recorded with the label's operands and with the value of
 * each local that has changed since the frame was entered (the trail of {@link Locals} knows them). At the frame's end
 * all edges are there. A local that no edge has changed still has the value it had at the entry. One that has the same
 * value on all edges has that value behind the end. The others may need a parameter of the target block, for which edges
 * that have not changed them pass the value at the entry; {@link LateParameters} makes it if the local is read. Operands
 * that are not the same on all edges have parameters at once. Values that all edges agree on dominate the target,
 * because they dominate all edges.
 *
 * <p>A label with a single edge needs no parameters; if that edge is a jump, not even a block: the code behind the end
 * goes on in the block that the jump ended.
 *
 * <p><b>Handlers.</b> A frame with clauses for exceptions has a second label, without operands: calls inside of it have edges
 * there. It is joined when the frame's body ends.
 *
 * <p><b>Loops.</b> A loop's header has parameters for its operands, and may have one for each local that is assigned
 * inside of the loop ({@link LoopLocals}).
 *
 * <p><b>Cost.</b> All values that are recorded at branches or passed by edges, calls and returns are counted against a
 * budget in proportion to the body's size, because a byte may stand for a thousand of them. Real code stays far below it
 * (two values per byte at most, most often less than one). When it is spent, translation starts again with locals in
 * frame slots, so that only operands are left; when these are too many, too, the function is refused.
 */
final class MergePoints {
    private static final int NONE = Body.NONE;

    /** The label of the frame itself; the other one is its handler. */
    private static final int OWN = 0;

    /** A value that is not the same on all edges. */
    private static final int DIFFERENT = Integer.MIN_VALUE;

    private static final int BUDGET_PER_BYTE = 8;
    private static final int LEAST_BUDGET = 1 << 16;

    /** Ends an attempt to translate a function without slots. */
    static final class TooManyValues extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyValues() {
            super(null, null, false, false);
        }
    }

    private final Body body;
    private final ControlStack control;
    private final Locals locals;
    private final LateParameters late;
    private long budget;

    // Recorded edges: the edge of the function, the record before for the same label, and a slice
    // of the data: the
    // operands, then pairs of local and value.
    private int recordCount;
    private int[] edges = new int[64];
    private int[] earlier = new int[64];
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int dataSize;
    private int[] data = new int[256];

    // One merge: what is known of each local that some edge changes.
    private int merge;
    private int[] mergeOf = new int[64];
    private int[] agreed = new int[64];
    private int[] changes = new int[64];
    private int[] positions = new int[64];
    private int changedCount;
    private int[] changed = new int[64];

    /** The locals that differ, and the values that they had at the frame's entry. */
    private int differingCount;

    private int[] differing = new int[64];
    private int[] entryValues = new int[64];
    private int[] operands = new int[8];

    MergePoints(Body body, ControlStack control, Locals locals) {
        this.body = body;
        this.control = control;
        this.locals = locals;
        late = new LateParameters(body, locals);
    }

    /** Prepares for a function with a body of so many bytes; its locals have been declared. */
    void reset(int bodyBytes) {
        recordCount = 0;
        dataSize = 0;
        late.reset();
        budget = LEAST_BUDGET + (long) BUDGET_PER_BYTE * bodyBytes;
        int size = locals.count();
        if (mergeOf.length < size) {
            int grown = Math.max(size, 2 * mergeOf.length);
            mergeOf = new int[grown];
            agreed = new int[grown];
            changes = new int[grown];
            positions = new int[grown];
            changed = new int[grown];
            differing = new int[grown];
            entryValues = new int[grown];
            merge = 0;
        }
    }

    /** How many more values may be recorded or passed. */
    int budgetLeft() {
        return (int) Math.min(budget, Integer.MAX_VALUE);
    }

    /** Counts values that are recorded or passed. */
    void spend(long values) {
        budget -= values;
        if (budget < 0) {
            if (!locals.areInSlots()) {
                throw new TooManyValues();
            }
            throw new LimitExceeded(
                    body.at,
                    "function too complex: too many values are passed at its branches and calls");
        }
    }

    // ---- edges to forward labels ----

    /** The block that branches to the frame's label lead to. */
    int target(int frame) {
        return target(frame, OWN);
    }

    private int target(int frame, int label) {
        int target = control.get(frame, ControlStack.TARGET + label);
        if (target == NONE) {
            target = body.function.makeBlock();
            control.set(frame, ControlStack.TARGET + label, target);
        }
        return target;
    }

    /** The block that calls in the frame lead to when they throw. */
    int handler(int frame) {
        int target = target(frame, ControlStack.HANDLER_LABEL);
        body.function.setCold(target, true);
        return target;
    }

    /** Records an edge to the frame's handler that leaves the present point. */
    void recordThrow(int frame, int edge) {
        record(frame, ControlStack.HANDLER_LABEL, 0, edge, 0);
    }

    /** Records an edge that leaves the present point, with the label's operands at {@code operandsAt} on the stack. */
    void record(int frame, int edge, int operandsAt) {
        record(frame, OWN, control.labelCount(frame), edge, operandsAt);
    }

    private void record(int frame, int label, int arity, int edge, int operandsAt) {
        int start = control.get(frame, ControlStack.TRAIL);
        int end = locals.trailSize();
        // Behind the function's end, no local matters.
        boolean withLocals = control.kind(frame) != ControlStack.FUNCTION && !locals.areInSlots();
        int entries = withLocals ? end - start : 0;
        spend(arity + entries);
        reserveData(arity + 2 * entries);
        addRecord(frame, label, edge);
        System.arraycopy(body.stack.values(), operandsAt, data, dataSize, arity);
        int at = dataSize + arity;
        if (withLocals) {
            for (int i = start; i < end; i++) {
                int local = locals.changedLocal(i, start);
                if (local != NONE) {
                    data[at++] = local;
                    data[at++] = locals.get(local);
                }
            }
        }
        finishRecord(at);
    }

    /** Records the edge of an {@code if} without {@code else}, on which nothing has changed since the frame's entry. */
    void recordUnchanged(int frame, int edge, int[] operandValues, int operandsAt) {
        int arity = control.labelCount(frame);
        spend(arity);
        reserveData(arity);
        addRecord(frame, OWN, edge);
        System.arraycopy(operandValues, operandsAt, data, dataSize, arity);
        finishRecord(dataSize + arity);
    }

    private void reserveData(int size) {
        if (data.length - dataSize < size) {
            data = Arrays.copyOf(data, Math.max(2 * data.length, dataSize + size));
        }
    }

    private void addRecord(int frame, int label, int edge) {
        if (recordCount == edges.length) {
            int size = 2 * recordCount;
            edges = Arrays.copyOf(edges, size);
            earlier = Arrays.copyOf(earlier, size);
            starts = Arrays.copyOf(starts, size);
            ends = Arrays.copyOf(ends, size);
        }
        edges[recordCount] = edge;
        earlier[recordCount] = control.get(frame, ControlStack.LAST_EDGE + label);
        starts[recordCount] = dataSize;
        control.set(frame, ControlStack.LAST_EDGE + label, recordCount);
        int count = control.get(frame, ControlStack.EDGES + label);
        control.set(frame, ControlStack.EDGES + label, count + 1);
    }

    private void finishRecord(int end) {
        ends[recordCount++] = end;
        dataSize = end;
    }

    // ---- the frame's end ----

    /**
     * Goes on behind the end of a frame to whose label there are edges. The frame around it is the innermost one for
     * locals already, and their values are those at the frame's entry. Afterwards the label's operands are in
     * {@link #operand}.
     */
    void join(int frame) {
        join(frame, OWN, control.labelCount(frame));
    }

    /** Goes on in the handler of a frame, to which there are edges. The locals' values are those at the frame's entry. */
    void joinHandler(int frame) {
        join(frame, ControlStack.HANDLER_LABEL, 0);
    }

    private void join(int frame, int label, int arity) {
        int record = control.get(frame, ControlStack.LAST_EDGE + label);
        int target = control.get(frame, ControlStack.TARGET + label);
        if (operands.length < arity) {
            operands = new int[Math.max(arity, 2 * operands.length)];
        }
        if (earlier[record] == NONE) {
            followOnlyEdge(record, target, arity);
        } else {
            merge(record, target, arity, control.get(frame, ControlStack.EDGES + label));
            body.function.layoutAppend(target);
            body.builder.switchTo(target);
        }
    }

    /** Operand number {@code index} of the label that was joined last. */
    int operand(int index) {
        return operands[index];
    }

    private void followOnlyEdge(int record, int target, int arity) {
        Function function = body.function;
        int source = function.edgeSource(edges[record]);
        int last = function.last(source);
        if (function.opcode(last) == Opcode.JUMP) {
            function.removeEdges(source);
            function.remove(last);
            body.builder.switchTo(source);
        } else {
            function.layoutAppend(target);
            body.builder.switchTo(target);
        }
        int start = starts[record];
        System.arraycopy(data, start, operands, 0, arity);
        for (int at = start + arity; at < ends[record]; at += 2) {
            locals.set(data[at], data[at + 1]);
        }
    }

    private void merge(int lastRecord, int target, int arity, int edgeCount) {
        int operandParameters = agreeOnOperands(lastRecord, arity);
        agreeOnLocals(lastRecord, arity, edgeCount);
        int total = operandParameters + differingCount;
        if (total == 0) {
            return;
        }
        spend((long) total * edgeCount);
        int merge = late.addMerge(target, operandParameters);
        for (int i = 0; i < differingCount; i++) {
            int local = differing[i];
            entryValues[i] = locals.get(local);
            locals.set(local, late.addLocal(local));
        }
        for (int record = lastRecord; record != NONE; record = earlier[record]) {
            pass(merge, record, arity, total);
        }
        for (int i = 0; i < arity; i++) {
            if (operands[i] == DIFFERENT) {
                int value = data[starts[lastRecord] + i];
                operands[i] = body.function.addParam(target, body.function.type(value));
            }
        }
    }

    /** Finds what each operand is on all edges, or that it is not the same; gives how many are not. */
    private int agreeOnOperands(int lastRecord, int arity) {
        int different = 0;
        for (int i = 0; i < arity; i++) {
            int value = data[starts[lastRecord] + i];
            for (int record = earlier[lastRecord]; record != NONE; record = earlier[record]) {
                if (data[starts[record] + i] != value) {
                    value = DIFFERENT;
                    different++;
                    break;
                }
            }
            operands[i] = value;
        }
        return different;
    }

    /** Finds the locals that differ; the others that have changed get the value that all edges have. */
    private void agreeOnLocals(int lastRecord, int arity, int edgeCount) {
        findChanges(lastRecord, arity);
        differingCount = 0;
        for (int i = 0; i < changedCount; i++) {
            int local = changed[i];
            int entry = late.current(locals.get(local));
            boolean same =
                    agreed[local] != DIFFERENT
                            && (changes[local] == edgeCount || agreed[local] == entry);
            positions[local] = same ? NONE : differingCount;
            if (!same) {
                differing[differingCount++] = local;
            } else if (agreed[local] != entry) {
                locals.set(local, agreed[local]);
            }
        }
    }

    private void findChanges(int lastRecord, int arity) {
        if (++merge == 0) {
            Arrays.fill(mergeOf, 0);
            merge = 1;
        }
        changedCount = 0;
        for (int record = lastRecord; record != NONE; record = earlier[record]) {
            for (int at = starts[record] + arity, end = ends[record]; at < end; at += 2) {
                int local = data[at];
                int value = late.current(data[at + 1]);
                if (mergeOf[local] != merge) {
                    mergeOf[local] = merge;
                    agreed[local] = value;
                    changes[local] = 1;
                    changed[changedCount++] = local;
                } else {
                    changes[local]++;
                    if (agreed[local] != value) {
                        agreed[local] = DIFFERENT;
                    }
                }
            }
        }
    }

    /** Notes what an edge passes: operands that differ, then locals that differ. */
    private void pass(int merge, int record, int arity, int total) {
        int start = starts[record];
        int at = late.addEdge(merge, edges[record], total);
        for (int i = 0; i < arity; i++) {
            if (operands[i] == DIFFERENT) {
                late.put(at++, data[start + i]);
            }
        }
        for (int i = 0; i < differingCount; i++) {
            late.put(at + i, entryValues[i]);
        }
        for (int i = start + arity, end = ends[record]; i < end; i += 2) {
            int position = positions[data[i]];
            if (position != NONE) {
                late.put(at + position, data[i + 1]);
            }
        }
    }

    /** The value that code reads where a local has the value {@code pending}. */
    int demand(int pending) {
        return late.demand(pending);
    }

    /** Ends the function: all edges have been made. */
    void finish() {
        late.finish();
    }

    // ---- loops ----

    /**
     * Makes the header of a loop, jumps to it, and goes on there. The label's operands are at {@code operandsAt} on the
     * stack; they are replaced by the header's parameters.
     */
    void enterLoop(int frame, int loop, LoopLocals assigned, int operandsAt) {
        Function function = body.function;
        int header = function.addBlock();
        int arity = control.labelCount(frame);
        int merge = late.addMerge(header, arity);
        control.set(frame, ControlStack.TARGET, header);
        control.set(frame, ControlStack.LOOP_NUMBER, loop);
        control.set(frame, ControlStack.LOOP_MERGE, merge);
        body.builder.jump(header, null, 0, 0);
        passToLoop(frame, function.edgeCount() - 1, assigned, operandsAt);
        body.builder.switchTo(header);
        int[] values = body.stack.values();
        for (int i = 0; i < arity; i++) {
            int at = operandsAt + i;
            values[at] = function.addParam(header, function.type(values[at]));
        }
        if (!locals.areInSlots()) {
            for (int i = 0, count = assigned.count(loop); i < count; i++) {
                int local = assigned.local(loop, i);
                locals.set(local, late.addLocal(local));
            }
        }
    }

    /** Notes what an edge passes to a loop's header. */
    void passToLoop(int frame, int edge, LoopLocals assigned, int operandsAt) {
        int loop = control.get(frame, ControlStack.LOOP_NUMBER);
        int arity = control.labelCount(frame);
        int count = locals.areInSlots() ? 0 : assigned.count(loop);
        spend(arity + count);
        int at = late.addEdge(control.get(frame, ControlStack.LOOP_MERGE), edge, arity + count);
        int[] values = body.stack.values();
        for (int i = 0; i < arity; i++) {
            late.put(at + i, values[operandsAt + i]);
        }
        for (int i = 0; i < count; i++) {
            late.put(at + arity + i, locals.get(assigned.local(loop, i)));
        }
    }
}
