package wasm2obj.frontend;

import wasm2obj.ir.Function;
import wasm2obj.ir.Module;
import wasm2obj.ir.Verifier;

/** Translates all functions of a module and verifies them. */
final class Translation {
    private final Function function = new Function();
    private final Verifier verifier = new Verifier();

    /** Throws a {@link WasmException} if the module is not valid, an error if its IR is not. */
    void translate(byte[] bytes, Features features, MemoryPlan plan) {
        WasmModule module = ModuleParser.parse(bytes, features);
        Module entities = ModuleEntities.derive(module, BodyFacts.of(module), plan);
        FunctionTranslator translator =
                new FunctionTranslator(module, entities, BranchHints.of(module));
        for (int i = module.importedFunctionCount(); i < module.functionCount(); i++) {
            translator.translate(i, function);
            if (!verifier.verify(function, entities)) {
                throw new AssertionError("function " + i + ":\n" + verifier.report());
            }
        }
    }
}
