package wasm2obj.frontend;

import java.util.Arrays;
import wasm2obj.frontend.WasmException.Invalid;
import wasm2obj.frontend.WasmException.LimitExceeded;
import wasm2obj.frontend.WasmException.Malformed;

/** Reads and validates constant expressions; one object serves all of a module. */
final class ConstantReader {
    private final ByteReader reader;
    private final WasmModule module;

    private int length;
    private char[] opcodes = new char[4];
    private long[] immediates = new long[4];
    private long vectorHigh;

    private int depth;

    /** Type of the operand that was popped last. */
    private int popped;

    private int[] stack = new int[4];

    ConstantReader(ByteReader reader, WasmModule module) {
        this.reader = reader;
        this.module = module;
    }

    /** Reads an expression, {@code end} included, whose value must be of the type {@code expected}. */
    ConstantExpression read(int expected) {
        length = 0;
        depth = 0;
        vectorHigh = 0;
        while (readInstruction()) {
            if (length == opcodes.length) {
                opcodes = Arrays.copyOf(opcodes, 2 * length);
                immediates = Arrays.copyOf(immediates, 2 * length);
            }
        }
        int at = reader.position();
        if (depth != 1) {
            throw new Invalid(
                    at, "type mismatch: a constant expression has one value, found " + depth);
        }
        pop(at, expected);
        return new ConstantExpression(
                stack[0],
                Arrays.copyOf(opcodes, length),
                Arrays.copyOf(immediates, length),
                vectorHigh);
    }

    private boolean readInstruction() {
        int at = reader.position();
        int opcode = reader.u8();
        switch (opcode) {
            case 0x0b -> {
                return false;
            }
            case ConstantExpression.I32_CONST ->
                    add(opcode, reader.s32() & 0xffff_ffffL, ValueType.I32);
            case ConstantExpression.I64_CONST -> add(opcode, reader.s64(), ValueType.I64);
            case ConstantExpression.F32_CONST ->
                    add(opcode, reader.bits32() & 0xffff_ffffL, ValueType.F32);
            case ConstantExpression.F64_CONST -> add(opcode, reader.bits64(), ValueType.F64);
            case ConstantExpression.I32_ADD,
                    ConstantExpression.I32_SUB,
                    ConstantExpression.I32_MUL ->
                    arithmetic(at, opcode, ValueType.I32);
            case ConstantExpression.I64_ADD,
                    ConstantExpression.I64_SUB,
                    ConstantExpression.I64_MUL ->
                    arithmetic(at, opcode, ValueType.I64);
            case ConstantExpression.GLOBAL_GET -> globalGet(at);
            case ConstantExpression.REF_NULL ->
                    add(opcode, 0, ValueType.reference(module.types().readHeapType(reader), true));
            case ConstantExpression.REF_FUNC -> functionReference();
            case 0xfd -> vector(at);
            case Instructions.PREFIX_GC -> object(at);
            default -> throw notConstant(at, opcode);
        }
        return true;
    }

    private static RuntimeException notConstant(int at, int opcode) {
        if (Instructions.isKnown(opcode)) {
            return new Invalid(at, "constant expression required");
        }
        return new Malformed(at, "illegal opcode " + Integer.toHexString(opcode));
    }

    private void arithmetic(int at, int opcode, int type) {
        if (!module.features().has(Feature.EXTENDED_CONSTANTS)) {
            throw new Invalid(
                    at, "constant expression required" + Feature.EXTENDED_CONSTANTS.isOff());
        }
        pop(at, type);
        pop(at, type);
        add(opcode, 0, type);
    }

    private void globalGet(int at) {
        int index = reader.u32();
        if (Integer.compareUnsigned(index, module.globalCount()) >= 0) {
            throw new Invalid(at, "unknown global " + Integer.toUnsignedString(index));
        }
        GlobalType global = module.global(index);
        boolean own = index >= module.importedGlobalCount();
        if (global.mutable() || own && !module.features().has(Feature.GC)) {
            throw new Invalid(at, "constant expression required");
        }
        add(ConstantExpression.GLOBAL_GET, index, global.type());
    }

    private void functionReference() {
        int function = module.readFunctionIndex(reader);
        module.declareReference(function);
        int type = module.types().canonical(module.functionType(function));
        add(ConstantExpression.REF_FUNC, function, ValueType.reference(type, false));
    }

    private void object(int at) {
        module.usesObjectConstants = true;
        int opcode = Instructions.PREFIX_GC << 8 | reader.u32();
        if (!module.features().has(Feature.GC)) {
            throw new Invalid(at, "constant expression required");
        }
        switch (opcode) {
            case ConstantExpression.STRUCT_NEW -> {
                int type = module.types().readStructTypeIndex(reader);
                for (int i = module.types().fieldCount(type) - 1; i >= 0; i--) {
                    pop(at, ValueType.unpacked(module.types().field(type, i)));
                }
                add(opcode, type, ValueType.reference(type, false));
            }
            case ConstantExpression.STRUCT_NEW_DEFAULT -> {
                int type = module.types().readStructTypeIndex(reader);
                checkDefaults(at, type);
                add(opcode, type, ValueType.reference(type, false));
            }
            case ConstantExpression.ARRAY_NEW,
                    ConstantExpression.ARRAY_NEW_DEFAULT,
                    ConstantExpression.ARRAY_NEW_FIXED ->
                    array(at, opcode);
            case ConstantExpression.ANY_CONVERT_EXTERN ->
                    convert(at, opcode, ValueType.HEAP_EXTERN, ValueType.HEAP_ANY);
            case ConstantExpression.EXTERN_CONVERT_ANY ->
                    convert(at, opcode, ValueType.HEAP_ANY, ValueType.HEAP_EXTERN);
            case ConstantExpression.REF_I31 -> {
                pop(at, ValueType.I32);
                add(opcode, 0, ValueType.withoutNull(ValueType.I31REF));
            }
            default -> throw notConstant(at, Instructions.PREFIX_GC);
        }
    }

    private void checkDefaults(int at, int type) {
        for (int i = 0; i < module.types().fieldCount(type); i++) {
            if (!ValueType.isDefaultable(module.types().field(type, i))) {
                throw new Invalid(at, "type mismatch: field " + i + " has no default value");
            }
        }
    }

    private void array(int at, int opcode) {
        int type = module.types().readArrayTypeIndex(reader);
        int element = ValueType.unpacked(module.types().field(type, 0));
        long immediate = type;
        if (opcode == ConstantExpression.ARRAY_NEW_FIXED) {
            int count = reader.u32();
            ByteReader.checkLimit(
                    at,
                    "elements of array.new_fixed",
                    count & 0xffff_ffffL,
                    Limits.CONSTANT_OPERANDS);
            for (int i = 0; i < count; i++) {
                pop(at, element);
            }
            immediate |= (long) count << 32;
        } else {
            pop(at, ValueType.I32);
            if (opcode == ConstantExpression.ARRAY_NEW) {
                pop(at, element);
            } else {
                checkDefaults(at, type);
            }
        }
        add(opcode, immediate, ValueType.reference(type, false));
    }

    private void convert(int at, int opcode, int from, int to) {
        pop(at, ValueType.reference(from, true));
        boolean nullable = ValueType.isNullable(popped);
        add(opcode, 0, ValueType.reference(to, nullable));
    }

    private void vector(int at) {
        int opcode = reader.u32();
        if (opcode != 0x0c) {
            throw new Invalid(at, "constant expression required");
        }
        long low = reader.bits64();
        vectorHigh = reader.bits64();
        add(ConstantExpression.V128_CONST, low, ValueType.V128);
    }

    private void add(int opcode, long immediate, int type) {
        opcodes[length] = (char) opcode;
        immediates[length++] = immediate;
        if (depth == stack.length) {
            stack = Arrays.copyOf(stack, 2 * depth);
        }
        if (depth == Limits.CONSTANT_OPERANDS) {
            throw new LimitExceeded(
                    reader.position(),
                    "more than " + Limits.CONSTANT_OPERANDS + " operands in a constant expression");
        }
        stack[depth++] = type;
    }

    private void pop(int at, int expected) {
        if (depth == 0) {
            throw new Invalid(
                    at,
                    "type mismatch: expected " + ValueType.toString(expected) + ", found nothing");
        }
        int found = stack[--depth];
        popped = found;
        if (!module.types().matches(found, expected)) {
            throw new Invalid(
                    at,
                    "type mismatch: expected "
                            + ValueType.toString(expected)
                            + ", found "
                            + ValueType.toString(found));
        }
    }
}
