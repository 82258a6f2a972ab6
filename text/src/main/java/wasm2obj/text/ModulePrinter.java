package wasm2obj.text;

import java.util.Arrays;

/**
 * Prints a module, section by section in the order of the binary format, so that reading the text gives the sections
 * again. A custom section becomes an annotation with its place: after the known section that it follows.
 */
final class ModulePrinter {
    private static final int CUSTOM = 0;

    /** The order that known sections must have: for each id its place. */
    private static final int[] PLACES = {0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6};

    private static final String[] SECTION_WORDS = {
        "",
        "type",
        "import",
        "func",
        "table",
        "memory",
        "global",
        "export",
        "start",
        "elem",
        "code",
        "data",
        "datacount",
        "tag"
    };

    private static final int IMPORT = 2;
    private static final int FUNCTION = 3;
    private static final int CODE = 10;
    private static final int DATA = 11;
    private static final int DATA_COUNT = 12;

    private static final byte[] HEADER = {0, 'a', 's', 'm', 1, 0, 0, 0};

    private final byte[] module;
    private final TextSink out;
    private final BinaryReader in;
    private final ModuleNames names;
    private final BranchHints hints;
    private final TypePrinter types;
    private final Identifiers locals;
    private final InstructionPrinter instructions;
    private final DefinitionPrinter definitions;

    /** Offset of the name section whose names are used, or -1; the same for hints. */
    private final int nameSection;

    private final int hintSection;

    /** The types of the functions that are defined, of which the bodies come later. */
    private int[] functionTypes = {};

    private int functionCount;
    private int printedCount;

    /** @param withHints whether branch hints are annotated where they belong */
    ModulePrinter(byte[] module, ByteSink sink, boolean withHints) {
        this.module = module;
        out = new TextSink(sink);
        in = new BinaryReader(module, 0, module.length);
        checkHeader();
        SectionScan scan = SectionScan.of(module);
        nameSection = scan.nameSection();
        names = scan.names();
        hintSection = withHints ? scan.hintSection() : -1;
        hints = withHints ? scan.hints() : BranchHints.none();
        types = new TypePrinter(in, out, names);
        locals = new Identifiers(module, NameMap.EMPTY);
        instructions = new InstructionPrinter(in, out, names, types, locals);
        definitions = new DefinitionPrinter(in, out, types, instructions);
    }

    private void checkHeader() {
        boolean complete = module.length >= HEADER.length;
        if (!complete || !Arrays.equals(module, 0, HEADER.length, HEADER, 0, HEADER.length)) {
            throw BinaryReader.error(0, "not a module of the binary format");
        }
    }

    /** Prints the module; whether all hints were found at an instruction that may have one. */
    boolean print() {
        out.text("(module");
        names.module(out);
        in.seek(HEADER.length);
        int last = 0;
        boolean namesPassed = false;
        while (!in.atEnd()) {
            int at = in.position();
            int id = in.u8();
            int end = in.narrow(in.length());
            if (id == CUSTOM) {
                namesPassed |= at == nameSection;
                custom(at, namesPassed ? "(after last)" : place(last));
            } else {
                if (id >= PLACES.length || PLACES[id] <= PLACES[last]) {
                    throw BinaryReader.error(
                            at,
                            id >= PLACES.length ? "malformed section id" : "unexpected section");
                }
                section(id);
                last = id;
            }
            in.widen(end);
        }
        if (printedCount != functionCount) {
            throw in.error("function and code section have inconsistent lengths");
        }
        out.text(")\n");
        return hints.isUsedUp();
    }

    private static String place(int lastSection) {
        return lastSection == 0 ? "(before first)" : "(after " + SECTION_WORDS[lastSection] + ")";
    }

    private void custom(int at, String place) {
        int nameStart = in.position();
        int length = in.name();
        if (at != nameSection && at != hintSection) {
            out.line(1);
            out.text("(@custom ");
            out.name(module, in.position() - length, in.position());
            out.text(" ").text(place).text(" ");
            out.bytes(module, in.position(), in.end());
            out.text(")");
        }
        if (nameStart < in.end()) {
            in.seek(in.end());
        }
    }

    private void section(int id) {
        switch (id) {
            case 1 -> types.section(1);
            case FUNCTION -> functionTypes();
            case CODE -> code();
            case DATA_COUNT -> in.u32();
            case 8 -> definitions.start();
            default -> entries(id);
        }
    }

    private void entries(int id) {
        int count = in.u32();
        for (int i = 0; i != count; i++) {
            out.line(1);
            switch (id) {
                case IMPORT -> definitions.importEntry();
                case 4 -> definitions.table();
                case 5 -> definitions.memory();
                case 6 -> definitions.global();
                case 7 -> definitions.export();
                case 9 -> definitions.element(i);
                case DATA -> definitions.data(i);
                default -> definitions.tag();
            }
        }
    }

    // ---- functions ----

    private void functionTypes() {
        functionCount = in.u32();
        if (functionCount < 0 || functionCount > in.end() - in.position()) {
            throw in.error("length out of bounds");
        }
        functionTypes = new int[functionCount];
        for (int i = 0; i < functionCount; i++) {
            functionTypes[i] = in.u32();
        }
    }

    private void code() {
        int count = in.u32();
        if (count != functionCount) {
            throw in.error("function and code section have inconsistent lengths");
        }
        int imported = definitions.importedFunctions();
        for (int i = 0; i < count; i++) {
            int end = in.narrow(in.length());
            function(imported + i, functionTypes[i]);
            in.widen(end);
        }
        printedCount = count;
    }

    private void function(int index, int type) {
        int bodyStart = in.position();
        locals.reset(names.nested(ModuleNames.LOCALS, index));
        out.line(1);
        out.text("(func");
        instructions.functions().define(index, out);
        out.text(" (;").number(index).text(";)");
        types.use(type, locals);
        locals(types.parameterCount(type));
        instructions.body(index, 2, bodyStart, hints);
        out.text(")");
    }

    /** Prints the locals. A function has at most 50,000, which keeps the text in proportion to the module. */
    private void locals(int parameters) {
        int groups = in.u32();
        long total = parameters;
        for (int i = 0; i != groups; i++) {
            int at = in.position();
            int count = in.u32();
            total += Integer.toUnsignedLong(count);
            if (total > 50_000) {
                throw BinaryReader.error(at, "too many locals");
            }
            int type = in.position();
            if (count == 0) {
                types.skipValueType();
            }
            for (int j = 0; j < count; j++) {
                in.seek(type);
                local((int) total - count + j, parameters);
            }
        }
    }

    /** Prints one local; the first, and each that has a name, begins a line. */
    private void local(int index, int parameters) {
        boolean newLine = index == parameters || locals.isNamed(index);
        if (newLine) {
            out.line(2);
        }
        types.declarations(newLine ? "(local" : " (local", index, 1, locals);
    }
}
