package wasm2obj.isel.aarch64.instruction;

/**
 * Data processing of Advanced SIMD as text, and accesses of single lanes (DDI 0487, C4.1.96). Tables are by the manual's opcode fields;
 * where the bit U chooses between two names, they are {@code signed/unsigned}.
 */
final class VectorText {
    private static final String[] ARRANGEMENTS = {"8b", "16b", "4h", "8h", "2s", "4s", "1d", "2d"};
    private static final String LANES = "bhsd";

    private static final String[] THREE_SAME = {
        "shadd/uhadd", "sqadd/uqadd", "srhadd/urhadd", null,
        "shsub/uhsub", "sqsub/uqsub", "cmgt/cmhi", "cmge/cmhs",
        "sshl/ushl", "sqshl/uqshl", "srshl/urshl", "sqrshl/uqrshl",
        "smax/umax", "smin/umin", "sabd/uabd", "saba/uaba",
        "add/sub", "cmtst/cmeq", "mla/mls", "mul/pmul",
        "smaxp/umaxp", "sminp/uminp", "sqdmulh/sqrdmulh", "addp/"
    };
    private static final String[] BITWISE = {
        "and", "bic", "orr", "orn", "eor", "bsl", "bit", "bif"
    };

    /** Opcodes from 24 on, without and with bit 23. */
    private static final String[] THREE_FLOATS = {
        "fmaxnm/fmaxnmp",
        "fmla/",
        "fadd/faddp",
        "fmulx/fmul",
        "fcmeq/fcmge",
        null,
        "fmax/fmaxp",
        "frecps/fdiv",
        "fminnm/fminnmp",
        "fmls/",
        "fsub/fabd",
        null,
        "/fcmgt",
        null,
        "fmin/fminp",
        "frsqrts/"
    };

    private static final String[] THREE_DIFFERENT = {
        "saddl/uaddl",
        "saddw/uaddw",
        "ssubl/usubl",
        "ssubw/usubw",
        "addhn/raddhn",
        null,
        "subhn/rsubhn",
        "sabdl/uabdl",
        "smlal/umlal",
        null,
        "smlsl/umlsl",
        null,
        "smull/umull"
    };
    private static final String[] TWO = {
        "rev64/rev32",
        "rev16/",
        "saddlp/uaddlp",
        null,
        "cls/clz",
        "cnt/not",
        "sadalp/uadalp",
        "sqabs/sqneg",
        "cmgt/cmge",
        "cmeq/cmle",
        "cmlt/",
        "abs/neg",
        null,
        null,
        null,
        null,
        null,
        null,
        "xtn/sqxtun",
        null,
        "sqxtn/uqxtn"
    };

    /** Opcodes from 24 on, without and with bit 23. */
    private static final String[] TWO_FLOATS = {
        "frintn/frinta",
        "frintm/frintx",
        "fcvtns/fcvtnu",
        "fcvtms/fcvtmu",
        "fcvtas/fcvtau",
        "scvtf/ucvtf",
        null,
        null,
        "frintp/",
        "frintz/frinti",
        "fcvtps/fcvtpu",
        "fcvtzs/fcvtzu",
        null,
        null,
        null,
        "/fsqrt"
    };

    /** Opcodes from 12 on, with bit 23. */
    private static final String[] TWO_WITH_ZERO = {"fcmgt/fcmge", "fcmeq/fcmle", "fcmlt/"};

    private static final String[] PERMUTATIONS = {
        null, "uzp1", "trn1", "zip1", null, "uzp2", "trn2", "zip2"
    };
    private static final String[] SHIFTS_RIGHT = {
        "sshr/ushr", "ssra/usra", "srshr/urshr", "srsra/ursra", "/sri"
    };
    private static final String[] NARROWING_SHIFTS = {
        "shrn/sqshrun", "rshrn/sqrshrun", "sqshrn/uqshrn", "sqrshrn/uqrshrn"
    };
    private static final String[] BY_LANE = {
        "/mla",
        null,
        null,
        null,
        "/mls",
        null,
        null,
        null,
        "mul/",
        null,
        "smull/umull",
        null,
        "sqdmulh/",
        "sqrdmulh/"
    };

    private final StringBuilder out;
    private final int word;

    private VectorText(StringBuilder out, int word) {
        this.out = out;
        this.word = word;
    }

    /** Appends the instruction if the word is one of Advanced SIMD; else false, and then nothing is appended. */
    static boolean print(StringBuilder out, int word) {
        return new VectorText(out, word).print();
    }

    private boolean print() {
        return switch (word >>> 24 & 0x9f) {
            case 0x0e -> registers();
            case 0x0f -> bits(10, 1) == 0 ? byLane() : immediate();
            case 0x1e -> scalar();
            case 0x0d -> memory();
            default -> false;
        };
    }

    // ---- parts ----

    private int bits(int at, int count) {
        return word >>> at & (1 << count) - 1;
    }

    private int q() {
        return bits(30, 1);
    }

    private int u() {
        return bits(29, 1);
    }

    private int size() {
        return bits(22, 2);
    }

    private static String v(int number, int size, int q) {
        return "v" + (number & 31) + "." + ARRANGEMENTS[size << 1 | q];
    }

    private String d(int size, int q) {
        return v(bits(0, 5), size, q);
    }

    private String n(int size, int q) {
        return v(bits(5, 5), size, q);
    }

    private String m(int size, int q) {
        return v(bits(16, 5), size, q);
    }

    private static String lane(int number, int size, int index) {
        return "v" + number + "." + LANES.charAt(size) + "[" + index + "]";
    }

    private static String scalar(int number, int size) {
        return String.valueOf(LANES.charAt(size)) + number;
    }

    /** The name in the table that U chooses, or null. */
    private String name(String[] table, int opcode) {
        String names = opcode < table.length ? table[opcode] : null;
        if (names == null) {
            return null;
        }
        int slash = names.indexOf('/');
        String name = u() == 0 ? names.substring(0, slash) : names.substring(slash + 1);
        return name.isEmpty() ? null : name;
    }

    /** Of instructions that use the upper half of a narrow operand. */
    private String second(String name) {
        return q() == 0 ? name : name + "2";
    }

    private boolean put(String mnemonic, Object... operands) {
        if (mnemonic == null) {
            return false;
        }
        A64Text.put(out, mnemonic, operands);
        return true;
    }

    // ---- registers ----

    private boolean registers() {
        if (bits(21, 1) != 0) {
            return switch (bits(10, 2)) {
                case 0 -> threeDifferent();
                case 2 -> bits(17, 4) == 8 ? acrossLanes() : bits(17, 4) == 0 && two();
                default -> threeSame();
            };
        }
        if (bits(15, 1) != 0) {
            return dotProduct();
        }
        if (bits(10, 1) != 0) {
            return size() == 0 && copy();
        }
        if (u() != 0) {
            return size() == 0 && extract();
        }
        return bits(11, 1) != 0
                ? put(PERMUTATIONS[bits(12, 3)], d(size(), q()), n(size(), q()), m(size(), q()))
                : size() == 0 && tableLookup();
    }

    private boolean threeSame() {
        int opcode = bits(11, 5);
        if (opcode == 3) {
            String name = BITWISE[u() << 2 | size()];
            boolean isMove = name.equals("orr") && bits(5, 5) == bits(16, 5);
            return isMove
                    ? put("mov", d(0, q()), n(0, q()))
                    : put(name, d(0, q()), n(0, q()), m(0, q()));
        }
        if (opcode < 24) {
            return put(name(THREE_SAME, opcode), d(size(), q()), n(size(), q()), m(size(), q()));
        }
        int size = 2 + bits(22, 1);
        int index = opcode - 24 + 8 * bits(23, 1);
        return put(name(THREE_FLOATS, index), d(size, q()), n(size, q()), m(size, q()));
    }

    private boolean threeDifferent() {
        int opcode = bits(12, 4);
        String name = name(THREE_DIFFERENT, opcode);
        int narrow = size();
        if (name == null || narrow == 3) {
            return false;
        }
        int wide = narrow + 1;
        return switch (opcode) {
            case 1, 3 -> put(second(name), d(wide, 1), n(wide, 1), m(narrow, q()));
            case 4, 6 -> put(second(name), d(narrow, q()), n(wide, 1), m(wide, 1));
            default -> put(second(name), d(wide, 1), n(narrow, q()), m(narrow, q()));
        };
    }

    private boolean two() {
        int opcode = bits(12, 5);
        int size = size();
        return switch (opcode) {
            case 2, 6 -> size < 3 && put(name(TWO, opcode), d(size + 1, q()), n(size, q()));
            case 5 -> size == 0 && put(name(TWO, opcode), d(0, q()), n(0, q()));
            case 8, 9, 10 -> put(name(TWO, opcode), d(size, q()), n(size, q()), "#0");
            case 18, 20 -> {
                String name = name(TWO, opcode);
                yield name != null && size < 3 && put(second(name), d(size, q()), n(size + 1, 1));
            }
            case 22 -> u() == 0 && size == 1 && put(second("fcvtn"), d(2, q()), n(3, 1));
            case 23 -> u() == 0 && size == 1 && put(second("fcvtl"), d(3, 1), n(2, q()));
            default ->
                    opcode < 12
                            ? put(name(TWO, opcode), d(size, q()), n(size, q()))
                            : twoFloats(opcode);
        };
    }

    private boolean twoFloats(int opcode) {
        int size = 2 + bits(22, 1);
        String d = d(size, q());
        String n = n(size, q());
        boolean hasBit23 = bits(23, 1) != 0;
        if (opcode >= 24) {
            return put(name(TWO_FLOATS, opcode - 24 + (hasBit23 ? 8 : 0)), d, n);
        }
        if (!hasBit23 || opcode > 15) {
            return false;
        }
        return opcode == 15
                ? put(u() == 0 ? "fabs" : "fneg", d, n)
                : put(name(TWO_WITH_ZERO, opcode - 12), d, n, "#0.0");
    }

    private boolean acrossLanes() {
        int size = size();
        String name =
                switch (bits(12, 5)) {
                    case 3 -> "addlv";
                    case 10 -> "maxv";
                    case 26 -> "minv";
                    case 27 -> u() == 0 ? "addv" : null;
                    default -> null;
                };
        if (name == null || size == 3) {
            return false;
        }
        boolean isLong = bits(12, 5) == 3;
        String prefix = bits(12, 5) == 27 ? "" : u() == 0 ? "s" : "u";
        return put(prefix + name, scalar(bits(0, 5), isLong ? size + 1 : size), n(size, q()));
    }

    /** Sums of four products of bytes. */
    private boolean dotProduct() {
        String name =
                switch (word & 0xbfe0_fc00) {
                    case A64Vector.SDOT -> "sdot";
                    case A64Vector.UDOT -> "udot";
                    case A64Vector.USDOT -> "usdot";
                    default -> null;
                };
        return put(name, d(2, q()), n(0, q()), m(0, q()));
    }

    private boolean extract() {
        boolean isKnown = (bits(10, 1) | bits(15, 1)) == 0;
        return isKnown && put("ext", d(0, q()), n(0, q()), m(0, q()), "#" + bits(11, 4));
    }

    private boolean tableLookup() {
        StringBuilder table = new StringBuilder("{");
        for (int k = 0; k <= bits(13, 2); k++) {
            table.append(k == 0 ? "" : ", ").append(v(bits(5, 5) + k, 0, 1));
        }
        String name = bits(12, 1) == 0 ? "tbl" : "tbx";
        return put(name, d(0, q()), table.append('}'), m(0, q()));
    }

    /** Between lanes, scalars and general registers: the lowest one of imm5 says how wide a lane is. */
    private boolean copy() {
        int imm5 = bits(16, 5);
        int imm4 = bits(11, 4);
        int size = Integer.numberOfTrailingZeros(imm5);
        if (size > 3) {
            return false;
        }
        int rd = bits(0, 5);
        int rn = bits(5, 5);
        int index = imm5 >> size + 1;
        if (u() != 0) {
            return put("mov", lane(rd, size, index), lane(rn, size, imm4 >> size));
        }
        String source = lane(rn, size, index);
        return switch (imm4) {
            case 0 -> put("dup", d(size, q()), source);
            case 1 -> put("dup", d(size, q()), A64Text.x(size / 3, rn));
            case 3 -> put("mov", lane(rd, size, index), A64Text.x(size / 3, rn));
            case 5 -> put("smov", A64Text.x(q(), rd), source);
            case 7 -> put(size < 2 ? "umov" : "mov", A64Text.x(q(), rd), source);
            default -> false;
        };
    }

    // ---- immediates ----

    private boolean immediate() {
        if (bits(23, 1) != 0) {
            return false;
        }
        return bits(19, 4) == 0 ? modifiedImmediate() : shift();
    }

    private boolean shift() {
        int immediate = bits(16, 7);
        int size = 28 - Integer.numberOfLeadingZeros(immediate);
        int width = 8 << size;
        String left = "#" + (immediate - width);
        String right = "#" + (2 * width - immediate);
        String d = d(size, q());
        String n = n(size, q());
        int opcode = bits(11, 5);
        return switch (opcode) {
            case 0, 2, 4, 6, 8 -> put(name(SHIFTS_RIGHT, opcode / 2), d, n, right);
            case 10 -> put(u() == 0 ? "shl" : "sli", d, n, left);
            case 14 -> put(u() == 0 ? "sqshl" : "uqshl", d, n, left);
            case 16, 17, 18, 19 -> {
                String name = second(name(NARROWING_SHIFTS, opcode - 16));
                yield size < 3 && put(name, d, n(size + 1, 1), right);
            }
            case 20 -> {
                String name = second(u() == 0 ? "sshll" : "ushll");
                yield size < 3 && put(name, d(size + 1, 1), n, left);
            }
            default -> false;
        };
    }

    private boolean modifiedImmediate() {
        int imm8 = bits(16, 3) << 5 | bits(5, 5);
        int cmode = bits(12, 4);
        if (bits(11, 1) != 0) {
            return false;
        }
        String immediate = "#" + imm8;
        if (cmode < 12) {
            boolean changes = (cmode & 1) != 0;
            String name = changes ? u() == 0 ? "orr" : "bic" : u() == 0 ? "movi" : "mvni";
            int size = cmode < 8 ? 2 : 1;
            int shift = 8 * (cmode >> 1 & (cmode < 8 ? 3 : 1));
            return put(name, d(size, q()), immediate, shift == 0 ? "" : "lsl #" + shift);
        }
        return switch (cmode) {
            case 12, 13 -> {
                String name = u() == 0 ? "movi" : "mvni";
                yield put(name, d(2, q()), immediate, "msl #" + 8 * (cmode - 11));
            }
            case 14 -> {
                if (u() == 0) {
                    yield put("movi", d(0, q()), immediate);
                }
                String register = q() == 0 ? scalar(bits(0, 5), 3) : d(3, 1);
                yield put("movi", register, "#0x" + Long.toHexString(mask(imm8)));
            }
            default -> {
                int size = 2 + u();
                yield (u() == 0 || q() != 0)
                        && put("fmov", d(size, q()), "#" + FloatText.immediate(imm8));
            }
        };
    }

    /** All ones in a byte for each bit. */
    private static long mask(int imm8) {
        long mask = 0;
        for (int k = 0; k < 8; k++) {
            mask |= (imm8 >> k & 1) * 0xffL << 8 * k;
        }
        return mask;
    }

    // ---- by one lane ----

    private boolean byLane() {
        int size = size();
        int opcode = bits(12, 4);
        boolean isFloat = u() == 0 && (opcode == 1 || opcode == 5 || opcode == 9);
        if (isFloat) {
            String name = opcode == 1 ? "fmla" : opcode == 5 ? "fmls" : "fmul";
            return size >= 2 && put(name, d(size, q()), n(size, q()), lastLane(size));
        }
        String name = name(BY_LANE, opcode);
        if (name == null || size != 1 && size != 2) {
            return false;
        }
        return opcode == 10
                ? put(second(name), d(size + 1, 1), n(size, q()), lastLane(size))
                : put(name, d(size, q()), n(size, q()), lastLane(size));
    }

    /** Rm's lane: the bits H, L, and of halves M, are its index; Rm is then of four bits. */
    private String lastLane(int size) {
        int index = bits(11, 1) << 1 | bits(21, 1);
        return switch (size) {
            case 1 -> lane(bits(16, 4), 1, index << 1 | bits(20, 1));
            case 2 -> lane(bits(16, 5), 2, index);
            default -> lane(bits(16, 5), 3, index >> 1);
        };
    }

    // ---- scalars ----

    private boolean scalar() {
        if ((word & 0xffff_fc00) == 0x5ef1_b800) {
            return put("addp", scalar(bits(0, 5), 3), n(3, 1));
        }
        int size = Integer.numberOfTrailingZeros(bits(16, 5));
        boolean isCopy = (word & 0xffe0_fc00) == 0x5e00_0400 && size < 4;
        return isCopy
                && put(
                        "mov",
                        scalar(bits(0, 5), size),
                        lane(bits(5, 5), size, bits(16, 5) >> size + 1));
    }

    // ---- memory ----

    /** {@code ld1}, {@code st1} of one lane, {@code ld1r}. */
    private boolean memory() {
        int opcode = bits(13, 3);
        boolean isLoad = bits(22, 1) != 0;
        if (bits(16, 6) != 0 || bits(23, 1) != 0 || u() != 0) {
            return false;
        }
        String address = "[" + A64Text.xsp(1, bits(5, 5)) + "]";
        int rt = bits(0, 5);
        if (opcode == 6) {
            boolean isReplicated = isLoad && bits(12, 1) == 0;
            return isReplicated && put("ld1r", "{" + v(rt, bits(10, 2), q()) + "}", address);
        }
        if ((opcode & 1) != 0 || opcode > 4) {
            return false;
        }
        int place = q() << 3 | bits(10, 3);
        int size = opcode == 4 && (place & 7) == 1 ? 3 : opcode / 2;
        int index = place >> size;
        if (size < 3 && index << size != place) {
            return false;
        }
        return put(
                isLoad ? "ld1" : "st1",
                "{v" + rt + "." + LANES.charAt(size) + "}[" + index + "]",
                address);
    }
}
