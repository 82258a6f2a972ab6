package wasm2obj.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static wasm2obj.frontend.WasmBuilder.bytes;
import static wasm2obj.frontend.WasmBuilder.join;
import static wasm2obj.frontend.WasmBuilder.name;
import static wasm2obj.frontend.WasmBuilder.sized;
import static wasm2obj.frontend.WasmBuilder.u32;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import wasm2obj.ir.Function;
import wasm2obj.ir.Module;

/** Custom sections never make a module invalid, and what is right in them is used. */
final class CustomSectionTest {
    private static WasmModule parse(WasmBuilder builder) {
        return ModuleParser.parse(builder.build(), Features.DEFAULT);
    }

    private static WasmBuilder twoFunctions() {
        return new WasmBuilder().type(new int[0]).importFunction(0).function(0);
    }

    @Test
    void names() {
        byte[] module = join(bytes(0), sized(name("app")));
        byte[] functions =
                join(bytes(1), sized(join(u32(2), u32(0), name("imported"), u32(1), name("own"))));
        byte[] locals = join(u32(2), u32(0), name("x"), u32(2), name("z"));
        byte[] localNames = join(bytes(2), sized(join(u32(1), u32(1), locals)));
        NameSection names =
                parse(twoFunctions().custom("name", join(module, functions, localNames))).names();
        assertNull(names.problem());
        assertEquals("app", names.module());
        assertEquals("imported", names.function(0));
        assertEquals("own", names.function(1));
        assertArrayEquals(new String[] {"x", null, "z", null}, names.locals(1, 4));
        assertArrayEquals(new String[] {null}, names.locals(0, 1));
    }

    @Test
    void namesUntilTheyBreakOff() {
        // The second name is longer than what is left.
        byte[] contents = join(u32(2), u32(0), name("good"), u32(1), bytes(100, 'b'));
        NameSection names =
                parse(twoFunctions().custom("name", join(bytes(1), sized(contents)))).names();
        assertNotNull(names.problem());
        assertEquals("good", names.function(0));
        assertNull(names.function(1));
    }

    @Test
    void otherSectionsAreKept() {
        WasmModule module = parse(twoFunctions().custom(".debug_info", bytes(1, 2, 3)));
        CustomSection section = module.customSection(".debug_info");
        assertEquals(3, section.end() - section.start());
        assertEquals(1, module.bytes()[section.start()]);
        assertNull(module.customSection(".debug_line"));
    }

    /** What the official suite calls malformed in a custom section is noticed, though not refused. */
    @Test
    void officialSuite() throws IOException {
        Path suite = SharedFiles.officialSuite();
        int checked = 0;
        for (Path script : SharedFiles.filesBelow(suite.resolve("custom"), ".json")) {
            for (JsonNode command : new ObjectMapper().readTree(script.toFile()).get("commands")) {
                String file = command.path("filename").asText();
                if (file.endsWith(".wasm")) {
                    check(script.resolveSibling(file), command.get("type").asText());
                    checked++;
                }
            }
        }
        assertEquals(true, checked > 0);
    }

    private static void check(Path file, String type) throws IOException {
        WasmModule module = ModuleParser.parse(Files.readAllBytes(file), Features.DEFAULT);
        Module entities = ModuleEntities.derive(module, BodyFacts.of(module), MemoryPlan.GUARD);
        BranchHints hints = BranchHints.of(module);
        FunctionTranslator translator = new FunctionTranslator(module, entities, hints);
        boolean right =
                module.names().problem() == null && (hints == null || hints.problem() == null);
        for (int i = module.importedFunctionCount(); i < module.functionCount(); i++) {
            translator.translate(i, new Function());
            right &= translator.misplacedHint() < 0;
        }
        assertEquals(!type.startsWith("assert"), right, file.toString());
    }
}
