package wasm2obj.text;

/** Collects the names of identifiers and writes the name section (specification, appendix "Name Section"). */
final class NameSectionWriter {
    static final String NAME = "name";

    // Numbers of subsections.
    private static final int MODULE = 0;
    private static final int FUNCTIONS = 1;
    static final int LOCALS = 2;
    static final int LABELS = 3;
    private static final int TYPES = 4;
    private static final int TABLES = 5;
    private static final int MEMORIES = 6;
    private static final int GLOBALS = 7;
    private static final int ELEMENTS = 8;
    private static final int DATAS = 9;
    static final int FIELDS = 10;
    private static final int TAGS = 11;

    private static final int KINDS = 12;

    private final Symbols symbols;
    private int module = Symbols.NONE;

    /** Maps of maps, for locals, labels and fields, and how many they have. */
    private final ByteSink[] nested = new ByteSink[KINDS];

    private final int[] nestedCount = new int[KINDS];

    NameSectionWriter(Symbols symbols) {
        this.symbols = symbols;
    }

    void nameModule(int symbol) {
        module = symbol;
    }

    /** Adds the names that belong to an outer index, such as the locals of a function. */
    void add(int kind, int outer, IndexSpace names) {
        if (names.nameCount() == 0) {
            return;
        }
        if (nested[kind] == null) {
            nested[kind] = new ByteSink();
        }
        nested[kind].u32(outer);
        writeMap(names, nested[kind]);
        nestedCount[kind]++;
    }

    private void writeMap(IndexSpace names, ByteSink out) {
        out.u32(names.nameCount());
        for (int i = 0; i < names.nameCount(); i++) {
            out.u32(names.namedIndex(i));
            symbols.write(names.name(i), out);
        }
    }

    /** Writes the contents of the section; nothing if there are no names. */
    void write(ModuleScope scope, ByteSink out) {
        ByteSink contents = new ByteSink();
        if (module != Symbols.NONE) {
            symbols.write(module, contents);
            subsection(MODULE, contents, out);
        }
        map(FUNCTIONS, scope.functions, out);
        nested(LOCALS, out);
        nested(LABELS, out);
        map(TYPES, scope.types, out);
        map(TABLES, scope.tables, out);
        map(MEMORIES, scope.memories, out);
        map(GLOBALS, scope.globals, out);
        map(ELEMENTS, scope.elements, out);
        map(DATAS, scope.datas, out);
        nested(FIELDS, out);
        map(TAGS, scope.tags, out);
    }

    private void map(int kind, IndexSpace names, ByteSink out) {
        if (names.nameCount() > 0) {
            ByteSink contents = new ByteSink();
            writeMap(names, contents);
            subsection(kind, contents, out);
        }
    }

    private void nested(int kind, ByteSink out) {
        if (nested[kind] != null) {
            ByteSink contents = new ByteSink();
            contents.u32(nestedCount[kind]);
            contents.append(nested[kind]);
            subsection(kind, contents, out);
        }
    }

    private static void subsection(int kind, ByteSink contents, ByteSink out) {
        out.u8(kind);
        out.u32(contents.length());
        out.append(contents);
    }
}
