package wasm2obj.codegen;

import wasm2obj.ir.Module;

/**
 * Which calls through tables go by shared code. What such a call checks takes about ten instructions, and they are the same in all
 * calls through a table with a type. So a module has them once for the two ({@link ThunkCompiler}), and a call is a direct one, with the index
 * in a register, of that code, which ends in a jump to the callee.
 *
 * <p>That costs a branch more, and all such calls have one indirect branch together, whose target hardware predicts less well. So a call
 * that is expected to be executed often checks for itself, and so does one of a type that has few calls.
 *
 * <p>Functions are compiled at the same time and in any order. They agree on what is shared as that depends on the module and the function alone, and
 * on which is which by its number, which is made of table and type.
 */
public final class TableCalls {
    /** With fewer the shared code and what describes it would be larger. */
    private static final int FEWEST_CALLS = 3;

    private static final int MOST_NUMBERS = 1 << 24;

    private final int[] callsOfType;
    private final float mostFrequent;

    private TableCalls(int[] callsOfType, float mostFrequent) {
        this.callsOfType = callsOfType;
        this.mostFrequent = mostFrequent;
    }

    /** Every call checks for itself. */
    public static TableCalls unshared(Module module) {
        return new TableCalls(new int[module.types().length], -1);
    }

    /**
     * Calls that are expected to be executed at most so often in a run of their function use shared code.
     *
     * @param callsOfType number of indirect calls by canonical type
     */
    public static TableCalls shared(int[] callsOfType, float mostFrequent) {
        return new TableCalls(callsOfType, mostFrequent);
    }

    /** Whether a call through the constant table, with the canonical type, in a block of the frequency uses shared code. */
    public boolean isShared(int table, int type, float frequency) {
        return frequency <= mostFrequent && isWorthwhile(table, type);
    }

    /** The same of a table that may change, where the frequency is not known, but whether the call is in a loop. */
    public boolean isShared(int table, int type, boolean isInLoop) {
        return isShared(table, type, isInLoop ? Float.MAX_VALUE : 1);
    }

    private boolean isWorthwhile(int table, int type) {
        return callsOfType[type] >= FEWEST_CALLS
                && (long) table * callsOfType.length + type < MOST_NUMBERS;
    }

    /** The number of the shared code for the table and the canonical type. */
    public int number(int table, int type) {
        return table * callsOfType.length + type;
    }

    /** The table of the shared code with the number. */
    public int table(int number) {
        return number / callsOfType.length;
    }

    /** The canonical type of the shared code with the number. */
    public int type(int number) {
        return number % callsOfType.length;
    }
}
