package wasm2obj.ir;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each pass alone, and each level's list, keep the meaning of random functions: the interpreter observes the same before and
 * after. Objects are reused from function to function, so that what one leaves behind shows in the next.
 */
class PassesTest {
    private static final int FUNCTIONS = Integer.getInteger("wasm2obj.functions", 500);
    private static final long FIRST_SEED = Long.getLong("wasm2obj.seed", 0);

    @TestFactory
    Stream<DynamicTest> passes() {
        Optimizer optimizer = new Optimizer();
        // Random functions have no references; those of golden tests and of the official suite
        // have.
        return Stream.of(optimizer.passNames())
                .filter(name -> !List.of("counting", "references", "scalars").contains(name))
                .map(name -> DynamicTest.dynamicTest(name, () -> checkPass(optimizer.pass(name))));
    }

    private static void checkPass(Pass pass) {
        Equivalence equivalence = new Equivalence();
        Analyses analyses = new Analyses();
        int changed = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + FUNCTIONS; seed++) {
            Function before = equivalence.make(seed);
            Function after = input(before, seed);
            analyses.reset(after, RandomFunctions.MODULE);
            String text = Printer.print(after);
            boolean says = pass.run(after, analyses);
            Verifier.check(
                    after,
                    RandomFunctions.MODULE,
                    "seed " + seed + ", " + pass.name() + " of\n" + text);
            assertTrue(
                    says || text.equals(Printer.print(after)),
                    "did not say that it changed " + text);
            changed += says ? 1 : 0;
            equivalence.check(before, after, seed);
        }
        assertTrue(changed > FUNCTIONS / 20, "changed only " + changed);
        equivalence.checkThatEnoughRan();
    }

    /** A copy; every other one simplified by the builder. */
    private static Function input(Function before, long seed) {
        return seed % 2 == 0
                ? Parser.parse(Printer.print(before))
                : new Rebuilder().rebuild(before, true);
    }

    @Test
    void levels() {
        Optimizer optimizer = new Optimizer();
        optimizer.setWatcher(Optimizer.verifying());
        for (OptimizationLevel level : OptimizationLevel.values()) {
            Equivalence equivalence = new Equivalence();
            for (long seed = FIRST_SEED; seed < FIRST_SEED + FUNCTIONS; seed++) {
                Function before = equivalence.make(seed);
                Function after = input(before, seed);
                optimizer.run(after, RandomFunctions.MODULE, level);
                equivalence.check(before, after, seed);
            }
        }
    }
}
