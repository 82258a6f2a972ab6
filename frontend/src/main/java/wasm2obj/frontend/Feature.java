package wasm2obj.frontend;

/** A proposal that can be switched on and off. What is in WebAssembly 1.0 has no switch. */
public enum Feature {
    SIGN_EXTENSION("sign-extension"),
    SATURATING_CONVERSIONS("saturating-conversions"),
    MULTI_VALUE("multi-value"),
    BULK_MEMORY("bulk-memory"),
    REFERENCE_TYPES("reference-types"),
    SIMD("simd"),
    RELAXED_SIMD("relaxed-simd"),
    TAIL_CALLS("tail-calls"),
    EXTENDED_CONSTANTS("extended-constants"),
    FUNCTION_REFERENCES("function-references"),
    GC("gc"),
    MULTI_MEMORY("multi-memory"),
    MEMORY64("memory64"),
    EXCEPTIONS("exceptions"),
    LEGACY_EXCEPTIONS("legacy-exceptions"),
    THREADS("threads"),
    CUSTOM_PAGE_SIZES("custom-page-sizes"),
    WIDE_ARITHMETIC("wide-arithmetic"),

    /** Not a proposal: of what the specification leaves open, all machines do the same. */
    DETERMINISTIC("deterministic");

    private static final Feature[] VALUES = values();

    private final String option;

    Feature(String option) {
        this.option = option;
    }

    /** The name that users write. */
    public String option() {
        return option;
    }

    /** What a message says that refuses something because of this. */
    String isOff() {
        return ": the feature " + option + " is off";
    }

    /** The feature that users call {@code option}, or null. */
    public static Feature named(String option) {
        for (Feature feature : VALUES) {
            if (feature.option.equals(option)) {
                return feature;
            }
        }
        return null;
    }
}
