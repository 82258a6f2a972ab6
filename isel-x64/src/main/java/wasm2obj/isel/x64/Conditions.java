package wasm2obj.isel.x64;

import wasm2obj.isel.x64.instruction.Condition;

/**
 * Conditions as selection knows them: the hardware's sixteen, and the two that need two flags. {@code ucomiss} sets the parity flag
 * when an operand is not a number, and the zero flag then too.
 *
 * <p>As for the hardware's, exchanging the lowest bit negates.
 */
final class Conditions {
    /** Equal and ordered. */
    static final int EQUAL_ORDERED = 16;

    /** Not equal or not ordered. */
    static final int NOT_EQUAL_OR_UNORDERED = 17;

    private Conditions() {}

    static int negate(int condition) {
        return condition ^ 1;
    }

    static boolean needsTwoFlags(int condition) {
        return condition >= EQUAL_ORDERED;
    }

    /** The condition on operands of which both are not negative, or both are sign-extended: signed becomes unsigned. */
    static int unsigned(int condition) {
        return switch (condition) {
            case Condition.L -> Condition.B;
            case Condition.GE -> Condition.AE;
            case Condition.LE -> Condition.BE;
            case Condition.G -> Condition.A;
            default -> condition;
        };
    }

    /** What a condition is called in text. */
    static String name(int condition) {
        return switch (condition) {
            case EQUAL_ORDERED -> "e-np";
            case NOT_EQUAL_OR_UNORDERED -> "ne-or-p";
            default -> Condition.name(condition);
        };
    }
}
