package wasm2obj.isel.aarch64;

import java.util.List;
import wasm2obj.codegen.execution.NativeMachine;
import wasm2obj.codegen.execution.VectorOperationsSuite;

/** Operations on vectors. */
class VectorOperationsTest extends VectorOperationsSuite {
    @Override
    protected List<? extends NativeMachine> machines() {
        return List.of(Machine.values());
    }
}
