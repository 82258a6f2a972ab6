package wasm2obj.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static wasm2obj.frontend.WasmBuilder.I32;
import static wasm2obj.frontend.WasmBuilder.I64;
import static wasm2obj.frontend.WasmBuilder.bytes;
import static wasm2obj.frontend.WasmBuilder.join;
import static wasm2obj.frontend.WasmBuilder.locals;
import static wasm2obj.frontend.WasmBuilder.repeat;
import static wasm2obj.frontend.WasmBuilder.u32;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import wasm2obj.ir.Function;
import wasm2obj.ir.Module;
import wasm2obj.ir.Verifier;

/**
 * Bodies that would be slow or large if anything were not linear: about a megabyte each, translated within seconds on a
 * slow machine, with right IR or a clean error.
 */
@Timeout(20)
final class HostileTest {
    private static final byte[] END = bytes(0x0b);

    /** A value that is not known: a byte of the memory. */
    private static final byte[] LOAD = bytes(0x41, 0, 0x2d, 0, 0);

    private static final byte[] BRANCH = join(LOAD, bytes(0x0d, 0));

    private final Function function = new Function();

    /** Translates a function without parameters and results. */
    private Function translate(byte[] locals, byte[] instructions) {
        byte[] module =
                new WasmBuilder()
                        .type(new int[0])
                        .memory(1)
                        .function(0, locals, join(instructions, END))
                        .build();
        return translate(module);
    }

    private Function translate(byte[] bytes) {
        WasmModule module = ModuleParser.parse(bytes, Features.DEFAULT);
        Module entities = ModuleEntities.derive(module, BodyFacts.of(module), MemoryPlan.GUARD);
        new FunctionTranslator(module, entities, null).translate(0, function);
        Verifier.check(function, entities, "translated");
        return function;
    }

    private static byte[] set(int local) {
        return join(bytes(0x41, local & 0x3f, 0x21), u32(local));
    }

    private static byte[] setAll(int locals) {
        byte[][] sets = new byte[locals][];
        for (int i = 0; i < locals; i++) {
            sets[i] = set(i);
        }
        return join(sets);
    }

    @Test
    void deepNesting() {
        int depth = 400_000;
        byte[] blocks = repeat(bytes(0x02, 0x40), depth);
        assertEquals(1, translate(bytes(0), join(blocks, repeat(END, depth))).blockCount());
    }

    @Test
    void deepNestingOfLoops() {
        int depth = 300_000;
        byte[] loops = repeat(bytes(0x03, 0x40), depth);
        Function loopsOnly = translate(bytes(0), join(loops, repeat(END, depth)));
        assertEquals(depth + 1, loopsOnly.blockCount());
    }

    @Test
    void deepNestingOfIfs() {
        int depth = 150_000;
        byte[] ifs = repeat(join(LOAD, bytes(0x04, 0x40)), depth);
        translate(locals(1, I32), join(ifs, repeat(bytes(0x05, 0x0b), depth)));
    }

    @Test
    void manyLocalsChangedInDeepNesting() {
        // Each level changes one more local before the next one starts: all inner changes are
        // changes of all levels.
        byte[][] levels = new byte[50_000][];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = join(bytes(0x02, 0x40), set(i));
        }
        byte[] body = join(join(levels), repeat(END, levels.length));
        assertEquals(1, translate(locals(50_000, I32), body).blockCount());
    }

    @Test
    void manyBranchesTimesManyLocals() {
        // Recorded one by one, these would be 50,000 x 50,000 values.
        byte[] branches = repeat(BRANCH, 50_000);
        byte[] body = join(bytes(0x02, 0x40), setAll(50_000), branches, END);
        assertEquals(50_000, translate(locals(50_000, I32), body).slotCount());
    }

    @Test
    void manyLoopsTimesManyLocals() {
        int depth = 20_000;
        byte[] loops = repeat(bytes(0x03, 0x40), depth);
        byte[] body = join(loops, setAll(50_000), repeat(END, depth));
        assertEquals(50_000, translate(locals(50_000, I32), body).slotCount());
    }

    @Test
    void manyBackEdgesTimesManyLocals() {
        byte[] branches = repeat(BRANCH, 50_000);
        byte[] body = join(bytes(0x03, 0x40), setAll(50_000), branches, END);
        assertEquals(50_000, translate(locals(50_000, I32), body).slotCount());
    }

    @Test
    void manyOperandsTimesManyBranches() {
        byte[] branches = repeat(BRANCH, 100_000);
        byte[] body = join(repeat(bytes(0x41, 0), 1000), branches, bytes(0x0b));
        byte[] module =
                new WasmBuilder()
                        .type(new int[0], thousand())
                        .memory(1)
                        .function(0, locals(1, I32), body)
                        .build();
        WasmException e = assertThrows(WasmException.LimitExceeded.class, () -> translate(module));
        assertTrue(e.detail().startsWith("function too complex"), e.detail());
    }

    private static int[] thousand() {
        int[] types = new int[1000];
        java.util.Arrays.fill(types, I32);
        return types;
    }

    private void refused(int[] parameters, int[] results, byte[] instructions) {
        byte[] module =
                new WasmBuilder()
                        .type(new int[0])
                        .type(parameters, results)
                        .memory(1)
                        .function(0, locals(1, I32), join(instructions, END))
                        .function(1, 0x00)
                        .build();
        WasmException e = assertThrows(WasmException.LimitExceeded.class, () -> translate(module));
        assertTrue(e.detail().startsWith("function too complex"), e.detail());
    }

    @Test
    void callsWithManyResults() {
        byte[] calls = repeat(bytes(0x10, 1), 100_000);
        refused(new int[0], thousand(), join(calls, bytes(0x00)));
    }

    @Test
    void callsWithManyArguments() {
        byte[] calls = repeat(bytes(0x10, 1), 100_000);
        refused(thousand(), thousand(), join(repeat(bytes(0x41, 0), 1000), calls, bytes(0x00)));
    }

    @Test
    void blocksWithManyParameters() {
        byte[] ifs = repeat(join(LOAD, bytes(0x04, 1)), 100_000);
        byte[] ends = repeat(END, 100_000);
        refused(thousand(), thousand(), join(repeat(bytes(0x41, 0), 1000), ifs, ends, bytes(0x00)));
        byte[] loops = repeat(bytes(0x03, 1), 100_000);
        refused(
                thousand(),
                thousand(),
                join(repeat(bytes(0x41, 0), 1000), loops, ends, bytes(0x00)));
    }

    @Test
    void hugeBranchTables() {
        byte[] table = join(u32(65_520), repeat(bytes(0), 65_521));
        byte[] body = join(setAll(1000), LOAD, bytes(0x0e), table);
        byte[] loop = join(bytes(0x03, 0x40), body, END);
        Function translated = translate(locals(1000, I32), loop);
        assertTrue(translated.edgeCount() < 10, "all labels are the same");
        byte[] alternating = join(u32(65_520), repeat(bytes(0, 1), 32_760), bytes(0));
        byte[] two = join(setAll(1000), LOAD, bytes(0x0e), alternating);
        translated =
                translate(locals(1000, I32), join(bytes(0x02, 0x40, 0x03, 0x40), two, END, END));
        assertEquals(0, translated.slotCount());
        assertTrue(translated.edgeCount() < 65_530);
    }

    @Test
    void tooManyLabels() {
        byte[] table = join(u32(65_521), repeat(bytes(0), 65_522));
        byte[] body = join(bytes(0x41, 0, 0x0e), table);
        assertThrows(WasmException.LimitExceeded.class, () -> translate(bytes(0), body));
    }

    @Test
    void longStraightCode() {
        byte[] steps = repeat(bytes(0x20, 0, 0x20, 1, 0x6c, 0x22, 0), 300_000);
        byte[] body = join(bytes(0x41, 0, 0x28, 2, 0, 0x21, 1), steps, bytes(0x1a));
        assertThrows(WasmException.Invalid.class, () -> translate(locals(2, I32), body));
        byte[] right = repeat(bytes(0x20, 0, 0x20, 1, 0x6a, 0x21, 0), 300_000);
        translate(locals(2, I32), join(bytes(0x41, 0, 0x28, 2, 0, 0x21, 1), right));
    }

    @Test
    void deepOperandStack() {
        byte[] pushes = repeat(bytes(0x42, 1), 500_000);
        translate(bytes(0), join(pushes, repeat(bytes(0x1a), 500_000)));
    }

    @Test
    void localsLimit() {
        assertEquals(1, translate(locals(50_000, I64), new byte[0]).blockCount());
        WasmException e =
                assertThrows(
                        WasmException.LimitExceeded.class,
                        () -> translate(locals(50_001, I64), new byte[0]));
        assertEquals("50001 locals, at most 50000 are supported", e.detail());
    }

    @Test
    void manyFunctionsWithManyLocals() {
        WasmBuilder builder = new WasmBuilder().type(new int[0]);
        for (int i = 0; i < 5_000; i++) {
            builder.function(0, locals(50_000, I32), END);
        }
        WasmModule module = ModuleParser.parse(builder.build(), Features.DEFAULT);
        Module entities = ModuleEntities.derive(module, BodyFacts.of(module), MemoryPlan.GUARD);
        FunctionTranslator translator = new FunctionTranslator(module, entities, null);
        for (int i = 0; i < 5_000; i++) {
            translator.translate(i, function);
        }
        assertEquals(1, function.blockCount());
    }

    @Test
    void declaredCountsAreNotBelieved() {
        // In each section, a count of 2^32 - 1 with nothing behind it.
        int[] counted = {1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13};
        for (int id : counted) {
            byte[] section = bytes(id, 5, 0xff, 0xff, 0xff, 0xff, 0x0f);
            byte[] module = join(bytes(0, 'a', 's', 'm', 1, 0, 0, 0), section);
            assertThrows(
                    WasmException.class,
                    () -> ModuleParser.parse(module, Features.DEFAULT),
                    "section " + id);
        }
    }

    @Test
    void typesThatDifferOnlyDeepDown() {
        // Many groups of one shape but for the last member: each must be compared with few others.
        WasmBuilder builder = new WasmBuilder();
        for (int i = 0; i < 200_000; i++) {
            int[] parameters = {
                0x7f - (i & 3), 0x7f - (i >> 2 & 3), 0x7f - (i >> 4 & 3), 0x7f - (i >> 6 & 3),
                0x7f - (i >> 8 & 3), 0x7f - (i >> 10 & 3), 0x7f - (i >> 12 & 3),
                        0x7f - (i >> 14 & 3)
            };
            builder.type(parameters, 0x7f - (i >> 16 & 3));
        }
        WasmModule module = ModuleParser.parse(builder.build(), Features.DEFAULT);
        assertEquals(200_000, module.types().count());
        for (int i = 0; i < 200_000; i += 997) {
            assertEquals(i, module.types().canonical(i));
        }
    }
}
