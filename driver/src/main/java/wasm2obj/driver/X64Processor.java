package wasm2obj.driver;

import wasm2obj.isel.x64.instruction.Feature;

/** The features of x86-64 processors by name. */
final class X64Processor {
    private X64Processor() {}

    /** The features of the processor named after {@code --cpu}; throws a {@link UsageException} if there is none of that name. */
    static int features(String cpu) {
        return switch (cpu) {
            case "x86-64" -> Feature.X86_64;
            case "x86-64-v2" -> Feature.X86_64_V2;
            case "x86-64-v3" -> Feature.X86_64_V3;
            case "native" -> hostFeatures();
            default ->
                    throw new UsageException(
                            "--cpu: expected x86-64, x86-64-v2, x86-64-v3 or native, found " + cpu);
        };
    }

    private static int hostFeatures() {
        String flags = HostProcessor.words("flags");
        String[] names = {
            "cx16", "popcnt", "pni", "ssse3", "sse4_1", "sse4_2", "abm", "bmi1", "bmi2", "movbe"
        };
        int[] bits = {
            Feature.CX16,
            Feature.POPCNT,
            Feature.SSE3,
            Feature.SSSE3,
            Feature.SSE41,
            Feature.SSE42,
            Feature.LZCNT,
            Feature.BMI1,
            Feature.BMI2,
            Feature.MOVBE
        };
        int features = Feature.X86_64;
        for (int i = 0; i < names.length; i++) {
            features |= flags.contains(" " + names[i] + " ") ? 1 << bits[i] : 0;
        }
        if (flags.contains(" avx ")) {
            features |= 1 << Feature.AVX;
            features |= flags.contains(" avx2 ") ? 1 << Feature.AVX2 : 0;
            features |= flags.contains(" fma ") ? 1 << Feature.FMA : 0;
        }
        return features;
    }
}
