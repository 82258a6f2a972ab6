package wasm2obj.codegen;

import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;

/**
 * Splits edges so that moves for block arguments have a place: afterwards an edge out of a block with several edges leads to a
 * block with edges from one block only, and carries no argument. Edges of a switch that go the default's way, or that of the edge
 * before, share a block.
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
            int first = function.firstEdge(block);
            if (function.opcode(function.last(block)) == Opcode.SWITCH) {
                splitSwitch(function, block, first, first + count - 1);
                continue;
            }
            int after = block;
            for (int edge = first; edge < first + count; edge++) {
                if (isCritical(function, edge)) {
                    after = insertBlock(function, edge, after);
                }
            }
        }
    }

    /** A switch falls through to its last edge. */
    private static void splitSwitch(Function function, int block, int first, int last) {
        int after = block;
        int way = -1;
        int otherwise = -1;
        if (isCritical(function, last)) {
            after = insertBlock(function, last, after);
            otherwise = function.firstEdge(after);
        }
        for (int edge = first; edge < last; edge++) {
            if (!isCritical(function, edge)) {
                way = -1;
            } else if (otherwise >= 0 && function.isSameWay(edge, otherwise)) {
                share(function, edge, otherwise);
            } else if (way >= 0 && function.isSameWay(edge, way)) {
                share(function, edge, way);
            } else {
                after = insertBlock(function, edge, after);
                way = function.firstEdge(after);
            }
        }
    }

    /** Leads the edge to the block that has been made for another one, and has the edge {@code way}. */
    private static void share(Function function, int edge, int way) {
        function.setEdgeArguments(edge, 0, 0);
        function.retarget(edge, function.edgeSource(way));
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
