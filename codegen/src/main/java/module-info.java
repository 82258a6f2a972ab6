/** What all back ends share: machine functions, calling conventions, the code buffer, the compiled function. */
module wasm2obj.codegen {
    requires transitive wasm2obj.ir;
    requires transitive wasm2obj.regalloc;
    requires transitive wasm2obj.unwind;

    exports wasm2obj.codegen;
}
