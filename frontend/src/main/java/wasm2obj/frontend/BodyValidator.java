package wasm2obj.frontend;

import wasm2obj.ir.Function;

/**
 * Validates function bodies and keeps nothing: the translator does the work, its result is dropped. One object serves a
 * worker thread.
 */
public final class BodyValidator {
    private final FunctionTranslator translator;
    private final Function function = new Function();

    public BodyValidator(WasmModule module) {
        // Code that nobody runs needs no facts.
        BodyFacts none = new BodyFacts(module);
        translator =
                new FunctionTranslator(
                        module, ModuleEntities.derive(module, none, MemoryPlan.EXPLICIT), null);
        translator.setSimplify(false);
    }

    /**
     * Validates a body.
     *
     * @param index of a defined function
     * @throws WasmException if the body is not valid
     */
    public void validate(int index) {
        translator.translate(index, function);
    }
}
