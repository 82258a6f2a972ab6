package wasm2obj.text;

/**
 * Element and data segments. The binary format has eight forms of the former (specification, "Element Section"); the
 * shortest that says what the text says is written.
 */
final class SegmentReader {
    // Flags of element segments.
    private static final int PASSIVE_OR_DECLARED = 1;
    private static final int EXPLICIT = 2;
    private static final int EXPRESSIONS = 4;
    private static final int DECLARED = PASSIVE_OR_DECLARED | EXPLICIT;

    private static final int FUNCREF = 0x70;
    private static final int I32_CONST = 0x41;
    private static final int I64_CONST = 0x42;

    private final Tokens tokens;
    private final Lexer lexer;
    private final ModuleScope scope;
    private final TypeReader types;
    private final InstructionReader instructions;
    private final ModuleWriter module;

    private final ByteSink offset = new ByteSink();
    private final ByteSink type = new ByteSink();
    private final ByteSink items = new ByteSink();
    private int itemCount;

    SegmentReader(
            Tokens tokens,
            ModuleScope scope,
            TypeReader types,
            InstructionReader instructions,
            ModuleWriter module) {
        this.tokens = tokens;
        this.lexer = tokens.lexer();
        this.scope = scope;
        this.types = types;
        this.instructions = instructions;
        this.module = module;
    }

    // ---- element segments ----

    /** Reads {@code (elem ...)}, from after the keyword up to the closing parenthesis. */
    void element(int at) {
        tokens.skipDefinition();
        boolean declared = tokens.takeKeyword(Words.DECLARE);
        boolean tableNamed = !declared && tokens.takeOpen(Words.TABLE);
        int table = 0;
        if (tableNamed) {
            table = tokens.index(scope.tables);
            tokens.close();
        }
        boolean active = tableNamed || !declared && isOffset();
        // An abbreviation of old: (elem $table (offset ...) ...).
        if (!declared && !tableNamed && tokens.isIndex()) {
            tableNamed = true;
            active = true;
            table = tokens.index(scope.tables);
        }
        offset.clear();
        if (active) {
            offset();
        }
        boolean expressions = elementList(active && !tableNamed);
        int flags = !active ? declared ? DECLARED : PASSIVE_OR_DECLARED : tableNamed ? EXPLICIT : 0;
        writeElement(at, flags, expressions, table);
    }

    /** Whether a folded instruction or {@code (offset ...)} follows, and not a reference type. */
    private boolean isOffset() {
        return lexer.kind() == Lexer.OPEN && !lexer.isOpen(Words.REF) && !lexer.isOpen(Words.ITEM);
    }

    private void offset() {
        if (tokens.takeOpen(Words.OFFSET)) {
            instructions.expression(offset);
            tokens.close();
        } else {
            instructions.foldedExpression(offset);
        }
    }

    /** Reads type and elements; whether the latter are expressions. {@code func} may be left out if {@code bare}. */
    private boolean elementList(boolean bare) {
        type.clear();
        items.clear();
        itemCount = 0;
        if (types.isReferenceType()) {
            types.referenceType(type);
            expressions();
            return true;
        }
        if (!tokens.takeKeyword(Words.FUNC) && !(bare && (tokens.isIndex() || tokens.atClose()))) {
            throw lexer.unexpected("a reference type or func");
        }
        functions();
        return false;
    }

    private void functions() {
        while (tokens.isIndex()) {
            items.u32(tokens.index(scope.functions));
            itemCount++;
        }
    }

    private void expressions() {
        while (lexer.kind() == Lexer.OPEN) {
            if (tokens.takeOpen(Words.ITEM)) {
                instructions.expression(items);
                tokens.close();
            } else {
                instructions.foldedExpression(items);
            }
            itemCount++;
        }
    }

    private boolean isFuncref() {
        return type.length() == 1 && type.array()[0] == FUNCREF;
    }

    private void writeElement(int at, int form, boolean expressions, int table) {
        int flags = form;
        if (expressions) {
            // The short form of an active segment has no type: it is funcref.
            flags |= EXPRESSIONS | (flags == 0 && !isFuncref() ? EXPLICIT : 0);
        }
        ByteSink out = module.add(ModuleWriter.ELEMENT, at);
        out.u32(flags);
        if ((flags & PASSIVE_OR_DECLARED) == 0) {
            if ((flags & EXPLICIT) != 0) {
                out.u32(table);
            }
            out.append(offset);
        }
        if ((flags & (PASSIVE_OR_DECLARED | EXPLICIT)) != 0) {
            if (expressions) {
                out.append(type);
            } else {
                out.u8(0);
            }
        }
        out.u32(itemCount);
        out.append(items);
    }

    /**
     * Reads the elements in a table's definition and writes their segment.
     *
     * @param elementType the table's
     * @return how many
     */
    int inlineElements(int at, int table, boolean wide, ByteSink elementType) {
        type.clear();
        type.append(elementType);
        items.clear();
        itemCount = 0;
        boolean expressions = !tokens.isIndex() && !tokens.atClose();
        if (expressions) {
            expressions();
        } else if (isFuncref()) {
            functions();
        } else {
            expressions = true;
            functionExpressions();
        }
        writeZero(wide, offset);
        writeElement(at, table == 0 ? 0 : EXPLICIT, expressions, table);
        return itemCount;
    }

    /** Functions, for a table whose type is not that of all functions. */
    private void functionExpressions() {
        while (tokens.isIndex()) {
            items.u8(Instructions.REF_FUNC);
            items.u32(tokens.index(scope.functions));
            items.u8(Instructions.END);
            itemCount++;
        }
    }

    private static void writeZero(boolean wide, ByteSink out) {
        out.clear();
        out.u8(wide ? I64_CONST : I32_CONST);
        out.u8(0);
        out.u8(Instructions.END);
    }

    // ---- data segments ----

    /** Reads {@code (data ...)}, from after the keyword up to the closing parenthesis. */
    void data(int at) {
        tokens.skipDefinition();
        int memory = 0;
        boolean named = tokens.takeOpen(Words.MEMORY);
        if (named) {
            memory = tokens.index(scope.memories);
            tokens.close();
        } else if (tokens.isIndex()) {
            // An abbreviation of old: (data $memory (offset ...) ...).
            memory = tokens.index(scope.memories);
            named = true;
        }
        boolean active = named || lexer.kind() == Lexer.OPEN;
        offset.clear();
        if (active) {
            offset();
        }
        items.clear();
        tokens.strings(items);
        writeData(at, active, memory);
    }

    private void writeData(int at, boolean active, int memory) {
        ByteSink out = module.add(ModuleWriter.DATA, at);
        if (!active) {
            out.u8(PASSIVE_OR_DECLARED);
        } else if (memory == 0) {
            out.u8(0);
        } else {
            out.u8(EXPLICIT);
            out.u32(memory);
        }
        out.append(offset);
        out.u32(items.length());
        out.append(items);
    }

    /** Reads the bytes in a memory's definition and writes their segment. Returns how many. */
    long inlineData(int at, int memory, boolean wide) {
        items.clear();
        tokens.strings(items);
        writeZero(wide, offset);
        writeData(at, true, memory);
        return items.length();
    }
}
