package wasm2obj.objwriter;

/** The file formats that objects are written in. */
public enum ObjectFormat {
    /** The Executable and Linkable Format, 64-bit. */
    ELF,
    /** Mach-O, 64-bit, for macOS. */
    MACH_O
}
