package wasm2obj.frontend;

import java.util.Arrays;
import wasm2obj.frontend.WasmException.Invalid;
import wasm2obj.frontend.WasmException.LimitExceeded;
import wasm2obj.frontend.WasmException.Malformed;
import wasm2obj.ir.Signature;
import wasm2obj.ir.Type;

/**
 * The types that a module defines, their identity and their subtyping.
 *
 * <p><b>Identity.</b> Two defined types are the same if their recursion groups have the same structure and they stand at
 * the same place in it. So each group is looked up, when it is complete, in a hash table of the groups before it. A group
 * that is not new is dropped, and its types get the indices of the earlier ones as their {@link #canonical} index. All
 * type indices inside definitions and in value types are canonical, so identity is equality of ints.
 *
 * <p>Inside a group that is being read, references to its own types are plain indices, which lie at or above the group's
 * start; all others lie below. To compare two groups, the former are taken relative to the start of their group.
 *
 * <p><b>Subtyping</b> of defined types is declared: each has at most one supertype, and the chain of supertypes has a
 * small bound, so a test walks it.
 *
 * <p>Definitions lie in one int pool. Function: number of parameters, number of results, their types. Structure: number
 * of fields, and for each its storage type and 1 if it is mutable. Array: the same for its one field.
 */
public final class TypeSection {
    public static final int FUNCTION = 0;
    public static final int STRUCT = 1;
    public static final int ARRAY = 2;

    private static final int NONE = -1;

    /** Marks a type index as relative to its group; above every type index. */
    private static final int RELATIVE = 1 << 27;

    private final Features features;

    private int count;
    private byte[] kinds = new byte[16];
    private boolean[] finals = new boolean[16];
    private int[] supertypes = new int[16];
    private byte[] depths = new byte[16];
    private int[] starts = new int[16];
    private int[] canonicals = new int[16];
    private int[] groups = new int[16];
    private Signature[] signatures = new Signature[16];
    private ObjectLayout[] layouts = new ObjectLayout[16];

    /** Type indices below this may be used: those of complete groups and of the one being read. */
    private int usable;

    private int poolSize;
    private int[] pool = new int[64];

    // The groups that are kept: hash table of indices into the arrays of group starts, sizes and
    // hashes; 0 is free.
    private int groupCount;
    private int[] groupStarts = new int[16];
    private int[] groupSizes = new int[16];
    private long[] groupHashes = new long[16];
    private int[] table = new int[32];

    TypeSection(Features features) {
        this.features = features;
    }

    // ---- what others ask ----

    /** Number of types. */
    public int count() {
        return count;
    }

    /** Whether any type is one of objects. */
    boolean hasObjects() {
        for (int type = 0; type < count; type++) {
            if (kinds[type] != FUNCTION) {
                return true;
            }
        }
        return false;
    }

    /** {@link #FUNCTION}, {@link #STRUCT} or {@link #ARRAY}. */
    public int kind(int type) {
        return kinds[type];
    }

    public boolean isFunction(int type) {
        return kinds[type] == FUNCTION;
    }

    /** The lowest index of a type that is the same one. */
    public int canonical(int type) {
        return canonicals[type];
    }

    /** The index of the first type of the recursion group that the type was declared in. */
    public int group(int type) {
        return groups[type];
    }

    /** The canonical index of the supertype, or -1. */
    public int supertype(int type) {
        return supertypes[type];
    }

    /** The number of the type's supertypes. */
    public int depth(int type) {
        return depths[type];
    }

    /** Where objects of the type have their fields; null for a function type. */
    public ObjectLayout layout(int type) {
        return layouts[type];
    }

    /** Whether the type can have no subtype. */
    public boolean isFinal(int type) {
        return finals[type];
    }

    /** The signature of a function type as the IR sees it; null for other types. */
    public Signature signature(int type) {
        return signatures[type];
    }

    public int parameterCount(int functionType) {
        return pool[starts[functionType]];
    }

    public int resultCount(int functionType) {
        return pool[starts[functionType] + 1];
    }

    public int parameter(int functionType, int index) {
        return pool[starts[functionType] + 2 + index];
    }

    public int result(int functionType, int index) {
        int start = starts[functionType];
        return pool[start + 2 + pool[start] + index];
    }

    /** Number of fields of a structure, 1 for an array. */
    public int fieldCount(int type) {
        return pool[starts[type]];
    }

    /** Storage type of a field of a structure (or of an array, whose only field is number 0). */
    public int field(int type, int index) {
        return pool[starts[type] + 1 + 2 * index];
    }

    public boolean isFieldMutable(int type, int index) {
        return pool[starts[type] + 2 + 2 * index] != 0;
    }

    /** Whether references to the heap type are function references. */
    public boolean isFunctionHeap(int heap) {
        if (ValueType.isAbstract(heap)) {
            return heap == ValueType.HEAP_FUNC || heap == ValueType.HEAP_NOFUNC;
        }
        return kinds[heap] == FUNCTION;
    }

    // ---- subtyping ----

    /** Whether values of the type {@code sub} are values of the type {@code type}. */
    public boolean matches(int sub, int type) {
        if (sub == type || sub == ValueType.BOTTOM) {
            return true;
        }
        if (!ValueType.isReference(sub)) {
            return false;
        }
        if (!ValueType.isReference(type)) {
            return type == ValueType.ANY_REFERENCE;
        }
        return (!ValueType.isNullable(sub) || ValueType.isNullable(type))
                && heapMatches(ValueType.heap(sub), ValueType.heap(type));
    }

    boolean heapMatches(int sub, int heap) {
        if (sub == heap || sub == ValueType.HEAP_BOTTOM) {
            return true;
        }
        if (!ValueType.isAbstract(heap)) {
            return ValueType.isAbstract(sub) ? sub == bottomOf(heap) : isDeclaredSubtype(sub, heap);
        }
        return switch (heap) {
            case ValueType.HEAP_ANY -> isBelowAny(sub);
            case ValueType.HEAP_EQ -> sub != ValueType.HEAP_ANY && isBelowAny(sub);
            case ValueType.HEAP_I31 -> sub == ValueType.HEAP_NONE;
            case ValueType.HEAP_STRUCT -> isKind(sub, STRUCT) || sub == ValueType.HEAP_NONE;
            case ValueType.HEAP_ARRAY -> isKind(sub, ARRAY) || sub == ValueType.HEAP_NONE;
            case ValueType.HEAP_FUNC -> isKind(sub, FUNCTION) || sub == ValueType.HEAP_NOFUNC;
            case ValueType.HEAP_EXTERN -> sub == ValueType.HEAP_NOEXTERN;
            case ValueType.HEAP_EXN -> sub == ValueType.HEAP_NOEXN;
            default -> false;
        };
    }

    private boolean isKind(int heap, int kind) {
        return !ValueType.isAbstract(heap) && kinds[heap] == kind;
    }

    private boolean isBelowAny(int heap) {
        if (!ValueType.isAbstract(heap)) {
            return kinds[heap] != FUNCTION;
        }
        return switch (heap) {
            case ValueType.HEAP_ANY,
                    ValueType.HEAP_EQ,
                    ValueType.HEAP_I31,
                    ValueType.HEAP_STRUCT,
                    ValueType.HEAP_ARRAY,
                    ValueType.HEAP_NONE ->
                    true;
            default -> false;
        };
    }

    /** The heap type above all others of the hierarchy that the heap type belongs to. */
    int topOf(int heap) {
        if (isFunctionHeap(heap)) {
            return ValueType.HEAP_FUNC;
        }
        return switch (heap) {
            case ValueType.HEAP_EXTERN, ValueType.HEAP_NOEXTERN -> ValueType.HEAP_EXTERN;
            case ValueType.HEAP_EXN, ValueType.HEAP_NOEXN -> ValueType.HEAP_EXN;
            default -> ValueType.HEAP_ANY;
        };
    }

    /** Whether no reference but null is of the heap type. */
    boolean isBottom(int heap) {
        return switch (heap) {
            case ValueType.HEAP_NONE,
                    ValueType.HEAP_NOFUNC,
                    ValueType.HEAP_NOEXTERN,
                    ValueType.HEAP_NOEXN ->
                    true;
            default -> false;
        };
    }

    /** Whether references to the heap type are to structures and arrays only, or null. */
    boolean isObjectHeap(int heap) {
        return isAbstractObject(heap) || !ValueType.isAbstract(heap) && kinds[heap] != FUNCTION;
    }

    private static boolean isAbstractObject(int heap) {
        return heap == ValueType.HEAP_STRUCT || heap == ValueType.HEAP_ARRAY;
    }

    private int bottomOf(int type) {
        return kinds[type] == FUNCTION ? ValueType.HEAP_NOFUNC : ValueType.HEAP_NONE;
    }

    /** Whether {@code type} is {@code sub} or above it; both are canonical. */
    boolean isDeclaredSubtype(int sub, int type) {
        int at = sub;
        for (int steps = depths[sub] - depths[type]; steps > 0; steps--) {
            at = supertypes[at];
        }
        return at == type;
    }

    // ---- reading types ----

    private void require(Feature feature, int at, String what) {
        if (!features.has(feature)) {
            throw new Invalid(at, what + feature.isOff());
        }
    }

    /** Reads a value type. */
    int readValueType(ByteReader reader) {
        int at = reader.position();
        int first = reader.u8();
        switch (first) {
            case 0x7f:
                return ValueType.I32;
            case 0x7e:
                return ValueType.I64;
            case 0x7d:
                return ValueType.F32;
            case 0x7c:
                return ValueType.F64;
            case 0x7b:
                require(Feature.SIMD, at, "v128");
                return ValueType.V128;
            case 0x70:
                require(Feature.REFERENCE_TYPES, at, "funcref");
                return ValueType.FUNCREF;
            default:
                return readReference(reader, at, first, "malformed value type");
        }
    }

    /** Reads a reference type. */
    int readReferenceType(ByteReader reader) {
        int at = reader.position();
        return readReference(reader, at, reader.u8(), "malformed reference type");
    }

    private int readReference(ByteReader reader, int at, int first, String malformed) {
        if (first == 0x63 || first == 0x64) {
            require(Feature.FUNCTION_REFERENCES, at, "typed reference");
            return ValueType.reference(readHeapType(reader), first == 0x63);
        }
        if (!isAbstractHeap(first)) {
            throw new Malformed(at, malformed);
        }
        checkHeapFeature(at, first);
        return ValueType.reference(ValueType.ABSTRACT | first, true);
    }

    /** Reads a heap type. */
    int readHeapType(ByteReader reader) {
        int at = reader.position();
        long heap = reader.s33();
        if (heap >= 0) {
            require(Feature.FUNCTION_REFERENCES, at, "typed reference");
            return use(at, heap);
        }
        int first = (int) (heap & 0x7f);
        if (heap < -0x40 || !isAbstractHeap(first)) {
            throw new Malformed(at, "malformed heap type");
        }
        checkHeapFeature(at, first);
        return ValueType.ABSTRACT | first;
    }

    private static boolean isAbstractHeap(int first) {
        return first >= 0x69 && first <= 0x74;
    }

    private void checkHeapFeature(int at, int first) {
        switch (ValueType.ABSTRACT | first) {
            case ValueType.HEAP_FUNC -> {} // In 1.0 as the type of tables.
            case ValueType.HEAP_EXTERN -> require(Feature.REFERENCE_TYPES, at, "externref");
            case ValueType.HEAP_EXN, ValueType.HEAP_NOEXN ->
                    require(Feature.EXCEPTIONS, at, "exception reference");
            default -> require(Feature.GC, at, "heap type");
        }
    }

    /** Reads a type index; the result is canonical, or plain within the group being read. */
    int readTypeIndex(ByteReader reader) {
        int at = reader.position();
        return use(at, reader.u32() & 0xffff_ffffL);
    }

    private int use(int at, long type) {
        if (type >= usable) {
            throw new Invalid(at, "unknown type " + type);
        }
        return canonicals[(int) type];
    }

    /** Reads the index of a function type; the result is canonical. */
    int readFunctionTypeIndex(ByteReader reader) {
        int at = reader.position();
        return functionType(at, reader.u32() & 0xffff_ffffL);
    }

    /** Checks the index of a function type; the result is canonical. */
    int functionType(int at, long index) {
        int type = use(at, index);
        if (kinds[type] != FUNCTION) {
            throw new Invalid(at, "type mismatch: type " + type + " is not a function type");
        }
        return type;
    }

    private int readKind(ByteReader reader, int kind, String name) {
        int at = reader.position();
        int type = use(at, reader.u32() & 0xffff_ffffL);
        if (kinds[type] != kind) {
            throw new Invalid(at, "type mismatch: type " + type + " is not " + name + " type");
        }
        return type;
    }

    /** Reads the index of a structure type; the result is canonical. */
    int readStructTypeIndex(ByteReader reader) {
        return readKind(reader, STRUCT, "a structure");
    }

    /** Reads the index of an array type; the result is canonical. */
    int readArrayTypeIndex(ByteReader reader) {
        return readKind(reader, ARRAY, "an array");
    }

    // ---- the section ----

    /** Reads the contents of the type section. */
    void readSection(ByteReader reader) {
        int groups = reader.count("types", Limits.TYPES, 1);
        for (int i = 0; i < groups; i++) {
            readGroup(reader);
        }
    }

    private void readGroup(ByteReader reader) {
        int size = 1;
        if (reader.peek() == 0x4e) {
            require(Feature.GC, reader.position(), "recursion group");
            reader.u8();
            size = reader.count("types", Limits.TYPES, 1);
        }
        int start = count;
        int poolStart = poolSize;
        ByteReader.checkLimit(reader.position(), "types", (long) start + size, Limits.TYPES);
        reserveTypes(start + size);
        usable = start + size;
        for (int i = start; i < usable; i++) {
            canonicals[i] = i;
            groups[i] = start;
        }
        int at = reader.position();
        for (int i = 0; i < size; i++) {
            readSubtype(reader);
        }
        if (size > 0) {
            finishGroup(at, start, size, poolStart);
        }
    }

    private void reserveTypes(int size) {
        if (size > kinds.length) {
            int grown = Math.max(size, 2 * kinds.length);
            kinds = Arrays.copyOf(kinds, grown);
            finals = Arrays.copyOf(finals, grown);
            supertypes = Arrays.copyOf(supertypes, grown);
            depths = Arrays.copyOf(depths, grown);
            starts = Arrays.copyOf(starts, grown);
            canonicals = Arrays.copyOf(canonicals, grown);
            groups = Arrays.copyOf(groups, grown);
            signatures = Arrays.copyOf(signatures, grown);
            layouts = Arrays.copyOf(layouts, grown);
        }
    }

    private void readSubtype(ByteReader reader) {
        int type = count;
        finals[type] = true;
        supertypes[type] = NONE;
        int first = reader.peek();
        if (first == 0x50 || first == 0x4f) {
            require(Feature.GC, reader.position(), "subtype");
            reader.u8();
            finals[type] = first == 0x4f;
            readSupertype(reader, type);
        }
        readComposite(reader, type);
        count = type + 1;
    }

    private void readSupertype(ByteReader reader, int type) {
        int at = reader.position();
        int supers = reader.count("supertypes", Integer.MAX_VALUE, 1);
        if (supers > 1) {
            throw new Invalid(at, "sub type " + type + " has more than one super type");
        }
        if (supers == 1) {
            int supertypeAt = reader.position();
            long supertype = reader.u32() & 0xffff_ffffL;
            if (supertype >= type) {
                throw new Invalid(supertypeAt, "unknown type " + supertype);
            }
            supertypes[type] = canonicals[(int) supertype];
        }
    }

    private void readComposite(ByteReader reader, int type) {
        int at = reader.position();
        starts[type] = poolSize;
        switch (reader.u8()) {
            case 0x60 -> readFunction(reader, type);
            case 0x5f -> {
                require(Feature.GC, at, "structure type");
                readStruct(reader, type);
            }
            case 0x5e -> {
                require(Feature.GC, at, "array type");
                kinds[type] = ARRAY;
                add(1);
                readField(reader);
            }
            default -> throw new Malformed(at, "malformed definition type");
        }
    }

    private void readFunction(ByteReader reader, int type) {
        kinds[type] = FUNCTION;
        int start = poolSize;
        add(0);
        add(0);
        int parameters = readList(reader, "parameters", Limits.PARAMETERS);
        int at = reader.position();
        int results = readList(reader, "results", Limits.RESULTS);
        if (results > 1 && !features.has(Feature.MULTI_VALUE)) {
            throw new Invalid(at, "invalid result arity" + Feature.MULTI_VALUE.isOff());
        }
        pool[start] = parameters;
        pool[start + 1] = results;
    }

    private int readList(ByteReader reader, String what, int limit) {
        int number = reader.count(what, limit, 1);
        for (int i = 0; i < number; i++) {
            add(readValueType(reader));
        }
        return number;
    }

    private void readStruct(ByteReader reader, int type) {
        kinds[type] = STRUCT;
        int fields = reader.count("fields", Limits.STRUCT_FIELDS, 2);
        add(fields);
        for (int i = 0; i < fields; i++) {
            readField(reader);
        }
    }

    private void readField(ByteReader reader) {
        int packed = reader.peek();
        if (packed == 0x78 || packed == 0x77) {
            reader.u8();
            add(packed == 0x78 ? ValueType.I8 : ValueType.I16);
        } else {
            add(readValueType(reader));
        }
        int at = reader.position();
        int mutable = reader.u8();
        if (mutable > 1) {
            throw new Malformed(at, "malformed mutability");
        }
        add(mutable);
    }

    private void add(int value) {
        if (poolSize == pool.length) {
            pool = Arrays.copyOf(pool, 2 * poolSize);
        }
        pool[poolSize++] = value;
    }

    // ---- groups ----

    private void finishGroup(int at, int start, int size, int poolStart) {
        long hash = hash(start, size);
        int slot = find(hash, start, size);
        if (table[slot] != 0) {
            poolSize = poolStart;
            replaceGroup(start, size, groupStarts[table[slot] - 1]);
            return;
        }
        addGroup(slot, hash, start, size);
        for (int type = start; type < start + size; type++) {
            setDepth(at, type);
        }
        for (int type = start; type < start + size; type++) {
            checkSupertype(at, type);
        }
        for (int type = start; type < start + size; type++) {
            if (kinds[type] == FUNCTION) {
                signatures[type] = makeSignature(type);
            } else {
                layouts[type] = new ObjectLayout(this, type);
            }
        }
    }

    private void replaceGroup(int start, int size, int original) {
        for (int i = 0; i < size; i++) {
            canonicals[start + i] = original + i;
            supertypes[start + i] = supertypes[original + i];
            depths[start + i] = depths[original + i];
            starts[start + i] = starts[original + i];
            signatures[start + i] = signatures[original + i];
            layouts[start + i] = layouts[original + i];
        }
    }

    private void addGroup(int slot, long hash, int start, int size) {
        if (groupCount == groupStarts.length) {
            int grown = 2 * groupCount;
            groupStarts = Arrays.copyOf(groupStarts, grown);
            groupSizes = Arrays.copyOf(groupSizes, grown);
            groupHashes = Arrays.copyOf(groupHashes, grown);
        }
        groupStarts[groupCount] = start;
        groupSizes[groupCount] = size;
        groupHashes[groupCount] = hash;
        table[slot] = ++groupCount;
        if (2 * groupCount > table.length) {
            rehash();
        }
    }

    private void rehash() {
        int mask = 2 * table.length - 1;
        int[] grown = new int[mask + 1];
        for (int group = 0; group < groupCount; group++) {
            int slot = (int) groupHashes[group] & mask;
            while (grown[slot] != 0) {
                slot = slot + 1 & mask;
            }
            grown[slot] = group + 1;
        }
        table = grown;
    }

    /** The slot of the table that holds an equal group, or the free one where it belongs. */
    private int find(long hash, int start, int size) {
        int mask = table.length - 1;
        int slot = (int) hash & mask;
        while (table[slot] != 0) {
            int group = table[slot] - 1;
            if (groupHashes[group] == hash
                    && groupSizes[group] == size
                    && sameStructure(groupStarts[group], start, size)) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private long hash(int start, int size) {
        long hash = size;
        for (int type = start; type < start + size; type++) {
            hash = mix(hash, kinds[type] << 1 | (finals[type] ? 1 : 0));
            hash = mix(hash, relativeIndex(supertypes[type], start));
            for (int i = starts[type], end = definitionEnd(type); i < end; i++) {
                hash = mix(hash, relative(pool[i], start));
            }
        }
        return hash;
    }

    private static long mix(long hash, int value) {
        long mixed = (hash ^ value) * 0x9e37_79b9_7f4a_7c15L;
        return mixed ^ mixed >>> 29;
    }

    private int definitionEnd(int type) {
        int start = starts[type];
        return kinds[type] == FUNCTION
                ? start + 2 + pool[start] + pool[start + 1]
                : start + 1 + 2 * pool[start];
    }

    /** Whether the types of two groups of one size, relative to where the groups start, are written alike. */
    private boolean sameStructure(int one, int other, int size) {
        for (int i = 0; i < size; i++) {
            int first = one + i;
            int second = other + i;
            if (kinds[first] != kinds[second]
                    || finals[first] != finals[second]
                    || relativeIndex(supertypes[first], one)
                            != relativeIndex(supertypes[second], other)
                    || !sameDefinition(first, one, second, other)) {
                return false;
            }
        }
        return true;
    }

    private boolean sameDefinition(int first, int firstGroup, int second, int secondGroup) {
        int start = starts[first];
        int offset = starts[second] - start;
        int length = definitionEnd(first) - start;
        if (definitionEnd(second) - starts[second] != length) {
            return false;
        }
        for (int i = start; i < start + length; i++) {
            if (relative(pool[i], firstGroup) != relative(pool[i + offset], secondGroup)) {
                return false;
            }
        }
        return true;
    }

    /** An int of a definition with a reference into its own group made relative. Counts are no references. */
    private static int relative(int value, int group) {
        boolean inGroup =
                ValueType.isReference(value)
                        && !ValueType.isAbstract(ValueType.heap(value))
                        && ValueType.heap(value) >= group;
        return inGroup ? value - group | RELATIVE : value;
    }

    private static int relativeIndex(int type, int group) {
        return type >= group ? type - group | RELATIVE : type;
    }

    private void setDepth(int at, int type) {
        int supertype = supertypes[type];
        int depth = supertype == NONE ? 0 : depths[supertype] + 1;
        if (depth > Limits.SUBTYPING_DEPTH) {
            throw new LimitExceeded(
                    at,
                    "type " + type + " has more than " + Limits.SUBTYPING_DEPTH + " super types");
        }
        depths[type] = (byte) depth;
    }

    private void checkSupertype(int at, int type) {
        int supertype = supertypes[type];
        if (supertype != NONE
                && (finals[supertype]
                        || kinds[supertype] != kinds[type]
                        || !definitionMatches(type, supertype))) {
            throw new Invalid(at, "sub type " + type + " does not match super type " + supertype);
        }
    }

    private boolean definitionMatches(int sub, int type) {
        return kinds[sub] == FUNCTION ? functionMatches(sub, type) : fieldsMatch(sub, type);
    }

    private boolean functionMatches(int sub, int type) {
        int parameters = parameterCount(sub);
        int results = resultCount(sub);
        if (parameters != parameterCount(type) || results != resultCount(type)) {
            return false;
        }
        for (int i = 0; i < parameters; i++) {
            if (!matches(parameter(type, i), parameter(sub, i))) {
                return false;
            }
        }
        for (int i = 0; i < results; i++) {
            if (!matches(result(sub, i), result(type, i))) {
                return false;
            }
        }
        return true;
    }

    private boolean fieldsMatch(int sub, int type) {
        int fields = fieldCount(type);
        if (fieldCount(sub) < fields) {
            return false;
        }
        for (int i = 0; i < fields; i++) {
            boolean mutable = isFieldMutable(type, i);
            int subField = field(sub, i);
            int superField = field(type, i);
            if (mutable != isFieldMutable(sub, i)
                    || (mutable ? subField != superField : !matches(subField, superField))) {
                return false;
            }
        }
        return true;
    }

    private Signature makeSignature(int type) {
        Type[] parameters = new Type[parameterCount(type)];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = ValueType.irType(parameter(type, i), this);
        }
        Type[] results = new Type[resultCount(type)];
        for (int i = 0; i < results.length; i++) {
            results[i] = ValueType.irType(result(type, i), this);
        }
        return new Signature(parameters, results);
    }
}
