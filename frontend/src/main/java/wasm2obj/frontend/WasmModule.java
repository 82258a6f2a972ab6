package wasm2obj.frontend;

import java.util.ArrayList;
import java.util.List;
import wasm2obj.frontend.WasmException.Invalid;

/**
 * A module as its sections declare it. The parser fills it; afterwards it does not change, and any number of threads may
 * read it.
 *
 * <p>Index spaces start with the imports, as in WebAssembly. Function bodies, data and custom sections are ranges of
 * {@link #bytes}; nothing is copied.
 */
public final class WasmModule {
    /** No such index. */
    public static final int NONE = -1;

    private final byte[] bytes;
    private final Features features;
    private final TypeSection types;

    final List<Import> imports = new ArrayList<>();
    final List<Export> exports = new ArrayList<>();
    final List<TableType> tables = new ArrayList<>();
    final List<MemoryType> memories = new ArrayList<>();
    final List<GlobalType> globals = new ArrayList<>();
    final List<ElementSegment> elementSegments = new ArrayList<>();
    final List<DataSegment> dataSegments = new ArrayList<>();
    final List<CustomSection> customSections = new ArrayList<>();

    int functionCount;
    int[] functionTypes = new int[16];
    int tagCount;
    int[] tagTypes = new int[4];
    private boolean[] declaredReferences = new boolean[0];

    int importedFunctionCount;
    int importedTableCount;
    int importedMemoryCount;
    int importedGlobalCount;
    int importedTagCount;

    int start = NONE;
    int dataCount = NONE;

    /** Whether constant expressions have instructions on objects. */
    boolean usesObjectConstants;

    int codeStart;
    int codeEnd;
    int[] bodyStarts = new int[0];
    int[] bodyEnds = bodyStarts;
    NameSection names;

    WasmModule(byte[] bytes, Features features) {
        this.bytes = bytes;
        this.features = features;
        types = new TypeSection(features);
        names = NameSection.EMPTY;
    }

    /** The module's bytes, which nobody changes. */
    public byte[] bytes() {
        return bytes;
    }

    public Features features() {
        return features;
    }

    public TypeSection types() {
        return types;
    }

    // ---- functions ----

    /** Number of functions, imports included. */
    public int functionCount() {
        return functionCount;
    }

    public int importedFunctionCount() {
        return importedFunctionCount;
    }

    /** The type index that the function was declared with. */
    public int functionType(int function) {
        return functionTypes[function];
    }

    /** Offset in the module of a defined function's body, which starts with its locals. */
    public int bodyStart(int function) {
        return bodyStarts[function - importedFunctionCount];
    }

    /** Offset in the module behind a defined function's body. */
    public int bodyEnd(int function) {
        return bodyEnds[function - importedFunctionCount];
    }

    /** Offset in the module of the code section's contents, which DWARF counts from. */
    public int codeStart() {
        return codeStart;
    }

    /** Offset in the module behind the code section. */
    public int codeEnd() {
        return codeEnd;
    }

    /** Whether {@code ref.func} in bodies may name the function. */
    public boolean isReferenceDeclared(int function) {
        return function < declaredReferences.length && declaredReferences[function];
    }

    /** The index of the start function, or {@link #NONE}. */
    public int start() {
        return start;
    }

    // ---- tables, memories, globals, tags ----

    public int tableCount() {
        return tables.size();
    }

    public int importedTableCount() {
        return importedTableCount;
    }

    public TableType table(int index) {
        return tables.get(index);
    }

    public int memoryCount() {
        return memories.size();
    }

    public int importedMemoryCount() {
        return importedMemoryCount;
    }

    public MemoryType memory(int index) {
        return memories.get(index);
    }

    public int globalCount() {
        return globals.size();
    }

    public int importedGlobalCount() {
        return importedGlobalCount;
    }

    public GlobalType global(int index) {
        return globals.get(index);
    }

    public int tagCount() {
        return tagCount;
    }

    public int importedTagCount() {
        return importedTagCount;
    }

    /** The type index of a tag: a function type without results. */
    public int tagType(int index) {
        return tagTypes[index];
    }

    // ---- lists ----

    /** All imports in their order. Not to be changed. */
    public List<Import> imports() {
        return imports;
    }

    /** All exports in their order. Not to be changed. */
    public List<Export> exports() {
        return exports;
    }

    public int elementSegmentCount() {
        return elementSegments.size();
    }

    public ElementSegment elementSegment(int index) {
        return elementSegments.get(index);
    }

    public int dataSegmentCount() {
        return dataSegments.size();
    }

    public DataSegment dataSegment(int index) {
        return dataSegments.get(index);
    }

    /** What the data count section says, or {@link #NONE} if there is none. */
    public int dataCount() {
        return dataCount;
    }

    /** All custom sections in their order. Not to be changed. */
    public List<CustomSection> customSections() {
        return customSections;
    }

    /** The first custom section with the name, or null. */
    public CustomSection customSection(String name) {
        for (CustomSection section : customSections) {
            if (section.name().equals(name)) {
                return section;
            }
        }
        return null;
    }

    /** The name section; an empty one if there is none. */
    public NameSection names() {
        return names;
    }

    // ---- for the parser and the translator ----

    /** Reads the index of a data segment in a body: their number must have been told beforehand. */
    int readDataIndex(ByteReader reader) {
        int at = reader.position();
        int segment = reader.u32();
        if (dataCount == NONE) {
            throw new WasmException.Malformed(at, "data count section required");
        }
        if (Integer.compareUnsigned(segment, dataCount) >= 0) {
            throw new WasmException.Invalid(
                    at, "unknown data segment " + Integer.toUnsignedString(segment));
        }
        return segment;
    }

    /** Reads a function index and checks it. */
    int readFunctionIndex(ByteReader reader) {
        return readIndex(reader, "function", functionCount);
    }

    int readTableIndex(ByteReader reader) {
        return readIndex(reader, "table", tables.size());
    }

    int readMemoryIndex(ByteReader reader) {
        return readIndex(reader, "memory", memories.size());
    }

    int readGlobalIndex(ByteReader reader) {
        return readIndex(reader, "global", globals.size());
    }

    int readTagIndex(ByteReader reader) {
        return readIndex(reader, "tag", tagCount);
    }

    static int readIndex(ByteReader reader, String what, int count) {
        int at = reader.position();
        int index = reader.u32();
        if (Integer.compareUnsigned(index, count) >= 0) {
            throw new Invalid(at, "unknown " + what + " " + Integer.toUnsignedString(index));
        }
        return index;
    }

    /** Notes that the function is mentioned outside of bodies. */
    void declareReference(int function) {
        if (declaredReferences.length < functionCount) {
            declaredReferences = java.util.Arrays.copyOf(declaredReferences, functionCount);
        }
        declaredReferences[function] = true;
    }
}
