package wasm2obj.isel.x64;

import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.ThunkCompiler;
import wasm2obj.ir.Signature;

/** Code between the convention of WebAssembly functions and C's. */
final class X64Thunks implements ThunkCompiler {
    @Override
    public CompiledFunction export(int index, Signature signature, int function) {
        throw new IllegalStateException("thunks");
    }

    @Override
    public CompiledFunction arrayCall(int index, Signature signature) {
        throw new IllegalStateException("thunks");
    }

    @Override
    public CompiledFunction hostCall(int index, Signature signature) {
        throw new IllegalStateException("thunks");
    }
}
