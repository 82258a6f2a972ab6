package wasm2obj.isel.aarch64;

import wasm2obj.codegen.LoweringContext;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;

/**
 * Values that several instructions near each other share: constants, sums of a base and an index, or of a base and the upper part of a
 * displacement.
 *
 * <p>An access with both an index and a displacement needs their sum with the base in a register first. Neighbouring accesses often
 * have the same index and differ in the displacement only. Code is made backwards: the last user makes the value, and one in
 * front of it, in the same block or one through which control always comes, takes the definition over, so that it always stands
 * before the first of them.
 *
 * <p>Values do not live across calls, nor further than {@link #DISTANCE}: there a register costs more than the instruction. In a function
 * that looks into the heap sums stay in their block: between blocks there may be a call elsewhere, cold, and a sum with a reference
 * is wrong once objects have moved.
 */
final class SharedValues {
    private static final int COUNT = 8;
    private static final int DISTANCE = 40;

    /** Constants are made anew more easily than sums. */
    private static final int DISTANCE_OF_CONSTANTS = 16;

    private final WordBuilder code;
    private LoweringContext context;
    private Function function;
    private boolean usesHeap;
    private int next;

    /** The word of a sum with no registers in it; or the constant. */
    private final long[] words = new long[COUNT];

    /** Of a sum, else -1. */
    private final int[] bases = new int[COUNT];

    private final int[] indices = new int[COUNT];
    private final int[] vregs = new int[COUNT];

    /** The block of that instruction. */
    private final int[] blocks = new int[COUNT];

    /** Number of the instruction that defines the value, or -1 if there is none. */
    private final int[] places = new int[COUNT];

    SharedValues(WordBuilder code) {
        this.code = code;
    }

    void begin(LoweringContext newContext) {
        context = newContext;
        function = newContext.function();
        usesHeap = usesHeap(function);
        next = 0; // what is given up does not depend on the function before
        forget();
    }

    private static boolean usesHeap(Function function) {
        for (int i = 0, count = function.instructionCount(); i < count; i++) {
            if (function.opcode(i) == Opcode.HEAP_BASE) {
                return true;
            }
        }
        return false;
    }

    /** What is in front of here does not share values with what is behind. */
    void forget() {
        java.util.Arrays.fill(places, -1);
    }

    /** A register with the constant. */
    int constant(long value) {
        int hoisted = context.hoistedConstant(Type.I64, value);
        return hoisted >= 0 ? hoisted : get(value, -1, -1, DISTANCE_OF_CONSTANTS, false);
    }

    /** A register with the sum that the word makes of the base and, unless it is -1, the index. */
    int sum(int word, int base, int index) {
        return get(word, base, index, DISTANCE, usesHeap);
    }

    private int get(long word, int base, int index, int distance, boolean isLocal) {
        int block = function.block(context.current());
        for (int s = 0; s < COUNT; s++) {
            if (places[s] >= 0
                    && words[s] == word
                    && bases[s] == base
                    && indices[s] == index
                    && context.made() - places[s] < distance
                    && (block == blocks[s] || !isLocal && context.dominates(block, blocks[s]))) {
                if (!context.isOfCurrent(places[s])) {
                    context.drop(places[s]);
                    define(s, block);
                }
                return vregs[s];
            }
        }
        int s = next;
        next = (next + 1) % COUNT;
        words[s] = word;
        bases[s] = base;
        indices[s] = index;
        vregs[s] = context.newVreg(Type.I64);
        define(s, block);
        return vregs[s];
    }

    private void define(int s, int block) {
        if (bases[s] == -1) {
            code.constant(vregs[s], words[s]);
        } else if (indices[s] == -1) {
            code.dn((int) words[s], vregs[s], bases[s]);
        } else {
            code.dnm((int) words[s], vregs[s], bases[s], indices[s]);
        }
        places[s] = context.made() - 1;
        blocks[s] = block;
    }
}
