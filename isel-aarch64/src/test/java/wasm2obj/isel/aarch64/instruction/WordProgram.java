package wasm2obj.isel.aarch64.instruction;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Instruction words as a program that runs, on this machine or under qemu. x1 is where results go to: instructions that store there
 * and move it on are among the words.
 */
final class WordProgram {
    private static final String COMPILER = "aarch64-linux-gnu-gcc";
    private static final String EMULATOR = "qemu-aarch64";

    private static final String DRIVER =
            """
            #include <stdio.h>
            #include <stdlib.h>
            void words(int zero, char *results);
            int main(int argc, char **argv) {
                size_t size = strtoul(argv[1], 0, 10);
                char *results = calloc(size, 1);
                words(0, results);
                return fwrite(results, 1, size, stdout) == size ? 0 : 1;
            }
            """;

    private final StringBuilder text = new StringBuilder(".text\n.globl words\nwords:\n");
    private int size;

    static void assumeRunnable() {
        Assumptions.assumeTrue(isOnPath(COMPILER), COMPILER + " is not on the path");
        Assumptions.assumeTrue(isOnPath(EMULATOR), EMULATOR + " is not on the path");
    }

    private static boolean isOnPath(String name) {
        for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(directory, name))) {
                return true;
            }
        }
        return false;
    }

    void word(int word) {
        text.append(".inst ").append(Integer.toUnsignedLong(word)).append('\n');
    }

    /** Stores x0. */
    void result64() {
        word(A64Memory.postIndexed(A64Memory.STR_X, 0, 1, 8));
        size += 8;
    }

    /** Stores v0. */
    void result128() {
        word(A64Memory.postIndexed(A64Memory.STR_Q, 0, 1, 16));
        size += 16;
    }

    /** Runs the words; all results, in order. */
    ByteBuffer run() throws IOException, InterruptedException {
        text.append("ret\n.section .note.GNU-stack,\"\",@progbits\n");
        Path folder = Files.createTempDirectory("a64");
        Path driver = Files.writeString(folder.resolve("driver.c"), DRIVER);
        Path words = Files.writeString(folder.resolve("words.s"), text);
        Path program = folder.resolve("program");
        Path output = folder.resolve("output");
        execute(
                folder.resolve("log"),
                COMPILER,
                "-static",
                "-o",
                program.toString(),
                driver.toString(),
                words.toString());
        execute(output, EMULATOR, program.toString(), String.valueOf(size));
        ByteBuffer results = ByteBuffer.wrap(Files.readAllBytes(output));
        for (String name : new String[] {"driver.c", "words.s", "program", "output", "log"}) {
            Files.delete(folder.resolve(name));
        }
        Files.delete(folder);
        return results.order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void execute(Path output, String... command)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(
                    String.join(" ", command) + ": " + Files.readString(output));
        }
    }
}
