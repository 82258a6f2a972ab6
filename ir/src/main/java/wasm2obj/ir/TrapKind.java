package wasm2obj.ir;

/**
 * Why execution trapped. The codes are the runtime's {@code w2o_trap} (runtime-c/include/wasm2obj.h); they are written
 * into objects, so they never change. Zero means "no trap".
 */
public enum TrapKind {
    UNREACHABLE(1),
    MEMORY_OUT_OF_BOUNDS(2),
    TABLE_OUT_OF_BOUNDS(3),
    INDIRECT_CALL_TO_NULL(4),
    BAD_SIGNATURE(5),
    INTEGER_OVERFLOW(6),
    INTEGER_DIVIDE_BY_ZERO(7),
    BAD_CONVERSION_TO_INTEGER(8),
    STACK_OVERFLOW(9),
    NULL_REFERENCE(10),
    CAST_FAILURE(11),
    ARRAY_OUT_OF_BOUNDS(12),
    UNALIGNED_ATOMIC(13),
    UNDEFINED_ELEMENT(14),
    ALLOCATION_TOO_LARGE(15),
    EXPECTED_SHARED_MEMORY(16);

    private static final TrapKind[] BY_CODE = byCode();

    private final int code;

    TrapKind(int code) {
        this.code = code;
    }

    /** The number that the runtime knows this kind by. */
    public int code() {
        return code;
    }

    /** The kind with the given code. */
    public static TrapKind of(int code) {
        return BY_CODE[code];
    }

    /** Whether there is a kind with the given code. */
    static boolean isCode(int code) {
        return code > 0 && code < BY_CODE.length;
    }

    private static TrapKind[] byCode() {
        TrapKind[] kinds = new TrapKind[17];
        for (TrapKind kind : values()) {
            kinds[kind.code] = kind;
        }
        return kinds;
    }
}
