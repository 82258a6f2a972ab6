/**
 * Register allocation over an abstract machine function, and the checker that proves each result.
 *
 * <p>In: blocks, operands and constraints as plain ints. Out: a location per operand, moves to insert, slots and stack maps.
 *
 * <p>Never here: the SSA form, an instruction set, a change to the program that is being allocated.
 */
package wasm2obj.regalloc;
