package wasm2obj.driver;

import wasm2obj.isel.aarch64.instruction.Feature;

/** The features of AArch64 processors by name. */
final class ArmProcessor {
    private ArmProcessor() {}

    /** The features of the processor named after {@code --cpu}; throws a {@link UsageException} if there is none of that name. */
    static int features(String cpu) {
        return switch (cpu) {
            case "armv8-a" -> Feature.ARMV8;
            case "armv8.1-a" -> Feature.ARMV8_1;
            case "armv8.4-a" -> Feature.ARMV8_4;
            case "neoverse-n1" -> Feature.NEOVERSE_N1;
            case "native" -> hostFeatures();
            default ->
                    throw new UsageException(
                            "--cpu: expected armv8-a, armv8.1-a, armv8.4-a, neoverse-n1 or native, found "
                                    + cpu);
        };
    }

    private static int hostFeatures() {
        if (!System.getProperty("os.arch").equals("aarch64")) {
            throw new UsageException("--cpu: this machine's processor is not AArch64's");
        }
        String flags = HostProcessor.words("Features");
        int features = Feature.ARMV8;
        features |= flags.contains(" atomics ") ? 1 << Feature.LSE : 0;
        features |= flags.contains(" asimddp ") ? 1 << Feature.DOTPROD : 0;
        return features;
    }
}
