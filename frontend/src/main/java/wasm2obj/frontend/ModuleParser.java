package wasm2obj.frontend;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import wasm2obj.frontend.WasmException.Invalid;
import wasm2obj.frontend.WasmException.LimitExceeded;
import wasm2obj.frontend.WasmException.Malformed;

/**
 * Parses a module: every section but the function bodies, of which only the ranges are noted. Each section is validated
 * while it is read, so what comes out is valid but for its bodies.
 *
 * <p>Nothing is allocated for a declared count before it is known that so many items can be in the bytes that are left.
 */
public final class ModuleParser {
    private static final int MAGIC = 0x6d73_6100;
    private static final int VERSION = 1;

    private static final int CUSTOM = 0;
    private static final int LAST_SECTION = 13;

    /** For each section id its place in the order of sections. */
    private static final byte[] ORDER = {0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6};

    private final ByteReader reader;
    private final WasmModule module;
    private final TypeSection types;
    private final ConstantReader constants;
    private final SegmentReader segments;

    private int declaredFunctions;
    private int nameSection = WasmModule.NONE;

    private ModuleParser(byte[] bytes, Features features) {
        reader = new ByteReader(bytes);
        module = new WasmModule(bytes, features);
        types = module.types();
        constants = new ConstantReader(reader, module);
        segments = new SegmentReader(reader, module, constants);
    }

    /**
     * Parses a module.
     *
     * @param bytes the whole module; it is kept, and must not change while the result is in use
     * @throws WasmException if it is not a valid module; bodies are not looked at
     */
    public static WasmModule parse(byte[] bytes, Features features) {
        return new ModuleParser(bytes, features).parse();
    }

    /**
     * Parses a module from memory that is not an array, by one copy.
     *
     * @throws WasmException as {@link #parse(byte[], Features)}
     */
    public static WasmModule parse(MemorySegment bytes, Features features) {
        if (bytes.byteSize() > Limits.MODULE_BYTES) {
            throw new LimitExceeded(
                    0,
                    bytes.byteSize() + " bytes, at most " + Limits.MODULE_BYTES + " are supported");
        }
        return parse(bytes.toArray(ValueLayout.JAVA_BYTE), features);
    }

    private WasmModule parse() {
        readHeader();
        int order = 0;
        while (!reader.atEnd()) {
            order = readSection(order);
        }
        int at = reader.position();
        if (declaredFunctions != module.bodyStarts.length) {
            throw new Malformed(at, "function and code section have inconsistent lengths");
        }
        if (module.dataCount > 0 && module.dataSegments.isEmpty()) {
            throw new Malformed(at, "data count and data section have inconsistent lengths");
        }
        if (nameSection != WasmModule.NONE) {
            CustomSection section = module.customSections.get(nameSection);
            module.names = NameSection.read(module, section.start(), section.end());
        }
        return module;
    }

    private void readHeader() {
        if (reader.remaining() < 4) {
            throw new Malformed(0, "unexpected end: magic header not detected");
        }
        if (reader.bits32() != MAGIC) {
            throw new Malformed(0, "magic header not detected");
        }
        if (reader.remaining() < 4) {
            throw new Malformed(4, "unexpected end: unknown binary version");
        }
        if (reader.bits32() != VERSION) {
            throw new Malformed(4, "unknown binary version");
        }
    }

    /** Reads a section that must come after those of the given order, and returns its own. */
    private int readSection(int order) {
        int at = reader.position();
        int end = reader.end();
        int id = reader.u8();
        if (id > LAST_SECTION) {
            throw new Malformed(at, "malformed section id " + id);
        }
        if (id == LAST_SECTION
                && !module.features().has(Feature.EXCEPTIONS)
                && !module.features().has(Feature.LEGACY_EXCEPTIONS)) {
            throw new Malformed(at, "malformed section id " + id + Feature.EXCEPTIONS.isOff());
        }
        int length = reader.length();
        int sectionEnd = reader.position() + length;
        if (id != CUSTOM && ORDER[id] <= order) {
            throw new Malformed(at, "unexpected content after last section");
        }
        reader.setRange(reader.position(), sectionEnd);
        readContents(id);
        if (!reader.atEnd()) {
            throw new Malformed(reader.position(), "section size mismatch");
        }
        reader.setRange(sectionEnd, end);
        return id == CUSTOM ? order : ORDER[id];
    }

    private void readContents(int id) {
        switch (id) {
            case CUSTOM -> readCustomSection();
            case 1 -> types.readSection(reader);
            case 2 -> readImports();
            case 3 -> readFunctions();
            case 4 -> readTables();
            case 5 -> readMemories();
            case 6 -> readGlobals();
            case 7 -> readExports();
            case 8 -> readStart();
            case 9 -> segments.readElements();
            case 10 -> readCode();
            case 11 -> segments.readData();
            case 12 -> readDataCount();
            default -> readTags();
        }
    }

    private void readCustomSection() {
        String name = reader.name();
        if (name.equals("name") && nameSection == WasmModule.NONE) {
            nameSection = module.customSections.size();
        }
        module.customSections.add(new CustomSection(name, reader.position(), reader.end()));
        reader.skip(reader.remaining());
    }

    // ---- imports ----

    private void readImports() {
        int count = reader.count("imports", Limits.IMPORTS, 4);
        for (int i = 0; i < count; i++) {
            String from = reader.name();
            String name = reader.name();
            int at = reader.position();
            ExternKind kind = ExternKind.of(reader.u8());
            if (kind == null || kind == ExternKind.TAG && !hasTags()) {
                throw new Malformed(at, "malformed import kind");
            }
            module.imports.add(new Import(from, name, kind, readImport(kind)));
        }
        module.importedFunctionCount = module.functionCount;
        module.importedTableCount = module.tables.size();
        module.importedMemoryCount = module.memories.size();
        module.importedGlobalCount = module.globals.size();
        module.importedTagCount = module.tagCount;
    }

    private boolean hasTags() {
        return module.features().has(Feature.EXCEPTIONS)
                || module.features().has(Feature.LEGACY_EXCEPTIONS);
    }

    /** Reads what is imported, and returns its index. */
    private int readImport(ExternKind kind) {
        return switch (kind) {
            case FUNCTION -> {
                addFunction();
                yield module.functionCount - 1;
            }
            case TABLE -> {
                addTable(readTableType());
                yield module.tables.size() - 1;
            }
            case MEMORY -> {
                addMemory();
                yield module.memories.size() - 1;
            }
            case GLOBAL -> {
                int type = types.readValueType(reader);
                addGlobal(new GlobalType(type, readMutability(), null));
                yield module.globals.size() - 1;
            }
            case TAG -> {
                addTag();
                yield module.tagCount - 1;
            }
        };
    }

    // ---- functions, tables, memories, tags, globals ----

    private void readFunctions() {
        int count = reader.count("functions", Limits.FUNCTIONS, 1);
        for (int i = 0; i < count; i++) {
            addFunction();
        }
        declaredFunctions = count;
    }

    private void addFunction() {
        int at = reader.position();
        int type = reader.u32();
        if (Integer.compareUnsigned(type, types.count()) >= 0) {
            throw new Invalid(at, "unknown type " + Integer.toUnsignedString(type));
        }
        if (!types.isFunction(type)) {
            throw new Invalid(at, "type mismatch: type " + type + " is not a function type");
        }
        int index = module.functionCount;
        ByteReader.checkLimit(at, "functions", index + 1L, Limits.FUNCTIONS);
        if (index == module.functionTypes.length) {
            module.functionTypes = Arrays.copyOf(module.functionTypes, 2 * index);
        }
        module.functionTypes[index] = type;
        module.functionCount = index + 1;
    }

    private void readTables() {
        int count = reader.count("tables", Limits.TABLES, 2);
        for (int i = 0; i < count; i++) {
            addTable(reader.peek() == 0x40 ? readTableWithInitial() : readTableWithoutInitial());
        }
    }

    private TableType readTableWithoutInitial() {
        int at = reader.position();
        TableType table = readTableType();
        if (!ValueType.isNullable(table.element())) {
            throw new Invalid(at, "type mismatch: the table needs an initial value");
        }
        return table;
    }

    private TableType readTableWithInitial() {
        int at = reader.position();
        reader.u8();
        if (!module.features().has(Feature.FUNCTION_REFERENCES)) {
            throw new Malformed(at, "malformed table" + Feature.FUNCTION_REFERENCES.isOff());
        }
        if (reader.u8() != 0) {
            throw new Malformed(at, "malformed table");
        }
        TableType table = readTableType();
        return new TableType(
                table.element(),
                table.is64(),
                table.minimum(),
                table.maximum(),
                constants.read(table.element()));
    }

    private TableType readTableType() {
        int element = types.readReferenceType(reader);
        int at = reader.position();
        int flags = reader.u8();
        boolean is64 = (flags & 4) != 0;
        if (flags > 5 || (flags & 2) != 0) {
            throw new Malformed(at, "malformed limits flags");
        }
        requireForFlag(at, is64, Feature.MEMORY64);
        long limit = is64 ? -1L : 0xffff_ffffL;
        long minimum = readLimit("table size", limit);
        long maximum = (flags & 1) != 0 ? readLimit("table size", limit) : -1;
        checkOrder(at, minimum, maximum);
        return new TableType(element, is64, minimum, maximum, null);
    }

    private void requireForFlag(int at, boolean isSet, Feature feature) {
        if (isSet && !module.features().has(feature)) {
            throw new Malformed(at, "malformed limits flags" + feature.isOff());
        }
    }

    private void addTable(TableType table) {
        int at = reader.position();
        module.tables.add(table);
        int count = module.tables.size();
        ByteReader.checkLimit(at, "tables", count, Limits.TABLES);
        if (count > 1 && !module.features().has(Feature.REFERENCE_TYPES)) {
            throw new Invalid(at, "multiple tables" + Feature.REFERENCE_TYPES.isOff());
        }
    }

    /** Reads one bound of limits. Since memory64 they are 64 bits wide in the binary format, whatever the address type. */
    private long readBound() {
        return module.features().has(Feature.MEMORY64)
                ? reader.u64()
                : Integer.toUnsignedLong(reader.u32());
    }

    private long readLimit(String what, long limit) {
        int at = reader.position();
        long value = readBound();
        if (Long.compareUnsigned(value, limit) > 0) {
            throw new Invalid(at, what + " must be at most " + Long.toUnsignedString(limit));
        }
        return value;
    }

    private static void checkOrder(int at, long minimum, long maximum) {
        if (Long.compareUnsigned(minimum, maximum) > 0) {
            throw new Invalid(at, "size minimum must not be greater than maximum");
        }
    }

    private void readMemories() {
        int count = reader.count("memories", Limits.MEMORIES, 2);
        for (int i = 0; i < count; i++) {
            addMemory();
        }
    }

    private void addMemory() {
        int at = reader.position();
        module.memories.add(readMemoryType());
        int count = module.memories.size();
        ByteReader.checkLimit(at, "memories", count, Limits.MEMORIES);
        if (count > 1 && !module.features().has(Feature.MULTI_MEMORY)) {
            throw new Invalid(at, "multiple memories" + Feature.MULTI_MEMORY.isOff());
        }
    }

    private MemoryType readMemoryType() {
        int at = reader.position();
        int flags = reader.u8();
        boolean shared = (flags & 2) != 0;
        boolean is64 = (flags & 4) != 0;
        boolean ownPageSize = (flags & 8) != 0;
        if (flags > 15) {
            throw new Malformed(at, "malformed limits flags");
        }
        requireForFlag(at, shared, Feature.THREADS);
        requireForFlag(at, is64, Feature.MEMORY64);
        requireForFlag(at, ownPageSize, Feature.CUSTOM_PAGE_SIZES);
        long minimum = readBound();
        long maximum = (flags & 1) != 0 ? readBound() : -1;
        int pageShift = ownPageSize ? readPageShift() : 16;
        long limit = MemoryType.pageLimit(is64, pageShift);
        checkPages(at, minimum, limit);
        if ((flags & 1) != 0) {
            checkPages(at, maximum, limit);
        } else if (shared) {
            throw new Invalid(at, "shared memory must have maximum");
        }
        checkOrder(at, minimum, maximum);
        return new MemoryType(is64, shared, pageShift, minimum, maximum);
    }

    private int readPageShift() {
        int at = reader.position();
        int shift = reader.u32();
        if (Integer.compareUnsigned(shift, 64) >= 0) {
            throw new Malformed(at, "invalid custom page size");
        }
        if (shift != 0 && shift != 16) {
            throw new Invalid(at, "invalid custom page size");
        }
        return shift;
    }

    private static void checkPages(int at, long pages, long limit) {
        if (Long.compareUnsigned(pages, limit) > 0) {
            String text = Long.toUnsignedString(limit);
            throw new Invalid(
                    at,
                    limit == 65536
                            ? "memory size must be at most 65536 pages (4GiB)"
                            : "memory size must be at most " + text + " pages");
        }
    }

    private void readTags() {
        int count = reader.count("tags", Limits.TAGS, 2);
        for (int i = 0; i < count; i++) {
            addTag();
        }
    }

    private void addTag() {
        int at = reader.position();
        if (reader.u8() != 0) {
            throw new Malformed(at, "malformed tag attribute");
        }
        int type = types.readFunctionTypeIndex(reader);
        if (types.resultCount(type) != 0) {
            throw new Invalid(at, "non-empty tag result type");
        }
        int index = module.tagCount;
        ByteReader.checkLimit(at, "tags", index + 1L, Limits.TAGS);
        if (index == module.tagTypes.length) {
            module.tagTypes = Arrays.copyOf(module.tagTypes, 2 * index);
        }
        module.tagTypes[index] = type;
        module.tagCount = index + 1;
    }

    private void readGlobals() {
        int count = reader.count("globals", Limits.GLOBALS, 3);
        for (int i = 0; i < count; i++) {
            int type = types.readValueType(reader);
            boolean mutable = readMutability();
            addGlobal(new GlobalType(type, mutable, constants.read(type)));
        }
    }

    private boolean readMutability() {
        int at = reader.position();
        int mutable = reader.u8();
        if (mutable > 1) {
            throw new Malformed(at, "malformed mutability");
        }
        return mutable == 1;
    }

    private void addGlobal(GlobalType global) {
        module.globals.add(global);
        ByteReader.checkLimit(reader.position(), "globals", module.globals.size(), Limits.GLOBALS);
    }

    // ---- exports, start, code ----

    private void readExports() {
        int count = reader.count("exports", Limits.EXPORTS, 3);
        Set<String> seen = HashSet.newHashSet(count);
        for (int i = 0; i < count; i++) {
            int at = reader.position();
            String name = reader.name();
            int kindAt = reader.position();
            ExternKind kind = ExternKind.of(reader.u8());
            if (kind == null || kind == ExternKind.TAG && !hasTags()) {
                throw new Malformed(kindAt, "malformed export kind");
            }
            module.exports.add(new Export(name, kind, readExportIndex(kind)));
            if (!seen.add(name)) {
                throw new Invalid(
                        at, "duplicate export name \"" + WasmException.printable(name) + '"');
            }
        }
    }

    private int readExportIndex(ExternKind kind) {
        return switch (kind) {
            case FUNCTION -> {
                int function = module.readFunctionIndex(reader);
                module.declareReference(function);
                yield function;
            }
            case TABLE -> module.readTableIndex(reader);
            case MEMORY -> module.readMemoryIndex(reader);
            case GLOBAL -> module.readGlobalIndex(reader);
            case TAG -> module.readTagIndex(reader);
        };
    }

    private void readStart() {
        int at = reader.position();
        int start = module.readFunctionIndex(reader);
        int type = module.functionType(start);
        if (types.parameterCount(type) != 0 || types.resultCount(type) != 0) {
            throw new Invalid(at, "start function has parameters or results");
        }
        module.start = start;
    }

    private void readDataCount() {
        if (!module.features().has(Feature.BULK_MEMORY)) {
            throw new Malformed(
                    reader.position(), "malformed section id 12" + Feature.BULK_MEMORY.isOff());
        }
        int at = reader.position();
        long count = reader.u32() & 0xffff_ffffL;
        module.dataCount =
                (int) ByteReader.checkLimit(at, "data segments", count, Limits.DATA_SEGMENTS);
    }

    private void readCode() {
        int at = reader.position();
        module.codeStart = at;
        module.codeEnd = reader.end();
        int count = reader.count("function bodies", Limits.FUNCTIONS, 1);
        if (count != declaredFunctions) {
            throw new Malformed(at, "function and code section have inconsistent lengths");
        }
        int[] starts = new int[count];
        int[] ends = new int[count];
        for (int i = 0; i < count; i++) {
            int lengthAt = reader.position();
            int length = reader.length();
            ByteReader.checkLimit(lengthAt, "bytes in a function", length, Limits.FUNCTION_BYTES);
            starts[i] = reader.position();
            reader.skip(length);
            ends[i] = reader.position();
        }
        module.bodyStarts = starts;
        module.bodyEnds = ends;
    }
}
