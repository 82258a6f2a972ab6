package wasm2obj.codegen;

import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;

/**
 * Splits edges so that moves for block arguments have a place: afterwards an edge out of a block with several edges leads to a
 * block with one incoming edge and carries no argument.
 */
final class CriticalEdges {
    private CriticalEdges() {}

    static void split(Function function) {
        int blocks = function.blockCount();
        for (int block = 0; block < blocks; block++) {
            int count = function.edgeCount(block);
            if (count < 2) {
                continue;
            }
            int after = block;
            int first = function.firstEdge(block);
            // A switch falls through to its last edge.
            int start = function.opcode(function.last(block)) == Opcode.SWITCH ? count - 1 : 0;
            for (int n = 0; n < count; n++) {
                int edge = first + (start + n) % count;
                if (isCritical(function, edge)) {
                    after = insertBlock(function, edge, after);
                }
            }
        }
    }

    private static boolean isCritical(Function function, int edge) {
        int first = function.firstIncoming(function.edgeTarget(edge));
        return function.edgeArgumentCount(edge) != 0
                || function.nextIncoming(first) != Function.NONE;
    }

    /** The new block goes behind {@code after}, where the source falls through to it, unless it is cold anyway. */
    private static int insertBlock(Function function, int edge, int after) {
        int source = function.edgeSource(edge);
        int target = function.edgeTarget(edge);
        int block = function.makeBlock();
        function.layoutInsertAfter(after, block);
        function.setCold(block, function.isCold(target) || function.isCold(source));
        int arguments = function.edgeArgumentCount(edge);
        int start = function.edgeArgumentStart(edge);
        function.setEdgeArguments(edge, 0, 0);
        function.retarget(edge, block);
        int onward = function.addEdge(block, target);
        function.setEdgeArguments(onward, start, arguments);
        int terminator = function.last(source);
        int jump =
                function.append(
                        block,
                        Opcode.JUMP,
                        Type.VOID,
                        Function.NONE,
                        Function.NONE,
                        Function.NONE,
                        0,
                        0);
        function.setSource(jump, function.source(terminator));
        return block;
    }
}
