package wasm2obj.ir;

/**
 * Counting of references: calls of HOLD, RETAIN and REPLACE become code in line.
 *
 * <p>Why: counts are deferred, so that references move freely among frames; what is left is one of these at each read or write of a
 * global or a table, and in nearly every case it is a test of the word's tag and an increment or a decrement. Only a full list of
 * held words, and a count that falls to nothing, lead to the runtime (docs/abi.md, References). This pass always runs, at -O0 too.
 *
 * <p>Before that, what is not needed is dropped: counting of constants, and holding a value that nobody uses but to compare it, or
 * only before the next instruction that may give references up.
 *
 * <p>As in {@link ReferenceLowering}, each block is taken from its end, so that what follows moves once.
 */
final class CountingExpansion extends Pass {
    private static final int NONE = Function.NONE;

    // Of the store's head (docs/abi.md).
    private static final int REFERENCES = 40;
    private static final int HELD_NEXT = 48;
    private static final int HELD_END = 56;

    /** Bytes of a word in the list of held ones. */
    private static final int HELD_SIZE = 4;

    // A counted reference's word: an index, shifted, and a tag. An entry has four times as many
    // bytes as the index's unit.
    private static final int TAG = 2;
    private static final int TAG_MASK = 7;
    private static final int ENTRY_SHIFT = 2;

    /** So far is looked ahead for the end of a value's life. */
    private static final int REACH = 24;

    private final InstructionWriter code = new InstructionWriter();
    private Function function;
    private UseCounts uses;

    /** By value: number of uses that outlast nothing, see {@link #dropHolds}. */
    private int[] harmless = new int[64];

    CountingExpansion() {
        super("counting", true);
    }

    @Override
    boolean run(Function function, Analyses analyses) {
        this.function = function;
        if (!function.hasReferences() || !isNeeded()) {
            return false;
        }
        uses = analyses.countUses();
        dropHolds();
        for (int block = function.firstBlock(); block != NONE; ) {
            int next = function.nextBlock(block); // before new blocks are put in between
            expandBlock(block);
            block = next;
        }
        return true;
    }

    private boolean isNeeded() {
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            for (int i = function.first(b); i != NONE; i = function.next(i)) {
                if (isCall(i, RuntimeFunction.HOLD)
                        || isCall(i, RuntimeFunction.RETAIN)
                        || isCall(i, RuntimeFunction.REPLACE)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isCall(int i, RuntimeFunction callee) {
        return function.opcode(i) == Opcode.CALL_RUNTIME && function.imm(i) == callee.ordinal();
    }

    /** The reference that is counted. */
    private int value(int call) {
        return function.pool(function.a(call));
    }

    // ---- what is not needed ----

    /** Removes holds of values that are only compared, and of those that are gone before anything is given up. */
    private void dropHolds() {
        harmless = IntArrays.filled(harmless, function.instructionCount(), 0);
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            for (int i = function.first(b); i != NONE; i = function.next(i)) {
                switch (function.opcode(i)) {
                    case EQZ -> harmless[function.a(i)]++;
                    case EQ, NE -> {
                        harmless[function.a(i)]++;
                        harmless[function.b(i)]++;
                    }
                    default -> {
                        if (isCall(i, RuntimeFunction.HOLD)) {
                            harmless[value(i)]++;
                        }
                    }
                }
            }
        }
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            int next;
            for (int i = function.first(b); i != NONE; i = next) {
                next = function.next(i);
                if (isCall(i, RuntimeFunction.HOLD) && isNeedless(i)) {
                    function.remove(i);
                }
            }
        }
    }

    private boolean isNeedless(int hold) {
        int value = value(hold);
        int left = uses.count(value) - harmless[value];
        int steps = 0;
        for (int i = function.next(hold); left > 0 && i != NONE && steps < REACH; steps++) {
            boolean isReplace = isCall(i, RuntimeFunction.REPLACE);
            if (givesUp(i) && !isReplace) {
                return false;
            }
            int count = countUses(i, value);
            if (count != 0 && function.type(i) == Type.REF) {
                return false; // what it gives may be the reference still
            }
            left -= count;
            if (isReplace && left > 0) {
                return false; // it counts what it gets before it gives up what it had
            }
            i = function.next(i);
        }
        return left == 0;
    }

    /** Whether references may be given up by the instruction, or in a frame that it leads to. */
    private boolean givesUp(int i) {
        Opcode op = function.opcode(i);
        return op.isTerminator()
                || op.isCall()
                        && !isCall(i, RuntimeFunction.RETAIN)
                        && Effects.isSafepoint(function, i)
                || op.effect() == Opcode.Effect.ALLOCATES;
    }

    /** Uses by others than those that are harmless. */
    private int countUses(int i, int value) {
        Opcode op = function.opcode(i);
        if (op == Opcode.EQZ || op == Opcode.EQ || op == Opcode.NE) {
            return 0;
        }
        int count = 0;
        for (int k = function.operandCount(i) - 1; k >= 0; k--) {
            count += function.operand(i, k) == value ? 1 : 0;
        }
        return count;
    }

    // ---- expansion ----

    private void expandBlock(int block) {
        int previous;
        for (int i = function.last(block); i != NONE; i = previous) {
            previous = function.previous(i);
            if (isCall(i, RuntimeFunction.HOLD)) {
                hold(block, i);
            } else if (isCall(i, RuntimeFunction.RETAIN)) {
                retain(block, i);
            } else if (isCall(i, RuntimeFunction.REPLACE)) {
                replace(block, i);
            }
        }
    }

    /** Counts the word and notes it in the list, unless that is full, or ends with this word: a reference that is read again and again. */
    private void hold(int block, int i) {
        int rest = begin(block, i);
        if (rest == NONE) {
            return;
        }
        int counted = newBlock(block, block);
        int another = newBlock(counted, block);
        int roomy = newBlock(another, block);
        int full = coldBlock(rest);
        int index = branchIfCounted(block, value(i), counted, rest);

        code.at(function, counted);
        int store = store();
        int zero = code.constant(Type.I64, 0);
        int next = code.load(Opcode.LOAD, Type.I64, zero, store, HELD_NEXT, AliasSet.HEAP);
        int previous = code.binary(Opcode.ADD, Type.I64, next, code.constant(Type.I64, -HELD_SIZE));
        int last = code.load(Opcode.LOAD, Type.I32, zero, previous, 0, AliasSet.HEAP);
        int word = code.unary(Opcode.REF_TO_WORD, Type.I32, value(i));
        code.branch(code.binary(Opcode.EQ, Type.I32, last, word), rest, another, 0);

        code.at(function, another);
        int end = code.load(Opcode.LOAD, Type.I64, zero, store, HELD_END, AliasSet.HEAP);
        code.branch(code.binary(Opcode.EQ, Type.I32, next, end), full, roomy, -1);

        code.at(function, roomy);
        code.store(Opcode.STORE32, zero, next, 0, value(i), AliasSet.HEAP);
        int size = code.constant(Type.I64, HELD_SIZE);
        int advanced = code.binary(Opcode.ADD, Type.I64, next, size);
        code.store(Opcode.STORE, zero, store, HELD_NEXT, advanced, AliasSet.HEAP);
        increment(store, index);
        code.jump(rest);

        finishSlowly(i, full, rest);
    }

    private void retain(int block, int i) {
        int rest = begin(block, i);
        if (rest != NONE) {
            retain(block, value(i), rest);
            function.remove(i);
        }
    }

    /** Ends the block, which goes on at {@code rest}. */
    private void retain(int block, int value, int rest) {
        int counted = newBlock(block, block);
        int index = branchIfCounted(block, value, counted, rest);
        code.at(function, counted);
        increment(store(), index);
        code.jump(rest);
    }

    /** Nothing is counted if the place had what it gets. Otherwise the new one is first: it may have been kept by the old one alone. */
    private void replace(int block, int i) {
        int value = value(i);
        int old = function.pool(function.a(i) + 1);
        boolean gets = !isConstant(value);
        boolean had = !isConstant(old);
        if (gets || had) {
            function.setCurrentSource(function.source(i));
            int rest = BlockSplitter.splitBehind(function, block, i);
            int release = gets && had ? newBlock(block, block) : gets ? rest : block;
            if (gets) {
                int retain = newBlock(block, block);
                code.at(function, block);
                code.branch(code.binary(Opcode.EQ, Type.I32, value, old), rest, retain, 0);
                retain(retain, value, release);
            }
            if (had) {
                release(release, old, rest);
            }
        }
        function.remove(i);
    }

    /** The last count is the runtime's to take away. */
    private void release(int block, int value, int rest) {
        int counted = newBlock(block, block);
        int others = newBlock(counted, block);
        int last = coldBlock(rest);
        int index = branchIfCounted(block, value, counted, rest);

        code.at(function, counted);
        int entries = entries(store());
        int offset = offset(index);
        int count = code.load(Opcode.LOAD, Type.I32, offset, entries, 0, AliasSet.HEAP);
        int one = code.constant(Type.I32, 1);
        code.branch(code.binary(Opcode.EQ, Type.I32, count, one), last, others, 0);

        code.at(function, others);
        int less = code.binary(Opcode.SUB, Type.I32, count, one);
        code.store(Opcode.STORE, offset, entries, 0, less, AliasSet.HEAP);
        code.jump(rest);

        code.at(function, last);
        code.callRuntime(RuntimeFunction.RELEASE, value);
        code.jump(rest);
    }

    /** Splits the block behind the call; NONE, with the call removed, if there is nothing to count. */
    private int begin(int block, int i) {
        if (isConstant(value(i))) {
            function.remove(i);
            return NONE;
        }
        function.setCurrentSource(function.source(i));
        return BlockSplitter.splitBehind(function, block, i);
    }

    private boolean isConstant(int value) {
        return function.opcode(value) == Opcode.CONST;
    }

    /** Moves the call into the block for what is rare. */
    private void finishSlowly(int call, int slow, int rest) {
        function.remove(call);
        function.insertLast(slow, call);
        code.at(function, slow);
        code.jump(rest);
    }

    private int newBlock(int after, int like) {
        int made = function.makeBlock();
        function.layoutInsertAfter(after, made);
        function.setCold(made, function.isCold(like));
        return made;
    }

    private int coldBlock(int after) {
        int made = function.makeBlock();
        function.layoutInsertAfter(after, made);
        function.setCold(made, true);
        return made;
    }

    /** Ends the block; gives the index of the word's entry, shifted as in the word, which is right where it leads to {@code counted}. */
    private int branchIfCounted(int block, int word, int counted, int rest) {
        code.at(function, block);
        int bits = code.unary(Opcode.REF_TO_WORD, Type.I32, word);
        int index = code.binary(Opcode.ADD, Type.I32, bits, code.constant(Type.I32, -TAG));
        int mask = code.constant(Type.I32, TAG_MASK);
        code.branch(code.binary(Opcode.AND, Type.I32, index, mask), rest, counted, 0);
        return index;
    }

    /** The offset of the entry. */
    private int offset(int index) {
        int wide = code.unary(Opcode.EXTEND_U, Type.I64, index);
        return code.binary(Opcode.SHL, Type.I64, wide, code.constant(Type.I64, ENTRY_SHIFT));
    }

    private int store() {
        return code.op(Opcode.STORE_HEAD, Type.I64, 0);
    }

    private int entries(int store) {
        int zero = code.constant(Type.I64, 0);
        return code.load(Opcode.LOAD, Type.I64, zero, store, REFERENCES, AliasSet.HEAP);
    }

    private void increment(int store, int index) {
        int entries = entries(store);
        int offset = offset(index);
        int count = code.load(Opcode.LOAD, Type.I32, offset, entries, 0, AliasSet.HEAP);
        int one = code.constant(Type.I32, 1);
        int more = code.binary(Opcode.ADD, Type.I32, count, one);
        code.store(Opcode.STORE, offset, entries, 0, more, AliasSet.HEAP);
    }
}
