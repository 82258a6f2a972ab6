package wasm2obj.ir;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the files of src/test/golden. A file is a list of cases:
 *
 * <pre>
 * test NAME: STEP, STEP
 * MODULE AND FUNCTION
 * expect
 * TEXT
 * </pre>
 *
 * <p>Text before the first case is a comment. Steps: {@code print} (the function as it is), {@code rebuild} (written anew
 * by the builder), {@code verify} (the text with errors in it; others demand a right function), or the name of a pass.
 *
 * <p>{@code mvn test -pl ir -Dtest=GoldenTest -Dbless} writes what comes out in the place of what was expected.
 */
class GoldenTest {
    private static final boolean BLESS = System.getProperty("bless") != null;

    @TestFactory
    Stream<DynamicTest> golden() throws IOException {
        Path folder = Path.of(System.getProperty("wasm2obj.root"), "ir/src/test/golden");
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> sorted = files.filter(f -> f.toString().endsWith(".ir")).sorted().toList();
            return sorted.stream()
                    .map(file ->
                            DynamicTest.dynamicTest("" + file.getFileName(), () -> check(file)));
        }
    }

    private static void check(Path file) throws IOException {
        String text = Files.readString(file);
        String[] lines = text.split("\n", -1);
        StringBuilder blessed = new StringBuilder();
        List<String> failures = new ArrayList<>();
        int at = 0;
        while (at < lines.length && !lines[at].startsWith("test ")) {
            blessed.append(lines[at++]).append('\n');
        }
        while (at < lines.length && lines[at].startsWith("test ")) {
            String title = lines[at++];
            StringBuilder input = new StringBuilder();
            while (at < lines.length && !lines[at].equals("expect")) {
                input.append(lines[at++]).append('\n');
            }
            at++;
            StringBuilder expected = new StringBuilder();
            while (at < lines.length && !lines[at].startsWith("test ")) {
                expected.append(lines[at++]).append('\n');
            }
            String got = result(title, input.toString());
            blessed.append(title)
                    .append('\n')
                    .append(input)
                    .append("expect\n")
                    .append(got)
                    .append('\n');
            if (!got.equals(expected.toString().stripTrailing() + "\n")) {
                failures.add(title + "\n" + difference(expected.toString(), got));
            }
        }
        if (BLESS) {
            Files.writeString(file, blessed.toString().stripTrailing() + "\n");
        } else if (!failures.isEmpty()) {
            fail(
                    file.getFileName()
                            + ":\n"
                            + String.join("\n", failures)
                            + "\nto take what came out: mvn test -pl ir -Dtest=GoldenTest -Dbless");
        }
    }

    private static String result(String title, String input) {
        TextCursor cursor = new TextCursor(input);
        cursor.nextLine();
        Module module = ModuleText.parse(cursor);
        Function function = new Function();
        new Parser(cursor).function(function);
        String steps = title.substring(title.indexOf(':') + 1);
        for (String step : steps.split(",", -1)) {
            switch (step.strip()) {
                case "print" -> {}
                case "rebuild" -> {
                    Verifier.check(function, module, title);
                    function = new Rebuilder().rebuild(function, true);
                }
                case "verify" -> {
                    Verifier verifier = new Verifier();
                    verifier.verify(function, module);
                    return verifier.report();
                }
                default -> {
                    Analyses analyses = new Analyses();
                    analyses.reset(function, module);
                    new Optimizer().pass(step.strip()).run(function, analyses);
                }
            }
            if (!step.strip().equals("print")) {
                Verifier.check(function, module, title);
            }
        }
        String printed = Printer.print(function);
        String again = Printer.print(Parser.parse(printed));
        if (!printed.equals(again)) {
            fail("parsed and printed again:\n" + difference(printed, again));
        }
        return printed;
    }

    /** The lines of both, those that differ with - and + in front. */
    private static String difference(String expected, String got) {
        List<String> from = expected.stripTrailing().lines().toList();
        List<String> to = got.stripTrailing().lines().toList();
        int start = 0;
        while (start < from.size() && start < to.size() && from.get(start).equals(to.get(start))) {
            start++;
        }
        int end = 0;
        while (end < from.size() - start
                && end < to.size() - start
                && from.get(from.size() - 1 - end).equals(to.get(to.size() - 1 - end))) {
            end++;
        }
        StringBuilder text = new StringBuilder();
        for (int i = Math.max(0, start - 3); i < start; i++) {
            text.append("  ").append(from.get(i)).append('\n');
        }
        for (int i = start; i < from.size() - end; i++) {
            text.append("- ").append(from.get(i)).append('\n');
        }
        for (int i = start; i < to.size() - end; i++) {
            text.append("+ ").append(to.get(i)).append('\n');
        }
        for (int i = from.size() - end; i < Math.min(from.size(), from.size() - end + 3); i++) {
            text.append("  ").append(from.get(i)).append('\n');
        }
        return text.toString();
    }
}
