package wasm2obj.driver;

import wasm2obj.codegen.Isa;
import wasm2obj.isel.aarch64.A64Isa;
import wasm2obj.isel.x64.X64Isa;
import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.objwriter.Architecture;

/** The instruction sets by target and processor. */
final class Isas {
    private Isas() {}

    /** The instruction set that the settings ask for. */
    static Isa of(Settings settings) {
        Target target = settings.target();
        return switch (target.architecture()) {
            case X86_64 -> new X64Isa(X64Processor.features(settings.cpu()));
            case AARCH64 ->
                    new A64Isa(
                            ArmProcessor.features(settings.cpu()),
                            settings.protection(),
                            target.cStack());
        };
    }

    /** Why functions with vectors cannot be compiled, or null. */
    static String vectorProblem(Settings settings) {
        if (settings.target().architecture() != Architecture.X86_64) {
            return null;
        }
        int features = X64Processor.features(settings.cpu());
        boolean isNewEnough =
                Feature.has(features, Feature.SSSE3) && Feature.has(features, Feature.SSE41);
        return isNewEnough ? null : "vectors need SSE4.1: choose a newer processor with --cpu";
    }
}
