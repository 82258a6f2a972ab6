/** Call frame information and debug sections. */
module wasm2obj.unwind {
    exports wasm2obj.unwind.dwarf;
    exports wasm2obj.unwind;
}
