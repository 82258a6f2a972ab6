package wasm2obj.ir;

/**
 * Computes nothing twice: an instruction whose value an earlier one has that dominates it is replaced by that one. On the
 * way each instruction is simplified again by the builder's rules, because replaced operands show new patterns, and
 * conditions are replaced by what is known of them where a branch or check on them has been passed.
 *
 * <p>Why: the builder sees one block at a time.
 *
 * <p>Numbered are pure operations, operations that trap or give a pure value, checks, fields of the context that never
 * change, and loads of what is read-only. An equal operation or check that dominates has passed, so the later one passes too.
 *
 * <p>Blocks are visited in preorder of the dominator tree with one hash table for all. An entry whose block does not
 * dominate the block at hand belongs to a subtree that is done, so the new instruction may take its place: no scopes
 * have to be undone. The same holds for what is known of conditions. One sweep; linear.
 */
final class GlobalValueNumbering extends Pass {
    private static final int NONE = Function.NONE;

    /** How many tests of one reference are looked at. */
    private static final int MOST_PROOFS = 8;

    private static final int NO_MORE = -2;

    private final ValueTable table = new ValueTable();
    private final ValueMap map = new ValueMap();
    private final Rewriter rewriter = new Rewriter();
    private Function function;
    private Module module;
    private Dominators dominators;

    /** Right for values that were there before; what they replaced is added, what was removed is not taken away. */
    private UseCounts uses;

    private boolean changed;

    /** The instruction being looked at; new ones go before it. */
    private int current;

    /** By value: the block from which on it is known whether it is zero; NONE if nowhere. */
    private int[] knownFrom = new int[64];

    private boolean[] knownZero = new boolean[64];

    /** By reference: the test that was found to hold last, or NONE; by test that has been: the one before, or NO_MORE. */
    private int[] proofs = new int[64];

    private int knownSize;

    /** The stretch of code without a safepoint that the instruction is in, a number. */
    private int stretch;

    private int stretchCount;
    private int[] stretchAtEnd = new int[64];

    GlobalValueNumbering() {
        super("gvn", false);
    }

    /** Simplification that inserts before the current instruction, or finds what is there, or keeps that one. */
    private final class Rewriter extends Simplifier {
        @Override
        int emit(Opcode op, Type type, int a, int b, int c, long imm) {
            return number(op, type, a, b, c, imm, 0);
        }

        @Override
        boolean isUsedOnce(int value) {
            return uses.count(value) == 1;
        }
    }

    @Override
    boolean run(Function function, Analyses analyses) {
        this.function = function;
        module = analyses.module();
        dominators = analyses.dominators();
        uses = analyses.countUses();
        rewriter.setFunction(function);
        table.reset(function);
        map.reset(function);
        knownSize = function.instructionCount();
        knownFrom = IntArrays.filled(knownFrom, knownSize, NONE);
        knownZero = IntArrays.cleared(knownZero, knownSize);
        proofs = IntArrays.filled(proofs, knownSize, NONE);
        changed = false;
        stretchCount = 0;
        stretchAtEnd = IntArrays.atLeast(stretchAtEnd, function.blockCount());
        for (int k = 0; k < dominators.count(); k++) {
            block(dominators.preorder(k));
        }
        finish();
        return changed;
    }

    /** Edges that close loops have been passed before their arguments were; unreachable blocks not at all. */
    private void finish() {
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            if (dominators.number(b) == NONE) {
                for (int i = function.first(b); i != NONE; i = function.next(i)) {
                    map.applyToOperands(function, i);
                }
            }
            map.applyToEdges(function, b);
        }
    }

    private void block(int block) {
        enterStretch(block);
        learnFromBranch(block);
        int next;
        for (int i = function.first(block); i != NONE; i = next) {
            next = function.next(i);
            if (function.opcode(i) != Opcode.PARAM) {
                map.applyToOperands(function, i);
                current = i;
                function.setCurrentSource(function.source(i));
                instruction(i);
            }
        }
        stretchAtEnd[block] = stretch;
    }

    private void instruction(int i) {
        switch (function.opcode(i).effect()) {
            case PURE, COMMUTATIVE, TRAPS -> value(i);
            case READS_CONTEXT -> contextField(i);
            case READS -> load(i);
            case WRITES -> {
                foldConstantIndex(i);
                if (AliasSet.isObject(function.aux(i))) {
                    access(i);
                }
            }
            case ATOMIC -> {
                if (!function.hasOperandList(i) && function.opcode(i) != Opcode.ATOMIC_FENCE) {
                    foldConstantIndex(i);
                }
            }
            case TRAPS_ONLY -> check(i);
            case TERMINATOR -> terminator(i);
            case DERIVES -> derived(i);
            case ALLOCATES, CALL -> {
                if (Effects.isSafepoint(function, i)) {
                    stretch = ++stretchCount;
                }
            }
            default -> {}
        }
    }

    /** What is derived from an object's place is the same within a stretch between safepoints, which {@code aux} names. */
    private void derived(int i) {
        function.setAux(i, stretch);
        replace(i, numberAsIs(i));
    }

    /** A block goes on with the stretch of the only block that leads to it; any other begins one. */
    private void enterStretch(int block) {
        int edge = function.firstIncoming(block);
        boolean single = edge != NONE && function.nextIncoming(edge) == NONE;
        stretch = single ? stretchAtEnd[function.edgeSource(edge)] : ++stretchCount;
    }

    // ---- numbers ----

    private int number(Opcode op, Type type, int a, int b, int c, long imm, int aux) {
        int found = table.find(op, type, a, b, c, imm, aux);
        if (found != NONE && isWorthMerging(found, op, a, b)) {
            return found;
        }
        int value =
                isCurrent(op, type, a, b, c, imm, aux)
                        ? current
                        : insert(op, type, a, b, c, imm, aux);
        table.put(value);
        return value;
    }

    /**
     * An equal instruction that dominates takes the place of this one. Where that is one cycle's work with one variable, or
     * a comparison, whose result lives in the flags, it must also be close: kept from afar it costs a register all the way,
     * and compilers to WebAssembly compute such things anew on purpose.
     */
    private boolean isWorthMerging(int found, Opcode op, int a, int b) {
        int from = function.block(found);
        int to = function.block(current);
        return from == to
                || dominators.dominates(from, to)
                        && (dominators.immediate(to) == from || !isCheap(op, a, b));
    }

    private boolean isCheap(Opcode op, int a, int b) {
        return switch (op) {
            case ADD, SUB, AND, OR, XOR, SHL, SHR_S, SHR_U, ROTL ->
                    rewriter.isConst(a) || rewriter.isConst(b);
            case WRAP, EXTEND_U, EXTEND_S, EXTEND8_S, EXTEND16_S, EXTEND32_S -> true;
            case EQZ, EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U -> true;
            default -> false;
        };
    }

    private boolean isCurrent(Opcode op, Type type, int a, int b, int c, long imm, int aux) {
        Function f = function;
        int i = current;
        return f.opcode(i) == op
                && f.type(i) == type
                && f.a(i) == a
                && f.b(i) == b
                && f.c(i) == c
                && f.imm(i) == imm
                && f.aux(i) == aux;
    }

    private int insert(Opcode op, Type type, int a, int b, int c, long imm, int aux) {
        int made = function.make(op, type, a, b, c, imm, aux);
        function.insertBefore(current, made);
        uses.start(made);
        uses.addOperands(function, made, 1);
        return made;
    }

    private void replace(int i, int by) {
        if (by != i) {
            map.replace(i, by);
            uses.add(by, uses.count(i));
            function.remove(i);
            changed = true;
        }
    }

    // ---- instructions ----

    private void value(int i) {
        Opcode op = function.opcode(i);
        Type type = function.type(i);
        int a = function.a(i);
        switch (op) {
            case CONST -> replace(i, rewriter.constant(type, function.imm(i)));
            case VCONST, REF_FUNC, TAG, TYPE_IDENTITY, HEAP_BASE, STORE_HEAD, TYPE_INFORMATION ->
                    replace(i, numberAsIs(i));
            case REF_TEST -> test(i);
            case SELECT -> {
                int b = function.b(i);
                int c = function.c(i);
                int known = known(a);
                replace(i, known == 1 ? b : known == 0 ? c : rewriter.select(type, a, b, c));
            }
            default ->
                    replace(
                            i,
                            op.isVector()
                                    ? numberAsIs(i)
                                    : op.form() == Opcode.Form.BINARY
                                            ? rewriter.binary(op, type, a, function.b(i))
                                            : unary(op, type, a));
        }
    }

    /** A test that need not look for null does not; one of null has its answer. */
    private void test(int i) {
        int flags = function.aux(i);
        int known = known(function.a(i));
        if (known == 0) {
            int answer = (flags & ReferenceTest.NULLABLE) != 0 ? 1 : 0;
            replace(i, rewriter.constant(Type.I32, answer));
            return;
        }
        if (known == 1 && (flags & ReferenceTest.NON_NULL) == 0) {
            function.setAux(i, flags & ~ReferenceTest.NULLABLE | ReferenceTest.NON_NULL);
            changed = true;
        }
        int answer = answer(i);
        replace(i, answer >= 0 ? rewriter.constant(Type.I32, answer) : numberAsIs(i));
    }

    /** What a test for one of the module's types gives, if that follows from where the reference comes from, or from other tests: 0, 1; else -1. */
    private int answer(int i) {
        long wanted = function.imm(i);
        int reference = function.a(i);
        if (module == null || wanted < 0) {
            return -1;
        }
        Opcode maker = function.opcode(reference);
        if (maker == Opcode.NEW_STRUCT || maker == Opcode.NEW_ARRAY) {
            return module.isSubtype((int) function.imm(reference), (int) wanted) ? 1 : 0;
        }
        if (reference >= knownSize) {
            return -1;
        }
        boolean maybeNull = known(reference) != 1;
        boolean nullPasses = (function.aux(i) & ReferenceTest.NULLABLE) != 0;
        int proof = proofs[reference];
        for (int k = 0; k < MOST_PROOFS && proof >= 0; k++, proof = proofs[proof]) {
            boolean holds = known(proof) == 1;
            boolean givesNull = maybeNull && (function.aux(proof) & ReferenceTest.NULLABLE) != 0;
            if (holds
                    && (nullPasses || !givesNull)
                    && module.isSubtype((int) function.imm(proof), (int) wanted)) {
                return 1;
            }
        }
        return -1;
    }

    /** A value that is known to be zero or not gives EQZ its value. */
    private int unary(Opcode op, Type type, int a) {
        if (op == Opcode.EQZ && known(a) >= 0) {
            return rewriter.constant(Type.I32, 1 - known(a));
        }
        return rewriter.unary(op, type, a);
    }

    private int numberAsIs(int i) {
        Function f = function;
        return number(f.opcode(i), f.type(i), f.a(i), f.b(i), f.c(i), f.imm(i), f.aux(i));
    }

    private void contextField(int i) {
        int index = (int) function.imm(i);
        if (!Effects.isConstantField(module, function.opcode(i), index)) {
            return;
        }
        replace(i, fieldValue(i, index));
    }

    private int fieldValue(int i, int index) {
        switch (function.opcode(i)) {
            case GLOBAL_GET:
                Module.Global global = module.globals()[index];
                return global.constant()
                        ? rewriter.constant(global.type(), global.value())
                        : numberAsIs(i);
            case MEMORY_BOUND:
                Module.Memory memory = module.memories()[index];
                return rewriter.constant(Type.I64, memory.minimum() << memory.pageShift());
            case TABLE_BOUND:
                return rewriter.constant(Type.I64, module.tables()[index].minimum());
            default:
                return numberAsIs(i);
        }
    }

    private void load(int i) {
        foldConstantIndex(i);
        int set = function.aux(i);
        if (AliasSet.isObject(set)) {
            access(i);
        }
        if (!AliasSet.isConstant(set)) {
            return;
        }
        int found = AliasSet.isObject(set) ? sameField(i) : NONE;
        replace(i, found != NONE ? found : numberAsIs(i));
    }

    /** An access that has been passed has shown that the reference is not null. */
    private void access(int i) {
        int reference = function.a(i);
        if (function.type(reference) != Type.REF) {
            return;
        }
        if (known(reference) == 1 && AliasSet.isNullable(function.aux(i))) {
            function.setAux(i, AliasSet.withoutNull(function.aux(i)));
            changed = true;
        }
        learn(reference, function.block(i), false);
    }

    /** An equal load that dominates, whatever either does on null. */
    private int sameField(int i) {
        Function f = function;
        int set = AliasSet.withoutNull(f.aux(i));
        for (int flags : AliasSet.NULL_FLAGS) {
            int found =
                    table.find(f.opcode(i), f.type(i), f.a(i), f.b(i), NONE, f.imm(i), set | flags);
            if (found != NONE && dominators.dominates(f.block(found), f.block(i))) {
                return found;
            }
        }
        return NONE;
    }

    /** As in {@link FunctionBuilder#load}. */
    private void foldConstantIndex(int i) {
        int index = function.a(i);
        long displacement = function.imm(i);
        if (!rewriter.isConst(index) || rewriter.bits(index) == 0) {
            return;
        }
        long bits = rewriter.bits(index);
        if (bits > 0 && bits < Simplifier.MAX_DISPLACEMENT - displacement) {
            function.setA(i, rewriter.constant(function.type(index), 0));
            function.setImm(i, displacement + bits);
            changed = true;
        }
    }

    private void check(int i) {
        int a = function.a(i);
        if (function.opcode(i) == Opcode.TRAP_IF) {
            int stripped = rewriter.strippedCondition(a);
            if (stripped >= 0 && stripped != a) {
                function.setA(i, stripped);
                changed = true;
            }
            if (rewriter.isConst(function.a(i), 0) || known(function.a(i)) == 0) {
                function.remove(i);
                changed = true;
                return;
            }
        }
        int found = numberAsIs(i);
        if (found != i) {
            function.remove(i);
            changed = true;
        } else if (function.opcode(i) == Opcode.TRAP_IF) {
            learn(function.a(i), function.block(i), true);
        }
    }

    // ---- conditions ----

    private void terminator(int i) {
        if (function.opcode(i) == Opcode.BRANCH) {
            int stripped = rewriter.strippedCondition(function.a(i));
            if (stripped < 0) {
                function.setA(i, ~stripped);
                function.setAux(i, -function.aux(i));
                function.swapEdges(function.block(i));
                changed = true;
            } else if (stripped != function.a(i)) {
                function.setA(i, stripped);
                changed = true;
            }
            int known = known(function.a(i));
            if (known >= 0 && !rewriter.isConst(function.a(i))) {
                function.setA(i, rewriter.constant(Type.I32, known));
                changed = true;
            }
        }
    }

    /** The one edge into the block says what the condition of the branch it comes from was. */
    private void learnFromBranch(int block) {
        int edge = function.firstIncoming(block);
        if (edge == NONE || function.nextIncoming(edge) != NONE) {
            return;
        }
        int source = function.edgeSource(edge);
        int terminator = function.last(source);
        if (function.opcode(terminator) == Opcode.BRANCH) {
            learn(function.a(terminator), block, edge != function.firstEdge(source));
        }
    }

    private void learn(int condition, int block, boolean zero) {
        if (condition >= knownSize) {
            return;
        }
        if (knownFrom[condition] == NONE || !dominators.dominates(knownFrom[condition], block)) {
            knownFrom[condition] = block;
            knownZero[condition] = zero;
        }
        Opcode op = function.opcode(condition);
        int a = function.a(condition);
        if (op == Opcode.EQZ) {
            learn(a, block, !zero);
        } else if (op == Opcode.REF_TEST && !zero && isReference(a)) {
            if ((function.aux(condition) & ReferenceTest.NULLABLE) == 0) {
                learn(a, block, false);
            }
            if (function.imm(condition) >= 0 && a < knownSize && proofs[condition] == NONE) {
                proofs[condition] = proofs[a] == NONE ? NO_MORE : proofs[a];
                proofs[a] = condition;
            }
        }
    }

    private boolean isReference(int value) {
        return function.type(value) == Type.REF || function.type(value) == Type.FUNC;
    }

    /** 0 if the value is known to be zero in the current block, 1 if it is known not to be, -1 otherwise. */
    private int known(int condition) {
        if (condition >= knownSize || knownFrom[condition] == NONE) {
            return -1;
        }
        if (!dominators.dominates(knownFrom[condition], function.block(current))) {
            return -1;
        }
        return knownZero[condition] ? 0 : 1;
    }
}
