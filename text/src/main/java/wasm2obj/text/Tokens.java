package wasm2obj.text;

/** What all parsers ask of the lexer: indices, numbers, names, parentheses. Errors are at the token that is wrong. */
final class Tokens {
    private final Lexer lexer;
    private final Numbers numbers;
    private final Symbols symbols = new Symbols();
    private final ByteSink scratch = new ByteSink();

    Tokens(SourceText source) {
        lexer = new Lexer(source);
        numbers = new Numbers(source.bytes());
    }

    Lexer lexer() {
        return lexer;
    }

    Numbers numbers() {
        return numbers;
    }

    Symbols symbols() {
        return symbols;
    }

    // ---- parentheses and keywords ----

    /** Steps over a closing parenthesis. */
    void close() {
        if (lexer.kind() != Lexer.CLOSE) {
            throw lexer.unexpected(")");
        }
        lexer.next();
    }

    /** Steps over a parenthesis with the keyword, if it is there. */
    boolean takeOpen(int word) {
        boolean there = lexer.isOpen(word);
        if (there) {
            lexer.next();
        }
        return there;
    }

    boolean takeKeyword(int word) {
        boolean there = lexer.isKeyword(word);
        if (there) {
            lexer.next();
        }
        return there;
    }

    /** At the end of the s-expression. */
    boolean atClose() {
        return lexer.kind() == Lexer.CLOSE;
    }

    boolean isIndex() {
        return lexer.kind() == Lexer.NUMBER || lexer.kind() == Lexer.IDENTIFIER;
    }

    // ---- numbers ----

    /** An unsigned number of up to {@code bits} bits. */
    long unsigned(int bits) {
        if (lexer.kind() != Lexer.NUMBER) {
            throw lexer.unexpected("a number");
        }
        long value = numbers.unsigned(lexer.start(), lexer.end(), bits);
        checkNumber(bits == 64 ? "" : "i" + bits + " ");
        lexer.next();
        return value;
    }

    /** A signed or unsigned number of up to {@code bits} bits. */
    long integer(int bits) {
        if (lexer.kind() != Lexer.NUMBER) {
            throw lexer.unexpected("a number");
        }
        long value = numbers.integer(lexer.start(), lexer.end(), bits);
        checkNumber("");
        lexer.next();
        return value;
    }

    int f32() {
        if (lexer.kind() != Lexer.NUMBER) {
            throw lexer.unexpected("a number");
        }
        int value = numbers.f32(lexer.start(), lexer.end());
        checkNumber("");
        lexer.next();
        return value;
    }

    long f64() {
        if (lexer.kind() != Lexer.NUMBER) {
            throw lexer.unexpected("a number");
        }
        long value = numbers.f64(lexer.start(), lexer.end());
        checkNumber("");
        lexer.next();
        return value;
    }

    private void checkNumber(String width) {
        String problem = numbers.problem();
        if (problem == null) {
            return;
        }
        throw lexer.error(
                problem.equals(Numbers.MALFORMED)
                        ? problem + " " + lexer.spelling()
                        : width + problem);
    }

    // ---- identifiers, indices, names ----

    /** The symbol of an identifier, which is stepped over, or {@link Symbols#NONE} if there is none. */
    int identifier() {
        if (lexer.kind() != Lexer.IDENTIFIER) {
            return Symbols.NONE;
        }
        int symbol = symbol();
        lexer.next();
        return symbol;
    }

    /** The symbol of the current token, which is an identifier. */
    private int symbol() {
        byte[] text = lexer.text();
        int start = lexer.start() + 1;
        if (text[start] != '"') {
            return symbols.intern(text, start, lexer.end());
        }
        scratch.clear();
        Strings.decode(text, start, lexer.end(), scratch);
        Strings.checkUtf8(lexer, lexer.start(), scratch, 0);
        if (scratch.length() == 0) {
            throw lexer.error("empty identifier");
        }
        return symbols.intern(scratch.array(), 0, scratch.length());
    }

    /** Adds an index to a space, under the identifier that may follow and the name that may be annotated. */
    void define(IndexSpace space) {
        int at = lexer.start();
        int symbol = identifier();
        if (!space.add(symbol)) {
            throw lexer.error(at, "duplicate " + space.kind() + " $" + symbols.text(symbol));
        }
        int name = nameAnnotation();
        if (name != Symbols.NONE) {
            space.nameLast(name);
        }
    }

    /** Steps over what {@link #define} reads, for a space that has it already. */
    void skipDefinition() {
        identifier();
        nameAnnotation();
    }

    /** The symbol of an annotated name, or {@link Symbols#NONE}. */
    int nameAnnotation() {
        if (lexer.kind() != Lexer.ANNOTATION || lexer.annotation() != Annotation.NAME) {
            return Symbols.NONE;
        }
        lexer.next();
        if (lexer.kind() != Lexer.STRING) {
            throw lexer.error("@name annotation: unexpected token");
        }
        scratch.clear();
        Strings.decode(lexer.text(), lexer.start(), lexer.end(), scratch);
        Strings.checkUtf8(lexer, lexer.start(), scratch, 0);
        int symbol = symbols.intern(scratch.array(), 0, scratch.length());
        lexer.next();
        if (lexer.kind() != Lexer.CLOSE) {
            throw lexer.error("@name annotation: unexpected token");
        }
        lexer.next();
        return symbol;
    }

    /** An index, by number or by identifier. */
    int index(IndexSpace space) {
        if (lexer.kind() != Lexer.IDENTIFIER) {
            if (lexer.kind() != Lexer.NUMBER) {
                throw lexer.unexpected("a " + space.kind());
            }
            return (int) unsigned(32);
        }
        int symbol = symbol();
        int index = space.lookup(symbol);
        if (index < 0) {
            throw lexer.error("unknown " + space.kind() + " $" + symbols.text(symbol));
        }
        lexer.next();
        return index;
    }

    /** An index that may be left out. */
    int optionalIndex(IndexSpace space, int otherwise) {
        return isIndex() ? index(space) : otherwise;
    }

    /** Writes a name, its length before it. */
    void name(ByteSink out) {
        if (lexer.kind() != Lexer.STRING) {
            throw lexer.unexpected("a string");
        }
        scratch.clear();
        Strings.decode(lexer.text(), lexer.start(), lexer.end(), scratch);
        Strings.checkUtf8(lexer, lexer.start(), scratch, 0);
        out.u32(scratch.length());
        out.bytes(scratch.array(), 0, scratch.length());
        lexer.next();
    }

    /** Writes the bytes of all strings that follow. */
    void strings(ByteSink out) {
        while (lexer.kind() == Lexer.STRING) {
            Strings.decode(lexer.text(), lexer.start(), lexer.end(), out);
            lexer.next();
        }
    }
}
