package wasm2obj.frontend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Modules from compilers become right IR. {@code -Dwasm2obj.long=true} adds those above 4 MB. */
final class RealModulesTest {
    private static final long LARGEST = 4_000_000;

    @ParameterizedTest
    @EnumSource(MemoryPlan.class)
    void translates(MemoryPlan plan) throws IOException {
        Translation translation = new Translation();
        for (Path module : SharedFiles.cachedModules(10_000)) {
            if (Boolean.getBoolean("wasm2obj.long") || Files.size(module) <= LARGEST) {
                try {
                    translation.translate(Files.readAllBytes(module), Features.DEFAULT, plan);
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError(module + ": " + e.getMessage(), e);
                }
            }
        }
    }
}
