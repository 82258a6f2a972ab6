/**
 * The x86-64 back end: lowering, instruction table and encoder, calling convention, frames.
 *
 * <p>In: SSA functions. Out: x86-64 machine functions and their bytes.
 *
 * <p>Never here: what another instruction set would need as well; that belongs to the shared code generation.
 */
package wasm2obj.isel.x64;
