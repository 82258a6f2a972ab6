package wasm2obj.driver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that appear whole or not at all: written aside, in the same folder, and renamed into place. */
final class OutputFile {
    private OutputFile() {}

    /** A name beside {@code output} that nobody else uses. */
    static Path aside(Path output) {
        String name = output.getFileName() + ".partial-" + ProcessHandle.current().pid();
        return output.resolveSibling(name);
    }

    /** Renames a finished file into place. */
    static void publish(Path aside, Path output) throws IOException {
        Files.move(aside, output, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Writes a text. */
    static void write(Path output, CharSequence text) throws IOException {
        Path aside = aside(output);
        try {
            Files.writeString(aside, text, StandardCharsets.UTF_8);
            publish(aside, output);
        } finally {
            Files.deleteIfExists(aside);
        }
    }
}
