package wasm2obj.ir;

/**
 * What a function's code depends on beside its body: the module's entities as the IR names them, by index. Filled by
 * the frontend and the driver's whole-module analysis before the first body is translated, and not changed afterwards.
 *
 * @param types signatures by type index; null for types that are not function types
 * @param canonicalTypes for each type index the lowest index of a type that is the same one
 * @param finalTypes whether a type can have no subtype
 * @param typeDepths number of supertypes by type index
 * @param supertypes index of the supertype by type index, a canonical one; -1 if there is none
 * @param functionTypes type index by function index, imported functions first
 * @param importedFunctionCount number of imported functions
 * @param globals globals by index
 * @param memories memories by index
 * @param tables tables by index
 * @param tags tags by index
 */
public record Module(
        Signature[] types,
        int[] canonicalTypes,
        boolean[] finalTypes,
        int[] typeDepths,
        int[] supertypes,
        int[] functionTypes,
        int importedFunctionCount,
        Global[] globals,
        Memory[] memories,
        Table[] tables,
        Tag[] tags) {

    /** The signature of a function. */
    public Signature signature(int function) {
        return types[functionTypes[function]];
    }

    /** Whether all values of one type of the module are of the other. */
    public boolean isSubtype(int type, int of) {
        int wanted = canonicalTypes[of];
        int at = canonicalTypes[type];
        while (at >= 0 && at != wanted) {
            at = supertypes[at];
        }
        return at >= 0;
    }

    public boolean isImported(int function) {
        return function < importedFunctionCount;
    }

    /**
     * A global.
     *
     * @param type its type
     * @param mutable whether it may change after instantiation
     * @param imported whether its cell belongs to another instance or the host
     * @param constant its value is known to be {@code value}: immutable, not imported, initialised by a constant
     * @param value the bits, if constant and scalar
     */
    public record Global(
            Type type, boolean mutable, boolean imported, boolean constant, long value) {}

    /**
     * A memory.
     *
     * @param imported whether it belongs to another instance or the host
     * @param shared whether threads share it
     * @param is64 whether addresses are i64
     * @param pageShift log2 of the page size in bytes
     * @param minimum in pages
     * @param maximum in pages
     * @param pinned the context register is the address of its byte 0
     * @param guarded every 32-bit index with any displacement below 2^31 and 16 bytes more stays in its reservation, so
     *     that no check is needed
     */
    public record Memory(
            boolean imported,
            boolean shared,
            boolean is64,
            int pageShift,
            long minimum,
            long maximum,
            boolean pinned,
            boolean guarded) {
        /** Whether the context has the address of its record: the record itself belongs to somebody else, or to several. */
        public boolean isByAddress() {
            return imported || shared;
        }
    }

    /**
     * A table.
     *
     * @param type of the elements, FUNC or REF
     * @param imported whether it belongs to another instance or the host
     * @param is64 whether indices are i64
     * @param minimum number of elements
     * @param maximum number of elements; -1 if unlimited
     * @param constant no one ever changes it: not imported, not exported, written by active segments with known
     *     functions only; all calls through it use {@link Opcode#CALL_INDIRECT}
     */
    public record Table(
            Type type,
            boolean imported,
            boolean is64,
            long minimum,
            long maximum,
            boolean constant) {}

    /**
     * A tag.
     *
     * @param type index of its type, whose parameters are the payload
     * @param imported whether it belongs to another instance or the host
     */
    public record Tag(int type, boolean imported) {}
}
