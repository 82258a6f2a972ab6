package wasm2obj.ir;

/**
 * Puts the bodies of small functions in the place of calls to them.
 *
 * <p>Why: compilers to WebAssembly have inlined what one file shows; what is small in another one, and what their estimate
 * of WebAssembly's code size left out, is still a call, whose arguments, registers and stack check cost more than the
 * body. What was passed as a constant is seen by the passes that follow.
 *
 * <p>A call is replaced if the callee has no call of its own that hands over the frame (tail calls, calls with handlers), no
 * slots, at most {@value #MOST_INSTRUCTIONS} instructions, and is not the caller. Calls within what was inlined stay, so recursion
 * ends. A caller grows by at most its own size and {@value #GROWTH} instructions. In the trace of a trap the inlined function is
 * part of its caller; the position is its own.
 *
 * <p>Calls are replaced from the last of a block to its first, so what follows moves into a block of its own once: linear.
 */
public final class Inliner {
    private static final int NONE = Function.NONE;
    private static final int MOST_INSTRUCTIONS = 48;
    private static final int GROWTH = 400;

    /** Where bodies come from. */
    public interface Bodies {
        /** The function of that index, fit for its caller to read until the next call; null if it is not to be inlined. */
        Function body(int index);
    }

    private final ValueMap map = new ValueMap();
    private Function caller;
    private Function callee;
    private int budget;

    /** By the callee's instruction and block: the copy. */
    private int[] values = new int[64];

    private int[] blocks = new int[16];

    /** Replaces what it can; whether anything changed. */
    public boolean run(Function function, Bodies bodies) {
        caller = function;
        budget = function.instructionCount() + GROWTH;
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
        int i = caller.last(block);
        if (caller.opcode(i) == Opcode.INVOKE) {
            return false; // the call has a handler
        }
        while (i != NONE) {
            int previous = caller.previous(i);
            if (caller.opcode(i) == Opcode.CALL && (int) caller.imm(i) != caller.index()) {
                callee = bodies.body((int) caller.imm(i));
                if (callee != null && isInlinable()) {
                    inline(block, i);
                    changed = true;
                }
            }
            i = previous;
        }
        return changed;
    }

    private boolean isInlinable() {
        if (callee.slotCount() != 0 || callee.firstIncoming(callee.firstBlock()) != NONE) {
            return false;
        }
        int count = 0;
        for (int b = callee.firstBlock(); b != NONE; b = callee.nextBlock(b)) {
            for (int i = callee.first(b); i != NONE; i = callee.next(i)) {
                switch (callee.opcode(i)) {
                    case INVOKE, RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> {
                        return false;
                    }
                    default -> count++;
                }
                if (count > Math.min(MOST_INSTRUCTIONS, budget)) {
                    return false;
                }
            }
        }
        budget -= count;
        return true;
    }

    // ---- one call ----

    private void inline(int block, int call) {
        int rest = splitBehind(block, call);
        int arguments = caller.a(call);
        values = IntArrays.atLeast(values, callee.instructionCount());
        blocks = IntArrays.atLeast(blocks, callee.blockCount());
        int entry = callee.firstBlock();
        int param = callee.first(entry);
        for (int k = 0; k < callee.paramCount(entry); k++, param = callee.next(param)) {
            values[param] = caller.pool(arguments + k);
        }
        copyBlocks(block);
        int end = caller.previous(call);
        caller.remove(call);
        copyInstructions(entry, callee.paramCount(entry), block);
        for (int b = callee.nextBlock(entry); b != NONE; b = callee.nextBlock(b)) {
            copyInstructions(b, callee.paramCount(b), blocks[b]);
        }
        finishBlock(entry, end == NONE ? caller.first(block) : caller.next(end), block, rest);
        for (int b = callee.nextBlock(entry); b != NONE; b = callee.nextBlock(b)) {
            finishBlock(b, caller.first(blocks[b]), blocks[b], rest);
        }
    }

    /** Moves what follows the call into a new block, whose parameters are its results. */
    private int splitBehind(int block, int call) {
        int rest = BlockSplitter.splitBehind(caller, block, call);
        caller.setCurrentSource(caller.source(call));
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
    private void copyInstructions(int from, int params, int to) {
        int i = callee.first(from);
        for (int k = 0; k < params; k++) {
            i = callee.next(i);
        }
        for (; i != NONE; i = callee.next(i)) {
            Opcode op = callee.opcode(i);
            int aux = callee.aux(i);
            if (op == Opcode.VCONST || op == Opcode.VSHUFFLE) {
                aux = caller.addVectorHigh(callee.vectorHigh(aux));
            }
            caller.setCurrentSource(callee.source(i));
            int a = callee.a(i);
            if (callee.hasOperandList(i)) {
                a = caller.allocatePool(callee.b(i));
                for (int k = 0; k < callee.b(i); k++) {
                    caller.setPool(a + k, callee.pool(callee.a(i) + k));
                }
            }
            values[i] =
                    caller.append(
                            to,
                            op,
                            callee.type(i),
                            a,
                            callee.b(i),
                            callee.c(i),
                            callee.imm(i),
                            aux);
        }
    }

    /** Gives the copies from {@code first} on their operands and the block its edges. */
    private void finishBlock(int from, int first, int to, int rest) {
        for (int i = first; i != NONE; i = caller.next(i)) {
            if (caller.opcode(i) != Opcode.PARAM) {
                for (int k = caller.operandCount(i) - 1; k >= 0; k--) {
                    caller.setOperand(i, k, values[caller.operand(i, k)]);
                }
            }
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
}
