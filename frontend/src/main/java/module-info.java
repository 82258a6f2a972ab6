/** WebAssembly bytes to validated SSA. */
module wasm2obj.frontend {
    requires transitive wasm2obj.ir;

    exports wasm2obj.frontend;
}
