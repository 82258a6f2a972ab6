/** The pipeline, its settings, the command line and the C header generator. */
@SuppressWarnings("requires-automatic") // elf4j has no descriptor.
module wasm2obj.driver {
    requires transitive wasm2obj.frontend;
    requires transitive wasm2obj.ir;
    requires transitive wasm2obj.codegen;
    requires wasm2obj.isel.x64;
    requires transitive wasm2obj.isel.aarch64;
    requires transitive wasm2obj.objwriter;
    requires wasm2obj.regalloc;
    requires wasm2obj.text;
    requires wasm2obj.unwind;
    requires elf4j;

    exports wasm2obj.driver;

    provides elf4j.spi.LoggerFactory with
            wasm2obj.driver.internal.StderrLoggerFactory;
}
