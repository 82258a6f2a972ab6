package wasm2obj.frontend;

/** What can be imported and exported, in the order of the binary format's codes. */
public enum ExternKind {
    FUNCTION("function"),
    TABLE("table"),
    MEMORY("memory"),
    GLOBAL("global"),
    TAG("tag");

    private static final ExternKind[] VALUES = values();

    private final String noun;

    ExternKind(String noun) {
        this.noun = noun;
    }

    /** The word for one such thing. */
    public String noun() {
        return noun;
    }

    /** The kind with the code, or null. */
    static ExternKind of(int code) {
        return code < VALUES.length ? VALUES[code] : null;
    }
}
