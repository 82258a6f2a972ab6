package wasm2obj.driver;

/** An import that cannot be bound, in a program. The message is a line without the file's name. */
final class LinkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LinkException(String message) {
        super(message, null, false, false);
    }
}
