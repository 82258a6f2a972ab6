package wasm2obj.driver;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
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
        writeContents(
                output,
                stream -> {
                    Writer writer =
                            new BufferedWriter(
                                    new OutputStreamWriter(stream, StandardCharsets.UTF_8));
                    text.writeTo(writer);
                    writer.flush();
                });
    }

    /** Writes bytes; directly where there is a device or a pipe. */
    static void write(Path output, byte[] bytes) {
        writeContents(output, stream -> stream.write(bytes));
    }

    /** Bytes that are made while they are written. */
    private interface Contents {
        void writeTo(OutputStream stream) throws IOException;
    }

    /** Whether a name stands for standard output. */
    static boolean isStandardOutput(Path output) {
        return output.toString().equals("-");
    }

    /** Copies a finished file to standard output. */
    static void copyToStandardOutput(Path file) throws IOException {
        Files.copy(file, standardOutput());
    }

    /** Stays open: it is the process's. */
    private static OutputStream standardOutput() {
        return new FileOutputStream(FileDescriptor.out);
    }

    private static void writeContents(Path output, Contents contents) {
        try {
            if (isStandardOutput(output)) {
                contents.writeTo(standardOutput());
            } else if (!Files.exists(output)) {
                writeAside(output, contents);
            } else if (Files.isRegularFile(output)) {
                // Through a symbolic link the file that it names is replaced, not the link.
                writeAside(output.toRealPath(), contents);
            } else {
                writeTo(contents, output, StandardOpenOption.WRITE);
            }
        } catch (IOException e) {
            throw cannotWrite(output, e);
        }
    }

    private static void writeTo(Contents contents, Path file, OpenOption... options)
            throws IOException {
        try (OutputStream stream = Files.newOutputStream(file, options)) {
            contents.writeTo(stream);
        }
    }

    private static void writeAside(Path output, Contents contents) throws IOException {
        Path aside = aside(output);
        try {
            writeTo(contents, aside);
            publish(aside, output);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    /** The error for a file that could not be written; what was named is the output, not the file aside. */
    static InputException cannotWrite(Path output, IOException e) {
        return new InputException(
                "wasm2obj: error: cannot write " + name(output) + ": " + reason(e));
    }

    private static Object name(Path output) {
        return isStandardOutput(output) ? "standard output" : output;
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
