package wasm2obj.isel.aarch64;

import java.util.Arrays;
import wasm2obj.codegen.LoweringContext;
import wasm2obj.ir.Dominators;
import wasm2obj.ir.Function;
import wasm2obj.ir.Type;

/**
 * Finds accesses of the pinned memory that cannot fault, because an access at the same index that comes before them on every way there
 * reached as far: memories never get smaller.
 *
 * <p>They have no position to report, so they may be shared by the ends of blocks and be half of a pair. The earlier access stays where it is.
 * One sweep over the dominator tree; for each index only the access that reached farthest is remembered, or the last one if that
 * does not come before the current one.
 */
final class ProvenAccesses {
    private static final int NONE = Function.NONE;

    private LoweringContext context;
    private Function function;

    /** By index: the access that reached farthest. */
    private int[] farthest = new int[1024];

    /** By access. */
    private boolean[] proven = new boolean[1024];

    void find(LoweringContext newContext) {
        context = newContext;
        function = newContext.function();
        int count = function.instructionCount();
        if (farthest.length < count) {
            farthest = new int[2 * count];
            proven = new boolean[2 * count];
        }
        Arrays.fill(farthest, 0, count, NONE);
        Arrays.fill(proven, 0, count, false);
        Dominators dominators = context.dominators();
        for (int n = 0; n < dominators.count(); n++) {
            int block = dominators.preorder(n);
            for (int i = function.first(block); i != NONE; i = function.next(i)) {
                if (bytes(i) != 0 && function.b(i) == NONE) {
                    visit(i);
                }
            }
        }
    }

    boolean isProven(int access) {
        return proven[access];
    }

    private void visit(int access) {
        int index = function.a(access);
        int before = farthest[index];
        if (before == NONE || !context.dominates(function.block(before), function.block(access))) {
            farthest[index] = access;
        } else if (end(access) <= end(before)) {
            proven[access] = true;
            context.keepInPlace(before);
        } else {
            farthest[index] = access;
        }
    }

    private long end(int access) {
        return function.imm(access) + bytes(access);
    }

    /** What a load or store of a scalar or a whole vector moves; 0 for anything else. */
    private int bytes(int i) {
        Type type = function.type(i);
        return switch (function.opcode(i)) {
            case LOAD -> type.bytes();
            case LOAD8_S, LOAD8_U, STORE8 -> 1;
            case LOAD16_S, LOAD16_U, STORE16 -> 2;
            case LOAD32_S, LOAD32_U, STORE32 -> 4;
            case STORE -> function.type(function.c(i)).bytes();
            default -> 0;
        };
    }
}
