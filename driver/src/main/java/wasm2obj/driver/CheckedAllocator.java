package wasm2obj.driver;

import java.util.List;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.AllocationChecker;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Allocator;
import wasm2obj.regalloc.RegisterFile;

/** An allocator each of whose results is proved; a wrong one is a fault of the compiler. For {@code --verify}. */
final class CheckedAllocator implements Allocator {
    private final Allocator allocator;

    CheckedAllocator(Allocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public void allocate(AllocationInput input, RegisterFile registers, Allocation result) {
        allocator.allocate(input, registers, result);
        List<String> errors = AllocationChecker.check(input, registers, result);
        if (!errors.isEmpty()) {
            throw new IllegalStateException("wrong register allocation: " + errors.getFirst());
        }
    }
}
