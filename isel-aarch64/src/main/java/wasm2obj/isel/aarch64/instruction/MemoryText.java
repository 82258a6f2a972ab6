package wasm2obj.isel.aarch64.instruction;

/** Loads, stores and atomic operations as text. */
final class MemoryText {
    private static final String[] FLOATS = {"b", "h", "s", "d", "q"};
    private static final String[] SUFFIXES = {"b", "h", "", ""};
    private static final String[] OPERATIONS = {
        "ldadd", "ldclr", "ldeor", "ldset", "ldsmax", "ldsmin", "ldumax", "ldumin", "swp"
    };

    private MemoryText() {}

    static boolean print(StringBuilder out, int word, String label) {
        boolean isFloat = (word >>> 26 & 1) != 0;
        return switch (word >>> 27 & 7) {
            case 5 -> pair(out, word, isFloat);
            case 7 -> {
                if ((word >>> 24 & 1) == 0 && (word & 1 << 21) != 0 && (word & 0xc00) == 0) {
                    yield !isFloat && atomic(out, word);
                }
                yield one(out, word, isFloat, label);
            }
            case 1 -> !isFloat && (word >>> 24 & 1) == 0 && exclusive(out, word);
            default -> false;
        };
    }

    private static String base(int word) {
        return A64Text.xsp(1, word >>> 5 & 31);
    }

    /** One register: the names by size, opc and whether it is one of the floats'. */
    private static boolean one(StringBuilder out, int word, boolean isFloat, String label) {
        int size = word >>> 30;
        int opc = word >>> 22 & 3;
        int scale = size;
        String register;
        String name;
        if (isFloat) {
            if (opc > 1) {
                if (size != 0) {
                    return false;
                }
                scale = 4;
            }
            register = FLOATS[scale] + (word & 31);
            name = (opc & 1) == 0 ? "str" : "ldr";
        } else {
            if (opc > 1 && (size == 3 || size == 2 && opc == 3)) {
                return false;
            }
            boolean isLong = size == 3 || opc == 2;
            register = A64Text.x(isLong ? 1 : 0, word & 31);
            name =
                    opc == 0
                            ? "str" + SUFFIXES[size]
                            : opc == 1
                                    ? "ldr" + SUFFIXES[size]
                                    : "ldrs" + (size == 2 ? "w" : SUFFIXES[size]);
        }
        String address = address(word, scale, label);
        if (address == null) {
            return false;
        }
        boolean isUnscaled = (word & 0x0120_0c00) == 0;
        A64Text.put(
                out,
                isUnscaled ? name.replace("dr", "dur").replace("tr", "tur") : name,
                register,
                address);
        return true;
    }

    private static String address(int word, int scale, String label) {
        if ((word & 1 << 24) != 0) {
            String offset = label.isEmpty() ? "#" + ((word >>> 10 & 0xfff) << scale) : label;
            return "[" + base(word) + ", " + offset + "]";
        }
        int offset = word << 11 >> 23;
        boolean isRegister = (word & 1 << 21) != 0;
        return switch (word >>> 10 & 3) {
            case 0 -> isRegister ? null : "[" + base(word) + ", #" + offset + "]";
            case 1 -> isRegister ? null : "[" + base(word) + "], #" + offset;
            case 2 -> isRegister ? indexed(word, scale) : null;
            default -> isRegister ? null : "[" + base(word) + ", #" + offset + "]!";
        };
    }

    private static String indexed(int word, int scale) {
        int option = word >>> 13 & 7;
        boolean isScaled = (word & 1 << 12) != 0;
        String extension =
                switch (option) {
                    case A64Integer.UXTW -> "uxtw";
                    case A64Integer.SXTW -> "sxtw";
                    case A64Integer.SXTX -> "sxtx";
                    case A64Integer.UXTX -> isScaled ? "lsl" : "";
                    default -> null;
                };
        if (extension == null) {
            return null;
        }
        String index = A64Text.x(option & 1, word >>> 16 & 31);
        String amount = isScaled ? " #" + scale : "";
        return "["
                + base(word)
                + ", "
                + index
                + (extension.isEmpty() ? "" : ", " + extension)
                + amount
                + "]";
    }

    private static boolean pair(StringBuilder out, int word, boolean isFloat) {
        int opc = word >>> 30;
        int mode = word >>> 23 & 3;
        boolean isLoad = (word & 1 << 22) != 0;
        boolean isSigned = !isFloat && opc == 1;
        if (opc == 3 || mode == 0 || isSigned && !isLoad) {
            return false;
        }
        int scale = isFloat ? 2 + opc : 2 + (opc >> 1);
        int offset = (word << 10 >> 25) << scale;
        int second = word >>> 10 & 31;
        int sf = opc == 0 ? 0 : 1;
        String a = isFloat ? FLOATS[scale] + (word & 31) : A64Text.x(sf, word & 31);
        String b = isFloat ? FLOATS[scale] + second : A64Text.x(sf, second);
        String address =
                mode == 1
                        ? "[" + base(word) + "], #" + offset
                        : "[" + base(word) + ", #" + offset + "]" + (mode == 3 ? "!" : "");
        A64Text.put(out, isSigned ? "ldpsw" : isLoad ? "ldp" : "stp", a, b, address);
        return true;
    }

    // ---- atomic operations ----

    private static boolean atomic(StringBuilder out, int word) {
        int size = word >>> 30;
        int op = word >>> 12 & 15;
        if (op >= OPERATIONS.length) {
            return false;
        }
        String order = (word & 1 << 23) != 0 ? "a" : "";
        order += (word & 1 << 22) != 0 ? "l" : "";
        int sf = size == 3 ? 1 : 0;
        A64Text.put(
                out,
                OPERATIONS[op] + order + SUFFIXES[size],
                A64Text.x(sf, word >>> 16 & 31),
                A64Text.x(sf, word & 31),
                "[" + base(word) + "]");
        return true;
    }

    private static boolean exclusive(StringBuilder out, int word) {
        int size = word >>> 30;
        int sf = size == 3 ? 1 : 0;
        boolean isLoad = (word & 1 << 22) != 0;
        boolean isOrdered = (word & 1 << 15) != 0;
        String register = A64Text.x(sf, word & 31);
        String status = A64Text.x(0, word >>> 16 & 31);
        String address = "[" + base(word) + "]";
        if ((word >>> 10 & 31) != 31) {
            return false;
        }
        switch (word >>> 21 & 5) {
            case 0 -> {
                String name =
                        (isLoad ? isOrdered ? "ldaxr" : "ldxr" : isOrdered ? "stlxr" : "stxr");
                if (isLoad) {
                    A64Text.put(out, name + SUFFIXES[size], register, address);
                } else {
                    A64Text.put(out, name + SUFFIXES[size], status, register, address);
                }
            }
            case 4 ->
                    A64Text.put(
                            out, (isLoad ? "ldar" : "stlr") + SUFFIXES[size], register, address);
            case 5 -> {
                String order = (isLoad ? "a" : "") + (isOrdered ? "l" : "");
                A64Text.put(
                        out,
                        "cas" + order + SUFFIXES[size],
                        A64Text.x(sf, word >>> 16 & 31),
                        register,
                        address);
            }
            default -> {
                return false;
            }
        }
        return !(((word >>> 21 & 5) == 4 && !isOrdered));
    }
}
