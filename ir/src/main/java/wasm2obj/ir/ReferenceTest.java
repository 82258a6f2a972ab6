package wasm2obj.ir;

/**
 * What a REF_TEST asks: the immediate says what type, {@code aux} whether null belongs to it, and what is known of the reference
 * already. A function reference is tested for a type of the module's only.
 */
public final class ReferenceTest {
    // Types; others are indices of the module's types.
    /** Objects and i31. */
    public static final int EQ = -1;

    public static final int I31 = -2;
    public static final int STRUCT = -3;
    public static final int ARRAY = -4;

    // Bits of aux.
    /** Null passes. */
    public static final int NULLABLE = 1;

    /** The reference is known not to be null. */
    public static final int NON_NULL = 2;

    /** The reference is known to be an object, or null. */
    public static final int OBJECT = 4;

    private static final String[] NAMES = {"eq", "i31", "struct", "array"};
    private static final int LAST = ARRAY;

    private ReferenceTest() {}

    static boolean isType(long type, int typeCount) {
        return type >= LAST && type < typeCount;
    }

    /** The text form: {@code type3 nullable}, {@code i31 nonnull}. */
    static String toString(long type, int flags) {
        return (type >= 0 ? "type" + type : type >= LAST ? NAMES[(int) ~type] : "unknown")
                + ((flags & NULLABLE) != 0 ? " nullable" : "")
                + ((flags & NON_NULL) != 0 ? " nonnull" : "")
                + ((flags & OBJECT) != 0 ? " object" : "");
    }

    static int parseType(TextCursor cursor) {
        for (int k = 0; k < NAMES.length; k++) {
            if (cursor.accept(NAMES[k])) {
                return ~k;
            }
        }
        return cursor.prefixed("type");
    }

    static int parseFlags(TextCursor cursor) {
        return (cursor.accept("nullable") ? NULLABLE : 0)
                | (cursor.accept("nonnull") ? NON_NULL : 0)
                | (cursor.accept("object") ? OBJECT : 0);
    }
}
