package wasm2obj.regalloc;

/** A register allocator. An allocator owns its work arrays and serves one thread. */
public interface Allocator {
    /** Decides on a location for every operand of {@code input}, which it leaves as it is. */
    void allocate(AllocationInput input, RegisterFile registers, Allocation result);
}
