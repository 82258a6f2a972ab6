package wasm2obj.objwriter;

/** Who can refer to a symbol. */
public enum SymbolScope {
    /** This object alone. */
    LOCAL,
    /** Every object of the same executable or shared library. */
    HIDDEN,
    /** Everyone. */
    GLOBAL,
    /**
     * Everyone; gives way to a global definition, and may stay undefined (its address is then 0).
     */
    WEAK
}
