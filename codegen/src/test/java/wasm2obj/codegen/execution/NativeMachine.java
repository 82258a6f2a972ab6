package wasm2obj.codegen.execution;

import java.util.List;
import wasm2obj.codegen.CallingConvention;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.Isa;
import wasm2obj.regalloc.AllocationChecker;
import wasm2obj.regalloc.AllocationText;
import wasm2obj.regalloc.Allocator;
import wasm2obj.regalloc.FastAllocator;
import wasm2obj.regalloc.GreedyAllocator;

/** What {@link NativeProgram} must know of a machine, and how functions are compiled for it. */
public interface NativeMachine {
    Isa isa();

    /** Whether the greedy allocator is used, or else the fast one. */
    boolean isGreedy();

    /** A new instance of the convention between WebAssembly functions. */
    CallingConvention convention();

    /** General registers of parameters, in the order in which the driver has them; vector registers follow. */
    int[] parameterOrder();

    /** The same of results. */
    int[] resultOrder();

    /** Bits that may be in the upper half of an i32's register between functions: those of parameters come with them. */
    default long upperHalf() {
        return 0;
    }

    /** The C compiler, which also assembles, and the options that it needs. */
    List<String> compiler();

    /** What runs a program, in front of its name; empty if it runs by itself. */
    List<String> emulator();

    /** Assembly of a stub that goes to the driver with its number and the bytes of its stack arguments. */
    String stub(int number, int stackSize);

    /**
     * Assembly of the 32 bits that a relocation concerns.
     *
     * @param form a form of {@link CompiledFunction.Relocations}
     * @param word the 32 bits in the function's code
     * @param target a symbol, perhaps with an offset
     */
    String relocated(int form, int word, String target, int addend);

    /** An allocator that proves each of its results. */
    default Allocator allocator() {
        Allocator allocator = isGreedy() ? new GreedyAllocator() : new FastAllocator();
        return (input, registers, result) -> {
            allocator.allocate(input, registers, result);
            List<String> errors = AllocationChecker.check(input, registers, result);
            if (!errors.isEmpty()) {
                throw new AssertionError(errors + "\n" + AllocationText.print(input, result));
            }
        };
    }
}
