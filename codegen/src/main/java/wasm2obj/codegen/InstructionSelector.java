package wasm2obj.codegen;

import wasm2obj.ir.Type;

/**
 * An ISA's choice of machine instructions. {@link LoweringContext} walks the function backwards, so that users come before
 * what they use, and calls in here for each instruction that is needed; the machine instructions that one call emits stay in
 * the order they were emitted.
 */
public interface InstructionSelector {
    /** A new function begins; the context is ready. */
    void begin(LoweringContext context);

    /**
     * Emits code for an instruction that is neither a terminator, nor a parameter, nor a call's further result. For an INVOKE: what
     * fetches the results of the call that are not in registers, at the start of the block where it returns to.
     */
    void lower(int instruction);

    /** Emits code for a terminator other than TRAP that has no edge or several; for an INVOKE also the call before it. */
    void lowerTerminator(int instruction);

    /** Emits the ENTRY and what brings the function's parameters into virtual registers. */
    void lowerEntry();

    /** Emits code that puts a constant into a new virtual register, and returns that. */
    int constant(int instruction);

    /** Emits code that puts the scalar constant into the virtual register. */
    void constant(int vreg, Type type, long bits);

    /** Gives a register the address that a value stands for. Only for selectors that hold values as addresses. */
    default void address(int vreg, int value) {
        throw new IllegalStateException("no addresses");
    }

    /** Gives a register the lower half of another one. Only for selectors that let upper halves be anything. */
    default void zeroExtend(int vreg, int source) {
        throw new IllegalStateException("no halves");
    }

    /** Whether that is more than one instruction, which a loop had better not repeat. */
    default boolean isCostly(Type type, long bits) {
        return false;
    }
}
