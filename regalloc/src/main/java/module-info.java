/** Register allocation over an abstract machine function, and the checker that proves each result. */
module wasm2obj.regalloc {
    exports wasm2obj.regalloc;
}
