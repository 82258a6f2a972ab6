package wasm2obj.frontend;

/**
 * A memory.
 *
 * @param is64 whether addresses are i64
 * @param shared whether threads may share it
 * @param pageShift log2 of the page size in bytes: 16 or 0
 * @param minimum in pages, unsigned
 * @param maximum in pages, unsigned; all ones if there is no limit
 */
public record MemoryType(boolean is64, boolean shared, int pageShift, long minimum, long maximum) {
    /** The type of addresses. */
    public int addressType() {
        return is64 ? ValueType.I64 : ValueType.I32;
    }

    /** The largest number of pages that addresses of this type can reach. */
    static long pageLimit(boolean is64, int pageShift) {
        if (is64) {
            return pageShift == 0 ? -1L : 1L << (64 - pageShift);
        }
        return pageShift == 0 ? 0xffff_ffffL : 1L << (32 - pageShift);
    }
}
