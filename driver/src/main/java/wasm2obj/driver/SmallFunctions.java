package wasm2obj.driver;

import java.util.Arrays;
import java.util.BitSet;
import wasm2obj.frontend.FunctionTranslator;
import wasm2obj.frontend.WasmException;
import wasm2obj.frontend.WasmModule;
import wasm2obj.ir.Function;
import wasm2obj.ir.Inliner;

/**
 * The module's small functions, translated when a caller asks for them. A thread keeps some of them, because callers that lie
 * near each other call the same ones, and remembers which are not to be inlined.
 */
final class SmallFunctions implements Inliner.Bodies {
    private static final int MOST_BYTES = 120;
    private static final int KEPT = 64;

    private final WasmModule module;
    private final ModulePlan plan;
    private final FunctionTranslator translator;
    private final Inliner inliner;
    private final Function[] kept = new Function[KEPT];
    private final int[] indices = new int[KEPT];

    /** By function, a bit: not to be inlined. */
    private final BitSet refused = new BitSet();

    SmallFunctions(
            WasmModule module, ModulePlan plan, FunctionTranslator translator, Inliner inliner) {
        this.module = module;
        this.plan = plan;
        this.translator = translator;
        this.inliner = inliner;
        Arrays.fill(indices, -1);
    }

    @Override
    public Function body(int index) {
        boolean isSmall =
                index >= module.importedFunctionCount()
                        && module.bodyEnd(index) - module.bodyStart(index) <= MOST_BYTES;
        if (!isSmall || refused.get(index)) {
            return null;
        }
        int place = index % KEPT;
        if (indices[place] == index) {
            return kept[place];
        }
        if (kept[place] == null) {
            kept[place] = new Function();
        }
        indices[place] = -1;
        if (!translate(index, kept[place]) || !inliner.accepts(kept[place])) {
            refused.set(index);
            return null;
        }
        indices[place] = index;
        return kept[place];
    }

    private boolean translate(int index, Function body) {
        try {
            translator.translate(index, body);
            body.setChecksStack(plan.stackChecks()[index]);
            return true;
        } catch (WasmException e) {
            return false; // reported when its turn comes
        }
    }
}
