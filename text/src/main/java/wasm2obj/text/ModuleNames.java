package wasm2obj.text;

import java.util.Arrays;

/** The names of a module's name section, for printing. Without a section, or with one that is malformed, there are none. */
final class ModuleNames {
    private static final int MODULE = 0;
    static final int FUNCTIONS = 1;
    static final int LOCALS = 2;
    static final int LABELS = 3;
    static final int TYPES = 4;
    static final int TABLES = 5;
    static final int MEMORIES = 6;
    static final int GLOBALS = 7;
    static final int ELEMENTS = 8;
    static final int DATAS = 9;
    static final int FIELDS = 10;
    static final int TAGS = 11;
    private static final int KINDS = 12;

    private final byte[] module;
    private final NameMap[] maps = new NameMap[KINDS];
    private int moduleStart = -1;
    private int moduleEnd;

    /** For locals, labels and fields: the outer indices, ascending, and where their maps are. */
    private final int[][] outer = new int[KINDS][0];

    private final int[][] offsets = new int[KINDS][0];

    private ModuleNames(byte[] module) {
        this.module = module;
        Arrays.fill(maps, NameMap.EMPTY);
    }

    /** No names. */
    static ModuleNames none(byte[] module) {
        return new ModuleNames(module);
    }

    /** The names in the section whose contents are in the range; null if it is malformed or has more than names. */
    static ModuleNames read(byte[] module, int start, int end) {
        ModuleNames names = new ModuleNames(module);
        BinaryReader in = new BinaryReader(module, start, end);
        try {
            int last = -1;
            while (!in.atEnd()) {
                int kind = in.u8();
                if (kind <= last || kind >= KINDS) {
                    return null;
                }
                last = kind;
                int sectionEnd = in.narrow(in.length());
                names.readSubsection(kind, in);
                in.widen(sectionEnd);
            }
        } catch (WatException e) {
            return null;
        }
        return names;
    }

    private void readSubsection(int kind, BinaryReader in) {
        switch (kind) {
            case MODULE -> {
                int length = in.name();
                moduleStart = in.position() - length;
                moduleEnd = in.position();
            }
            case LOCALS, LABELS, FIELDS -> readNested(kind, in);
            default -> maps[kind] = NameMap.read(in);
        }
    }

    private void readNested(int kind, BinaryReader in) {
        int entries = in.u32();
        int[] indices = new int[16];
        int[] positions = new int[16];
        int count = 0;
        for (int i = 0; i != entries; i++) {
            int index = in.u32();
            if (index < 0 || count > 0 && index <= indices[count - 1]) {
                throw in.error("unexpected index in name map");
            }
            if (count == indices.length) {
                indices = Arrays.copyOf(indices, 2 * count);
                positions = Arrays.copyOf(positions, 2 * count);
            }
            indices[count] = index;
            positions[count++] = in.position();
            NameMap.read(in);
        }
        outer[kind] = Arrays.copyOf(indices, count);
        offsets[kind] = positions;
    }

    /** The identifiers of an index space of the module. */
    Identifiers space(int kind) {
        return new Identifiers(module, maps[kind]);
    }

    /** The names that belong to an outer index, such as a function's locals. */
    NameMap nested(int kind, int index) {
        int found = Arrays.binarySearch(outer[kind], index);
        return found < 0
                ? NameMap.EMPTY
                : NameMap.read(new BinaryReader(module, offsets[kind][found], module.length));
    }

    /** Writes the module's own name. */
    void module(TextSink out) {
        if (moduleStart >= 0) {
            new Identifiers(module, NameMap.single(moduleStart, moduleEnd)).define(0, out);
        }
    }
}
