/**
 * The x86-64 instructions: one table in the notation of Intel's manual, and what follows from it.
 *
 * <p>In: a row of the table, hardware register numbers, an immediate. Out: the bytes, the text, and what an allocator has to
 * know of a row's operands.
 *
 * <p>{@link wasm2obj.isel.x64.instruction.X64} is the table, {@link wasm2obj.isel.x64.instruction.Operand} describes one
 * operand of a row, {@link wasm2obj.isel.x64.instruction.Encoder} writes bytes, {@link
 * wasm2obj.isel.x64.instruction.X64Printer} writes text.
 *
 * <p>Never here: virtual registers, labels, relocations, any choice between instructions.
 */
package wasm2obj.isel.x64.instruction;
