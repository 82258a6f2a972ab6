package wasm2obj.driver;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

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

    /** A text that is made while it is written. */
    interface Text {
        /** Writes all of it. */
        void writeTo(Writer writer) throws IOException;
    }

    /** Writes a text; directly where there is a device or a pipe. */
    static void write(Path output, CharSequence text) {
        write(output, writer -> writer.append(text));
    }

    /** The same, piece by piece. */
    static void write(Path output, Text text) {
        try {
            if (Files.exists(output) && !Files.isRegularFile(output)) {
                write(text, output, StandardOpenOption.WRITE);
            } else {
                writeAside(output, text);
            }
        } catch (IOException e) {
            throw cannotWrite(output, e);
        }
    }

    private static void write(Text text, Path file, OpenOption... options) throws IOException {
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8, options)) {
            text.writeTo(writer);
        }
    }

    private static void writeAside(Path output, Text text) throws IOException {
        Path aside = aside(output);
        try {
            write(text, aside);
            publish(aside, output);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    /** The error for a file that could not be written; what was named is the output, not the file aside. */
    static InputException cannotWrite(Path output, IOException e) {
        return new InputException("wasm2obj: error: cannot write " + output + ": " + reason(e));
    }

    /** What went wrong, in words, without the file's name. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileSystemException problem) {
            return problem.getReason() == null ? "cannot be used" : problem.getReason();
        }
        return String.valueOf(e.getMessage());
    }
}
