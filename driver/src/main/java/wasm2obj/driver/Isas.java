package wasm2obj.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
            case X86_64_LINUX -> new X64Isa(features(settings.cpu()));
            case AARCH64_LINUX -> {
                checkArm(settings.cpu());
                yield new A64Isa();
            }
            case X86_64_MACOS, AARCH64_MACOS ->
                    throw new UsageException(
                            "--target: " + settings.target().triple() + " is not supported");
        };
    }

    /** Why functions with vectors cannot be compiled, or null. */
    static String vectorProblem(Settings settings) {
        if (settings.target() != Target.X86_64_LINUX) {
            return "vectors are not supported for " + settings.target().triple();
        }
        int features = features(settings.cpu());
        boolean isNewEnough =
                Feature.has(features, Feature.SSSE3) && Feature.has(features, Feature.SSE41);
        return isNewEnough ? null : "vectors need SSE4.1: choose a newer processor with --cpu";
    }

    /** Why functions with atomic operations cannot be compiled, or null. */
    static String atomicProblem(Settings settings) {
        return settings.target() == Target.X86_64_LINUX
                ? null
                : "atomic operations are not supported for " + settings.target().triple();
    }

    private static void checkArm(String cpu) {
        switch (cpu) {
            case "armv8-a", "armv8.1-a" -> {}
            case "native" -> {
                if (!System.getProperty("os.arch").equals("aarch64")) {
                    throw new UsageException("--cpu: this machine's processor is not AArch64's");
                }
            }
            default ->
                    throw new UsageException(
                            "--cpu: expected armv8-a, armv8.1-a or native, found " + cpu);
        }
    }

    private static int features(String cpu) {
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

    /** What Linux says of this machine's first processor. */
    private static int hostFeatures() {
        String flags = "";
        try {
            for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
                if (line.startsWith("flags")) {
                    flags = line + " ";
                    break;
                }
            }
        } catch (IOException e) {
            throw new InputException("wasm2obj: error: --cpu native: cannot read /proc/cpuinfo");
        }
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
