/** Programs of our own, and the tests that cross module borders: end to end, conformance, differential. */
module wasm2obj.fixtures {
    requires transitive wasm2obj.driver;
    requires wasm2obj.text;
    requires com.google.gson;

    exports wasm2obj.fixtures;
    exports wasm2obj.fixtures.conformance;
    exports wasm2obj.fixtures.differential;
}
