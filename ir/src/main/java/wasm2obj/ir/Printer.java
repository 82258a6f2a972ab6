package wasm2obj.ir;

import java.util.Arrays;
import java.util.Locale;

/**
 * Prints a function in the text form that {@link Parser} reads.
 *
 * <pre>
 * function 3 "sum" (i32, i32) -> (i32) {
 *     slot 0 i64
 * b0(v0:i32, v1:i32):
 *     v2:i32 = const 4
 *     jump b1(v0, v2)
 * b1(v3:i32, v4:i32):
 *     v5:i32 = load [v3 + 16] memory0
 *     v6:i32 = call 7(v5)
 *     branch v6, b1(v5, v6), b2 likely
 * b2 cold:
 *     return v6
 * }
 * </pre>
 *
 * <p>Values and blocks are numbered in the order of the layout, whatever their ids are, so that equal functions print
 * equally. A value that is in no block prints as {@code v?id}. Optionally, a line starts with the source position of
 * its instruction: {@code @1f3a}.
 */
public final class Printer {
    private static final int NONE = Function.NONE;
    private static final String INDENT = "    ";
    private static final String[] NAMES = names();

    private final Function function;
    private final StringBuilder text = new StringBuilder();
    private final int[] valueNumbers;
    private final int[] blockNumbers;
    private boolean sources;
    private Notes notes = Notes.EMPTY;

    /** Remarks that are printed as comments at the end of the line of what they are about; null for none. */
    interface Notes {
        Notes EMPTY =
                new Notes() {
                    @Override
                    public String onFunction() {
                        return null;
                    }

                    @Override
                    public String onBlock(int block) {
                        return null;
                    }

                    @Override
                    public String onInstruction(int instruction) {
                        return null;
                    }
                };

        String onFunction();

        String onBlock(int block);

        String onInstruction(int instruction);
    }

    public Printer(Function function) {
        this.function = function;
        valueNumbers = new int[function.instructionCount()];
        blockNumbers = new int[function.blockCount()];
        number();
    }

    /** The text form of the function. */
    public static String print(Function function) {
        return new Printer(function).print();
    }

    /** Whether to print source positions. */
    public Printer sources(boolean on) {
        sources = on;
        return this;
    }

    Printer notes(Notes notes) {
        this.notes = notes;
        return this;
    }

    /** The opcode's name in the text form. */
    static String name(Opcode op) {
        return NAMES[op.ordinal()];
    }

    private static String[] names() {
        Opcode[] opcodes = Opcode.values();
        String[] names = new String[opcodes.length];
        for (Opcode op : opcodes) {
            names[op.ordinal()] = op.name().toLowerCase(Locale.ROOT);
        }
        return names;
    }

    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private void number() {
        Arrays.fill(valueNumbers, NONE);
        Arrays.fill(blockNumbers, NONE);
        int values = 0;
        int blocks = 0;
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            blockNumbers[b] = blocks++;
            for (int i = function.first(b); i != NONE; i = function.next(i)) {
                if (function.type(i) != Type.VOID) {
                    valueNumbers[i] = values++;
                }
            }
        }
    }

    /** Prints the function. */
    public String print() {
        text.setLength(0);
        text.append("function ").append(function.index());
        if (function.name() != null) {
            text.append(' ').append(quoted(function.name()));
        }
        text.append(' ').append(function.signature()).append(" {");
        endLine(notes.onFunction());
        for (int s = 0; s < function.slotCount(); s++) {
            text.append(INDENT).append("slot ").append(s).append(' ');
            text.append(name(function.slotType(s))).append('\n');
        }
        for (int b = function.firstBlock(); b != NONE; b = function.nextBlock(b)) {
            block(b);
        }
        return text.append("}\n").toString();
    }

    private static String quoted(String name) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '"' || c == '\\' || c < ' ' || c == ';') {
                quoted.append('\\').append(Integer.toHexString(0x10000 | c), 1, 5);
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private void block(int block) {
        text.append('b').append(blockNumbers[block]);
        int i = function.first(block);
        if (isParam(i)) {
            text.append('(');
            for (String separator = ""; isParam(i); i = function.next(i), separator = ", ") {
                text.append(separator);
                definition(i);
            }
            text.append(')');
        }
        text.append(function.isCold(block) ? " cold:" : ":");
        endLine(notes.onBlock(block));
        for (; i != NONE; i = function.next(i)) {
            instruction(i);
        }
    }

    private boolean isParam(int instruction) {
        return instruction != NONE && function.opcode(instruction) == Opcode.PARAM;
    }

    private void instruction(int i) {
        if (sources) {
            text.append('@')
                    .append(Integer.toHexString(function.positions().offset(function.source(i))));
        }
        text.append(INDENT);
        if (function.type(i) != Type.VOID) {
            definition(i);
            text.append(" = ");
        }
        text.append(name(function.opcode(i)));
        if (function.opcode(i).hasShape()) {
            shape(function.aux(i));
        }
        if (function.opcode(i).isAtomicAccess()) {
            text.append('.').append(8L << AliasSet.width(function.aux(i)));
        }
        operands(i);
        endLine(notes.onInstruction(i));
    }

    private void definition(int i) {
        value(i);
        text.append(':').append(name(function.type(i)));
    }

    private void operands(int i) {
        switch (function.opcode(i)) {
            case PARAM -> text.append(' ').append(function.imm(i));
            case CONST -> constant(i);
            case VCONST -> vectorConstant(i);
            case VSHUFFLE -> {
                byForm(i);
                vectorConstant(i);
            }
            case RESULT, VEXTRACT_LANE, VEXTRACT_LANE_S -> valuesThen(i, function.imm(i));
            case VREPLACE_LANE -> {
                byForm(i);
                text.append(", ").append(function.imm(i));
            }
            case GLOBAL_GET, MEMORY_BASE, MEMORY_BOUND, TABLE_BASE, TABLE_BOUND ->
                    text.append(' ').append(function.imm(i));
            case REF_FUNC, TAG, SLOT_GET, TYPE_IDENTITY -> text.append(' ').append(function.imm(i));
            case REF_TEST -> {
                byForm(i);
                text.append(", ");
                text.append(ReferenceTest.toString(function.imm(i), function.aux(i)));
            }
            case NEW_STRUCT -> {
                text.append(" type").append(function.imm(i));
                text.append(", ").append(function.aux(i));
            }
            case NEW_ARRAY -> {
                text.append(" type").append(function.imm(i)).append(',');
                byForm(i);
                text.append(", ").append(function.aux(i));
            }
            case GLOBAL_SET, SLOT_SET, CHECK_SIGNATURE -> valuesThen(i, function.imm(i));
            case TRAP_IF -> {
                text.append(' ');
                value(function.a(i));
                text.append(", ").append(trapKind(function.aux(i)));
            }
            case TRAP -> text.append(' ').append(trapKind(function.aux(i)));
            case JUMP, BRANCH, SWITCH, INVOKE -> branch(i);
            case ATOMIC_CMPXCHG -> compareExchange(i);
            default -> byForm(i);
        }
    }

    private void shape(int aux) {
        if (!VectorShape.isShape(aux)) {
            text.append(".shape").append(aux);
            return;
        }
        text.append('.').append(name(VectorShape.of(aux)));
        text.append(VectorShape.isRelaxed(aux) ? ".relaxed" : "");
    }

    private void valuesThen(int i, long imm) {
        text.append(' ');
        value(function.a(i));
        text.append(", ").append(imm);
    }

    private void byForm(int i) {
        switch (function.opcode(i).form()) {
            case NONE -> {}
            case UNARY -> values(function.a(i), NONE, NONE);
            case BINARY -> values(function.a(i), function.b(i), NONE);
            case TERNARY -> values(function.a(i), function.b(i), function.c(i));
            case LOAD -> address(i);
            case STORE -> {
                address(i);
                text.append(", ");
                value(function.c(i));
            }
            case CALL -> call(i);
        }
    }

    private void values(int a, int b, int c) {
        text.append(' ');
        value(a);
        if (b != NONE) {
            text.append(", ");
            value(b);
        }
        if (c != NONE) {
            text.append(", ");
            value(c);
        }
    }

    private void value(int value) {
        boolean known = value >= 0 && value < valueNumbers.length && valueNumbers[value] != NONE;
        if (known) {
            text.append('v').append(valueNumbers[value]);
        } else {
            text.append("v?").append(value);
        }
    }

    private void constant(int i) {
        long bits = function.imm(i);
        text.append(' ');
        switch (function.type(i)) {
            case I32 -> text.append((int) bits);
            case F32 -> appendFloat(Float.intBitsToFloat((int) bits), bits);
            case F64 -> appendDouble(Double.longBitsToDouble(bits), bits);
            case REF, FUNC -> text.append("null");
            default -> text.append(bits);
        }
    }

    private void appendFloat(float value, long bits) {
        if (Float.isFinite(value)) {
            text.append(value);
        } else {
            text.append("0x").append(Long.toHexString(bits));
        }
    }

    private void appendDouble(double value, long bits) {
        if (Double.isFinite(value)) {
            text.append(value);
        } else {
            text.append("0x").append(Long.toHexString(bits));
        }
    }

    private void vectorConstant(int i) {
        text.append(" 0x").append(Long.toHexString(function.vectorHigh(function.aux(i))));
        text.append(" 0x").append(Long.toHexString(function.imm(i)));
    }

    private void compareExchange(int i) {
        int start = function.a(i);
        int count = function.b(i);
        if (count < 3) {
            text.append(' ');
            list(start, count);
            return;
        }
        address(i, function.pool(start + 2), count > 3 ? function.pool(start + 3) : NONE);
        text.append(", ");
        list(start, 2);
    }

    private void address(int i) {
        address(i, function.a(i), function.b(i));
    }

    private void address(int i, int index, int base) {
        text.append(" [");
        if (base != NONE) {
            value(base);
            text.append(" + ");
        }
        value(index);
        long displacement = function.imm(i);
        if (displacement != 0) {
            text.append(displacement < 0 ? " - " : " + ").append(Math.abs(displacement));
        }
        text.append("] ").append(AliasSet.toString(function.aux(i)));
    }

    private void call(int i) {
        long imm = function.imm(i);
        int aux = function.aux(i);
        text.append(' ');
        switch (function.opcode(i)) {
            case CALL, RETURN_CALL -> text.append(imm);
            case CALL_INDIRECT, RETURN_CALL_INDIRECT ->
                    text.append("table").append(aux).append(" type").append(imm);
            case CALL_REF, RETURN_CALL_REF ->
                    text.append("type").append(imm).append(' ').append(trapKind(aux));
            case CALL_RUNTIME -> text.append(name(RuntimeFunction.of((int) imm)));
            default -> {}
        }
        boolean parentheses = function.opcode(i) != Opcode.RETURN;
        text.append(parentheses ? "(" : "");
        list(function.a(i), function.b(i));
        text.append(parentheses ? ")" : "");
        if (text.charAt(text.length() - 1) == ' ') {
            text.setLength(text.length() - 1);
        }
    }

    private void list(int start, int count) {
        for (int k = 0; k < count; k++) {
            text.append(k == 0 ? "" : ", ");
            value(function.pool(start + k));
        }
    }

    private void branch(int i) {
        int block = function.block(i);
        int first = function.firstEdge(block);
        String separator = " ";
        if (function.opcode(i).form() == Opcode.Form.UNARY) {
            text.append(' ');
            value(function.a(i));
            separator = ", ";
        }
        for (int e = first; e < first + function.edgeCount(block); e++) {
            text.append(separator);
            separator = ", ";
            edge(e);
        }
        if (function.opcode(i) == Opcode.BRANCH && function.aux(i) != 0) {
            text.append(function.aux(i) > 0 ? " likely" : " unlikely");
        }
    }

    private void edge(int edge) {
        text.append('b').append(blockNumbers[function.edgeTarget(edge)]);
        int count = function.edgeArgumentCount(edge);
        if (count > 0) {
            text.append('(');
            list(function.edgeArgumentStart(edge), count);
            text.append(')');
        }
    }

    private static String trapKind(int code) {
        return TrapKind.isCode(code) ? name(TrapKind.of(code)) : "trap" + code;
    }

    private void endLine(String note) {
        if (note != null) {
            text.append(" ; ").append(note);
        }
        text.append('\n');
    }
}
