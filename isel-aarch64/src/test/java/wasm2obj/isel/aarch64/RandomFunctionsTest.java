package wasm2obj.isel.aarch64;

import java.util.List;
import wasm2obj.codegen.execution.NativeMachine;
import wasm2obj.codegen.execution.RandomFunctionsSuite;

/** Random functions. */
class RandomFunctionsTest extends RandomFunctionsSuite {
    @Override
    protected List<? extends NativeMachine> machines() {
        return List.of(Machine.values());
    }

    @Override
    protected boolean hasAtomics() {
        return false;
    }
}
