package wasm2obj.regalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Random inputs through the allocators and the checker. One allocator object serves all of them, so state that leaks from one
 * run into the next shows. {@code -Dregalloc.fuzz=N} runs N inputs instead of the few of a unit test, from the seed
 * {@code -Dregalloc.seed=N}.
 */
class AllocatorFuzzTest {
    private static final int RUNS = Integer.getInteger("regalloc.fuzz", 3000);
    private static final int SEED = Integer.getInteger("regalloc.seed", 1);

    @Test
    void fast() {
        fuzz(new FastAllocator());
    }

    @Test
    void greedy() {
        GreedyAllocator allocator = new GreedyAllocator();
        fuzz(allocator);
        assertEquals(0, allocator.fallbacks);
    }

    private static void fuzz(Allocator allocator) {
        Allocation result = new Allocation();
        for (int run = 0; run < RUNS; run++) {
            int seed = SEED + run;
            RegisterFile registers = seed % 3 == 0 ? Registers.X64 : Registers.TINY;
            int blocks = seed % 7 == 0 ? 40 : seed % 5 == 0 ? 1 : 8;
            int length = seed % 11 == 0 ? 40 : 6;
            AllocationInput input = InputGenerator.generate(seed, registers, blocks, length);
            String before = AllocationText.print(input);
            try {
                allocator.allocate(input, registers, result);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + "\n" + before, e);
            }
            List<String> errors = AllocationChecker.check(input, registers, result);
            if (!errors.isEmpty()) {
                fail(
                        "seed "
                                + seed
                                + "\n"
                                + String.join("\n", errors)
                                + "\n"
                                + AllocationText.print(input, result));
            }
            assertEquals(before, AllocationText.print(input), "the input was changed");
        }
    }
}
