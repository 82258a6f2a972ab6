/**
 * Debug information of a WebAssembly module, rewritten for the native code that was made of it.
 *
 * <p>A producer's DWARF describes WebAssembly: its addresses are offsets in the code section, its variables live in locals,
 * its pointers are offsets in a memory. {@link wasm2obj.unwind.dwarf.DebugRewriter} makes sections of it that a native debugger
 * understands. Lines, files, functions, inlined functions, scopes and types are kept, with native addresses; so are the
 * global variables, which lie in linear memory. What lies in locals of WebAssembly has no location in native code and is
 * kept without one: a debugger shows its type and calls it optimised out.
 *
 * <p>In: the debug sections (DWARF 2 to 5, DWARF in a WebAssembly module: yurydelendik.github.io/webassembly-dwarf) and, by
 * function, which code came from which WebAssembly address. Out: bytes of sections and their relocations.
 *
 * <p>Never here: an object file format, an instruction set. This is the edge of the compiler, asked for by {@code -g}:
 * records and collections are fine.
 */
package wasm2obj.unwind.dwarf;
