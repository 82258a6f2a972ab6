package wasm2obj.ir;

/**
 * The type of an SSA value.
 *
 * <p>Reference types are told apart by what a collector must know of them: a {@link #REF} is a managed reference (host
 * reference, object, exception) that safepoints record; a {@link #FUNC} is the address of a function record, which
 * lives as long as its store and is never recorded.
 */
public enum Type {
    /** No value: the type of instructions without a result. */
    VOID(0),
    /** 32-bit integer. In a machine register its upper half is always zero. */
    I32(4),
    /** 64-bit integer, also addresses. */
    I64(8),
    /** IEEE 754 binary32. */
    F32(4),
    /** IEEE 754 binary64. */
    F64(8),
    /** 128-bit vector. */
    V128(16),
    /** Managed reference; null is zero. */
    REF(8),
    /** Address of a function record; null is zero. */
    FUNC(8);

    private static final Type[] VALUES = values();

    private final int bytes;

    Type(int bytes) {
        this.bytes = bytes;
    }

    /** The size in a register, slot or field, in bytes. */
    public int bytes() {
        return bytes;
    }

    /** The type with the given ordinal. */
    public static Type of(int ordinal) {
        return VALUES[ordinal];
    }

    /** Whether this is {@link #I32} or {@link #I64}. */
    public boolean isInteger() {
        return this == I32 || this == I64;
    }

    /** Whether this is {@link #F32} or {@link #F64}. */
    public boolean isFloat() {
        return this == F32 || this == F64;
    }

    /** Whether values live in vector registers. */
    public boolean inVectorRegister() {
        return this == F32 || this == F64 || this == V128;
    }
}
