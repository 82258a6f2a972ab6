package wasm2obj.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.Isa;
import wasm2obj.frontend.ModuleParser;
import wasm2obj.frontend.WasmModule;
import wasm2obj.objwriter.ObjectFile;
import wasm2obj.objwriter.ObjectFormat;

/**
 * Code in several sections, as if calls reached 4 KiB only: references among them are left to the linker, and the program does the
 * same.
 */
class CodeSectionsTest {
    private static final Path ROOT = Path.of(System.getProperty("wasm2obj.root", ".."));
    private static final int LIMIT = 4096;

    @TempDir Path work;

    @Test
    void calls() throws IOException, InterruptedException {
        for (String tool : List.of("aarch64-linux-gnu-gcc", "qemu-aarch64")) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin", tool)), "needs " + tool);
        }
        Path object = work.resolve("program.o");
        ObjectFile file = assemble(ROOT.resolve("test-fixtures/programs/hello.wasm"));
        long sections =
                file.sections().stream().filter(section -> section.name().equals(".text")).count();
        assertTrue(sections > 4, sections + " sections of code");
        file.write(ObjectFormat.ELF, object);
        Path program = work.resolve("program");
        Toolchain toolchain = new Toolchain(null, Settings.defaults(Target.AARCH64_LINUX));
        String runtime = new RuntimeArchive(toolchain).locate().toString();
        toolchain.link(
                List.of("-static", "-Wl,-u,main", object.toString(), runtime), program, program);
        Process process =
                new ProcessBuilder("qemu-aarch64", program.toString(), "a")
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals("Hello, world! argc=2\na\n", output);
        assertEquals(0, process.waitFor());
    }

    private static ObjectFile assemble(Path path) throws IOException {
        Settings settings =
                Settings.defaults(Target.AARCH64_LINUX)
                        .withProgram(new Settings.Program(List.of()));
        WasmModule module = ModuleParser.parse(Files.readAllBytes(path), settings.features());
        ModulePlan plan = ModulePlan.of(module, settings);
        Isa isa = Isas.of(settings);
        FunctionPipeline pipeline =
                new FunctionPipeline(
                        module, plan, settings, isa, new Reporting(1, true, false, false));
        int first = module.importedFunctionCount();
        CompiledFunction[] functions = new CompiledFunction[module.functionCount() - first];
        for (int f = first; f < module.functionCount(); f++) {
            functions[f - first] = pipeline.compile(f);
        }
        return new ObjectAssembler(module, plan, settings, isa, LIMIT).assemble(functions);
    }
}
