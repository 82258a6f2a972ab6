package wasm2obj.codegen;

/** Turns allocated machine instructions of one ISA into bytes. {@link Emission} walks the function and calls in here. */
public interface MachineEmitter {
    /** What the code buffer must know of the ISA's branches. */
    CodeBuffer.Branches branches();

    /** A new function begins: frame, code and allocation are ready in {@code emission}. Emits the prologue. */
    void begin(Emission emission);

    /** Emits instruction {@code instruction} of the code; never ENTRY, JUMP or TRAP. */
    void instruction(int instruction);

    /** Emits the rarely executed code of an instruction that asked for it by {@link Emission#outOfLine}. */
    void outOfLine(int instruction, int argument);

    /** Emits a move of a value of the class between two locations (see {@link wasm2obj.regalloc.Allocation}). */
    void move(int from, int to, int vregClass);

    /** Emits the definition of the rematerialisable {@code instruction}, with the register {@code to} as its result. */
    void rematerialize(int instruction, int to, int vregClass);

    /** Whether the instruction neither calls, traps, faults nor has labels, so that nobody can tell whether it stands once or twice. */
    boolean isSilent(int instruction);

    /** How many jumps have the size of a return with the frame's end; asked behind the prologue. */
    int returnSize();

    /** Emits an unconditional branch to a label. */
    void jump(int label);

    /** Whether what ends a block with this opcode goes to its successors but the last indirectly, and they must begin with a landing pad. */
    default boolean needsLandingPads(int opcode) {
        return false;
    }

    /** Emits what an indirect jump may land on. */
    default void landingPad() {}

    /** Emits an instruction that traps; the emission has noted its offset. */
    void trap();
}
