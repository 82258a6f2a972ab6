/** The SSA form of one function: data model, verifier, text printer and parser, analyses and passes. */
module wasm2obj.ir {
    exports wasm2obj.ir;
}
