package wasm2obj.objwriter;

/** What a section holds, from which each format derives its type, flags and place. */
public enum SectionKind {
    /** Instructions. */
    TEXT,
    /** Instructions that rarely run, kept apart from the others. */
    TEXT_COLD,
    /** Constants without addresses in them. */
    RODATA,
    /** Constants that hold addresses: written by the dynamic linker, then read-only. */
    DATA_REL_RO,
    /** Initialised variables. */
    DATA,
    /** Variables that start as zeros; takes no room in the file. */
    BSS,
    /**
     * Tables for the runtime. Read-only, so the only relocations are relative to their own place.
     */
    METADATA,
    /** Call frame information for unwinding at run time. */
    EH_FRAME,
    /** Mach-O's shorter form of the same, from which its linker makes a table. */
    COMPACT_UNWIND,
    /** What only a debugger reads; not loaded. */
    DEBUG,
    /** Notes to linker and loader, in the format's own note structure. */
    NOTE
}
