package wasm2obj.text;

/**
 * The text as tokens, one at a time, without an object for any: a kind, a range of the bytes, and for keywords the word.
 *
 * <p>In WebAssembly's text every opening parenthesis is followed by a keyword; the two are one token here, {@link
 * #OPEN}, so that no parser ever looks ahead.
 *
 * <p>Tokens end at white space, comments and parentheses only (specification, "Tokens"): {@code 1"a"} and {@code 0drop}
 * are tokens too, which nothing understands. Annotations are white space, but for those that this package knows; they
 * come as {@link #ANNOTATION} and their contents as tokens up to a {@link #CLOSE}.
 */
final class Lexer {
    // Kinds of tokens.
    static final int END_OF_TEXT = 0;

    /** An opening parenthesis and the keyword after it, or none ({@link Words#UNKNOWN}, an empty range). */
    static final int OPEN = 1;

    static final int CLOSE = 2;
    static final int KEYWORD = 3;

    /** Anything that begins like a number, {@code inf} and {@code nan} included; the range is not checked. */
    static final int NUMBER = 4;

    /** {@code $name} or {@code $"name"}. */
    static final int IDENTIFIER = 5;

    static final int STRING = 6;

    /** Something that no grammar accepts outside of annotations. */
    static final int RESERVED = 7;

    static final int ANNOTATION = 8;

    // Classes of characters; 0 is for those that are illegal.
    private static final byte SPACE = 1;
    private static final byte LETTER = 2;
    private static final byte OPENING = 3;
    private static final byte CLOSING = 4;
    private static final byte QUOTE = 5;
    private static final byte SEMICOLON = 6;
    private static final byte PUNCTUATION = 7;

    private static final byte[] CLASSES = classes();

    private final SourceText source;
    private final byte[] text;

    private int kind;
    private int start;
    private int end;
    private int word;
    private Annotation annotation;

    /** Where the opening parenthesis of an {@link #OPEN} or an annotation is. */
    private int openedAt;

    private int previousEnd;

    Lexer(SourceText source) {
        this.source = source;
        this.text = source.bytes();
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int c = '!'; c <= '~'; c++) {
            classes[c] = LETTER;
        }
        for (char c : " \t\n\r".toCharArray()) {
            classes[c] = SPACE;
        }
        for (char c : ",[]{}".toCharArray()) {
            classes[c] = PUNCTUATION;
        }
        classes['('] = OPENING;
        classes[')'] = CLOSING;
        classes['"'] = QUOTE;
        classes[';'] = SEMICOLON;
        return classes;
    }

    /** Whether the byte may be in an identifier that has no quotes. */
    static boolean isIdentifierCharacter(byte b) {
        return classOf(b) == LETTER;
    }

    private static byte classOf(byte b) {
        return CLASSES[b & 0xff];
    }

    // ---- the current token ----

    int kind() {
        return kind;
    }

    /** Offset of the token's first byte; of an {@link #OPEN}, of its keyword. */
    int start() {
        return start;
    }

    /** Offset after the token. */
    int end() {
        return end;
    }

    /** The keyword's number. */
    int word() {
        return word;
    }

    /** Which annotation it is. */
    Annotation annotation() {
        return annotation;
    }

    /** Offset where the token begins, parenthesis included. */
    int position() {
        return kind == OPEN || kind == ANNOTATION ? openedAt : start;
    }

    /** Offset after the token before this one. */
    int previousEnd() {
        return previousEnd;
    }

    byte[] text() {
        return text;
    }

    /** Whether the token is a parenthesis with that keyword. */
    boolean isOpen(int keyword) {
        return kind == OPEN && word == keyword;
    }

    boolean isKeyword(int keyword) {
        return kind == KEYWORD && word == keyword;
    }

    WatException error(int offset, String detail) {
        return source.error(offset, detail);
    }

    /** An error at the current token. */
    WatException error(String detail) {
        return source.error(position(), detail);
    }

    /** What to say about a token that should not be here. */
    WatException unexpected(String expected) {
        if (kind == ANNOTATION) {
            return error(annotation.misplaced());
        }
        if (kind == END_OF_TEXT) {
            return error("unexpected end of text, expected " + expected);
        }
        boolean unknown = kind == RESERVED || kind == KEYWORD && word == Words.UNKNOWN;
        if (unknown || kind == OPEN && word == Words.UNKNOWN && end > start) {
            return error("unknown operator " + spelling());
        }
        return error("unexpected token " + spelling() + ", expected " + expected);
    }

    /** The token, for messages. */
    String spelling() {
        return Messages.quoted(text, position(), end);
    }

    // ---- reading ----

    /** Goes on at an offset, where a token starts. */
    void restart(int offset) {
        end = offset;
        next();
    }

    /** Reads the next token. */
    void next() {
        previousEnd = end;
        while (true) {
            int at = skipSpace(end);
            if (at == text.length) {
                set(END_OF_TEXT, at, at);
                return;
            }
            if (text[at] != '(') {
                token(at);
                return;
            }
            if (at + 1 == text.length || text[at + 1] != '@') {
                open(at);
                return;
            }
            annotation(at);
            if (kind == ANNOTATION) {
                return;
            }
        }
    }

    private void set(int newKind, int newStart, int newEnd) {
        kind = newKind;
        start = newStart;
        end = newEnd;
    }

    /** The offset of the first byte that is neither white space nor in a comment. */
    private int skipSpace(int from) {
        int at = from;
        while (at < text.length) {
            switch (classOf(text[at])) {
                case SPACE -> at++;
                case SEMICOLON -> {
                    if (at + 1 == text.length || text[at + 1] != ';') {
                        return at;
                    }
                    at = lineComment(at + 2);
                }
                case OPENING -> {
                    if (at + 1 == text.length || text[at + 1] != ';') {
                        return at;
                    }
                    at = blockComment(at);
                }
                default -> {
                    return at;
                }
            }
        }
        return at;
    }

    private int lineComment(int from) {
        int at = from;
        while (at < text.length && text[at] != '\n' && text[at] != '\r') {
            at++;
        }
        return at;
    }

    private int blockComment(int from) {
        int depth = 1;
        int at = from + 2;
        while (at + 1 < text.length) {
            if (text[at] == ';' && text[at + 1] == ')') {
                at += 2;
                if (--depth == 0) {
                    return at;
                }
            } else if (text[at] == '(' && text[at + 1] == ';') {
                at += 2;
                depth++;
            } else {
                at++;
            }
        }
        throw error(from, "unclosed comment");
    }

    /** An opening parenthesis, and the keyword after it. */
    private void open(int at) {
        int after = skipSpace(at + 1);
        while (after + 1 < text.length && text[after] == '(' && text[after + 1] == '@') {
            annotation(after);
            if (kind == ANNOTATION) {
                throw error(annotation.misplaced());
            }
            after = skipSpace(end);
        }
        openedAt = at;
        word = Words.UNKNOWN;
        if (after < text.length && text[after] >= 'a' && text[after] <= 'z') {
            token(after);
            if (kind == KEYWORD) {
                kind = OPEN;
                return;
            }
        }
        set(OPEN, at + 1, at + 1);
    }

    /** A token that does not begin with an opening parenthesis. */
    private void token(int at) {
        byte first = text[at];
        switch (classOf(first)) {
            case CLOSING -> set(CLOSE, at, at + 1);
            case QUOTE -> finish(STRING, at, string(at));
            case LETTER -> letters(at, first);
            case SEMICOLON, PUNCTUATION -> set(RESERVED, at, at + 1);
            default -> throw illegal(at);
        }
    }

    private WatException illegal(int at) {
        return error(at, "illegal character");
    }

    private void letters(int at, byte first) {
        if (first >= 'a' && first <= 'z') {
            keyword(at);
            return;
        }
        int stop = lettersEnd(at);
        if (first == '$') {
            identifier(at, stop);
        } else {
            boolean number = first >= '0' && first <= '9' || first == '+' || first == '-';
            finish(number ? NUMBER : RESERVED, at, stop);
        }
    }

    private int lettersEnd(int from) {
        int at = from;
        while (at < text.length && classOf(text[at]) == LETTER) {
            at++;
        }
        return at;
    }

    private void keyword(int from) {
        int at = from;
        int hash = 0;
        while (at < text.length && classOf(text[at]) == LETTER) {
            hash = Words.hash(hash, text[at++]);
        }
        word = Words.lookup(text, from, at, hash);
        boolean number =
                word == Words.UNKNOWN
                        && (startsWith(from, at, "nan") || startsWith(from, at, "inf"));
        finish(number ? NUMBER : KEYWORD, from, at);
    }

    private boolean startsWith(int from, int to, String prefix) {
        return to - from >= 3
                && text[from] == prefix.charAt(0)
                && text[from + 1] == prefix.charAt(1)
                && text[from + 2] == prefix.charAt(2);
    }

    private void identifier(int at, int stop) {
        if (stop > at + 1) {
            finish(IDENTIFIER, at, stop);
        } else if (stop < text.length && text[stop] == '"') {
            finish(IDENTIFIER, at, string(stop));
        } else {
            throw error(at, "empty identifier");
        }
    }

    /** Makes the token, unless something clings to it, which makes another one. */
    private void finish(int newKind, int from, int to) {
        int stop = to;
        while (stop < text.length
                && (classOf(text[stop]) == LETTER || classOf(text[stop]) == QUOTE)) {
            stop = text[stop] == '"' ? string(stop) : stop + 1;
        }
        set(stop == to ? newKind : RESERVED, from, stop);
    }

    /** Checks a string literal and returns the offset after it. */
    private int string(int from) {
        int at = from + 1;
        while (at < text.length) {
            byte b = text[at];
            if (b == '"') {
                return at + 1;
            }
            if (b == '\\') {
                at = Strings.escapeEnd(this, at);
            } else if (b >= 0 && b < ' ' || b == 0x7f) {
                throw b == '\n' || b == '\r' ? error(from, "unclosed string") : illegal(at);
            } else {
                at++;
            }
        }
        throw error(from, "unclosed string");
    }

    // ---- annotations ----

    /** At {@code (@}: steps over an annotation, unless it is one that this package knows. */
    private void annotation(int at) {
        int from = at + 2;
        int stop = lettersEnd(from);
        boolean quoted = stop == from && from < text.length && text[from] == '"';
        if (quoted) {
            stop = string(from);
        }
        if (stop == from || quoted && stop == from + 2) {
            throw error(at, "empty annotation id");
        }
        if (quoted) {
            Strings.checkName(this, from, stop);
        }
        annotation = quoted ? null : Annotation.named(text, from, stop);
        if (annotation != null) {
            openedAt = at;
            set(ANNOTATION, from, stop);
        } else {
            skipAnnotation(at, stop);
        }
    }

    private void skipAnnotation(int opened, int from) {
        int depth = 1;
        int at = from;
        while (depth > 0) {
            at = skipSpace(at);
            if (at == text.length) {
                throw error(opened, "unclosed annotation");
            }
            if (text[at] == '(') {
                depth++;
                at = at + 1 < text.length && text[at + 1] == '@' ? annotationName(at) : at + 1;
            } else {
                token(at);
                depth -= kind == CLOSE ? 1 : 0;
                at = end;
            }
        }
        set(END_OF_TEXT, at, at);
    }

    /** The offset after the name of an annotation in another one. */
    private int annotationName(int at) {
        if (at + 2 < text.length && text[at + 2] == '"') {
            return string(at + 2);
        }
        int stop = lettersEnd(at + 2);
        if (stop == at + 2) {
            throw error(at, "empty annotation id");
        }
        return stop;
    }
}
