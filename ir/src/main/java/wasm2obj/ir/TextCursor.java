package wasm2obj.ir;

/** A place in a text of lines, for parsing. Spaces between tokens and comments ({@code ;} to the end) are skipped. */
final class TextCursor {
    private final String[] lines;
    private int lineIndex = -1;
    private String line = "";
    private int at;

    TextCursor(String text) {
        lines = text.split("\n", -1);
    }

    /** Goes on to the next line that has a token; false at the end of the text. */
    boolean nextLine() {
        while (++lineIndex < lines.length) {
            line = lines[lineIndex];
            int comment = line.indexOf(';');
            if (comment >= 0) {
                line = line.substring(0, comment);
            }
            at = 0;
            if (!atEnd()) {
                return true;
            }
        }
        line = "";
        at = 0;
        return false;
    }

    /** Back to the start of the line. */
    void rewind() {
        at = 0;
    }

    /** To remember a place. */
    int lineIndex() {
        return lineIndex;
    }

    /** Goes back to the line with that index. */
    void goTo(int index) {
        lineIndex = index - 1;
        nextLine();
    }

    /** Whether the line has no further token. */
    boolean atEnd() {
        while (at < line.length() && line.charAt(at) == ' ') {
            at++;
        }
        return at == line.length();
    }

    SyntaxException error(String message) {
        return new SyntaxException(lineIndex + 1, message);
    }

    void expectEnd() {
        if (!atEnd()) {
            throw error("expected the end of the line, found '" + line.substring(at) + "'");
        }
    }

    /** Takes the token if it comes next; a token that ends in a letter or digit must not go on with one. */
    boolean accept(String token) {
        atEnd();
        int end = at + token.length();
        if (!line.startsWith(token, at)) {
            return false;
        }
        if (isWord(token.charAt(token.length() - 1)) && end < line.length()) {
            if (isWord(line.charAt(end))) {
                return false;
            }
        }
        at = end;
        return true;
    }

    void expect(String token) {
        if (!accept(token)) {
            throw error("expected '" + token + "', found '" + line.substring(at) + "'");
        }
    }

    /** Takes the letter if a digit follows it, as in {@code v12}. */
    boolean acceptPrefix(String prefix) {
        atEnd();
        int end = at + prefix.length();
        if (!line.startsWith(prefix, at) || end >= line.length() || !isDigit(line.charAt(end))) {
            return false;
        }
        at = end;
        return true;
    }

    /** The letter and the number behind it, as in {@code v12}. */
    int prefixed(String prefix) {
        if (!acceptPrefix(prefix)) {
            throw error(
                    "expected '" + prefix + "' and a number, found '" + line.substring(at) + "'");
        }
        return intNumber();
    }

    String word() {
        atEnd();
        int start = at;
        while (at < line.length() && isWord(line.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw error("expected a word, found '" + line.substring(at) + "'");
        }
        return line.substring(start, at);
    }

    /** The token up to a space or comma. */
    String token() {
        atEnd();
        int start = at;
        while (at < line.length() && " ,()[]:".indexOf(line.charAt(at)) < 0) {
            at++;
        }
        return line.substring(start, at);
    }

    /** A decimal number with an optional sign, or 0x and hexadecimal digits. */
    long number() {
        String token = token();
        try {
            return token.startsWith("0x")
                    ? Long.parseUnsignedLong(token, 2, token.length(), 16)
                    : Long.parseLong(token);
        } catch (NumberFormatException e) {
            throw error("expected a number, found '" + token + "'");
        }
    }

    int intNumber() {
        long number = number();
        if (number != (int) number) {
            throw error("number out of range: " + number);
        }
        return (int) number;
    }

    int hexNumber() {
        String token = token();
        try {
            return Integer.parseUnsignedInt(token, 16);
        } catch (NumberFormatException e) {
            throw error("expected a hexadecimal number, found '" + token + "'");
        }
    }

    /** A string in double quotes; a backslash and four hexadecimal digits stand for any character. */
    String string() {
        expect("\"");
        StringBuilder text = new StringBuilder();
        while (at < line.length() && line.charAt(at) != '"') {
            char c = line.charAt(at++);
            if (c == '\\' && at + 4 <= line.length()) {
                c = (char) Integer.parseInt(line, at, at + 4, 16);
                at += 4;
            }
            text.append(c);
        }
        expect("\"");
        return text.toString();
    }

    boolean comesNext(char c) {
        return !atEnd() && line.charAt(at) == c;
    }

    private static boolean isWord(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || isDigit(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
