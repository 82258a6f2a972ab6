package wasm2obj.driver;

import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.FunctionCompiler;
import wasm2obj.codegen.Isa;
import wasm2obj.frontend.FunctionTranslator;
import wasm2obj.frontend.WasmModule;
import wasm2obj.ir.Function;
import wasm2obj.regalloc.FastAllocator;

/** One function's way through the compiler. Owns what a thread needs for it and reuses that for the next function. */
final class FunctionPipeline {
    private final FunctionTranslator translator;
    private final FunctionCompiler compiler;
    private final Function function = new Function();

    FunctionPipeline(
            WasmModule module, ModulePlan plan, Settings settings, Isa isa, Reporting reporting) {
        translator = new FunctionTranslator(module, plan.entities(), plan.branchHints());
        compiler = new FunctionCompiler(plan.entities(), plan.layout(), isa, new FastAllocator());
    }

    CompiledFunction compile(int index) {
        translator.translate(index, function);
        return compiler.compile(function);
    }

    /** The function's IR as text, as it goes into the back end. */
    String ir(int index) {
        translator.translate(index, function);
        return wasm2obj.ir.Printer.print(function);
    }
}
