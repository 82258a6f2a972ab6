package wasm2obj.ir;

/** Simplification that inserts what it makes before a given instruction, with its source position. */
final class Inserter extends Simplifier {
    private int before;

    /** What is made from now on goes before that instruction. */
    void setPosition(Function function, int before) {
        setFunction(function);
        function.setCurrentSource(function.source(before));
        this.before = before;
    }

    @Override
    int emit(Opcode op, Type type, int a, int b, int c, long imm) {
        int made = function().make(op, type, a, b, c, imm, 0);
        function().insertBefore(before, made);
        return made;
    }
}
