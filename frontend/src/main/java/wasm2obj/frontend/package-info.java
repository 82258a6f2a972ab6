/**
 * WebAssembly bytes to validated SSA.
 *
 * <p>In: the bytes of a module. Out: its declarations, and each function body as SSA, validated while it is translated.
 *
 * <p>The way through:
 *
 * <ol>
 *   <li>{@link wasm2obj.frontend.ModuleParser} reads and validates all sections but the bodies: a {@link
 *       wasm2obj.frontend.WasmModule}.
 *   <li>{@link wasm2obj.frontend.BodyFacts} steps over the bodies and finds what they never do;
 *       {@link wasm2obj.frontend.ModuleEntities} makes the IR's view of the module of both.
 *   <li>A {@link wasm2obj.frontend.FunctionTranslator} for each thread validates and translates bodies, in any order.
 * </ol>
 *
 * <p>What is wrong with a module is a {@link wasm2obj.frontend.WasmException}, of one line.
 *
 * <p>Never here: a second decode of the same bytes (stepping over instructions by their lengths is none), or an exception
 * that hostile input can raise past the error type.
 */
package wasm2obj.frontend;
