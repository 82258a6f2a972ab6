package wasm2obj.isel.x64;

import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.TailCallEmitter;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.RegisterFile;
import wasm2obj.unwind.DwarfX64;

/**
 * Tail calls: what is x86-64's own in {@link TailCallEmitter}. rax has the callee, or its record; r11 and xmm15 are free, and r10 is
 * when the stack arguments have been read.
 *
 * <p>A restorer's frame, where rbp is the address of the saved one until the frame is left:
 *
 * <pre>
 *   Z              CFA + size of our stack parameters
 *   Z - 8          our return address
 *   Z - 16         our caller's rbp
 *   Z - 24         our context
 *   Z - 32         unused
 *   ...            the callee's stack arguments
 *                  address of the restorer, to which the callee returns
 * </pre>
 */
final class TailCallSequences extends TailCallEmitter<X64Assembler> {
    /** {@code nop dword [rax + rax + 0x77326f72]}: eight bytes that no other instruction at a return address begins with. */
    static final long MARK = 0x7732_6f72_00_84_1f_0fL;

    private static final int TARGET = X64Registers.CALLEE;
    private static final int RETURN_ADDRESS = Register.R10;
    private static final int SCRATCH = X64Registers.SCRATCH;
    private static final int FLOAT_SCRATCH = X64Registers.FLOAT_SCRATCH;

    private final X64Frame frame;
    private final CallSequences calls;

    TailCallSequences(X64Assembler assembler, X64Frame frame, CallSequences calls) {
        super(assembler, frame);
        this.frame = frame;
        this.calls = calls;
    }

    @Override
    protected void jumpToFunction(int function) {
        assembler.fields(X64.JMP_REL32, 0, 0, 0, 0);
        emission.relocate(offset() - 4, CompiledFunction.Relocations.FUNCTION, function, -4);
    }

    @Override
    protected void loadTableTarget(int i, long imm) {
        calls.tableTarget(i, imm, TARGET);
    }

    @Override
    protected void jumpToTarget() {
        assembler.rm(X64.JMP_RM64, TARGET);
    }

    @Override
    protected void jumpIfSameContext(int label) {
        assembler.memory(X64.MOV_R64_RM64, SCRATCH, TARGET, ContextLayout.FUNC_CONTEXT);
        assembler.regRm(X64.CMP_R64_RM64, SCRATCH, X64Registers.CONTEXT);
        assembler.jumpIf(Condition.E, label);
    }

    @Override
    protected void jumpIfRestored(int label) {
        int other = emission.buffer.newLabel();
        frame.access(X64.MOV_R64_RM64, SCRATCH, frame.size() - 8);
        assembler.memoryImmediate(X64.CMP_RM32_IMM32, SCRATCH, 4, (int) (MARK >> 32));
        assembler.jumpIf(Condition.NE, other);
        assembler.memoryImmediate(X64.CMP_RM32_IMM32, SCRATCH, 0, (int) MARK);
        assembler.jumpIf(Condition.E, label);
        emission.buffer.bind(other);
    }

    @Override
    protected void jumpToRecord() {
        assembler.memory(
                X64.MOV_R64_RM64, X64Registers.CONTEXT, TARGET, ContextLayout.FUNC_CONTEXT);
        assembler.memory(X64.JMP_RM64, 0, TARGET, ContextLayout.FUNC_CODE);
    }

    // ---- without a restorer ----

    @Override
    protected void leaveFrame(int incoming) {
        frame.leave();
        raiseReturnAddress(incoming);
    }

    @Override
    protected void leaveFrame(int below, int newCfa, int outgoing) {
        assembler.memory(X64.MOV_R64_RM64, RETURN_ADDRESS, Register.RBP, 8);
        frame.reloadSaved();
        assembler.memory(X64.MOV_R64_RM64, Register.RBP, Register.RBP, 0);
        unwind.restored(offset(), DwarfX64.RBP);
        unwind.defCfa(offset(), DwarfX64.RSP, below);
        assembler.memory(X64.MOV_RM64_R64, RETURN_ADDRESS, Register.RSP, newCfa - 8);
        unwind.defCfaOffset(offset(), newCfa);
        unwind.stackPointer(offset(), outgoing);
        copy(newCfa, outgoing);
        assembler.memory(X64.LEA_R64_M, Register.RSP, Register.RSP, newCfa - 8);
        unwind.defCfaOffset(offset(), 8);
    }

    /** The stack pointer is at the return address: moves both to the end of the stack parameters. */
    private void raiseReturnAddress(int incoming) {
        if (incoming != 0) {
            assembler.memory(X64.MOV_R64_RM64, SCRATCH, Register.RSP, 0);
            assembler.memory(X64.MOV_RM64_R64, SCRATCH, Register.RSP, incoming);
            assembler.rmImmediate(X64.ADD_RM64_IMM32, Register.RSP, incoming);
            unwind.stackPointer(offset(), 0);
        }
    }

    // ---- with a restorer ----

    @Override
    protected void leaveBehindRestorer(int below, int end, int newCfa, int outgoing) {
        assembler.memory(X64.MOV_R64_RM64, RETURN_ADDRESS, Register.RBP, 8);
        assembler.memory(X64.MOV_R64_RM64, SCRATCH, Register.RBP, 0);
        frame.reloadSaved();
        assembler.memory(X64.MOV_RM64_R64, RETURN_ADDRESS, Register.RSP, end - 8);
        assembler.memory(X64.MOV_RM64_R64, SCRATCH, Register.RSP, end - 16);
        assembler.memory(X64.MOV_RM64_R64, X64Registers.CONTEXT, Register.RSP, end - 24);
        assembler.memory(X64.LEA_R64_M, Register.RBP, Register.RSP, end - 16);
        unwind.stackPointer(offset(), 0);
        restorerAddress();
        assembler.memory(X64.MOV_RM64_R64, SCRATCH, Register.RSP, newCfa - 8);
        copy(newCfa, outgoing);
        assembler.memory(X64.LEA_R64_M, Register.RSP, Register.RSP, newCfa - 8);
    }

    @Override
    protected void enterRestorer(int incoming) {
        assembler.rm(X64.PUSH_R64, Register.RBP);
        unwind.defCfaOffset(offset(), 16);
        unwind.saved(offset(), DwarfX64.RBP, -16);
        assembler.move(Register.RBP, Register.RSP);
        unwind.defCfaRegister(offset(), DwarfX64.RBP);
        assembler.rm(X64.PUSH_R64, X64Registers.CONTEXT);
        restorerAddress();
        assembler.rm(X64.PUSH_R64, SCRATCH);
        assembler.rm(X64.PUSH_R64, SCRATCH);
    }

    private void restorerAddress() {
        int at = assembler.ripRelative(X64.LEA_R64_M, SCRATCH);
        emission.relocate(at, CompiledFunction.Relocations.RESTORER, 0, -4);
    }

    // ---- stack arguments ----

    @Override
    protected void storeArgument(int location, int vregClass, int place) {
        boolean isVector = vregClass == RegisterFile.VECTOR;
        if (Allocation.isRegister(location)) {
            if (location < X64Registers.FIRST_XMM) {
                assembler.memory(X64.MOV_RM64_R64, location, Register.RSP, place);
            } else {
                int row = isVector ? X64.MOVUPS_M128_XMM : X64.MOVSD_M64_XMM;
                assembler.memory(row, location - X64Registers.FIRST_XMM, Register.RSP, place);
            }
            return;
        }
        int spill = emission.frame.spill(Allocation.slot(location));
        if (isVector) {
            frame.access(X64.MOVUPS, FLOAT_SCRATCH, spill);
            assembler.memory(X64.MOVUPS_M128_XMM, FLOAT_SCRATCH, Register.RSP, place);
        } else {
            frame.access(X64.MOV_R64_RM64, SCRATCH, spill);
            assembler.memory(X64.MOV_RM64_R64, SCRATCH, Register.RSP, place);
        }
    }

    @Override
    protected void copyChunk(int to, int from) {
        assembler.memory(X64.MOVUPS, FLOAT_SCRATCH, Register.RSP, from);
        assembler.memory(X64.MOVUPS_M128_XMM, FLOAT_SCRATCH, Register.RSP, to);
    }
}
