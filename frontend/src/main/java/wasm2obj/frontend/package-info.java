/**
 * WebAssembly bytes to validated SSA.
 *
 * <p>In: the bytes of a module. Out: its declarations, and each function body as SSA, validated while it is translated.
 *
 * <p>Never here: a second decode of the same bytes, or an exception that hostile input can raise past the error type.
 */
package wasm2obj.frontend;
