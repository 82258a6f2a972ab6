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

    /** The lowest address that compiled code may take for frames. */
    public static final int STACK_LIMIT = 32;

    /** Address of the entries of counted references, 32 bytes each; the count is the first word. */
    public static final int REFERENCES = 40;

    /** Where the next held word is written, 4 bytes. */
    public static final int HELD_NEXT = 48;

    /** Where there is no more room for held words. */
    public static final int HELD_END = 56;

    /** Number of handles that end with a scope. */
    public static final int SCOPED = 64;

    /** Of a host function's record, which an adapter finds in the context register: the C function. */
    public static final int HOST_CODE = 0;

    /** Its first argument. */
    public static final int HOST_ENV = 8;

    /** The store that it belongs to. */
    public static final int HOST_STORE = 16;

    /** The identity of its type, 32 bits. */
    public static final int HOST_TYPE = 40;

    /** Distance of the values in the arrays of an array call thunk. */
    public static final int VALUE_SIZE = 16;

    /**
     * Support function: called by an entry thunk that finds itself on an unknown stack, with the store in rax; preserves all
     * registers but r10, r11 and flags.
     */
    public static final int ATTACH = 0;

    /** Support function: {@code void f(w2o_store *, w2o_trap)} raises what a host function returned. */
    public static final int RAISE_FROM_HOST = 1;

    /** Support function: {@code void f(w2o_store *)} traps for want of stack; the thunk's activation is linked. */
    public static final int OVERFLOW_ON_ENTRY = 2;

    /** Support function: {@code w2o_ref f(w2o_store *, uint64_t word)} gives an argument of a host function its handle. */
    public static final int TO_HANDLE = 3;

    /** Support function: the same for a result of compiled code, whose activation is linked. */
    public static final int RESULT_HANDLE = 4;

    /**
     * Support function: {@code uint64_t f(w2o_store *, w2o_ref, w2o_type, uint32_t index)} gives the word of a handle that shall be of the
     * function type's parameter, or result behind them, with the index; else it traps. Nothing is collected.
     */
    public static final int TO_WORD = 5;

    /** Support function: {@code void f(w2o_store *, uint64_t scoped)} ends a scope: only so many handles shall be left. */
    public static final int END_SCOPE = 6;

    /** Number of support functions. */
    public static final int SUPPORT_COUNT = 7;

    private StoreLayout() {}

    /** The C symbol of a support function, a {@link CompiledFunction.Relocations#SUPPORT}. */
    public static String supportSymbol(int function) {
        return switch (function) {
            case ATTACH -> "w2o_attach";
            case RAISE_FROM_HOST -> "w2o_raise_from_host";
            case OVERFLOW_ON_ENTRY -> "w2o_overflow_on_entry";
            case TO_HANDLE -> "w2o_to_handle";
            case RESULT_HANDLE -> "w2o_result_handle";
            case TO_WORD -> "w2o_to_word";
            case END_SCOPE -> "w2o_end_scope";
            default -> throw new IllegalArgumentException("support function " + function);
        };
    }
}
