package wasm2obj.isel.aarch64.instruction;

/** The conditions, as the field {@code cond}. Each but the last pair is the opposite of its neighbour. */
public final class Condition {
    public static final int EQ = 0;
    public static final int NE = 1;

    /** Unsigned greater or equal: CS. Of floats: not less. */
    public static final int HS = 2;

    /** Unsigned less: CC. Of floats: less. */
    public static final int LO = 3;

    /** Negative. Of floats: less. */
    public static final int MI = 4;

    public static final int PL = 5;

    /** Overflow. Of floats: unordered. */
    public static final int VS = 6;

    public static final int VC = 7;

    /** Unsigned greater. Of floats: greater or unordered. */
    public static final int HI = 8;

    /** Unsigned less or equal. Of floats: less or equal. */
    public static final int LS = 9;

    public static final int GE = 10;

    /** Of floats: less or unordered. */
    public static final int LT = 11;

    public static final int GT = 12;

    /** Of floats: less, equal or unordered. */
    public static final int LE = 13;

    public static final int AL = 14;

    private static final String[] NAMES = {
        "eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al",
        "nv"
    };

    private Condition() {}

    /** The condition that holds when this one does not. */
    public static int opposite(int cond) {
        assert cond < AL : cond;
        return cond ^ 1;
    }

    /** The condition that says the same of an integer comparison with swapped operands. */
    public static int swapped(int cond) {
        return switch (cond) {
            case HS -> LS;
            case LS -> HS;
            case LO -> HI;
            case HI -> LO;
            case GE -> LE;
            case LE -> GE;
            case LT -> GT;
            case GT -> LT;
            case EQ, NE -> cond;
            default -> throw new IllegalArgumentException(name(cond));
        };
    }

    /** The assembler's name. */
    public static String name(int cond) {
        return NAMES[cond];
    }
}
