package wasm2obj.isel.aarch64.instruction;

/** What a processor may have beyond Armv8.0-A, as numbers below 32, and sets of them as {@code int} masks. */
public final class Feature {
    /** Atomic operations: ldadd, swp, cas and their kin. */
    public static final int LSE = 0;

    /** Sums of four products of bytes: sdot, udot. */
    public static final int DOTPROD = 1;

    /** The set of every processor: Armv8.0-A (Cortex-A53 and A72, 2012). */
    public static final int ARMV8 = 0;

    /** Armv8.1-A (2014). */
    public static final int ARMV8_1 = 1 << LSE;

    /** What Armv8.2-A's processors have in fact: Neoverse N1, Cortex-A76, Graviton 2 (2018). */
    public static final int NEOVERSE_N1 = ARMV8_1 | 1 << DOTPROD;

    /** Armv8.4-A (2017), of which Apple's M1 is. */
    public static final int ARMV8_4 = NEOVERSE_N1;

    private Feature() {}

    /** Whether the set {@code features} holds the feature numbered {@code feature}. */
    public static boolean has(int features, int feature) {
        return (features >>> feature & 1) != 0;
    }
}
