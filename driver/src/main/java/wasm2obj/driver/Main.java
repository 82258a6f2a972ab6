package wasm2obj.driver;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;

/** The command. Exit status: 0, 1 for bad input, 2 for bad usage, 70 for a fault of the compiler itself. */
public final class Main {
    private static final int INTERNAL_ERROR = 70;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    /** Does what the arguments say and returns the exit status. */
    static int run(String[] arguments, PrintStream out, PrintStream err) {
        Invocation invocation;
        try {
            invocation = CommandLineParser.parse(arguments);
        } catch (UsageException e) {
            err.println("wasm2obj: error: " + e.getMessage() + " (see --help)");
            return 2;
        }
        if (invocation.reporting().verbose()) {
            Log.enable();
        }
        try {
            return Commands.execute(invocation, out, err);
        } catch (UsageException e) {
            err.println("wasm2obj: error: " + e.getMessage() + " (see --help)");
            return 2;
        } catch (InputException e) {
            err.println(e.getMessage());
            return 1;
        } catch (UncheckedIOException e) {
            err.println("wasm2obj: error: " + reason(e.getCause()));
            return 1;
        } catch (OutOfMemoryError e) {
            err.println(
                    "wasm2obj: error: out of memory; give the compiler more with WASM2OBJ_JAVA_OPTIONS=-Xmx...");
            return 1;
        } catch (RuntimeException | Error e) {
            err.println(
                    "wasm2obj: internal error: this is a fault of the compiler, please report it");
            e.printStackTrace(err);
            return INTERNAL_ERROR;
        }
    }

    /** What went wrong, and with which file, in words. */
    private static String reason(IOException e) {
        return e instanceof FileSystemException problem && problem.getFile() != null
                ? problem.getFile() + ": " + OutputFile.reason(e)
                : OutputFile.reason(e);
    }
}
