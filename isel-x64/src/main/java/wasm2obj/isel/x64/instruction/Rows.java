package wasm2obj.isel.x64.instruction;

/**
 * Where the rows of the table live, and how one is added.
 *
 * <p>The problem: a thousand rows in readable notation, and a compiler that should start within tens of milliseconds and
 * that uses a hundred of them. So building the table only stores references to the rows' strings; a row is parsed (and
 * thereby validated) when something first asks for it, into two {@code long}s.
 *
 * <p>Rows are numbered in the order of their declaration. {@link IntegerRows}, {@link SseRows} and {@link AvxRows} are a
 * chain of superclasses because the language initialises a superclass first: whichever is touched first, a row's number
 * is the same in every run. Several classes, because one initialiser would be too large a method.
 *
 * <p>Threads: rows are stored by class initialisation, which happens before any use of a row's number. Parsing is
 * idempotent and fills each array's element with a single write; a thread that does not see it parses again.
 */
abstract class Rows {
    /*
     * Traits: what the notation does not say. The lowest four bits are the needed feature's number. The first operand
     * is written unless a trait says otherwise; the others are read.
     */

    /** The first operand is only read. */
    static final int R = 1 << 8;

    /** The first operand is read and written. */
    static final int RW = 1 << 9;

    /** The second operand is written as well. */
    static final int W2 = 1 << 10;

    /** The second operand is read and written as well. */
    static final int RW2 = 1 << 11;

    /** Depends on flags. */
    static final int USES = 1 << 12;

    /** Changes flags. */
    static final int FLAGS = 1 << 13;

    /** The two sources may change places. */
    static final int COMM = 1 << 14;

    /** A full immediate that fits a signed byte takes a shorter form: opcode with bit 1 set, one byte. */
    static final int SHORT = 1 << 15;

    /** With the accumulator as operand there is a form without ModRM. */
    static final int ACC = 1 << 16;

    /** A register move whose other direction is another opcode. */
    static final int MOVE = 1 << 17;

    /** One of sixteen rows, a condition each. */
    static final int CC = 1 << 18;

    /** Where {@link #CC} rows keep their condition. */
    static final int CONDITION_SHIFT = 20;

    /* Registers that are read and written without being named: a number in bits 4 to 7. */

    /** Reads rax, writes rdx and rax. */
    static final int MULTIPLIES = 1 << 4;

    /** Reads and writes rdx and rax. */
    static final int DIVIDES = 2 << 4;

    /** Reads rax, writes rdx. */
    static final int WIDENS = 3 << 4;

    /** Reads and writes rax. */
    static final int COMPARES_AX = 4 << 4;

    /** Reads rdx. */
    static final int READS_DX = 5 << 4;

    /** Reads and writes rcx, rsi and rdi. */
    static final int COPIES = 6 << 4;

    /** Reads and writes rcx and rdi, reads rax. */
    static final int FILLS = 7 << 4;

    /** Reads and writes rdx and rax, reads rcx and rbx. */
    static final int COMPARES_DX_AX = 8 << 4;

    private static final int CAPACITY = 1024;

    private static final String[] SYNTAX = new String[CAPACITY];
    private static final String[] PATTERN = new String[CAPACITY];
    private static final int[] TRAITS = new int[CAPACITY];
    private static final short[] VEX_FORM = new short[CAPACITY];
    private static final long[] ENCODING = new long[CAPACITY];
    private static final long[] OPERANDS = new long[CAPACITY];

    private static int count;

    Rows() {}

    static int row(String syntax, String pattern) {
        return row(syntax, pattern, 0);
    }

    /**
     * Adds a row.
     *
     * @param syntax the manual's instruction column, mnemonic in lower case
     * @param pattern the manual's opcode column, with every prefix spelled out
     * @param traits what these two do not say
     * @return the row's number
     */
    static int row(String syntax, String pattern, int traits) {
        int row = count++;
        SYNTAX[row] = syntax;
        PATTERN[row] = pattern;
        TRAITS[row] = traits;
        VEX_FORM[row] = (short) row;
        return row;
    }

    /** Adds sixteen rows, one a condition; {@code cc} stands for its name in the syntax and its number in the pattern. */
    static int conditions(String syntax, String pattern, int traits) {
        int first = count;
        for (int condition = 0; condition < 16; condition++) {
            row(syntax, pattern, traits | CC | (condition << CONDITION_SHIFT));
        }
        return first;
    }

    /** Adds the AVX form of an SSE row: the same with a destination of its own. */
    static int vex(int sse, String syntax, String pattern) {
        int traits = TRAITS[sse] & ~(RW | 15) | Feature.AVX;
        int row = row(syntax, pattern, traits);
        VEX_FORM[sse] = (short) row;
        return row;
    }

    static int rowCount() {
        return count;
    }

    static String syntaxOf(int row) {
        return SYNTAX[row];
    }

    static String patternOf(int row) {
        return PATTERN[row];
    }

    static int traits(int row) {
        return TRAITS[row];
    }

    static int vexFormOf(int row) {
        return VEX_FORM[row];
    }

    /** The row's condition; meaningful for rows with the trait {@link #CC} only. */
    static int conditionOf(int row) {
        return TRAITS[row] >>> CONDITION_SHIFT & 15;
    }

    /** The row as {@link RowDecoder} packs its pattern. */
    static long encoding(int row) {
        long encoding = ENCODING[row];
        return encoding != 0 ? encoding : decodeEncoding(row);
    }

    private static long decodeEncoding(int row) {
        long encoding = new RowDecoder(SYNTAX[row], PATTERN[row], TRAITS[row]).encoding();
        ENCODING[row] = encoding;
        return encoding;
    }

    /** The row's operands, {@link Operand#BITS} each, first lowest; an absent one is 0. */
    static long operands(int row) {
        long operands = OPERANDS[row];
        return operands != 0 ? operands : decodeOperands(row);
    }

    private static long decodeOperands(int row) {
        long operands = new RowDecoder(SYNTAX[row], PATTERN[row], TRAITS[row]).operands();
        OPERANDS[row] = operands;
        return operands;
    }
}
