package wasm2obj.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of this machine that tests ask for a second opinion. */
final class Tool {

    /** Where LLVM's tools are that have no link in a directory of the path. */
    private static final List<String> ELSEWHERE =
            List.of("/usr/lib/llvm-22/bin", "/usr/lib/llvm-19/bin", "/usr/lib/llvm-14/bin");

    private Tool() {}

    /** The program called {@code name}; without it the test is skipped. */
    static String find(String name) {
        ArrayList<String> directories = new ArrayList<>();
        directories.addAll(List.of(System.getenv("PATH").split(File.pathSeparator)));
        directories.addAll(ELSEWHERE);
        for (String directory : directories) {
            Path program = Path.of(directory, name);
            if (Files.isExecutable(program)) {
                return program.toString();
            }
        }
        assumeTrue(false, "no " + name + " on this machine");
        return name;
    }

    /** Runs a program that must succeed; what it printed, errors included. */
    static String run(Path directory, String... command) throws IOException {
        // A path is a program that a test made: there, or a failure.
        command[0] = command[0].contains("/") ? command[0] : find(command[0]);
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertEquals(0, process.waitFor(), String.join(" ", command) + "\n" + output);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return output;
    }
}
