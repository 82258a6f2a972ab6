package wasm2obj.isel.x64;

import java.util.List;
import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.regalloc.AllocationChecker;
import wasm2obj.regalloc.AllocationText;
import wasm2obj.regalloc.Allocator;
import wasm2obj.regalloc.FastAllocator;
import wasm2obj.regalloc.GreedyAllocator;

/** What generated code depends on: the processor's features and the allocator. */
enum Setting {
    BASELINE_FAST(Feature.X86_64, false),
    V2_GREEDY(Feature.X86_64_V2, true),
    V3_FAST(Feature.X86_64_V3, false),
    V3_GREEDY(Feature.X86_64_V3, true);

    final int features;
    private final boolean isGreedy;

    Setting(int features, boolean isGreedy) {
        this.features = features;
        this.isGreedy = isGreedy;
    }

    /** An allocator that proves each of its results. */
    Allocator allocator() {
        Allocator allocator = isGreedy ? new GreedyAllocator() : new FastAllocator();
        return (input, registers, result) -> {
            allocator.allocate(input, registers, result);
            List<String> errors = AllocationChecker.check(input, registers, result);
            if (!errors.isEmpty()) {
                throw new AssertionError(errors + "\n" + AllocationText.print(input, result));
            }
        };
    }
}
