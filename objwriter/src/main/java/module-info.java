/** A neutral model of a relocatable object (sections, symbols, relocations) and its writers. */
module wasm2obj.objwriter {
    exports wasm2obj.objwriter;
}
