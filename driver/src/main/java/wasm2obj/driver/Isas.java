package wasm2obj.driver;

import wasm2obj.codegen.Isa;
import wasm2obj.isel.aarch64.A64Isa;
import wasm2obj.isel.x64.X64Isa;
import wasm2obj.isel.x64.instruction.Feature;

/** The instruction sets by target and processor. */
final class Isas {
    private Isas() {}

    /** The instruction set that the settings ask for; throws a {@link UsageException} if there is none. */
    static Isa of(Settings settings) {
        return switch (settings.target()) {
            case X86_64_LINUX -> new X64Isa(X64Processor.features(settings.cpu()));
            case AARCH64_LINUX ->
                    new A64Isa(ArmProcessor.features(settings.cpu()), settings.protection());
            case X86_64_MACOS, AARCH64_MACOS ->
                    throw new UsageException(
                            "--target: " + settings.target().triple() + " is not supported");
        };
    }

    /** Why functions with vectors cannot be compiled, or null. */
    static String vectorProblem(Settings settings) {
        if (settings.target() != Target.X86_64_LINUX) {
            return null;
        }
        int features = X64Processor.features(settings.cpu());
        boolean isNewEnough =
                Feature.has(features, Feature.SSSE3) && Feature.has(features, Feature.SSE41);
        return isNewEnough ? null : "vectors need SSE4.1: choose a newer processor with --cpu";
    }
}
