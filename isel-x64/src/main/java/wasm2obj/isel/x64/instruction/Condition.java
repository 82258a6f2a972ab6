package wasm2obj.isel.x64.instruction;

/**
 * The sixteen conditions in the hardware's numbering: add one to the first row of a family such as {@link X64#JCC_REL32}.
 */
public final class Condition {
    /** Overflow. */
    public static final int O = 0;

    /** No overflow. */
    public static final int NO = 1;

    /** Below: unsigned less; carry. */
    public static final int B = 2;

    /** Above or equal: unsigned; no carry. */
    public static final int AE = 3;

    /** Equal; zero. */
    public static final int E = 4;

    /** Not equal; not zero. */
    public static final int NE = 5;

    /** Below or equal: unsigned. */
    public static final int BE = 6;

    /** Above: unsigned greater. */
    public static final int A = 7;

    /** Sign: negative. */
    public static final int S = 8;

    /** No sign: not negative. */
    public static final int NS = 9;

    /** Parity even: after a floating-point comparison, unordered. */
    public static final int P = 10;

    /** Parity odd: after a floating-point comparison, ordered. */
    public static final int NP = 11;

    /** Less: signed. */
    public static final int L = 12;

    /** Greater or equal: signed. */
    public static final int GE = 13;

    /** Less or equal: signed. */
    public static final int LE = 14;

    /** Greater: signed. */
    public static final int G = 15;

    private static final String[] NAMES = {
        "o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"
    };

    private Condition() {}

    /** The condition that holds exactly when {@code condition} does not. */
    public static int negate(int condition) {
        return condition ^ 1;
    }

    /**
     * The condition that holds for {@code cmp b, a} exactly when {@code condition} holds for {@code cmp a, b}.
     *
     * @param condition an order or (in)equality; the others say nothing of exchanged operands
     */
    public static int swapOperands(int condition) {
        return switch (condition) {
            case E, NE -> condition;
            case B -> A;
            case A -> B;
            case AE -> BE;
            case BE -> AE;
            case L -> G;
            case G -> L;
            case GE -> LE;
            case LE -> GE;
            default -> throw new IllegalArgumentException("no order: " + name(condition));
        };
    }

    /** The suffix that the condition has in mnemonics. */
    public static String name(int condition) {
        return NAMES[condition];
    }
}
