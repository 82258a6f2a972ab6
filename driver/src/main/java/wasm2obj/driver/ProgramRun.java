package wasm2obj.driver;

import java.io.IOException;
import java.nio.file.Path;

/** Runs a program that was just built, as a child of this process that shares its streams. */
final class ProgramRun {
    private final Path program;
    private final Path work;

    /** A run of {@code program}, which lies in the folder {@code work}. */
    ProgramRun(Path program, Path work) {
        this.program = program;
        this.work = work;
    }

    /** Runs the program; returns its exit status, 128 and the signal's number if one ended it. */
    int run(Invocation invocation) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(program.toString()).inheritIO();
        builder.command().addAll(invocation.arguments());
        for (String variable : invocation.environment()) {
            int equals = variable.indexOf('=');
            builder.environment()
                    .put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        Process process = builder.start();
        Thread cleaner = new Thread(() -> clean(process), "cleaner");
        Runtime.getRuntime().addShutdownHook(cleaner);
        try {
            int status = process.waitFor();
            unlessEnding(cleaner);
            return status;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InputException("wasm2obj: error: interrupted");
        }
    }

    private static void unlessEnding(Thread cleaner) throws InterruptedException {
        try {
            Runtime.getRuntime().removeShutdownHook(cleaner);
        } catch (IllegalStateException e) {
            cleaner.join();
        }
    }

    /** When a signal ends this process, the program ends and its folder goes. */
    private void clean(Process process) {
        process.destroy();
        RuntimeArchive.deleteTree(work);
    }
}
