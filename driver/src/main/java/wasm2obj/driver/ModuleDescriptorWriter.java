package wasm2obj.driver;

import java.nio.charset.StandardCharsets;
import wasm2obj.frontend.ConstantExpression;
import wasm2obj.frontend.DataSegment;
import wasm2obj.frontend.ElementSegment;
import wasm2obj.frontend.Export;
import wasm2obj.frontend.ExternKind;
import wasm2obj.frontend.GlobalType;
import wasm2obj.frontend.Import;
import wasm2obj.frontend.MemoryType;
import wasm2obj.frontend.TableType;
import wasm2obj.frontend.TypeSection;
import wasm2obj.frontend.ValueType;
import wasm2obj.frontend.WasmModule;
import wasm2obj.ir.Module;
import wasm2obj.objwriter.ObjectFile;
import wasm2obj.objwriter.RelocationKind;
import wasm2obj.objwriter.Section;
import wasm2obj.objwriter.SectionKind;
import wasm2obj.objwriter.SymbolKind;
import wasm2obj.objwriter.SymbolScope;

/**
 * Writes what the runtime reads of a module: arrays of rows in read-only data, and the struct that points to them. The
 * structs are declared, with all that their fields mean, in runtime-c/src/descriptor.h; each method here writes one of them,
 * field by field in its order.
 */
final class ModuleDescriptorWriter {
    // Constants of descriptor.h and wasm2obj.h.
    private static final int VERSION = 3;
    private static final int KIND_FUNC = 0;
    private static final int KIND_TABLE = 1;
    private static final int KIND_MEMORY = 2;
    private static final int KIND_GLOBAL = 3;
    private static final int KIND_TAG = 4;
    private static final int IMPORTED = 1;
    private static final int HAS_MAXIMUM = 2;
    private static final int IS_64 = 4;
    private static final int SHARED = 8;
    private static final int PINNED = 16;
    private static final int GUARDED = 32;
    private static final int MUTABLE = 64;
    private static final int NO_STORAGE = 128;
    private static final int PASSIVE = 0;
    private static final int ACTIVE = 1;
    private static final int DECLARATIVE = 2;
    private static final int INIT_BITS = 0;
    private static final int INIT_FUNC = 1;
    private static final int INIT_CODE = 2;
    private static final int SCATTERED = 1;
    private static final int FUNC_ROW_SIZE = 8;
    private static final int STATE_SIZE = 64;
    private static final int NONE = -1;

    private final WasmModule module;
    private final ModulePlan plan;
    private final Module entities;
    private final Settings settings;
    private final ObjectFile object;
    private final CodeLayout code;
    private final Section rodata;
    private final CodeRows rows;
    private final ObjectAssembler.ThunkTable thunks;

    private final Bytes strings = new Bytes();
    private final Bytes expressions = new Bytes();
    private final Bytes valueTypes = new Bytes();
    private final Bytes inits = new Bytes();
    private int initCount;

    private Section descriptor;

    ModuleDescriptorWriter(
            WasmModule module,
            ModulePlan plan,
            Settings settings,
            ObjectFile object,
            CodeLayout code,
            Section rodata,
            CodeRows rows,
            ObjectAssembler.ThunkTable thunks) {
        this.module = module;
        this.plan = plan;
        this.entities = plan.entities();
        this.settings = settings;
        this.object = object;
        this.code = code;
        this.rodata = rodata;
        this.rows = rows;
        this.thunks = thunks;
    }

    /** Writes everything; .text must be complete. */
    void write() {
        int types = place(types(), 4);
        int imports = place(imports(), 4);
        int exports = place(exports(), 4);
        Bytes functionRows = functions();
        int functionCount = functionRows.size() / FUNC_ROW_SIZE;
        int functions = place(functionRows, 4);
        int memories = place(memories(), 8);
        int tables = place(tables(), 8);
        int globals = place(globals(), 8);
        int tags = place(tags(), 4);
        Bytes items = new Bytes();
        int elements = place(elements(items), 8);
        int elementItems = place(items, 4);
        Bytes dataRows = new Bytes();
        int dataBytes = dataSegments(dataRows);
        int datas = place(dataRows, 8);
        int trapStarts = placeInts(rows.trapStarts(), rows.frameCount() + 1);
        int trapOffsets = placeInts(rows.trapOffsets(), rows.trapCount());
        int trapKinds = placeBytes(rows.trapKinds(), rows.trapCount());
        int frames = frames();
        int frameSizes = code.isScattered() ? frameSizes() : NONE;
        int handlers = placeInts(rows.handlers(), 3 * rows.handlerCount());
        int mapStarts = NONE;
        int mapPlaces = NONE;
        int maps = NONE;
        StackMapRows stackMaps = rows.stackMaps();
        if (!stackMaps.isEmpty()) {
            mapStarts = placeInts(stackMaps.starts(), rows.frameCount() + 1);
            mapPlaces = place(stackMaps.places(), 1);
            maps = place(stackMaps.maps(), 1);
        }
        int positionStarts = NONE;
        int positions = NONE;
        if (rows.hasPositions()) {
            positionStarts = placeInts(rows.positionStarts(), rows.frameCount() + 1);
            positions = placeBytes(rows.positions(), rows.positionSize());
        }
        int nameStarts = NONE;
        int names = NONE;
        if (settings.names()) {
            Bytes nameBytes = new Bytes();
            nameStarts = place(names(nameBytes), 4);
            names = place(nameBytes, 1);
        }
        int prefix = strings.size();
        strings.put(settings.prefix().getBytes(StandardCharsets.UTF_8));
        strings.put8(0);
        int stringsAt = place(strings, 1);

        ProgramWriter program = null;
        descriptor = object.addSection(".data.rel.ro", SectionKind.DATA_REL_RO, 8);
        if (settings.program() != null) {
            program = new ProgramWriter(module, plan, settings, object, descriptor, rodata);
            program.write();
        }
        long start = descriptor.align(8);
        int symbol =
                object.symbols()
                        .declare(
                                settings.prefix() + "_module",
                                SymbolKind.OBJECT,
                                SymbolScope.GLOBAL);
        descriptor.appendInt(VERSION);
        descriptor.appendInt(code.isScattered() ? SCATTERED : 0);
        pointer(object.symbols().declare("w2o_abi_v3", SymbolKind.NONE, SymbolScope.GLOBAL), 0);
        pointer(stringsAt + prefix);
        pointer(object.symbols().section(code.text()), 0);
        descriptor.appendInt((int) code.text().size());
        descriptor.appendInt(plan.layout().size());
        state();
        pointer(stringsAt);
        pointer(types);
        pointer(place(valueTypes, 4));
        pointer(imports);
        pointer(exports);
        pointer(functions);
        pointer(memories);
        pointer(tables);
        pointer(globals);
        pointer(tags);
        pointer(elements);
        pointer(elementItems);
        pointer(place(inits, 8));
        pointer(datas);
        pointer(dataBytes);
        pointer(place(expressions, 1));
        if (settings.program() == null) {
            descriptor.appendLong(0);
        } else {
            pointer(object.symbols().section(descriptor), program.importCode());
        }
        pointer(frames);
        pointer(frameSizes);
        pointer(trapStarts);
        pointer(trapOffsets);
        pointer(trapKinds);
        pointer(handlers);
        pointer(positionStarts);
        pointer(positions);
        pointer(nameStarts);
        pointer(names);
        pointer(mapStarts);
        pointer(mapPlaces);
        pointer(maps);
        collector();
        descriptor.appendInt(module.types().count());
        descriptor.appendInt(module.imports().size());
        descriptor.appendInt(module.exports().size());
        descriptor.appendInt(functionCount);
        descriptor.appendInt(module.memoryCount());
        descriptor.appendInt(module.tableCount());
        descriptor.appendInt(module.globalCount());
        descriptor.appendInt(module.tagCount());
        descriptor.appendInt(module.elementSegmentCount());
        descriptor.appendInt(module.dataSegmentCount());
        descriptor.appendInt(rows.frameCount());
        descriptor.appendInt(rows.handlerCount());
        descriptor.appendInt(module.functionCount() - module.importedFunctionCount());
        descriptor.appendInt(module.importedFunctionCount());
        descriptor.appendInt(plan.layout().types());
        descriptor.appendInt(plan.layout().imports());
        descriptor.appendInt(
                module.start() == WasmModule.NONE
                        ? 0
                        : plan.layout().functionRecord(module.start()));
        descriptor.appendInt(0);
        object.symbols().define(symbol, descriptor, start, descriptor.size() - start);
        if (program != null) {
            program.writeProgram(symbol);
        }
    }

    // ---- places ----

    private int place(Bytes bytes, int alignment) {
        int at = (int) rodata.align(alignment);
        rodata.append(bytes.array(), 0, bytes.size());
        return at;
    }

    private int placeBytes(byte[] bytes, int count) {
        int at = (int) rodata.size();
        rodata.append(bytes, 0, count);
        return at;
    }

    private int placeInts(int[] ints, int count) {
        int at = (int) rodata.align(4);
        for (int i = 0; i < count; i++) {
            rodata.appendInt(ints[i]);
        }
        return at;
    }

    private int frames() {
        int at = (int) rodata.align(4);
        for (int row = 0; row < rows.frameCount(); row++) {
            if (code.isScattered()) {
                rodata.relocate(
                        rodata.size(), RelocationKind.PC32, code.symbol(row), code.offset(row));
            }
            rodata.appendInt(code.isScattered() ? 0 : code.offset(row));
            rodata.appendInt(rows.frames()[row]);
        }
        return at;
    }

    private int frameSizes() {
        int at = (int) rodata.align(4);
        for (int row = 0; row < rows.frameCount(); row++) {
            rodata.appendInt(code.size(row));
        }
        return at;
    }

    private void pointer(int rodataOffset) {
        if (rodataOffset == NONE) {
            descriptor.appendLong(0);
        } else {
            pointer(object.symbols().section(rodata), rodataOffset);
        }
    }

    private void pointer(int symbol, int addend) {
        descriptor.relocate(descriptor.size(), RelocationKind.ABS64, symbol, addend);
        descriptor.appendLong(0);
    }

    /** What manages the heap; a program without objects links none. */
    private void collector() {
        if (plan.usesObjects()) {
            pointer(
                    object.symbols()
                            .declare(
                                    settings.collector().symbol(),
                                    SymbolKind.NONE,
                                    SymbolScope.GLOBAL),
                    0);
        } else {
            pointer(NONE);
        }
    }

    private void state() {
        Section bss = object.addSection(".bss", SectionKind.BSS, 8);
        bss.appendZeros(STATE_SIZE);
        pointer(object.symbols().section(bss), 0);
    }

    // ---- rows ----

    private Bytes types() {
        TypeSection types = module.types();
        Bytes out = new Bytes();
        for (int t = 0; t < types.count(); t++) {
            int first = valueTypes.size() / 4;
            int parameters;
            int results = 0;
            if (types.kind(t) == TypeSection.FUNCTION) {
                parameters = types.parameterCount(t);
                results = types.resultCount(t);
                for (int i = 0; i < parameters; i++) {
                    valueTypes.put32(word(types.parameter(t, i), t));
                }
                for (int i = 0; i < results; i++) {
                    valueTypes.put32(word(types.result(t, i), t));
                }
            } else {
                parameters = types.fieldCount(t);
                for (int i = 0; i < parameters; i++) {
                    int mutable = types.isFieldMutable(t, i) ? 0x80 : 0;
                    valueTypes.put32(word(types.field(t, i), t) | mutable);
                }
            }
            int supertype = types.supertype(t);
            out.put32(types.group(t));
            out.put32(supertype < 0 ? 0 : inGroup(supertype, t) + 1);
            out.put32(first);
            out.put16(parameters);
            out.put16(results);
            out.put8(types.kind(t));
            out.put8(types.isFinal(t) ? 1 : 0);
            out.put16(0);
            out.put32(thunks.enter()[t] + 1);
            out.put32(thunks.adapter()[t] + 1);
        }
        return out;
    }

    /** A value type as descriptor.h has it, in a definition of type {@code owner}, or NONE outside of types. */
    private int word(int type, int owner) {
        return switch (type) {
            case ValueType.I32 -> 0x7f;
            case ValueType.I64 -> 0x7e;
            case ValueType.F32 -> 0x7d;
            case ValueType.F64 -> 0x7c;
            case ValueType.V128 -> 0x7b;
            case ValueType.I8 -> 0x78;
            case ValueType.I16 -> 0x77;
            default -> {
                int heap = ValueType.heap(type);
                int code = ValueType.isNullable(type) ? 0x63 : 0x64;
                int which =
                        ValueType.isAbstract(heap)
                                ? 0x800000 | (heap & 0xff)
                                : inGroup(heap, owner);
                yield code | which << 8;
            }
        };
    }

    /**
     * References inside of a recursion group name the group's own types. The frontend names those of the first equal group,
     * which this undoes.
     */
    private int inGroup(int type, int owner) {
        if (owner == NONE) {
            return type;
        }
        TypeSection types = module.types();
        int own = types.group(owner);
        int original = types.group(types.canonical(owner));
        boolean inside = type >= original && types.group(type) == original;
        return inside ? type - original + own : type;
    }

    private int string(String text) {
        int at = strings.size();
        strings.put(text.getBytes(StandardCharsets.UTF_8));
        strings.put8(0);
        return at;
    }

    private static int utf8Size(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static int kind(ExternKind kind) {
        return switch (kind) {
            case FUNCTION -> KIND_FUNC;
            case TABLE -> KIND_TABLE;
            case MEMORY -> KIND_MEMORY;
            case GLOBAL -> KIND_GLOBAL;
            case TAG -> KIND_TAG;
        };
    }

    private Bytes imports() {
        Bytes out = new Bytes();
        for (Import item : module.imports()) {
            out.put32(string(item.module()));
            out.put32(utf8Size(item.module()));
            out.put32(string(item.name()));
            out.put32(utf8Size(item.name()));
            out.put32(kind(item.kind()));
            out.put32(item.index());
            out.put32(item.kind() == ExternKind.FUNCTION ? module.functionType(item.index()) : 0);
        }
        return out;
    }

    private Bytes exports() {
        Bytes out = new Bytes();
        for (Export export : module.exports()) {
            out.put32(string(export.name()));
            out.put32(utf8Size(export.name()));
            out.put32(kind(export.kind()));
            out.put32(export.index());
            out.put32(
                    export.kind() == ExternKind.FUNCTION
                            ? plan.layout().functionRecord(export.index())
                            : 0);
        }
        return out;
    }

    /** Own functions with records, ascending, as the layout has them descending below the imports'. */
    private Bytes functions() {
        Bytes out = new Bytes();
        int first = module.importedFunctionCount();
        for (int f = first; f < module.functionCount(); f++) {
            if (plan.escaping()[f]) {
                out.put32(f);
                out.put32(module.functionType(f));
            }
        }
        return out;
    }

    private Bytes memories() {
        Bytes out = new Bytes();
        for (int i = 0; i < module.memoryCount(); i++) {
            MemoryType type = module.memory(i);
            Module.Memory memory = entities.memories()[i];
            int flags = memory.imported() ? IMPORTED : 0;
            flags |= type.maximum() != -1L ? HAS_MAXIMUM : 0;
            flags |= type.is64() ? IS_64 : 0;
            flags |= type.shared() ? SHARED : 0;
            flags |= memory.pinned() ? PINNED : 0;
            flags |= memory.guarded() ? GUARDED : 0;
            out.put64(type.minimum());
            out.put64(type.maximum());
            out.put32(plan.layout().memory(i));
            out.put16(flags);
            out.put16(type.pageShift());
        }
        return out;
    }

    private Bytes tables() {
        Bytes out = new Bytes();
        for (int i = 0; i < module.tableCount(); i++) {
            TableType type = module.table(i);
            Module.Table table = entities.tables()[i];
            int flags = table.imported() ? IMPORTED : 0;
            flags |= type.maximum() != -1L ? HAS_MAXIMUM : 0;
            flags |= type.is64() ? IS_64 : 0;
            flags |= plan.unstored()[i] ? NO_STORAGE : 0;
            out.put64(type.minimum());
            out.put64(type.maximum());
            init(out, type.initial());
            out.put32(word(type.element(), NONE));
            out.put32(plan.layout().table(i));
            out.put32(flags);
            out.put32(0);
        }
        return out;
    }

    private Bytes globals() {
        Bytes out = new Bytes();
        for (int i = 0; i < module.globalCount(); i++) {
            GlobalType type = module.global(i);
            init(out, type.initial());
            out.put32(word(type.type(), NONE));
            out.put32(plan.layout().global(i));
            out.put32(
                    (entities.globals()[i].imported() ? IMPORTED : 0)
                            | (type.mutable() ? MUTABLE : 0));
            out.put32(0);
        }
        return out;
    }

    private Bytes tags() {
        Bytes out = new Bytes();
        for (int i = 0; i < module.tagCount(); i++) {
            out.put32(module.tagType(i));
            out.put32(plan.layout().tag(i));
            out.put32(entities.tags()[i].imported() ? IMPORTED : 0);
        }
        return out;
    }

    /** A segment whose elements nobody reads any more has none here. */
    private Bytes elements(Bytes items) {
        Bytes out = new Bytes();
        for (int s = 0; s < module.elementSegmentCount(); s++) {
            ElementSegment segment = module.elementSegment(s);
            boolean needed = EscapingFunctions.needsReferences(segment, plan.unstored());
            boolean active = needed && segment.mode() == ElementSegment.Mode.ACTIVE;
            init(out, active ? segment.offset() : null);
            out.put32(!needed ? DECLARATIVE : active ? ACTIVE : PASSIVE);
            out.put32(active ? segment.table() : 0);
            out.put32(segment.functions() != null ? 0 : 1);
            out.put32(items.size() / 4);
            out.put32(needed ? segment.length() : 0);
            out.put32(0);
            if (needed) {
                items(segment, items);
            }
        }
        return out;
    }

    private void items(ElementSegment segment, Bytes items) {
        for (int i = 0; i < segment.length(); i++) {
            if (segment.functions() != null) {
                items.put32(plan.layout().functionRecord(segment.functions()[i]));
            } else {
                init(inits, segment.expressions()[i]);
                items.put32(initCount++);
            }
        }
    }

    /** Writes the rows to {@code out} and the segments' bytes to read-only data; returns where these are. */
    private int dataSegments(Bytes out) {
        int at = (int) rodata.align(16);
        long start = 0;
        for (int s = 0; s < module.dataSegmentCount(); s++) {
            DataSegment segment = module.dataSegment(s);
            init(out, segment.offset());
            out.put64(start);
            out.put64(segment.length());
            out.put32(segment.isActive() ? 1 : 0);
            out.put32(segment.isActive() ? segment.memory() : 0);
            rodata.append(module.bytes(), segment.start(), segment.length());
            start += segment.length();
        }
        return at;
    }

    private Bytes names(Bytes names) {
        Bytes starts = new Bytes();
        FunctionNames functionNames = new FunctionNames(module);
        for (int f = 0; f < module.functionCount(); f++) {
            starts.put32(names.size());
            String name = functionNames.name(f);
            if (name != null) {
                names.put(name.getBytes(StandardCharsets.UTF_8));
                names.put8(0);
            }
        }
        starts.put32(names.size());
        return starts;
    }

    // ---- constant expressions ----

    private void init(Bytes out, ConstantExpression expression) {
        if (expression == null || expression.is(ConstantExpression.REF_NULL)) {
            init(out, 0, INIT_BITS);
        } else if (expression.isLiteral()) {
            init(out, expression.literal(), INIT_BITS);
        } else if (expression.is(ConstantExpression.REF_FUNC)) {
            init(out, plan.layout().functionRecord((int) expression.immediate(0)), INIT_FUNC);
        } else {
            init(out, expressions.size(), INIT_CODE);
            encode(expression);
        }
    }

    private static void init(Bytes out, long value, int kind) {
        out.put64(value);
        out.put32(kind);
        out.put32(0);
    }

    /** Writes the expression in WebAssembly's binary format. */
    private void encode(ConstantExpression expression) {
        for (int i = 0; i < expression.length(); i++) {
            int opcode = expression.opcode(i);
            long immediate = expression.immediate(i);
            if (opcode > 0xff) {
                expressions.put8(opcode >> 8);
            }
            expressions.put8(opcode & 0xff);
            switch (opcode) {
                case ConstantExpression.I32_CONST -> {
                    int value = (int) immediate;
                    expressions.putSigned(value);
                }
                case ConstantExpression.I64_CONST -> expressions.putSigned(immediate);
                case ConstantExpression.F32_CONST -> expressions.put32((int) immediate);
                case ConstantExpression.F64_CONST -> expressions.put64(immediate);
                case ConstantExpression.V128_CONST -> {
                    expressions.put64(immediate);
                    expressions.put64(expression.vectorHigh());
                }
                case ConstantExpression.GLOBAL_GET, ConstantExpression.REF_FUNC ->
                        expressions.putUnsigned(immediate);
                case ConstantExpression.REF_NULL -> expressions.put8(0x70);
                case ConstantExpression.STRUCT_NEW,
                        ConstantExpression.STRUCT_NEW_DEFAULT,
                        ConstantExpression.ARRAY_NEW,
                        ConstantExpression.ARRAY_NEW_DEFAULT ->
                        expressions.putUnsigned(immediate);
                case ConstantExpression.ARRAY_NEW_FIXED -> {
                    expressions.putUnsigned(immediate & 0xffff_ffffL);
                    expressions.putUnsigned(immediate >>> 32);
                }
                default -> {}
            }
        }
        expressions.put8(0x0b);
    }
}
