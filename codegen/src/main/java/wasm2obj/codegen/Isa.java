package wasm2obj.codegen;

import wasm2obj.regalloc.RegisterFile;

/** An instruction set, configured for a CPU and for the settings that change code. Immutable; serves all threads. */
public interface Isa {
    /** The registers for a function with or without a frame pointer. */
    RegisterFile registers(boolean framePointer);

    /** Selects instructions; serves one thread. */
    InstructionSelector newSelector();

    /** Emits instructions; serves one thread. */
    MachineEmitter newEmitter();

    /** Makes the thunks between WebAssembly and C; serves one thread. */
    ThunkCompiler newThunkCompiler();
}
