package wasm2obj.ir;

/**
 * Writes instructions as they are, at the end of a block or before an instruction: for passes that put several in the place of one.
 */
final class InstructionWriter {
    private static final int NONE = Function.NONE;

    private Function function;
    private int block;

    /** What comes next goes before it; NONE: to the block's end. */
    private int before;

    /** What is written from now on goes to the end of the block. */
    void at(Function function, int block) {
        this.function = function;
        this.block = block;
        before = NONE;
    }

    /** What is written from now on goes before the instruction, with its position. */
    void before(Function function, int instruction) {
        this.function = function;
        before = instruction;
        function.setCurrentSource(function.source(instruction));
    }

    private int write(Opcode op, Type type, int a, int b, int c, long imm, int aux) {
        int made = function.make(op, type, a, b, c, imm, aux);
        if (before == NONE) {
            function.insertLast(block, made);
        } else {
            function.insertBefore(before, made);
        }
        return made;
    }

    int constant(Type type, long bits) {
        return write(Opcode.CONST, type, NONE, NONE, NONE, bits & Simplifier.mask(type), 0);
    }

    /** An operation without operands. */
    int op(Opcode op, Type type, long imm) {
        return write(op, type, NONE, NONE, NONE, imm, 0);
    }

    int unary(Opcode op, Type type, int a) {
        return write(op, type, a, NONE, NONE, 0, 0);
    }

    int binary(Opcode op, Type type, int a, int b) {
        return write(op, type, a, b, NONE, 0, 0);
    }

    int load(Opcode op, Type type, int index, int base, long displacement, int aliasSet) {
        return write(op, type, index, base, NONE, displacement, aliasSet);
    }

    void store(Opcode op, int index, int base, long displacement, int value, int aliasSet) {
        write(op, Type.VOID, index, base, value, displacement, aliasSet);
    }

    int callRuntime(RuntimeFunction callee, int argument) {
        int arguments = function.allocatePool(1);
        function.setPool(arguments, argument);
        return write(Opcode.CALL_RUNTIME, callee.result(), arguments, 1, NONE, callee.ordinal(), 0);
    }

    int callRuntime(RuntimeFunction callee, int first, int second) {
        int arguments = function.allocatePool(2);
        function.setPool(arguments, first);
        function.setPool(arguments + 1, second);
        return write(Opcode.CALL_RUNTIME, callee.result(), arguments, 2, NONE, callee.ordinal(), 0);
    }

    // ---- the block's end ----

    void jump(int target) {
        function.addEdge(block, target);
        write(Opcode.JUMP, Type.VOID, NONE, NONE, NONE, 0, 0);
    }

    /** A jump to a block with one parameter. */
    void jump(int target, int argument) {
        int arguments = function.allocatePool(1);
        function.setPool(arguments, argument);
        function.setEdgeArguments(function.addEdge(block, target), arguments, 1);
        write(Opcode.JUMP, Type.VOID, NONE, NONE, NONE, 0, 0);
    }

    void branch(int condition, int ifTrue, int ifFalse, int hint) {
        function.addEdge(block, ifTrue);
        function.addEdge(block, ifFalse);
        write(Opcode.BRANCH, Type.VOID, condition, NONE, NONE, 0, hint);
    }
}
