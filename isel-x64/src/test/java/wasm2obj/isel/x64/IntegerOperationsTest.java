package wasm2obj.isel.x64;

import java.util.List;
import wasm2obj.codegen.execution.IntegerOperationsSuite;
import wasm2obj.codegen.execution.NativeMachine;

/** Operations on integers. */
class IntegerOperationsTest extends IntegerOperationsSuite {
    @Override
    protected List<? extends NativeMachine> machines() {
        return Setting.machines();
    }
}
