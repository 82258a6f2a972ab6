package wasm2obj.ir;

/**
 * What a load or store may touch: two accesses of different sets never overlap. An alias set is an int in the
 * {@code aux} field: entity index in the lower 24 bits, kind in the 4 bits above. The highest 4 bits are not part of it: atomic
 * operations have the width of their access there.
 */
public final class AliasSet {
    /** Never written while the function runs. */
    public static final int READONLY = 0;

    private static final int MEMORY = 1 << 24;
    private static final int TABLE = 2 << 24;
    private static final int KIND = 0xf << 24;

    private static final int INDEX = (1 << 24) - 1;
    private static final int WIDTH_SHIFT = 28;

    private AliasSet() {}

    /** Linear memory {@code index}. Two imported memories may be the same one: see {@link #mayOverlap}. */
    public static int memory(int index) {
        return MEMORY | index;
    }

    /** The elements of table {@code index}. */
    public static int table(int index) {
        return TABLE | index;
    }

    public static boolean isMemory(int set) {
        return (set & KIND) == MEMORY;
    }

    public static boolean isTable(int set) {
        return (set & KIND) == TABLE;
    }

    /** The entity's index. */
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
        return (set & KIND) == (other & KIND) && (set & KIND) != READONLY;
    }

    /** The text form: {@code memory0}, {@code table3}, {@code readonly}. */
    static String toString(int set) {
        if (set == READONLY) {
            return "readonly";
        }
        return (isMemory(set) ? "memory" : isTable(set) ? "table" : "unknown") + index(set);
    }
}
