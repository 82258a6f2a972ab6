package wasm2obj.driver;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import wasm2obj.frontend.WasmException;
import wasm2obj.text.WatException;
import wasm2obj.text.WatPrinter;

/** What each command does. */
final class Commands {
    static final String VERSION = "0.1.0";

    private final Invocation invocation;
    private final PrintStream out;
    private final PrintStream err;

    private Commands(Invocation invocation, PrintStream out, PrintStream err) {
        this.invocation = invocation;
        this.out = out;
        this.err = err;
    }

    /** Executes the command; returns the exit status. */
    static int execute(Invocation invocation, PrintStream out, PrintStream err) {
        Commands commands = new Commands(invocation, out, err);
        try {
            return commands.execute();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int execute() throws IOException {
        return switch (invocation.command()) {
            case COMPILE -> compile();
            case BUILD -> build();
            case RUN -> run();
            case VALIDATE -> validate();
            case HELP -> {
                out.print(CommandLineParser.HELP);
                yield 0;
            }
            case VERSION -> {
                out.println("wasm2obj " + VERSION);
                yield 0;
            }
        };
    }

    private int compile() throws IOException {
        Path input = invocation.inputs().getFirst();
        Path output = output(invocation.emit().suffix());
        checkOutput(output);
        if (invocation.header() != null) {
            checkOutput(invocation.header());
        }
        InputModule module = InputModule.read(input);
        ModuleCompiler compiler = compiler(invocation.settings());
        try {
            switch (invocation.emit()) {
                case OBJ -> compiler.compile(module.bytes(), output, invocation.header());
                case IR -> compiler.emitIr(module.bytes(), output);
                case ASM -> compiler.emitAssembly(module.bytes(), output);
                case VCODE -> compiler.emitVcode(module.bytes(), output);
                case WAT -> OutputFile.write(output, WatPrinter.print(module.bytes()));
                case WASM -> {
                    compiler.validate(module.bytes());
                    OutputFile.write(output, module.bytes());
                }
            }
        } catch (WasmException | LinkException | WatException e) {
            throw module.located(e);
        }
        return 0;
    }

    private int build() throws IOException {
        Path output = output("");
        if (OutputFile.isStandardOutput(output)) {
            throw new UsageException("a program needs the name of a file");
        }
        checkOutput(output);
        buildProgram(output);
        return 0;
    }

    private void buildProgram(Path output) throws IOException {
        List<Path> inputs = invocation.inputs();
        Settings settings =
                invocation
                        .settings()
                        .withProgram(
                                new Settings.Program(
                                        invocation.directories(),
                                        invocation.maxMemory(),
                                        invocation.maxStack(),
                                        invocation.maxHeap()));
        ProgramBuilder builder = new ProgramBuilder(compiler(settings), invocation.compiler());
        InputModule module = InputModule.read(inputs.getFirst());
        for (Path extra : inputs.subList(1, inputs.size())) {
            if (!Files.exists(extra)) {
                throw new InputException("wasm2obj: error: " + extra + ": no such file");
            }
        }
        try {
            builder.build(module.bytes(), inputs.subList(1, inputs.size()), output);
        } catch (WasmException | LinkException e) {
            throw module.located(e);
        }
    }

    /** Builds the program into a temporary folder and runs it as a child, whose exit status is the result. */
    private int run() throws IOException {
        Target target = invocation.settings().target();
        if (!target.isHost()) {
            throw new UsageException(
                    "--target: run needs this machine's, found " + target.triple());
        }
        Path work = Files.createTempDirectory("wasm2obj");
        try {
            Path program = work.resolve(stem(invocation.inputs().getFirst()));
            buildProgram(program);
            return new ProgramRun(program, work).run(invocation);
        } finally {
            RuntimeArchive.deleteTree(work);
        }
    }

    private int validate() throws IOException {
        int status = 0;
        for (Path input : invocation.inputs()) {
            if (!validate(input)) {
                status = 1;
            }
        }
        return status;
    }

    /** Validates one module; an error in it keeps none of the others from being validated. */
    private boolean validate(Path input) throws IOException {
        try {
            InputModule module = InputModule.read(input);
            try {
                compiler(invocation.settings()).validate(module.bytes());
                return true;
            } catch (WasmException e) {
                throw module.located(e);
            }
        } catch (InputException e) {
            err.println(e.getMessage());
            return false;
        }
    }

    // ---- files ----

    private ModuleCompiler compiler(Settings settings) {
        return new ModuleCompiler(settings, invocation.reporting(), err);
    }

    /** The output that was asked for, or else the input's name with another ending, in the current folder. */
    private Path output(String suffix) {
        if (invocation.output() != null) {
            return invocation.output();
        }
        Path input = invocation.inputs().getFirst();
        Path output = Path.of(stem(input).concat(suffix));
        return output.equals(input.getFileName()) ? Path.of(output + ".out") : output;
    }

    private static String stem(Path input) {
        if (InputModule.isStandardInput(input)) {
            return "stdin";
        }
        String name = String.valueOf(input.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /** Whether the file can be written is better known before the work than after it. */
    private void checkOutput(Path output) {
        if (OutputFile.isStandardOutput(output)) {
            return;
        }
        if (invocation.inputs().contains(output)) {
            throw new UsageException("the output is the input: " + output);
        }
        Path folder = output.toAbsolutePath().getParent();
        if (Files.isDirectory(output)) {
            throw new InputException("wasm2obj: error: " + output + ": is a directory");
        }
        if (folder == null || !Files.exists(folder)) {
            throw new InputException(
                    "wasm2obj: error: " + output + ": no such directory to write to");
        }
        if (!Files.isWritable(
                Files.exists(output) && !Files.isRegularFile(output) ? output : folder)) {
            throw new InputException("wasm2obj: error: " + output + ": permission denied");
        }
    }
}
