package wasm2obj.objwriter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the directory after a file was, or could not be, written. */
final class OutputFileTest {

    @TempDir Path directory;

    @Test
    void replacesOldFile() throws IOException {
        Path file = Files.writeString(directory.resolve("x.o"), "old");
        small().write(ObjectFormat.ELF, file);
        assertEquals(0x7f, Files.readAllBytes(file)[0]);
        assertEquals(List.of("x.o"), listing());
    }

    @Test
    void failureLeavesOldFileAlone() throws IOException {
        Path file = Files.writeString(directory.resolve("x.o"), "old");
        ObjectFile broken = small();
        broken.symbols().declare("nowhere", SymbolKind.NONE, SymbolScope.LOCAL);
        assertThrows(IllegalStateException.class, () -> broken.write(ObjectFormat.ELF, file));
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("x.o"), listing());
    }

    @Test
    void symbolicLinkStaysOne() throws IOException {
        Path file = Files.writeString(directory.resolve("x.o"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link.o"), Path.of("x.o"));
        small().write(ObjectFormat.ELF, link);
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(0x7f, Files.readAllBytes(file)[0]);
    }

    @Test
    void missingDirectoryIsNamed() {
        Path file = directory.resolve("none/x.o");
        NoSuchFileException e =
                assertThrows(
                        NoSuchFileException.class, () -> small().write(ObjectFormat.ELF, file));
        assertTrue(e.getMessage().startsWith(directory.resolve("none").toString()));
    }

    @Test
    void directoryIsRefused() {
        assertThrows(IOException.class, () -> small().write(ObjectFormat.ELF, directory));
    }

    @Test
    void nullDeviceStaysOne() throws IOException {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device), "no /dev/null on this machine");
        small().write(ObjectFormat.ELF, device);
        assertFalse(Files.isRegularFile(device));
    }

    @Test
    void fullDiskIsAnError() {
        Path device = Path.of("/dev/full");
        assumeTrue(Files.exists(device), "no /dev/full on this machine");
        assertThrows(IOException.class, () -> small().write(ObjectFormat.ELF, device));
    }

    @Test
    void pipeGetsAllBytes() throws Exception {
        Path pipe = directory.resolve("pipe");
        Tool.run(directory, "mkfifo", "pipe");
        byte[][] read = new byte[1][];
        Thread reader =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                read[0] = Files.readAllBytes(pipe);
                            } catch (IOException e) {
                                read[0] = new byte[0];
                            }
                        });
        small().write(ObjectFormat.ELF, pipe);
        reader.join();
        Path file = directory.resolve("x.o");
        small().write(ObjectFormat.ELF, file);
        assertArrayEquals(Files.readAllBytes(file), read[0]);
    }

    @Test
    void newFileIsReadableAsOthersAre() throws IOException {
        Path plain = Files.writeString(directory.resolve("plain"), "");
        Path file = directory.resolve("x.o");
        small().write(ObjectFormat.ELF, file);
        assertEquals(Files.getPosixFilePermissions(plain), Files.getPosixFilePermissions(file));
    }

    private static ObjectFile small() {
        ObjectFile object = new ObjectFile(Architecture.X86_64);
        Section text = object.addSection(".text", SectionKind.TEXT, 16);
        text.append(new byte[100_000]);
        return object;
    }

    private List<String> listing() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
