package wasm2obj.unwind.dwarf;

/**
 * Where the code of one function went.
 *
 * @param wasmStart address of its body: offset in the code section's contents
 * @param wasmEnd address behind its body
 * @param symbol what {@code offset} counts from, handed on in relocations as it is
 * @param offset of its first byte
 * @param length bytes of code
 * @param places offsets in the code, ascending: from each one on, up to the next, the code is of the WebAssembly address in
 *     {@code addresses}. Code before the first one is the function's prologue
 * @param addresses by place; -1 for code that comes from nowhere
 */
public record NativeFunction(
        int wasmStart,
        int wasmEnd,
        int symbol,
        long offset,
        int length,
        int[] places,
        int[] addresses) {

    /** Offset behind the stretch that begins at place {@code i}. */
    int placeEnd(int i) {
        return i + 1 < places.length ? places[i + 1] : length;
    }
}
