package wasm2obj.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Control flow, dominators, loops, frequencies: against their definitions on random graphs, and on hostile shapes. */
class AnalysesTest {
    private static final int NONE = Function.NONE;

    private final ControlFlow flow = new ControlFlow();
    private final Dominators dominators = new Dominators();
    private final Loops loops = new Loops();

    /** A function whose blocks have these successors. */
    private static Function graph(int[][] successors) {
        Function function = new Function();
        function.reset(0, null, new Signature(new Type[] {Type.I32}, new Type[0]));
        for (int b = 0; b < successors.length; b++) {
            function.addBlock();
        }
        int x = function.addParam(0, Type.I32);
        for (int b = 0; b < successors.length; b++) {
            for (int target : successors[b]) {
                function.addEdge(b, target);
            }
            Opcode op = successors[b].length == 0 ? Opcode.TRAP : Opcode.SWITCH;
            boolean trap = op == Opcode.TRAP;
            function.append(b, op, Type.VOID, trap ? NONE : x, NONE, NONE, 0, trap ? 1 : 0);
        }
        return function;
    }

    private static int[][] random(SplittableRandom random) {
        int n = 1 + random.nextInt(12);
        int[][] successors = new int[n][];
        for (int b = 0; b < n; b++) {
            successors[b] = new int[random.nextInt(4)];
            for (int k = 0; k < successors[b].length && n > 1; k++) {
                successors[b][k] = 1 + random.nextInt(n - 1);
            }
            if (n == 1) {
                successors[b] = new int[0];
            }
        }
        return successors;
    }

    /** What can be reached from a block without going through another. */
    private static BitSet reached(int[][] successors, int from, int without) {
        BitSet reached = new BitSet();
        if (from != without) {
            collect(successors, from, without, reached);
        }
        return reached;
    }

    private static void collect(int[][] successors, int at, int without, BitSet reached) {
        reached.set(at);
        for (int target : successors[at]) {
            if (target != without && !reached.get(target)) {
                collect(successors, target, without, reached);
            }
        }
    }

    private void compute(Function function) {
        flow.compute(function);
        dominators.compute(function, flow);
        loops.compute(function, dominators);
    }

    @Test
    void randomGraphs() {
        SplittableRandom random = new SplittableRandom(5);
        int loopsSeen = 0;
        for (int n = 0; n < 4000; n++) {
            int[][] successors = random(random);
            compute(graph(successors));
            checkOrder(successors);
            checkDominators(successors);
            loopsSeen += loops.count();
            checkLoops(successors);
        }
        assertTrue(loopsSeen > 2000, loopsSeen + " loops");
    }

    private void checkOrder(int[][] successors) {
        BitSet reachable = reached(successors, 0, NONE);
        assertEquals(reachable.cardinality(), flow.count());
        assertEquals(0, flow.block(0));
        for (int b = 0; b < successors.length; b++) {
            assertEquals(reachable.get(b), flow.isReachable(b));
            if (!reachable.get(b)) {
                continue;
            }
            assertEquals(b, flow.block(flow.position(b)));
            for (int target : successors[b]) {
                // An edge that goes back in reverse postorder leads to a block that can come again.
                boolean back = flow.position(target) <= flow.position(b);
                assertTrue(!back || reached(successors, target, NONE).get(b));
            }
        }
    }

    private boolean dominates(int[][] successors, int a, int b) {
        return a == b || !reached(successors, 0, a).get(b);
    }

    private void checkDominators(int[][] successors) {
        assertEquals(flow.count(), dominators.count());
        for (int a = 0; a < successors.length; a++) {
            for (int b = 0; b < successors.length; b++) {
                if (flow.isReachable(a) && flow.isReachable(b)) {
                    assertEquals(dominates(successors, a, b), dominators.dominates(a, b));
                }
            }
            int parent = dominators.immediate(a);
            if (parent != NONE) {
                assertTrue(parent != a && dominators.dominates(parent, a));
                assertTrue(dominators.number(parent) < dominators.number(a));
                assertEquals(a, dominators.preorder(dominators.number(a)));
                boolean isChild = false;
                for (int c = dominators.firstChild(parent);
                        c != NONE;
                        c = dominators.nextSibling(c)) {
                    isChild |= c == a;
                }
                assertTrue(isChild);
            }
        }
    }

    /** The loop of a header: what reaches it without leaving what it dominates. */
    private BitSet naturalLoop(int[][] successors, int header) {
        BitSet loop = new BitSet();
        for (int b = 0; b < successors.length; b++) {
            if (!flow.isReachable(b) || !dominators.dominates(header, b)) {
                continue;
            }
            for (int target : successors[b]) {
                if (target == header) {
                    for (int c = 0; c < successors.length; c++) {
                        if (c != header
                                && reached(successors, c, header).get(b)
                                && flow.isReachable(c)) {
                            loop.set(c);
                        }
                    }
                    loop.set(header);
                }
            }
        }
        return loop;
    }

    private void checkLoops(int[][] successors) {
        int count = 0;
        for (int header = 0; header < successors.length; header++) {
            if (!flow.isReachable(header)) {
                continue;
            }
            BitSet wanted = naturalLoop(successors, header);
            assertEquals(!wanted.isEmpty(), loops.isHeader(header));
            if (wanted.isEmpty()) {
                continue;
            }
            count++;
            int loop = loops.loop(header);
            for (int b = 0; b < successors.length; b++) {
                if (flow.isReachable(b)) {
                    assertEquals(
                            wanted.get(b),
                            loops.loop(b) != NONE && loops.isInside(loops.loop(b), loop));
                }
            }
        }
        assertEquals(count, loops.count());
        for (int loop = 0; loop < count; loop++) {
            int parent = loops.parent(loop);
            assertTrue(parent == NONE || parent > loop);
            assertEquals(parent == NONE ? 1 : loops.depth(parent) + 1, loops.depth(loop));
        }
    }

    /** Each shape is quadratic for some textbook algorithm. */
    @Test
    void hostileShapesTakeAboutLinearTime() {
        int n = 300_000;
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> {
                    compute(graph(chainToOneLabel(n)));
                    assertEquals(n, flow.count());
                    compute(graph(nestedLoops(n)));
                    assertEquals(n / 2 - 1, loops.count());
                    compute(graph(ladder(n)));
                    compute(graph(fan(n)));
                    compute(graph(backEdges(n)));
                    assertEquals(n - 2, loops.count());
                });
    }

    /** Each block goes on or leaves to the last one. */
    private static int[][] chainToOneLabel(int n) {
        int[][] successors = new int[n][];
        for (int b = 0; b < n; b++) {
            successors[b] =
                    b < n - 2
                            ? new int[] {b + 1, n - 1}
                            : b == n - 2 ? new int[] {b + 1} : new int[0];
        }
        return successors;
    }

    /** Headers nest; behind them the ends of the loops in reverse. */
    private static int[][] nestedLoops(int n) {
        int[][] successors = new int[n][];
        int half = n / 2;
        successors[0] = new int[] {1};
        for (int b = 1; b < half; b++) {
            successors[b] = new int[] {b + 1};
        }
        for (int b = half; b < n; b++) {
            int header = n - 1 - b;
            successors[b] =
                    b == n - 1 ? new int[0] : new int[] {header == 0 ? b + 1 : header, b + 1};
        }
        return successors;
    }

    /** Diamonds in a row that share corners. */
    private static int[][] ladder(int n) {
        int[][] successors = new int[n][];
        for (int b = 0; b < n; b++) {
            successors[b] = b + 2 < n ? new int[] {b + 1, b + 2} : new int[0];
        }
        return successors;
    }

    private static int[][] fan(int n) {
        int[][] successors = new int[n][];
        successors[0] = new int[n - 1];
        for (int b = 1; b < n; b++) {
            successors[0][b - 1] = b;
            successors[b] = b < n - 1 ? new int[] {n - 1} : new int[0];
        }
        return successors;
    }

    /** Each block goes on or back to itself. */
    private static int[][] backEdges(int n) {
        int[][] successors = new int[n][];
        successors[0] = new int[] {1};
        for (int b = 1; b < n; b++) {
            successors[b] = b < n - 1 ? new int[] {b + 1, b} : new int[0];
        }
        return successors;
    }

    @Test
    void loopsRunOftenAndTrapsRarely() {
        Function function =
                Parser.parse(
                        """
                        function 0 (i32) -> () {
                        b0(v0:i32):
                            jump b1
                        b1:
                            branch v0, b2, b4
                        b2:
                            branch v0, b2, b3
                        b3:
                            branch v0, b1, b5
                        b4:
                            branch v0, b6, b7 unlikely
                        b5:
                            trap unreachable
                        b6:
                            return
                        b7:
                            return
                        }
                        """);
        compute(function);
        BlockFrequencies frequencies = new BlockFrequencies();
        frequencies.compute(function, flow, loops);
        double[] f = new double[8];
        for (int b = 0; b < f.length; b++) {
            f[b] = frequencies.frequency(b);
        }
        assertEquals(1, f[0]);
        assertEquals(8, f[1]);
        assertTrue(f[2] > 4 * f[1], "inner loop " + f[2]);
        assertTrue(f[5] < 0.01, "trap " + f[5]);
        assertTrue(f[6] < f[7] / 10, "unlikely " + f[6] + " " + f[7]);
        assertTrue(f[4] > 0.5 && f[4] < 1.5, "exit " + f[4]);
    }
}
