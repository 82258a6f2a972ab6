/**
 * What all back ends share: machine functions, calling conventions, the code buffer, the compiled function.
 *
 * <p>In: SSA functions and a target. Out: code, relocations, trap sites, stack maps and unwind operations of one function.
 *
 * <p>A back end is made of classes of this package that it extends. Selection: {@link wasm2obj.codegen.RuleSelector} asks the rules
 * ({@link wasm2obj.codegen.SelectionRules}) that serve an operation. Emission: {@link wasm2obj.codegen.FunctionEmitter} asks the sequences
 * ({@link wasm2obj.codegen.CodeSequences}) that serve an opcode. What is abstract in them is what an instruction set has to say.
 *
 * <p>Never here: an encoding or a register of one instruction set, or an object file format.
 */
package wasm2obj.codegen;
