package wasm2obj.isel.aarch64;

import java.util.List;
import wasm2obj.codegen.execution.FloatOperationsSuite;
import wasm2obj.codegen.execution.NativeMachine;

/** Operations on scalar floats. */
class FloatOperationsTest extends FloatOperationsSuite {
    @Override
    protected List<? extends NativeMachine> machines() {
        return List.of(Machine.values());
    }
}
