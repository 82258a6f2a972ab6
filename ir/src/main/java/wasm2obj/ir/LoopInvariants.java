package wasm2obj.ir;

/**
 * Moves what gives the same value in every iteration out of the loop, into the block before its header.
 *
 * <p>Why: compilers to WebAssembly have done so with what they saw; they did not see fields of the context (the base and bound
 * of a memory), nor what bounds checks compute.
 *
 * <p>What moves: pure operations, divisions that cannot trap, and fields of the context that the loop does not change. In the
 * header, where nothing that can be noticed comes before them, also checks and operations that may trap, because the
 * header runs whenever the block before it does. What stays: constants (they are made where they are used), operations
 * that cost nothing, or one cycle with a constant operand, comparisons (they live in the flags), and what runs more
 * rarely than the block before the loop: moving it would make work, and take a register through the loop. More than
 * {@value #MOVES_A_LOOP} do not leave one loop, for the same reason. What stays for such a reason moves all the same when
 * something that moves needs it.
 *
 * <p>First the blocks are visited in preorder of the dominator tree, so that operands are judged before their users, and
 * what moves is listed with the outermost loop it can leave, at most {@value #LEVELS} levels up. Then loops that something
 * moves out of get a block before the header (preheader), unless all ways in are one jump, and the list is moved there in
 * order. Linear.
 */
final class LoopInvariants extends Pass {
    private static final int NONE = Function.NONE;
    private static final int LEVELS = 16;
    private static final int MOVES_A_LOOP = 12;

    private final ContextFields fields = new ContextFields();
    private Function function;
    private Module module;
    private Dominators dominators;
    private Loops loops;
    private Analyses analyses;

    /** Null as long as they are not needed. */
    private BlockFrequencies frequencies;

    /** By value: the innermost loop that it must stay in; NONE if it may leave all, or is outside of loops. */
    private int[] homes = new int[64];

    /** By value: the innermost loop it is in now, or NONE. */
    private int[] places = new int[64];

    /** By loop: the number of instructions that leave it. */
    private int[] moves = new int[16];

    /** By loop: the block before the header, or NONE as long as it is not known. */
    private int[] preheaders = new int[16];

    // What moves, and out of which loop.
    private int moveCount;
    private int[] moved = new int[64];
    private int[] left = new int[64];

    private int[] stack = new int[16];

    LoopInvariants() {
        super("licm", true);
    }

    @Override
    boolean run(Function function, Analyses analyses) {
        this.function = function;
        module = analyses.module();
        loops = analyses.loops();
        if (loops.count() == 0) {
            return false;
        }
        dominators = analyses.dominators();
        this.analyses = analyses;
        frequencies = null;
        fields.collect(function, module);
        fields.computeLoopKills(loops);
        preheaders = IntArrays.filled(preheaders, loops.count(), NONE);
        moves = IntArrays.filled(moves, loops.count(), 0);
        homes = IntArrays.filled(homes, function.instructionCount(), NONE);
        places = IntArrays.filled(places, function.instructionCount(), NONE);
        moveCount = 0;
        for (int k = 0; k < dominators.count(); k++) {
            int block = dominators.preorder(k);
            if (loops.loop(block) != NONE) {
                judgeBlock(block);
            }
        }
        for (int m = 0; m < moveCount; m++) {
            move(moved[m], left[m]);
        }
        return moveCount > 0;
    }

    // ---- what moves, and how far ----

    private void judgeBlock(int block) {
        int loop = loops.loop(block);
        boolean mayMoveTraps = loops.isHeader(block);
        for (int i = function.first(block); i != NONE; i = function.next(i)) {
            homes[i] = loop;
            places[i] = loop;
            boolean traps = Effects.mayTrap(function, module, i) || Effects.isGuarded(function, i);
            int outermost = NONE;
            if (isMovable(i, traps, mayMoveTraps)) {
                outermost = outermost(i, loop, traps ? 1 : LEVELS);
            }
            boolean moves = outermost != NONE && isWorthARegister(i) && pays(block, outermost);
            if (moves) {
                note(i, outermost);
            } else if (Effects.mayTrap(function, module, i) || hasEffect(i)) {
                mayMoveTraps = false;
            }
            if (outermost != NONE && (moves || !traps)) {
                homes[i] = loops.parent(outermost);
            }
        }
    }

    private void note(int i, int loop) {
        moved = IntArrays.extended(moved, moveCount + 1);
        left = IntArrays.extended(left, moveCount + 1);
        moved[moveCount] = i;
        left[moveCount++] = loop;
        moves[loop]++;
    }

    private boolean hasEffect(int i) {
        return switch (function.opcode(i).effect()) {
            case WRITES, ATOMIC, WRITES_CONTEXT, WRITES_SLOT -> true;
            case ALLOCATES, CALL, TERMINATOR -> true;
            default -> false;
        };
    }

    private boolean isMovable(int i, boolean traps, boolean mayMoveTraps) {
        return switch (function.opcode(i).effect()) {
            case PURE, COMMUTATIVE, TRAPS, TRAPS_ONLY -> !traps || mayMoveTraps;
            case READS -> AliasSet.isConstant(function.aux(i)) && (!traps || mayMoveTraps);
            case READS_CONTEXT ->
                    Effects.isConstantField(module, function.opcode(i), (int) function.imm(i))
                            || fields.readBy(i) != NONE;
            default -> false;
        };
    }

    /** The outermost loop, at most so many levels up, that the instruction can leave; NONE if it must stay. */
    private int outermost(int i, int loop, int levels) {
        int outermost = NONE;
        int at = loop;
        for (int level = 0; level < levels && at != NONE && isInvariant(i, at); level++) {
            outermost = at;
            at = loops.parent(at);
        }
        return outermost;
    }

    private boolean isInvariant(int i, int loop) {
        for (int k = function.operandCount(i) - 1; k >= 0; k--) {
            int home = homes[function.operand(i, k)];
            if (home != NONE && mayBeInside(home, loop)) {
                return false;
            }
        }
        int field = fields.readBy(i);
        return field == NONE || (fields.killedIn(loop) >>> field & 1) == 0;
    }

    /** Exact, but where the answer would take long. */
    private boolean mayBeInside(int loop, int outer) {
        return loops.depth(loop) - loops.depth(outer) > LEVELS || loops.isInside(loop, outer);
    }

    /** Whether it is good to move from the block to before the loop. */
    private boolean pays(int block, int loop) {
        if (frequencies == null) {
            frequencies = analyses.frequencies();
        }
        double before = frequencies.frequency(loops.header(loop)) / BlockFrequencies.TRIPS;
        return moves[loop] < MOVES_A_LOOP && frequencies.frequency(block) >= before;
    }

    private boolean isWorthARegister(int i) {
        return switch (function.opcode(i)) {
            case CONST, VCONST, REF_FUNC, TAG, TYPE_IDENTITY -> false;
            case REF_TO_WORD, REF_FROM_WORD -> false;
            case WRAP, EXTEND_U, EXTEND_S, EXTEND8_S, EXTEND16_S, EXTEND32_S -> false;
            case EQZ, EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U -> false;
            case FEQ, FNE, FLT, FGT, FLE, FGE -> false;
            case ADD, SUB, AND, OR, XOR, SHL, SHR_S, SHR_U, ROTL, ROTR ->
                    !isConst(function.a(i)) && !isConst(function.b(i));
            default -> true;
        };
    }

    private boolean isConst(int value) {
        return function.opcode(value) == Opcode.CONST;
    }

    // ---- the move ----

    /** Moves an instruction, and before it the operands that are still in the loop. */
    private void move(int root, int loop) {
        if (preheaders[loop] == NONE) {
            preheaders[loop] = preheader(loops.header(loop));
        }
        int before = function.last(preheaders[loop]);
        int depth = 1;
        stack[0] = root;
        while (depth > 0) {
            int i = stack[depth - 1];
            int operand = operandInside(i, loop);
            if (operand != NONE) {
                stack = IntArrays.extended(stack, depth + 1);
                stack[depth++] = operand;
                continue;
            }
            depth--;
            if (isInside(places[i], loop)) {
                function.remove(i);
                function.insertBefore(before, i);
                places[i] = loops.parent(loop);
            }
        }
    }

    private int operandInside(int i, int loop) {
        for (int k = function.operandCount(i) - 1; k >= 0; k--) {
            int operand = function.operand(i, k);
            if (isInside(places[operand], loop)) {
                return operand;
            }
        }
        return NONE;
    }

    /** For values that may leave the loop if they are inside: their home is at most so many levels up. */
    private boolean isInside(int place, int loop) {
        return place != NONE
                && loops.depth(place) - loops.depth(loop) <= LEVELS
                && loops.isInside(place, loop);
    }

    /** The source of the only edge into the loop, if that is a jump; else a new block on all edges into the loop. */
    private int preheader(int header) {
        int entering = NONE;
        int count = 0;
        for (int e = function.firstIncoming(header); e != NONE; e = function.nextIncoming(e)) {
            if (enters(e, header)) {
                entering = e;
                count++;
            }
        }
        int source = function.edgeSource(entering);
        boolean jumps = function.opcode(function.last(source)) == Opcode.JUMP;
        return count == 1 && jumps ? source : makePreheader(header);
    }

    /** Edges come from the blocks that were there before: new ones lead to their own headers only. */
    private boolean enters(int edge, int header) {
        int source = function.edgeSource(edge);
        return dominators.number(source) == NONE || !dominators.dominates(header, source);
    }

    private int makePreheader(int header) {
        int block = function.makeBlock();
        function.layoutInsertAfter(function.previousBlock(header), block);
        function.setCold(block, function.isCold(header));
        int next;
        for (int e = function.firstIncoming(header); e != NONE; e = next) {
            next = function.nextIncoming(e);
            if (enters(e, header)) {
                function.retarget(e, block);
            }
        }
        function.setCurrentSource(function.source(function.first(header)));
        int count = function.paramCount(header);
        int arguments = function.allocatePool(count);
        int param = function.first(header);
        for (int k = 0; k < count; k++, param = function.next(param)) {
            function.setPool(arguments + k, function.addParam(block, function.type(param)));
        }
        function.setEdgeArguments(function.addEdge(block, header), arguments, count);
        function.append(block, Opcode.JUMP, Type.VOID, NONE, NONE, NONE, 0, 0);
        return block;
    }
}
