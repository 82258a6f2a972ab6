package wasm2obj.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes random functions that obey the rules: structured control flow as WebAssembly has it, loops that end, values of all
 * types, memory, globals, slots, calls, checks. Operands are chosen so that the passes find something: recent values,
 * telling constants, the same operations again. The same seed makes the same function.
 */
public final class RandomFunctions {
    /** The module that the functions belong to. */
    public static final Module MODULE =
            ModuleText.parse(
                    """
                    type 0 (i32, i32, i64, f32, f64) -> (i32, i64)
                    type 1 (i32) -> (i64, i32)
                    type 2 () -> ()
                    type 3 (f64, i32) -> (f64)
                    declare 0 type 0
                    declare 1 type 1 imported
                    declare 2 type 2
                    declare 3 type 3
                    global 0 i32 mutable
                    global 1 i64 mutable
                    global 2 f64 mutable
                    global 3 i32 constant 42
                    global 4 i32 mutable
                    memory 0 minimum 1 maximum 65536 pinned guarded
                    memory 1 minimum 1 maximum 65536
                    """);

    private static final long[] CONSTANTS = {
        0,
        1,
        -1,
        2,
        3,
        4,
        5,
        7,
        8,
        10,
        15,
        16,
        24,
        31,
        32,
        33,
        48,
        63,
        64,
        100,
        127,
        128,
        255,
        256,
        1000,
        4095,
        65535,
        65536,
        0x7fffffffL,
        0x80000000L,
        0xffffffffL,
        0x7fffffffffffffffL,
        0x8000000000000000L,
        -2,
        -3,
        -8,
        -128,
        0xff00L,
        0x12345678L
    };
    private static final Type[] SCALARS = {
        Type.I32, Type.I32, Type.I32, Type.I64, Type.I64, Type.F32, Type.F64
    };
    private static final Opcode[] INTEGER_BINARIES = {
        Opcode.ADD,
        Opcode.ADD,
        Opcode.ADD,
        Opcode.SUB,
        Opcode.SUB,
        Opcode.MUL,
        Opcode.AND,
        Opcode.AND,
        Opcode.OR,
        Opcode.XOR,
        Opcode.SHL,
        Opcode.SHR_S,
        Opcode.SHR_U,
        Opcode.ROTL,
        Opcode.ROTR,
        Opcode.DIV_S,
        Opcode.DIV_U,
        Opcode.REM_S,
        Opcode.REM_U
    };
    private static final Opcode[] INTEGER_UNARIES = {
        Opcode.CLZ, Opcode.CTZ, Opcode.POPCNT, Opcode.EXTEND8_S, Opcode.EXTEND16_S
    };
    private static final Opcode[] ORDERS = {
        Opcode.EQ,
        Opcode.NE,
        Opcode.LT_S,
        Opcode.LT_U,
        Opcode.GT_S,
        Opcode.GT_U,
        Opcode.LE_S,
        Opcode.LE_U,
        Opcode.GE_S,
        Opcode.GE_U
    };
    private static final Opcode[] FLOAT_BINARIES = {
        Opcode.FADD,
        Opcode.FSUB,
        Opcode.FMUL,
        Opcode.FDIV,
        Opcode.FMIN,
        Opcode.FMAX,
        Opcode.FCOPYSIGN
    };
    private static final Opcode[] FLOAT_UNARIES = {
        Opcode.FABS,
        Opcode.FNEG,
        Opcode.FCEIL,
        Opcode.FFLOOR,
        Opcode.FTRUNC,
        Opcode.FNEAREST,
        Opcode.FSQRT
    };
    private static final Opcode[] FLOAT_ORDERS = {
        Opcode.FEQ, Opcode.FNE, Opcode.FLT, Opcode.FGT, Opcode.FLE, Opcode.FGE
    };

    private SplittableRandom random;
    private Function function;
    private final FunctionBuilder builder = new FunctionBuilder();
    private final List<List<Integer>> available = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();
    private int budget;
    private boolean hasAtomics = true;

    /** Leaves atomic operations out. */
    public RandomFunctions withoutAtomics() {
        hasAtomics = false;
        return this;
    }

    public RandomFunctions() {
        for (int t = 0; t < Type.values().length; t++) {
            available.add(new ArrayList<>());
        }
    }

    /** A function of about {@code size} instructions. */
    public Function make(long seed, int size) {
        random = new SplittableRandom(seed);
        function = new Function();
        function.reset(0, "random" + seed, MODULE.signature(0));
        function.addSlot(Type.I32);
        function.addSlot(Type.I64);
        builder.reset(function);
        builder.setSimplify(false);
        budget = size;
        labels.clear();
        available.forEach(List::clear);
        int entry = builder.addBlock();
        for (int p = 0; p < function.signature().parameterCount(); p++) {
            Type type = function.signature().parameter(p);
            define(builder.addParam(entry, type));
        }
        builder.switchTo(entry);
        builder.slotSet(0, builder.constI32(0));
        builder.slotSet(1, builder.constI64(0));
        while (budget > 0 && builder.currentBlock() != Function.NONE) {
            statement(0);
        }
        if (builder.currentBlock() != Function.NONE) {
            giveBack();
        }
        return function;
    }

    private void giveBack() {
        builder.ret(new int[] {value(Type.I32), value(Type.I64)}, 0, 2);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T any(T[] array) {
        return array[random.nextInt(array.length)];
    }

    private int define(int value) {
        available.get(function.type(value).ordinal()).add(value);
        return value;
    }

    private int value(Type type) {
        List<Integer> values = available.get(type.ordinal());
        if (values.isEmpty() || chance(20)) {
            return constant(type);
        }
        int back = chance(60) ? Math.min(6, values.size()) : values.size();
        return values.get(values.size() - 1 - random.nextInt(back));
    }

    private int constant(Type type) {
        long bits;
        if (type.isFloat()) {
            double[] values = {
                0, -0.0, 1, 2, 0.5, -1.5, 4, 1e30, 3, 0x1p-140, Double.POSITIVE_INFINITY
            };
            double chosen = values[random.nextInt(values.length)];
            bits =
                    type == Type.F32
                            ? Float.floatToRawIntBits((float) chosen)
                            : Double.doubleToRawLongBits(chosen);
        } else {
            bits = chance(90) ? CONSTANTS[random.nextInt(CONSTANTS.length)] : random.nextLong();
        }
        return builder.constant(type, bits);
    }

    private int raw(Opcode op, Type type, int a, int b) {
        budget--;
        return define(builder.append(op, type, a, b, Function.NONE, 0, 0));
    }

    // ---- statements ----

    private void statement(int depth) {
        int kind = random.nextInt(100);
        budget--;
        if (kind < 50) {
            expression();
        } else if (kind < 70) {
            memory();
        } else if (kind < 78) {
            context();
        } else if (kind < 81) {
            call();
        } else if (kind < 84) {
            check();
        } else if (depth < 6) {
            control(kind, depth);
        } else {
            expression();
        }
    }

    private void control(int kind, int depth) {
        if (kind < 90) {
            conditional(depth);
        } else if (kind < 95) {
            loop(depth);
        } else if (kind < 97) {
            switchOver(depth);
        } else if (!labels.isEmpty()) {
            leaveIf();
        } else {
            expression();
        }
    }

    private void expression() {
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> {
                Type type = chance(70) ? Type.I32 : Type.I64;
                Opcode op = any(INTEGER_BINARIES);
                int b = chance(45) ? constant(type) : value(type);
                boolean divides = op.effect() == Opcode.Effect.TRAPS;
                if (divides && chance(80)) {
                    b = builder.constant(type, 1 + random.nextInt(20));
                }
                raw(op, type, value(type), b);
            }
            case 4 -> {
                Type type = chance(70) ? Type.I32 : Type.I64;
                boolean wide = type == Type.I64;
                raw(
                        wide && chance(30) ? Opcode.EXTEND32_S : any(INTEGER_UNARIES),
                        type,
                        value(type),
                        Function.NONE);
            }
            case 5 -> compare();
            case 6 -> conversion();
            case 7 -> select();
            case 8 -> {
                Type type = chance(50) ? Type.F32 : Type.F64;
                raw(any(FLOAT_BINARIES), type, value(type), value(type));
            }
            default -> {
                if (chance(50)) {
                    Type type = chance(50) ? Type.F32 : Type.F64;
                    raw(any(FLOAT_UNARIES), type, value(type), Function.NONE);
                } else {
                    raw(
                            chance(50) ? Opcode.MULHI_S : Opcode.MULHI_U,
                            Type.I64,
                            value(Type.I64),
                            value(Type.I64));
                }
            }
        }
    }

    private int compare() {
        Type type = any(SCALARS);
        if (type.isFloat()) {
            return raw(any(FLOAT_ORDERS), Type.I32, value(type), value(type));
        }
        if (chance(25)) {
            return raw(Opcode.EQZ, Type.I32, value(type), Function.NONE);
        }
        int b = chance(50) ? constant(type) : value(type);
        return raw(any(ORDERS), Type.I32, value(type), b);
    }

    private int condition() {
        return chance(70) ? compare() : value(Type.I32);
    }

    private void conversion() {
        int none = Function.NONE;
        switch (random.nextInt(12)) {
            case 0, 1 -> raw(Opcode.WRAP, Type.I32, value(Type.I64), none);
            case 2, 3 -> raw(Opcode.EXTEND_U, Type.I64, value(Type.I32), none);
            case 4 -> raw(Opcode.EXTEND_S, Type.I64, value(Type.I32), none);
            case 5 -> raw(Opcode.REINTERPRET, Type.I32, value(Type.F32), none);
            case 6 -> raw(Opcode.REINTERPRET, Type.F64, value(Type.I64), none);
            case 7 -> raw(Opcode.DEMOTE, Type.F32, value(Type.F64), none);
            case 8 -> raw(Opcode.PROMOTE, Type.F64, value(Type.F32), none);
            case 9 -> {
                Type to = chance(50) ? Type.I32 : Type.I64;
                Opcode op = chance(10) ? Opcode.TRUNC_S : Opcode.TRUNC_SAT_U;
                raw(chance(30) ? Opcode.TRUNC_SAT_S : op, to, value(Type.F64), none);
            }
            default -> {
                Type from = chance(50) ? Type.I32 : Type.I64;
                Type to = chance(50) ? Type.F32 : Type.F64;
                raw(chance(50) ? Opcode.CONVERT_S : Opcode.CONVERT_U, to, value(from), none);
            }
        }
    }

    private void select() {
        Type type = any(SCALARS);
        int test = condition();
        define(builder.append(Opcode.SELECT, type, test, value(type), value(type), 0, 0));
    }

    // ---- memory and context ----

    private int index() {
        int value = value(Type.I32);
        if (chance(60)) {
            value = raw(Opcode.AND, Type.I32, value, builder.constI32(0x7fc));
        }
        if (chance(40)) {
            value = raw(Opcode.ADD, Type.I32, value, builder.constI32(random.nextInt(64) * 4));
        }
        return value;
    }

    private void memory() {
        boolean isAtomic = hasAtomics && chance(20);
        boolean pinned = chance(70);
        int set = AliasSet.memory(pinned ? 0 : 1);
        int index = chance(10) ? builder.constI32(random.nextInt(2000)) : index();
        int base = Function.NONE;
        long displacement = chance(50) ? 0 : random.nextInt(16) * (isAtomic ? 8L : 4L);
        if (isAtomic) {
            index = raw(Opcode.AND, Type.I32, index, builder.constI32(0x7f8));
        }
        if (!pinned) {
            int address = raw(Opcode.EXTEND_U, Type.I64, index, Function.NONE);
            int end = raw(Opcode.ADD, Type.I64, address, builder.constI64(displacement + 8));
            int bound = define(builder.memoryBound(1));
            int outside = raw(Opcode.GT_U, Type.I32, end, bound);
            builder.trapIf(outside, TrapKind.MEMORY_OUT_OF_BOUNDS);
            // Not a value for other instructions: it is another one in each process.
            base = builder.memoryBase(1);
            index = chance(50) ? address : index;
        }
        if (isAtomic) {
            atomic(index, base, displacement, set);
        } else if (chance(60)) {
            load(index, base, displacement, set);
        } else {
            store(index, base, displacement, set);
        }
    }

    private void load(int index, int base, long displacement, int set) {
        Opcode[] narrow = {
            Opcode.LOAD8_S, Opcode.LOAD8_U, Opcode.LOAD16_S, Opcode.LOAD16_U, Opcode.LOAD
        };
        Type type = any(SCALARS);
        Opcode op = type.isInteger() ? any(narrow) : Opcode.LOAD;
        if (type == Type.I64 && chance(30)) {
            op = chance(50) ? Opcode.LOAD32_S : Opcode.LOAD32_U;
        }
        define(builder.load(op, type, index, base, displacement, set));
    }

    private void store(int index, int base, long displacement, int set) {
        Opcode[] narrow = {Opcode.STORE8, Opcode.STORE16, Opcode.STORE, Opcode.STORE};
        Type type = any(SCALARS);
        Opcode op = type.isInteger() ? any(narrow) : Opcode.STORE;
        if (type == Type.I64 && chance(30)) {
            op = Opcode.STORE32;
        }
        builder.store(op, index, base, displacement, value(type), set);
    }

    private void atomic(int index, int base, long displacement, int memory) {
        Opcode[] updates = {
            Opcode.ATOMIC_ADD,
            Opcode.ATOMIC_SUB,
            Opcode.ATOMIC_AND,
            Opcode.ATOMIC_OR,
            Opcode.ATOMIC_XOR,
            Opcode.ATOMIC_XCHG
        };
        Type type = chance(50) ? Type.I32 : Type.I64;
        int set = AliasSet.withWidth(memory, random.nextInt(type == Type.I64 ? 4 : 3));
        int none = Function.NONE;
        switch (random.nextInt(10)) {
            case 0, 1 ->
                    define(
                            builder.atomic(
                                    Opcode.ATOMIC_LOAD,
                                    type,
                                    index,
                                    base,
                                    displacement,
                                    none,
                                    set));
            case 2 ->
                    builder.atomic(
                            Opcode.ATOMIC_STORE,
                            Type.VOID,
                            index,
                            base,
                            displacement,
                            value(type),
                            set);
            case 3 -> builder.fence();
            case 4, 5 -> {
                // A load of the same place makes equality likely.
                int expected =
                        chance(70)
                                ? builder.load(Opcode.LOAD, type, index, base, displacement, memory)
                                : value(type);
                int replacement = value(type);
                define(
                        builder.compareExchange(
                                type, index, base, displacement, expected, replacement, set));
            }
            default -> {
                int old =
                        builder.atomic(
                                any(updates), type, index, base, displacement, value(type), set);
                if (chance(60)) {
                    define(old);
                }
            }
        }
    }

    private void context() {
        int global = random.nextInt(MODULE.globals().length);
        Module.Global entity = MODULE.globals()[global];
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> define(builder.globalGet(global, entity.type()));
            case 3 -> {
                if (entity.mutable()) {
                    builder.globalSet(global, value(entity.type()));
                }
            }
            case 4 -> define(builder.slotGet(random.nextInt(2)));
            default -> {
                int slot = random.nextInt(2);
                builder.slotSet(slot, value(function.slotType(slot)));
            }
        }
    }

    private void call() {
        int callee = random.nextInt(4);
        Signature signature = MODULE.signature(callee);
        int[] args = new int[signature.parameterCount()];
        for (int k = 0; k < args.length; k++) {
            args[k] = value(signature.parameter(k));
        }
        int call = builder.call(callee, signature, args, 0, args.length);
        for (int k = 0; k < signature.resultCount(); k++) {
            define(call + k);
        }
    }

    private void check() {
        int rare = raw(Opcode.EQ, Type.I32, value(Type.I32), builder.constI32(12345));
        builder.trapIf(chance(90) ? rare : condition(), TrapKind.UNREACHABLE);
    }

    // ---- control ----

    private int[] marks() {
        int[] marks = new int[available.size()];
        for (int t = 0; t < marks.length; t++) {
            marks[t] = available.get(t).size();
        }
        return marks;
    }

    private void leaveScope(int[] marks) {
        for (int t = 0; t < marks.length; t++) {
            List<Integer> values = available.get(t);
            values.subList(marks[t], values.size()).clear();
        }
    }

    private int[] valuesFor(int block) {
        int[] values = new int[function.paramCount(block)];
        int param = function.first(block);
        for (int k = 0; k < values.length; k++, param = function.next(param)) {
            values[k] = value(function.type(param));
        }
        return values;
    }

    private int blockWithParams() {
        int block = builder.addBlock();
        for (int k = random.nextInt(4); k > 0; k--) {
            builder.addParam(block, any(SCALARS));
        }
        return block;
    }

    private void defineParams(int block) {
        int param = function.first(block);
        for (int k = 0; k < function.paramCount(block); k++, param = function.next(param)) {
            define(param);
        }
    }

    private void jump(int target) {
        int[] args = valuesFor(target);
        builder.jump(target, args, 0, args.length);
    }

    /** Statements, and a jump to the join, or something that ends otherwise. */
    private void arm(int join, int depth) {
        int[] marks = marks();
        for (int n = random.nextInt(5); n > 0 && builder.currentBlock() != Function.NONE; n--) {
            statement(depth + 1);
        }
        if (builder.currentBlock() != Function.NONE) {
            if (chance(90)) {
                jump(join);
            } else if (chance(50)) {
                builder.trap(TrapKind.UNREACHABLE);
            } else if (chance(50) && !labels.isEmpty()) {
                jump(labels.get(random.nextInt(labels.size())));
            } else {
                giveBack();
            }
        }
        leaveScope(marks);
    }

    private void branch(
            int condition, int hint, int thenBlock, int[] then, int elseBlock, int[] or) {
        function.addEdge(builder.currentBlock(), thenBlock);
        function.addEdge(builder.currentBlock(), elseBlock);
        int first = function.firstEdge(builder.currentBlock());
        setArguments(first, then);
        setArguments(first + 1, or);
        builder.append(Opcode.BRANCH, Type.VOID, condition, Function.NONE, Function.NONE, 0, hint);
    }

    private void setArguments(int edge, int[] args) {
        int start = function.allocatePool(args.length);
        for (int k = 0; k < args.length; k++) {
            function.setPool(start + k, args[k]);
        }
        function.setEdgeArguments(edge, start, args.length);
    }

    private static final int[] NO_ARGUMENTS = {};

    private void conditional(int depth) {
        int test = condition();
        int thenBlock = builder.addBlock();
        int elseBlock = builder.addBlock();
        int join = blockWithParams();
        int hint = random.nextInt(3) - 1;
        if (chance(30)) {
            branch(test, hint, thenBlock, NO_ARGUMENTS, join, valuesFor(join));
        } else {
            branch(test, hint, thenBlock, NO_ARGUMENTS, elseBlock, NO_ARGUMENTS);
            builder.switchTo(elseBlock);
            arm(join, depth);
        }
        builder.switchTo(thenBlock);
        arm(join, depth);
        finish(join, elseBlock);
        enterJoin(join);
    }

    /** Blocks that were not needed get an end. */
    private void finish(int join, int other) {
        if (function.first(other) == Function.NONE) {
            builder.switchTo(other);
            jump(join);
        }
    }

    private void enterJoin(int join) {
        builder.switchTo(join);
        defineParams(join);
    }

    private void loop(int depth) {
        int header = builder.addBlock();
        int counter = builder.addParam(header, Type.I32);
        for (int k = random.nextInt(4); k > 0; k--) {
            builder.addParam(header, any(SCALARS));
        }
        int exit = blockWithParams();
        int[] args = valuesFor(header);
        args[0] = builder.constI32(1 + random.nextInt(6));
        builder.jump(header, args, 0, args.length);
        builder.switchTo(header);
        int[] marks = marks();
        defineParams(header);
        labels.add(exit);
        for (int n = 1 + random.nextInt(6); n > 0; n--) {
            if (builder.currentBlock() != Function.NONE) {
                statement(depth + 1);
            }
        }
        if (builder.currentBlock() != Function.NONE) {
            closeLoop(header, counter, exit);
        }
        labels.removeLast();
        leaveScope(marks);
        enterJoin(exit);
    }

    private void closeLoop(int header, int counter, int exit) {
        int less = raw(Opcode.SUB, Type.I32, counter, builder.constI32(1));
        int[] args = valuesFor(header);
        args[0] = less;
        branch(less, 0, header, args, exit, valuesFor(exit));
    }

    private void switchOver(int depth) {
        int[] cases = new int[1 + random.nextInt(4)];
        int join = blockWithParams();
        int mask = raw(Opcode.AND, Type.I32, value(Type.I32), builder.constI32(7));
        for (int k = 0; k < cases.length; k++) {
            cases[k] = builder.addBlock();
        }
        int edges = cases.length + random.nextInt(3);
        for (int k = 0; k < edges; k++) {
            int target = k < cases.length ? cases[k] : chance(50) ? join : cases[0];
            int[] args = valuesFor(target);
            builder.addEdge(target, args, 0, args.length);
        }
        builder.append(Opcode.SWITCH, Type.VOID, mask, Function.NONE, Function.NONE, 0, 0);
        for (int block : cases) {
            builder.switchTo(block);
            arm(join, depth);
        }
        enterJoin(join);
    }

    private void leaveIf() {
        int target = labels.get(random.nextInt(labels.size()));
        int next = builder.addBlock();
        int test = condition();
        branch(test, -1, target, valuesFor(target), next, NO_ARGUMENTS);
        builder.switchTo(next);
    }
}
