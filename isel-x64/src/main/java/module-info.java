/** The x86-64 back end: lowering, instruction table and encoder, calling convention, frames. */
@SuppressWarnings("module") // the digits are the instruction set's name
module wasm2obj.isel.x64 {
    requires transitive wasm2obj.codegen;

    exports wasm2obj.isel.x64;
    exports wasm2obj.isel.x64.instruction;
}
