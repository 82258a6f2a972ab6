package wasm2obj.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import wasm2obj.codegen.Isa;
import wasm2obj.frontend.ModuleParser;
import wasm2obj.frontend.WasmModule;
import wasm2obj.text.WatReader;

/** What a store of a reference executes more than one of a number: the write barrier. */
class BarrierTest {
    private static final String MODULE =
            """
            (module
              (type $s (struct (field (mut i32) (mut anyref))))
              (type $numbers (array (mut i32)))
              (type $references (array (mut anyref)))
              (func (param (ref null $s) i32 anyref) (struct.set $s 0 (local.get 0) (local.get 1)))
              (func (param (ref null $s) i32 anyref) (struct.set $s 1 (local.get 0) (local.get 2)))
              (func (param (ref null $numbers) i32 i32 anyref)
                (array.set $numbers (local.get 0) (local.get 1) (local.get 2)))
              (func (param (ref null $references) i32 i32 anyref)
                (array.set $references (local.get 0) (local.get 1) (local.get 3))))
            """;

    @Test
    void ofAStructureIsThreeInstructions() {
        for (Target target : new Target[] {Target.X86_64_LINUX, Target.AARCH64_LINUX}) {
            int[] counts = instructionCounts(target);
            assertTrue(counts[0] > 1, target.triple());
            assertEquals(3, counts[1] - counts[0], target.triple());
        }
    }

    /** The element's offset is computed, too: its distance from the array's start and the sum of both. */
    @Test
    void ofAnArrayIsFiveInstructions() {
        for (Target target : new Target[] {Target.X86_64_LINUX, Target.AARCH64_LINUX}) {
            int[] counts = instructionCounts(target);
            assertTrue(counts[3] - counts[2] <= 5, target.triple() + counts[3] + counts[2]);
        }
    }

    private static int[] instructionCounts(Target target) {
        Settings settings = Settings.defaults(target);
        byte[] bytes = WatReader.read(MODULE.getBytes(StandardCharsets.UTF_8)).bytes();
        WasmModule module = ModuleParser.parse(bytes, settings.features());
        ModulePlan plan = ModulePlan.of(module, settings);
        Isa isa = Isas.of(settings);
        FunctionPipeline pipeline =
                new FunctionPipeline(
                        module, plan, settings, isa, new Reporting(1, false, true, false));
        AssemblyListing listing = new AssemblyListing(new FunctionNames(module), isa, target);
        int[] counts = new int[module.functionCount()];
        for (int f = 0; f < counts.length; f++) {
            String text = listing.print(pipeline.compile(f));
            counts[f] =
                    (int)
                            text.lines()
                                    .filter(line ->
                                            line.startsWith("    ") && line.charAt(4) != '.')
                                    .count();
        }
        return counts;
    }
}
