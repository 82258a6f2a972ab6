package wasm2obj.objwriter;

/** The instruction set of an object. All are 64-bit and little-endian. */
public enum Architecture {
    /** AMD64, Intel 64. */
    X86_64,
    /** Arm's 64-bit state. */
    AARCH64
}
