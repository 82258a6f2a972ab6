package wasm2obj.ir;

/**
 * A function of the C runtime that generated code calls ({@link Opcode#CALL_RUNTIME}) with the C convention. The first C
 * argument is always the context; the operands follow. Functions that find a trap do not return.
 */
public enum RuntimeFunction {
    /** (memory index i32, delta in pages i64) -> old size in pages or -1, i64. */
    MEMORY_GROW("w2o_memory_grow", Type.I64, Type.I32, Type.I64),
    /** (destination memory, source memory, destination i64, source i64, length i64). */
    MEMORY_COPY("w2o_memory_copy", Type.VOID, Type.I32, Type.I32, Type.I64, Type.I64, Type.I64),
    /** (memory, destination i64, value i32, length i64). */
    MEMORY_FILL("w2o_memory_fill", Type.VOID, Type.I32, Type.I64, Type.I32, Type.I64),
    /** (memory, data segment, destination i64, source i32, length i32). */
    MEMORY_INIT("w2o_memory_init", Type.VOID, Type.I32, Type.I32, Type.I64, Type.I32, Type.I32),
    /** (memory, address i64, offset i64, expected i32, timeout in ns i64) -> 0 woken, 1 not equal, 2 timed out. */
    MEMORY_WAIT32("w2o_memory_wait32", Type.I32, Type.I32, Type.I64, Type.I64, Type.I32, Type.I64),
    /** The same for an expected i64. */
    MEMORY_WAIT64("w2o_memory_wait64", Type.I32, Type.I32, Type.I64, Type.I64, Type.I64, Type.I64),
    /** (memory, address i64, offset i64, count i32) -> number of threads woken, i32. */
    MEMORY_NOTIFY("w2o_memory_notify", Type.I32, Type.I32, Type.I64, Type.I64, Type.I32),
    /** (data segment). */
    DATA_DROP("w2o_data_drop", Type.VOID, Type.I32),
    /** (table, initial value, delta i64) -> old size or -1, i64. */
    TABLE_GROW("w2o_table_grow", Type.I64, Type.I32, Type.REF, Type.I64),
    /** (destination table, source table, destination i64, source i64, length i64). */
    TABLE_COPY("w2o_table_copy", Type.VOID, Type.I32, Type.I32, Type.I64, Type.I64, Type.I64),
    /** (table, destination i64, value, length i64). */
    TABLE_FILL("w2o_table_fill", Type.VOID, Type.I32, Type.I64, Type.REF, Type.I64),
    /** (table, element segment, destination i64, source i32, length i32). */
    TABLE_INIT("w2o_table_init", Type.VOID, Type.I32, Type.I32, Type.I64, Type.I32, Type.I32),
    /** (element segment). */
    ELEM_DROP("w2o_elem_drop", Type.VOID, Type.I32),
    /** (function reference, module type index): CHECK_SIGNATURE's slow path, for types that have subtypes; may trap. */
    CHECK_SUBTYPE("w2o_check_subtype", Type.VOID, Type.FUNC, Type.I32),
    /** (tag index) -> address of a new exception, for the payload to be stored behind its head of 16 bytes. */
    EXCEPTION_NEW("w2o_exception_new", Type.I64, Type.I32),
    /** (address of a new exception); throws it and does not return. */
    EXCEPTION_THROW("w2o_exception_throw", Type.VOID, Type.I64),
    /** (reference to an exception); throws it, or traps on null, and does not return. */
    EXCEPTION_THROW_REF("w2o_exception_throw_ref", Type.VOID, Type.REF),
    /** () -> address of the exception that was thrown, at a handler's start. The first word is its tag's address. */
    EXCEPTION_CAUGHT("w2o_exception_caught", Type.I64),
    /** () -> a reference to the exception that was caught, which now belongs to whoever has the reference. */
    EXCEPTION_REF("w2o_exception_ref", Type.REF),
    /** The exception that was caught is needed no more. */
    EXCEPTION_DROP("w2o_exception_drop", Type.VOID),
    /** Throws the exception that was caught again, and does not return. */
    EXCEPTION_RETHROW("w2o_exception_rethrow", Type.VOID),
    /** (bytes, a multiple of 8, at most 32 KiB) -> offset of new memory that is zero; objects fill it before the next safepoint. */
    GC_RESERVE("w2o_gc_reserve", Type.I32, Type.I32),
    /** (type index, size in bytes) -> new struct, zero but for its header. The size is that of the type. */
    GC_NEW_STRUCT("w2o_gc_new_struct", Type.REF, Type.I32, Type.I32),
    /** (type index, length i32) -> new array, zero but for its header; may trap. */
    GC_NEW_ARRAY("w2o_gc_new_array", Type.REF, Type.I32, Type.I32),
    /** (type index, data segment, first byte i32, length i32) -> new array. */
    GC_NEW_DATA("w2o_gc_new_data", Type.REF, Type.I32, Type.I32, Type.I32, Type.I32),
    /** (type index, element segment, first element i32, length i32) -> new array. */
    GC_NEW_ELEM("w2o_gc_new_elem", Type.REF, Type.I32, Type.I32, Type.I32, Type.I32),
    /** (array, start i32, low bits of the value i64, high bits i64 (0 but for v128), count i32). */
    GC_ARRAY_FILL("w2o_gc_array_fill", Type.VOID, Type.REF, Type.I32, Type.I64, Type.I64, Type.I32),
    /** (destination array, source array, destination i32, source i32, length i32). */
    GC_ARRAY_COPY("w2o_gc_array_copy", Type.VOID, Type.REF, Type.REF, Type.I32, Type.I32, Type.I32),
    /** (array, data segment, destination i32, first byte i32, length i32). */
    GC_INIT_DATA("w2o_gc_init_data", Type.VOID, Type.REF, Type.I32, Type.I32, Type.I32, Type.I32),
    /** (array, element segment, destination i32, source i32, length i32). */
    GC_INIT_ELEM("w2o_gc_init_elem", Type.VOID, Type.REF, Type.I32, Type.I32, Type.I32, Type.I32),
    /** (object, type index) -> whether it is of the type or a subtype, i32. Neither null nor i31 nor a host's reference. */
    GC_IS_SUBTYPE("w2o_gc_is_subtype", Type.I32, Type.REF, Type.I32),
    /** (function reference, not null; type index) -> whether it is of the type or a subtype, i32. */
    GC_IS_FUNCTION("w2o_gc_is_function", Type.I32, Type.FUNC, Type.I32),
    /** (reference): one more place has it. */
    RETAIN("w2o_retain", Type.VOID, Type.REF),
    /** (reference): takes a count for the frames, and at times gives up those that no frame has. */
    HOLD("w2o_hold", Type.VOID, Type.REF),
    /** (reference): a place has it no more; may call a destructor of the host's. */
    RELEASE("w2o_release", Type.VOID, Type.REF),
    /** (new reference, old one): a place has got the one and had the other; may call a destructor. There is no such function: code in line. */
    REPLACE("w2o_replace", Type.VOID, Type.REF, Type.REF),
    /** Rounding for CPUs without an instruction for it. */
    CEIL_F32("w2o_ceil_f32", Type.F32, Type.F32),
    FLOOR_F32("w2o_floor_f32", Type.F32, Type.F32),
    TRUNC_F32("w2o_trunc_f32", Type.F32, Type.F32),
    NEAREST_F32("w2o_nearest_f32", Type.F32, Type.F32),
    CEIL_F64("w2o_ceil_f64", Type.F64, Type.F64),
    FLOOR_F64("w2o_floor_f64", Type.F64, Type.F64),
    TRUNC_F64("w2o_trunc_f64", Type.F64, Type.F64),
    NEAREST_F64("w2o_nearest_f64", Type.F64, Type.F64);

    private static final RuntimeFunction[] VALUES = values();

    private final String symbol;
    private final Type result;
    private final Type[] parameters;

    RuntimeFunction(String symbol, Type result, Type... parameters) {
        this.symbol = symbol;
        this.result = result;
        this.parameters = parameters;
    }

    /** The C symbol. */
    public String symbol() {
        return symbol;
    }

    /** The result, or VOID. */
    public Type result() {
        return result;
    }

    /** Whether it throws; it never returns then. */
    public boolean isThrow() {
        return this == EXCEPTION_THROW || this == EXCEPTION_THROW_REF || this == EXCEPTION_RETHROW;
    }

    /**
     * Whether it may run other code of the store before it returns, or collect: objects may have moved then. A release of a reference
     * calls the host's destructor, which may call anything.
     */
    public boolean mayCollect() {
        return switch (this) {
            case GC_RESERVE, GC_NEW_STRUCT, GC_NEW_ARRAY, GC_NEW_DATA, GC_NEW_ELEM -> true;
            case HOLD, RELEASE, REPLACE -> true;
            case TABLE_COPY, TABLE_FILL, TABLE_INIT, ELEM_DROP -> true;
            case EXCEPTION_THROW, EXCEPTION_THROW_REF, EXCEPTION_RETHROW -> true;
            case EXCEPTION_REF, EXCEPTION_DROP -> true;
            default -> false;
        };
    }

    /** Number of operands; the context, which comes first in C, is not counted. */
    public int parameterCount() {
        return parameters.length;
    }

    public Type parameter(int index) {
        return parameters[index];
    }

    /** Whether an operand of the given type can be passed: a FUNC may stand for a REF, either for the 64 bits that it is. */
    public boolean accepts(int index, Type type) {
        return switch (parameters[index]) {
            case REF -> type == Type.REF || type == Type.FUNC;
            case I64 -> type == Type.I64 || type == Type.REF || type == Type.FUNC;
            default -> parameters[index] == type;
        };
    }

    public static RuntimeFunction of(int ordinal) {
        return VALUES[ordinal];
    }
}
