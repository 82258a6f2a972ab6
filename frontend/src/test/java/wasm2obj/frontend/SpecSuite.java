package wasm2obj.frontend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The modules of the official suite with what is said about each. */
final class SpecSuite {
    /** What must become of a module. */
    enum Verdict {
        VALID,
        INVALID,
        MALFORMED
    }

    /**
     * One module.
     *
     * @param file the script, relative to the suite
     * @param line in the script
     * @param module the binary; null if there is only text
     * @param text the error that the suite names; null for valid modules
     */
    record Case(Path file, int line, Path module, Verdict verdict, String text) {
        byte[] bytes() throws IOException {
            return Files.readAllBytes(module);
        }

        @Override
        public String toString() {
            return file + ":" + line;
        }
    }

    private final ObjectMapper mapper = new ObjectMapper();
    private final Path suite;

    SpecSuite(Path suite) {
        this.suite = suite;
    }

    /** All modules below a folder of the suite. */
    List<Case> cases(String folder) throws IOException {
        List<Case> cases = new ArrayList<>();
        for (Path script : SharedFiles.filesBelow(suite.resolve(folder), ".json")) {
            for (JsonNode command : mapper.readTree(script.toFile()).get("commands")) {
                Verdict verdict = verdict(command.get("type").asText());
                if (verdict != null) {
                    cases.add(read(script, command, verdict));
                }
            }
        }
        return cases;
    }

    private static Verdict verdict(String type) {
        return switch (type) {
            case "module", "module_definition", "assert_unlinkable", "assert_uninstantiable" ->
                    Verdict.VALID;
            case "assert_invalid" -> Verdict.INVALID;
            case "assert_malformed" -> Verdict.MALFORMED;
            default -> null;
        };
    }

    private Case read(Path script, JsonNode command, Verdict verdict) {
        JsonNode binary = command.get("binary_filename");
        String name = (binary != null ? binary : command.get("filename")).asText();
        Path module = name.endsWith(".wasm") ? script.resolveSibling(name) : null;
        JsonNode text = command.get("text");
        return new Case(
                suite.relativize(script),
                command.get("line").asInt(),
                module,
                verdict,
                text == null ? null : text.asText());
    }
}
