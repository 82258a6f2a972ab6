package wasm2obj.codegen;

import wasm2obj.ir.Type;

/** How C passes parameters that found no register. */
public enum CStack {
    /** A word of 8 bytes each (System V, AAPCS64). */
    WORDS,
    /** One behind the other, each in its own size and so aligned (Apple's ABI for arm64). */
    PACKED;

    /** Bytes of a parameter, and its alignment. A vector is passed by its address. */
    int size(Type type) {
        return this == PACKED && isHalf(type) ? 4 : 8;
    }

    /** An integer type as wide as what is stored for a parameter that is no vector. */
    Type moved(Type type) {
        return this == PACKED && isHalf(type) ? Type.I32 : Type.I64;
    }

    private static boolean isHalf(Type type) {
        return type == Type.I32 || type == Type.F32;
    }
}
