package wasm2obj.isel.x64.instruction;

import java.nio.charset.StandardCharsets;

/**
 * Parses one row of the table: the instruction column into operands, the opcode column into what the encoder needs.
 *
 * <p>The notation is the manual's ({@code add r32, r/m32 = 03 /r}; {@code VEX.LIG.F2.0F.WIG 58 /r}), with three habits of ours: the
 * operand-size prefix 66 and the lock prefix F0 are written where they apply, and {@code +cc} adds a condition.
 *
 * <p>Where an operand goes follows from both columns. One that may be memory is ModRM.rm. Of the registers, {@code /r} puts
 * the first into ModRM.reg and the next into VEX.vvvv; without a memory operand the last one is ModRM.rm, or the first
 * one if a trait says so. {@code /0} to
 * {@code /7} take ModRM.reg for themselves. That covers every operand encoding of the manual that the table uses.
 *
 * <p>A row that does not parse, or whose columns disagree, is a mistake in the table: {@link IllegalStateException}.
 *
 * <pre>
 *   bits 0-7   opcode               bits 18-25  digit, or a second opcode byte
 *   bits 8-9   map                  bits 26-28  immediate
 *   bits 10-11 mandatory prefix     bits 29-36  one each: see the constants
 *   bit 12 W, 13 VEX, 14 L          bit 63      set, so that 0 means not yet decoded
 *   bits 15-16 form, 17 second opcode byte
 * </pre>
 */
final class RowDecoder {
    static final int MAP_SHIFT = 8;
    static final int MAP_0F = 1;
    static final int MAP_0F38 = 2;
    static final int MAP_0F3A = 3;

    static final int PREFIX_SHIFT = 10;
    static final int PREFIX_66 = 1;
    static final int PREFIX_F3 = 2;
    static final int PREFIX_F2 = 3;

    static final int W_SHIFT = 12;
    static final long W = 1L << W_SHIFT;
    static final long VEX = 1L << 13;
    static final int L_SHIFT = 14;

    static final int FORM_SHIFT = 15;
    static final int FORM_PLAIN = 0;
    static final int FORM_MODRM = 1;
    static final int FORM_DIGIT = 2;
    static final int FORM_OPCODE = 3;

    static final long SUFFIX = 1L << 17;
    static final int SUFFIX_SHIFT = 18;

    static final int IMMEDIATE_SHIFT = 26;
    static final int NO_IMMEDIATE = 0;
    static final int IB = 1;
    static final int IW = 2;
    static final int ID = 3;
    static final int IO = 4;
    static final int CB = 5;
    static final int CD = 6;
    static final int IS4 = 7;

    /** ModRM.reg is a byte register. */
    static final long BYTE_REG = 1L << 29;

    /** ModRM.rm, when a register, is a byte register. */
    static final long BYTE_RM = 1L << 30;

    static final long LOCK = 1L << 31;

    /** See {@link Rows#SHORT}. */
    static final long SHORT = 1L << 32;

    /** See {@link Rows#BARE}. */
    static final long BARE = 1L << 33;

    /** See {@link Rows#MOVE}. */
    static final long MOVE = 1L << 34;

    /** See {@link Rows#COMM}. */
    static final long COMM = 1L << 35;

    static final long DECODED = 1L << 63;

    private static final int MAX_OPERANDS = 4;

    private final String row;
    private final int traits;

    /** The row as bytes, which are quicker to read than characters of a string while code is still interpreted. */
    private final byte[] text;

    /** Where the current token begins and ends. */
    private int at;

    private int end;

    private int opcode = -1;
    private int map;
    private int prefix;
    private int form;
    private int suffix;
    private int immediate;
    private long bits = DECODED;

    private int operandCount;
    private final int[] register = new int[MAX_OPERANDS];
    private final int[] memory = new int[MAX_OPERANDS];
    private final int[] field = new int[MAX_OPERANDS];
    private final int[] fixed = new int[MAX_OPERANDS];

    RowDecoder(String row, int traits) {
        this.row = row;
        this.traits = traits;
        text = row.getBytes(StandardCharsets.ISO_8859_1);
        int columns = row.indexOf(Rows.COLUMNS);
        parsePattern(columns + Rows.COLUMNS.length());
        parseSyntax(columns);
        assignFields();
    }

    // The opcode column

    private void parsePattern(int from) {
        at = from;
        while (at < text.length) {
            end = find(' ', at, text.length);
            parsePatternToken();
            at = end + 1;
        }
        check(opcode >= 0, "no opcode");
    }

    /** The index of {@code c} between {@code from} and {@code to}, or {@code to}. */
    private int find(char c, int from, int to) {
        int index = from;
        while (index < to && text[index] != c) {
            index++;
        }
        return index;
    }

    private void parsePatternToken() {
        switch (text[at]) {
            case '/' -> parseForm();
            case 'V' -> parseVex();
            case 'R' -> {
                check(is(at, end, "REX.W"), "not a prefix");
                bits |= W;
            }
            case 'i', 'c' -> parseImmediate();
            default -> parseByte(hex());
        }
    }

    private void parseForm() {
        int digit = text[at + 1];
        if (end != at + 2) {
            check(is(at, end, "/is4"), "not an opcode extension");
            immediate = IS4;
        } else if (digit == 'r') {
            form = FORM_MODRM;
        } else {
            check(digit >= '0' && digit <= '7', "not an opcode extension");
            form = FORM_DIGIT;
            suffix = digit - '0';
        }
    }

    private void parseImmediate() {
        check(end == at + 2, "not an immediate");
        boolean relative = text[at] == 'c';
        immediate =
                switch (text[at + 1]) {
                    case 'b' -> relative ? CB : IB;
                    case 'w' -> IW;
                    case 'd' -> relative ? CD : ID;
                    case 'o' -> IO;
                    default -> throw mistake("not an immediate");
                };
    }

    private void parseByte(int value) {
        boolean last = !isHex(end + 1);
        if (opcode >= 0) {
            bits |= SUFFIX;
            suffix = value;
        } else if (last || (bits & VEX) != 0) {
            opcode = value;
        } else if (map == 0) {
            parseLegacyPrefix(value);
        } else if (map == MAP_0F && (value == 0x38 || value == 0x3A)) {
            map = value == 0x38 ? MAP_0F38 : MAP_0F3A;
        } else {
            opcode = value;
        }
        if (end != at + 2) {
            parsePlus();
        }
    }

    /** A byte that is followed by another, or by REX.W, and with no map chosen. */
    private void parseLegacyPrefix(int value) {
        switch (value) {
            case 0xF0 -> bits |= LOCK;
            case 0x66 -> prefix = PREFIX_66;
            case 0xF3 -> prefix = PREFIX_F3;
            case 0xF2 -> prefix = PREFIX_F2;
            case 0x0F -> map = MAP_0F;
            default -> opcode = value;
        }
    }

    /** {@code 50+rd}: a register, {@code 70+cc}: a condition. */
    private void parsePlus() {
        check(end == at + 5 && text[at + 2] == '+', "not a byte");
        if (text[at + 3] == 'c') {
            opcode += traits >>> Rows.CONDITION_SHIFT & 15;
        } else {
            check(text[at + 3] == 'r', "not a register in the opcode");
            form = FORM_OPCODE;
        }
    }

    /** Whether the token at {@code index} is a byte, or the prefix that only bytes follow. */
    private boolean isHex(int index) {
        return index < text.length && (digit(text[index]) >= 0 || text[index] == 'R');
    }

    private int hex() {
        int high = digit(text[at]);
        int low = at + 1 < end ? digit(text[at + 1]) : -1;
        check((high | low) >= 0, "not a byte");
        return high << 4 | low;
    }

    /** The value of a hexadecimal digit in upper case, or -1. */
    private static int digit(int c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    }

    /** {@code VEX.128.66.0F38.W0} and its like. */
    private void parseVex() {
        bits |= VEX;
        int part = find('.', at, end) + 1;
        while (part < end) {
            int partEnd = find('.', part, end);
            parseVexPart(part, partEnd);
            part = partEnd + 1;
        }
        check(map != 0, "no map");
    }

    /** What is ignored is encoded as zero, and so are 128 bits. */
    private void parseVexPart(int part, int partEnd) {
        switch (text[part]) {
            case 'W' -> bits |= text[part + 1] == '1' ? W : 0;
            case '6' -> prefix = PREFIX_66;
            case 'F' -> prefix = text[part + 1] == '3' ? PREFIX_F3 : PREFIX_F2;
            case '0' -> map = vexMap(part, partEnd);
            default ->
                    check(
                            is(part, partEnd, "128")
                                    || is(part, partEnd, "LIG")
                                    || is(part, partEnd, "LZ"),
                            "not a part of VEX");
        }
    }

    private int vexMap(int part, int partEnd) {
        if (is(part, partEnd, "0F38")) {
            return MAP_0F38;
        }
        if (is(part, partEnd, "0F3A")) {
            return MAP_0F3A;
        }
        check(is(part, partEnd, "0F"), "not a part of VEX");
        return MAP_0F;
    }

    private boolean is(int from, int to, String expected) {
        return to - from == expected.length() && row.startsWith(expected, from);
    }

    // The instruction column

    private void parseSyntax(int columnEnd) {
        at = mnemonicLength(row, columnEnd) + 1;
        while (at < columnEnd) {
            end = find(',', at, columnEnd);
            check(operandCount < MAX_OPERANDS, "too many operands");
            fixed[operandCount] = Register.NONE;
            parseOperand(operandCount++);
            at = end + 2;
        }
    }

    /** The mnemonic's length; a prefix in the syntax belongs to it. */
    static int mnemonicLength(String row, int columnEnd) {
        int space = row.indexOf(' ');
        if (space == 4 && row.startsWith("lock") || space == 3 && row.startsWith("rep")) {
            space = row.indexOf(' ', space + 1);
        }
        return Math.min(space, columnEnd);
    }

    private void parseOperand(int i) {
        switch (text[at]) {
            case 'i' -> {
                field[i] = Operand.IMMEDIATE;
                check(number(at + 3) == immediateBits(), "immediates differ");
            }
            case 'c' -> {
                register[i] = Operand.GPR8;
                fixed[i] = Register.RCX;
            }
            case '<' -> {
                register[i] = Operand.XMM;
                fixed[i] = 0;
            }
            case 'm' -> memory[i] = memory(number(at + 1));
            case 'x' -> {
                register[i] = Operand.XMM;
                parseOrMemory(i);
            }
            case 'r' -> parseRegister(i);
            default -> check(text[at] == '1', "not an operand");
        }
    }

    /** {@code rel32}, {@code r/m32}, {@code r32}, {@code r32/m8}. */
    private void parseRegister(int i) {
        if (text[at + 1] == 'e') {
            field[i] = Operand.RELATIVE;
            int bits = immediate == CB ? 8 : immediate == CD ? 32 : 0;
            check(number(at + 3) == bits, "branches differ");
        } else if (text[at + 1] == '/') {
            int width = number(at + 3);
            register[i] = generalRegister(width);
            memory[i] = memory(width);
        } else {
            register[i] = generalRegister(number(at + 1));
            parseOrMemory(i);
        }
    }

    private void parseOrMemory(int i) {
        int slash = find('/', at, end);
        if (slash < end) {
            check(text[slash + 1] == 'm', "not an operand");
            memory[i] = memory(number(slash + 2));
        }
    }

    private int number(int index) {
        int value = 0;
        for (int i = index; i < end && text[i] >= '0' && text[i] <= '9'; i++) {
            value = value * 10 + text[i] - '0';
        }
        return value;
    }

    private int generalRegister(int width) {
        return switch (width) {
            case 8 -> Operand.GPR8;
            case 16 -> Operand.GPR16;
            case 32 -> Operand.GPR32;
            case 64 -> Operand.GPR64;
            default -> throw mistake("not a register");
        };
    }

    private int memory(int width) {
        return switch (width) {
            case 0 -> Operand.ADDRESS;
            case 8 -> Operand.M8;
            case 16 -> Operand.M8 + 1;
            case 32 -> Operand.M8 + 2;
            case 64 -> Operand.M8 + 3;
            case 128 -> Operand.M128;
            default -> throw mistake("not a size of memory");
        };
    }

    private int immediateBits() {
        return switch (immediate) {
            case IB -> 8;
            case IW -> 16;
            case ID -> 32;
            case IO -> 64;
            default -> 0;
        };
    }

    // Both columns together

    private void assignFields() {
        if (immediate == IS4) {
            assign(lastFreeRegister(), Operand.IS4);
        }
        int rm = Register.NONE;
        for (int i = 0; i < operandCount; i++) {
            if (memory[i] != Operand.NO_MEMORY) {
                check(rm < 0, "two memory operands");
                rm = i;
            }
        }
        if (form != FORM_PLAIN) {
            if (rm < 0) {
                rm = (traits & Rows.MR) != 0 ? firstFreeRegister() : lastFreeRegister();
            }
            assign(rm, Operand.RM);
        }
        if (form == FORM_MODRM) {
            assign(firstFreeRegister(), Operand.REG);
        }
        if (firstFreeRegister() >= 0) {
            check((bits & VEX) != 0, "more registers than fields");
            assign(firstFreeRegister(), Operand.VVVV);
        }
        check(firstFreeRegister() < 0, "more registers than fields");
        check(rm < 0 || form != FORM_PLAIN, "no ModRM");
    }

    private void assign(int i, int to) {
        check(i >= 0, "fewer registers than fields");
        field[i] = to;
        if (register[i] == Operand.GPR8) {
            bits |= to == Operand.REG ? BYTE_REG : BYTE_RM;
        }
    }

    private int firstFreeRegister() {
        for (int i = 0; i < operandCount; i++) {
            if (isFree(i)) {
                return i;
            }
        }
        return -1;
    }

    private int lastFreeRegister() {
        for (int i = operandCount - 1; i >= 0; i--) {
            if (isFree(i)) {
                return i;
            }
        }
        return -1;
    }

    private boolean isFree(int i) {
        return register[i] != Operand.NO_REGISTER && field[i] == Operand.IMPLIED && fixed[i] < 0;
    }

    // The result

    long encoding() {
        return bits
                | opcode
                | (long) map << MAP_SHIFT
                | (long) prefix << PREFIX_SHIFT
                | (long) form << FORM_SHIFT
                | (long) suffix << SUFFIX_SHIFT
                | (long) immediate << IMMEDIATE_SHIFT
                | trait(Rows.SHORT, SHORT)
                | trait(Rows.BARE, BARE)
                | trait(Rows.MOVE, MOVE)
                | trait(Rows.COMM, COMM);
    }

    private long trait(int trait, long bit) {
        return (traits & trait) != 0 ? bit : 0;
    }

    long operands() {
        long packed = DECODED;
        for (int i = 0; i < operandCount; i++) {
            long operand = Operand.pack(register[i], memory[i], field[i], role(i), fixed[i]);
            packed |= operand << i * Operand.BITS;
        }
        return packed;
    }

    private int role(int i) {
        boolean hasValue = register[i] != Operand.NO_REGISTER || memory[i] != Operand.NO_MEMORY;
        if (i == 0 && hasValue && (traits & Rows.R) == 0) {
            return (traits & Rows.RW) != 0 ? Operand.READ | Operand.WRITE : Operand.WRITE;
        }
        if (i == 1 && (traits & (Rows.W2 | Rows.RW2)) != 0) {
            return (traits & Rows.RW2) != 0 ? Operand.READ | Operand.WRITE : Operand.WRITE;
        }
        return Operand.READ;
    }

    private void check(boolean condition, String message) {
        if (!condition) {
            throw mistake(message);
        }
    }

    private IllegalStateException mistake(String message) {
        return new IllegalStateException("instruction table: " + row + ": " + message);
    }
}
