/**
 * The SSA form of one function: data model, verifier, text printer and parser, analyses and passes.
 *
 * <p>In: functions built by a front end or parsed from text. Out: the same functions, verified and improved.
 *
 * <p>Never here: WebAssembly bytes, machine registers, anything that knows an instruction set.
 */
package wasm2obj.ir;
