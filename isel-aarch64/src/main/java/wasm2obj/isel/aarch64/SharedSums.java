package wasm2obj.isel.aarch64;

import wasm2obj.codegen.LoweringContext;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;

/**
 * Sums of a base and an index, or of a base and the upper part of a displacement, that several accesses share.
 *
 * <p>An access with both an index and a displacement needs their sum with the base in a register first. Neighbouring accesses often
 * have the same index and differ in the displacement only. Code is made backwards: the last access makes the sum, and an access in
 * front of it, in the same block or one through which control always comes, takes the definition over, so that it always stands
 * before the first of them.
 *
 * <p>Sums do not live across calls, nor further than {@link #DISTANCE}: there a register costs more than the addition. In a function
 * that looks into the heap they stay in their block: between blocks there may be a call elsewhere, cold, and a sum with a reference
 * is wrong once objects have moved.
 */
final class SharedSums {
    private static final int COUNT = 8;
    private static final int DISTANCE = 40;

    private final WordBuilder code;
    private LoweringContext context;
    private Function function;
    private boolean isLocal;
    private int next;
    private final int[] words = new int[COUNT];
    private final int[] bases = new int[COUNT];
    private final int[] indices = new int[COUNT];
    private final int[] vregs = new int[COUNT];

    /** The block of that instruction. */
    private final int[] blocks = new int[COUNT];

    /** Number of the instruction that defines the sum, or -1 if there is none. */
    private final int[] places = new int[COUNT];

    SharedSums(WordBuilder code) {
        this.code = code;
    }

    void begin(LoweringContext newContext) {
        context = newContext;
        function = newContext.function();
        isLocal = usesHeap(function);
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

    /** What is in front of here does not share sums with what is behind. */
    void forget() {
        java.util.Arrays.fill(places, -1);
    }

    /** A register with the sum that the word makes of the base and, unless it is -1, the index. */
    int get(int word, int base, int index) {
        int block = function.block(context.current());
        for (int s = 0; s < COUNT; s++) {
            if (places[s] >= 0
                    && words[s] == word
                    && bases[s] == base
                    && indices[s] == index
                    && context.made() - places[s] < DISTANCE
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
        if (indices[s] == -1) {
            code.dn(words[s], vregs[s], bases[s]);
        } else {
            code.dnm(words[s], vregs[s], bases[s], indices[s]);
        }
        places[s] = context.made() - 1;
        blocks[s] = block;
    }
}
