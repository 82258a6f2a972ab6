package wasm2obj.text;

import java.util.Arrays;

/** Prints instructions: a function's on a line each, a constant expression's in parentheses on one. */
final class InstructionPrinter {
    private final BinaryReader in;
    private final TextSink out;
    private final ModuleNames names;
    private final TypePrinter types;
    private final Identifiers functions;
    private final Identifiers tables;
    private final Identifiers memories;
    private final Identifiers globals;
    private final Identifiers tags;
    private final Identifiers elements;
    private final Identifiers datas;
    private final Identifiers locals;
    private final Identifiers labels;
    private Identifiers fields;
    private int fieldsType = -1;

    /** For each open block the number of its label among all of the function. */
    private int[] labelNumbers = new int[32];

    private int depth;
    private int labelCount;

    InstructionPrinter(
            BinaryReader in,
            TextSink out,
            ModuleNames names,
            TypePrinter types,
            Identifiers locals) {
        this.in = in;
        this.out = out;
        this.names = names;
        this.types = types;
        this.locals = locals;
        functions = names.space(ModuleNames.FUNCTIONS);
        tables = names.space(ModuleNames.TABLES);
        memories = names.space(ModuleNames.MEMORIES);
        globals = names.space(ModuleNames.GLOBALS);
        tags = names.space(ModuleNames.TAGS);
        elements = names.space(ModuleNames.ELEMENTS);
        datas = names.space(ModuleNames.DATAS);
        labels = new Identifiers(in.bytes(), NameMap.EMPTY);
        fields = labels;
    }

    Identifiers functions() {
        return functions;
    }

    Identifiers tables() {
        return tables;
    }

    Identifiers memories() {
        return memories;
    }

    Identifiers globals() {
        return globals;
    }

    Identifiers tags() {
        return tags;
    }

    Identifiers elements() {
        return elements;
    }

    Identifiers datas() {
        return datas;
    }

    // ---- functions and expressions ----

    /**
     * Prints a function's instructions up to the end of the range.
     *
     * @param bodyStart what the offsets of hints count from
     */
    void body(int function, int indentation, int bodyStart, BranchHints hints) {
        labels.reset(names.nested(ModuleNames.LABELS, function));
        depth = 0;
        labelCount = 0;
        while (true) {
            int at = in.position();
            int row = row();
            Shape shape = Instructions.shape(row);
            if (shape == Shape.END && depth == 0) {
                break;
            }
            boolean delimiter =
                    shape == Shape.END
                            || shape == Shape.ELSE
                            || shape == Shape.CATCH
                            || shape == Shape.CATCH_ALL
                            || shape == Shape.DELEGATE;
            out.line(indentation + depth - (delimiter && depth > 0 ? 1 : 0));
            int hint = hints.at(function, at - bodyStart, Instructions.opcode(row));
            if (hint >= 0) {
                out.text("(@metadata.code.branch_hint \"\\0").number(hint).text("\") ");
            }
            instruction(row);
        }
        if (!in.atEnd()) {
            throw in.error("code after the end of a function");
        }
    }

    /** Prints a constant expression: one instruction in parentheses, or else instructions after the opening. */
    void expression(String opening) {
        depth = 0;
        labelCount = 0;
        labels.reset(NameMap.EMPTY);
        int start = in.position();
        boolean single = isSingle();
        in.seek(start);
        if (!single) {
            out.text(opening);
        }
        int count = 0;
        while (true) {
            int row = row();
            if (Instructions.shape(row) == Shape.END && depth == 0) {
                break;
            }
            out.text(single ? "(" : count++ == 0 && opening.isEmpty() ? "" : " ");
            instruction(row);
        }
        if (single || !opening.isEmpty()) {
            out.text(")");
        }
    }

    /** Whether the expression is one instruction that is no block. */
    private boolean isSingle() {
        int length = out.bytes().length();
        int row = row();
        boolean single = false;
        if (!isBlock(Instructions.shape(row)) && Instructions.shape(row) != Shape.END) {
            instruction(row);
            single = in.peek() == Instructions.END;
        }
        out.bytes().truncate(length);
        return single;
    }

    private static boolean isBlock(Shape shape) {
        return switch (shape) {
            case BLOCK, IF, TRY, TRY_TABLE, ELSE, CATCH, CATCH_ALL, DELEGATE -> true;
            default -> false;
        };
    }

    private int row() {
        int at = in.position();
        int opcode = in.u8();
        boolean prefixed = Instructions.isPrefix(opcode);
        int row = prefixed ? Instructions.row(opcode, in.u32()) : Instructions.row(0, opcode);
        if (row < 0) {
            throw BinaryReader.error(at, "illegal opcode 0x" + Integer.toHexString(opcode));
        }
        return row;
    }

    // ---- one instruction ----

    private void instruction(int row) {
        out.text(Instructions.name(row));
        switch (Instructions.shape(row)) {
            case BLOCK, IF, TRY, TRY_TABLE -> block(Instructions.shape(row));
            case END -> pop();
            case DELEGATE -> {
                pop();
                label();
            }
            case ELSE, CATCH_ALL -> checkOpen();
            case CATCH -> {
                checkOpen();
                use(tags);
            }
            case LABEL -> label();
            case BR_TABLE -> branchTable();
            case FUNCTION -> use(functions);
            case TYPE -> use(types.identifiers());
            case LOCAL -> use(locals);
            case GLOBAL -> use(globals);
            case TAG -> use(tags);
            case TABLE -> useUnlessZero(tables);
            case TABLE_COPY -> copy(tables);
            case TABLE_INIT -> init(tables, elements);
            case ELEMENT -> use(elements);
            case DATA -> use(datas);
            case MEMORY -> useUnlessZero(memories);
            case MEMORY_COPY -> copy(memories);
            case MEMORY_INIT -> init(memories, datas);
            case MEMORY_ACCESS -> memoryArgument(Instructions.alignment(row));
            case MEMORY_LANE -> {
                memoryArgument(Instructions.alignment(row));
                out.text(" ").number(in.u8());
            }
            case CALL_INDIRECT -> callIndirect();
            case FENCE -> fence();
            default -> values(row);
        }
    }

    private void values(int row) {
        switch (Instructions.shape(row)) {
            case LANE -> out.text(" ").number(in.u8());
            case SHUFFLE -> {
                for (int i = 0; i < 16; i++) {
                    out.text(" ").number(in.u8());
                }
            }
            case SELECT_TYPED -> {
                int results = in.u32();
                types.declarations(" (result", 0, results, null);
                out.text(results == 0 ? " (result)" : "");
            }
            case I32_CONST -> out.text(" ").signed(in.signed(32));
            case I64_CONST -> out.text(" ").signed(in.signed(64));
            case F32_CONST -> out.text(" ").f32((int) in.littleEndian(4));
            case F64_CONST -> out.text(" ").f64(in.littleEndian(8));
            case V128_CONST -> vector();
            case HEAP_TYPE -> {
                out.text(" ");
                types.heapType();
            }
            case FIELD -> field();
            case TYPE_COUNT -> {
                use(types.identifiers());
                out.text(" ").number(in.u32());
            }
            case TYPE_DATA -> {
                use(types.identifiers());
                use(datas);
            }
            case TYPE_ELEMENT -> {
                use(types.identifiers());
                use(elements);
            }
            case TYPE_TYPE -> {
                use(types.identifiers());
                use(types.identifiers());
            }
            case CAST, CAST_NULL -> {
                out.text(" ");
                types.referenceTo(Instructions.shape(row) == Shape.CAST_NULL);
            }
            case BR_ON_CAST -> branchOnCast();
            default -> {}
        }
    }

    private void use(Identifiers space) {
        out.text(" ");
        space.use(in.u32(), out);
    }

    private void useUnlessZero(Identifiers space) {
        int index = in.u32();
        if (index != 0) {
            out.text(" ");
            space.use(index, out);
        }
    }

    // ---- control ----

    private void block(Shape shape) {
        labels.define(labelCount, out);
        types.blockType();
        if (shape == Shape.TRY_TABLE) {
            catchClauses();
        }
        push();
        if (!labels.isNamed(labelCount - 1)) {
            out.text("  ;; label = @").number(depth);
        }
    }

    private void push() {
        if (depth == labelNumbers.length) {
            labelNumbers = Arrays.copyOf(labelNumbers, 2 * depth);
        }
        labelNumbers[depth++] = labelCount++;
    }

    private void checkOpen() {
        if (depth == 0) {
            throw in.error("unexpected delimiter of a block");
        }
    }

    private void pop() {
        checkOpen();
        depth--;
    }

    private void label() {
        out.text(" ");
        int label = in.u32();
        if (label < 0 || label >= depth) {
            out.number(label);
            return;
        }
        int number = labelNumbers[depth - 1 - label];
        if (labels.isNamed(number) && labels.hasIdentifier(number)) {
            labels.use(number, out);
        } else {
            out.number(label).text(" (;@").number(depth - label).text(";)");
        }
    }

    private void branchTable() {
        int count = in.u32();
        for (int i = 0; i != count; i++) {
            label();
        }
        label();
    }

    private void catchClauses() {
        int count = in.u32();
        for (int i = 0; i != count; i++) {
            int kind = in.u8();
            switch (kind) {
                case 0 -> out.text(" (catch");
                case 1 -> out.text(" (catch_ref");
                case 2 -> out.text(" (catch_all");
                case 3 -> out.text(" (catch_all_ref");
                default -> throw in.error("malformed catch clause");
            }
            if (kind < 2) {
                use(tags);
            }
            label();
            out.text(")");
        }
    }

    private void callIndirect() {
        int type = in.u32();
        useUnlessZero(tables);
        types.use(type, null);
    }

    // ---- references ----

    private void branchOnCast() {
        int flags = in.u8();
        if (flags > 3) {
            throw in.error("malformed cast flags");
        }
        label();
        out.text(" ");
        types.referenceTo((flags & 1) != 0);
        out.text(" ");
        types.referenceTo((flags & 2) != 0);
    }

    private void field() {
        int type = in.u32();
        out.text(" ");
        types.identifiers().use(type, out);
        if (type != fieldsType) {
            fields = new Identifiers(in.bytes(), names.nested(ModuleNames.FIELDS, type));
            fieldsType = type;
        }
        use(fields);
    }

    // ---- tables, memories and segments ----

    private void copy(Identifiers space) {
        int target = in.u32();
        int source = in.u32();
        if (target != 0 || source != 0) {
            out.text(" ");
            space.use(target, out);
            out.text(" ");
            space.use(source, out);
        }
    }

    private void init(Identifiers space, Identifiers segments) {
        int segment = in.u32();
        useUnlessZero(space);
        out.text(" ");
        segments.use(segment, out);
    }

    private void memoryArgument(int natural) {
        int at = in.position();
        int flags = in.u32();
        if (flags < 0 || flags > 0x7f) {
            throw BinaryReader.error(at, "malformed memop flags");
        }
        if ((flags & 0x40) != 0) {
            useUnlessZero(memories);
        }
        long offset = in.u64();
        if (offset != 0) {
            out.text(" offset=").number(offset);
        }
        if ((flags & 0x3f) != natural) {
            out.text(" align=").number(1L << (flags & 0x3f));
        }
    }

    private void fence() {
        if (in.u8() != 0) {
            throw in.error("zero byte expected");
        }
    }

    private void vector() {
        out.text(" i32x4");
        for (int i = 0; i < 4; i++) {
            String lane = Integer.toHexString((int) in.littleEndian(4));
            out.text(" 0x").text("00000000".substring(lane.length())).text(lane);
        }
    }
}
