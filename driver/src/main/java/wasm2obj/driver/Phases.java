package wasm2obj.driver;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** The wall time of each phase of a compilation, for {@code --time-passes}. */
final class Phases {
    private final List<String> names = new ArrayList<>();
    private final List<Long> nanoseconds = new ArrayList<>();
    private final long start = System.nanoTime();
    private long phaseStart = start;

    /** Ends a phase that began where the last one ended. */
    void end(String name) {
        long now = System.nanoTime();
        names.add(name);
        nanoseconds.add(now - phaseStart);
        phaseStart = now;
    }

    /** Prints the phases and the whole. */
    void print(PrintStream out) {
        for (int i = 0; i < names.size(); i++) {
            print(out, names.get(i), nanoseconds.get(i));
        }
        print(out, "total", System.nanoTime() - start);
    }

    private static void print(PrintStream out, String name, long time) {
        String milliseconds = Long.toString(time / 1_000_000);
        StringBuilder line = new StringBuilder(name);
        while (line.length() + milliseconds.length() < 36) {
            line.append(' ');
        }
        out.println(line.append(milliseconds).append(" ms"));
    }
}
