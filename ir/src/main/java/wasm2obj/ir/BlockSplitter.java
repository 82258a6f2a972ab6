package wasm2obj.ir;

/** Cuts blocks in two, for passes that put blocks in the place of an instruction. */
final class BlockSplitter {
    private static final int NONE = Function.NONE;

    private BlockSplitter() {}

    /**
     * Moves what follows the instruction into a new block behind the block in the layout, which it gives. The old one is left without an
     * end.
     */
    static int splitBehind(Function function, int block, int instruction) {
        int rest = function.makeBlock();
        function.layoutInsertAfter(block, rest);
        function.setCold(rest, function.isCold(block));
        int next = function.next(instruction);
        while (next != NONE) {
            int moved = next;
            next = function.next(moved);
            function.remove(moved);
            function.insertLast(rest, moved);
        }
        function.moveEdges(block, rest);
        return rest;
    }
}
