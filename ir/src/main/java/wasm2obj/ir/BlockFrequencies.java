package wasm2obj.ir;

/**
 * How often blocks run, estimated, for one run of the function: what the register allocator weighs spills with and the
 * layout is made from.
 *
 * <p>A loop is taken to run {@value #TRIPS} times. A branch is taken to stay in its loop rather than leave it, to go where
 * its hint says, and to avoid blocks that are cold or end in a trap; without such a sign its ways are equal. One sweep in
 * reverse postorder: linear.
 */
public final class BlockFrequencies {
    private static final int NONE = Function.NONE;

    /** How often a loop is taken to run. */
    static final int TRIPS = 8;

    private static final double LEAVES_LOOP = 1.0 / TRIPS;
    private static final double COLD = 1.0 / 1024;
    private static final double HINTED = 1.0 / 16;

    /** Deep nests would leave the range of numbers that can still be compared and added. */
    private static final double MAXIMUM = 1e15;

    private Function function;
    private Loops loops;
    private double[] frequencies = new double[64];

    /** Estimates the frequencies. */
    public void compute(Function function, ControlFlow flow, Loops loops) {
        this.function = function;
        this.loops = loops;
        int blocks = function.blockCount();
        if (frequencies.length < blocks) {
            frequencies = new double[Math.max(blocks, 2 * frequencies.length)];
        }
        java.util.Arrays.fill(frequencies, 0, blocks, 0);
        frequencies[function.firstBlock()] = 1;
        for (int i = 0; i < flow.count(); i++) {
            int block = flow.block(i);
            if (loops.isHeader(block)) {
                frequencies[block] = Math.min(frequencies[block] * TRIPS, MAXIMUM);
            }
            flowOut(flow, block, i);
        }
    }

    private void flowOut(ControlFlow flow, int block, int position) {
        int edges = function.edgeCount(block);
        if (edges == 0) {
            return;
        }
        int first = function.firstEdge(block);
        double sum = 0;
        for (int e = first; e < first + edges; e++) {
            sum += weight(block, e);
        }
        for (int e = first; e < first + edges; e++) {
            int target = function.edgeTarget(e);
            if (flow.position(target) > position) { // others close loops
                frequencies[target] += frequencies[block] * weight(block, e) / sum;
            }
        }
    }

    private double weight(int block, int edge) {
        int target = function.edgeTarget(edge);
        double weight = 1;
        int loop = loops.loop(block);
        if (loop != NONE && !loops.isInside(loops.loop(target), loop)) {
            weight *= LEAVES_LOOP;
        }
        if (isUnlikely(target)) {
            weight *= COLD;
        }
        int terminator = function.last(block);
        if (function.opcode(terminator) == Opcode.BRANCH && function.aux(terminator) != 0) {
            boolean hinted = function.aux(terminator) > 0 == (edge == function.firstEdge(block));
            weight *= hinted ? 1 : HINTED;
        }
        return weight;
    }

    private boolean isUnlikely(int block) {
        return function.isCold(block) || function.opcode(function.last(block)) == Opcode.TRAP;
    }

    /** The estimate; 0 for a block that cannot be reached. The entry has 1. */
    public double frequency(int block) {
        return frequencies[block];
    }
}
