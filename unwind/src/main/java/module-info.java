/** Call frame information and debug sections. */
module wasm2obj.unwind {
    // With the first class: exports wasm2obj.unwind;
}
