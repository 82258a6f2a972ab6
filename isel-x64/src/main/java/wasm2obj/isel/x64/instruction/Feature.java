package wasm2obj.isel.x64.instruction;

/**
 * What a processor may have beyond baseline x86-64, as numbers below 32, and sets of them as {@code int} masks.
 *
 * <p>The levels are those of the System V psABI for x86-64, as far as the table needs them.
 */
public final class Feature {
    public static final int BASELINE = 0;
    public static final int CX16 = 1;
    public static final int POPCNT = 2;
    public static final int SSE3 = 3;
    public static final int SSSE3 = 4;
    public static final int SSE41 = 5;
    public static final int SSE42 = 6;
    public static final int LZCNT = 7;
    public static final int BMI1 = 8;
    public static final int BMI2 = 9;
    public static final int MOVBE = 10;
    public static final int AVX = 11;
    public static final int AVX2 = 12;
    public static final int FMA = 13;

    /** The number of features, baseline included. */
    public static final int COUNT = 14;

    /** The set of every x86-64 processor. */
    public static final int X86_64 = 1 << BASELINE;

    /** The set of level 2 (Nehalem, 2008). */
    public static final int X86_64_V2 =
            X86_64 | 1 << CX16 | 1 << POPCNT | 1 << SSE3 | 1 << SSSE3 | 1 << SSE41 | 1 << SSE42;

    /** The set of level 3 (Haswell, 2013). */
    public static final int X86_64_V3 =
            X86_64_V2
                    | 1 << LZCNT
                    | 1 << BMI1
                    | 1 << BMI2
                    | 1 << MOVBE
                    | 1 << AVX
                    | 1 << AVX2
                    | 1 << FMA;

    private Feature() {}

    /** Whether the set {@code features} holds the feature numbered {@code feature}. */
    public static boolean has(int features, int feature) {
        return (features >>> feature & 1) != 0;
    }
}
