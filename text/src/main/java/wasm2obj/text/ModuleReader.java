package wasm2obj.text;

/**
 * A module's fields, in three walks over the text.
 *
 * <p>Identifiers may be used before they are defined. So the first walk goes from field to field, stepping over what is in
 * them, and gives every definition its index. The second reads the types, since a use of a type may have to know whether
 * a signature exists. The third reads everything else and writes it, in one go.
 */
final class ModuleReader {
    private final Tokens tokens;
    private final Lexer lexer;
    private final ModuleScope scope = new ModuleScope();
    private final ModuleWriter module = new ModuleWriter();
    private final NameSectionWriter names;
    private final CustomSections customs;
    private final TypeReader types;
    private final FieldReader fields;

    /** Where the first field starts. */
    private int fieldsStart;

    /** Whether the fields are in {@code (module ...)}. */
    private boolean wrapped;

    private boolean firstWalk = true;

    ModuleReader(SourceText source) {
        tokens = new Tokens(source);
        lexer = tokens.lexer();
        names = new NameSectionWriter(tokens.symbols());
        customs = new CustomSections(tokens);
        types = new TypeReader(tokens, scope, names);
        fields = new FieldReader(tokens, scope, types, module, names);
    }

    ByteSink read() {
        lexer.restart(0);
        moduleHeader();
        fieldsStart = lexer.position();
        while (atField()) {
            defineField();
        }
        moduleEnd();
        firstWalk = false;
        lexer.restart(fieldsStart);
        while (atField()) {
            typeField();
        }
        lexer.restart(fieldsStart);
        while (atField()) {
            fields.field();
        }
        return write();
    }

    private ByteSink write() {
        module.set(ModuleWriter.TYPE, types.section(), types.sectionCount());
        int datas = module.count(ModuleWriter.DATA);
        if (fields.instructions().usesDataCount()) {
            module.add(ModuleWriter.DATA_COUNT, fieldsStart).u32(datas);
        }
        ByteSink nameSection = new ByteSink();
        if (!customs.contain(NameSectionWriter.NAME)) {
            names.write(scope, nameSection);
        }
        return module.write(customs, fields.instructions().hints(), nameSection);
    }

    private void moduleHeader() {
        wrapped = tokens.takeOpen(Words.MODULE);
        if (wrapped) {
            int symbol = tokens.identifier();
            int name = tokens.nameAnnotation();
            names.nameModule(name == Symbols.NONE ? symbol : name);
            if (lexer.kind() == Lexer.ANNOTATION && lexer.annotation() == Annotation.NAME) {
                throw lexer.error("@name annotation: multiple module names");
            }
        }
    }

    private void moduleEnd() {
        if (wrapped) {
            tokens.close();
        }
        if (lexer.kind() != Lexer.END_OF_TEXT) {
            throw lexer.unexpected(wrapped ? "the end of the text" : "a module field");
        }
    }

    /** Whether there is another field. Annotations of custom sections between fields are read in the first walk. */
    private boolean atField() {
        while (lexer.kind() == Lexer.ANNOTATION) {
            if (lexer.annotation() == Annotation.BRANCH_HINT) {
                throw lexer.error("@metadata.code.branch_hint annotation: not in a function");
            }
            if (lexer.annotation() != Annotation.CUSTOM) {
                throw lexer.error(lexer.annotation().misplaced());
            }
            if (firstWalk) {
                customs.read();
            } else {
                lexer.next();
                skipToClose();
            }
        }
        return lexer.kind() == Lexer.OPEN;
    }

    // ---- the first walk ----

    private void defineField() {
        int word = lexer.word();
        switch (word) {
            case Words.TYPE -> defineType();
            case Words.REC -> defineGroup();
            case Words.IMPORT -> defineImport();
            case Words.TABLE, Words.MEMORY -> defineWithSegment(word);
            case Words.FUNC,
                    Words.GLOBAL,
                    Words.TAG,
                    Words.EXPORT,
                    Words.START,
                    Words.ELEM,
                    Words.DATA -> {
                lexer.next();
                if (space(word) != null) {
                    tokens.define(space(word));
                }
                skipToClose();
            }
            default -> throw lexer.unexpected("a module field");
        }
    }

    /** The space that a field adds an index to, or null. */
    private IndexSpace space(int word) {
        return switch (word) {
            case Words.FUNC -> scope.functions;
            case Words.TABLE -> scope.tables;
            case Words.MEMORY -> scope.memories;
            case Words.GLOBAL -> scope.globals;
            case Words.TAG -> scope.tags;
            case Words.ELEM -> scope.elements;
            case Words.DATA -> scope.datas;
            default -> null;
        };
    }

    /** Steps over what is left of an s-expression. */
    private void skipToClose() {
        for (int depth = 1; depth > 0; lexer.next()) {
            depth = skipped(depth);
        }
    }

    /** The depth after the current token. */
    private int skipped(int depth) {
        return switch (lexer.kind()) {
            case Lexer.OPEN, Lexer.ANNOTATION -> depth + 1;
            case Lexer.CLOSE -> depth - 1;
            case Lexer.END_OF_TEXT -> throw lexer.unexpected(")");
            default -> depth;
        };
    }

    private void defineType() {
        lexer.next();
        tokens.define(scope.types);
        skipToClose();
    }

    private void defineGroup() {
        lexer.next();
        while (lexer.isOpen(Words.TYPE)) {
            defineType();
        }
        tokens.close();
    }

    private void defineImport() {
        lexer.next();
        ByteSink ignored = new ByteSink();
        tokens.name(ignored);
        tokens.name(ignored);
        IndexSpace space = lexer.kind() == Lexer.OPEN ? space(lexer.word()) : null;
        if (space == null || space == scope.elements || space == scope.datas) {
            throw lexer.unexpected("(func, (table, (memory, (global or (tag");
        }
        lexer.next();
        tokens.define(space);
        skipToClose();
        tokens.close();
    }

    /** A table or memory may have a segment of its own, which takes an index too. */
    private void defineWithSegment(int word) {
        lexer.next();
        tokens.define(space(word));
        int segment = word == Words.TABLE ? Words.ELEM : Words.DATA;
        for (int depth = 1; depth > 0; lexer.next()) {
            if (depth == 1 && lexer.isOpen(segment)) {
                space(segment).addUnnamed(1);
            }
            depth = skipped(depth);
        }
    }

    // ---- the second walk ----

    private void typeField() {
        int at = lexer.position();
        int word = lexer.word();
        lexer.next();
        switch (word) {
            case Words.TYPE -> types.type(at);
            case Words.REC -> types.recursionGroup(at);
            default -> skipToClose();
        }
    }
}
