package wasm2obj.ir;

/**
 * Removes block parameters that are another value under a different name: all edges into the block pass the same value, or
 * the parameter itself, or another such parameter of that value; or constants that are equal.
 *
 * <p>Why: a loop's header has a parameter for each local that is assigned in the loop, though on the way that goes on it may
 * never change; and branches that turned out constant leave parameters with one way in. Each removed one frees a
 * register and shows the value to the passes that follow.
 *
 * <p>Optimistic: all parameters are taken for copies until an edge disproves it, so that cycles of parameters that pass
 * only each other are found. A parameter is judged anew when one it depends on has changed; after {@value #LIMIT}
 * judgements it stays, so the work is linear in the arguments.
 */
final class RedundantParams extends Pass {
    private static final int NONE = Function.NONE;
    private static final int LIMIT = 8;

    private Function function;
    private ControlFlow flow;
    private final ValueTable constants = new ValueTable();
    private final ValueMap map = new ValueMap();

    /** By value: what it is a copy of; NONE as long as nothing is known of a parameter. */
    private int[] copies = new int[64];

    private int[] judgements = new int[64];
    private boolean[] queued = new boolean[64];
    private int[] queue = new int[64];
    private int queueStart;
    private int queueEnd;
    // By parameter, the parameters that it is passed to: a list in these arrays.
    private int[] firstUsers = new int[64];
    private int[] users = new int[64];
    private int[] nextUsers = new int[64];
    private int userCount;
    private int[] params = new int[16];
    private boolean[] keep = new boolean[16];

    RedundantParams() {
        super("params", false);
    }

    @Override
    boolean run(Function function, Analyses analyses) {
        this.function = function;
        flow = analyses.flow();
        if (!hasParams()) {
            return false;
        }
        int count = function.instructionCount();
        copies = IntArrays.filled(copies, count, NONE);
        judgements = IntArrays.filled(judgements, count, 0);
        firstUsers = IntArrays.filled(firstUsers, count, NONE);
        queued = IntArrays.cleared(queued, count);
        constants.reset(function);
        userCount = 0;
        queueStart = 0;
        queueEnd = 0;
        collect();
        while (queueStart != queueEnd) {
            judge(take());
        }
        boolean changed = replace();
        map.apply(function);
        return changed;
    }

    private boolean hasParams() {
        for (int p = 1; p < flow.count(); p++) {
            if (function.paramCount(flow.block(p)) > 0) {
                return true;
            }
        }
        return false;
    }

    // ---- the copies ----

    private void collect() {
        for (int p = 0; p < flow.count(); p++) {
            int block = flow.block(p);
            int first = function.firstEdge(block);
            for (int e = first; e < first + function.edgeCount(block); e++) {
                collectArguments(e);
            }
            int param = function.first(block);
            for (int k = function.paramCount(block); k > 0; k--, param = function.next(param)) {
                if (p == 0) {
                    copies[param] = param;
                } else {
                    enqueue(param);
                }
            }
        }
    }

    private void collectArguments(int edge) {
        int count = function.edgeArgumentCount(edge);
        int param = count == 0 ? NONE : function.first(function.edgeTarget(edge));
        for (int k = 0; k < count; k++, param = function.next(param)) {
            int argument = function.edgeArgument(edge, k);
            if (isParam(argument)) {
                addUser(argument, param);
            } else if (copies[argument] == NONE) {
                copies[argument] = representative(argument);
            }
        }
    }

    private boolean isParam(int value) {
        return function.opcode(value) == Opcode.PARAM;
    }

    private void addUser(int argument, int param) {
        if (argument == param) {
            return;
        }
        if (userCount == users.length) {
            users = IntArrays.extended(users, userCount + 1);
            nextUsers = IntArrays.extended(nextUsers, users.length);
        }
        users[userCount] = param;
        nextUsers[userCount] = firstUsers[argument];
        firstUsers[argument] = userCount++;
    }

    /** Equal constants count as one value. */
    private int representative(int value) {
        if (function.opcode(value) != Opcode.CONST) {
            return value;
        }
        int found =
                constants.find(
                        Opcode.CONST,
                        function.type(value),
                        NONE,
                        NONE,
                        NONE,
                        function.imm(value),
                        0);
        if (found == NONE) {
            constants.put(value);
            return value;
        }
        return found;
    }

    private void enqueue(int param) {
        if (!queued[param]) {
            queued[param] = true;
            if (queueEnd - queueStart >= queue.length - 1) {
                growQueue();
            }
            queue[queueEnd++ % queue.length] = param;
        }
    }

    private void growQueue() {
        int[] larger = new int[2 * queue.length];
        int count = queueEnd - queueStart;
        for (int k = 0; k < count; k++) {
            larger[k] = queue[(queueStart + k) % queue.length];
        }
        queue = larger;
        queueStart = 0;
        queueEnd = count;
    }

    private int take() {
        int param = queue[queueStart++ % queue.length];
        if (queueStart >= queue.length) {
            queueStart -= queue.length;
            queueEnd -= queue.length;
        }
        queued[param] = false;
        return param;
    }

    private void judge(int param) {
        if (copies[param] == param) {
            return;
        }
        int copy = ++judgements[param] > LIMIT ? param : commonArgument(param);
        if (copy != copies[param] && copy != NONE) {
            copies[param] = copy;
            for (int u = firstUsers[param]; u != NONE; u = nextUsers[u]) {
                enqueue(users[u]);
            }
        }
    }

    /** What all edges pass, as far as is known; the parameter itself if they differ. */
    private int commonArgument(int param) {
        int block = function.block(param);
        int position = (int) function.imm(param);
        int common = NONE;
        for (int e = function.firstIncoming(block); e != NONE; e = function.nextIncoming(e)) {
            if (!flow.isReachable(function.edgeSource(e))) {
                continue;
            }
            int argument = function.edgeArgument(e, position);
            if (argument == param || copies[argument] == NONE) {
                continue;
            }
            if (common == NONE) {
                common = copies[argument];
            } else if (common != copies[argument]) {
                return param;
            }
        }
        return common;
    }

    // ---- the change ----

    private boolean replace() {
        map.reset(function);
        boolean changed = false;
        for (int p = 1; p < flow.count(); p++) {
            int block = flow.block(p);
            if (function.paramCount(block) > 0) {
                changed |= replaceIn(block);
            }
        }
        return changed;
    }

    private boolean replaceIn(int block) {
        int count = function.paramCount(block);
        params = IntArrays.atLeast(params, count);
        keep = IntArrays.cleared(keep, count);
        boolean changed = false;
        int param = function.first(block);
        for (int k = 0; k < count; k++, param = function.next(param)) {
            params[k] = param;
            int copy = copies[param];
            keep[k] = copy == param || copy == NONE;
            changed |= !keep[k];
        }
        if (!changed) {
            return false;
        }
        function.removeParams(block, keep);
        int at = function.first(block);
        while (isParam(at)) {
            at = function.next(at);
        }
        for (int k = 0; k < count; k++) {
            if (!keep[k]) {
                map.replace(params[k], substitute(copies[params[k]], at));
            }
        }
        return true;
    }

    /** The value, or for a constant, whose definition may not dominate the block, a new one before {@code at}. */
    private int substitute(int value, int at) {
        if (function.opcode(value) != Opcode.CONST) {
            return value;
        }
        function.setCurrentSource(function.source(at));
        int constant =
                function.make(
                        Opcode.CONST,
                        function.type(value),
                        NONE,
                        NONE,
                        NONE,
                        function.imm(value),
                        0);
        function.insertBefore(at, constant);
        return constant;
    }
}
