package wasm2obj.codegen;

import wasm2obj.regalloc.RegisterFile;

/** An instruction set, configured for a CPU and for the settings that change code. Immutable; serves all threads. */
public interface Isa {
    /** The registers for a function with or without a frame pointer. */
    RegisterFile registers(boolean framePointer);

    /** Selects instructions; serves one thread. */
    InstructionSelector newSelector();

    /** Emits instructions; serves one thread. */
    MachineEmitter newEmitter();

    /** Makes the thunks between WebAssembly and C; serves one thread. */
    ThunkCompiler newThunkCompiler();

    /** Writes code as text; serves one thread. */
    default Disassembler newDisassembler() {
        return new WordDisassembler();
    }

    /** The name of one of the conditions that the selector gives to {@link VCode#BRANCH} and its kind. */
    String condition(int condition);

    /** Appends what an instruction with one of the ISA's own opcodes is beside its operands. */
    default void describe(StringBuilder out, int opcode, int aux, long imm) {
        out.append("op").append(opcode).append('.').append(aux).append('.').append(imm);
    }
}
