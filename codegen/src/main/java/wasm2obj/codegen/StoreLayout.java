package wasm2obj.codegen;

/**
 * What thunks touch of a store, of a host function's record, and of arrays of values: offsets in bytes. docs/abi.md is the
 * specification; runtime-c/src/instance.h has the same as C structs.
 */
public final class StoreLayout {
    /** The innermost activation. */
    public static final int ACTIVATION = 0;

    /** The stack pointer at the innermost call of a host function. */
    public static final int EXIT = 8;

    /** Lowest address of the stack that the store runs on. */
    public static final int STACK_LOW = 16;

    /** Bytes of that stack. */
    public static final int STACK_SIZE = 24;

    /** Of a host function's record, which an adapter finds in the context register: the C function. */
    public static final int HOST_CODE = 0;

    /** Its first argument. */
    public static final int HOST_ENV = 8;

    /** The store that it belongs to. */
    public static final int HOST_STORE = 16;

    /** Distance of the values in the arrays of an array call thunk. */
    public static final int VALUE_SIZE = 16;

    /** Called by an entry thunk that finds itself on an unknown stack: preserves all but r10, r11 and flags. */
    public static final String ATTACH_SYMBOL = "w2o_attach";

    /** {@code void w2o_raise_from_host(w2o_store *, w2o_trap)}: raises what a host function returned. */
    public static final String RAISE_FROM_HOST_SYMBOL = "w2o_raise_from_host";

    private StoreLayout() {}
}
