package wasm2obj.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import wasm2obj.ir.TrapKind;

/**
 * The official suite's assertions about single modules, on the IR as it comes from the translator. What needs other
 * modules is left to tests that link.
 */
final class SpecExecutionTest {
    private final ObjectMapper mapper = new ObjectMapper();
    private final List<String> failures = new ArrayList<>();
    private final Map<String, Integer> skipped = new TreeMap<>();
    private int passed;

    private MemoryPlan plan;
    private boolean slots;
    private IrInstance current;
    private final Map<String, IrInstance> named = new HashMap<>();

    @ParameterizedTest
    @CsvSource({"GUARD, false", "EXPLICIT, false", "EXPLICIT, true"})
    void assertions(MemoryPlan memoryPlan, boolean localsInSlots) throws IOException {
        plan = memoryPlan;
        slots = localsInSlots;
        Path suite = SharedFiles.officialSuite();
        for (String folder :
                List.of("core", "proposals/custom-page-sizes", "proposals/wide-arithmetic")) {
            for (Path script : SharedFiles.filesBelow(suite.resolve(folder), ".json")) {
                run(script);
            }
        }
        System.out.printf(
                "%s%s: %d passed, %d failed, skipped %s%n",
                plan, slots ? " in slots" : "", passed, failures.size(), skipped);
        assertEquals(List.of(), failures);
        assertTrue(passed > 20_000, "only " + passed + " passed");
    }

    private void run(Path script) throws IOException {
        current = null;
        named.clear();
        for (JsonNode command : mapper.readTree(script.toFile()).get("commands")) {
            if (command.get("type").asText().equals("register")) {
                skipped.merge("scripts from where they link modules", 1, Integer::sum);
                return;
            }
            String where = script.getFileName() + ":" + command.get("line").asInt();
            try {
                run(script, command, where);
            } catch (IrInstance.NotSupported | WasmException.Unsupported e) {
                skipped.merge(
                        e.getMessage().replaceAll("0x\\w+: |\\(function.*", ""), 1, Integer::sum);
            } catch (RuntimeException | AssertionError e) {
                failures.add(where + ": " + e);
            }
        }
    }

    private void run(Path script, JsonNode command, String where) throws IOException {
        switch (command.get("type").asText()) {
            case "module" -> instantiate(script, command);
            case "action" -> perform(command.get("action"));
            case "assert_return" -> check(where, matches(command));
            case "assert_trap", "assert_exhaustion" -> checkTrap(where, command);
            default -> {}
        }
    }

    private void check(String where, boolean right) {
        if (right) {
            passed++;
        } else {
            failures.add(where + ": wrong result");
        }
    }

    private void instantiate(Path script, JsonNode command) throws IOException {
        current = null;
        JsonNode binary = command.get("binary_filename");
        String file = (binary != null ? binary : command.get("filename")).asText();
        if (!file.endsWith(".wasm")) {
            throw new IrInstance.NotSupported("text");
        }
        byte[] bytes = Files.readAllBytes(script.resolveSibling(file));
        current = new IrInstance(bytes, Features.DEFAULT, plan, slots);
        if (command.has("name")) {
            named.put(command.get("name").asText(), current);
        }
    }

    private void checkTrap(String where, JsonNode command) {
        try {
            perform(command.get("action"));
            failures.add(where + ": no trap");
        } catch (IrInstance.Trap trap) {
            boolean right = text(trap.kind(), command.get("text").asText());
            if (right) {
                passed++;
            } else {
                failures.add(where + ": " + trap.kind() + ", not " + command.get("text").asText());
            }
        }
    }

    /** Whether the suite calls the trap so. */
    private static boolean text(TrapKind kind, String text) {
        return switch (kind) {
            case UNREACHABLE -> text.equals("unreachable");
            case MEMORY_OUT_OF_BOUNDS -> text.equals("out of bounds memory access");
            case TABLE_OUT_OF_BOUNDS -> text.equals("out of bounds table access");
            case INDIRECT_CALL_TO_NULL -> text.startsWith("uninitialized element");
            case BAD_SIGNATURE -> text.equals("indirect call type mismatch");
            case INTEGER_OVERFLOW -> text.equals("integer overflow");
            case INTEGER_DIVIDE_BY_ZERO -> text.equals("integer divide by zero");
            case BAD_CONVERSION_TO_INTEGER -> text.equals("invalid conversion to integer");
            case STACK_OVERFLOW -> text.equals("call stack exhausted");
            case NULL_REFERENCE -> text.matches("null (function )?reference");
            case UNDEFINED_ELEMENT -> text.startsWith("undefined element");
            default -> false;
        };
    }

    private IrInstance target(JsonNode action) {
        IrInstance instance =
                action.has("module") ? named.get(action.get("module").asText()) : current;
        if (instance == null) {
            throw new IrInstance.NotSupported("no instance");
        }
        return instance;
    }

    private long[] perform(JsonNode action) {
        IrInstance instance = target(action);
        Export export = instance.export(action.get("field").asText());
        if (action.get("type").asText().equals("get")) {
            return new long[] {instance.global(export.index())};
        }
        JsonNode arguments = action.get("args");
        long[] values = new long[arguments.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(arguments.get(i));
        }
        return instance.call(export.index(), values);
    }

    private static long value(JsonNode node) {
        JsonNode value = node.get("value");
        String type = node.get("type").asText();
        if (type.equals("refnull") || value == null || value.asText().equals("null")) {
            return 0;
        }
        return switch (type) {
            case "i32" -> Integer.parseInt(value.asText()) & 0xffff_ffffL;
            case "f32" -> Integer.parseUnsignedInt(value.asText()) & 0xffff_ffffL;
            case "i64" -> Long.parseLong(value.asText());
            case "f64" -> Long.parseUnsignedLong(value.asText());
            // Host reference n is n + 1, so that none is null.
            case "externref", "anyref" -> Long.parseLong(value.asText()) + 1;
            default -> throw new IrInstance.NotSupported(type);
        };
    }

    private boolean matches(JsonNode command) {
        long[] results = perform(command.get("action"));
        JsonNode expected = command.get("expected");
        if (expected.size() != results.length) {
            return false;
        }
        for (int i = 0; i < results.length; i++) {
            if (!matches(results[i], expected.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(long result, JsonNode expected) {
        String type = expected.get("type").asText();
        String value = expected.has("value") ? expected.get("value").asText() : "";
        if (value.startsWith("nan:")) {
            return type.equals("f32")
                    ? Float.isNaN(Float.intBitsToFloat((int) result))
                    : Double.isNaN(Double.longBitsToDouble(result));
        }
        if (type.startsWith("null") || type.equals("refnull")) {
            return result == 0;
        }
        if (value.isEmpty()) {
            return result != 0;
        }
        return result == value(expected);
    }
}
