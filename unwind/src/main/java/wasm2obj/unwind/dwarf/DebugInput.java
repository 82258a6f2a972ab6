package wasm2obj.unwind.dwarf;

import java.util.HashMap;
import java.util.Map;

/** The debug sections of one module, by name; each is a stretch of the module's bytes. */
public final class DebugInput {
    private final byte[] bytes;
    private final Map<String, int[]> sections = new HashMap<>();

    /** No sections yet, of a module with these bytes. */
    public DebugInput(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Adds the section with bytes from {@code start} up to {@code end}; of several with one name the first stands. */
    public void add(String name, int start, int end) {
        sections.putIfAbsent(name, new int[] {start, end});
    }

    /** Whether there is anything to rewrite. */
    public boolean isPresent() {
        return sections.containsKey(".debug_info") && sections.containsKey(".debug_abbrev");
    }

    /** A cursor at the section's start; over nothing if there is no such section. */
    DwarfCursor cursor(String name) {
        int[] range = sections.get(name);
        return range == null
                ? new DwarfCursor(name, bytes, 0, 0)
                : new DwarfCursor(name, bytes, range[0], range[1]);
    }

    /** A copy of the section's bytes. */
    byte[] copy(String name) {
        int[] range = sections.get(name);
        return range == null
                ? new byte[0]
                : java.util.Arrays.copyOfRange(bytes, range[0], range[1]);
    }
}
