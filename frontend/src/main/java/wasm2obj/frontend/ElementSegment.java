package wasm2obj.frontend;

/**
 * An element segment.
 *
 * @param mode what it is for
 * @param table the table that an active segment initialises
 * @param offset where in that table; null unless active
 * @param type of the elements
 * @param functions the elements, if all are plain functions, by index; else null
 * @param expressions the elements, if {@code functions} is null
 */
public record ElementSegment(
        Mode mode,
        int table,
        ConstantExpression offset,
        int type,
        int[] functions,
        ConstantExpression[] expressions) {
    /** What a segment is for. */
    public enum Mode {
        ACTIVE,
        PASSIVE,
        DECLARED
    }

    public int length() {
        return functions != null ? functions.length : expressions.length;
    }
}
