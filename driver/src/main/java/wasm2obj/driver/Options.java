package wasm2obj.driver;

import java.util.ArrayList;
import java.util.List;

/**
 * A command line taken apart: options by name, their values as they were written, and what is no option. Values follow their option or
 * stand in the same word, behind {@code =} for long names; flags of one letter may share a word.
 *
 * <p>A library for this costs a third of the time that a small module takes: docs/decisions/compile-speed.md.
 */
final class Options {
    private static final List<String> FLAGS =
            List.of(
                    "-g",
                    "-v",
                    "--function-sections",
                    "--no-unwind",
                    "--no-names",
                    "--verify",
                    "--frame-pointers",
                    "--time-passes",
                    "--version",
                    "--help");

    private static final List<String> WITH_VALUE =
            List.of(
                    "-o",
                    "--header",
                    "--emit",
                    "--prefix",
                    "--target",
                    "--cpu",
                    "--memory",
                    "--branch-protection",
                    "--features",
                    "--cc",
                    "--threads",
                    "--max-memory",
                    "--gc",
                    "--gc-heap",
                    "--max-stack",
                    "--dir",
                    "--env");

    /** Its value, which may be empty, stands in the same word. */
    private static final String LEVEL = "-O";

    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();
    private final List<String> others = new ArrayList<>();

    /** Takes the arguments apart, or throws {@link UsageException}. */
    static Options of(List<String> arguments) {
        Options options = new Options();
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.length() < 2 || word.charAt(0) != '-') {
                options.others.add(word);
            } else if (WITH_VALUE.contains(word)) {
                String value = i + 1 < arguments.size() ? arguments.get(++i) : null;
                if (value == null || FLAGS.contains(value) || WITH_VALUE.contains(value)) {
                    throw new UsageException(word + ": a value is missing");
                }
                options.add(word, value);
            } else if (word.charAt(1) == '-') {
                options.addLong(word);
            } else {
                options.addShort(word, word);
            }
        }
        return options;
    }

    private void addLong(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        if (equals < 0 && FLAGS.contains(name)) {
            add(name, "");
        } else if (equals >= 0 && WITH_VALUE.contains(name)) {
            add(name, word.substring(equals + 1));
        } else if (FLAGS.contains(name)) {
            throw new UsageException(name + ": takes no value");
        } else {
            throw new UsageException("unknown option " + name);
        }
    }

    /** Adds one option with its value in the word, or several flags. */
    private void addShort(String letters, String word) {
        String name = letters.substring(0, 2);
        String rest = letters.substring(2);
        if (name.equals(LEVEL) || WITH_VALUE.contains(name) && !rest.isEmpty()) {
            add(name, rest);
        } else if (FLAGS.contains(name)) {
            add(name, "");
            if (!rest.isEmpty()) {
                addShort("-" + rest, word);
            }
        } else {
            throw new UsageException("unknown option " + word);
        }
    }

    private void add(String name, String value) {
        names.add(name);
        values.add(value);
    }

    /** Whether the option is there. */
    boolean has(String name) {
        return names.contains(name);
    }

    /** The option's value, the last one if there are several; {@code otherwise} if it is not there. */
    String value(String name, String otherwise) {
        int at = names.lastIndexOf(name);
        return at < 0 ? otherwise : values.get(at);
    }

    /** All values of the option. */
    List<String> values(String name) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equals(name)) {
                found.add(values.get(i));
            }
        }
        return found;
    }

    /** The arguments that are no options. */
    List<String> others() {
        return others;
    }
}
