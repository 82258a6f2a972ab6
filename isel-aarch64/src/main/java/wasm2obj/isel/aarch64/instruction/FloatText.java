package wasm2obj.isel.aarch64.instruction;

/** Operations on floats as text. */
final class FloatText {
    private static final String[] TWO_SOURCES = {
        "fmul", "fdiv", "fadd", "fsub", "fmax", "fmin", "fmaxnm", "fminnm", "fnmul"
    };
    private static final String[] ONE_SOURCE = {
        "fmov", "fabs", "fneg", "fsqrt", null, null, null, null, "frintn", "frintp", "frintm",
        "frintz"
    };
    private static final String[] TO_INTEGERS = {
        "fcvtns", "fcvtnu", "fcvtps", "fcvtpu", "fcvtms", "fcvtmu", "fcvtzs", "fcvtzu"
    };

    private FloatText() {}

    private static String register(int type, int number) {
        return (type == 0 ? "s" : "d") + number;
    }

    static boolean print(StringBuilder out, int word) {
        int type = word >>> 22 & 3;
        if (type > 1 || (word & 0x6000_0000) != 0) {
            return false;
        }
        if (word >>> 24 == 0x1f) {
            return threeSources(out, word, type);
        }
        if ((word >>> 24 & 0x7f) != 0x1e || (word & 1 << 21) == 0) {
            return false;
        }
        String d = register(type, word & 31);
        String n = register(type, word >>> 5 & 31);
        String m = register(type, word >>> 16 & 31);
        if ((word & 0xfc00) == 0) {
            return convert(out, word, type);
        }
        if (word < 0) {
            return false;
        }
        String condition = Condition.name(word >>> 12 & 15);
        return switch (word >>> 10 & 3) {
            case 1 -> {
                if ((word & 16) != 0) {
                    yield false;
                }
                A64Text.put(out, "fccmp", n, m, "#" + (word & 15), condition);
                yield true;
            }
            case 2 -> {
                int op = word >>> 12 & 15;
                if (op >= TWO_SOURCES.length) {
                    yield false;
                }
                A64Text.put(out, TWO_SOURCES[op], d, n, m);
                yield true;
            }
            case 3 -> {
                A64Text.put(out, "fcsel", d, n, m, condition);
                yield true;
            }
            default -> other(out, word, type);
        };
    }

    private static boolean other(StringBuilder out, int word, int type) {
        String d = register(type, word & 31);
        String n = register(type, word >>> 5 & 31);
        if ((word & 0x1c00) == 0x1000) {
            if ((word >>> 5 & 31) != 0) {
                return false;
            }
            A64Text.put(out, "fmov", d, "#" + immediate(word >>> 13 & 255));
            return true;
        }
        if ((word & 0xfc00) == 0x2000) {
            boolean isZero = (word & 8) != 0;
            if ((word & 7) != 0 || isZero && (word >>> 16 & 31) != 0) {
                return false;
            }
            String name = (word & 16) != 0 ? "fcmpe" : "fcmp";
            A64Text.put(out, name, n, isZero ? "#0.0" : register(type, word >>> 16 & 31));
            return true;
        }
        int op = word >>> 15 & 63;
        if ((word & 0x7c00) != 0x4000 || op >= ONE_SOURCE.length) {
            return false;
        }
        if (op == 4 || op == 5) {
            if ((op & 1) == type) {
                return false;
            }
            A64Text.put(out, "fcvt", register(op & 1, word & 31), n);
            return true;
        }
        if (ONE_SOURCE[op] == null) {
            return false;
        }
        A64Text.put(out, ONE_SOURCE[op], d, n);
        return true;
    }

    /** The number that an immediate of 8 bits stands for (DDI 0487, VFPExpandImm). */
    static double immediate(int imm8) {
        int exponent = (imm8 >>> 4 & 7 ^ 4) - 3;
        double value = Math.scalb(1 + (imm8 & 15) / 16.0, exponent);
        return (imm8 & 128) != 0 ? -value : value;
    }

    private static boolean threeSources(StringBuilder out, int word, int type) {
        boolean isNegated = (word & 1 << 21) != 0;
        boolean isSubtraction = (word & 1 << 15) != 0;
        A64Text.put(
                out,
                (isNegated ? "fn" : "f") + (isSubtraction ? "msub" : "madd"),
                register(type, word & 31),
                register(type, word >>> 5 & 31),
                register(type, word >>> 16 & 31),
                register(type, word >>> 10 & 31));
        return true;
    }

    /** Between floats and general registers; rounding mode and operation say how. */
    private static boolean convert(StringBuilder out, int word, int type) {
        int sf = word >>> 31;
        int mode = word >>> 19 & 3;
        int op = word >>> 16 & 7;
        String toFloat = register(type, word & 31);
        String fromFloat = register(type, word >>> 5 & 31);
        String toInteger = A64Text.x(sf, word & 31);
        String fromInteger = A64Text.x(sf, word >>> 5 & 31);
        if (op < 2) {
            A64Text.put(out, TO_INTEGERS[2 * mode + op], toInteger, fromFloat);
        } else if (mode != 0) {
            return false;
        } else if (op < 4) {
            A64Text.put(out, op == 2 ? "scvtf" : "ucvtf", toFloat, fromInteger);
        } else if (op < 6) {
            A64Text.put(out, op == 4 ? "fcvtas" : "fcvtau", toInteger, fromFloat);
        } else if (sf != type) {
            return false;
        } else if (op == 6) {
            A64Text.put(out, "fmov", toInteger, fromFloat);
        } else {
            A64Text.put(out, "fmov", toFloat, fromInteger);
        }
        return true;
    }
}
