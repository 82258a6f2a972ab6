package wasm2obj.codegen.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wasm2obj.ir.Function;
import wasm2obj.ir.Interpreter;
import wasm2obj.ir.Module;
import wasm2obj.ir.Printer;
import wasm2obj.ir.RandomFunctions;
import wasm2obj.ir.Type;

/** Random functions with control flow, memory, globals and calls do natively what the interpreter of the IR does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class RandomFunctionsSuite {
    private static final int FUNCTIONS = Integer.getInteger("wasm2obj.randomFunctions", 400);
    private static final int RUNS = 4;
    private static final int FUEL = 20_000;

    private static long[] arguments(Function function, long seed) {
        long[] arguments = new long[function.signature().parameterCount()];
        long state = seed;
        for (int k = 0; k < arguments.length; k++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            long small = state >>> 58;
            Type type = function.signature().parameter(k);
            arguments[k] =
                    switch (type) {
                        case F32 -> Float.floatToRawIntBits(small / 4f);
                        case F64 -> Double.doubleToRawLongBits(small / 4.0);
                        default -> (state >>> 20 & 3) == 0 ? state >>> 3 : small * 4;
                    };
            if (type.bytes() == 4) {
                arguments[k] &= 0xffff_ffffL;
            }
        }
        return arguments;
    }

    private static long[] globals(Module module, long seed) {
        long[] globals = new long[module.globals().length];
        for (int i = 0; i < globals.length; i++) {
            Module.Global global = module.globals()[i];
            long mask = global.type().bytes() == 4 ? 0xffff_ffffL : -1;
            globals[i] = global.constant() ? global.value() : i * 77L + seed & mask;
        }
        return globals;
    }

    /** What the tests run on. */
    protected abstract List<? extends NativeMachine> machines();

    /** Whether the back end has atomic operations. */
    protected boolean hasAtomics() {
        return true;
    }

    @ParameterizedTest
    @MethodSource("machines")
    void randomFunctions(NativeMachine machine) {
        Module module = RandomFunctions.MODULE;
        NativeProgram program = new NativeProgram(module, machine);
        program.callOnlyStubs();
        RandomFunctions random = new RandomFunctions();
        if (!hasAtomics()) {
            random.withoutAtomics();
        }
        List<String> expected = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int seed = 1; seed <= FUNCTIONS; seed++) {
            Function function = random.make(seed, 20 + seed % 12 * 20);
            String text = Printer.print(function);
            long[][] inputs = new long[RUNS][];
            for (int run = 0; run < RUNS; run++) {
                inputs[run] = expected(module, function, 4 * seed + run, text, texts, expected);
            }
            program.add(function);
            for (int run = 0; run < RUNS; run++) {
                if (inputs[run] != null) {
                    int state = 4 * seed + run;
                    program.addCase(state, globals(module, state), inputs[run]);
                }
            }
        }
        assertTrue(expected.size() > FUNCTIONS, "too few runs without a NaN of open bits");
        List<NativeProgram.Outcome> outcomes = program.run();
        assertEquals(expected.size(), outcomes.size());
        for (int i = 0; i < expected.size(); i++) {
            String outcome = outcomes.get(i).toString();
            if (!outcome.equals(expected.get(i))) {
                assertEquals(texts.get(i) + expected.get(i), texts.get(i) + outcome);
            }
        }
    }

    private static long[] expected(
            Module module,
            Function function,
            int state,
            String text,
            List<String> texts,
            List<String> expected) {
        long[] arguments = arguments(function, state);
        Interpreter interpreter = new Interpreter(module, state);
        try {
            String outcome = interpreter.run(function, arguments, FUEL);
            if (interpreter.madeNaN()) {
                return null;
            }
            texts.add(text);
            expected.add(outcome);
            return arguments;
        } catch (Interpreter.OutOfFuel e) {
            return null;
        }
    }
}
