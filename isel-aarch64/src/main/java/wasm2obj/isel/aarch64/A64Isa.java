package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CStack;
import wasm2obj.codegen.Disassembler;
import wasm2obj.codegen.InstructionSelector;
import wasm2obj.codegen.Isa;
import wasm2obj.codegen.MachineEmitter;
import wasm2obj.codegen.ThunkCompiler;
import wasm2obj.isel.aarch64.instruction.Condition;
import wasm2obj.regalloc.RegisterFile;

/** AArch64. Every function with a frame record keeps it in x29, so that is never allocated. */
public final class A64Isa implements Isa {
    private final int features;
    private final BranchProtection protection;
    private final CStack cStack;

    /** AArch64 with features and a protection of branches, for systems with AAPCS64. */
    public A64Isa(int features, BranchProtection protection) {
        this(features, protection, CStack.WORDS);
    }

    /**
     * AArch64 with features.
     *
     * @param features a set of {@link wasm2obj.isel.aarch64.instruction.Feature}s
     * @param protection of branches
     * @param cStack how the system's C passes parameters on the stack
     */
    public A64Isa(int features, BranchProtection protection, CStack cStack) {
        this.features = features;
        this.protection = protection;
        this.cStack = cStack;
    }

    @Override
    public RegisterFile registers(boolean framePointer) {
        return A64Registers.file();
    }

    @Override
    public InstructionSelector newSelector() {
        return new A64Selector(features);
    }

    @Override
    public MachineEmitter newEmitter() {
        return new A64Emitter(protection);
    }

    @Override
    public Disassembler newDisassembler() {
        return new A64Disassembler();
    }

    @Override
    public String condition(int condition) {
        return Condition.name(condition);
    }

    @Override
    public ThunkCompiler newThunkCompiler() {
        return new A64Thunks(protection, cStack);
    }
}
