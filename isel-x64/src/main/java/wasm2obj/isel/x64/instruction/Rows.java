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

    /**
     * Some immediates take a shorter form. Full ones that fit a signed byte: opcode with bit 1 set, one byte. Shifts by 1:
     * opcode with bit 4 set, no immediate.
     */
    static final int SHORT = 1 << 15;

    /** With a register as the operand, or with the accumulator, there is a form without ModRM. */
    static final int BARE = 1 << 16;

    /** A register move whose other direction is another opcode. */
    static final int MOVE = 1 << 17;

    /** One of sixteen rows, a condition each. */
    static final int CC = 1 << 18;

    /** Of two registers, the first one is in ModRM.rm. */
    static final int MR = 1 << 19;

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

    /** rax, rcx, rdx, rbx, rsi and rdi as sets. */
    private static final int AX = 1 << Register.RAX;

    private static final int CX = 1 << Register.RCX;
    private static final int DX = 1 << Register.RDX;
    private static final int BX = 1 << Register.RBX;
    private static final int SI = 1 << Register.RSI;
    private static final int DI = 1 << Register.RDI;

    /** By the number that {@link Rows} gives the pattern of implicit use. */
    private static final int[] IMPLICIT_READS = {
        0, AX, AX | DX, AX, AX, DX, CX | SI | DI, AX | CX | DI, AX | DX | CX | BX
    };

    private static final int[] IMPLICIT_WRITES = {
        0, AX | DX, AX | DX, DX, AX, 0, CX | SI | DI, CX | DI, AX | DX
    };

    /** Where traits keep the number of the feature, and of the pattern of implicit use. */
    private static final int FEATURE_MASK = 15;

    private static final int IMPLICIT_SHIFT = 4;

    /** What stands between the columns of a row. */
    static final String COLUMNS = " = ";

    private static final int CAPACITY = 1024;

    private static final String[] TEXT = new String[CAPACITY];
    private static final int[] TRAITS = new int[CAPACITY];
    private static final short[] VEX_FORM = new short[CAPACITY];
    private static final long[] ENCODING = new long[CAPACITY];
    private static final long[] OPERANDS = new long[CAPACITY];

    private static int count;

    Rows() {}

    static int row(String text) {
        return row(text, 0);
    }

    /**
     * Adds a row.
     *
     * @param text two columns of the manual, the instruction with its mnemonic in lower case, and the opcode with every
     *     prefix spelled out: {@code "add r32, r/m32 = 03 /r"}
     * @param traits what these two do not say
     * @return the row's number
     */
    static int row(String text, int traits) {
        int row = count++;
        TEXT[row] = text;
        TRAITS[row] = traits;
        VEX_FORM[row] = (short) row;
        return row;
    }

    /** Adds sixteen rows, one a condition: {@code cc} stands for its name on the left and its number on the right. */
    static int conditions(String text, int traits) {
        int first = count;
        for (int condition = 0; condition < 16; condition++) {
            row(text, traits | CC | (condition << CONDITION_SHIFT));
        }
        return first;
    }

    /** Adds the AVX form of an SSE row: the same with a destination of its own. */
    static int vex(int sse, String text) {
        int row = row(text, TRAITS[sse] & ~(RW | FEATURE_MASK) | Feature.AVX);
        VEX_FORM[sse] = (short) row;
        return row;
    }

    static int rowCount() {
        return count;
    }

    static int vexFormOf(int row) {
        return VEX_FORM[row];
    }

    /** The row as {@link RowDecoder} packs its opcode column. */
    static long encoding(int row) {
        long encoding = ENCODING[row];
        if (encoding == 0) {
            decode(row);
            encoding = ENCODING[row];
        }
        return encoding;
    }

    /** The row's operands, {@link Operand#BITS} each, first lowest; an absent one is 0. */
    private static long operands(int row) {
        long operands = OPERANDS[row];
        if (operands == 0) {
            decode(row);
            operands = OPERANDS[row];
        }
        return operands;
    }

    private static void decode(int row) {
        RowDecoder decoder = new RowDecoder(TEXT[row], TRAITS[row]);
        ENCODING[row] = decoder.encoding();
        OPERANDS[row] = decoder.operands();
    }

    // What a compiler asks about a row

    /** The manual's instruction column: {@code "add r32, r/m32"}. */
    public static String syntax(int row) {
        String text = TEXT[row];
        return text.substring(0, text.indexOf(COLUMNS));
    }

    /** The manual's opcode column: {@code "03 /r"}. */
    public static String pattern(int row) {
        String text = TEXT[row];
        return text.substring(text.indexOf(COLUMNS) + COLUMNS.length());
    }

    /** The mnemonic, a prefix included: {@code "lock xadd"}, {@code "cmovle"}. */
    public static String mnemonic(int row) {
        String text = TEXT[row];
        int length = RowDecoder.mnemonicLength(text, text.indexOf(COLUMNS));
        if ((TRAITS[row] & CC) != 0) {
            return text.substring(0, length - 2) + Condition.name(condition(row));
        }
        return text.substring(0, length);
    }

    /** The number of operands, 0 to 4. */
    public static int operandCount(int row) {
        long operands = operands(row);
        int count = 0;
        while (count < 4 && operand(operands, count) != 0) {
            count++;
        }
        return count;
    }

    /** Operand number {@code i}, to be read by {@link Operand}'s methods; 0 beyond the last. */
    public static int operand(int row, int i) {
        return operand(operands(row), i);
    }

    private static int operand(long operands, int i) {
        return (int) (operands >>> i * Operand.BITS) & (1 << Operand.BITS) - 1;
    }

    /** The operand that is encoded in {@code field}, one of {@link Operand}'s; 0 if none is. */
    public static int operandIn(int row, int field) {
        long operands = operands(row);
        for (int i = 0; i < 4; i++) {
            int operand = operand(operands, i);
            if (operand != 0 && Operand.field(operand) == field) {
                return operand;
            }
        }
        return 0;
    }

    /** The general registers that it reads without naming them, a bit each. Does not count rsp of push, pop, call, ret. */
    public static int implicitReads(int row) {
        return IMPLICIT_READS[TRAITS[row] >>> IMPLICIT_SHIFT & 15];
    }

    /** The general registers that it writes without naming them, a bit each. Does not count rsp of push, pop, call, ret. */
    public static int implicitWrites(int row) {
        return IMPLICIT_WRITES[TRAITS[row] >>> IMPLICIT_SHIFT & 15];
    }

    /** Whether flags decide what it does. */
    public static boolean readsFlags(int row) {
        return (TRAITS[row] & USES) != 0;
    }

    /** Whether it changes flags, or some of them, or leaves some undefined. */
    public static boolean writesFlags(int row) {
        return (TRAITS[row] & FLAGS) != 0;
    }

    /**
     * Whether exchanging the two sources leaves the result as it is. Floating-point sums and products do not count: of two
     * NaNs the first one wins.
     */
    public static boolean commutes(int row) {
        return (TRAITS[row] & COMM) != 0;
    }

    /** What the processor must have: one of {@link Feature}'s numbers. */
    public static int feature(int row) {
        return TRAITS[row] & FEATURE_MASK;
    }

    /** Whether this is one of sixteen rows that differ in their condition. */
    public static boolean isConditional(int row) {
        return (TRAITS[row] & CC) != 0;
    }

    /** The condition of a row that {@link #isConditional}. */
    public static int condition(int row) {
        return TRAITS[row] >>> CONDITION_SHIFT & 15;
    }

    /** The row of the same family with the opposite condition. */
    public static int negate(int row) {
        int condition = condition(row);
        return row - condition + Condition.negate(condition);
    }
}
