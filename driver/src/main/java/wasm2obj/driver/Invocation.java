package wasm2obj.driver;

import java.nio.file.Path;
import java.util.List;

/**
 * A command line, understood.
 *
 * @param command what to do
 * @param inputs the module, or the modules to validate; for {@code build} also objects and archives to link
 * @param output the file to write, or null for the default
 * @param header the C header to write, or null
 * @param emit what the compile command writes
 * @param compiler the C compiler that links, or null for the default
 * @param directories {@code host::guest} pairs for WASI
 * @param environment {@code NAME=value} pairs for WASI
 * @param arguments for the program that {@code run} runs
 * @param settings what changes the output
 * @param reporting what does not
 */
record Invocation(
        Command command,
        List<Path> inputs,
        Path output,
        Path header,
        Emit emit,
        String compiler,
        List<String> directories,
        long maxMemory,
        long maxStack,
        long maxHeap,
        List<String> environment,
        List<String> arguments,
        Settings settings,
        Reporting reporting) {

    /** What to do. */
    enum Command {
        COMPILE,
        BUILD,
        RUN,
        VALIDATE,
        HELP,
        VERSION
    }

    /** What {@code compile} writes. */
    enum Emit {
        OBJ(".o"),
        ASM(".s"),
        IR(".ir"),
        VCODE(".vcode"),
        WAT(".wat"),
        WASM(".wasm");

        private final String suffix;

        Emit(String suffix) {
            this.suffix = suffix;
        }

        /** How names of such files end. */
        String suffix() {
            return suffix;
        }
    }
}
