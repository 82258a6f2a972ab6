/**
 * Call frame information and debug sections.
 *
 * <p>In: unwind operations and source positions. Out: CIE and FDE records, compact unwind entries, DWARF sections.
 *
 * <p>Never here: an object file format, or code that decides what a prologue does.
 */
package wasm2obj.unwind;
