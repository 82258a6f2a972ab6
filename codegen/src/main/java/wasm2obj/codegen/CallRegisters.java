package wasm2obj.codegen;

/**
 * What selection must know of an ISA's registers to lower calls. Registers are numbered as in {@link
 * wasm2obj.regalloc.RegisterFile}, sets of them are bit masks.
 *
 * @param clobbers the registers that a call destroys, in WebAssembly's convention and in C's
 * @param calleeSaved the registers that a callee keeps
 * @param cParameters general registers of C's parameters; the first is for the context
 * @param cResult general register of C's result
 * @param cFloat vector register of C's first float parameter and of its result; the others follow
 * @param callee where a tail call has the record or table index of whom it calls, and a call by shared code the table index; no
 *     parameter, and none that linkers' veneers use
 */
public record CallRegisters(
        long clobbers, long calleeSaved, int[] cParameters, int cResult, int cFloat, int callee) {}
