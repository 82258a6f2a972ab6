package wasm2obj.codegen;

import wasm2obj.ir.Signature;

/** Code between the convention of WebAssembly functions and C's (docs/abi.md). */
public interface ThunkCompiler {
    /**
     * The C function of an export: {@code w2o_trap f(instance, parameters..., result pointers...)}.
     *
     * @param type offset in the context of the identity of the function's type
     */
    CompiledFunction export(int index, Signature signature, int function, int type);

    /**
     * The generic way in for functions of a signature: {@code w2o_trap f(w2o_store *, const w2o_func *, const w2o_value
     * *arguments, w2o_value *results)}, with values {@link StoreLayout#VALUE_SIZE} apart.
     */
    CompiledFunction arrayCall(int index, Signature signature);

    /**
     * The way out to C functions of a signature: a function of the WebAssembly convention whose context is a
     * {@code w2o_host_func}.
     *
     * @param scoped whether the host function may make handles; they end with its call
     */
    CompiledFunction hostCall(int index, Signature signature, boolean scoped);

    /**
     * What calls through a constant table with one type share: checks the index, which is in {@link CallRegisters#callee}, and the type of
     * the entry, and jumps to its code. It is entered and left with everything else as the caller had it but for registers that calls
     * destroy and that are no parameters; so it has no frame, and a trap in it is the caller's, at the return address.
     *
     * @param signature of the type
     * @param table index of the table
     * @param size number of its elements
     * @param type the canonical type
     */
    CompiledFunction tableCall(int index, Signature signature, int table, int size, int type);

    /**
     * The same for a table that may change: finds the record, and goes on with its context.
     *
     * @param place offset in the context of the table, or of its address
     * @param isByAddress whether that is its address
     * @param type offset in the context of the type's identity
     */
    CompiledFunction changingTableCall(
            int index, Signature signature, int place, boolean isByAddress, int type);

    /**
     * What a function that was tail called from another instance returns to: restores the context that the tail caller's caller
     * relies on. Relocations lead {@link #restorerEntry} bytes into it, so that the byte before belongs to it, too.
     */
    CompiledFunction restorer(int index);

    /** Offset in {@link #restorer} of the place to return to. */
    int restorerEntry();
}
