package wasm2obj.ir;

/** Text that is not in the IR's text form; the message says the line and what was expected. */
public final class SyntaxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SyntaxException(int line, String message) {
        super("line " + line + ": " + message);
    }
}
