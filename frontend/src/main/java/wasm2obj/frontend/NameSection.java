package wasm2obj.frontend;

import java.nio.charset.StandardCharsets;

/**
 * The names that a module's name section gives. A name stays bytes until it is asked for.
 *
 * <p>The section is no part of the module's meaning, so nothing in it is an error for the module: where it breaks off or
 * is wrong, {@link #problem} says how, and what was read before that counts.
 */
public final class NameSection {
    static final NameSection EMPTY = new NameSection(new byte[0], 0);

    private static final int MODULE = 0;
    private static final int FUNCTIONS = 1;
    private static final int LOCALS = 2;

    private final byte[] bytes;

    /** For each function the offset of its name and the length; length -1 if it has none. */
    private final int[] starts;

    private final int[] lengths;
    private int moduleStart;
    private int moduleLength = -1;

    /** For each function the offset of its map of local names, 0 if it has none. */
    private int[] locals;

    private int localsEnd;
    private WasmException problem;

    private NameSection(byte[] bytes, int functions) {
        this.bytes = bytes;
        starts = new int[functions];
        lengths = new int[functions];
        java.util.Arrays.fill(lengths, -1);
    }

    static NameSection read(WasmModule module, int start, int end) {
        NameSection names = new NameSection(module.bytes(), module.functionCount());
        ByteReader reader = new ByteReader(module.bytes());
        reader.setRange(start, end);
        try {
            names.readSubsections(reader, end);
        } catch (WasmException e) {
            names.problem = e;
        }
        return names;
    }

    private void readSubsections(ByteReader reader, int end) {
        int last = -1;
        while (!reader.atEnd()) {
            int at = reader.position();
            int id = reader.u8();
            int length = reader.length();
            int subsectionEnd = reader.position() + length;
            if (id <= last) {
                throw new WasmException.Malformed(at, "unexpected name subsection " + id);
            }
            last = id;
            reader.setRange(reader.position(), subsectionEnd);
            readSubsection(reader, id);
            if (!reader.atEnd()) {
                throw new WasmException.Malformed(reader.position(), "subsection size mismatch");
            }
            reader.setRange(subsectionEnd, end);
        }
    }

    private void readSubsection(ByteReader reader, int id) {
        switch (id) {
            case MODULE -> {
                int length = readName(reader);
                moduleStart = reader.position() - length;
                moduleLength = length;
            }
            case FUNCTIONS -> readFunctions(reader);
            case LOCALS -> readLocals(reader);
            default -> reader.skip(reader.remaining());
        }
    }

    /** Skips a name and returns its length. */
    private int readName(ByteReader reader) {
        int length = reader.length();
        int start = reader.position();
        if (!ByteReader.isUtf8(bytes, start, start + length)) {
            throw new WasmException.Malformed(start, "malformed UTF-8 encoding");
        }
        reader.skip(length);
        return length;
    }

    private void readFunctions(ByteReader reader) {
        int count = reader.count("names", Integer.MAX_VALUE, 2);
        int last = -1;
        for (int i = 0; i < count; i++) {
            int function = readIndex(reader, last);
            last = function;
            int length = readName(reader);
            starts[function] = reader.position() - length;
            lengths[function] = length;
        }
    }

    /** Reads a function index of a map, whose keys ascend. */
    private int readIndex(ByteReader reader, int last) {
        int at = reader.position();
        int index = reader.u32();
        if (index <= last || index >= starts.length) {
            throw new WasmException.Malformed(at, "unexpected index in name map");
        }
        return index;
    }

    private void readLocals(ByteReader reader) {
        locals = new int[starts.length];
        localsEnd = reader.end();
        int functions = reader.count("functions with local names", Integer.MAX_VALUE, 2);
        int last = -1;
        for (int i = 0; i < functions; i++) {
            int function = readIndex(reader, last);
            last = function;
            int map = reader.position();
            int count = reader.count("names", Integer.MAX_VALUE, 2);
            for (int j = 0; j < count; j++) {
                reader.u32();
                readName(reader);
            }
            locals[function] = map;
        }
    }

    // ---- what others ask ----

    /** The module's name, or null. */
    public String module() {
        return moduleLength < 0 ? null : text(moduleStart, moduleLength);
    }

    /** The name of a function, imported ones included, or null. */
    public String function(int index) {
        return index >= lengths.length || lengths[index] < 0
                ? null
                : text(starts[index], lengths[index]);
    }

    /** The names of a function's locals by index; null where there is none. At most {@code count} of them. */
    public String[] locals(int function, int count) {
        String[] names = new String[count];
        if (locals == null || locals[function] == 0) {
            return names;
        }
        ByteReader reader = new ByteReader(bytes);
        reader.setRange(locals[function], localsEnd);
        for (int left = reader.u32(); left > 0; left--) {
            int local = reader.u32();
            int length = reader.length();
            if (local >= 0 && local < count) {
                names[local] = text(reader.position(), length);
            }
            reader.skip(length);
        }
        return names;
    }

    /** What is wrong with the section, or null. */
    public WasmException problem() {
        return problem;
    }

    private String text(int start, int length) {
        return new String(bytes, start, length, StandardCharsets.UTF_8);
    }
}
