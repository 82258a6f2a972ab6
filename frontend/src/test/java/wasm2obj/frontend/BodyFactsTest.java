package wasm2obj.frontend;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static wasm2obj.frontend.WasmBuilder.bytes;
import static wasm2obj.frontend.WasmBuilder.join;
import static wasm2obj.frontend.WasmBuilder.repeat;
import static wasm2obj.frontend.WasmBuilder.u32;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What bodies do is found whatever comes before it. */
final class BodyFactsTest {
    private static final byte[] INSTRUCTIONS =
            join(
                    bytes(0x41, 1, Instructions.GLOBAL_SET, 1),
                    bytes(0x41, 0, Instructions.MEMORY_GROW, 0, 0x1a, 0x0b));

    private static void check(byte[] locals) {
        WasmModule module =
                ModuleParser.parse(
                        new WasmBuilder()
                                .type(new int[0])
                                .item(5, bytes(0, 1))
                                .item(6, bytes(WasmBuilder.I32, 1, 0x41, 0, 0x0b))
                                .item(6, bytes(WasmBuilder.I32, 1, 0x41, 0, 0x0b))
                                .function(0, locals, INSTRUCTIONS)
                                .build(),
                        Features.DEFAULT);
        BodyFacts facts = BodyFacts.of(module);
        assertTrue(facts.isGlobalWritten(1));
        assertFalse(facts.isGlobalWritten(0));
        assertTrue(facts.isMemoryGrown(0));
    }

    @Test
    void anyNumberOfLocals() {
        for (int count = 0; count < 300; count++) {
            check(WasmBuilder.locals(count, WasmBuilder.I32));
            check(join(bytes(1), u32(count), bytes(0x63, 0x70)));
        }
    }

    @Test
    void anyNumberOfGroups() {
        for (int groups = 0; groups < 300; groups++) {
            check(join(u32(groups), repeat(bytes(1, WasmBuilder.I64), groups)));
        }
    }

    /** What is cut off inside of an instruction is no module, which is for the translator to say. */
    @Test
    void anInstructionWithoutItsEnd() {
        byte[] code = bytes(0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 0x0a, 0, 0, 0x0b);
        for (int length = 0; length <= code.length; length++) {
            WasmModule module =
                    ModuleParser.parse(
                            new WasmBuilder()
                                    .type(new int[0])
                                    .item(5, bytes(0, 1))
                                    .function(0, bytes(0), Arrays.copyOf(code, length))
                                    .build(),
                            Features.DEFAULT);
            assertFalse(BodyFacts.of(module).isMemoryGrown(0));
        }
    }
}
