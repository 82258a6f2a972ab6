package wasm2obj.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Runs functions before and after a change on a few inputs and compares all that can be observed. */
final class Equivalence {
    private static final int FUEL = 20_000;

    private final RandomFunctions functions = new RandomFunctions();
    private int compared;
    private int returned;
    private int skipped;

    /** The random function of a seed, verified. */
    Function make(long seed) {
        Function function = functions.make(seed, 20 + (int) (seed % 12) * 20);
        Verifier.check(function, RandomFunctions.MODULE, "random function " + seed);
        return function;
    }

    static long[] arguments(Function function, long seed) {
        Signature signature = function.signature();
        long[] arguments = new long[signature.parameterCount()];
        long state = seed;
        for (int k = 0; k < arguments.length; k++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            Type type = signature.parameter(k);
            long small = state >>> 58;
            arguments[k] =
                    switch (type) {
                        case F32 -> Float.floatToRawIntBits(small / 4f);
                        case F64 -> Double.doubleToRawLongBits(small / 4.0);
                        default -> (state >>> 20 & 3) == 0 ? state >>> 3 : small * 4;
                    };
            arguments[k] &= Interpreter.mask(type);
        }
        return arguments;
    }

    void check(Function before, Function after, long seed) {
        check(before, after, seed, RandomFunctions.MODULE);
    }

    void check(Function before, Function after, long seed, Module module) {
        for (int n = 0; n < 4; n++) {
            long[] arguments = arguments(before, seed * 4 + n);
            String wanted;
            try {
                wanted = new Interpreter(module, n).run(before, arguments, FUEL);
            } catch (Interpreter.OutOfFuel e) {
                skipped++;
                continue;
            }
            String got;
            try {
                got = new Interpreter(module, n).run(after, arguments, 2 * FUEL);
            } catch (Interpreter.OutOfFuel e) {
                got = "does not end";
            }
            compared++;
            returned += wanted.startsWith("returns") ? 1 : 0;
            assertEquals(
                    wanted,
                    got,
                    () ->
                            "seed "
                                    + seed
                                    + "\n"
                                    + Printer.print(before)
                                    + "\nbecame\n"
                                    + Printer.print(after));
        }
    }

    /** Guards against a generator whose functions all trap at once or never end. */
    void checkThatEnoughRan() {
        assertTrue(returned * 4 > compared, returned + " of " + compared + " returned");
        assertTrue(skipped < compared / 5, skipped + " did not end");
    }
}
