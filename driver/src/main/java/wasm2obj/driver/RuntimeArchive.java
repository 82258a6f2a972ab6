package wasm2obj.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The C runtime as an archive for a target. Its sources come with the compiler; the first {@code build} for a target and C
 * compiler compiles them into the user's cache folder ({@code $XDG_CACHE_HOME/wasm2obj}, else {@code ~/.cache/wasm2obj}),
 * under a name that is a digest of sources, compiler and target.
 */
public final class RuntimeArchive {
    private static final String ARCHIVE = "libwasm2obj.a";

    private final Toolchain toolchain;

    RuntimeArchive(Toolchain toolchain) {
        this.toolchain = toolchain;
    }

    /** The archive that goes with objects of such settings, made by the target's usual compiler. */
    public static Path locate(Settings settings) throws IOException {
        return new RuntimeArchive(new Toolchain(null, settings)).locate();
    }

    /** The archive's path; made now if it is not in the cache. */
    Path locate() throws IOException {
        Path installation = installation();
        if (Files.isDirectory(installation)) {
            return locate(installation.resolve("runtime"));
        }
        try (FileSystem jar = FileSystems.newFileSystem(installation)) {
            return locate(jar.getPath("/runtime"));
        }
    }

    private static Path installation() {
        try {
            return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private Path locate(Path sources) throws IOException {
        List<Path> files = sourceFiles(sources);
        Path folder = cacheFolder().resolve("runtime-" + digest(files));
        Path archive = folder.resolve(ARCHIVE);
        if (!Files.exists(archive)) {
            compile(sources, files, folder);
        }
        return archive;
    }

    private static List<Path> sourceFiles(Path sources) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(sources)) {
            for (Path file : (Iterable<Path>) all.sorted()::iterator) {
                if (Files.isRegularFile(file)) {
                    files.add(file);
                }
            }
        }
        return files;
    }

    /** Where compiled runtimes and programs are kept. */
    static Path cacheFolder() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base =
                cache != null && !cache.isEmpty()
                        ? Path.of(cache)
                        : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("wasm2obj");
    }

    private String digest(List<Path> files) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                digest.update(file.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(file));
            }
            digest.update(toolchain.identity().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Compiles in a folder of its own and renames that, so that two compilations at once do not see each other. */
    private void compile(Path sources, List<Path> files, Path folder) throws IOException {
        Files.createDirectories(folder.getParent());
        Path work = Files.createTempDirectory(folder.getParent(), "building-");
        try {
            List<String> objects = new ArrayList<>();
            for (Path file : files) {
                Path copy = work.resolve(sources.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
            for (Path file : files) {
                String name = sources.relativize(file).toString();
                if (isCompiled(name)) {
                    objects.add(toolchain.compileRuntimeFile(work, name));
                }
            }
            toolchain.archive(work, ARCHIVE, objects);
            Files.move(work, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            deleteTree(work);
            // Unless somebody else was faster: theirs is the same.
            if (!Files.exists(folder.resolve(ARCHIVE))) {
                throw e;
            }
        }
    }

    private static boolean isCompiled(String name) {
        return name.startsWith("src") && (name.endsWith(".c") || name.endsWith(".S"));
    }

    /** Deletes a folder, if it exists, with all that is in it. */
    public static void deleteTree(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> paths = all.sorted(java.util.Comparator.reverseOrder()).toList();
            for (Path path : paths) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
