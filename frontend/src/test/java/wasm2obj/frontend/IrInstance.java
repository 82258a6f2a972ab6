package wasm2obj.frontend;

import java.util.Arrays;
import wasm2obj.ir.AliasSet;
import wasm2obj.ir.Function;
import wasm2obj.ir.Module;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.RuntimeFunction;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;
import wasm2obj.ir.Verifier;

/**
 * An instance of a module whose functions are run as the IR says: an oracle for the translation that needs no back end.
 *
 * <p>Function references are {@code 16 * (index + 1)}; managed references are any number that is not zero. Every memory
 * and table has a base address of its own, so that an address that strays into another one is seen. An access outside
 * of a memory is a trap only where the memory is guarded, and stays within what the guard covers; elsewhere a check must
 * have come before it.
 */
final class IrInstance {
    private static final int MAX_DEPTH = 400;
    private static final int PAGE_LIMIT = 1 << 12;
    private static final long MEMORY_ADDRESS = 1L << 56;
    private static final long TABLE_ADDRESS = 1L << 57;

    /** Execution trapped. */
    static final class Trap extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final TrapKind kind;

        Trap(TrapKind kind) {
            super(kind.name(), null, false, false);
            this.kind = kind;
        }

        TrapKind kind() {
            return kind;
        }
    }

    /** The module needs what this oracle does not have. */
    static final class NotSupported extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotSupported(String what) {
            super(what);
        }
    }

    final WasmModule module;
    private final Module entities;
    private final Function[] functions;
    private final byte[][] memories;
    private final long[][] tables;
    private final long[] globals;
    private final boolean[] dataDropped;
    private final boolean[] elementsDropped;
    private int depth;

    /** Translates and instantiates. */
    IrInstance(byte[] bytes, Features features, MemoryPlan plan, boolean slots) {
        module = ModuleParser.parse(bytes, features);
        BodyFacts facts = BodyFacts.of(module);
        entities = ModuleEntities.derive(module, facts, plan);
        functions = translate(slots);
        if (facts.usesObjects()) {
            throw new NotSupported("objects");
        }
        memories = new byte[module.memoryCount()][];
        tables = new long[module.tableCount()][];
        globals = new long[module.globalCount()];
        dataDropped = new boolean[module.dataSegmentCount()];
        elementsDropped = new boolean[module.elementSegmentCount()];
        initialise();
    }

    private Function[] translate(boolean slots) {
        FunctionTranslator translator =
                new FunctionTranslator(module, entities, BranchHints.of(module));
        Function[] translated = new Function[module.functionCount()];
        for (int i = module.importedFunctionCount(); i < translated.length; i++) {
            translated[i] = new Function();
            if (slots) {
                translator.translate(i, translated[i], true);
            } else {
                translator.translate(i, translated[i]);
            }
            Verifier.check(translated[i], entities, "function " + i);
        }
        return translated;
    }

    // ---- instantiation ----

    private void initialise() {
        for (Import entity : module.imports()) {
            link(entity);
        }
        for (int i = module.importedGlobalCount(); i < globals.length; i++) {
            globals[i] = evaluate(module.global(i).initial());
        }
        for (int i = 0; i < memories.length; i++) {
            MemoryType type = module.memory(i);
            if (type.minimum() << type.pageShift() > 1 << 28) {
                throw new NotSupported("large memory");
            }
            // An imported one is the host module's, of one page.
            boolean imported = i < module.importedMemoryCount();
            long pages = imported ? Math.max(1, type.minimum()) : type.minimum();
            memories[i] = new byte[(int) pages << type.pageShift()];
        }
        for (int i = 0; i < tables.length; i++) {
            TableType type = module.table(i);
            if (type.minimum() < 0 || type.minimum() > 1 << 24) {
                throw new NotSupported("large table");
            }
            // An imported one is the host module's, of ten elements.
            boolean imported = i < module.importedTableCount();
            tables[i] = new long[(int) Math.max(imported ? 10 : 0, type.minimum())];
            if (type.initial() != null) {
                Arrays.fill(tables[i], evaluate(type.initial()));
            }
        }
        runSegments();
        if (module.start() != WasmModule.NONE) {
            call(module.start(), new long[0]);
        }
    }

    /** The host module of the official suite. */
    private void link(Import entity) {
        if (!entity.module().equals("spectest")) {
            throw new NotSupported("imports");
        }
        if (entity.kind() == ExternKind.GLOBAL) {
            globals[entity.index()] =
                    switch (entity.name()) {
                        case "global_i32", "global_i64" -> 666;
                        case "global_f32" -> Float.floatToRawIntBits(666.6f);
                        case "global_f64" -> Double.doubleToRawLongBits(666.6);
                        default -> throw new NotSupported("imports");
                    };
        }
    }

    private void runSegments() {
        for (int i = 0; i < module.elementSegmentCount(); i++) {
            ElementSegment segment = module.elementSegment(i);
            if (segment.mode() == ElementSegment.Mode.ACTIVE) {
                long offset = evaluate(segment.offset());
                tableInit(segment.table(), i, offset, 0, segment.length());
            }
            elementsDropped[i] = segment.mode() != ElementSegment.Mode.PASSIVE;
        }
        for (int i = 0; i < module.dataSegmentCount(); i++) {
            DataSegment segment = module.dataSegment(i);
            if (segment.isActive()) {
                memoryInit(segment.memory(), i, evaluate(segment.offset()), 0, segment.length());
                dataDropped[i] = true;
            }
        }
    }

    private long evaluate(ConstantExpression expression) {
        long[] stack = new long[expression.length()];
        int top = 0;
        for (int i = 0; i < expression.length(); i++) {
            long immediate = expression.immediate(i);
            switch (expression.opcode(i)) {
                case ConstantExpression.GLOBAL_GET -> stack[top++] = globals[(int) immediate];
                case ConstantExpression.REF_NULL -> stack[top++] = 0;
                case ConstantExpression.REF_FUNC -> stack[top++] = reference((int) immediate);
                case ConstantExpression.I32_ADD, ConstantExpression.I64_ADD -> {
                    top--;
                    stack[top - 1] += stack[top];
                }
                case ConstantExpression.I32_SUB, ConstantExpression.I64_SUB -> {
                    top--;
                    stack[top - 1] -= stack[top];
                }
                case ConstantExpression.I32_MUL, ConstantExpression.I64_MUL -> {
                    top--;
                    stack[top - 1] *= stack[top];
                }
                case ConstantExpression.V128_CONST -> throw new NotSupported("vectors");
                default -> stack[top++] = immediate;
            }
        }
        return Numbers.mask(ValueType.irType(expression.type(), module.types()), stack[0]);
    }

    static long reference(int function) {
        return 16L * (function + 1);
    }

    // ---- what a host asks ----

    /** The export with the name. */
    Export export(String name) {
        for (Export export : module.exports()) {
            if (export.name().equals(name)) {
                return export;
            }
        }
        throw new AssertionError("no export " + name);
    }

    long global(int index) {
        return globals[index];
    }

    /** Calls a function; traps with STACK_OVERFLOW when calls nest too deeply. */
    long[] call(int function, long[] arguments) {
        if (depth > MAX_DEPTH) {
            throw new Trap(TrapKind.STACK_OVERFLOW);
        }
        depth++;
        try {
            int callee = function;
            long[] passed = arguments;
            while (true) {
                if (callee < module.importedFunctionCount()) {
                    return new long[entities.signature(callee).resultCount()];
                }
                if (usesVectors(functions[callee])) {
                    throw new NotSupported("vectors");
                }
                Activation activation = new Activation(functions[callee]);
                long[] results = activation.run(passed);
                if (activation.tailCallee < 0) {
                    return results;
                }
                callee = activation.tailCallee;
                passed = results;
            }
        } finally {
            depth--;
        }
    }

    private static boolean usesVectors(Function function) {
        for (int i = 0; i < function.instructionCount(); i++) {
            if (function.type(i) == Type.V128) {
                return true;
            }
        }
        return false;
    }

    // ---- execution ----

    private final class Activation {
        private final Function function;
        private final long[] values;
        private final long[] slots;

        /** The function that is tail called with the results of {@link #run}, or -1. */
        private int tailCallee = -1;

        Activation(Function function) {
            this.function = function;
            values = new long[function.instructionCount()];
            slots = new long[function.slotCount()];
        }

        long[] run(long[] arguments) {
            int block = function.firstBlock();
            long[] incoming = arguments;
            while (true) {
                int i = function.first(block);
                for (int k = 0; i != Function.NONE && function.opcode(i) == Opcode.PARAM; k++) {
                    values[i] = incoming[k];
                    i = function.next(i);
                }
                for (; !function.opcode(i).isTerminator(); i = function.next(i)) {
                    step(i);
                }
                Opcode op = function.opcode(i);
                if (op == Opcode.RETURN) {
                    return list(i);
                }
                if (op == Opcode.TRAP) {
                    throw new Trap(TrapKind.of(function.aux(i)));
                }
                if (op.form() == Opcode.Form.CALL) {
                    long[] passed = list(i);
                    tailCallee = callee(op, i, passed);
                    return op == Opcode.RETURN_CALL
                            ? passed
                            : Arrays.copyOfRange(passed, 1, passed.length);
                }
                int edge = function.firstEdge(block) + choose(op, i, block);
                incoming = new long[function.edgeArgumentCount(edge)];
                for (int k = 0; k < incoming.length; k++) {
                    incoming[k] = values[function.edgeArgument(edge, k)];
                }
                block = function.edgeTarget(edge);
            }
        }

        private int choose(Opcode op, int i, int block) {
            return switch (op) {
                case BRANCH -> values[function.a(i)] != 0 ? 0 : 1;
                case SWITCH -> (int) Math.min(values[function.a(i)], function.edgeCount(block) - 1);
                default -> 0;
            };
        }

        private long[] list(int i) {
            long[] list = new long[function.b(i)];
            for (int k = 0; k < list.length; k++) {
                list[k] = values[function.pool(function.a(i) + k)];
            }
            return list;
        }

        private void step(int i) {
            Opcode op = function.opcode(i);
            Type type = function.type(i);
            if (op.effect() == Opcode.Effect.ATOMIC) {
                throw new NotSupported("atomic operations");
            }
            switch (op.form()) {
                case NONE -> values[i] = none(op, i);
                case UNARY -> unary(op, i, type);
                case BINARY -> {
                    int a = function.a(i);
                    long y = values[function.b(i)];
                    values[i] = Numbers.binary(op, function.type(a), type, values[a], y);
                }
                case TERNARY ->
                        values[i] =
                                values[function.a(i)] != 0
                                        ? values[function.b(i)]
                                        : values[function.c(i)];
                case LOAD -> values[i] = load(op, i, type);
                case STORE -> store(op, i);
                case CALL -> call(op, i);
            }
        }

        private long none(Opcode op, int i) {
            int imm = (int) function.imm(i);
            return switch (op) {
                case CONST -> function.imm(i);
                case GLOBAL_GET -> globals[imm];
                case SLOT_GET -> slots[imm];
                case MEMORY_BASE -> MEMORY_ADDRESS * (1 + 2 * imm);
                case MEMORY_BOUND -> memories[imm].length;
                case TABLE_BASE -> TABLE_ADDRESS * (1 + imm);
                case TABLE_BOUND -> tables[imm].length;
                case REF_FUNC -> reference(imm);
                default -> throw new AssertionError(op);
            };
        }

        private void unary(Opcode op, int i, Type type) {
            int a = function.a(i);
            long x = values[a];
            switch (op) {
                case GLOBAL_SET -> globals[(int) function.imm(i)] = x;
                case SLOT_SET -> slots[(int) function.imm(i)] = x;
                case RESULT -> {} // Set by the call.
                case TRAP_IF -> {
                    if (x != 0) {
                        throw new Trap(TrapKind.of(function.aux(i)));
                    }
                }
                case CHECK_SIGNATURE -> checkSignature(x, (int) function.imm(i));
                default -> values[i] = Numbers.unary(op, function.type(a), type, x);
            }
        }

        // ---- memory ----

        private static int width(Opcode op, Type type) {
            return switch (op) {
                case LOAD8_S, LOAD8_U, STORE8 -> 1;
                case LOAD16_S, LOAD16_U, STORE16 -> 2;
                case LOAD32_S, LOAD32_U, STORE32 -> 4;
                default -> type.bytes();
            };
        }

        private long address(int i) {
            return values[function.a(i)] + function.imm(i);
        }

        /** The offset in the memory. */
        private int offset(int i, int width) {
            int index = AliasSet.index(function.aux(i));
            Module.Memory type = entities.memories()[index];
            long own = MEMORY_ADDRESS * (1 + 2 * index);
            long base = function.b(i) == Function.NONE ? own : values[function.b(i)];
            if (base != own || (function.b(i) == Function.NONE) != type.pinned()) {
                throw new AssertionError("memory " + index + " has another base");
            }
            long address = address(i);
            if (address < 0 || address > memories[index].length - width) {
                boolean covered = values[function.a(i)] >>> 32 == 0 && function.imm(i) >>> 31 == 0;
                if (!type.guarded() || !covered) {
                    throw new AssertionError("access outside of memory " + index);
                }
                throw new Trap(TrapKind.MEMORY_OUT_OF_BOUNDS);
            }
            return (int) address;
        }

        private long load(Opcode op, int i, Type type) {
            if (AliasSet.isTable(function.aux(i))) {
                return table(i)[element(i)];
            }
            int width = width(op, type);
            int at = offset(i, width);
            byte[] memory = memories[AliasSet.index(function.aux(i))];
            long bits = 0;
            for (int k = width - 1; k >= 0; k--) {
                bits = bits << 8 | memory[at + k] & 0xff;
            }
            return Numbers.mask(
                    type,
                    switch (op) {
                        case LOAD8_S -> (byte) bits;
                        case LOAD16_S -> (short) bits;
                        case LOAD32_S -> (int) bits;
                        default -> bits;
                    });
        }

        private void store(Opcode op, int i) {
            long value = values[function.c(i)];
            if (AliasSet.isTable(function.aux(i))) {
                table(i)[element(i)] = value;
                return;
            }
            int width = width(op, function.type(function.c(i)));
            int at = offset(i, width);
            byte[] memory = memories[AliasSet.index(function.aux(i))];
            for (int k = 0; k < width; k++) {
                memory[at + k] = (byte) (value >>> 8 * k);
            }
        }

        private long[] table(int i) {
            int index = AliasSet.index(function.aux(i));
            if (values[function.b(i)] != TABLE_ADDRESS * (1 + index)) {
                throw new AssertionError("table " + index + " has another base");
            }
            return tables[index];
        }

        private int element(int i) {
            long address = address(i);
            long length = table(i).length;
            if (address % 8 != 0 || address / 8 >= length || address < 0) {
                throw new AssertionError("access outside of a table");
            }
            return (int) (address / 8);
        }

        // ---- calls ----

        private void call(Opcode op, int i) {
            long[] arguments = list(i);
            if (op == Opcode.CALL_RUNTIME) {
                values[i] = runtime(RuntimeFunction.of((int) function.imm(i)), arguments);
                return;
            }
            int callee = callee(op, i, arguments);
            long[] passed =
                    op == Opcode.CALL
                            ? arguments
                            : Arrays.copyOfRange(arguments, 1, arguments.length);
            long[] results = IrInstance.this.call(callee, passed);
            int at = i;
            for (long result : results) {
                values[at] = result;
                at = function.next(at);
            }
        }

        private int callee(Opcode op, int i, long[] arguments) {
            int imm = (int) function.imm(i);
            return switch (op) {
                case CALL, RETURN_CALL -> imm;
                case CALL_INDIRECT, RETURN_CALL_INDIRECT -> {
                    long[] table = tables[function.aux(i)];
                    if (arguments[0] >= table.length) {
                        throw new Trap(TrapKind.UNDEFINED_ELEMENT);
                    }
                    long reference = table[(int) arguments[0]];
                    checkSignature(reference, imm);
                    yield (int) (reference / 16) - 1;
                }
                default -> {
                    if (arguments[0] == 0) {
                        throw new Trap(TrapKind.of(function.aux(i)));
                    }
                    yield (int) (arguments[0] / 16) - 1;
                }
            };
        }
    }

    private void checkSignature(long reference, int type) {
        if (reference == 0) {
            throw new Trap(TrapKind.INDIRECT_CALL_TO_NULL);
        }
        int declared = module.functionType((int) (reference / 16) - 1);
        TypeSection types = module.types();
        if (!types.isDeclaredSubtype(types.canonical(declared), types.canonical(type))) {
            throw new Trap(TrapKind.BAD_SIGNATURE);
        }
    }

    // ---- runtime ----

    private long runtime(RuntimeFunction callee, long[] a) {
        switch (callee) {
            case MEMORY_GROW -> {
                return memoryGrow((int) a[0], a[1]);
            }
            case MEMORY_COPY -> memoryCopy((int) a[0], (int) a[1], a[2], a[3], a[4]);
            case MEMORY_FILL -> {
                byte[] memory = memories[(int) a[0]];
                checkRange(a[1], a[3], memory.length, TrapKind.MEMORY_OUT_OF_BOUNDS);
                Arrays.fill(memory, (int) a[1], (int) (a[1] + a[3]), (byte) a[2]);
            }
            case MEMORY_INIT -> memoryInit((int) a[0], (int) a[1], a[2], a[3], a[4]);
            case DATA_DROP -> dataDropped[(int) a[0]] = true;
            case HOLD, RETAIN, RELEASE, REPLACE -> {} // References live for ever here.
            case TABLE_GROW -> {
                return tableGrow((int) a[0], a[1], a[2]);
            }
            case TABLE_COPY -> tableCopy((int) a[0], (int) a[1], a[2], a[3], a[4]);
            case TABLE_FILL -> {
                long[] table = tables[(int) a[0]];
                checkRange(a[1], a[3], table.length, TrapKind.TABLE_OUT_OF_BOUNDS);
                Arrays.fill(table, (int) a[1], (int) (a[1] + a[3]), a[2]);
            }
            case TABLE_INIT -> tableInit((int) a[0], (int) a[1], a[2], a[3], a[4]);
            case ELEM_DROP -> elementsDropped[(int) a[0]] = true;
            default -> throw new NotSupported(callee.name());
        }
        return 0;
    }

    private static void checkRange(long start, long length, long bound, TrapKind kind) {
        boolean inside =
                Long.compareUnsigned(start, bound) <= 0
                        && Long.compareUnsigned(length, bound - start) <= 0;
        if (!inside) {
            throw new Trap(kind);
        }
    }

    private long memoryGrow(int index, long delta) {
        MemoryType type = module.memory(index);
        int old = memories[index].length >>> type.pageShift();
        long limit = Math.min(PAGE_LIMIT << 16 - type.pageShift(), type.maximum() & Long.MAX_VALUE);
        if (delta < 0 || delta > limit - old) {
            return -1;
        }
        memories[index] = Arrays.copyOf(memories[index], (int) (old + delta) << type.pageShift());
        return old;
    }

    private void memoryCopy(int to, int from, long destination, long source, long length) {
        checkRange(destination, length, memories[to].length, TrapKind.MEMORY_OUT_OF_BOUNDS);
        checkRange(source, length, memories[from].length, TrapKind.MEMORY_OUT_OF_BOUNDS);
        System.arraycopy(
                memories[from], (int) source, memories[to], (int) destination, (int) length);
    }

    private void memoryInit(int index, int segment, long destination, long source, long length) {
        DataSegment data = module.dataSegment(segment);
        int size = dataDropped[segment] ? 0 : data.length();
        checkRange(source, length, size, TrapKind.MEMORY_OUT_OF_BOUNDS);
        checkRange(destination, length, memories[index].length, TrapKind.MEMORY_OUT_OF_BOUNDS);
        System.arraycopy(
                module.bytes(),
                data.start() + (int) source,
                memories[index],
                (int) destination,
                (int) length);
    }

    private long tableGrow(int index, long value, long delta) {
        TableType type = module.table(index);
        int old = tables[index].length;
        long limit = Math.min(1 << 20, type.maximum() & Long.MAX_VALUE);
        if (delta < 0 || delta > limit - old) {
            return -1;
        }
        tables[index] = Arrays.copyOf(tables[index], (int) (old + delta));
        Arrays.fill(tables[index], old, tables[index].length, value);
        return old;
    }

    private void tableCopy(int to, int from, long destination, long source, long length) {
        checkRange(destination, length, tables[to].length, TrapKind.TABLE_OUT_OF_BOUNDS);
        checkRange(source, length, tables[from].length, TrapKind.TABLE_OUT_OF_BOUNDS);
        System.arraycopy(tables[from], (int) source, tables[to], (int) destination, (int) length);
    }

    private void tableInit(int index, int segment, long destination, long source, long length) {
        ElementSegment elements = module.elementSegment(segment);
        int size = elementsDropped[segment] ? 0 : elements.length();
        checkRange(source, length, size, TrapKind.TABLE_OUT_OF_BOUNDS);
        checkRange(destination, length, tables[index].length, TrapKind.TABLE_OUT_OF_BOUNDS);
        for (int i = 0; i < length; i++) {
            int at = (int) source + i;
            tables[index][(int) destination + i] =
                    elements.functions() != null
                            ? reference(elements.functions()[at])
                            : evaluate(elements.expressions()[at]);
        }
    }
}
