package wasm2obj.ir;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The optimizer takes about linear time on large functions of shapes that are quadratic for careless passes. The limit is far
 * above what it takes, and far below what something quadratic would.
 */
class HostileShapesTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int[] NO_VALUES = {};

    private final FunctionBuilder builder = new FunctionBuilder();
    private final Function function = new Function();
    private int x;
    private int y;

    private void begin() {
        function.reset(
                0, null, new Signature(new Type[] {Type.I32, Type.I32}, new Type[] {Type.I32}));
        builder.reset(function);
        builder.setSimplify(false);
        int entry = builder.addBlock();
        x = builder.addParam(entry, Type.I32);
        y = builder.addParam(entry, Type.I32);
        builder.switchTo(entry);
    }

    private void finish(int value) {
        builder.ret(new int[] {value}, 0, 1);
        Optimizer optimizer = new Optimizer();
        assertTimeoutPreemptively(
                LIMIT, () -> optimizer.run(function, RandomFunctions.MODULE, OptimizationLevel.O2));
        Verifier.check(function, RandomFunctions.MODULE, "optimized");
    }

    private int add(Opcode op, int a, int b) {
        return builder.append(op, Type.I32, a, b, Function.NONE, 0, 0);
    }

    @Test
    void straightLine() {
        begin();
        int v = x;
        for (int n = 0; n < 300_000; n++) {
            v = add(Opcode.MUL, v, y);
            v = add(Opcode.ADD, v, builder.constI32(n));
            builder.store(Opcode.STORE, x, Function.NONE, n, v, AliasSet.memory(0));
        }
        finish(v);
    }

    @Test
    void divisions() {
        begin();
        int v = x;
        for (int n = 0; n < 100_000; n++) {
            v = add(Opcode.DIV_S, add(Opcode.ADD, v, y), builder.constI32(n + 3));
            v =
                    builder.unary(
                            Opcode.WRAP,
                            Type.I32,
                            builder.binary(
                                    Opcode.DIV_U,
                                    Type.I64,
                                    builder.unary(Opcode.EXTEND_S, Type.I64, v),
                                    builder.constI64(n * 77777777777L + 3)));
        }
        finish(v);
    }

    @Test
    void callsAndFields() {
        begin();
        int v = x;
        for (int n = 0; n < 100_000; n++) {
            int global = n % 3 == 0 ? 0 : 4;
            v = add(Opcode.ADD, v, builder.globalGet(global, Type.I32));
            builder.memoryBase(1);
            builder.memoryBound(1);
            builder.call(2, RandomFunctions.MODULE.signature(2), NO_VALUES, 0, 0);
        }
        finish(v);
    }

    /** Each branch leaves to the same far label, with values. */
    @Test
    void chainToOneLabel() {
        begin();
        int label = function.makeBlock();
        builder.addParam(label, Type.I32);
        builder.addParam(label, Type.I32);
        int v = x;
        for (int n = 0; n < 100_000; n++) {
            v = add(Opcode.ADD, v, y);
            int next = builder.addBlock();
            int[] args = {v, x};
            builder.branch(add(Opcode.LT_S, v, x), 0, label, args, 0, 2, next, NO_VALUES, 0, 0);
            builder.switchTo(next);
        }
        builder.jump(label, new int[] {v, y}, 0, 2);
        function.layoutAppend(label);
        builder.switchTo(label);
        finish(function.first(label));
    }

    @Test
    void nestedLoops() {
        begin();
        int depth = 30_000;
        int[] headers = new int[depth];
        int v = x;
        for (int n = 0; n < depth; n++) {
            headers[n] = builder.addBlock();
            builder.jump(headers[n], new int[] {v, x}, 0, 2);
            v = builder.addParam(headers[n], Type.I32);
            builder.addParam(headers[n], Type.I32);
            builder.switchTo(headers[n]);
            v = add(Opcode.ADD, v, add(Opcode.MUL, x, y));
            v = add(Opcode.ADD, v, builder.globalGet(0, Type.I32));
        }
        for (int n = depth - 1; n >= 0; n--) {
            int next = builder.addBlock();
            int[] args = {v, y};
            builder.branch(
                    add(Opcode.LT_S, v, x), 0, headers[n], args, 0, 2, next, NO_VALUES, 0, 0);
            builder.switchTo(next);
        }
        finish(v);
    }

    /** Branches out of deep nests to headers far out. */
    @Test
    void nestedLoopsWithFarBranches() {
        begin();
        int depth = 20_000;
        int[] headers = new int[depth];
        int v = x;
        for (int n = 0; n < depth; n++) {
            headers[n] = builder.addBlock();
            builder.jump(headers[n], new int[] {v}, 0, 1);
            v = builder.addParam(headers[n], Type.I32);
            builder.switchTo(headers[n]);
        }
        for (int n = 0; n < depth; n++) {
            int next = builder.addBlock();
            v = add(Opcode.MUL, v, x);
            builder.branch(
                    add(Opcode.LT_S, v, x),
                    0,
                    headers[n],
                    new int[] {v},
                    0,
                    1,
                    next,
                    NO_VALUES,
                    0,
                    0);
            builder.switchTo(next);
        }
        finish(v);
    }

    /** Many parameters that are all copies, in a chain of loops that pass them around. */
    @Test
    void manyParameters() {
        begin();
        int count = 1000;
        int[] values = new int[count];
        java.util.Arrays.fill(values, x);
        for (int n = 0; n < 300; n++) {
            int header = builder.addBlock();
            int exit = function.makeBlock();
            builder.jump(header, values, 0, count);
            for (int k = 0; k < count; k++) {
                values[k] = builder.addParam(header, Type.I32);
            }
            builder.switchTo(header);
            int[] rotated = new int[count];
            for (int k = 0; k < count; k++) {
                rotated[k] = values[(k + 1) % count];
            }
            if (n % 10 == 9) {
                rotated[0] = y;
            }
            builder.branch(values[7], 0, header, rotated, 0, count, exit, NO_VALUES, 0, 0);
            function.layoutAppend(exit);
            builder.switchTo(exit);
        }
        finish(values[0]);
    }

    @Test
    void wideSwitches() {
        begin();
        int join = function.makeBlock();
        int v = builder.addParam(join, Type.I32);
        int count = 100_000;
        for (int n = 0; n < count; n++) {
            builder.addEdge(join, new int[] {n % 2 == 0 ? x : y}, 0, 1);
        }
        builder.switchOn(x);
        function.layoutAppend(join);
        builder.switchTo(join);
        int[] cases = new int[count];
        for (int n = 0; n < count; n++) {
            cases[n] = builder.addBlock();
            builder.addEdge(cases[n], NO_VALUES, 0, 0);
        }
        builder.switchOn(v);
        int end = builder.addBlock();
        for (int block : cases) {
            builder.switchTo(block);
            builder.jump(end, NO_VALUES, 0, 0);
        }
        builder.switchTo(end);
        finish(v);
    }

    /** Blocks that only jump, in a row, each also the target of a branch. */
    @Test
    void jumpChains() {
        begin();
        int count = 50_000;
        int[] blocks = new int[count];
        for (int n = 0; n < count; n++) {
            blocks[n] = function.makeBlock();
            builder.addParam(blocks[n], Type.I32);
        }
        for (int n = 0; n < count; n++) {
            int next = builder.addBlock();
            builder.branch(
                    add(Opcode.EQ, x, builder.constI32(n)),
                    0,
                    blocks[n],
                    new int[] {x},
                    0,
                    1,
                    next,
                    NO_VALUES,
                    0,
                    0);
            builder.switchTo(next);
        }
        builder.jump(blocks[0], new int[] {y}, 0, 1);
        for (int n = 0; n < count; n++) {
            function.layoutAppend(blocks[n]);
            builder.switchTo(blocks[n]);
            if (n < count - 1) {
                builder.jump(blocks[n + 1], new int[] {function.first(blocks[n])}, 0, 1);
            }
        }
        finish(function.first(blocks[count - 1]));
    }
}
