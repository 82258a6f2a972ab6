/** Register allocation over an abstract machine function, and the checker that proves each result. */
module wasm2obj.regalloc {
    // With the first class: exports wasm2obj.regalloc;
}
