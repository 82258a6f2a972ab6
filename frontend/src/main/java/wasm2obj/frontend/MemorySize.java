package wasm2obj.frontend;

import wasm2obj.ir.Module;

/** What is known of a memory's size when code is compiled. */
final class MemorySize {
    /** No machine has so much; larger declared sizes count as unknown. */
    private static final long MOST_BYTES = 1L << 56;

    private MemorySize() {}

    /** The number of bytes that the memory always has. */
    static long minimumBytes(Module.Memory memory) {
        long pages = memory.minimum();
        boolean known = pages >= 0 && pages <= MOST_BYTES >>> memory.pageShift();
        return known ? pages << memory.pageShift() : 0;
    }

    /** Whether it never has another size than its {@link #minimumBytes}. */
    static boolean isFixed(Module.Memory memory) {
        return memory.minimum() == memory.maximum()
                && minimumBytes(memory) >>> memory.pageShift() == memory.minimum();
    }
}
