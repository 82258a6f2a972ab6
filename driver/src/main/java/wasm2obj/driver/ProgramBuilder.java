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
            Path aside = OutputFile.aside(output);
            try {
                toolchain.link(files, aside, output);
                OutputFile.publish(aside, output);
            } finally {
                Files.deleteIfExists(aside);
            }
        } finally {
            RuntimeArchive.deleteTree(work);
        }
    }
}
