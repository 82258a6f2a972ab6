package wasm2obj.text;

/** Prints imports, exports, tables, memories, globals, tags and segments, one entry of a section each. */
final class DefinitionPrinter {
    private final BinaryReader in;
    private final TextSink out;
    private final TypePrinter types;
    private final InstructionPrinter instructions;

    // How many of each there have been, imports included.
    private int functions;
    private int tables;
    private int memories;
    private int globals;
    private int tags;

    DefinitionPrinter(
            BinaryReader in, TextSink out, TypePrinter types, InstructionPrinter instructions) {
        this.in = in;
        this.out = out;
        this.types = types;
        this.instructions = instructions;
    }

    int importedFunctions() {
        return functions;
    }

    private void name() {
        int length = in.name();
        out.name(in.bytes(), in.position() - length, in.position());
    }

    /** Begins a definition: its keyword, identifier and index. */
    private void define(String opening, Identifiers space, int index) {
        out.text(opening);
        space.define(index, out);
        out.text(" (;").number(index).text(";)");
    }

    // ---- imports and exports ----

    void importEntry() {
        out.text("(import ");
        name();
        out.text(" ");
        name();
        out.text(" ");
        int at = in.position();
        switch (in.u8()) {
            case 0 -> {
                define("(func", instructions.functions(), functions++);
                types.use(in.u32(), null);
            }
            case 1 -> {
                define("(table", instructions.tables(), tables++);
                tableType();
            }
            case 2 -> {
                define("(memory", instructions.memories(), memories++);
                limits(true);
            }
            case 3 -> {
                define("(global", instructions.globals(), globals++);
                out.text(" ");
                types.globalType();
            }
            case 4 -> {
                define("(tag", instructions.tags(), tags++);
                tagType();
            }
            default -> throw BinaryReader.error(at, "malformed import kind");
        }
        out.text("))");
    }

    void export() {
        out.text("(export ");
        name();
        int at = in.position();
        switch (in.u8()) {
            case 0 -> exported(" (func ", instructions.functions());
            case 1 -> exported(" (table ", instructions.tables());
            case 2 -> exported(" (memory ", instructions.memories());
            case 3 -> exported(" (global ", instructions.globals());
            case 4 -> exported(" (tag ", instructions.tags());
            default -> throw BinaryReader.error(at, "malformed export kind");
        }
        out.text("))");
    }

    private void exported(String opening, Identifiers space) {
        out.text(opening);
        space.use(in.u32(), out);
    }

    void start() {
        out.line(1);
        out.text("(start ");
        instructions.functions().use(in.u32(), out);
        out.text(")");
    }

    // ---- tables, memories, globals, tags ----

    void table() {
        define("(table", instructions.tables(), tables++);
        boolean initialized = in.peek() == 0x40;
        if (initialized) {
            in.u8();
            if (in.u8() != 0) {
                throw in.error("zero byte expected");
            }
        }
        tableType();
        if (initialized) {
            out.text(" ");
            instructions.expression("");
        }
        out.text(")");
    }

    /** The type of the elements comes before the limits here, and after them in the text. */
    private void tableType() {
        int type = in.position();
        types.skipValueType();
        limits(false);
        int after = in.position();
        in.seek(type);
        out.text(" ");
        types.valueType();
        in.seek(after);
    }

    void memory() {
        define("(memory", instructions.memories(), memories++);
        limits(true);
        out.text(")");
    }

    private void limits(boolean memory) {
        int at = in.position();
        int flags = in.u8();
        if (flags > (memory ? 15 : 7)) {
            throw BinaryReader.error(at, "malformed limits flags");
        }
        out.text((flags & 4) != 0 ? " i64 " : " ").number(in.u64());
        if ((flags & 1) != 0) {
            out.text(" ").number(in.u64());
        }
        if ((flags & 2) != 0) {
            out.text(" shared");
        }
        if ((flags & 8) != 0) {
            int page = in.u32();
            if (page < 0 || page > 63) {
                throw in.error("invalid custom page size");
            }
            out.text(" (pagesize ").number(1L << page).text(")");
        }
    }

    void global() {
        define("(global", instructions.globals(), globals++);
        out.text(" ");
        types.globalType();
        out.text(" ");
        instructions.expression("");
        out.text(")");
    }

    void tag() {
        define("(tag", instructions.tags(), tags++);
        tagType();
        out.text(")");
    }

    private void tagType() {
        if (in.u8() != 0) {
            throw in.error("zero byte expected");
        }
        types.use(in.u32(), null);
    }

    // ---- segments ----

    void element(int index) {
        define("(elem", instructions.elements(), index);
        int at = in.position();
        int flags = in.u32();
        if (flags < 0 || flags > 7) {
            throw BinaryReader.error(at, "malformed element segment flags");
        }
        boolean active = (flags & 1) == 0;
        boolean explicit = (flags & 2) != 0;
        if (active) {
            if (explicit) {
                out.text(" (table ");
                instructions.tables().use(in.u32(), out);
                out.text(")");
            }
            out.text(" ");
            instructions.expression("(offset");
        } else if (explicit) {
            out.text(" declare");
        }
        if ((flags & 4) == 0) {
            if ((flags & 3) != 0 && in.u8() != 0) {
                throw in.error("malformed element kind");
            }
            functions();
        } else {
            out.text(" ");
            if ((flags & 3) == 0) {
                out.text("funcref");
            } else {
                types.valueType();
            }
            expressions();
        }
        out.text(")");
    }

    private void functions() {
        out.text(" func");
        int count = in.u32();
        for (int i = 0; i != count; i++) {
            out.text(" ");
            instructions.functions().use(in.u32(), out);
        }
    }

    private void expressions() {
        int count = in.u32();
        for (int i = 0; i != count; i++) {
            out.text(" ");
            instructions.expression("(item");
        }
    }

    void data(int index) {
        define("(data", instructions.datas(), index);
        int at = in.position();
        int flags = in.u32();
        if (flags < 0 || flags > 2) {
            throw BinaryReader.error(at, "malformed data segment flags");
        }
        int memory = flags == 2 ? in.u32() : 0;
        if (memory != 0) {
            out.text(" (memory ");
            instructions.memories().use(memory, out);
            out.text(")");
        }
        if (flags != 1) {
            out.text(" ");
            instructions.expression("(offset");
        }
        out.text(" ");
        int length = in.length();
        out.bytes(in.bytes(), in.position(), in.position() + length);
        in.seek(in.position() + length);
        out.text(")");
    }
}
