package wasm2obj.isel.x64;

import wasm2obj.codegen.CStack;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.StoreLayout;
import wasm2obj.codegen.ThunkEmitter;
import wasm2obj.ir.Type;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.unwind.DwarfX64;

/**
 * Thunks: what is x86-64's own in {@link ThunkEmitter}. rbp points to the frame record, in entry thunks the end of the activation.
 *
 * <pre>
 *   rbp + 16    CFA; C's stack parameters
 *   rbp         rbp, return address
 *   rbp - 56    activation: previous, exit, r15, r14, r13, r12, rbx
 * </pre>
 */
final class X64Thunks extends ThunkEmitter {
    /** Bytes of the frame record, and of the activation in front of it. */
    private static final int RECORD_SIZE = 16;

    private static final int RETURN_ADDRESS_SIZE = 8;

    private static final int ACTIVATION_SIZE = 56;

    /** What is saved below the frame record. */
    private static final int[] SAVED = {
        Register.RBX, Register.R12, Register.R13, Register.R14, Register.R15
    };

    private static final int SCRATCH = X64Registers.SCRATCH;
    private static final int CONTEXT = X64Registers.CONTEXT;

    private static final Registers REGISTERS =
            new Registers(
                    X64Registers.C_PARAMETERS,
                    X64Registers.FIRST_XMM,
                    Register.RSP,
                    Register.RBP,
                    Register.RBP,
                    SCRATCH,
                    Register.RAX,
                    Register.R10,
                    X64Registers.FIRST_XMM + X64Registers.FLOAT_SCRATCH,
                    Register.R13,
                    Register.R12,
                    Register.RBX,
                    CONTEXT,
                    SCRATCH,
                    Register.RAX,
                    RECORD_SIZE,
                    ACTIVATION_SIZE,
                    CStack.WORDS);

    private final X64Assembler assembler;
    private final TableSequences tables;

    X64Thunks() {
        X64Assembler code = new X64Assembler();
        super(X64Registers.convention(), code, REGISTERS);
        assembler = code;
        tables = new TableSequences(assembler);
    }

    @Override
    protected void beginCode() {
        tables.begin(emission);
    }

    @Override
    protected CompiledFunction finish(int index, int frameSize) {
        return emission.finish(index, assembler, frameSize, false);
    }

    // ---- entry thunks ----

    @Override
    protected void enter(int attach, int attached) {
        saveRegisters();
        assembler.move(CONTEXT, Register.RDI);
        load(Register.RAX, CONTEXT, ContextLayout.STORE);
        assembler.move(Register.R10, Register.RSP);
        assembler.memory(X64.SUB_R64_RM64, Register.R10, Register.RAX, StoreLayout.STACK_LOW);
        assembler.memory(X64.CMP_R64_RM64, Register.R10, Register.RAX, StoreLayout.STACK_SIZE);
        assembler.jumpIf(Condition.AE, attach);
        emission.buffer.bind(attached);
        pushActivation();
    }

    /** r13 = store, r12 = arguments, rbx = results, r11 = code. */
    @Override
    protected void enterArrayCall() {
        saveRegisters();
        assembler.move(Register.RAX, Register.RDI);
        assembler.move(Register.R13, Register.RDI);
        assembler.move(Register.R12, Register.RDX);
        assembler.move(Register.RBX, Register.RCX);
        load(SCRATCH, Register.RSI, ContextLayout.FUNC_CODE);
        load(CONTEXT, Register.RSI, ContextLayout.FUNC_CONTEXT);
        pushActivation();
    }

    private void saveRegisters() {
        enterFrame();
        int depth = RECORD_SIZE;
        for (int register : SAVED) {
            assembler.rm(X64.PUSH_R64, register);
            depth += 8;
            emission.unwind.saved(emission.buffer.size, DwarfX64.gpr(register), -depth);
        }
        // The way out of line to w2o_attach begins here.
        emission.unwind.rememberState(emission.buffer.size);
    }

    /** Pushes a frame record, to which rbp points. */
    private void enterFrame() {
        assembler.rm(X64.PUSH_R64, Register.RBP);
        emission.unwind.defCfaOffset(emission.buffer.size, RECORD_SIZE);
        emission.unwind.saved(emission.buffer.size, DwarfX64.RBP, -RECORD_SIZE);
        assembler.move(Register.RBP, Register.RSP);
        emission.unwind.defCfaRegister(emission.buffer.size, DwarfX64.RBP);
    }

    /** Links an activation, whose store is in rax. */
    private void pushActivation() {
        assembler.memory(X64.PUSH_RM64, 0, Register.RAX, StoreLayout.EXIT);
        assembler.memory(X64.PUSH_RM64, 0, Register.RAX, StoreLayout.ACTIVATION);
        store(Register.RSP, Register.RAX, StoreLayout.ACTIVATION);
    }

    @Override
    protected void leave(int store) {
        address(Register.RSP, Register.RBP, -ACTIVATION_SIZE);
        assembler.memory(X64.POP_RM64, 0, store, StoreLayout.ACTIVATION);
        assembler.memory(X64.POP_RM64, 0, store, StoreLayout.EXIT);
        assembler.regRm(X64.XOR_R32_RM32, Register.RAX, Register.RAX);
        for (int i = SAVED.length - 1; i >= 0; i--) {
            assembler.rm(X64.POP_R64, SAVED[i]);
            emission.unwind.restored(emission.buffer.size, DwarfX64.gpr(SAVED[i]));
        }
        leaveFrame();
        assembler.plain(X64.RET);
    }

    /** Pops the frame record, to which rsp points. */
    private void leaveFrame() {
        assembler.rm(X64.POP_R64, Register.RBP);
        emission.unwind.restored(emission.buffer.size, DwarfX64.RBP);
        emission.unwind.defCfa(emission.buffer.size, DwarfX64.RSP, 8);
    }

    /** The activation ends at an odd multiple of 8. */
    @Override
    protected void allocateEntry(int locals, int stackBytes) {
        int bytes = locals + stackBytes;
        bytes += ACTIVATION_SIZE + bytes & 15;
        assembler.rmImmediate(X64.SUB_RM64_IMM32, Register.RSP, bytes);
    }

    @Override
    protected void jumpIfEnoughStack(int store, int label) {
        assembler.memory(X64.CMP_R64_RM64, Register.RSP, store, StoreLayout.STACK_LIMIT);
        assembler.jumpIf(Condition.AE, label);
    }

    @Override
    protected void callFunction(int function) {
        emission.relocate(assembler.call(), Relocations.FUNCTION, function, -4);
    }

    @Override
    protected void callCode() {
        assembler.rm(X64.CALL_RM64, SCRATCH);
    }

    @Override
    protected void support(int function) {
        supportAt(assembler.call(), Relocations.WORD, function, -4);
    }

    // ---- values ----

    @Override
    protected void loadValue(Type type, int register, int base, int place) {
        int xmm = register - X64Registers.FIRST_XMM;
        switch (type) {
            case I32 -> assembler.memory(X64.MOV_R32_RM32, register, base, place);
            case F32 -> assembler.memory(X64.MOVSS_XMM_M32, xmm, base, place);
            case F64 -> assembler.memory(X64.MOVSD_XMM_M64, xmm, base, place);
            case V128 -> assembler.memory(X64.MOVUPS, xmm, base, place);
            default -> assembler.memory(X64.MOV_R64_RM64, register, base, place);
        }
    }

    @Override
    protected void storeValue(Type type, int register, int base, int place) {
        int xmm = register - X64Registers.FIRST_XMM;
        switch (type) {
            case I32 -> assembler.memory(X64.MOV_RM32_R32, register, base, place);
            case F32 -> assembler.memory(X64.MOVSS_M32_XMM, xmm, base, place);
            case F64 -> assembler.memory(X64.MOVSD_M64_XMM, xmm, base, place);
            case V128 -> assembler.memory(X64.MOVUPS_M128_XMM, xmm, base, place);
            default -> assembler.memory(X64.MOV_RM64_R64, register, base, place);
        }
    }

    @Override
    protected void address(int register, int base, int place) {
        assembler.memory(X64.LEA_R64_M, register, base, place);
    }

    @Override
    protected void zeroExtend(int register) {
        assembler.regRm(X64.MOV_R32_RM32, register, register);
    }

    @Override
    protected void jumpIfEqual(int register, int base, int place, int label) {
        assembler.memory(X64.CMP_R64_RM64, register, base, place);
        assembler.jumpIf(Condition.E, label);
    }

    // ---- host adapters ----

    @Override
    protected void enterHost() {
        passStackParameters(convention.stackSize());
        enterFrame();
    }

    /** The caller finds its stack pointer above the parameters. */
    private void passStackParameters(int bytes) {
        if (bytes != 0) {
            emission.unwind.stackPointer(0, bytes);
        }
    }

    @Override
    protected void allocateHost(int bytes) {
        assembler.rmImmediate(X64.SUB_RM64_IMM32, Register.RSP, bytes);
    }

    @Override
    protected void noteExit(int store) {
        store(Register.RSP, store, StoreLayout.EXIT);
    }

    @Override
    protected void callHostCode(int failed) {
        load(Register.RDI, CONTEXT, StoreLayout.HOST_ENV);
        assembler.memory(X64.CALL_RM64, 0, CONTEXT, StoreLayout.HOST_CODE);
        assembler.rmReg(X64.TEST_RM32_R32, Register.RAX, Register.RAX);
        assembler.jumpIf(Condition.NE, failed);
    }

    @Override
    protected void leaveHost(int stackBytes) {
        assembler.move(Register.RSP, Register.RBP);
        leaveFrame();
        if (stackBytes == 0) {
            assembler.plain(X64.RET);
        } else {
            assembler.rmImmediate(X64.RET_IMM16, 0, stackBytes);
        }
    }

    @Override
    protected void raiseFromHost() {
        load(Register.RDI, CONTEXT, StoreLayout.HOST_STORE);
        assembler.regRm(X64.MOV_R32_RM32, Register.RSI, Register.RAX);
        support(StoreLayout.RAISE_FROM_HOST);
        assembler.trap();
    }

    // ---- calls through tables ----

    @Override
    protected int enterTableCall(int stackBytes) {
        passStackParameters(stackBytes);
        return RETURN_ADDRESS_SIZE;
    }

    @Override
    protected void loadTableTarget(int table, int size, int type, int outOfBounds, int mismatch) {
        tables.loadTarget(
                Register.R10, X64Registers.CALLEE, table, size, type, outOfBounds, mismatch);
    }

    @Override
    protected void jumpToTableTarget() {
        assembler.rm(X64.JMP_RM64, Register.R10);
    }

    @Override
    protected void jumpIfNullEntry(int label) {
        tables.jumpIfNull(X64Registers.CALLEE, label);
    }

    @Override
    protected void jumpUnlessBelow(int base, int place, int label) {
        assembler.memory(X64.CMP_R64_RM64, X64Registers.CALLEE, base, place);
        assembler.jumpIf(Condition.AE, label);
    }

    @Override
    protected void loadElement(int register) {
        assembler.indexed(X64.MOV_R64_RM64, register, register, X64Registers.CALLEE, 3, 0);
    }

    @Override
    protected void jumpIfOther(int register, int base, int place, int label) {
        assembler.memory(X64.CMP_RM32_R32, register, base, place);
        assembler.jumpIf(Condition.NE, label);
    }

    @Override
    protected void jumpToRecord(int register) {
        load(CONTEXT, register, ContextLayout.FUNC_CONTEXT);
        assembler.memory(X64.JMP_RM64, 0, register, ContextLayout.FUNC_CODE);
    }

    // ---- tail calls that leave the instance ----

    /** The frame is {@link TailCallSequences}'. */
    @Override
    protected void restorerCode() {
        emission.unwind.defCfa(0, DwarfX64.RBP, 16);
        emission.unwind.saved(0, DwarfX64.RBP, -16);
        emission.unwind.saved(0, DwarfX64.gpr(CONTEXT), -24);
        assembler.plain(X64.NOP);
        emission.buffer.put32((int) TailCallSequences.MARK);
        emission.buffer.put32((int) (TailCallSequences.MARK >> 32));
        load(CONTEXT, Register.RBP, -8);
        emission.unwind.restored(emission.buffer.size, DwarfX64.gpr(CONTEXT));
        assembler.plain(X64.LEAVE);
        emission.unwind.restored(emission.buffer.size, DwarfX64.RBP);
        emission.unwind.defCfa(emission.buffer.size, DwarfX64.RSP, 8);
        assembler.plain(X64.RET);
    }

    @Override
    public int restorerEntry() {
        return 1;
    }
}
