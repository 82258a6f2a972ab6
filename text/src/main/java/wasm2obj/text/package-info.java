/**
 * WebAssembly's text format.
 *
 * <p>In: text, for {@link wasm2obj.text.WatReader}, or a module's bytes, for {@link wasm2obj.text.WatPrinter}. Out: the
 * other of the two. What is wrong with the input is a {@link wasm2obj.text.WatException}, of one line.
 *
 * <p>This is about form alone: an invalid module is read and printed like any other, as long as it can be written down.
 *
 * <p>Never here: recursion over the input's nesting, work that is more than linear in the input, or any other exception
 * that hostile input can raise.
 */
package wasm2obj.text;
