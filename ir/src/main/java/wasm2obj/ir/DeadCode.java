package wasm2obj.ir;

/**
 * Removes what no one needs: instructions without effect whose results are not used, block parameters likewise, with the
 * arguments for them, and stores to frame slots that are never read.
 *
 * <p>Why: every other pass leaves such things behind and relies on this one; loop headers have a parameter for each local
 * that the loop assigns, dead or not. A parameter that only feeds itself around a loop has uses, so counting uses
 * does not find it: instead everything is taken for dead until something with an effect needs it (mark and sweep).
 * Linear; the list of what is marked but not followed yet takes the place of recursion.
 */
final class DeadCode extends Pass {
    private static final int NONE = Function.NONE;

    private Function function;
    private Module module;
    private boolean[] live = new boolean[64];
    private boolean[] slotsRead = new boolean[16];
    private boolean[] keep = new boolean[16];
    private int[] worklist = new int[64];
    private int pending;

    DeadCode() {
        super("dce", false);
    }

    @Override
    boolean run(Function function, Analyses analyses) {
        this.function = function;
        module = analyses.module();
        live = IntArrays.cleared(live, function.instructionCount());
        slotsRead = IntArrays.cleared(slotsRead, function.slotCount());
        pending = 0;
        markRoots();
        while (pending > 0) {
            follow(worklist[--pending]);
        }
        return sweep();
    }

    private void mark(int instruction) {
        if (!live[instruction]) {
            live[instruction] = true;
            if (pending == worklist.length) {
                worklist = IntArrays.extended(worklist, pending + 1);
            }
            worklist[pending++] = instruction;
        }
    }

    private void markRoots() {
        boolean hasSlots = function.slotCount() > 0;
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            for (int i = function.first(b); i != NONE; i = function.next(i)) {
                if (isRoot(i, b)) {
                    mark(i);
                } else if (hasSlots && function.opcode(i) == Opcode.SLOT_GET) {
                    slotsRead[(int) function.imm(i)] = true;
                }
            }
        }
        if (hasSlots) {
            markSlotStores();
        }
    }

    private boolean isRoot(int i, int block) {
        return switch (function.opcode(i).effect()) {
            case PURE, COMMUTATIVE, READS_CONTEXT, READS_SLOT, WRITES_SLOT -> false;
            case DERIVES, ALLOCATES -> false;
            case PINNED -> function.opcode(i) == Opcode.RESULT || block == function.firstBlock();
            case TRAPS, READS -> Effects.mayTrap(function, module, i);
            default -> true;
        };
    }

    private void markSlotStores() {
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            for (int i = function.first(b); i != NONE; i = function.next(i)) {
                if (function.opcode(i) == Opcode.SLOT_SET && slotsRead[(int) function.imm(i)]) {
                    mark(i);
                }
            }
        }
    }

    private void follow(int instruction) {
        if (function.opcode(instruction) == Opcode.PARAM) {
            int block = function.block(instruction);
            int position = (int) function.imm(instruction);
            for (int e = function.firstIncoming(block); e != NONE; e = function.nextIncoming(e)) {
                mark(function.edgeArgument(e, position));
            }
            return;
        }
        int a = function.a(instruction);
        int b = function.b(instruction);
        if (function.hasOperandList(instruction)) {
            for (int k = a; k < a + b; k++) {
                mark(function.pool(k));
            }
            return;
        }
        markOperand(a);
        markOperand(b);
        markOperand(function.c(instruction));
    }

    private void markOperand(int value) {
        if (value != NONE) {
            mark(value);
        }
    }

    private boolean sweep() {
        boolean changed = false;
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            if (b != function.firstBlock() && function.paramCount(b) > 0) {
                changed |= sweepParams(b);
            }
            int next;
            for (int i = function.first(b); i != NONE; i = next) {
                next = function.next(i);
                if (!live[i] && function.opcode(i) != Opcode.PARAM) {
                    function.remove(i);
                    changed = true;
                }
            }
        }
        return changed;
    }

    private boolean sweepParams(int block) {
        int count = function.paramCount(block);
        keep = IntArrays.cleared(keep, count);
        boolean all = true;
        int param = function.first(block);
        for (int k = 0; k < count; k++, param = function.next(param)) {
            keep[k] = live[param];
            all &= keep[k];
        }
        if (!all) {
            function.removeParams(block, keep);
        }
        return !all;
    }
}
