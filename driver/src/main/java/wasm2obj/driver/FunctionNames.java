package wasm2obj.driver;

import java.util.Arrays;
import wasm2obj.frontend.Export;
import wasm2obj.frontend.ExternKind;
import wasm2obj.frontend.WasmModule;

/** What functions are called in backtraces and symbols: as the name section says, or else as they are first exported. */
final class FunctionNames {
    private final WasmModule module;

    /** By function index: number of its first export, or {@link WasmModule#NONE}. */
    private final int[] exports;

    FunctionNames(WasmModule module) {
        this.module = module;
        exports = new int[module.functionCount()];
        Arrays.fill(exports, WasmModule.NONE);
        for (int i = module.exports().size() - 1; i >= 0; i--) {
            Export export = module.exports().get(i);
            if (export.kind() == ExternKind.FUNCTION) {
                exports[export.index()] = i;
            }
        }
    }

    /** The function's name, or null. */
    String name(int function) {
        String name = module.names().function(function);
        if (name == null && exports[function] != WasmModule.NONE) {
            return module.exports().get(exports[function]).name();
        }
        return name;
    }
}
