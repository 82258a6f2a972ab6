/**
 * What all back ends share: machine functions, calling conventions, the code buffer, the compiled function.
 *
 * <p>In: SSA functions and a target. Out: code, relocations, trap sites, stack maps and unwind operations of one function.
 *
 * <p>Never here: an encoding or a register of one instruction set, or an object file format.
 */
package wasm2obj.codegen;
