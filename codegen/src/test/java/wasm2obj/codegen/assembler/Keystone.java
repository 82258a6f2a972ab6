package wasm2obj.codegen.assembler;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keystone's assembler through its C interface.
 *
 * <p>The library of the Java package has, on Linux, no x86 in it. PyPI's {@code keystone-engine} wheel has one that knows x86: name its
 * directory in {@code jna.library.path}, or unpack it below {@code keystone} in the tests' cache. AArch64 is in both.
 */
public final class Keystone implements AutoCloseable {
    private static final int ARM64 = 2;
    private static final int X86 = 4;
    private static final int MODE_64 = 1 << 3;
    private static final String FILE = System.mapLibraryName("keystone");

    private final NativeLibrary library;
    private final Pointer engine;

    private Keystone(NativeLibrary library, Pointer engine) {
        this.library = library;
        this.engine = engine;
    }

    /** Keystone for x86-64, if there is a library that knows it. */
    public static Optional<Keystone> openX64() {
        Optional<Path> file = find();
        return file.isEmpty()
                ? Optional.empty()
                : open(NativeLibrary.getInstance(file.get().toString()), X86, MODE_64);
    }

    /** Keystone for AArch64: the Java package's library, or the same as for x86-64. */
    public static Optional<Keystone> openAArch64() {
        try {
            return open(NativeLibrary.getInstance("keystone"), ARM64, 0);
        } catch (UnsatisfiedLinkError notLoaded) {
            Optional<Path> file = find();
            return file.isEmpty()
                    ? Optional.empty()
                    : open(NativeLibrary.getInstance(file.get().toString()), ARM64, 0);
        }
    }

    private static Optional<Keystone> open(NativeLibrary library, int architecture, int mode) {
        PointerByReference engine = new PointerByReference();
        Object[] arguments = {architecture, mode, engine};
        if (library.getFunction("ks_open").invokeInt(arguments) != 0) {
            return Optional.empty();
        }
        return Optional.of(new Keystone(library, engine.getValue()));
    }

    private static Optional<Path> find() {
        String path = System.getProperty("jna.library.path", "");
        for (String directory : path.split(File.pathSeparator, -1)) {
            Path file = Path.of(directory, FILE);
            if (!directory.isEmpty() && Files.exists(file)) {
                return Optional.of(file);
            }
        }
        Path cache = cache().resolve("keystone");
        if (!Files.isDirectory(cache)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(cache)) {
            List<Path> found = files.filter(file -> file.endsWith(FILE)).sorted().toList();
            return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path cache() {
        String cache = System.getenv("WASM2OBJ_CACHE");
        return cache != null
                ? Path.of(cache)
                : Path.of(System.getProperty("user.home"), ".cache", "wasm2obj");
    }

    /** The bytes of instructions at address 0, one or several with a line each; nothing if Keystone refuses any. */
    public Optional<byte[]> assemble(String instruction) {
        PointerByReference bytes = new PointerByReference();
        LongByReference size = new LongByReference();
        LongByReference count = new LongByReference();
        Object[] arguments = {engine, instruction, 0L, bytes, size, count};
        if (library.getFunction("ks_asm").invokeInt(arguments) != 0) {
            return Optional.empty();
        }
        byte[] result = bytes.getValue().getByteArray(0, (int) size.getValue());
        library.getFunction("ks_free").invokeVoid(new Object[] {bytes.getValue()});
        return Optional.of(result);
    }

    @Override
    public void close() {
        library.getFunction("ks_close").invokeInt(new Object[] {engine});
    }
}
