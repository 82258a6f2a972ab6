package wasm2obj.isel.x64.instruction;

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

    private final String syntax;
    private final String pattern;
    private final int traits;

    /** Where the next token begins, in whichever column is being parsed. */
    private int at;

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

    RowDecoder(String text, int traits) {
        int columns = text.indexOf(Rows.COLUMNS);
        syntax = text.substring(0, columns);
        pattern = text.substring(columns + Rows.COLUMNS.length());
        this.traits = traits;
        parsePattern();
        parseSyntax();
        assignFields();
    }

    // The opcode column

    private void parsePattern() {
        at = 0;
        while (at < pattern.length()) {
            int end = pattern.indexOf(' ', at);
            if (end < 0) {
                end = pattern.length();
            }
            parsePatternToken(end);
            at = end + 1;
        }
        check(opcode >= 0, "no opcode");
    }

    private void parsePatternToken(int end) {
        char first = pattern.charAt(at);
        if (first == '/') {
            parseForm(end);
        } else if (first == 'V') {
            parseVex(end);
        } else if (first == 'R') {
            check(pattern.startsWith("REX.W", at) && end == at + 5, "not a prefix");
            bits |= W;
        } else if (first >= 'a') {
            immediate = immediate(pattern.charAt(at + 1), first, end - at);
        } else {
            parseByte(hex(at), end);
            if (end > at + 2) {
                parsePlus(end);
            }
        }
    }

    private void parseForm(int end) {
        char digit = pattern.charAt(at + 1);
        if (pattern.startsWith("/is4", at)) {
            immediate = IS4;
        } else if (digit == 'r' && end == at + 2) {
            form = FORM_MODRM;
        } else {
            check(digit >= '0' && digit <= '7' && end == at + 2, "not an opcode extension");
            form = FORM_DIGIT;
            suffix = digit - '0';
        }
    }

    private static int immediate(char size, char kind, int length) {
        if (length != 2) {
            return NO_IMMEDIATE;
        }
        if (kind == 'c') {
            return size == 'b' ? CB : CD;
        }
        return switch (size) {
            case 'b' -> IB;
            case 'w' -> IW;
            case 'd' -> ID;
            default -> IO;
        };
    }

    /** {@code 50+rd}: a register, {@code 70+cc}: a condition. */
    private void parsePlus(int end) {
        check(end == at + 5 && pattern.charAt(at + 2) == '+', "not a byte");
        if (pattern.startsWith("cc", at + 3)) {
            opcode += traits >>> Rows.CONDITION_SHIFT & 15;
        } else {
            check(pattern.charAt(at + 3) == 'r', "not a register in the opcode");
            form = FORM_OPCODE;
        }
    }

    private void parseByte(int value, int end) {
        if (opcode >= 0) {
            bits |= SUFFIX;
            suffix = value;
            return;
        }
        boolean last = !isHex(end + 1);
        if (map == 0 && (bits & VEX) == 0 && !last) {
            parseLegacyPrefix(value);
        } else if (map == MAP_0F
                && (bits & VEX) == 0
                && !last
                && (value == 0x38 || value == 0x3A)) {
            map = value == 0x38 ? MAP_0F38 : MAP_0F3A;
        } else {
            opcode = value;
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

    /** Whether the token at {@code index} is a byte, or the prefix that only bytes follow. */
    private boolean isHex(int index) {
        if (index >= pattern.length()) {
            return false;
        }
        char c = pattern.charAt(index);
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'F' || c == 'R';
    }

    private int hex(int index) {
        check(index + 1 < pattern.length(), "not a byte");
        int high = Character.digit(pattern.charAt(index), 16);
        int low = Character.digit(pattern.charAt(index + 1), 16);
        check((high | low) >= 0, "not a byte");
        return high << 4 | low;
    }

    /** {@code VEX.128.66.0F38.W0} and its like; parts in any order. */
    private void parseVex(int end) {
        check(pattern.startsWith("VEX.", at), "not a prefix");
        bits |= VEX;
        int part = at + 4;
        while (part < end) {
            int dot = pattern.indexOf('.', part);
            int partEnd = dot < 0 || dot > end ? end : dot;
            parseVexPart(part, partEnd - part);
            part = partEnd + 1;
        }
        check(map != 0, "no map");
    }

    private void parseVexPart(int part, int length) {
        if (is(part, length, "W1")) {
            bits |= W;
        } else if (is(part, length, "66")) {
            prefix = PREFIX_66;
        } else if (is(part, length, "F3")) {
            prefix = PREFIX_F3;
        } else if (is(part, length, "F2")) {
            prefix = PREFIX_F2;
        } else if (is(part, length, "0F")) {
            map = MAP_0F;
        } else if (is(part, length, "0F38")) {
            map = MAP_0F38;
        } else if (is(part, length, "0F3A")) {
            map = MAP_0F3A;
        } else {
            // What is ignored is encoded as zero; so are 128 bits.
            check(
                    is(part, length, "W0")
                            || is(part, length, "WIG")
                            || is(part, length, "128")
                            || is(part, length, "LIG")
                            || is(part, length, "LZ")
                            || is(part, length, "L0"),
                    "not a part of VEX");
        }
    }

    private boolean is(int part, int length, String expected) {
        return length == expected.length() && pattern.startsWith(expected, part);
    }

    // The instruction column

    private void parseSyntax() {
        at = mnemonicLength(syntax) + 1;
        while (at < syntax.length()) {
            int end = syntax.indexOf(',', at);
            if (end < 0) {
                end = syntax.length();
            }
            check(operandCount < MAX_OPERANDS, "too many operands");
            fixed[operandCount] = Register.NONE;
            parseOperand(operandCount++, end);
            at = end + 2;
        }
    }

    /** The mnemonic's length; a prefix in the syntax belongs to it. */
    static int mnemonicLength(String syntax) {
        int from =
                syntax.startsWith("lock ") || syntax.startsWith("rep ")
                        ? syntax.indexOf(' ') + 1
                        : 0;
        int end = syntax.indexOf(' ', from);
        return end < 0 ? syntax.length() : end;
    }

    private void parseOperand(int i, int end) {
        if (syntax.startsWith("imm", at)) {
            field[i] = Operand.IMMEDIATE;
            check(number(at + 3) == immediateBits(), "immediates differ");
        } else if (syntax.startsWith("rel", at)) {
            field[i] = Operand.RELATIVE;
            check(
                    number(at + 3) == (immediate == CB ? 8 : immediate == CD ? 32 : 0),
                    "branches differ");
        } else if (syntax.startsWith("cl", at)) {
            register[i] = Operand.GPR8;
            fixed[i] = Register.RCX;
        } else if (syntax.startsWith("<xmm0>", at)) {
            register[i] = Operand.XMM;
            fixed[i] = 0;
        } else if (syntax.charAt(at) != '1') {
            parseRegisterOrMemory(i, end);
        }
    }

    private void parseRegisterOrMemory(int i, int end) {
        int slash = syntax.indexOf('/', at);
        if (slash > end) {
            slash = -1;
        }
        if (syntax.startsWith("r/m", at)) {
            int width = number(at + 3);
            register[i] = generalRegister(width);
            memory[i] = memory(width);
            return;
        }
        char first = syntax.charAt(at);
        if (first == 'm') {
            memory[i] = memory(number(at + 1));
            return;
        }
        if (first == 'x') {
            check(syntax.startsWith("xmm", at), "not an operand");
            register[i] = Operand.XMM;
        } else {
            check(first == 'r', "not an operand");
            register[i] = generalRegister(number(at + 1));
        }
        if (slash >= 0) {
            check(syntax.charAt(slash + 1) == 'm', "not an operand");
            memory[i] = memory(number(slash + 2));
        }
    }

    private int number(int index) {
        int value = 0;
        for (int i = index; i < syntax.length(); i++) {
            int digit = syntax.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            value = value * 10 + digit;
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
        return new IllegalStateException(
                "instruction table: " + syntax + Rows.COLUMNS + pattern + ": " + message);
    }
}
