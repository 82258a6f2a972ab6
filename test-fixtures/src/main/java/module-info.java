/** Programs of our own, and the tests that cross module borders: end to end, conformance, differential. */
module wasm2obj.fixtures {
    requires transitive wasm2obj.driver;

// With the first class: exports wasm2obj.fixtures;
}
