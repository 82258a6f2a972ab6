package wasm2obj.isel.x64;

import java.util.List;
import wasm2obj.codegen.execution.CallsSuite;
import wasm2obj.codegen.execution.NativeMachine;

/** Calls of all kinds. */
class CallsTest extends CallsSuite {
    @Override
    protected List<? extends NativeMachine> machines() {
        return Setting.machines();
    }
}
