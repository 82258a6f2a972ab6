package wasm2obj.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes native executables of WASI commands: compiles the module, and links it with the runtime and its {@code main}. */
public final class ProgramBuilder {
    private final ModuleCompiler compiler;
    private final Toolchain toolchain;

    /**
     * A builder.
     *
     * @param compiler for the module; its settings must be those of a program
     * @param linker the C compiler that links, or null for the usual one
     */
    public ProgramBuilder(ModuleCompiler compiler, String linker) {
        this.compiler = compiler;
        toolchain = new Toolchain(linker, compiler.settings());
    }

    /** Builds the program {@code output} of a module, objects and archives. */
    public void build(byte[] module, List<Path> objects, Path output) throws IOException {
        Path work = Files.createTempDirectory("wasm2obj");
        try {
            Path object = work.resolve("program.o");
            compiler.compile(module, object);
            List<String> files = new ArrayList<>();
            files.addAll(toolchain.needingMain());
            files.add(object.toString());
            for (Path extra : objects) {
                files.add(extra.toString());
            }
            files.add(new RuntimeArchive(toolchain).locate().toString());
            link(files, output);
        } finally {
            RuntimeArchive.deleteTree(work);
        }
    }

    /** Links in a folder beside the output, so that the program has its name while it is made: signatures say it. */
    private void link(List<String> files, Path output) throws IOException {
        Path folder = OutputFile.aside(output);
        Files.createDirectory(folder);
        try {
            Path program = folder.resolve(output.getFileName());
            toolchain.link(files, program, output);
            if (toolchain.leavesDebugInfo() && compiler.settings().debugInfo()) {
                gatherDebugInfo(program, output);
            }
            OutputFile.publish(program, output);
        } finally {
            RuntimeArchive.deleteTree(folder);
        }
    }

    /** Makes {@code output}.dSYM, as C compilers do that link what they have just compiled. */
    private void gatherDebugInfo(Path program, Path output) throws IOException {
        String name = output.getFileName() + ".dSYM";
        Path made = program.resolveSibling(name);
        if (toolchain.gatherDebugInfo(program, made)) {
            Path symbols = output.resolveSibling(name);
            RuntimeArchive.deleteTree(symbols);
            Files.move(made, symbols);
        } else {
            compiler.warn("no dsymutil on the path: the program has no debug information");
        }
    }
}
