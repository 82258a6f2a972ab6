package wasm2obj.ir;

/**
 * Puts the bodies of small functions in the place of calls to them.
 *
 * <p>Why: compilers to WebAssembly have inlined what one file shows, or, those of languages with objects, next to nothing; what is
 * small and still a call has arguments, registers and a stack check that cost more than the body. What was passed as a constant
 * is seen by the passes that follow.
 *
 * <p>What a callee costs says {@link InliningCost}; the level says how much that may be. A caller grows by at most its own size and
 * what the level allows, and not at all where it rarely runs. Callees with frame slots, tail calls or handlers of their own stay calls, and so does
 * the caller itself. Calls within what was inlined stay, so recursion ends. Positions say what was inlined where ({@link
 * SourcePositions}), so a trap's trace has the same frames.
 *
 * <p>Where the call has a handler, the calls of the body get it: each ends its block with an INVOKE whose second edge is a copy of
 * the call's.
 *
 * <p>Calls are replaced from the last of a block to its first, so what follows moves into a block of its own once: linear.
 */
public final class Inliner {
    private static final int NONE = Function.NONE;

    /** Where bodies come from. */
    public interface Bodies {
        /** The function of that index, fit for its caller to read until the next call; null if it is not to be inlined. */
        Function body(int index);
    }

    /** The cost of a callee is at most this. */
    private final int limit;

    /** By how much any caller may grow. */
    private final int growth;

    private final ValueMap map = new ValueMap();
    private Function caller;
    private Function callee;
    private int budget;

    /** By the callee's instruction and block: the copy. */
    private int[] values = new int[64];

    private int[] blocks = new int[16];

    /** By the callee's block: where its copy ends. */
    private int[] ends = new int[16];

    /** The call's way to its handler, in the caller; NONE if it has none. */
    private int handler;

    /** The call's position. */
    private int position;

    /** An inliner for a level; null if nothing is inlined there. */
    public static Inliner of(OptimizationLevel level) {
        return switch (level) {
            case O0, O1 -> null;
            case O2 -> new Inliner(4, 100);
            case O3 -> new Inliner(48, 400);
            case OS -> new Inliner(0, 0);
        };
    }

    private Inliner(int limit, int growth) {
        this.limit = limit;
        this.growth = growth;
    }

    /** Whether the function can take the place of calls to it. */
    public boolean accepts(Function function) {
        return InliningCost.of(function, limit) != InliningCost.IMPOSSIBLE;
    }

    /** Replaces what it can; whether anything changed. */
    public boolean run(Function function, Bodies bodies) {
        caller = function;
        budget = function.instructionCount() + growth;
        map.reset(function);
        boolean changed = false;
        for (int block = function.firstBlock(); block != NONE; ) {
            int next = function.nextBlock(block); // before new blocks are put in between
            changed |= inlineCalls(block, bodies);
            block = next;
        }
        if (changed) {
            map.apply(function);
        }
        return changed;
    }

    private boolean inlineCalls(int block, Bodies bodies) {
        boolean changed = false;
        int previous;
        for (int i = caller.last(block); i != NONE; i = previous) {
            previous = caller.previous(i);
            if (caller.opcode(i) == Opcode.CALL && (int) caller.imm(i) != caller.index()) {
                callee = bodies.body((int) caller.imm(i));
                if (callee != null && pays(block)) {
                    inline(block, i);
                    changed = true;
                }
            }
        }
        return changed;
    }

    private boolean pays(int block) {
        int cost = InliningCost.of(callee, caller.isCold(block) ? 0 : Math.min(limit, budget));
        if (cost == InliningCost.IMPOSSIBLE) {
            return false;
        }
        budget -= Math.max(cost, 0);
        return true;
    }

    // ---- one call ----

    private void inline(int block, int call) {
        position = caller.source(call);
        caller.setChecksStack(caller.checksStack() || callee.checksStack());
        int rest = splitBehind(block, call);
        takeHandler(rest);
        int arguments = caller.a(call);
        values = IntArrays.atLeast(values, callee.instructionCount());
        blocks = IntArrays.atLeast(blocks, callee.blockCount());
        ends = IntArrays.atLeast(ends, callee.blockCount());
        int entry = callee.firstBlock();
        int param = callee.first(entry);
        for (int k = 0; k < callee.paramCount(entry); k++, param = callee.next(param)) {
            values[param] = caller.pool(arguments + k);
        }
        copyBlocks(block);
        int end = caller.previous(call);
        caller.remove(call);
        for (int b = entry; b != NONE; b = callee.nextBlock(b)) {
            copyInstructions(b, blocks[b]);
        }
        finishBlock(entry, end == NONE ? caller.first(block) : caller.next(end), rest);
        for (int b = callee.nextBlock(entry); b != NONE; b = callee.nextBlock(b)) {
            finishBlock(b, caller.first(blocks[b]), rest);
        }
    }

    /** If what follows the call is an INVOKE, only the way on is left there. */
    private void takeHandler(int rest) {
        int terminator = caller.last(rest);
        handler = NONE;
        int before = caller.previous(terminator);
        boolean isCallsOwn = before == NONE || caller.opcode(before) == Opcode.PARAM;
        if (caller.opcode(terminator) == Opcode.INVOKE && isCallsOwn) {
            int returns = caller.firstEdge(rest);
            handler = returns + 1;
            caller.removeEdges(rest);
            int jump = caller.addEdge(rest, caller.edgeTarget(returns));
            caller.setEdgeArguments(
                    jump, caller.edgeArgumentStart(returns), caller.edgeArgumentCount(returns));
            caller.rewrite(terminator, Opcode.JUMP, Type.VOID, NONE, NONE, NONE, 0, 0);
        }
    }

    /** Moves what follows the call into a new block, whose parameters are its results. */
    private int splitBehind(int block, int call) {
        int rest = BlockSplitter.splitBehind(caller, block, call);
        caller.setCurrentSource(position);
        Signature signature = callee.signature();
        int result = caller.first(rest);
        for (int k = 0; k < signature.resultCount(); k++) {
            int param = caller.addParam(rest, signature.result(k));
            if (k == 0) {
                map.replace(call, param);
            } else {
                int next = caller.next(result);
                map.replace(result, param);
                caller.remove(result);
                result = next;
            }
        }
        return rest;
    }

    private void copyBlocks(int block) {
        int entry = callee.firstBlock();
        blocks[entry] = block;
        int at = block;
        for (int b = callee.nextBlock(entry); b != NONE; b = callee.nextBlock(b)) {
            int copy = caller.makeBlock();
            caller.layoutInsertAfter(at, copy);
            caller.setCold(copy, caller.isCold(block) || callee.isCold(b));
            blocks[b] = copy;
            at = copy;
            for (int p = callee.first(b), k = callee.paramCount(b);
                    k > 0;
                    p = callee.next(p), k--) {
                values[p] = caller.addParam(copy, callee.type(p));
            }
        }
    }

    /** Copies what follows the parameters; operands are still the callee's. */
    private void copyInstructions(int from, int to) {
        int i = callee.first(from);
        for (int k = callee.paramCount(from); k > 0; k--) {
            i = callee.next(i);
        }
        int at = to;
        boolean throwing = false;
        for (; i != NONE; i = callee.next(i)) {
            int offset = callee.source(i);
            caller.setCurrentSource(caller.positions().add(callee.index(), offset, position));
            if (throwing && callee.opcode(i) != Opcode.RESULT) {
                at = endWithHandler(at);
                throwing = false;
            }
            values[i] = copy(i, at);
            throwing |= handler != NONE && mayThrow(i);
        }
        ends[from] = at;
    }

    private int copy(int i, int to) {
        Opcode op = callee.opcode(i);
        int aux = callee.aux(i);
        if (op == Opcode.VCONST || op == Opcode.VSHUFFLE) {
            aux = caller.addVectorHigh(callee.vectorHigh(aux));
        }
        int a = callee.a(i);
        int b = callee.b(i);
        if (callee.hasOperandList(i)) {
            a = caller.allocatePool(b);
            for (int k = 0; k < b; k++) {
                caller.setPool(a + k, callee.pool(callee.a(i) + k));
            }
        }
        return caller.append(to, op, callee.type(i), a, b, callee.c(i), callee.imm(i), aux);
    }

    private boolean mayThrow(int i) {
        return switch (callee.opcode(i)) {
            case CALL, CALL_INDIRECT, CALL_REF -> true;
            case CALL_RUNTIME -> RuntimeFunction.of((int) callee.imm(i)).isThrow();
            default -> false;
        };
    }

    /** Ends a block of the copy behind a call; gives the block that goes on when the call returns. */
    private int endWithHandler(int block) {
        int next = caller.makeBlock();
        caller.layoutInsertAfter(block, next);
        caller.setCold(next, caller.isCold(block));
        caller.addEdge(block, next);
        int count = caller.edgeArgumentCount(handler);
        int start = caller.allocatePool(count);
        for (int k = 0; k < count; k++) {
            caller.setPool(start + k, caller.edgeArgument(handler, k));
        }
        caller.setEdgeArguments(caller.addEdge(block, caller.edgeTarget(handler)), start, count);
        caller.append(block, Opcode.INVOKE, Type.VOID, NONE, NONE, NONE, 0, 0);
        return next;
    }

    /** Gives the copy of a block its operands, from {@code first} on, and its edges. */
    private void finishBlock(int from, int first, int rest) {
        int to = ends[from];
        replaceOperands(first);
        for (int at = blocks[from]; at != to; ) {
            at = caller.nextBlock(at);
            replaceOperands(caller.first(at));
        }
        int last = caller.last(to);
        if (caller.opcode(last) == Opcode.RETURN) {
            int edge = caller.addEdge(to, rest);
            caller.setEdgeArguments(edge, caller.a(last), caller.b(last));
            caller.rewrite(last, Opcode.JUMP, Type.VOID, NONE, NONE, NONE, 0, 0);
            return;
        }
        int end = callee.firstEdge(from) + callee.edgeCount(from);
        for (int e = callee.firstEdge(from); e < end; e++) {
            int count = callee.edgeArgumentCount(e);
            int start = caller.allocatePool(count);
            for (int k = 0; k < count; k++) {
                caller.setPool(start + k, values[callee.edgeArgument(e, k)]);
            }
            caller.setEdgeArguments(caller.addEdge(to, blocks[callee.edgeTarget(e)]), start, count);
        }
    }

    private void replaceOperands(int first) {
        for (int i = first; i != NONE; i = caller.next(i)) {
            if (caller.opcode(i) != Opcode.PARAM) {
                for (int k = caller.operandCount(i) - 1; k >= 0; k--) {
                    caller.setOperand(i, k, values[caller.operand(i, k)]);
                }
            }
        }
    }
}
