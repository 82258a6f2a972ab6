package wasm2obj.ir;

/**
 * What a load or store may touch: two accesses of different sets never overlap. An alias set is an int in the
 * {@code aux} field: index in the lower 24 bits, kind in the 4 bits above. The highest 4 bits are not part of it: atomic
 * operations have the width of their access there, accesses of objects what {@link #NULLABLE} and its neighbours say.
 */
public final class AliasSet {
    /** Never written while the function runs. */
    public static final int READONLY = 0;

    private static final int MEMORY = 1 << 24;
    private static final int TABLE = 2 << 24;
    private static final int FIELD = 3 << 24;
    private static final int ELEMENT = 4 << 24;

    /** Identities of objects' types, and lengths of arrays: written once, where an object is made. */
    public static final int HEAD = 5 << 24;

    /** The allocation pointer, the limit and the cards, which lie below the heap's base: displacements may be negative. */
    public static final int HEAP = 6 << 24;

    private static final int KIND = 0xf << 24;

    private static final int INDEX = (1 << 24) - 1;
    private static final int WIDTH_SHIFT = 28;

    /** The object's reference may be null: the access traps then. */
    public static final int NULLABLE = 1 << 28;

    /** The field or element is written once, where the object is made. */
    public static final int IMMUTABLE = 1 << 29;

    /** Null is a failed cast. */
    public static final int CAST = 1 << 30;

    /** All ways to say what an access does on null. */
    static final int[] NULL_FLAGS = {0, NULLABLE, NULLABLE | CAST};

    private AliasSet() {}

    /** Linear memory {@code index}. Two imported memories may be the same one: see {@link #mayOverlap}. */
    public static int memory(int index) {
        return MEMORY | index;
    }

    /** The elements of table {@code index}. */
    public static int table(int index) {
        return TABLE | index;
    }

    /** The fields of structures at an offset: a subtype's fields are where its supertype has them. */
    public static int field(int offset) {
        return FIELD | offset;
    }

    /** The elements of arrays that are stored alike; {@code storage} is a number that stands for how. */
    public static int element(int storage) {
        return ELEMENT | storage;
    }

    public static boolean isMemory(int set) {
        return (set & KIND) == MEMORY;
    }

    public static boolean isTable(int set) {
        return (set & KIND) == TABLE;
    }

    /** Whether accesses of the set are to objects. */
    public static boolean isObject(int set) {
        return (set & KIND) >= FIELD && (set & KIND) <= HEAD;
    }

    /** Whether accesses of the set are to the heap: to objects, or to what lies below them. */
    public static boolean isHeap(int set) {
        return (set & KIND) >= FIELD && (set & KIND) <= HEAP;
    }

    /** Whether a load of the set gives the same whenever it is executed, once the object is made. */
    static boolean isConstant(int set) {
        return set == READONLY || isObject(set) && ((set & IMMUTABLE) != 0 || (set & KIND) == HEAD);
    }

    /** Whether it is an access of an object that traps on null. */
    public static boolean isNullable(int set) {
        return isObject(set) && (set & NULLABLE) != 0;
    }

    /** The set of an access that does not look for null. */
    static int withoutNull(int set) {
        return set & ~(NULLABLE | CAST);
    }

    /** What an access that {@link #isNullable} traps with. */
    public static TrapKind trapOnNull(int set) {
        return (set & CAST) != 0 ? TrapKind.CAST_FAILURE : TrapKind.NULL_REFERENCE;
    }

    /** The entity's index, the field's offset, the storage of elements. */
    public static int index(int set) {
        return set & INDEX;
    }

    /** The set with the width of an atomic access, log2 of its bytes. */
    public static int withWidth(int set, int width) {
        return set | width << WIDTH_SHIFT;
    }

    /** The width of an atomic access: log2 of its bytes. */
    public static int width(int set) {
        return set >>> WIDTH_SHIFT;
    }

    /** Whether accesses of both sets may touch the same bytes. Entities of one kind may be imported twice. */
    public static boolean mayOverlap(int set, int other) {
        if ((set & KIND) != (other & KIND) || (set & KIND) == READONLY) {
            return false;
        }
        return !isObject(set) || index(set) == index(other);
    }

    /** The text form: {@code memory0}, {@code table3}, {@code field8 immutable nullable}, {@code readonly}. */
    static String toString(int set) {
        String name =
                switch (set & KIND) {
                    case READONLY -> "readonly";
                    case MEMORY -> "memory" + index(set);
                    case TABLE -> "table" + index(set);
                    case FIELD -> "field" + index(set);
                    case ELEMENT -> "element" + index(set);
                    case HEAD -> "head";
                    case HEAP -> "heap";
                    default -> "unknown" + index(set);
                };
        return isObject(set) ? name + flags(set) : name;
    }

    private static String flags(int set) {
        return ((set & IMMUTABLE) != 0 ? " immutable" : "")
                + ((set & NULLABLE) != 0 ? " nullable" : "")
                + ((set & CAST) != 0 ? " cast" : "");
    }

    /** Reads the text form. */
    static int parse(TextCursor cursor) {
        if (cursor.accept("readonly")) {
            return READONLY;
        }
        if (cursor.accept("heap")) {
            return HEAP;
        }
        if (cursor.acceptPrefix("table")) {
            return table(cursor.intNumber());
        }
        if (cursor.acceptPrefix("memory")) {
            return memory(cursor.intNumber());
        }
        int set;
        if (cursor.accept("head")) {
            set = HEAD;
        } else if (cursor.acceptPrefix("field")) {
            set = field(cursor.intNumber());
        } else {
            set = element(cursor.prefixed("element"));
        }
        set |= cursor.accept("immutable") ? IMMUTABLE : 0;
        set |= cursor.accept("nullable") ? NULLABLE : 0;
        return set | (cursor.accept("cast") ? CAST : 0);
    }
}
