package wasm2obj.ir;

import java.util.HashMap;
import java.util.Map;

/**
 * Reads the text form that {@link Printer} writes: {@code print(parse(print(f)))} equals {@code print(f)}. Values and
 * blocks may have any numbers and be used before they are defined, so that functions that break the rules can be
 * written down too. Text that is not in the form is a {@link SyntaxException}.
 */
public final class Parser {
    private static final int NONE = Function.NONE;
    private static final Map<String, Opcode> OPCODES = new HashMap<>();
    private static final Map<String, Type> TYPES = new HashMap<>();
    private static final Map<String, VectorShape> SHAPES = new HashMap<>();
    private static final Map<String, TrapKind> TRAPS = new HashMap<>();
    private static final Map<String, RuntimeFunction> RUNTIME = new HashMap<>();

    static {
        for (Opcode op : Opcode.values()) {
            OPCODES.put(Printer.name(op), op);
        }
        for (Type type : Type.values()) {
            TYPES.put(Printer.name(type), type);
        }
        for (VectorShape shape : VectorShape.values()) {
            SHAPES.put(Printer.name(shape), shape);
        }
        for (TrapKind kind : TrapKind.values()) {
            TRAPS.put(Printer.name(kind), kind);
        }
        for (RuntimeFunction callee : RuntimeFunction.values()) {
            RUNTIME.put(Printer.name(callee), callee);
        }
    }

    private final TextCursor cursor;
    private final Map<Integer, Integer> blocks = new HashMap<>();
    private final Map<Integer, Integer> values = new HashMap<>();
    private final Map<Integer, Integer> lines = new HashMap<>();
    private Function function;
    private int block;

    /** The arguments in the making; their start is the pool's end when they are complete. */
    private int[] list = new int[8];

    private int listSize;

    public Parser(String text) {
        this(new TextCursor(text));
        cursor.nextLine();
    }

    /** Goes on at the cursor's line. */
    Parser(TextCursor cursor) {
        this.cursor = cursor;
    }

    /** The function that the text is. */
    public static Function parse(String text) {
        Function function = new Function();
        Parser parser = new Parser(text);
        parser.function(function);
        if (parser.cursor.nextLine()) {
            throw parser.cursor.error("expected the end of the text");
        }
        return function;
    }

    /** Reads the function that starts in the present line. */
    void function(Function into) {
        function = into;
        blocks.clear();
        values.clear();
        lines.clear();
        header();
        int start = cursor.lineIndex();
        addBlocks();
        cursor.goTo(start);
        while (cursor.nextLine() && !cursor.accept("}")) {
            line();
        }
        resolveValues();
    }

    private void header() {
        cursor.expect("function");
        int index = cursor.intNumber();
        String name = cursor.comesNext('"') ? cursor.string() : null;
        Signature signature = signature(cursor);
        cursor.expect("{");
        cursor.expectEnd();
        function.reset(index, name, signature);
    }

    static Signature signature(TextCursor cursor) {
        Type[] parameters = types(cursor);
        cursor.expect("->");
        return new Signature(parameters, types(cursor));
    }

    private static Type[] types(TextCursor cursor) {
        Type[] types = new Type[0];
        cursor.expect("(");
        while (!cursor.accept(")")) {
            types = java.util.Arrays.copyOf(types, types.length + 1);
            types[types.length - 1] = type(cursor);
            cursor.accept(",");
        }
        return types;
    }

    static Type type(TextCursor cursor) {
        String word = cursor.word();
        Type type = TYPES.get(word);
        if (type == null) {
            throw cursor.error("unknown type '" + word + "'");
        }
        return type;
    }

    private void addBlocks() {
        while (cursor.nextLine()) {
            if (cursor.accept("}")) {
                return;
            }
            if (cursor.acceptPrefix("b")) {
                int number = cursor.intNumber();
                if (blocks.put(number, function.addBlock()) != null) {
                    throw cursor.error("block b" + number + " is defined twice");
                }
            }
        }
        throw cursor.error("expected '}'");
    }

    private void line() {
        if (cursor.acceptPrefix("b")) {
            blockHeader(blocks.get(cursor.intNumber()));
        } else if (cursor.accept("slot")) {
            int slot = cursor.intNumber();
            if (function.addSlot(type(cursor)) != slot) {
                throw cursor.error("slots are numbered from 0 on");
            }
        } else {
            if (blocks.isEmpty()) {
                throw cursor.error("expected a block");
            }
            instruction();
        }
        cursor.expectEnd();
    }

    private void blockHeader(int id) {
        block = id;
        if (cursor.accept("(")) {
            while (!cursor.accept(")")) {
                int number = cursor.prefixed("v");
                cursor.expect(":");
                define(number, function.addParam(block, type(cursor)));
                cursor.accept(",");
            }
        }
        function.setCold(block, cursor.accept("cold"));
        cursor.expect(":");
    }

    private void define(int number, int id) {
        if (values.put(number, id) != null) {
            throw cursor.error("value v" + number + " is defined twice");
        }
    }

    private void instruction() {
        function.setCurrentSource(cursor.accept("@") ? cursor.hexNumber() : 0);
        int number = NONE;
        Type type = Type.VOID;
        if (cursor.acceptPrefix("v")) {
            number = cursor.intNumber();
            cursor.expect(":");
            type = type(cursor);
            cursor.expect("=");
        }
        String word = cursor.word();
        Opcode op = OPCODES.get(word);
        if (op == null) {
            throw cursor.error("unknown opcode '" + word + "'");
        }
        int id = function.append(block, op, type, NONE, NONE, NONE, 0, 0);
        lines.put(id, cursor.lineIndex() + 1);
        if (number != NONE) {
            define(number, id);
        }
        if (op.hasShape()) {
            function.setAux(id, shape());
        }
        int width = op.isAtomicAccess() ? atomicWidth() : 0;
        operands(id, op, type);
        function.setAux(id, AliasSet.withWidth(function.aux(id), width));
    }

    private int atomicWidth() {
        cursor.expect(".");
        int bits = cursor.intNumber();
        if (bits != 8 && bits != 16 && bits != 32 && bits != 64) {
            throw cursor.error("unknown width " + bits);
        }
        return Integer.numberOfTrailingZeros(bits) - 3;
    }

    private int shape() {
        cursor.expect(".");
        String word = cursor.word();
        VectorShape shape = SHAPES.get(word);
        if (shape == null) {
            throw cursor.error("unknown shape '" + word + "'");
        }
        return shape.ordinal() | (cursor.accept(".relaxed") ? VectorShape.RELAXED : 0);
    }

    private void operands(int id, Opcode op, Type type) {
        switch (op) {
            case CONST -> function.setImm(id, constant(type));
            case VCONST -> {
                function.setAux(id, function.addVectorHigh(cursor.number()));
                function.setImm(id, cursor.number());
            }
            case PARAM, GLOBAL_GET, MEMORY_BASE, MEMORY_BOUND ->
                    function.setImm(id, cursor.number());
            case REF_TEST -> {
                byForm(id, op);
                cursor.expect(",");
                function.setImm(id, ReferenceTest.parseType(cursor));
                function.setAux(id, ReferenceTest.parseFlags(cursor));
            }
            case NEW_STRUCT, NEW_ARRAY -> {
                function.setImm(id, cursor.prefixed("type"));
                cursor.expect(",");
                if (op == Opcode.NEW_ARRAY) {
                    byForm(id, op);
                    cursor.expect(",");
                }
                function.setAux(id, cursor.intNumber());
            }
            case TABLE_BASE, TABLE_BOUND, REF_FUNC, TAG, SLOT_GET, TYPE_IDENTITY ->
                    function.setImm(id, cursor.number());
            case VSHUFFLE -> {
                byForm(id, op);
                function.setAux(id, function.addVectorHigh(cursor.number()));
                function.setImm(id, cursor.number());
            }
            case VREPLACE_LANE -> {
                byForm(id, op);
                cursor.expect(",");
                function.setImm(id, cursor.number());
            }
            case VEXTRACT_LANE, VEXTRACT_LANE_S, RESULT, GLOBAL_SET, SLOT_SET, CHECK_SIGNATURE -> {
                function.setA(id, value());
                cursor.expect(",");
                function.setImm(id, cursor.number());
            }
            case TRAP_IF -> {
                function.setA(id, value());
                cursor.expect(",");
                function.setAux(id, trapKind());
            }
            case TRAP -> function.setAux(id, trapKind());
            case JUMP, BRANCH, SWITCH, INVOKE -> branch(id, op);
            case ATOMIC_CMPXCHG -> compareExchange(id);
            default -> byForm(id, op);
        }
    }

    private void byForm(int id, Opcode op) {
        switch (op.form()) {
            case NONE -> {}
            case UNARY -> function.setA(id, value());
            case BINARY -> {
                function.setA(id, value());
                cursor.expect(",");
                function.setB(id, value());
            }
            case TERNARY -> {
                function.setA(id, value());
                cursor.expect(",");
                function.setB(id, value());
                cursor.expect(",");
                function.setC(id, value());
            }
            case LOAD -> address(id);
            case STORE -> {
                address(id);
                cursor.expect(",");
                function.setC(id, value());
            }
            case CALL -> call(id, op);
        }
    }

    private int value() {
        return cursor.prefixed("v");
    }

    private long constant(Type type) {
        if (type == Type.REF || type == Type.FUNC) {
            cursor.expect("null");
            return 0;
        }
        if (!type.isFloat()) {
            return cursor.number() & Simplifier.mask(type);
        }
        String token = cursor.token();
        try {
            if (token.startsWith("0x")) {
                return Long.parseUnsignedLong(token, 2, token.length(), 16);
            }
            return type == Type.F32
                    ? Float.floatToRawIntBits(Float.parseFloat(token)) & 0xffffffffL
                    : Double.doubleToRawLongBits(Double.parseDouble(token));
        } catch (NumberFormatException e) {
            throw cursor.error("expected a float, found '" + token + "'");
        }
    }

    private int trapKind() {
        String word = cursor.word();
        TrapKind kind = TRAPS.get(word);
        if (kind == null) {
            throw cursor.error("unknown trap kind '" + word + "'");
        }
        return kind.code();
    }

    private void address(int id) {
        cursor.expect("[");
        function.setA(id, value());
        if (cursor.accept("+")) {
            if (cursor.comesNext('v')) {
                function.setB(id, function.a(id));
                function.setA(id, value());
                if (cursor.accept("+")) {
                    function.setImm(id, cursor.number());
                }
            } else {
                function.setImm(id, cursor.number());
            }
        }
        if (cursor.accept("- ")) {
            function.setImm(id, -cursor.number());
        }
        cursor.expect("]");
        function.setAux(id, AliasSet.parse(cursor));
    }

    /** The address is read into the fields of a load, and from there put behind the two values. */
    private void compareExchange(int id) {
        address(id);
        int index = function.a(id);
        int base = function.b(id);
        listSize = 0;
        cursor.expect(",");
        add(value());
        cursor.expect(",");
        add(value());
        add(index);
        if (base != NONE) {
            add(base);
        }
        function.setB(id, listSize);
        function.setA(id, listToPool());
    }

    private void call(int id, Opcode op) {
        switch (op) {
            case CALL, RETURN_CALL -> function.setImm(id, cursor.number());
            case CALL_INDIRECT, RETURN_CALL_INDIRECT -> {
                function.setAux(id, cursor.prefixed("table"));
                function.setImm(id, cursor.prefixed("type"));
            }
            case CALL_REF, RETURN_CALL_REF -> {
                function.setImm(id, cursor.prefixed("type"));
                function.setAux(id, trapKind());
            }
            case CALL_RUNTIME -> function.setImm(id, runtimeFunction());
            default -> {}
        }
        if (op == Opcode.RETURN) {
            listSize = 0;
            while (!cursor.atEnd()) {
                add(value());
                cursor.accept(",");
            }
        } else {
            cursor.expect("(");
            list();
        }
        function.setB(id, listSize);
        function.setA(id, listToPool());
    }

    private int runtimeFunction() {
        String word = cursor.word();
        RuntimeFunction callee = RUNTIME.get(word);
        if (callee == null) {
            throw cursor.error("unknown runtime function '" + word + "'");
        }
        return callee.ordinal();
    }

    private void list() {
        listSize = 0;
        while (!cursor.accept(")")) {
            add(value());
            cursor.accept(",");
        }
    }

    private void add(int value) {
        list = IntArrays.extended(list, listSize + 1);
        list[listSize++] = value;
    }

    private int listToPool() {
        int start = function.allocatePool(listSize);
        for (int i = 0; i < listSize; i++) {
            function.setPool(start + i, list[i]);
        }
        return start;
    }

    private void branch(int id, Opcode op) {
        if (op == Opcode.BRANCH || op == Opcode.SWITCH) {
            function.setA(id, value());
            cursor.expect(",");
        }
        do {
            edge();
        } while (cursor.accept(","));
        if (op == Opcode.BRANCH) {
            function.setAux(id, cursor.accept("likely") ? 1 : cursor.accept("unlikely") ? -1 : 0);
        }
    }

    private void edge() {
        int number = cursor.prefixed("b");
        Integer target = blocks.get(number);
        if (target == null) {
            throw cursor.error("block b" + number + " is not defined");
        }
        int edge = function.addEdge(block, target);
        if (cursor.accept("(")) {
            list();
            function.setEdgeArguments(edge, listToPool(), listSize);
        }
    }

    // ---- from numbers to ids, when all values are defined ----

    private void resolveValues() {
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            for (int i = function.first(b); i != NONE; i = function.next(i)) {
                resolveOperands(i);
            }
            for (int k = 0; k < function.edgeCount(b); k++) {
                int edge = function.firstEdge(b) + k;
                int start = function.edgeArgumentStart(edge);
                resolvePool(function.last(b), start, function.edgeArgumentCount(edge));
            }
        }
    }

    private void resolveOperands(int i) {
        Opcode.Form form = function.opcode(i).form();
        if (form == Opcode.Form.CALL) {
            resolvePool(i, function.a(i), function.b(i));
            return;
        }
        function.setA(i, resolved(i, function.a(i)));
        function.setB(i, resolved(i, function.b(i)));
        function.setC(i, resolved(i, function.c(i)));
    }

    private void resolvePool(int instruction, int start, int count) {
        for (int k = start; k < start + count; k++) {
            function.setPool(k, resolved(instruction, function.pool(k)));
        }
    }

    private int resolved(int instruction, int number) {
        if (number == NONE) {
            return NONE;
        }
        Integer id = values.get(number);
        if (id == null) {
            throw new SyntaxException(
                    lines.get(instruction), "value v" + number + " is not defined");
        }
        return id;
    }
}
