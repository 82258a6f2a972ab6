package wasm2obj.ir;

/**
 * Expands operations on objects into what selection knows: allocation, tests of types, barriers.
 *
 * <p>Why: up to here passes see an allocation, a test as one operation that they can move, merge and drop; behind, its loads and
 * comparisons take part in numbering, scheduling and register allocation. This pass always runs, at -O0 too.
 *
 * <p><b>Allocation</b> is a bump of the allocation pointer in line; where that would pass the limit, or the object is large, a call of the
 * runtime, out of line. Allocations that follow each other in a block without another safepoint between them are one bump: a group, which its
 * first makes. The runtime makes room for all of a group, too, so none of them needs a barrier for another. <b>Tests</b> become conditions where one comparison decides, else blocks ({@link TestLowering}); a test that
 * only a check or a branch asks for leads there directly. <b>Barriers</b> mark a card; they go where what is stored is no object that
 * can be young, or what it is stored in has been made with no safepoint since.
 *
 * <p>The first sweep goes forward and finds barriers that are not needed. The second takes each block from its end, so that what
 * follows an expansion moves into a block of its own once: linear.
 */
final class ReferenceLowering extends Pass {
    private static final int NONE = Function.NONE;

    // Of the heap, from its base (docs/abi.md).
    private static final int POINTER = -16;
    private static final int LIMIT = -12;
    private static final int CARDS = -0x810000;
    private static final int CARD_SHIFT = 9;

    /** Where an array's elements begin. */
    private static final int ELEMENTS = 8;

    /** Larger objects are the runtime's to make. */
    private static final long LARGEST = 32 << 10;

    private final ValueMap map = new ValueMap();
    private final InstructionWriter code = new InstructionWriter();
    private final TestLowering tests = new TestLowering(code);
    private Function function;
    private UseCounts uses;

    /** By allocation: the stretch between safepoints that it begins, as far as blocks are looked at one by one. */
    private int[] stretches = new int[64];

    /** By allocation of a fixed size: the group's first, and the next one of the group or NONE. */
    private int[] leaders = new int[64];

    private int[] followers = new int[64];

    /** The last allocation of the group that may still grow, or NONE, and the bytes of all of them. */
    private int groupLast;

    private long groupBytes;

    ReferenceLowering() {
        super("references", true);
    }

    @Override
    boolean run(Function function, Analyses analyses) {
        this.function = function;
        if (!dropBarriers()) {
            return false;
        }
        uses = analyses.countUses();
        tests.begin(analyses.module());
        map.reset(function);
        for (int block = function.firstBlock(); block != NONE; ) {
            int next = function.nextBlock(block); // before new blocks are put in between
            lowerBlock(block);
            block = next;
        }
        map.apply(function);
        return true;
    }

    // ---- the first sweep ----

    /** Removes barriers that are not needed; whether there is anything to expand. */
    private boolean dropBarriers() {
        boolean any = false;
        int stretch = 0;
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            stretch++;
            groupLast = NONE;
            int next;
            for (int i = function.first(b); i != NONE; i = next) {
                next = function.next(i);
                switch (function.opcode(i)) {
                    case NEW_STRUCT, NEW_ARRAY -> {
                        any = true;
                        stretches = IntArrays.extended(stretches, function.instructionCount());
                        stretches[i] = joinsGroup(i) ? stretch : ++stretch;
                    }
                    case BARRIER, ELEMENT_BARRIER -> {
                        any = true;
                        if (isNeedless(i, stretch)) {
                            function.remove(i);
                        }
                    }
                    case REF_TEST -> any = true;
                    default -> {
                        if (Effects.isSafepoint(function, i)) {
                            stretch++;
                            groupLast = NONE;
                        }
                    }
                }
            }
        }
        return any;
    }

    /** Puts an allocation into a group; whether that has others. */
    private boolean joinsGroup(int i) {
        leaders = IntArrays.extended(leaders, function.instructionCount());
        followers = IntArrays.extended(followers, function.instructionCount());
        followers[i] = NONE;
        leaders[i] = i;
        long bytes = fixedSize(i);
        boolean joins = groupLast != NONE && groupBytes + bytes <= LARGEST;
        if (bytes > LARGEST) {
            groupLast = NONE;
            return false;
        }
        if (joins) {
            leaders[i] = leaders[groupLast];
            followers[groupLast] = i;
        }
        groupBytes = joins ? groupBytes + bytes : bytes;
        groupLast = i;
        return joins;
    }

    /** The bytes of an allocation, more than {@link #LARGEST} if that is not known. */
    private long fixedSize(int i) {
        if (function.opcode(i) == Opcode.NEW_STRUCT) {
            return function.aux(i);
        }
        int length = function.a(i);
        return function.opcode(length) == Opcode.CONST
                ? (function.imm(length) << function.aux(i)) + ELEMENTS + 7 & -8
                : Long.MAX_VALUE;
    }

    private boolean isNeedless(int barrier, int stretch) {
        boolean isStruct = function.opcode(barrier) == Opcode.BARRIER;
        int value = isStruct ? function.b(barrier) : function.c(barrier);
        if (function.opcode(value) == Opcode.CONST || Simplifier.isI31(function, value)) {
            return true;
        }
        int object = function.a(barrier);
        boolean isNew =
                function.opcode(object) == Opcode.NEW_STRUCT
                        || function.opcode(object) == Opcode.NEW_ARRAY;
        return isNew && stretches[object] == stretch;
    }

    // ---- the second ----

    private void lowerBlock(int block) {
        int previous;
        for (int i = function.last(block); i != NONE; i = previous) {
            previous = function.previous(i);
            switch (function.opcode(i)) {
                case NEW_STRUCT, NEW_ARRAY -> allocation(block, i);
                case BARRIER, ELEMENT_BARRIER -> barrier(i);
                case REF_TEST -> test(block, i);
                case TRAP_IF -> previous = trapIf(block, i, previous);
                case BRANCH -> previous = branch(block, i, previous);
                default -> {}
            }
        }
    }

    // ---- allocation ----

    private void allocation(int block, int i) {
        if (fixedSize(i) <= LARGEST) {
            if (leaders[i] == i) {
                allocateGroup(block, i);
            }
            return;
        }
        int type = (int) function.imm(i);
        if (function.opcode(i) == Opcode.NEW_STRUCT) {
            int size = constantBefore(i, function.aux(i));
            callNew(i, RuntimeFunction.GC_NEW_STRUCT, type, size);
        } else {
            callNew(i, RuntimeFunction.GC_NEW_ARRAY, type, function.a(i));
        }
    }

    private int constantBefore(int i, long bits) {
        code.before(function, i);
        return code.constant(Type.I32, bits);
    }

    /** The allocation becomes a call of the runtime. */
    private void callNew(int i, RuntimeFunction callee, int type, int argument) {
        int arguments = function.allocatePool(2);
        function.setPool(arguments, constantBefore(i, type));
        function.setPool(arguments + 1, argument);
        int ordinal = callee.ordinal();
        function.rewrite(i, Opcode.CALL_RUNTIME, Type.REF, arguments, 2, NONE, ordinal, 0);
    }

    private void allocateGroup(int block, int first) {
        int rest = BlockSplitter.splitBehind(function, block, first);
        function.setCurrentSource(function.source(first));
        int fast = function.makeBlock();
        int slow = function.makeBlock();
        function.layoutInsertAfter(block, fast);
        function.layoutInsertAfter(rest, slow);
        function.setCold(fast, function.isCold(block));
        function.setCold(slow, true);
        long bytes = 0;
        for (int i = first; i != NONE; i = followers[i]) {
            bytes += fixedSize(i);
            function.remove(i);
        }
        int place = function.addParam(rest, Type.I32);

        code.at(function, block);
        int heap = code.op(Opcode.HEAP_BASE, Type.I64, 0);
        int zero = code.constant(Type.I64, 0);
        int pointer = code.load(Opcode.LOAD, Type.I32, zero, heap, POINTER, AliasSet.HEAP);
        int size = code.constant(Type.I32, bytes);
        int end = code.binary(Opcode.ADD, Type.I32, pointer, size);
        int limit = code.load(Opcode.LOAD, Type.I32, zero, heap, LIMIT, AliasSet.HEAP);
        code.branch(code.binary(Opcode.GT_U, Type.I32, end, limit), slow, fast, -1);

        code.at(function, fast);
        code.store(Opcode.STORE, zero, heap, POINTER, end, AliasSet.HEAP);
        code.jump(rest, pointer);

        code.at(function, slow);
        code.jump(rest, code.callRuntime(RuntimeFunction.GC_RESERVE, size));

        code.before(function, function.next(place));
        int offset = 0;
        for (int i = first; i != NONE; i = followers[i]) {
            map.replace(i, object(i, heap, place, offset));
            offset += (int) fixedSize(i);
        }
    }

    /** The object of an allocation, with its head, in what has been reserved for a group. */
    private int object(int i, int heap, int place, int offset) {
        int word = place;
        if (offset != 0) {
            word = code.binary(Opcode.ADD, Type.I32, place, code.constant(Type.I32, offset));
        }
        int object = code.unary(Opcode.REF_FROM_WORD, Type.REF, word);
        int identity = code.op(Opcode.TYPE_IDENTITY, Type.I32, function.imm(i));
        int head = code.unary(Opcode.EXTEND_U, Type.I64, identity);
        long length = function.opcode(i) == Opcode.NEW_STRUCT ? 0 : function.imm(function.a(i));
        if (length != 0) {
            head = code.binary(Opcode.OR, Type.I64, head, code.constant(Type.I64, length << 32));
        }
        code.store(Opcode.STORE, object, heap, 0, head, AliasSet.HEAD);
        return object;
    }

    // ---- barriers ----

    private void barrier(int i) {
        code.before(function, i);
        int offset = code.unary(Opcode.REF_OFFSET, Type.I32, function.a(i));
        if (function.opcode(i) == Opcode.ELEMENT_BARRIER) {
            offset = sum(offset, function.b(i));
        }
        int shift = code.constant(Type.I32, CARD_SHIFT);
        int card = code.binary(Opcode.SHR_U, Type.I32, offset, shift);
        int heap = code.op(Opcode.HEAP_BASE, Type.I64, 0);
        int zero = code.constant(Type.I32, 0);
        code.store(Opcode.STORE8, card, heap, CARDS, zero, AliasSet.HEAP);
        function.remove(i);
    }

    /** The sum of two values; a constant that the second one ends with comes last, where an address has its displacement. */
    private int sum(int a, int b) {
        boolean endsWithConstant =
                function.opcode(b) == Opcode.ADD && function.opcode(function.b(b)) == Opcode.CONST;
        if (!endsWithConstant) {
            return code.binary(Opcode.ADD, Type.I32, a, b);
        }
        int rest = code.binary(Opcode.ADD, Type.I32, a, function.a(b));
        return code.binary(Opcode.ADD, Type.I32, rest, function.b(b));
    }

    // ---- tests ----

    /** A test whose result is a value. */
    private void test(int block, int i) {
        code.before(function, i);
        int simple = tests.condition(function, i);
        if (simple != NONE) {
            map.replace(i, simple);
            function.remove(i);
            return;
        }
        int rest = BlockSplitter.splitBehind(function, block, i);
        map.replace(i, function.addParam(rest, Type.I32));
        int pass = answer(block, rest, 1);
        int fail = answer(block, rest, 0);
        function.remove(i);
        tests.expand(function, i, block, pass, fail);
    }

    private int answer(int block, int rest, int value) {
        int answer = function.makeBlock();
        function.layoutInsertAfter(block, answer);
        function.setCold(answer, function.isCold(block));
        code.at(function, answer);
        code.jump(rest, code.constant(Type.I32, value));
        return answer;
    }

    /** The test that a condition of this block asks for and nothing else, ~test if the condition holds where it fails, else {@code Integer.MIN_VALUE}. */
    private int testBehind(int block, int condition) {
        int value = condition;
        boolean inverted = false;
        while (function.opcode(value) == Opcode.EQZ && isOwn(block, value)) {
            inverted = !inverted;
            value = function.a(value);
        }
        if (function.opcode(value) != Opcode.REF_TEST
                || !isOwn(block, value)
                || tests.isCondition(function, value)) {
            return Integer.MIN_VALUE;
        }
        return inverted ? ~value : value;
    }

    private boolean isOwn(int block, int value) {
        return uses.count(value) == 1 && function.block(value) == block;
    }

    /** Takes away a condition and the test behind it; gives {@code previous}, or what comes before it if it has gone. */
    private int removeCondition(int condition, int previous) {
        int at = previous;
        int value = condition;
        while (true) {
            at = at == value ? function.previous(value) : at;
            function.remove(value);
            if (function.opcode(value) == Opcode.REF_TEST) {
                return at;
            }
            value = function.a(value);
        }
    }

    /** A check that asks for a test; gives the instruction to go on with. */
    private int trapIf(int block, int i, int previous) {
        int found = testBehind(block, function.a(i));
        if (found == Integer.MIN_VALUE) {
            return previous;
        }
        int rest = BlockSplitter.splitBehind(function, block, i);
        int trap = function.makeBlock();
        function.layoutInsertAfter(rest, trap);
        function.setCold(trap, true);
        function.setCurrentSource(function.source(i));
        function.append(trap, Opcode.TRAP, Type.VOID, NONE, NONE, NONE, 0, function.aux(i));
        function.remove(i);
        int before = removeCondition(function.a(i), previous);
        int test = found >= 0 ? found : ~found;
        tests.expand(function, test, block, found >= 0 ? trap : rest, found >= 0 ? rest : trap);
        return before;
    }

    /** A branch that asks for a test. */
    private int branch(int block, int i, int previous) {
        int found = testBehind(block, function.a(i));
        if (found == Integer.MIN_VALUE) {
            return previous;
        }
        int first = arm(block, function.firstEdge(block), function.aux(i) < 0);
        int second = arm(block, function.firstEdge(block) + 1, function.aux(i) > 0);
        function.removeEdges(block);
        function.remove(i);
        int before = removeCondition(function.a(i), previous);
        int test = found >= 0 ? found : ~found;
        tests.expand(
                function, test, block, found >= 0 ? first : second, found >= 0 ? second : first);
        return before;
    }

    /** A block that leads where the edge leads. */
    private int arm(int block, int edge, boolean cold) {
        int arm = function.makeBlock();
        function.layoutInsertAfter(block, arm);
        function.setCold(arm, cold || function.isCold(block));
        int copy = function.addEdge(arm, function.edgeTarget(edge));
        function.setEdgeArguments(
                copy, function.edgeArgumentStart(edge), function.edgeArgumentCount(edge));
        function.append(arm, Opcode.JUMP, Type.VOID, NONE, NONE, NONE, 0, 0);
        return arm;
    }
}
