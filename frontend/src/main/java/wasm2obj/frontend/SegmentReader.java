package wasm2obj.frontend;

import wasm2obj.frontend.ElementSegment.Mode;
import wasm2obj.frontend.WasmException.Invalid;
import wasm2obj.frontend.WasmException.Malformed;

/** Reads the element and data sections. */
final class SegmentReader {
    // Bits of an element segment's flags.
    private static final int NOT_ACTIVE = 1;
    private static final int TABLE_INDEX_OR_DECLARED = 2;
    private static final int EXPRESSIONS = 4;

    private final ByteReader reader;
    private final WasmModule module;
    private final ConstantReader constants;

    SegmentReader(ByteReader reader, WasmModule module, ConstantReader constants) {
        this.reader = reader;
        this.module = module;
        this.constants = constants;
    }

    // ---- elements ----

    void readElements() {
        int count = reader.count("element segments", Limits.ELEMENT_SEGMENTS, 2);
        for (int i = 0; i < count; i++) {
            module.elementSegments.add(readElementSegment());
        }
    }

    private ElementSegment readElementSegment() {
        int at = reader.position();
        int flags = reader.u32();
        if (flags < 0 || flags > 7) {
            throw new Malformed(at, "malformed elements segment kind");
        }
        boolean bulk = module.features().has(Feature.BULK_MEMORY);
        if (flags != 0 && !bulk) {
            throw new Malformed(
                    at, "malformed elements segment kind" + Feature.BULK_MEMORY.isOff());
        }
        Mode mode = modeOf(flags);
        int table = 0;
        ConstantExpression offset = null;
        if (mode == Mode.ACTIVE) {
            table = readTable((flags & TABLE_INDEX_OR_DECLARED) != 0);
            offset = constants.read(module.table(table).addressType());
        }
        int type = readElementType(flags);
        if (mode == Mode.ACTIVE && !module.types().matches(type, module.table(table).element())) {
            throw new Invalid(
                    at,
                    "type mismatch: elements of type "
                            + ValueType.toString(type)
                            + " in a table of type "
                            + ValueType.toString(module.table(table).element()));
        }
        if ((flags & EXPRESSIONS) == 0) {
            return new ElementSegment(mode, table, offset, type, readFunctions(), null);
        }
        return readExpressions(mode, table, offset, type);
    }

    private static Mode modeOf(int flags) {
        if ((flags & NOT_ACTIVE) == 0) {
            return Mode.ACTIVE;
        }
        return (flags & TABLE_INDEX_OR_DECLARED) == 0 ? Mode.PASSIVE : Mode.DECLARED;
    }

    private int readTable(boolean explicit) {
        if (explicit) {
            return module.readTableIndex(reader);
        }
        if (module.tableCount() == 0) {
            throw new Invalid(reader.position(), "unknown table 0");
        }
        return 0;
    }

    /** The type of the elements. The two shortest forms have none and mean functions. */
    private int readElementType(int flags) {
        boolean expressions = (flags & EXPRESSIONS) != 0;
        if ((flags & (NOT_ACTIVE | TABLE_INDEX_OR_DECLARED)) == 0) {
            return expressions ? ValueType.FUNCREF : functionReference();
        }
        if (expressions) {
            return module.types().readReferenceType(reader);
        }
        int at = reader.position();
        if (reader.u8() != 0) {
            throw new Malformed(at, "malformed element kind");
        }
        return functionReference();
    }

    /** The type of elements that are written as function indices: none of them is null. */
    private static int functionReference() {
        return ValueType.reference(ValueType.HEAP_FUNC, false);
    }

    private int[] readFunctions() {
        int count = reader.count("elements", Integer.MAX_VALUE, 1);
        int[] functions = new int[count];
        for (int i = 0; i < count; i++) {
            functions[i] = module.readFunctionIndex(reader);
            module.declareReference(functions[i]);
        }
        return functions;
    }

    /** Reads expressions. Those that are plain functions stay ints as long as all of them are. */
    private ElementSegment readExpressions(
            Mode mode, int table, ConstantExpression offset, int type) {
        int count = reader.count("elements", Integer.MAX_VALUE, 2);
        int[] functions = new int[count];
        ConstantExpression[] expressions = null;
        for (int i = 0; i < count; i++) {
            ConstantExpression element = constants.read(type);
            if (expressions == null) {
                if (element.is(ConstantExpression.REF_FUNC)) {
                    functions[i] = (int) element.immediate(0);
                    continue;
                }
                expressions = expressionsOf(functions, i);
            }
            expressions[i] = element;
        }
        return expressions == null
                ? new ElementSegment(mode, table, offset, type, functions, null)
                : new ElementSegment(mode, table, offset, type, null, expressions);
    }

    private ConstantExpression[] expressionsOf(int[] functions, int known) {
        ConstantExpression[] expressions = new ConstantExpression[functions.length];
        char[] opcode = {ConstantExpression.REF_FUNC};
        for (int i = 0; i < known; i++) {
            int function = functions[i];
            int type = module.types().canonical(module.functionType(function));
            expressions[i] =
                    new ConstantExpression(
                            ValueType.reference(type, false), opcode, new long[] {function}, 0);
        }
        return expressions;
    }

    // ---- data ----

    void readData() {
        int at = reader.position();
        int count = reader.count("data segments", Limits.DATA_SEGMENTS, 2);
        if (module.dataCount != WasmModule.NONE && module.dataCount != count) {
            throw new Malformed(at, "data count and data section have inconsistent lengths");
        }
        for (int i = 0; i < count; i++) {
            module.dataSegments.add(readDataSegment());
        }
    }

    private DataSegment readDataSegment() {
        int at = reader.position();
        int flags = reader.u32();
        if (flags < 0 || flags > 2) {
            throw new Malformed(at, "malformed data segment kind");
        }
        if (flags != 0 && !module.features().has(Feature.BULK_MEMORY)) {
            throw new Malformed(at, "malformed data segment kind" + Feature.BULK_MEMORY.isOff());
        }
        int memory = DataSegment.PASSIVE;
        ConstantExpression offset = null;
        if (flags != 1) {
            memory = readMemory(flags == 2);
            offset = constants.read(module.memory(memory).addressType());
        }
        int length = reader.length();
        int start = reader.position();
        reader.skip(length);
        return new DataSegment(memory, offset, start, start + length);
    }

    private int readMemory(boolean explicit) {
        if (explicit) {
            return module.readMemoryIndex(reader);
        }
        if (module.memoryCount() == 0) {
            throw new Invalid(reader.position(), "unknown memory 0");
        }
        return 0;
    }
}
