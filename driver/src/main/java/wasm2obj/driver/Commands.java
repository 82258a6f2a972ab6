package wasm2obj.driver;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import wasm2obj.frontend.WasmException;

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
        Path output = invocation.output() == null ? besides(input, suffix()) : invocation.output();
        compile(input, output, invocation.header(), invocation.settings());
        return 0;
    }

    private String suffix() {
        return switch (invocation.emit()) {
            case OBJ -> ".o";
            case ASM -> ".s";
            case IR -> ".ir";
            case VCODE -> ".vcode";
        };
    }

    /** The input's name with another ending, in the current folder, as C compilers do. */
    private static Path besides(Path input, String suffix) {
        String name = String.valueOf(input.getFileName());
        int dot = name.lastIndexOf('.');
        return Path.of((dot > 0 ? name.substring(0, dot) : name) + suffix);
    }

    private void compile(Path input, Path output, Path header, Settings settings)
            throws IOException {
        ModuleCompiler compiler = new ModuleCompiler(settings, invocation.reporting(), err);
        try {
            switch (invocation.emit()) {
                case OBJ -> compiler.compile(read(input), output, header);
                case IR -> compiler.emitIr(read(input), output);
                case ASM, VCODE -> throw new UsageException("--emit: not there yet");
            }
        } catch (WasmException e) {
            throw new InputException(input + ":" + e.getMessage());
        } catch (LinkException e) {
            throw new InputException(input + ": error: " + e.getMessage());
        }
    }

    private byte[] read(Path input) throws IOException {
        if (Files.isDirectory(input)) {
            throw new InputException("wasm2obj: error: " + input + ": is a directory");
        }
        return Files.readAllBytes(input);
    }

    // ---- programs ----

    private int build() throws IOException {
        Path input = invocation.inputs().getFirst();
        Path output = invocation.output() == null ? besides(input, "") : invocation.output();
        buildProgram(input, output);
        return 0;
    }

    private void buildProgram(Path input, Path output) throws IOException {
        Path work = Files.createTempDirectory("wasm2obj");
        try {
            Path object = work.resolve("program.o");
            Settings.Program program = new Settings.Program(invocation.directories());
            compile(input, object, null, invocation.settings().withProgram(program));
            Toolchain toolchain =
                    new Toolchain(invocation.compiler(), invocation.settings().target());
            Path archive = new RuntimeArchive(toolchain).locate();
            List<String> files = new ArrayList<>();
            files.add("-Wl,-u,main");
            files.add(object.toString());
            for (Path extra : invocation.inputs().subList(1, invocation.inputs().size())) {
                files.add(extra.toString());
            }
            files.add(archive.toString());
            Path aside = OutputFile.aside(output);
            try {
                toolchain.link(files, aside);
                OutputFile.publish(aside, output);
            } finally {
                Files.deleteIfExists(aside);
            }
        } finally {
            RuntimeArchive.deleteTree(work);
        }
    }

    /** Builds the program into a temporary folder and runs it as a child, whose exit status is the result. */
    private int run() throws IOException {
        Path input = invocation.inputs().getFirst();
        Path work = Files.createTempDirectory("wasm2obj");
        try {
            Path program = work.resolve(besides(input, "").getFileName());
            buildProgram(input, program);
            ProcessBuilder builder = new ProcessBuilder(program.toString()).inheritIO();
            builder.command().addAll(invocation.arguments());
            for (String variable : invocation.environment()) {
                int equals = variable.indexOf('=');
                if (equals <= 0) {
                    throw new UsageException("--env: expected NAME=VALUE, found " + variable);
                }
                builder.environment()
                        .put(variable.substring(0, equals), variable.substring(equals + 1));
            }
            return builder.start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InputException("wasm2obj: error: interrupted");
        } finally {
            RuntimeArchive.deleteTree(work);
        }
    }

    private int validate() throws IOException {
        int status = 0;
        for (Path input : invocation.inputs()) {
            try {
                new ModuleCompiler(invocation.settings(), invocation.reporting(), err)
                        .validate(read(input));
            } catch (WasmException e) {
                err.println(input + ":" + e.getMessage());
                status = 1;
            }
        }
        return status;
    }
}
