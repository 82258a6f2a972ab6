package wasm2obj.isel.x64;

import java.util.List;
import wasm2obj.codegen.execution.MemoryAccessesSuite;
import wasm2obj.codegen.execution.NativeMachine;

/** Neighbouring accesses of memory. */
class MemoryAccessesTest extends MemoryAccessesSuite {
    @Override
    protected List<? extends NativeMachine> machines() {
        return Setting.machines();
    }
}
