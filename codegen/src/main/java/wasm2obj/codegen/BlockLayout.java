package wasm2obj.codegen;

import java.util.Arrays;
import wasm2obj.ir.Function;

/**
 * Moves cold blocks behind all others. A block that only cold blocks lead to is cold too, so that a block still comes after
 * the blocks that dominate it.
 */
final class BlockLayout {
    private int[] numbers = new int[64];

    void apply(Function function) {
        if (numbers.length < function.blockCount()) {
            numbers = new int[2 * function.blockCount()];
        }
        Arrays.fill(numbers, 0, function.blockCount(), Integer.MAX_VALUE);
        int number = 0;
        boolean anyCold = false;
        for (int b = function.firstBlock(); b != Function.NONE; b = function.nextBlock(b)) {
            numbers[b] = number++;
            if (b != function.firstBlock() && (function.isCold(b) || onlyColdLeadTo(function, b))) {
                function.setCold(b, true);
                anyCold = true;
            }
        }
        if (anyCold) {
            function.setCold(function.firstBlock(), false);
            moveCold(function);
        }
    }

    private boolean onlyColdLeadTo(Function function, int block) {
        for (int e = function.firstIncoming(block);
                e != Function.NONE;
                e = function.nextIncoming(e)) {
            int source = function.edgeSource(e);
            if (numbers[source] < numbers[block] && !function.isCold(source)) {
                return false;
            }
        }
        return true;
    }

    private static void moveCold(Function function) {
        int last = function.lastBlock();
        int block = function.firstBlock();
        for (boolean more = true; more; ) {
            more = block != last;
            int next = function.nextBlock(block);
            if (function.isCold(block)) {
                function.layoutRemove(block);
                function.layoutAppend(block);
            }
            block = next;
        }
    }
}
