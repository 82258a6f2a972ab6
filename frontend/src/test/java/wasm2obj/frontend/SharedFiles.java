package wasm2obj.frontend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the tests find what is not in the repository. */
final class SharedFiles {
    private SharedFiles() {}

    /** The official suite; the test is skipped where it is missing. */
    static Path officialSuite() {
        String shared = System.getenv("WASM2OBJ_SHARED");
        Path root = Path.of(System.getProperty("wasm2obj.root", "..")).toAbsolutePath().normalize();
        Path folder = shared != null ? Path.of(shared) : root.resolveSibling("shared");
        Path suite = folder.resolve("spec-suite");
        assumeTrue(Files.isDirectory(suite), "no official suite at " + suite);
        return suite;
    }

    /** The modules of at least {@code leastBytes} in the cache of tools and corpora; skipped where there is none. */
    static List<Path> cachedModules(long leastBytes) throws IOException {
        String configured = System.getenv("WASM2OBJ_CACHE");
        Path cache =
                configured != null
                        ? Path.of(configured)
                        : Path.of(System.getProperty("user.home"), ".cache", "wasm2obj");
        assumeTrue(Files.isDirectory(cache), "no cache of modules at " + cache);
        List<Path> modules = filesBelow(cache, ".wasm");
        modules.removeIf(path -> path.toFile().length() < leastBytes);
        assumeTrue(!modules.isEmpty(), "no modules in " + cache);
        return modules;
    }

    /** All files with the ending below a folder, in the order of their paths. */
    static List<Path> filesBelow(Path folder, String ending) throws IOException {
        try (Stream<Path> walk = Files.walk(folder.toRealPath())) {
            return new java.util.ArrayList<>(
                    walk.filter(path -> path.toString().endsWith(ending)).sorted().toList());
        }
    }
}
