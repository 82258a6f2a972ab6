package wasm2obj.driver;

/** Something outside the compiler is wrong: a file, a tool, the module. The message is one line. Exit status 1. */
public final class InputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InputException(String message) {
        super(message, null, false, false);
    }
}
