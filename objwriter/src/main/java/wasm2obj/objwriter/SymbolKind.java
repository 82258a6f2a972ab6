package wasm2obj.objwriter;

/** What a symbol stands for. */
public enum SymbolKind {
    /** Nothing in particular; what undefined symbols usually are. */
    NONE,
    /** A function. */
    FUNCTION,
    /** A variable or table. */
    OBJECT,
    /** A section's first byte. */
    SECTION,
    /** The name of a source file. */
    FILE
}
