package wasm2obj.isel.x64;

import wasm2obj.codegen.Disassembler;
import wasm2obj.codegen.InstructionSelector;
import wasm2obj.codegen.Isa;
import wasm2obj.codegen.MachineEmitter;
import wasm2obj.codegen.ThunkCompiler;
import wasm2obj.regalloc.RegisterFile;

/** x86-64 for a processor with a given set of features. */
public final class X64Isa implements Isa {
    private final int features;

    /**
     * x86-64 with features.
     *
     * @param features a set of {@link wasm2obj.isel.x64.instruction.Feature}s
     */
    public X64Isa(int features) {
        this.features = features;
    }

    @Override
    public RegisterFile registers(boolean framePointer) {
        return X64Registers.file(framePointer);
    }

    @Override
    public InstructionSelector newSelector() {
        return new X64Selector(features);
    }

    @Override
    public MachineEmitter newEmitter() {
        return new X64Emitter(features);
    }

    @Override
    public ThunkCompiler newThunkCompiler() {
        return new X64Thunks();
    }

    @Override
    public Disassembler newDisassembler() {
        return new X64Disassembler();
    }

    @Override
    public String condition(int condition) {
        return Conditions.name(condition);
    }

    @Override
    public void describe(StringBuilder out, int opcode, int aux, long imm) {
        OpText.describe(out, opcode, aux, imm);
    }
}
