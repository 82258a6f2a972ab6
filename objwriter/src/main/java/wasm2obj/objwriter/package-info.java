/**
 * A neutral model of a relocatable object (sections, symbols, relocations) and its writers.
 *
 * <p>In: section bytes, symbols and relocations. Out: an ELF or Mach-O file, the same bytes for the same input.
 *
 * <p>Never here: anything that knows WebAssembly or where the bytes came from.
 */
package wasm2obj.objwriter;
