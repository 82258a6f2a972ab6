package wasm2obj.ir;

/**
 * Makes comparisons of switches that tell few things apart.
 *
 * <p>Why: compilers to WebAssembly write a table for nearly every switch, as it is short there. In a machine's code a table takes
 * {@value #TABLE_COST} instructions, two loads and a jump that is hard to predict, where two or three comparisons do. And other passes
 * see branches for what they are.
 *
 * <p>Neighbouring edges that go the same way are a run. Up to {@value #MOST_RUNS} runs that do not go the default's way are compared
 * one after the other, if that is shorter than what the selectors make of the switch. Linear.
 */
final class SwitchExpansion extends Pass {
    private static final int NONE = Function.NONE;
    private static final int MOST_RUNS = 3;

    // In machine instructions, about: a table; two numbers of a short switch, which are compared in
    // pairs; a run, by what it takes to find it.
    private static final int TABLE_COST = 8;
    private static final int PAIR_COST = 3;
    private static final int RANGE_COST = 3;
    private static final int BOUND_COST = 2;
    private static final int ZERO_COST = 1;

    /** Numbers of a switch for which no table is made. */
    private static final int SHORT = 4;

    private final InstructionWriter code = new InstructionWriter();
    private Function function;

    /** The runs' first and last numbers, and where the first edge goes. */
    private final int[] firsts = new int[MOST_RUNS];

    private final int[] lasts = new int[MOST_RUNS];
    private final int[] targets = new int[MOST_RUNS + 1];
    private final int[] arguments = new int[MOST_RUNS + 1];
    private final int[] argumentCounts = new int[MOST_RUNS + 1];

    SwitchExpansion() {
        super("switches", true);
    }

    @Override
    boolean run(Function function, Analyses analyses) {
        this.function = function;
        boolean changed = false;
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            int terminator = function.last(b);
            if (function.opcode(terminator) == Opcode.SWITCH) {
                int count = findRuns(b);
                if (count >= 0) {
                    expand(b, terminator, count);
                    changed = true;
                }
            }
        }
        return changed;
    }

    /** The number of runs, or -1 if the switch is to stay. */
    private int findRuns(int block) {
        int edge = function.firstEdge(block);
        int numbers = function.edgeCount(block) - 1;
        int otherwise = edge + numbers;
        int count = 0;
        int cost = 0;
        for (int first = 0; first < numbers; ) {
            int last = first;
            while (last + 1 < numbers && function.isSameWay(edge + first, edge + last + 1)) {
                last++;
            }
            if (!function.isSameWay(edge + first, otherwise)) {
                if (count == MOST_RUNS) {
                    return -1;
                }
                note(count, edge + first);
                firsts[count] = first;
                lasts[count++] = last;
                cost += cost(first, last);
            }
            first = last + 1;
        }
        note(count, otherwise);
        return cost < costOfSwitch(numbers) ? count : -1;
    }

    private void note(int way, int edge) {
        targets[way] = function.edgeTarget(edge);
        arguments[way] = function.edgeArgumentStart(edge);
        argumentCounts[way] = function.edgeArgumentCount(edge);
    }

    private static int cost(int first, int last) {
        if (first == 0 || first == last) {
            return last == 0 ? ZERO_COST : BOUND_COST;
        }
        return RANGE_COST;
    }

    private static int costOfSwitch(int numbers) {
        return numbers > SHORT ? TABLE_COST : (numbers + 1) / 2 * PAIR_COST - (numbers & 1);
    }

    /** Each block but the last one asks for a run and goes on at the next one. */
    private void expand(int block, int terminator, int count) {
        int index = function.a(terminator);
        function.setCurrentSource(function.source(terminator));
        function.remove(terminator);
        function.removeEdges(block);
        int at = block;
        if (count == 0) {
            code.at(function, block);
            code.jump(targets[0]);
            setArguments(function.firstEdge(block), 0);
        }
        for (int run = 0; run < count; run++) {
            int next = run == count - 1 ? targets[count] : makeBlock(at);
            code.at(function, at);
            code.branch(condition(index, run), targets[run], next, 0);
            setArguments(function.firstEdge(at), run);
            if (run == count - 1) {
                setArguments(function.firstEdge(at) + 1, count);
            }
            at = next;
        }
    }

    private int makeBlock(int after) {
        int block = function.makeBlock();
        function.layoutInsertAfter(after, block);
        function.setCold(block, function.isCold(after));
        return block;
    }

    private void setArguments(int edge, int way) {
        function.setEdgeArguments(edge, arguments[way], argumentCounts[way]);
    }

    private int condition(int index, int run) {
        int first = firsts[run];
        int last = lasts[run];
        if (last == 0) {
            return code.unary(Opcode.EQZ, Type.I32, index);
        }
        if (first == last) {
            return compare(Opcode.EQ, index, first);
        }
        int distance =
                first == 0
                        ? index
                        : code.binary(Opcode.SUB, Type.I32, index, code.constant(Type.I32, first));
        return compare(Opcode.LE_U, distance, last - first);
    }

    private int compare(Opcode op, int value, int constant) {
        return code.binary(op, Type.I32, value, code.constant(Type.I32, constant));
    }
}
