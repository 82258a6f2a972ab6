package wasm2obj.frontend;

/**
 * A table.
 *
 * @param element type of the elements, a {@link ValueType} reference
 * @param is64 whether indices are i64
 * @param minimum number of elements, unsigned
 * @param maximum number of elements, unsigned; all ones if there is no limit
 * @param initial what the elements are at first; null for null, and for imported tables
 */
public record TableType(
        int element, boolean is64, long minimum, long maximum, ConstantExpression initial) {
    /** The type of indices. */
    public int addressType() {
        return is64 ? ValueType.I64 : ValueType.I32;
    }
}
