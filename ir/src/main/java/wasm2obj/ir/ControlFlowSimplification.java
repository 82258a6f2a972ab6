package wasm2obj.ir;

/**
 * Makes the flow of control plain: branches and switches that can go one way only become jumps, checks that always trap end
 * their block, blocks that cannot be reached go, edges that lead to nothing but a jump lead to its target, and blocks
 * that always follow each other become one.
 *
 * <p>Why: what other passes find out about conditions takes effect here; longer blocks and fewer edges are good for all
 * of them, and for register allocation.
 *
 * <p>An edge follows at most {@value #THREADING_LIMIT} jumps, and does not grow by more than {@value #GROWTH_LIMIT}
 * arguments; instructions move at most once. Linear.
 */
final class ControlFlowSimplification extends Pass {
    private static final int NONE = Function.NONE;
    private static final int THREADING_LIMIT = 8;
    private static final int GROWTH_LIMIT = 8;

    private final ValueMap map = new ValueMap();
    private Function function;
    private Analyses analyses;
    private boolean changed;
    private int[] blocks = new int[64];
    private UseCounts uses;

    ControlFlowSimplification() {
        super("cfg", true);
    }

    @Override
    boolean run(Function function, Analyses analyses) {
        this.function = function;
        this.analyses = analyses;
        changed = false;
        uses = null;
        map.reset(function);
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            cutBehindTrap(b);
            foldTerminator(b);
        }
        removeUnreachable();
        simplifyBlocks();
        map.apply(function);
        return changed;
    }

    // ---- terminators ----

    /** A check whose condition is a constant other than zero becomes the block's end. */
    private void cutBehindTrap(int block) {
        for (int i = function.first(block); i != NONE; i = function.next(i)) {
            if (function.opcode(i) == Opcode.TRAP_IF && isConst(function.a(i))) {
                if (function.imm(function.a(i)) != 0) {
                    int kind = function.aux(i);
                    while (function.next(i) != NONE) {
                        function.remove(function.next(i));
                    }
                    function.removeEdges(block);
                    function.rewrite(i, Opcode.TRAP, Type.VOID, NONE, NONE, NONE, 0, kind);
                    changed();
                    return;
                }
            }
        }
    }

    private void changed() {
        changed = true;
        analyses.controlFlowChanged();
    }

    private boolean isConst(int value) {
        return function.opcode(value) == Opcode.CONST;
    }

    private void foldTerminator(int block) {
        int terminator = function.last(block);
        if (function.opcode(terminator) == Opcode.BRANCH) {
            foldBranch(block, terminator);
        } else if (function.opcode(terminator) == Opcode.SWITCH) {
            foldSwitch(block, terminator);
        }
    }

    private void foldBranch(int block, int terminator) {
        int first = function.firstEdge(block);
        int condition = function.a(terminator);
        if (isConst(condition)) {
            becomeJump(block, terminator, function.imm(condition) != 0 ? first : first + 1);
        } else if (function.isSameWay(first, first + 1)) {
            becomeJump(block, terminator, first);
        }
    }

    /** A switch with one case is a branch. */
    private void foldSwitch(int block, int terminator) {
        int first = function.firstEdge(block);
        int count = function.edgeCount(block);
        int index = function.a(terminator);
        if (isConst(index)) {
            long chosen = Math.min(function.imm(index), count - 1L);
            becomeJump(block, terminator, first + (int) chosen);
            return;
        }
        boolean same = true;
        for (int e = first + 1; same && e < first + count; e++) {
            same = function.isSameWay(first, e);
        }
        if (same) {
            becomeJump(block, terminator, first);
        } else if (count == 2) {
            function.swapEdges(block);
            function.rewrite(terminator, Opcode.BRANCH, Type.VOID, index, NONE, NONE, 0, 0);
            changed();
        }
    }

    private void becomeJump(int block, int terminator, int edge) {
        int target = function.edgeTarget(edge);
        int arguments = function.edgeArgumentStart(edge);
        int count = function.edgeArgumentCount(edge);
        function.removeEdges(block);
        function.setEdgeArguments(function.addEdge(block, target), arguments, count);
        function.rewrite(terminator, Opcode.JUMP, Type.VOID, NONE, NONE, NONE, 0, 0);
        changed();
    }

    // ---- blocks ----

    private void removeUnreachable() {
        ControlFlow flow = analyses.flow();
        int next;
        for (int b = function.firstBlock(); b != NONE; b = next) {
            next = function.nextBlock(b);
            if (!flow.isReachable(b)) {
                removeBlock(b);
                changed = true;
            }
        }
        int count = flow.count();
        blocks = IntArrays.atLeast(blocks, count);
        for (int k = 0; k < count; k++) {
            blocks[k] = flow.block(k);
        }
    }

    private void removeBlock(int block) {
        function.removeEdges(block);
        function.layoutRemove(block);
        while (function.first(block) != NONE) {
            function.remove(function.first(block));
        }
    }

    private void simplifyBlocks() {
        int count = analyses.flow().count();
        for (int k = 0; k < count; k++) {
            int block = blocks[k];
            boolean isGone = function.first(block) == NONE;
            boolean isIdle = k > 0 && function.firstIncoming(block) == NONE;
            if (!isGone && isIdle) {
                removeBlock(block);
            } else if (!isGone) {
                threadEdges(block);
                foldTerminator(block);
                while (mergeWithNext(block)) {
                    threadEdges(block);
                    foldTerminator(block);
                }
            }
        }
    }

    /** Appends the target of the block's jump, if nothing else leads there. */
    private boolean mergeWithNext(int block) {
        int jump = function.last(block);
        if (function.opcode(jump) != Opcode.JUMP) {
            return false;
        }
        int edge = function.firstEdge(block);
        int target = function.edgeTarget(edge);
        if (target == block || function.nextIncoming(function.firstIncoming(target)) != NONE) {
            return false;
        }
        int next;
        int k = 0;
        for (int p = function.first(target); function.opcode(p) == Opcode.PARAM; p = next) {
            next = function.next(p);
            int argument = map.get(function.edgeArgument(edge, k++));
            map.replace(p, argument);
            if (uses != null) {
                uses.add(argument, uses.count(p));
            }
            function.remove(p);
        }
        function.remove(jump);
        function.removeEdges(block);
        function.moveInstructions(target, block);
        function.moveEdges(target, block);
        map.applyToEdges(function, block);
        function.layoutRemove(target);
        changed();
        return true;
    }

    // ---- threading ----

    private void threadEdges(int block) {
        int first = function.firstEdge(block);
        for (int e = first; e < first + function.edgeCount(block); e++) {
            for (int n = 0; n < THREADING_LIMIT && thread(block, e); n++) {
                changed();
            }
        }
    }

    /** Leads an edge past a block that has nothing but a jump. */
    private boolean thread(int block, int edge) {
        int empty = function.edgeTarget(edge);
        int jump = function.last(empty);
        if (function.opcode(jump) != Opcode.JUMP || empty == block) {
            return false;
        }
        int params = function.paramCount(empty);
        int out = function.firstEdge(empty);
        int target = function.edgeTarget(out);
        int count = function.edgeArgumentCount(out);
        boolean isEmpty =
                params == 0 ? function.first(empty) == jump : hasOnlyParams(empty, params);
        if (!isEmpty || target == empty || count > params + GROWTH_LIMIT) {
            return false;
        }
        if (params > 0 && !onlyPassesParams(empty, out)) {
            return false;
        }
        int start = function.allocatePool(count);
        for (int k = 0; k < count; k++) {
            int argument = function.edgeArgument(out, k);
            boolean own =
                    function.opcode(argument) == Opcode.PARAM && function.block(argument) == empty;
            int passed = own ? function.edgeArgument(edge, (int) function.imm(argument)) : argument;
            function.setPool(start + k, passed);
            if (uses != null) {
                uses.add(passed, 1);
            }
        }
        keepHint(block, edge, empty, target);
        function.retarget(edge, target);
        function.setEdgeArguments(edge, start, count);
        return true;
    }

    private boolean hasOnlyParams(int block, int params) {
        int i = function.first(block);
        for (int k = 0; k < params; k++) {
            i = function.next(i);
        }
        return i == function.last(block);
    }

    /** Whether the block's parameters are used by its own edge only. */
    private boolean onlyPassesParams(int block, int out) {
        if (uses == null) {
            uses = analyses.countUses();
        }
        int total = 0;
        int param = function.first(block);
        for (int k = function.paramCount(block); k > 0; k--, param = function.next(param)) {
            total += uses.count(param);
        }
        for (int k = function.edgeArgumentCount(out) - 1; k >= 0; k--) {
            int argument = function.edgeArgument(out, k);
            boolean own =
                    function.opcode(argument) == Opcode.PARAM && function.block(argument) == block;
            total -= own ? 1 : 0;
        }
        return total == 0;
    }

    /** That a block on the way was cold lives on as a hint of the branch. */
    private void keepHint(int block, int edge, int empty, int target) {
        int terminator = function.last(block);
        boolean lost = function.isCold(empty) && !function.isCold(target);
        if (lost && function.opcode(terminator) == Opcode.BRANCH && function.aux(terminator) == 0) {
            function.setAux(terminator, edge == function.firstEdge(block) ? -1 : 1);
        }
    }
}
