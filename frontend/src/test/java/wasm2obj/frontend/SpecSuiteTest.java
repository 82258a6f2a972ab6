package wasm2obj.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import wasm2obj.frontend.SpecSuite.Verdict;

/** Every module of the official suite: valid ones become right IR, others the right kind of error. */
final class SpecSuiteTest {
    private static final Features BEFORE_THREE =
            Features.DEFAULT
                    .without(Feature.MULTI_MEMORY)
                    .without(Feature.REFERENCE_TYPES)
                    .without(Feature.MEMORY64);

    private final Translation translation = new Translation();
    private final List<String> failures = new ArrayList<>();
    private final Map<String, Integer> skipped = new TreeMap<>();
    private int passed;

    @ParameterizedTest
    @EnumSource(MemoryPlan.class)
    void verdicts(MemoryPlan plan) throws IOException {
        SpecSuite suite = new SpecSuite(SharedFiles.officialSuite());
        check(suite.cases("core"), Features.DEFAULT, plan);
        check(suite.cases("legacy"), Features.DEFAULT, plan);
        check(suite.cases("proposals/threads"), BEFORE_THREE, plan);
        check(suite.cases("proposals/custom-page-sizes"), Features.DEFAULT, plan);
        check(suite.cases("proposals/wide-arithmetic"), Features.DEFAULT, plan);
        int skips = skipped.values().stream().mapToInt(Integer::intValue).sum();
        System.out.printf(
                "%s: %d passed, %d failed, %d skipped %s%n",
                plan, passed, failures.size(), skips, skipped);
        assertEquals(List.of(), failures);
        assertTrue(passed > 4000, "only " + passed + " passed");
    }

    private void check(List<SpecSuite.Case> cases, Features features, MemoryPlan plan)
            throws IOException {
        for (SpecSuite.Case test : cases) {
            if (test.module() == null) {
                skipped.merge("text", 1, Integer::sum);
            } else {
                check(test, features, plan);
            }
        }
    }

    private void check(SpecSuite.Case test, Features features, MemoryPlan plan) throws IOException {
        Verdict found = Verdict.VALID;
        String message = "";
        try {
            translation.translate(test.bytes(), features, plan);
        } catch (WasmException.Unsupported e) {
            skipped.merge(e.detail(), 1, Integer::sum);
            return;
        } catch (WasmException.Malformed e) {
            found = Verdict.MALFORMED;
            message = e.getMessage();
        } catch (WasmException.Invalid e) {
            found = Verdict.INVALID;
            message = e.getMessage();
        } catch (RuntimeException | AssertionError e) {
            failures.add(test + ": " + e);
            return;
        }
        if (found == test.verdict()) {
            passed++;
        } else {
            failures.add(
                    test
                            + ": expected "
                            + test.verdict()
                            + " "
                            + test.text()
                            + ", found "
                            + found
                            + " "
                            + message);
        }
    }
}
