package wasm2obj.codegen.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wasm2obj.ir.Function;
import wasm2obj.ir.FunctionBuilder;
import wasm2obj.ir.Module;
import wasm2obj.ir.ModuleText;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Printer;
import wasm2obj.ir.Type;
import wasm2obj.ir.VectorShape;

/** What the official tests say little of: shuffles of all patterns, and operations that the selector may join. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class VectorOperationsSuite {
    private static final Module MODULE =
            ModuleText.parse(
                    """
                    type 0 (i64, i64) -> (i64)
                    declare 0 type 0
                    """);

    private static final long BYTES = 0x0101_0101_0101_0101L;
    private static final long FIRST = 0x0706_0504_0302_0100L;

    private final FunctionBuilder builder = new FunctionBuilder();
    private final List<Long> expected = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private NativeProgram program;
    private Function function;
    private int x;
    private int y;

    /** Machines of all sets of features that make a difference. */
    protected abstract List<? extends NativeMachine> machines();

    private void start(NativeMachine machine) {
        NativeProgram.assumeRunnable(machine);
        program = new NativeProgram(MODULE, machine);
        expected.clear();
        texts.clear();
    }

    private void begin() {
        function = new Function();
        function.reset(0, null, MODULE.signature(0));
        builder.reset(function);
        int entry = builder.addBlock();
        x = builder.addParam(entry, Type.I64);
        y = builder.addParam(entry, Type.I64);
        builder.switchTo(entry);
    }

    /** Gives back one half of the vector. */
    private void end(int vector, int half) {
        int shape = VectorShape.I64X2.ordinal();
        int value = builder.vectorTest(Opcode.VEXTRACT_LANE, Type.I64, vector, half, shape);
        builder.ret(new int[] {value}, 0, 1);
        program.add(function);
    }

    private void run(long a, long b, long result, String text) {
        program.addCase(a, b);
        expected.add(result);
        texts.add(text);
    }

    private void check() {
        List<NativeProgram.Outcome> outcomes = program.run();
        assertEquals(expected.size(), outcomes.size());
        for (int i = 0; i < outcomes.size(); i++) {
            assertEquals(expected.get(i), outcomes.get(i).results()[0], texts.get(i));
        }
    }

    /** A vector whose bytes count up from the scalar's. */
    private int counting(int scalar) {
        int low = builder.vectorSplat(VectorShape.I64X2, scalar);
        int high = builder.binary(Opcode.ADD, Type.I64, scalar, builder.constI64(8 * BYTES));
        return builder.vectorReplaceLane(VectorShape.I64X2, low, high, 1);
    }

    // ---- shuffles ----

    /** Shuffles of bytes that say what they are: the result is the indices. */
    @ParameterizedTest
    @MethodSource("machines")
    void shuffles(NativeMachine machine) {
        start(machine);
        Random random = new Random(1);
        for (int n = 0; n < 32; n++) {
            shuffleAllWays(rotation(n));
            shuffleAllWays(interleaving(1 << (n & 3), (n & 4) * 2, (n & 8) * 2));
            shuffleAllWays(exchanged(n & 15, n & 16));
            shuffleAllWays(strided(1 << (n & 3), n >> 2 & 1, n >> 3 & 1));
        }
        for (int n = 0; n < 150; n++) {
            shuffleAllWays(lanes(random, 1 << n % 4));
            shuffleAllWays(blend(random, 1 << n % 4));
            shuffleAllWays(words(random, n % 2 * 8));
            shuffleAllWays(inserted(random));
            shuffleAllWays(anyBytes(random));
        }
        check();
    }

    private static int[] rotation(int start) {
        int[] indices = new int[16];
        for (int k = 0; k < 16; k++) {
            indices[k] = start + k & 31;
        }
        return indices;
    }

    private static int[] interleaving(int width, int from, int first) {
        int[] indices = new int[16];
        for (int k = 0; k < 16; k++) {
            int operand = k / width % 2 * 16 ^ first;
            indices[k] = from + k / (2 * width) * width + k % width | operand;
        }
        return indices;
    }

    /** Each byte from the place whose number differs in some bits: lanes in reverse order within larger ones, and others. */
    private static int[] exchanged(int bits, int operand) {
        int[] indices = new int[16];
        for (int k = 0; k < 16; k++) {
            indices[k] = k ^ bits | operand;
        }
        return indices;
    }

    /** The even or odd lanes of both operands, or in pairs those of one and then of the other. */
    private static int[] strided(int width, int odd, int paired) {
        int[] indices = new int[16];
        for (int k = 0; k < 16; k++) {
            int lane = k / width;
            int from = paired == 0 ? 2 * lane + odd : lane / 2 * 2 + odd + lane % 2 * (16 / width);
            indices[k] = from * width + k % width & 31;
        }
        return indices;
    }

    private static int[] anyBytes(Random random) {
        return random.ints(16, 0, 32).toArray();
    }

    private static int[] lanes(Random random, int width) {
        int[] indices = new int[16];
        for (int k = 0; k < 16; k += width) {
            int lane = random.nextInt(32 / width) * width;
            for (int j = 0; j < width; j++) {
                indices[k + j] = lane + j;
            }
        }
        return indices;
    }

    private static int[] blend(Random random, int width) {
        int[] indices = new int[16];
        for (int k = 0; k < 16; k += width) {
            int operand = random.nextInt(2) * 16;
            for (int j = 0; j < width; j++) {
                indices[k + j] = k + j + operand;
            }
        }
        return indices;
    }

    /** One half in place, the words of the other in any order. */
    private static int[] words(Random random, int half) {
        int[] indices = rotation(random.nextInt(2) * 16);
        int operand = indices[0];
        for (int k = half; k < half + 8; k += 2) {
            int word = half + random.nextInt(4) * 2 + operand;
            indices[k] = word;
            indices[k + 1] = word + 1;
        }
        return indices;
    }

    private static int[] inserted(Random random) {
        int[] indices = rotation(random.nextInt(2) * 16);
        int other = indices[0] ^ 16;
        int place = random.nextInt(4) * 4;
        int lane = random.nextInt(4) * 4;
        for (int k = 0; k < 4; k++) {
            indices[place + k] = lane + k + other;
        }
        return indices;
    }

    private void shuffleAllWays(int[] indices) {
        for (int half = 0; half < 2; half++) {
            for (int zero = 0; zero < 4; zero++) {
                shuffle(indices, half, zero);
            }
        }
    }

    /** {@code zero}: 1 and 2, that operand is; 3: both are the first. */
    private void shuffle(int[] indices, int half, int zero) {
        begin();
        int none = builder.constV128(0, 0);
        int a = zero == 1 ? none : counting(x);
        int b = zero == 2 ? none : zero == 3 ? a : counting(y);
        long[] packed = new long[2];
        long[] result = new long[2];
        for (int k = 0; k < 16; k++) {
            packed[k / 8] |= (long) indices[k] << 8 * (k % 8);
            int operand = indices[k] / 16 + 1;
            long value = operand == zero ? 0 : zero == 3 ? indices[k] & 15 : indices[k];
            result[k / 8] |= value << 8 * (k % 8);
        }
        end(builder.vectorShuffle(a, b, packed[0], packed[1]), half);
        String text = Long.toHexString(packed[1]) + " " + Long.toHexString(packed[0]);
        run(FIRST, FIRST + 16 * BYTES, result[half], text + ", " + half + ", " + zero);
    }

    // ---- 64-bit comparisons ----

    @ParameterizedTest
    @MethodSource("machines")
    void comparesLongs(NativeMachine machine) {
        start(machine);
        long[] values = {
            0,
            1,
            -1,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            0x8000_0000L,
            0x7fff_ffffL,
            0xffff_ffffL,
            0x1_0000_0000L,
            -0x1_0000_0000L,
            0xffff_ffff_8000_0000L,
            0x1_8000_0000L,
            0x1_7fff_ffffL
        };
        for (Opcode opcode : new Opcode[] {Opcode.VGT_S, Opcode.VGE_S}) {
            begin();
            int a = builder.vectorSplat(VectorShape.I64X2, x);
            int b = builder.vectorSplat(VectorShape.I64X2, y);
            end(builder.vector(opcode, a, b, Function.NONE, VectorShape.I64X2.ordinal()), 1);
            for (long first : values) {
                for (long second : values) {
                    boolean holds = opcode == Opcode.VGT_S ? first > second : first >= second;
                    run(first, second, holds ? -1 : 0, opcode + " " + first + " " + second);
                }
            }
        }
        check();
    }

    // ---- relaxed operations in the deterministic form ----

    /** Without the flag a product of bytes is exact and its sum wraps. */
    @ParameterizedTest
    @MethodSource("machines")
    void multipliesBytesExactly(NativeMachine machine) {
        start(machine);
        Random random = new Random(1);
        begin();
        int a = builder.vectorSplat(VectorShape.I64X2, x);
        int b = builder.vectorSplat(VectorShape.I64X2, y);
        end(builder.vector(Opcode.VDOT8, a, b, Function.NONE, VectorShape.I16X8.ordinal()), 0);
        for (int n = 0; n < 100; n++) {
            long first = n == 0 ? 0x8080_8080_8080_8080L : random.nextLong();
            long second = n == 0 ? 0x8080_8080_8080_8080L : random.nextLong();
            long result = 0;
            for (int k = 0; k < 64; k += 16) {
                int sum =
                        (byte) (first >> k) * (byte) (second >> k)
                                + (byte) (first >> k + 8) * (byte) (second >> k + 8);
                result |= (sum & 0xffffL) << k;
            }
            run(first, second, result, first + " " + second);
        }
        check();
    }

    // ---- operations that are joined ----

    private static final int FUNCTIONS = 400;
    private static final int CASES = 6;

    /** Operations next to each other give what they give one by one, when each result is stored and loaded in between. */
    @ParameterizedTest
    @MethodSource("machines")
    void joinedOperations(NativeMachine machine) {
        start(machine);
        for (int seed = 0; seed < FUNCTIONS; seed++) {
            for (int stored = 0; stored < 2; stored++) {
                begin();
                Expressions expressions =
                        new Expressions(function, builder, x, y, stored == 1, seed);
                end(expressions.make(), seed & 1);
                Random random = new Random(seed);
                for (int n = 0; n < CASES; n++) {
                    program.addCase(random.nextLong(), random.nextLong());
                }
                if (stored == 0) {
                    texts.add(Printer.print(function));
                }
            }
        }
        List<NativeProgram.Outcome> outcomes = program.run();
        assertEquals(2 * CASES * FUNCTIONS, outcomes.size());
        for (int at = 0; at < outcomes.size(); at++) {
            if (at / CASES % 2 == 0) {
                long joined = outcomes.get(at).results()[0];
                long separate = outcomes.get(at + CASES).results()[0];
                assertEquals(separate, joined, texts.get(at / CASES / 2));
            }
        }
    }
}
