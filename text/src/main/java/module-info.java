/** WebAssembly's text format, read into the binary format and printed from it. */
module wasm2obj.text {
    exports wasm2obj.text;
}
