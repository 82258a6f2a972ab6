package wasm2obj.text;

/**
 * What is wrong with a text, or with a module that is to be printed. {@link #getMessage} is one line without the file's
 * name: {@code 3:14: error: unknown operator foo}, or for a module {@code 0x1a2: error: unexpected end}.
 */
public final class WatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    private WatException(String message, int line, int column) {
        super(message, null, false, false);
        this.line = line;
        this.column = column;
    }

    static WatException inText(int line, int column, String detail) {
        return new WatException(line + ":" + column + ": error: " + detail, line, column);
    }

    static WatException inModule(int offset, String detail) {
        return new WatException("0x" + Integer.toHexString(offset) + ": error: " + detail, 0, 0);
    }

    /** The line from 1 on; 0 if a module is wrong. */
    public int line() {
        return line;
    }

    /** The column from 1 on, in code points; 0 if a module is wrong. */
    public int column() {
        return column;
    }
}
