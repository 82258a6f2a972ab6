package wasm2obj.frontend;

/**
 * A set of features.
 *
 * @param bits bit {@code n} is set for the feature with the ordinal {@code n}
 */
public record Features(long bits) {
    /** WebAssembly 1.0. */
    public static final Features NONE = new Features(0);

    /** WebAssembly 3.0 and the standardised extras. */
    public static final Features DEFAULT =
            new Features((1L << Feature.values().length) - 1).without(Feature.DETERMINISTIC);

    public boolean has(Feature feature) {
        return (bits & bit(feature)) != 0;
    }

    public Features with(Feature feature) {
        return new Features(bits | bit(feature));
    }

    public Features without(Feature feature) {
        return new Features(bits & ~bit(feature));
    }

    private static long bit(Feature feature) {
        return 1L << feature.ordinal();
    }

    /** The names of the features, separated by commas. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Feature feature : Feature.values()) {
            if (has(feature)) {
                text.append(text.isEmpty() ? "" : ",").append(feature.option());
            }
        }
        return text.toString();
    }
}
