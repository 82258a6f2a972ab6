package wasm2obj.text;

/** Module fields other than types: read in full and written to their sections. Abbreviations become what they stand for. */
final class FieldReader {
    // Kinds of imports and exports in the binary format.
    private static final int FUNCTION_KIND = 0;
    private static final int TABLE_KIND = 1;
    private static final int MEMORY_KIND = 2;
    private static final int GLOBAL_KIND = 3;
    private static final int TAG_KIND = 4;

    private static final int TABLE_WITH_INITIALIZER = 0x40;

    private final Tokens tokens;
    private final Lexer lexer;
    private final ModuleScope scope;
    private final TypeReader types;
    private final ModuleWriter module;
    private final NameSectionWriter names;
    private final IndexSpace locals = new IndexSpace("local");
    private final InstructionReader instructions;
    private final LimitsReader limits;
    private final SegmentReader segments;

    private final ByteSink body = new ByteSink();
    private final ByteSink scratch = new ByteSink();

    // Groups of locals: those that are complete, and the one that is not.
    private final ByteSink groups = new ByteSink();
    private final ByteSink groupType = new ByteSink();
    private int groupCount;
    private int inGroup;

    private int functions;
    private int tables;
    private int memories;
    private int globals;
    private int tags;

    /** The kind of the first definition that is no import, or null: after it there may be no imports. */
    private String firstDefinition;

    FieldReader(
            Tokens tokens,
            ModuleScope scope,
            TypeReader types,
            ModuleWriter module,
            NameSectionWriter names) {
        this.tokens = tokens;
        this.lexer = tokens.lexer();
        this.scope = scope;
        this.types = types;
        this.module = module;
        this.names = names;
        instructions = new InstructionReader(tokens, scope, types, locals);
        limits = new LimitsReader(tokens);
        segments = new SegmentReader(tokens, scope, types, instructions, module);
    }

    InstructionReader instructions() {
        return instructions;
    }

    /** Reads the field whose opening parenthesis is the current token. */
    void field() {
        int at = lexer.position();
        int word = lexer.word();
        if (word == Words.TYPE || word == Words.REC) {
            skipField();
            return;
        }
        lexer.next();
        switch (word) {
            case Words.IMPORT -> importField(at);
            case Words.FUNC -> function(at);
            case Words.TABLE -> table(at);
            case Words.MEMORY -> memory(at);
            case Words.GLOBAL -> global(at);
            case Words.TAG -> tag(at);
            case Words.EXPORT -> export(at);
            case Words.START -> start(at);
            case Words.ELEM -> segments.element(at);
            case Words.DATA -> segments.data(at);
            default -> throw lexer.unexpected("a module field");
        }
        tokens.close();
    }

    /** Types have been read. */
    private void skipField() {
        int depth = 0;
        do {
            if (lexer.kind() == Lexer.OPEN || lexer.kind() == Lexer.ANNOTATION) {
                depth++;
            } else if (lexer.kind() == Lexer.CLOSE) {
                depth--;
            }
            lexer.next();
        } while (depth > 0);
    }

    // ---- imports and exports ----

    private void importField(int at) {
        if (firstDefinition != null) {
            throw lexer.error(at, "import after " + firstDefinition);
        }
        ByteSink out = module.add(ModuleWriter.IMPORT, at);
        tokens.name(out);
        tokens.name(out);
        int word = lexer.word();
        lexer.next();
        tokens.skipDefinition();
        importType(word, out);
        tokens.close();
    }

    /** Writes the kind and type of an import and counts it. */
    private void importType(int word, ByteSink out) {
        switch (word) {
            case Words.FUNC -> {
                out.u8(FUNCTION_KIND);
                locals.clear();
                out.u32(types.typeUse(locals));
                names.add(NameSectionWriter.LOCALS, functions++, locals);
            }
            case Words.TABLE -> {
                out.u8(TABLE_KIND);
                tableType(out);
                tables++;
            }
            case Words.MEMORY -> {
                out.u8(MEMORY_KIND);
                limits.memoryType(out);
                memories++;
            }
            case Words.GLOBAL -> {
                out.u8(GLOBAL_KIND);
                globalType(out);
                globals++;
            }
            default -> {
                out.u8(TAG_KIND);
                out.u8(0);
                out.u32(types.typeUse(noLocals()));
                tags++;
            }
        }
    }

    /** A space for names that are of no use after this. */
    private IndexSpace noLocals() {
        locals.clear();
        return locals;
    }

    /** Reads inline exports and an inline import; whether it was the latter, and so the whole definition. */
    private boolean isImport(int word, int kind, int index) {
        tokens.skipDefinition();
        while (lexer.isOpen(Words.EXPORT)) {
            ByteSink out = module.add(ModuleWriter.EXPORT, lexer.position());
            lexer.next();
            tokens.name(out);
            out.u8(kind);
            out.u32(index);
            tokens.close();
        }
        int at = lexer.position();
        if (!tokens.takeOpen(Words.IMPORT)) {
            if (firstDefinition == null) {
                firstDefinition = word == Words.FUNC ? "function" : kindName(kind);
            }
            return false;
        }
        if (firstDefinition != null) {
            throw lexer.error(at, "import after " + firstDefinition);
        }
        ByteSink out = module.add(ModuleWriter.IMPORT, at);
        tokens.name(out);
        tokens.name(out);
        tokens.close();
        importType(word, out);
        return true;
    }

    private static String kindName(int kind) {
        return switch (kind) {
            case TABLE_KIND -> "table";
            case MEMORY_KIND -> "memory";
            case GLOBAL_KIND -> "global";
            default -> "tag";
        };
    }

    private void export(int at) {
        ByteSink out = module.add(ModuleWriter.EXPORT, at);
        tokens.name(out);
        int word = lexer.kind() == Lexer.OPEN ? lexer.word() : Words.UNKNOWN;
        switch (word) {
            case Words.FUNC -> exported(FUNCTION_KIND, scope.functions, out);
            case Words.TABLE -> exported(TABLE_KIND, scope.tables, out);
            case Words.MEMORY -> exported(MEMORY_KIND, scope.memories, out);
            case Words.GLOBAL -> exported(GLOBAL_KIND, scope.globals, out);
            case Words.TAG -> exported(TAG_KIND, scope.tags, out);
            default -> throw lexer.unexpected("(func, (table, (memory, (global or (tag");
        }
        tokens.close();
    }

    private void exported(int kind, IndexSpace space, ByteSink out) {
        lexer.next();
        out.u8(kind);
        out.u32(tokens.index(space));
    }

    private void start(int at) {
        if (module.count(ModuleWriter.START) > 0) {
            throw lexer.error(at, "multiple start sections");
        }
        module.add(ModuleWriter.START, at).u32(tokens.index(scope.functions));
    }

    // ---- functions ----

    private void function(int at) {
        if (isImport(Words.FUNC, FUNCTION_KIND, functions)) {
            return;
        }
        int index = functions++;
        locals.clear();
        module.add(ModuleWriter.FUNCTION, at).u32(types.typeUse(locals));
        body.clear();
        locals();
        instructions.body(body);
        instructions.hints().endFunction(index);
        names.add(NameSectionWriter.LOCALS, index, locals);
        names.add(NameSectionWriter.LABELS, index, instructions.labelNames());
        ByteSink out = module.add(ModuleWriter.CODE, at);
        out.u32(body.length());
        out.append(body);
    }

    /** Writes the locals, those of equal types that stand together as one group. */
    private void locals() {
        groups.clear();
        groupCount = 0;
        inGroup = 0;
        while (tokens.takeOpen(Words.LOCAL)) {
            if (lexer.kind() == Lexer.IDENTIFIER || lexer.kind() == Lexer.ANNOTATION) {
                tokens.define(locals);
                local();
            } else {
                while (!tokens.atClose()) {
                    locals.addUnnamed(1);
                    local();
                }
            }
            tokens.close();
        }
        endGroup();
        body.u32(groupCount);
        body.append(groups);
    }

    private void local() {
        scratch.clear();
        types.valueType(scratch);
        if (inGroup > 0 && !groupType.hasSameBytes(scratch)) {
            endGroup();
        }
        groupType.clear();
        groupType.append(scratch);
        inGroup++;
    }

    private void endGroup() {
        if (inGroup > 0) {
            groups.u32(inGroup);
            groups.append(groupType);
            groupCount++;
            inGroup = 0;
        }
    }

    // ---- tables, memories, globals, tags ----

    private void table(int at) {
        if (isImport(Words.TABLE, TABLE_KIND, tables)) {
            return;
        }
        int index = tables++;
        ByteSink out = module.add(ModuleWriter.TABLE, at);
        boolean wide = limits.addressType();
        if (types.isReferenceType()) {
            scratch.clear();
            types.referenceType(scratch);
            if (!lexer.isOpen(Words.ELEM)) {
                throw lexer.unexpected("(elem");
            }
            int segmentAt = lexer.position();
            lexer.next();
            int count = segments.inlineElements(segmentAt, index, wide, scratch);
            tokens.close();
            out.append(scratch);
            LimitsReader.write(0, wide, count, count, out);
            return;
        }
        ByteSink type = new ByteSink();
        tableType(wide, type);
        if (!tokens.atClose()) {
            out.u8(TABLE_WITH_INITIALIZER);
            out.u8(0);
            out.append(type);
            instructions.expression(out);
        } else {
            out.append(type);
        }
    }

    private void tableType(ByteSink out) {
        tableType(limits.addressType(), out);
    }

    /** In the text limits come before the type of the elements; in the binary format after it. */
    private void tableType(boolean wide, ByteSink out) {
        ByteSink bounds = new ByteSink();
        limits.limits(wide, bounds);
        types.referenceType(out);
        out.append(bounds);
    }

    private void memory(int at) {
        if (isImport(Words.MEMORY, MEMORY_KIND, memories)) {
            return;
        }
        int index = memories++;
        ByteSink out = module.add(ModuleWriter.MEMORY, at);
        boolean wide = limits.addressType();
        if (lexer.kind() == Lexer.NUMBER) {
            limits.memoryType(wide, out);
            return;
        }
        int pageSize = limits.pageSize();
        if (!lexer.isOpen(Words.DATA)) {
            throw lexer.unexpected("limits or (data");
        }
        int segmentAt = lexer.position();
        lexer.next();
        long bytes = segments.inlineData(segmentAt, index, wide);
        tokens.close();
        limits.writeMemory(wide, bytes, pageSize, out);
    }

    private void global(int at) {
        if (isImport(Words.GLOBAL, GLOBAL_KIND, globals)) {
            return;
        }
        globals++;
        ByteSink out = module.add(ModuleWriter.GLOBAL, at);
        globalType(out);
        instructions.expression(out);
    }

    private void globalType(ByteSink out) {
        boolean mutable = tokens.takeOpen(Words.MUT);
        types.valueType(out);
        if (mutable) {
            tokens.close();
        }
        out.u8(mutable ? 1 : 0);
    }

    private void tag(int at) {
        if (isImport(Words.TAG, TAG_KIND, tags)) {
            return;
        }
        tags++;
        ByteSink out = module.add(ModuleWriter.TAG, at);
        out.u8(0);
        out.u32(types.typeUse(noLocals()));
    }
}
