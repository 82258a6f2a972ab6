package wasm2obj.text;

/** String literals and the names in them (specification, "Strings" and "Names"). */
final class Strings {
    private Strings() {}

    /** The offset after the escape sequence that starts at a backslash. */
    static int escapeEnd(Lexer lexer, int backslash) {
        byte[] text = lexer.text();
        int at = backslash + 1;
        if (at < text.length) {
            switch (text[at]) {
                case 't', 'n', 'r', '"', '\'', '\\' -> {
                    return at + 1;
                }
                case 'u' -> {
                    return unicodeEnd(lexer, backslash);
                }
                default -> {
                    if (at + 1 < text.length && hex(text[at]) >= 0 && hex(text[at + 1]) >= 0) {
                        return at + 2;
                    }
                }
            }
        }
        throw lexer.error(backslash, "malformed escape sequence");
    }

    private static int unicodeEnd(Lexer lexer, int backslash) {
        byte[] text = lexer.text();
        int at = backslash + 2;
        if (at < text.length && text[at] == '{') {
            int close = at + 1;
            int point = 0;
            boolean digit = false;
            while (close < text.length && (hex(text[close]) >= 0 || text[close] == '_' && digit)) {
                digit = text[close] != '_';
                point = digit ? Math.min(point, 0x110000) << 4 | hex(text[close]) : point;
                close++;
            }
            if (digit && close < text.length && text[close] == '}' && Utf8.isScalar(point)) {
                return close + 1;
            }
        }
        throw lexer.error(backslash, "malformed escape sequence");
    }

    private static int hex(byte c) {
        return Numbers.digit(c, 16);
    }

    /** Appends what a literal stands for, which the lexer has checked; {@code start} is at its opening quote. */
    static void decode(byte[] text, int start, int end, ByteSink out) {
        int at = start + 1;
        int stop = end - 1;
        while (at < stop) {
            int plain = at;
            while (at < stop && text[at] != '\\') {
                at++;
            }
            out.bytes(text, plain, at);
            if (at < stop) {
                at = escape(text, at + 1, out);
            }
        }
    }

    private static int escape(byte[] text, int at, ByteSink out) {
        switch (text[at]) {
            case 't' -> out.u8('\t');
            case 'n' -> out.u8('\n');
            case 'r' -> out.u8('\r');
            case '"', '\'', '\\' -> out.u8(text[at]);
            case 'u' -> {
                return unicode(text, at + 2, out);
            }
            default -> {
                out.u8(hex(text[at]) << 4 | hex(text[at + 1]));
                return at + 2;
            }
        }
        return at + 1;
    }

    private static int unicode(byte[] text, int start, ByteSink out) {
        int point = 0;
        int at = start;
        for (; text[at] != '}'; at++) {
            point = text[at] == '_' ? point : point << 4 | hex(text[at]);
        }
        encode(point, out);
        return at + 1;
    }

    /** Appends a code point as UTF-8. */
    static void encode(int point, ByteSink out) {
        if (point < 0x80) {
            out.u8(point);
        } else if (point < 0x800) {
            out.u8(0xc0 | point >> 6);
            out.u8(0x80 | point & 0x3f);
        } else {
            if (point < 0x10000) {
                out.u8(0xe0 | point >> 12);
            } else {
                out.u8(0xf0 | point >> 18);
                out.u8(0x80 | point >> 12 & 0x3f);
            }
            out.u8(0x80 | point >> 6 & 0x3f);
            out.u8(0x80 | point & 0x3f);
        }
    }

    /** Throws an error if the literal is no UTF-8. */
    static void checkName(Lexer lexer, int start, int end) {
        ByteSink name = new ByteSink();
        decode(lexer.text(), start, end, name);
        checkUtf8(lexer, start, name, 0);
    }

    /** Throws an error for the literal at an offset of the text if the bytes in the sink, from an offset on, are no UTF-8. */
    static void checkUtf8(Lexer lexer, int offset, ByteSink name, int from) {
        if (!Utf8.isValid(name.array(), from, name.length())) {
            throw lexer.error(offset, "malformed UTF-8 encoding");
        }
    }
}
