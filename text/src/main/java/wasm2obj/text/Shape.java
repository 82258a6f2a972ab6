package wasm2obj.text;

/** What follows an instruction's name in the text, and its opcode in the binary format. */
enum Shape {
    NONE,
    /** {@code block}, {@code loop}: a label and a block type. */
    BLOCK,
    IF,
    TRY,
    TRY_TABLE,
    ELSE,
    END,
    CATCH,
    CATCH_ALL,
    DELEGATE,
    LABEL,
    BR_TABLE,
    FUNCTION,
    TYPE,
    LOCAL,
    GLOBAL,
    /** A table that may be left out: then 0. */
    TABLE,
    TABLE_COPY,
    TABLE_INIT,
    ELEMENT,
    DATA,
    /** A memory that may be left out: then 0. */
    MEMORY,
    MEMORY_COPY,
    MEMORY_INIT,
    /** A memory, an offset and an alignment. */
    MEMORY_ACCESS,
    /** The same, and a lane. */
    MEMORY_LANE,
    LANE,
    SHUFFLE,
    TAG,
    CALL_INDIRECT,
    SELECT,
    SELECT_TYPED,
    I32_CONST,
    I64_CONST,
    F32_CONST,
    F64_CONST,
    V128_CONST,
    HEAP_TYPE,
    /** A type and one of its fields. */
    FIELD,
    TYPE_COUNT,
    TYPE_DATA,
    TYPE_ELEMENT,
    TYPE_TYPE,
    /** A reference type that is not null; the next opcode is the same with null. */
    CAST,
    CAST_NULL,
    BR_ON_CAST,
    /** A byte that is zero and not in the text. */
    FENCE
}
