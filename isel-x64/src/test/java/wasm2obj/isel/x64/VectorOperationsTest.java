package wasm2obj.isel.x64;

import java.util.List;
import wasm2obj.codegen.execution.NativeMachine;
import wasm2obj.codegen.execution.VectorOperationsSuite;
import wasm2obj.isel.x64.instruction.Feature;

/** Operations on vectors, on processors with SSE4.1 alone and with more. */
class VectorOperationsTest extends VectorOperationsSuite {
    private static final int SSE41_ONLY = Feature.X86_64_V2 & ~(1 << Feature.SSE42);

    @Override
    protected List<? extends NativeMachine> machines() {
        return List.of(
                new Setting.Machine("SSE4.1", SSE41_ONLY, true),
                new Setting.Machine("v2", Feature.X86_64_V2, true),
                new Setting.Machine("v3", Feature.X86_64_V3, true));
    }
}
