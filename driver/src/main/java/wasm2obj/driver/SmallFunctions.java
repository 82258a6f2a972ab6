package wasm2obj.driver;

import wasm2obj.frontend.FunctionTranslator;
import wasm2obj.frontend.WasmException;
import wasm2obj.frontend.WasmModule;
import wasm2obj.ir.Function;
import wasm2obj.ir.Inliner;

/**
 * The module's small functions, translated when a caller asks for them. A thread keeps some of them, because callers that lie
 * near each other call the same ones.
 */
final class SmallFunctions implements Inliner.Bodies {
    private static final int MOST_BYTES = 120;
    private static final int KEPT = 32;

    private final WasmModule module;
    private final FunctionTranslator translator;
    private final Function[] kept = new Function[KEPT];
    private final int[] indices = new int[KEPT];

    SmallFunctions(WasmModule module, FunctionTranslator translator) {
        this.module = module;
        this.translator = translator;
    }

    @Override
    public Function body(int index) {
        boolean isSmall =
                index >= module.importedFunctionCount()
                        && module.bodyEnd(index) - module.bodyStart(index) <= MOST_BYTES;
        if (!isSmall) {
            return null;
        }
        int place = index % KEPT;
        if (kept[place] == null) {
            kept[place] = new Function();
        } else if (indices[place] == index) {
            return kept[place];
        }
        indices[place] = -1;
        try {
            translator.translate(index, kept[place]);
        } catch (WasmException e) {
            return null; // reported when its turn comes
        }
        indices[place] = index;
        return kept[place];
    }
}
