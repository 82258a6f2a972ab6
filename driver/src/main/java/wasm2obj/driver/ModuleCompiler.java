package wasm2obj.driver;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.Isa;
import wasm2obj.frontend.FunctionTranslator;
import wasm2obj.frontend.ModuleParser;
import wasm2obj.frontend.WasmModule;
import wasm2obj.ir.Function;
import wasm2obj.objwriter.ObjectFile;

/**
 * The pipeline, module by module: bytes in, object out.
 *
 * <p>Functions are compiled in any order on any number of threads; what is made of them does not depend on that.
 */
public final class ModuleCompiler {
    /** Bytes of function bodies that a thread takes at a time. */
    private static final int RANGE_BYTES = 32 << 10;

    private final Settings settings;
    private final Reporting reporting;
    private final PrintStream err;
    private final Phases phases = new Phases();

    /** A compiler that reports to {@code err}. */
    public ModuleCompiler(Settings settings, Reporting reporting, PrintStream err) {
        this.settings = settings;
        this.reporting = reporting;
        this.err = err;
    }

    /** A compiler that reports nothing. */
    public ModuleCompiler(Settings settings, int threads) {
        this(settings, new Reporting(threads, false, false, false), System.err);
    }

    Settings settings() {
        return settings;
    }

    /** Checks that the bytes are a module that can be compiled; throws a WasmException if not. */
    public void validate(byte[] bytes) {
        WasmModule module = ModuleParser.parse(bytes, settings.features());
        ModulePlan plan = ModulePlan.of(module, settings);
        queue(module)
                .run(
                        reporting.threads(),
                        () -> {
                            FunctionTranslator translator =
                                    new FunctionTranslator(
                                            module, plan.entities(), plan.branchHints());
                            Function function = new Function();
                            return f -> translator.translate(f, function);
                        });
    }

    /** Compiles a module into an object. */
    public void compile(byte[] bytes, Path output) throws IOException {
        compile(bytes, output, null);
    }

    /** Compiles a module into an object and, unless {@code header} is null, a C header. */
    public void compile(byte[] bytes, Path output, Path header) throws IOException {
        WasmModule module = ModuleParser.parse(bytes, settings.features());
        tell(bytes, module);
        phases.end("parse");
        ModulePlan plan = ModulePlan.of(module, settings);
        phases.end("plan");
        Isa isa = Isas.of(settings);
        CompiledFunction[] functions = compileFunctions(module, plan, isa);
        phases.end("compile functions");
        ObjectAssembler assembler = new ObjectAssembler(module, plan, settings, isa);
        ObjectFile object = assembler.assemble(functions);
        phases.end("assemble");
        if (settings.debugInfo()) {
            String problem = assembler.addDebugInfo(bytes, functions);
            if (problem != null) {
                warn("debug information left out: " + problem);
            }
            phases.end("debug information");
        }
        write(object, settings.target(), output);
        phases.end("write");
        if (Log.isEnabled()) {
            Log.step("wrote " + output + ", " + Files.size(output) + " bytes");
        }
        if (header != null) {
            OutputFile.write(header, HeaderWriter.write(module, settings.prefix()));
        }
        if (reporting.timePasses()) {
            phases.print(err);
        }
    }

    void warn(String text) {
        err.println("wasm2obj: warning: " + text);
    }

    private void tell(byte[] bytes, WasmModule module) {
        if (Log.isEnabled()) {
            Log.step(
                    "compiling "
                            + bytes.length
                            + " bytes, "
                            + (module.functionCount() - module.importedFunctionCount())
                            + " functions for "
                            + settings.target().triple()
                            + ", "
                            + settings.cpu()
                            + ", -"
                            + settings.optimization()
                            + ", "
                            + settings.memory().name().toLowerCase(java.util.Locale.ROOT)
                            + " bounds, with "
                            + reporting.threads()
                            + " threads");
        }
    }

    /** Writes the optimised IR of all of the module's own functions as text. */
    void emitIr(byte[] bytes, Path output) {
        emit(bytes, output, FunctionPipeline::ir);
    }

    /** Writes the allocated machine code of all of the module's own functions as text. */
    void emitVcode(byte[] bytes, Path output) {
        emit(bytes, output, FunctionPipeline::vcode);
    }

    /** The text of one function. */
    private interface FunctionText {
        String of(FunctionPipeline pipeline, int function);
    }

    private void emit(byte[] bytes, Path output, FunctionText text) {
        WasmModule module = ModuleParser.parse(bytes, settings.features());
        ModulePlan plan = ModulePlan.of(module, settings);
        FunctionPipeline pipeline =
                new FunctionPipeline(module, plan, settings, Isas.of(settings), reporting);
        OutputFile.write(
                output,
                writer -> {
                    for (int f = module.importedFunctionCount(); f < module.functionCount(); f++) {
                        writer.append(text.of(pipeline, f)).append('\n');
                    }
                });
    }

    /** Writes the code of all of the module's own functions as assembler text. */
    void emitAssembly(byte[] bytes, Path output) {
        WasmModule module = ModuleParser.parse(bytes, settings.features());
        ModulePlan plan = ModulePlan.of(module, settings);
        Isa isa = Isas.of(settings);
        // Places of all code come with debug information, which does not change the code.
        FunctionPipeline pipeline =
                new FunctionPipeline(module, plan, settings.withDebugInfo(), isa, reporting);
        AssemblyListing listing =
                new AssemblyListing(new FunctionNames(module), isa, settings.target());
        OutputFile.write(
                output,
                writer -> {
                    writer.append(listing.head());
                    for (int f = module.importedFunctionCount(); f < module.functionCount(); f++) {
                        writer.append(listing.print(pipeline.compile(f)));
                    }
                    writer.append(listing.tail());
                });
    }

    private CompiledFunction[] compileFunctions(WasmModule module, ModulePlan plan, Isa isa) {
        CompiledFunction[] functions =
                new CompiledFunction[module.functionCount() - module.importedFunctionCount()];
        WorkQueue queue = queue(module);
        Progress progress = Progress.start(queue, err);
        try {
            queue.run(
                    reporting.threads(),
                    () -> {
                        FunctionPipeline pipeline =
                                new FunctionPipeline(module, plan, settings, isa, reporting);
                        return f ->
                                functions[f - module.importedFunctionCount()] = pipeline.compile(f);
                    });
        } finally {
            progress.stop();
        }
        return functions;
    }

    /** The module's own functions, in ranges of about the same size. */
    private static WorkQueue queue(WasmModule module) {
        int first = module.importedFunctionCount();
        int end = module.functionCount();
        int[] starts = new int[end - first + 1];
        int ranges = 0;
        long bytes = RANGE_BYTES;
        for (int f = first; f < end; f++) {
            if (bytes >= RANGE_BYTES) {
                starts[ranges++] = f;
                bytes = 0;
            }
            bytes += module.bodyEnd(f) - module.bodyStart(f);
        }
        starts[ranges] = end;
        return new WorkQueue(java.util.Arrays.copyOf(starts, ranges + 1));
    }

    private static void write(ObjectFile object, Target target, Path output) {
        try {
            if (OutputFile.isStandardOutput(output)) {
                Path whole = Files.createTempFile("wasm2obj", ".o");
                try {
                    object.write(target.format(), whole);
                    OutputFile.copyToStandardOutput(whole);
                } finally {
                    Files.delete(whole);
                }
            } else {
                object.write(target.format(), output);
            }
        } catch (IOException e) {
            throw OutputFile.cannotWrite(output, e);
        }
    }
}
