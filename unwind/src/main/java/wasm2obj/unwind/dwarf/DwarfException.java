package wasm2obj.unwind.dwarf;

/** Debug sections that do not follow the standard, or use more of it than is understood here. */
public final class DwarfException extends Exception {
    private static final long serialVersionUID = 1;

    DwarfException(String message) {
        super(message);
    }
}
