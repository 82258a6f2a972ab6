package wasm2obj.ir;

/**
 * Moves constants that are added to an index into the displacement of the access, where the sum provably does not wrap.
 *
 * <p>Why: an index wraps at 32 bits and an address does not, so {@code load (x + table)} needs an addition of its own unless
 * {@code x} is known to be small. Tables in static memory that are indexed by a byte, by masked bits or by the counter
 * of a loop are the common case, and compilers to WebAssembly cannot express what they knew of it.
 *
 * <p>Upper bounds of all integers are computed in reverse postorder, each from those of its operands. For the parameters of a
 * loop's header that a constant is added to in each iteration, the bound comes from the number of iterations: known if the
 * only way back is a branch on one of these parameters, or on its next value, compared with a constant. Values below 2^32
 * are exact bounds, the greatest long means that nothing is known. One sweep; linear.
 */
final class AddressFolding extends Pass {
    private static final int NONE = Function.NONE;
    private static final long ALL_32 = 0xffff_ffffL;
    private static final long UNKNOWN = Long.MAX_VALUE;

    /** A sum with more uses is left alone: a long displacement in each of them would be worse. */
    private static final int MOST_USES = 4;

    private Function function;
    private ControlFlow flow;
    private Loops loops;

    /** By value: an upper bound, as an unsigned number. */
    private long[] bounds = new long[64];

    AddressFolding() {
        super("addresses", false);
    }

    @Override
    boolean run(Function function, Analyses analyses) {
        this.function = function;
        if (!hasSums()) {
            return false;
        }
        flow = analyses.flow();
        loops = analyses.loops();
        UseCounts uses = analyses.countUses();
        if (bounds.length < function.instructionCount()) {
            bounds = new long[2 * function.instructionCount()];
        }
        boolean changed = false;
        for (int k = 0; k < flow.count(); k++) {
            int block = flow.block(k);
            boundParams(block);
            for (int i = function.first(block); i != NONE; i = function.next(i)) {
                Opcode op = function.opcode(i);
                if (op != Opcode.PARAM) {
                    bounds[i] = isInteger(i) ? Math.min(bound(i, op), limit(i)) : UNKNOWN;
                }
                if (op.form() == Opcode.Form.LOAD || op.form() == Opcode.Form.STORE) {
                    changed |= fold(i, uses);
                }
            }
        }
        return changed;
    }

    /** Whether there is anything to do. */
    private boolean hasSums() {
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            for (int i = function.first(b); i != NONE; i = function.next(i)) {
                Opcode.Form form = function.opcode(i).form();
                if ((form == Opcode.Form.LOAD || form == Opcode.Form.STORE)
                        && isSum(function.a(i))) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isSum(int index) {
        return function.opcode(index) == Opcode.ADD
                && function.type(index) == Type.I32
                && isConst(function.b(index));
    }

    private boolean isInteger(int value) {
        Type type = function.type(value);
        return type == Type.I32 || type == Type.I64;
    }

    private long limit(int value) {
        return function.type(value) == Type.I32 ? ALL_32 : UNKNOWN;
    }

    // ---- accesses ----

    private boolean fold(int access, UseCounts uses) {
        boolean changed = false;
        int index = function.a(access);
        while (isSum(index) && uses.count(index) <= MOST_USES) {
            long constant = function.imm(function.b(index));
            int rest = function.a(index);
            if (bounds[rest] + constant > ALL_32
                    || function.imm(access) + constant >= Simplifier.MAX_DISPLACEMENT) {
                break;
            }
            function.setA(access, rest);
            function.setImm(access, function.imm(access) + constant);
            index = rest;
            changed = true;
        }
        return changed;
    }

    private boolean isConst(int value) {
        return function.opcode(value) == Opcode.CONST;
    }

    // ---- bounds of operations ----

    private long bound(int i, Opcode op) {
        int a = function.a(i);
        int b = function.b(i);
        return switch (op) {
            case CONST -> function.imm(i) < 0 ? UNKNOWN : function.imm(i);
            case EQZ, EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U -> 1;
            case FEQ, FNE, FLT, FGT, FLE, FGE, VANY_TRUE, VALL_TRUE -> 1;
            case LOAD8_U -> 0xff;
            case LOAD16_U, VBITMASK -> 0xffff;
            case LOAD32_U -> ALL_32;
            case CLZ, CTZ, POPCNT -> 64;
            case AND -> Math.min(bounds[a], bounds[b]);
            case OR, XOR -> ones(Math.max(bounds[a], bounds[b]));
            case SELECT -> Math.max(bounds[b], bounds[function.c(i)]);
            case EXTEND_U -> bounds[a];
            case EXTEND_S, EXTEND32_S -> bounds[a] <= ALL_32 >>> 1 ? bounds[a] : UNKNOWN;
            case EXTEND8_S -> bounds[a] <= 0x7f ? bounds[a] : UNKNOWN;
            case EXTEND16_S -> bounds[a] <= 0x7fff ? bounds[a] : UNKNOWN;
            case WRAP -> bounds[a] <= ALL_32 ? bounds[a] : UNKNOWN;
            case ADD -> sum(bounds[a], bounds[b], limit(i));
            case MUL -> product(bounds[a], bounds[b], limit(i));
            case SHL, SHR_U, SHR_S -> shifted(i, op, bounds[a]);
            case DIV_U, REM_U -> isConst(b) ? divided(op, bounds[a], function.imm(b)) : UNKNOWN;
            default -> UNKNOWN;
        };
    }

    private static long ones(long bound) {
        return bound == 0 ? 0 : -1L >>> Long.numberOfLeadingZeros(bound);
    }

    private static long sum(long a, long b, long limit) {
        return a <= limit - b ? a + b : UNKNOWN;
    }

    private static long product(long a, long b, long limit) {
        return b == 0 || a <= limit / b ? a * b : UNKNOWN;
    }

    private long shifted(int i, Opcode op, long bound) {
        if (!isConst(function.b(i))) {
            return op == Opcode.SHR_U ? bound : UNKNOWN;
        }
        int count = (int) function.imm(function.b(i)) & 8 * function.type(i).bytes() - 1;
        return switch (op) {
            case SHL -> bound <= limit(i) >>> count ? bound << count : UNKNOWN;
            // Nothing is known of 64 bits: even the sign may be set.
            case SHR_U -> count == 0 ? bound : (bound == UNKNOWN ? -1L : bound) >>> count;
            default -> bound <= limit(i) >>> 1 && bound != UNKNOWN ? bound >>> count : UNKNOWN;
        };
    }

    private static long divided(Opcode op, long bound, long divisor) {
        if (divisor <= 0) {
            return UNKNOWN;
        }
        if (op == Opcode.REM_U) {
            return Math.min(bound, divisor - 1);
        }
        return bound == UNKNOWN ? UNKNOWN : bound / divisor;
    }

    /** A bound of a value whose operands may not have any yet. */
    private long boundByItself(int value) {
        if (!isInteger(value)) {
            return UNKNOWN;
        }
        int b = function.b(value);
        long bound =
                switch (function.opcode(value)) {
                    case CONST, LOAD8_U, LOAD16_U, CLZ, CTZ, POPCNT, EQZ ->
                            bound(value, function.opcode(value));
                    case EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U -> 1;
                    case AND -> isConst(b) && function.imm(b) >= 0 ? function.imm(b) : UNKNOWN;
                    case SHR_U -> isConst(b) ? shifted(value, Opcode.SHR_U, limit(value)) : UNKNOWN;
                    default -> UNKNOWN;
                };
        return Math.min(bound, limit(value));
    }

    // ---- bounds of parameters ----

    private void boundParams(int block) {
        if (function.opcode(function.first(block)) != Opcode.PARAM) {
            return;
        }
        long trips =
                loops.isHeader(block) && block != function.firstBlock() ? trips(block) : UNKNOWN;
        int position = 0;
        for (int p = function.first(block);
                function.opcode(p) == Opcode.PARAM;
                p = function.next(p)) {
            bounds[p] = isInteger(p) ? boundParam(block, p, position, trips) : UNKNOWN;
            position++;
        }
    }

    private long boundParam(int block, int param, int position, long trips) {
        if (block == function.firstBlock() || function.firstIncoming(block) == NONE) {
            return limit(param);
        }
        long entering = 0;
        long added = 0;
        for (int e = function.firstIncoming(block); e != NONE; e = function.nextIncoming(e)) {
            int argument = function.edgeArgument(e, position);
            if (!closes(e, block)) {
                entering = Math.max(entering, bounds[argument]);
            } else if (argument != param) {
                long bound = boundByItself(argument);
                if (bound < limit(param)) {
                    entering = Math.max(entering, bound);
                } else if (trips == UNKNOWN || added != 0 || step(argument, param) <= 0) {
                    return isCountedDown(e, argument, param, trips)
                            ? boundEntering(block, position)
                            : limit(param);
                } else {
                    added = product(trips - 1, step(argument, param), ALL_32);
                }
            }
        }
        return Math.min(sum(entering, Math.min(added, ALL_32), UNKNOWN), limit(param));
    }

    /** Whether control comes back: the source has not been visited. Unreachable sources do not count. */
    private boolean closes(int edge, int block) {
        int source = function.edgeSource(edge);
        return !flow.isReachable(source) || flow.position(source) >= flow.position(block);
    }

    private long boundEntering(int block, int position) {
        long entering = 0;
        for (int e = function.firstIncoming(block); e != NONE; e = function.nextIncoming(e)) {
            if (!closes(e, block)) {
                entering = Math.max(entering, bounds[function.edgeArgument(e, position)]);
            }
        }
        return entering;
    }

    /** What is added to the parameter for the next iteration, as a signed number; 0 if the argument is not such a sum. */
    private int step(int argument, int param) {
        return function.opcode(argument) == Opcode.ADD
                        && function.type(argument) == Type.I32
                        && function.a(argument) == param
                        && isConst(function.b(argument))
                ? (int) function.imm(function.b(argument))
                : 0;
    }

    // ---- loops that count ----

    /** Whether the parameter is the one that ends the loop, and gets smaller. */
    private boolean isCountedDown(int edge, int argument, int param, long trips) {
        if (trips == UNKNOWN) {
            return false;
        }
        int tested = tested(function.last(function.edgeSource(edge)));
        return step(argument, param) < 0 && (tested == argument || tested == param);
    }

    /** The value that decides about the way back: what the condition compares with a constant. */
    private int tested(int branch) {
        int condition = function.a(branch);
        return switch (function.opcode(condition)) {
            case EQZ, EQ, NE, LT_U, LT_S, LE_U, LE_S, GT_U, GT_S, GE_U, GE_S ->
                    function.a(condition);
            default -> condition;
        };
    }

    /** How often the loop's header is executed at most each time the loop is entered; UNKNOWN if that is not known. */
    private long trips(int header) {
        int back = NONE;
        for (int e = function.firstIncoming(header); e != NONE; e = function.nextIncoming(e)) {
            if (closes(e, header)) {
                if (back != NONE) {
                    return UNKNOWN;
                }
                back = e;
            }
        }
        if (back == NONE || !flow.isReachable(function.edgeSource(back))) {
            return UNKNOWN;
        }
        int branch = function.last(function.edgeSource(back));
        if (function.opcode(branch) != Opcode.BRANCH) {
            return UNKNOWN;
        }
        int first = function.firstEdge(function.edgeSource(back));
        if (function.edgeTarget(first) == function.edgeTarget(first + 1)) {
            return UNKNOWN;
        }
        int tested = tested(branch);
        int position = 0;
        for (int p = function.first(header);
                function.opcode(p) == Opcode.PARAM;
                p = function.next(p)) {
            int next = function.edgeArgument(back, position);
            if ((tested == next || tested == p) && step(next, p) != 0) {
                int start = start(header, position);
                if (start == NONE) {
                    return UNKNOWN;
                }
                int condition = function.a(branch);
                long trips = trips(condition, back == first, function.imm(start), step(next, p));
                return tested == next ? trips : sum(trips, 1, UNKNOWN);
            }
            position++;
        }
        return UNKNOWN;
    }

    /** The constant with which the parameter enters the loop, or NONE. */
    private int start(int header, int position) {
        int start = NONE;
        for (int e = function.firstIncoming(header); e != NONE; e = function.nextIncoming(e)) {
            if (!closes(e, header)) {
                int argument = function.edgeArgument(e, position);
                boolean same = start == NONE || function.imm(start) == function.imm(argument);
                if (!isConst(argument) || !same) {
                    return NONE;
                }
                start = argument;
            }
        }
        return start;
    }

    /**
     * The number of iterations of a loop that goes on as long as the condition on the next value of its counter has the truth
     * value {@code goesOn}. If the condition is on the counter itself, there is one more.
     */
    private long trips(int condition, boolean goesOn, long start, int step) {
        Opcode op = function.opcode(condition);
        long end = 0;
        switch (op) {
            case EQZ -> op = Opcode.EQ;
            case EQ, NE, LT_U, LT_S, LE_U, LE_S, GT_U, GT_S, GE_U, GE_S -> {
                if (!isConst(function.b(condition))) {
                    return UNKNOWN;
                }
                end = function.imm(function.b(condition));
            }
            default -> op = Opcode.NE; // the condition is the counter
        }
        return switch (goesOn ? op : negated(op)) {
            case NE -> tripsUntil(start, end, step);
            case LT_U -> tripsBelow(start, end, step, ALL_32);
            case LE_U -> tripsBelow(start, end + 1, step, ALL_32);
            case LT_S -> tripsBelow(start, end, step, ALL_32 >>> 1);
            case LE_S -> tripsBelow(start, end + 1, step, ALL_32 >>> 1);
            default -> UNKNOWN;
        };
    }

    /** The negation, if it is one of a kind that bounds a counter; else EQ, which does not. */
    private static Opcode negated(Opcode op) {
        return switch (op) {
            case EQ -> Opcode.NE;
            case GE_U -> Opcode.LT_U;
            case GT_U -> Opcode.LE_U;
            case GE_S -> Opcode.LT_S;
            case GT_S -> Opcode.LE_S;
            default -> Opcode.EQ;
        };
    }

    /** As long as the counter is not {@code end}, which it meets before it wraps. */
    private static long tripsUntil(long start, long end, int step) {
        long way = step > 0 ? end - start : start - end;
        long each = Math.abs((long) step);
        return way > 0 && way % each == 0 ? way / each : UNKNOWN;
    }

    /** As long as the counter is below {@code end}: neither it nor where it ends up is beyond {@code limit}. */
    private static long tripsBelow(long start, long end, int step, long limit) {
        if (step <= 0 || start > limit || end > limit - step) {
            return UNKNOWN;
        }
        return Math.max(1, (end - start + step - 1) / step);
    }
}
