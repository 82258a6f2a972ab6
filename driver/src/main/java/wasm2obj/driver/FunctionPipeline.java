package wasm2obj.driver;

import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.FunctionCompiler;
import wasm2obj.codegen.Isa;
import wasm2obj.frontend.FunctionTranslator;
import wasm2obj.frontend.WasmException;
import wasm2obj.frontend.WasmModule;
import wasm2obj.ir.Function;
import wasm2obj.ir.Inliner;
import wasm2obj.ir.Module;
import wasm2obj.ir.OptimizationLevel;
import wasm2obj.ir.Optimizer;
import wasm2obj.ir.Printer;
import wasm2obj.ir.Type;
import wasm2obj.regalloc.Allocator;
import wasm2obj.regalloc.FastAllocator;
import wasm2obj.regalloc.GreedyAllocator;

/** One function's way through the compiler. Owns what a thread needs for it and reuses that for the next function. */
final class FunctionPipeline {
    private final Module entities;
    private final OptimizationLevel level;
    private final FunctionTranslator translator;
    private final Optimizer optimizer = new Optimizer();
    private final WasmModule module;
    private final ModulePlan plan;
    private final FunctionCompiler compiler;
    private final String vectorProblem;
    private final Function function = new Function();
    private final Optimizer.Watcher verifier;

    /** Null if nothing is inlined. */
    private final Inliner inliner;

    private final SmallFunctions callees;

    FunctionPipeline(
            WasmModule module, ModulePlan plan, Settings settings, Isa isa, Reporting reporting) {
        this.module = module;
        this.plan = plan;
        entities = plan.entities();
        level = settings.optimization();
        translator = new FunctionTranslator(module, entities, plan.branchHints());
        translator.setSimplify(level != OptimizationLevel.O0);
        verifier = reporting.verify() ? Optimizer.verifying() : null;
        optimizer.setWatcher(verifier);
        inliner = inlines() ? Inliner.of(level) : null;
        callees = new SmallFunctions(module, plan, translator, inliner);
        vectorProblem = Isas.vectorProblem(settings);
        compiler = new FunctionCompiler(entities, plan.layout(), isa, allocator(level, reporting));
        compiler.setPrefersSize(level == OptimizationLevel.OS);
        compiler.setDebugInfo(settings.debugInfo());
        compiler.setFramePointers(
                settings.framePointers() || settings.target().keepsFramePointers());
        compiler.setTableCalls(plan.tableCalls());
        translator.setSharedCalls(plan.tableCalls()::isShared);
    }

    /**
     * Where a module has debug information, what its producer left a function stays one, so that a debugger stops there and
     * shows its frame; with -g and without. -O3 asks for more.
     */
    private boolean inlines() {
        return level == OptimizationLevel.O3 || module.customSection(".debug_info") == null;
    }

    /** Compiles a function of the module's own. */
    CompiledFunction compile(int index) {
        translateAndOptimize(index);
        CompiledFunction compiled = compiler.compile(function);
        checkLimit(index, "bytes of frame", compiled.frameSize(), CodeRows.LARGEST_FRAME);
        long references = compiled.stackMaps().size();
        checkLimit(index, "references at its calls", references, StackMapRows.MOST_REFERENCES);
        return compiled;
    }

    private void checkLimit(int index, String what, long count, int most) {
        if (count > most) {
            throw new WasmException.LimitExceeded(
                    module.bodyStart(index),
                    "function "
                            + index
                            + " too complex: "
                            + count
                            + " "
                            + what
                            + ", at most "
                            + most
                            + " are supported");
        }
    }

    /** The function's IR as text, as it goes into the back end. */
    String ir(int index) {
        translateAndOptimize(index);
        return Printer.print(function);
    }

    /** The function's machine code with its registers as text, as it is emitted next. */
    String vcode(int index) {
        translateAndOptimize(index);
        return compiler.vcode(function);
    }

    private void translateAndOptimize(int index) {
        translator.translate(index, function);
        function.setChecksStack(plan.stackChecks()[index]);
        if (vectorProblem != null) {
            refuseVectors();
        }
        if (inliner != null && inliner.run(function, callees) && verifier != null) {
            verifier.passed("inline", function, entities, true);
        }
        optimizer.run(function, entities, level);
    }

    private void refuseVectors() {
        for (int b = function.firstBlock(); b != Function.NONE; b = function.nextBlock(b)) {
            for (int i = function.first(b); i != Function.NONE; i = function.next(i)) {
                if (function.opcode(i).isVector() || function.type(i) == Type.V128) {
                    throw new WasmException.Unsupported(function.source(i), vectorProblem);
                }
            }
        }
    }

    private static Allocator allocator(OptimizationLevel level, Reporting reporting) {
        Allocator allocator =
                level == OptimizationLevel.O0 ? new FastAllocator() : new GreedyAllocator();
        return reporting.verify() ? new CheckedAllocator(allocator) : allocator;
    }
}
