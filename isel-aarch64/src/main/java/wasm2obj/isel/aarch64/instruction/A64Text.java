package wasm2obj.isel.aarch64.instruction;

/**
 * Words as assemblers write them: the other direction of the encoders. Those that no encoder makes are unknown.
 *
 * <p>Aliases are the usual ones where one field decides: {@code cmp}, {@code mov}, {@code lsl}, {@code cset} and their like.
 */
public final class A64Text {
    private static final String[] SHIFTS = {"lsl", "lsr", "asr", "ror"};
    private static final String[] EXTENSIONS = {
        "uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx"
    };
    private static final String[] LOGIC = {
        "and", "bic", "orr", "orn", "eor", "eon", "ands", "bics"
    };
    private static final String[] TWO_SOURCES = {
        null, null, "udiv", "sdiv", null, null, null, null, "lsl", "lsr", "asr", "ror"
    };
    private static final String[] ONE_SOURCE = {
        "rbit", "rev16", "rev32", "rev", "clz", "cls", "ctz", "cnt"
    };
    private static final int ZR = Fields.ZERO_REGISTER;

    private final StringBuilder out;
    private final int word;
    private final String label;

    private A64Text(StringBuilder out, int word, String label) {
        this.out = out;
        this.word = word;
        this.label = label;
    }

    /**
     * Appends the instruction; false if it is unknown, and then nothing is appended. The label, if not empty, stands for what a branch
     * or an address refers to.
     */
    public static boolean print(StringBuilder out, int word, String label) {
        return new A64Text(out, word, label).print();
    }

    /** The distance of what the word branches to, or 0 if it is no branch to a distance. */
    public static int distance(int word) {
        if ((word & 0x7c00_0000) == 0x1400_0000) {
            return word << 6 >> 4;
        }
        if ((word & 0xff00_0010) == 0x5400_0000 || (word & 0x7e00_0000) == 0x3400_0000) {
            return word << 8 >> 13 << 2;
        }
        return (word & 0x7e00_0000) == 0x3600_0000 ? word << 13 >> 18 << 2 : 0;
    }

    private boolean print() {
        return switch (bits(25, 4)) {
            case 8, 9 -> immediate();
            case 10, 11 -> branch();
            case 6 -> VectorText.print(out, word) || MemoryText.print(out, word, label);
            case 4, 12, 14 -> MemoryText.print(out, word, label);
            case 5, 13 -> register();
            case 7 -> VectorText.print(out, word);
            case 15 -> FloatText.print(out, word) || VectorText.print(out, word);
            case 0 -> {
                boolean isUndefined = word >>> 16 == 0;
                if (isUndefined) {
                    out.append("udf #").append(word);
                }
                yield isUndefined;
            }
            default -> false;
        };
    }

    // ---- parts ----

    private int bits(int at, int count) {
        return word >>> at & (1 << count) - 1;
    }

    private int sf() {
        return word >>> 31;
    }

    private int d() {
        return bits(0, 5);
    }

    private int n() {
        return bits(5, 5);
    }

    private int m() {
        return bits(16, 5);
    }

    /** A general register whose number 31 is the zero register. */
    static String x(int sf, int number) {
        String size = sf == 0 ? "w" : "x";
        return number == ZR ? size + "zr" : size + number;
    }

    /** A general register whose number 31 is the stack pointer. */
    static String xsp(int sf, int number) {
        return number == Fields.STACK_POINTER ? sf == 0 ? "wsp" : "sp" : x(sf, number);
    }

    private boolean put(String mnemonic, Object... operands) {
        put(out, mnemonic, operands);
        return true;
    }

    /** Appends an instruction; empty operands are left out. */
    static void put(StringBuilder out, String mnemonic, Object... operands) {
        out.append(mnemonic);
        String separator = " ";
        for (Object operand : operands) {
            String text = operand.toString();
            if (!text.isEmpty()) {
                out.append(separator).append(text);
                separator = ", ";
            }
        }
    }

    // ---- immediates ----

    private boolean immediate() {
        return switch (bits(23, 3)) {
            case 0, 1 -> address();
            case 2 -> addImmediate();
            case 4 -> logicalImmediate();
            case 5 -> moveWide();
            case 6 -> bitfield();
            case 7 -> extract();
            default -> false;
        };
    }

    private boolean address() {
        int offset = (word << 8 >> 13 << 2) | bits(29, 2);
        boolean isPage = word < 0;
        String where = label.isEmpty() ? "#" + (isPage ? (long) offset << 12 : offset) : label;
        return put(isPage ? "adrp" : "adr", x(1, d()), where);
    }

    private boolean addImmediate() {
        boolean setsFlags = bits(29, 1) != 0;
        boolean isSubtraction = bits(30, 1) != 0;
        String shift = bits(22, 1) != 0 ? "lsl #12" : "";
        String value = label.isEmpty() ? "#" + bits(10, 12) : label;
        if (setsFlags && d() == ZR) {
            return put(isSubtraction ? "cmp" : "cmn", xsp(sf(), n()), value, shift);
        }
        boolean isMove =
                !setsFlags
                        && !isSubtraction
                        && label.isEmpty()
                        && bits(10, 13) == 0
                        && (d() == 31 || n() == 31);
        if (isMove) {
            return put("mov", xsp(sf(), d()), xsp(sf(), n()));
        }
        String name = (isSubtraction ? "sub" : "add") + (setsFlags ? "s" : "");
        String result = setsFlags ? x(sf(), d()) : xsp(sf(), d());
        return put(name, result, xsp(sf(), n()), value, shift);
    }

    private boolean logicalImmediate() {
        int size = 31 - Integer.numberOfLeadingZeros(bits(22, 1) << 6 | ~bits(10, 6) & 63);
        if (size < 1 || sf() == 0 && bits(22, 1) != 0) {
            return false;
        }
        int levels = (1 << size) - 1;
        int ones = (bits(10, 6) & levels) + 1;
        int rotation = bits(16, 6) & levels;
        int width = 1 << size;
        long all = width == 64 ? -1L : (1L << width) - 1;
        long element = ones >= 64 ? -1L : (1L << ones) - 1;
        element = (element >>> rotation | element << width - rotation) & all;
        if (rotation == 0) {
            element = ones >= 64 ? -1L : (1L << ones) - 1;
        }
        long value = element;
        for (int filled = width; filled < 64; filled *= 2) {
            value |= value << filled;
        }
        String text = "#0x" + Long.toHexString(sf() == 0 ? value & 0xffff_ffffL : value);
        int op = bits(29, 2);
        if (op == 3 && d() == ZR) {
            return put("tst", x(sf(), n()), text);
        }
        return put(LOGIC[2 * op], op == 3 ? x(sf(), d()) : xsp(sf(), d()), x(sf(), n()), text);
    }

    private boolean moveWide() {
        String name =
                switch (bits(29, 2)) {
                    case 0 -> "movn";
                    case 2 -> "movz";
                    case 3 -> "movk";
                    default -> null;
                };
        int hw = bits(21, 2);
        if (name == null || hw > 1 && sf() == 0) {
            return false;
        }
        return put(name, x(sf(), d()), "#" + bits(5, 16), hw == 0 ? "" : "lsl #" + 16 * hw);
    }

    private boolean bitfield() {
        int op = bits(29, 2);
        int immr = bits(16, 6);
        int imms = bits(10, 6);
        int last = sf() == 0 ? 31 : 63;
        if (op == 3 || bits(22, 1) != sf() || immr > last || imms > last) {
            return false;
        }
        String to = x(sf(), d());
        if (op != 1 && imms == last) {
            return put(op == 0 ? "asr" : "lsr", to, x(sf(), n()), "#" + immr);
        }
        if (op == 2 && imms + 1 == immr) {
            return put("lsl", to, x(sf(), n()), "#" + (last - imms));
        }
        if (op == 0 && immr == 0 && (imms == 7 || imms == 15 || imms == 31)) {
            String name = imms == 7 ? "sxtb" : imms == 15 ? "sxth" : "sxtw";
            return put(name, to, x(0, n()));
        }
        if (op == 2 && sf() == 0 && immr == 0 && (imms == 7 || imms == 15)) {
            return put(imms == 7 ? "uxtb" : "uxth", to, x(0, n()));
        }
        String name = op == 0 ? "sbfm" : op == 1 ? "bfm" : "ubfm";
        return put(name, to, x(sf(), n()), "#" + immr, "#" + imms);
    }

    private boolean extract() {
        if (bits(29, 2) != 0 || bits(22, 1) != sf() || bits(21, 1) != 0 || bits(15, 1) > sf()) {
            return false;
        }
        return n() == m()
                ? put("ror", x(sf(), d()), x(sf(), n()), "#" + bits(10, 6))
                : put("extr", x(sf(), d()), x(sf(), n()), x(sf(), m()), "#" + bits(10, 6));
    }

    // ---- branches ----

    private String target() {
        return label.isEmpty() ? "#" + distance(word) : label;
    }

    private boolean branch() {
        if ((word & 0x7c00_0000) == 0x1400_0000) {
            return put(word < 0 ? "bl" : "b", target());
        }
        if ((word & 0xff00_0010) == 0x5400_0000) {
            return put("b." + Condition.name(bits(0, 4)), target());
        }
        if ((word & 0x7e00_0000) == 0x3400_0000) {
            return put(bits(24, 1) == 0 ? "cbz" : "cbnz", x(sf(), d()), target());
        }
        if ((word & 0x7e00_0000) == 0x3600_0000) {
            int bit = sf() << 5 | bits(19, 5);
            return put(bits(24, 1) == 0 ? "tbz" : "tbnz", x(sf(), d()), "#" + bit, target());
        }
        return system();
    }

    private boolean system() {
        if ((word & 0xff9f_fc1f) == 0xd61f_0000 && bits(21, 2) < 3) {
            boolean isReturn = bits(21, 2) == 2;
            String name = isReturn ? "ret" : bits(21, 2) == 1 ? "blr" : "br";
            return put(name, isReturn && n() == 30 ? "" : x(1, n()));
        }
        if ((word & 0xffe0_001f) == 0xd420_0000) {
            return put("brk", "#" + bits(5, 16));
        }
        if ((word & 0xffff_f01f) == 0xd503_201f) {
            return hint(bits(5, 7));
        }
        if ((word & 0xffff_f0ff) == 0xd503_30bf || (word & 0xffff_f0ff) == 0xd503_309f) {
            return put(bits(5, 1) == 1 ? "dmb" : "dsb", "#" + bits(8, 4));
        }
        return switch (word) {
            case 0xd503_3fdf -> put("isb");
            case 0xd503_3f5f -> put("clrex");
            case 0xd65f_0bff -> put("retaa");
            default -> false;
        };
    }

    private boolean hint(int number) {
        return switch (number) {
            case A64Branches.NOP -> put("nop");
            case A64Branches.XPACLRI -> put("xpaclri");
            case A64Branches.PACIA1716 -> put("pacia1716");
            case A64Branches.AUTIA1716 -> put("autia1716");
            case A64Branches.PACIASP -> put("paciasp");
            case A64Branches.AUTIASP -> put("autiasp");
            case A64Branches.BTI_C -> put("bti c");
            case A64Branches.BTI_J -> put("bti j");
            default -> put("hint", "#" + number);
        };
    }

    // ---- registers ----

    private boolean register() {
        return switch (bits(21, 4) | bits(28, 1) << 4) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> logicalShifted();
            case 8, 10, 12, 14 -> addShifted();
            case 9 -> addExtended();
            case 16 -> addCarry();
            case 18 -> conditionalCompare();
            case 20 -> conditionalSelect();
            case 22 -> bits(30, 1) == 0 ? twoSources() : oneSource();
            case 24, 25, 26, 27, 28, 29, 30, 31 -> threeSources();
            default -> false;
        };
    }

    private String shift(int amountAt) {
        int amount = bits(amountAt, 6);
        return amount == 0 && bits(22, 2) == 0 ? "" : SHIFTS[bits(22, 2)] + " #" + amount;
    }

    private boolean logicalShifted() {
        int op = 2 * bits(29, 2) + bits(21, 1);
        String shift = shift(10);
        if (sf() == 0 && bits(15, 1) != 0) {
            return false;
        }
        if (op == 2 && n() == ZR && shift.isEmpty()) {
            return put("mov", x(sf(), d()), x(sf(), m()));
        }
        if (op == 3 && n() == ZR) {
            return put("mvn", x(sf(), d()), x(sf(), m()), shift);
        }
        if (op == 6 && d() == ZR) {
            return put("tst", x(sf(), n()), x(sf(), m()), shift);
        }
        return put(LOGIC[op], x(sf(), d()), x(sf(), n()), x(sf(), m()), shift);
    }

    private String additionName() {
        return (bits(30, 1) == 0 ? "add" : "sub") + (bits(29, 1) == 0 ? "" : "s");
    }

    private boolean addShifted() {
        if (bits(22, 2) == 3 || sf() == 0 && bits(15, 1) != 0) {
            return false;
        }
        String shift = shift(10);
        if (bits(29, 1) != 0 && d() == ZR) {
            return put(bits(30, 1) == 0 ? "cmn" : "cmp", x(sf(), n()), x(sf(), m()), shift);
        }
        if (bits(29, 2) == 2 && n() == ZR) {
            return put("neg", x(sf(), d()), x(sf(), m()), shift);
        }
        return put(additionName(), x(sf(), d()), x(sf(), n()), x(sf(), m()), shift);
    }

    private boolean addExtended() {
        int option = bits(13, 3);
        int amount = bits(10, 3);
        if (bits(22, 2) != 0 || amount > 4) {
            return false;
        }
        String extension = EXTENSIONS[option] + (amount == 0 ? "" : " #" + amount);
        String second = x(sf() & (option & 3) / 3, m());
        if (bits(29, 1) != 0) {
            return d() == ZR
                    ? put(bits(30, 1) == 0 ? "cmn" : "cmp", xsp(sf(), n()), second, extension)
                    : put(additionName(), x(sf(), d()), xsp(sf(), n()), second, extension);
        }
        return put(additionName(), xsp(sf(), d()), xsp(sf(), n()), second, extension);
    }

    private boolean addCarry() {
        if (bits(10, 6) != 0) {
            return false;
        }
        String name = (bits(30, 1) == 0 ? "adc" : "sbc") + (bits(29, 1) == 0 ? "" : "s");
        return put(name, x(sf(), d()), x(sf(), n()), x(sf(), m()));
    }

    private boolean conditionalCompare() {
        if (bits(29, 1) == 0 || bits(10, 1) != 0 || bits(4, 1) != 0) {
            return false;
        }
        String second = bits(11, 1) == 0 ? x(sf(), m()) : "#" + m();
        return put(
                bits(30, 1) == 0 ? "ccmn" : "ccmp",
                x(sf(), n()),
                second,
                "#" + bits(0, 4),
                Condition.name(bits(12, 4)));
    }

    private boolean conditionalSelect() {
        int cond = bits(12, 4);
        if (bits(29, 1) != 0 || bits(11, 1) != 0) {
            return false;
        }
        int op = 2 * bits(30, 1) + bits(10, 1);
        if (op == 1 && n() == ZR && m() == ZR && cond < Condition.AL) {
            return put("cset", x(sf(), d()), Condition.name(cond ^ 1));
        }
        String name = op == 0 ? "csel" : op == 1 ? "csinc" : op == 2 ? "csinv" : "csneg";
        return put(name, x(sf(), d()), x(sf(), n()), x(sf(), m()), Condition.name(cond));
    }

    private boolean twoSources() {
        int op = bits(10, 6);
        if (bits(29, 1) != 0 || op >= TWO_SOURCES.length || TWO_SOURCES[op] == null) {
            return false;
        }
        return put(TWO_SOURCES[op], x(sf(), d()), x(sf(), n()), x(sf(), m()));
    }

    private boolean oneSource() {
        int op = bits(10, 6);
        if (bits(29, 1) != 0 || m() != 0 || op >= ONE_SOURCE.length || op == 3 && sf() == 0) {
            return false;
        }
        String name = op == 2 && sf() == 0 ? "rev" : ONE_SOURCE[op];
        return put(name, x(sf(), d()), x(sf(), n()));
    }

    private boolean threeSources() {
        int op = 2 * bits(21, 3) + bits(15, 1);
        int last = bits(10, 5);
        if (bits(29, 2) != 0) {
            return false;
        }
        if (op < 2) {
            return last == ZR
                    ? put(op == 0 ? "mul" : "mneg", x(sf(), d()), x(sf(), n()), x(sf(), m()))
                    : put(
                            op == 0 ? "madd" : "msub",
                            x(sf(), d()),
                            x(sf(), n()),
                            x(sf(), m()),
                            x(sf(), last));
        }
        if (sf() == 0) {
            return false;
        }
        return switch (op) {
            case 2, 3, 10, 11 ->
                    put(
                            (op < 4 ? "s" : "u") + ((op & 1) == 0 ? "maddl" : "msubl"),
                            x(1, d()),
                            x(0, n()),
                            x(0, m()),
                            x(1, last));
            case 4, 12 ->
                    last == ZR && put(op == 4 ? "smulh" : "umulh", x(1, d()), x(1, n()), x(1, m()));
            default -> false;
        };
    }
}
