package wasm2obj.frontend;

/**
 * The limits of the implementation. They are those that the JavaScript embedding of WebAssembly fixes, where it has one,
 * so that a module that runs in browsers is never refused for its size.
 */
public final class Limits {
    /** Bytes in a module: offsets are ints. */
    public static final int MODULE_BYTES = Integer.MAX_VALUE - 64;

    public static final int TYPES = 1_000_000;
    public static final int SUBTYPING_DEPTH = 63;
    public static final int PARAMETERS = 1_000;
    public static final int RESULTS = 1_000;
    public static final int STRUCT_FIELDS = 10_000;
    public static final int FUNCTIONS = 1_000_000;
    public static final int IMPORTS = 1_000_000;
    public static final int EXPORTS = 1_000_000;
    public static final int GLOBALS = 1_000_000;
    public static final int TAGS = 1_000_000;
    public static final int TABLES = 100_000;
    public static final int MEMORIES = 100;
    public static final int DATA_SEGMENTS = 100_000;
    public static final int ELEMENT_SEGMENTS = 10_000_000;

    /** Elements of a table that is part of the object; larger ones are made when the module is instantiated. */
    public static final long CONSTANT_TABLE_ELEMENTS = 10_000_000;

    /** Bytes of a function body, locals included. */
    public static final int FUNCTION_BYTES = 7_654_321;

    /** Locals of a function, parameters included. */
    public static final int LOCALS = 50_000;

    /** Labels of a {@code br_table}, the default one not counted. */
    public static final int BRANCH_TABLE_LABELS = 65_520;

    /** Values at once on the stack of a constant expression: as many as an array.new_fixed may take. */
    public static final int CONSTANT_OPERANDS = 10_000;

    private Limits() {}
}
