package wasm2obj.frontend;

/**
 * What is wrong with a module, for the person who has it. {@link #getMessage} is one line without the file's name:
 *
 * <pre>0x1a2: error: type mismatch: expected i32, found i64 (function 12 "main")</pre>
 *
 * <p>The four kinds are the four things that can be wrong; a fault of the compiler itself is never one of them.
 */
public abstract sealed class WasmException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int NO_FUNCTION = -1;

    private final int offset;
    private int functionIndex = NO_FUNCTION;
    private String functionName;

    private WasmException(int offset, String detail) {
        super(detail, null, false, false);
        this.offset = offset;
    }

    /** The bytes are not a module of the binary format. */
    public static final class Malformed extends WasmException {
        private static final long serialVersionUID = 1L;

        public Malformed(int offset, String detail) {
            super(offset, detail);
        }
    }

    /** The module can be decoded, but breaks a rule of validation. */
    public static final class Invalid extends WasmException {
        private static final long serialVersionUID = 1L;

        public Invalid(int offset, String detail) {
            super(offset, detail);
        }
    }

    /** The module uses something that is not implemented. */
    public static final class Unsupported extends WasmException {
        private static final long serialVersionUID = 1L;

        public Unsupported(int offset, String detail) {
            super(offset, detail);
        }
    }

    /** The module is larger in some respect than {@link Limits} allows. */
    public static final class LimitExceeded extends WasmException {
        private static final long serialVersionUID = 1L;

        public LimitExceeded(int offset, String detail) {
            super(offset, detail);
        }
    }

    /** Says in which function the error is. {@code name} may be null. */
    WasmException inFunction(int index, String name) {
        functionIndex = index;
        functionName = name;
        return this;
    }

    /** Byte offset in the module. */
    public int offset() {
        return offset;
    }

    /** What is wrong, without position and function. */
    public String detail() {
        return super.getMessage();
    }

    /** The index of the function whose body has the error, or -1. */
    public int functionIndex() {
        return functionIndex;
    }

    @Override
    public String getMessage() {
        return "0x" + Integer.toHexString(offset) + ": error: " + detailInFunction();
    }

    /** What is wrong and in which function, without the position. */
    public String detailInFunction() {
        StringBuilder text = new StringBuilder(detail());
        if (functionIndex != NO_FUNCTION) {
            text.append(" (function ").append(functionIndex);
            if (functionName != null) {
                text.append(" \"").append(printable(functionName)).append('"');
            }
            text.append(')');
        }
        return text.toString();
    }

    /** The name with what could break the line or fool a terminal replaced, and cut when it is very long. */
    static String printable(String name) {
        final int longest = 200;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.length() && i < longest; i++) {
            char c = name.charAt(i);
            text.append(Character.isISOControl(c) || c == '"' || isDirectional(c) ? '?' : c);
        }
        return name.length() > longest ? text.append("...").toString() : text.toString();
    }

    /** Line separators and the characters that turn the direction of writing. */
    private static boolean isDirectional(char c) {
        return c >= '\u200e' && c <= '\u200f'
                || c >= '\u2028' && c <= '\u202e'
                || c >= '\u2066' && c <= '\u2069';
    }
}
