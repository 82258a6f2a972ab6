/** The AArch64 back end: lowering, instruction table and encoder, calling convention, frames. */
@SuppressWarnings("module") // the digits are the instruction set's name
module wasm2obj.isel.aarch64 {
    requires transitive wasm2obj.codegen;

    exports wasm2obj.isel.aarch64;
    exports wasm2obj.isel.aarch64.instruction;
}
