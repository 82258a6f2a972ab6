package wasm2obj.frontend;

import wasm2obj.ir.AliasSet;
import wasm2obj.ir.FunctionBuilder;
import wasm2obj.ir.Module;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.RuntimeFunction;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;

/** Instructions on tables. Elements are 8 bytes: a function's address or a managed reference. */
final class TableInstructions {
    private static final int ELEMENT_SHIFT = 3;

    private final Body body;
    private final OperandStack stack;
    private final FunctionBuilder builder;
    private final WasmModule module;
    private final RuntimeCalls runtime;

    TableInstructions(Body body, RuntimeCalls runtime) {
        this.body = body;
        this.runtime = runtime;
        stack = body.stack;
        builder = body.builder;
        module = body.module;
    }

    // ---- elements ----

    /** Checks an index of the table's address type and loads the element; the kind is that of the check's trap. */
    int load(int table, int index, TrapKind kind) {
        int wide = checkedIndex(table, index, kind);
        if (body.dead) {
            return Body.NONE;
        }
        Type type = body.entities.tables()[table].type();
        int base = builder.tableBase(table);
        return builder.load(Opcode.LOAD, type, scale(wide), base, 0, AliasSet.table(table));
    }

    /** The index as an i64, behind its check. */
    private int checkedIndex(int table, int index, TrapKind kind) {
        if (body.dead) {
            return Body.NONE;
        }
        Module.Table type = body.entities.tables()[table];
        int wide = body.widen(index, type.is64());
        int outside;
        if (isFixed(type)) {
            // Compared in the index's own type.
            Type addressType = type.is64() ? Type.I64 : Type.I32;
            int bound = builder.constant(addressType, type.minimum());
            outside = builder.compare(Opcode.GE_U, index, bound);
        } else {
            outside = builder.compare(Opcode.GE_U, wide, builder.tableBound(table));
        }
        body.trapIf(outside, kind);
        return wide;
    }

    private static boolean isFixed(Module.Table type) {
        return type.minimum() == type.maximum();
    }

    private int scale(int wideIndex) {
        return builder.binary(Opcode.SHL, Type.I64, wideIndex, builder.constI64(ELEMENT_SHIFT));
    }

    private int readTable() {
        return module.readTableIndex(body.reader);
    }

    void get() {
        body.require(Feature.REFERENCE_TYPES);
        int table = readTable();
        int type = module.table(table).element();
        int index = stack.pop(module.table(table).addressType());
        int value = load(table, index, TrapKind.TABLE_OUT_OF_BOUNDS);
        runtime.hold(value, type);
        stack.push(type, value);
    }

    void set() {
        body.require(Feature.REFERENCE_TYPES);
        int table = readTable();
        int type = module.table(table).element();
        int value = stack.pop(type);
        int index = stack.pop(module.table(table).addressType());
        int wide = checkedIndex(table, index, TrapKind.TABLE_OUT_OF_BOUNDS);
        if (!body.dead) {
            int base = builder.tableBase(table);
            int set = AliasSet.table(table);
            int place = scale(wide);
            if (!ValueType.isCounted(type)) {
                builder.store(Opcode.STORE, place, base, 0, value, set);
                return;
            }
            int old = builder.load(Opcode.LOAD, body.irType(type), place, base, 0, set);
            builder.store(Opcode.STORE, place, base, 0, value, set);
            runtime.replace(value, old);
        }
    }

    // ---- size ----

    void size() {
        body.require(Feature.REFERENCE_TYPES);
        int table = readTable();
        stack.push(module.table(table).addressType(), body.dead ? Body.NONE : elementCount(table));
    }

    private int elementCount(int table) {
        Module.Table type = body.entities.tables()[table];
        if (isFixed(type)) {
            return body.constant(type.is64() ? Type.I64 : Type.I32, type.minimum());
        }
        int bound = builder.tableBound(table);
        return type.is64() ? bound : body.unary(Opcode.WRAP, Type.I32, bound);
    }

    void grow() {
        body.require(Feature.REFERENCE_TYPES);
        int table = readTable();
        TableType type = module.table(table);
        int delta = stack.pop(type.addressType());
        int value = stack.pop(type.element());
        runtime.begin(RuntimeFunction.TABLE_GROW);
        runtime.addIndex(table);
        runtime.add(value);
        runtime.add(body.widen(delta, type.is64()));
        int old = runtime.call();
        stack.push(type.addressType(), type.is64() ? old : body.unary(Opcode.WRAP, Type.I32, old));
    }

    // ---- bulk operations ----

    private int readSegment() {
        return WasmModule.readIndex(body.reader, "elem segment", module.elementSegmentCount());
    }

    void init() {
        body.require(Feature.BULK_MEMORY);
        int segment = readSegment();
        int table = readTable();
        checkElements(module.elementSegment(segment).type(), module.table(table).element());
        int length = stack.pop(ValueType.I32);
        int source = stack.pop(ValueType.I32);
        int destination = popIndex(table);
        runtime.begin(RuntimeFunction.TABLE_INIT);
        runtime.addIndex(table);
        runtime.addIndex(segment);
        runtime.add(destination);
        runtime.add(source);
        runtime.add(length);
        runtime.call();
    }

    void dropElements() {
        body.require(Feature.BULK_MEMORY);
        runtime.begin(RuntimeFunction.ELEM_DROP);
        runtime.addIndex(readSegment());
        runtime.call();
    }

    void copy() {
        body.require(Feature.BULK_MEMORY);
        int to = readTable();
        int from = readTable();
        checkElements(module.table(from).element(), module.table(to).element());
        boolean length64 = module.table(to).is64() && module.table(from).is64();
        int lengthType = length64 ? ValueType.I64 : ValueType.I32;
        int length = body.widen(stack.pop(lengthType), length64);
        int source = popIndex(from);
        int destination = popIndex(to);
        runtime.begin(RuntimeFunction.TABLE_COPY);
        runtime.addIndex(to);
        runtime.addIndex(from);
        runtime.add(destination);
        runtime.add(source);
        runtime.add(length);
        runtime.call();
    }

    void fill() {
        body.require(Feature.REFERENCE_TYPES);
        int table = readTable();
        int length = popIndex(table);
        int value = stack.pop(module.table(table).element());
        int destination = popIndex(table);
        runtime.begin(RuntimeFunction.TABLE_FILL);
        runtime.addIndex(table);
        runtime.add(destination);
        runtime.add(value);
        runtime.add(length);
        runtime.call();
    }

    private void checkElements(int from, int to) {
        if (!body.types.matches(from, to)) {
            throw body.invalid(
                    "type mismatch: elements of type "
                            + ValueType.toString(from)
                            + " in a table of type "
                            + ValueType.toString(to));
        }
    }

    /** Pops an index or a length of the table as an i64. */
    private int popIndex(int table) {
        TableType type = module.table(table);
        return body.widen(stack.pop(type.addressType()), type.is64());
    }
}
