package wasm2obj.isel.x64;

import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.regalloc.Allocator;
import wasm2obj.regalloc.FastAllocator;

/** What generated code depends on: the processor's features and the allocator. */
enum Setting {
    BASELINE_FAST(Feature.X86_64),
    V2_FAST(Feature.X86_64_V2),
    V3_FAST(Feature.X86_64_V3);

    final int features;

    Setting(int features) {
        this.features = features;
    }

    Allocator allocator() {
        return new FastAllocator();
    }
}
