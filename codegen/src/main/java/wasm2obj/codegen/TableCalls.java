package wasm2obj.codegen;

import wasm2obj.ir.Module;

/**
 * Which calls through constant tables go by shared code. What such a call checks takes about ten instructions, and they are the same in all
 * calls through a table with a type. So a module has them once for the two ({@link ThunkCompiler#tableCall}), and a call is a direct one, with the index
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

    private final Module module;
    private final int[] callsOfType;
    private final float mostFrequent;

    private TableCalls(Module module, int[] callsOfType, float mostFrequent) {
        this.module = module;
        this.callsOfType = callsOfType;
        this.mostFrequent = mostFrequent;
    }

    /** Every call checks for itself. */
    public static TableCalls unshared(Module module) {
        return new TableCalls(module, new int[module.types().length], -1);
    }

    /**
     * Calls that are expected to be executed at most so often in a run of their function use shared code.
     *
     * @param callsOfType number of indirect calls by canonical type
     */
    public static TableCalls shared(Module module, int[] callsOfType, float mostFrequent) {
        return new TableCalls(module, callsOfType, mostFrequent);
    }

    /** Whether a call through the table, with the canonical type, in a block of the frequency uses shared code. */
    public boolean isShared(int table, int type, float frequency) {
        return frequency <= mostFrequent
                && callsOfType[type] >= FEWEST_CALLS
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

    /** The number of elements of that table. */
    public int tableSize(int number) {
        return (int) module.tables()[table(number)].minimum();
    }

    /** The canonical type of the shared code with the number. */
    public int type(int number) {
        return number % callsOfType.length;
    }
}
