package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CStack;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.StoreLayout;
import wasm2obj.codegen.ThunkEmitter;
import wasm2obj.ir.Type;
import wasm2obj.isel.aarch64.instruction.A64Branches;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.Condition;
import wasm2obj.unwind.DwarfAArch64;

/**
 * Thunks: what is AArch64's own in {@link ThunkEmitter}. In entry thunks x19 points to the activation and x29 to the frame record at its
 * end:
 *
 * <pre>
 *   x19 + 176   CFA; C's stack parameters
 *   x29         x29, x30
 *               d8 to d15
 *               x19 to x28
 *   x19         previous, exit
 * </pre>
 */
final class A64Thunks extends ThunkEmitter {
    /** Bytes of the registers that are saved, and with the links in front of them. */
    private static final int SAVED_SIZE = 160;

    private static final int ACTIVATION_SIZE = SAVED_SIZE + 16;
    private static final int RECORD = SAVED_SIZE - 16;
    private static final int FIRST_SAVED = 19;
    private static final int SAVED_INTEGERS = 10;
    private static final int FIRST_SAVED_FLOAT = 8;
    private static final int SAVED_FLOATS = 8;

    private static final int SCRATCH = A64Registers.SCRATCH;
    private static final int CONTEXT = A64Registers.CONTEXT;
    private static final int SP = A64Registers.SP;

    /** The activation, the store, the arrays: registers that callees keep. */
    private static final int BASE = 19;

    private static final int STORE = 20;
    private static final int ARGUMENTS = 21;
    private static final int RESULTS = 22;

    /** The store, when a thunk is entered; w2o_attach expects it here. */
    private static final int ENTERED_STORE = 9;

    private static final int T0 = 10;
    private static final int T1 = 11;
    private static final int T2 = 12;
    private static final int CODE = 13;
    private static final int VALUE = 14;
    private static final int POINTER = 15;

    private final A64Assembler assembler;

    private final ReturnAddress returnAddress;
    private final TableSequences tables;

    A64Thunks(BranchProtection protection, CStack cStack) {
        A64Assembler code = new A64Assembler();
        super(A64Registers.convention(), code, registers(cStack));
        assembler = code;
        returnAddress = new ReturnAddress(assembler, protection);
        tables = new TableSequences(assembler);
    }

    private static Registers registers(CStack cStack) {
        return new Registers(
                A64Registers.C_PARAMETERS,
                A64Registers.FIRST_VECTOR,
                SP,
                BASE,
                A64Registers.FP,
                POINTER,
                VALUE,
                VALUE,
                A64Registers.FIRST_VECTOR + A64Registers.FLOAT_SCRATCH,
                STORE,
                ARGUMENTS,
                RESULTS,
                CONTEXT,
                CODE,
                A64Registers.C_PARAMETERS[0],
                ACTIVATION_SIZE,
                0,
                cStack);
    }

    @Override
    protected void beginCode() {
        returnAddress.begin(emission);
        tables.begin(emission);
    }

    @Override
    protected CompiledFunction finish(int index, int frameSize) {
        return emission.finish(index, assembler, frameSize, true);
    }

    private int offset() {
        return emission.buffer.size;
    }

    private void pair(int op, int first, int offset) {
        assembler.word(A64Memory.pair(op, first, first + 1, SP, offset));
    }

    // ---- entry thunks ----

    @Override
    protected void enter(int attach, int attached) {
        saveRegisters();
        assembler.move(CONTEXT, A64Registers.C_PARAMETERS[0]);
        load(ENTERED_STORE, CONTEXT, ContextLayout.STORE);
        assembler.add(T0, SP, 0);
        assembler.word(
                A64Memory.pair(A64Memory.LDP_X, T1, T2, ENTERED_STORE, StoreLayout.STACK_LOW));
        assembler.word(
                A64Integer.addSubtractShifted(A64Integer.SUB, 1, T0, T0, T1, A64Integer.LSL, 0));
        assembler.compareRegisters(1, T0, T2);
        assembler.jumpIf(Condition.HS, attach);
        emission.buffer.bind(attached);
        pushActivation();
    }

    @Override
    protected void enterArrayCall() {
        saveRegisters();
        assembler.move(ENTERED_STORE, A64Registers.C_PARAMETERS[0]);
        assembler.move(STORE, A64Registers.C_PARAMETERS[0]);
        assembler.move(ARGUMENTS, A64Registers.C_PARAMETERS[2]);
        assembler.move(RESULTS, A64Registers.C_PARAMETERS[3]);
        int record = A64Registers.C_PARAMETERS[1];
        load(CODE, record, ContextLayout.FUNC_CODE);
        load(CONTEXT, record, ContextLayout.FUNC_CONTEXT);
        pushActivation();
    }

    private void saveRegisters() {
        returnAddress.enter(true);
        assembler.add(SP, SP, -SAVED_SIZE);
        emission.unwind.defCfaOffset(offset(), SAVED_SIZE);
        for (int i = 0; i < SAVED_INTEGERS; i += 2) {
            pair(A64Memory.STP_X, FIRST_SAVED + i, 8 * i);
            saved(DwarfAArch64.x(FIRST_SAVED + i), 8 * i);
        }
        for (int i = 0; i < SAVED_FLOATS; i += 2) {
            int place = 8 * (SAVED_INTEGERS + i);
            pair(A64Memory.STP_D, FIRST_SAVED_FLOAT + i, place);
            saved(DwarfAArch64.v(FIRST_SAVED_FLOAT + i), place);
        }
        pair(A64Memory.STP_X, A64Registers.FP, RECORD);
        saved(DwarfAArch64.FP, RECORD);
        assembler.add(A64Registers.FP, SP, RECORD);
        emission.unwind.defCfa(offset(), DwarfAArch64.FP, 16);
        // The way out of line to w2o_attach begins here.
        emission.unwind.rememberState(offset());
    }

    /** Two neighbouring registers have been saved. */
    private void saved(int dwarf, int place) {
        emission.unwind.saved(offset(), dwarf, place - SAVED_SIZE);
        emission.unwind.saved(offset(), dwarf + 1, place + 8 - SAVED_SIZE);
    }

    private void restored(int dwarf) {
        emission.unwind.restored(offset(), dwarf);
        emission.unwind.restored(offset(), dwarf + 1);
    }

    /** Links an activation, whose store is in x9. */
    private void pushActivation() {
        assembler.word(
                A64Memory.pair(A64Memory.LDP_X, T0, T1, ENTERED_STORE, StoreLayout.ACTIVATION));
        assembler.push(T0, T1);
        assembler.add(BASE, SP, 0);
        store(BASE, ENTERED_STORE, StoreLayout.ACTIVATION);
    }

    @Override
    protected void leave(int store) {
        assembler.move(T2, store);
        assembler.add(SP, BASE, 0);
        assembler.pop(T0, T1);
        assembler.word(A64Memory.pair(A64Memory.STP_X, T0, T1, T2, StoreLayout.ACTIVATION));
        assembler.constant(A64Registers.C_PARAMETERS[0], 0);
        emission.unwind.defCfa(offset(), DwarfAArch64.SP, SAVED_SIZE);
        for (int i = 0; i < SAVED_INTEGERS; i += 2) {
            pair(A64Memory.LDP_X, FIRST_SAVED + i, 8 * i);
            restored(DwarfAArch64.x(FIRST_SAVED + i));
        }
        for (int i = 0; i < SAVED_FLOATS; i += 2) {
            pair(A64Memory.LDP_D, FIRST_SAVED_FLOAT + i, 8 * (SAVED_INTEGERS + i));
            restored(DwarfAArch64.v(FIRST_SAVED_FLOAT + i));
        }
        pair(A64Memory.LDP_X, A64Registers.FP, RECORD);
        restored(DwarfAArch64.FP);
        assembler.add(SP, SP, SAVED_SIZE);
        emission.unwind.defCfaOffset(offset(), 0);
        returnAddress.authenticate();
        ret();
    }

    private void ret() {
        assembler.word(A64Branches.branchRegister(A64Branches.RET, A64Registers.LR));
    }

    @Override
    protected void allocateEntry(int locals, int stackBytes) {
        assembler.add(SP, SP, -(locals + stackBytes));
    }

    @Override
    protected void jumpIfEnoughStack(int store, int label) {
        load(SCRATCH, store, StoreLayout.STACK_LIMIT);
        assembler.compareStackPointer(SCRATCH);
        assembler.jumpIf(Condition.HS, label);
    }

    @Override
    protected void callFunction(int function) {
        emission.relocate(offset(), Relocations.BRANCH | Relocations.FUNCTION, function, 0);
        assembler.word(A64Branches.bl(0));
    }

    @Override
    protected void callCode() {
        assembler.move(SCRATCH, CODE);
        assembler.word(A64Branches.branchRegister(A64Branches.BLR, SCRATCH));
    }

    @Override
    protected void support(int function) {
        supportAt(offset(), Relocations.BRANCH, function, 0);
        assembler.word(A64Branches.bl(0));
    }

    // ---- values ----

    @Override
    protected void loadValue(Type type, int register, int base, int place) {
        assembler.access(MemoryRules.loadOp(type), register & 31, base, place);
    }

    @Override
    protected void storeValue(Type type, int register, int base, int place) {
        assembler.access(MemoryRules.storeOp(type), register & 31, base, place);
    }

    @Override
    protected void address(int register, int base, int place) {
        assembler.add(register, base, place);
    }

    @Override
    protected void zeroExtend(int register) {
        assembler.word(A64Integer.move(0, register, register));
    }

    @Override
    protected void jumpIfEqual(int register, int base, int place, int label) {
        load(SCRATCH, base, place);
        assembler.compareRegisters(1, register, SCRATCH);
        assembler.jumpIf(Condition.EQ, label);
    }

    // ---- host adapters ----

    @Override
    protected void enterHost() {
        returnAddress.enter(true);
        assembler.push(A64Registers.FP, A64Registers.LR);
        emission.unwind.defCfaOffset(offset(), 16);
        emission.unwind.saved(offset(), DwarfAArch64.FP, -16);
        emission.unwind.saved(offset(), DwarfAArch64.LR, -8);
        assembler.add(A64Registers.FP, SP, 0);
        emission.unwind.defCfaRegister(offset(), DwarfAArch64.FP);
    }

    @Override
    protected void allocateHost(int bytes) {
        assembler.add(SP, SP, -bytes);
    }

    @Override
    protected void noteExit(int store) {
        store(A64Registers.FP, store, StoreLayout.EXIT);
    }

    @Override
    protected void callHostCode(int failed) {
        load(SCRATCH, CONTEXT, StoreLayout.HOST_CODE);
        load(A64Registers.C_PARAMETERS[0], CONTEXT, StoreLayout.HOST_ENV);
        assembler.word(A64Branches.branchRegister(A64Branches.BLR, SCRATCH));
        assembler.jumpIf(Op.testRegister(2), A64Registers.C_PARAMETERS[0], failed);
    }

    @Override
    protected void leaveHost(int stackBytes) {
        assembler.add(SP, A64Registers.FP, 0);
        assembler.pop(A64Registers.FP, A64Registers.LR);
        emission.unwind.restored(offset(), DwarfAArch64.FP);
        emission.unwind.restored(offset(), DwarfAArch64.LR);
        emission.unwind.defCfa(offset(), DwarfAArch64.SP, 0);
        returnAddress.authenticate();
        if (stackBytes != 0) {
            assembler.add(SP, SP, stackBytes);
            emission.unwind.defCfaOffset(offset(), -stackBytes);
        }
        ret();
    }

    @Override
    protected void raiseFromHost() {
        assembler.word(A64Integer.move(0, A64Registers.C_PARAMETERS[1], 0));
        load(A64Registers.C_PARAMETERS[0], CONTEXT, StoreLayout.HOST_STORE);
        support(StoreLayout.RAISE_FROM_HOST);
        assembler.trap();
    }

    // ---- calls through tables ----

    @Override
    protected int enterTableCall(int stackBytes) {
        returnAddress.enter(false);
        return 0;
    }

    @Override
    protected void loadTableTarget(int table, int size, int type, int outOfBounds, int mismatch) {
        tables.loadTarget(A64Registers.CALLEE, table, size, type, outOfBounds, mismatch);
    }

    @Override
    protected void jumpToTableTarget() {
        assembler.word(A64Branches.branchRegister(A64Branches.BR, SCRATCH));
    }

    @Override
    protected void jumpIfNullEntry(int label) {
        tables.jumpIfNull(label);
    }

    @Override
    protected void jumpUnlessBelow(int base, int place, int label) {
        load(SCRATCH, base, place);
        assembler.compareRegisters(1, A64Registers.CALLEE, SCRATCH);
        assembler.jumpIf(Condition.HS, label);
    }

    @Override
    protected void loadElement(int register) {
        assembler.word(
                A64Memory.register(
                        A64Memory.LDR_X,
                        register,
                        register,
                        A64Registers.CALLEE,
                        A64Integer.UXTX,
                        1));
    }

    @Override
    protected void jumpIfOther(int register, int base, int place, int label) {
        loadValue(Type.I32, SCRATCH, base, place);
        assembler.compareRegisters(0, register, SCRATCH);
        assembler.jumpIf(Condition.NE, label);
    }

    @Override
    protected void jumpToRecord(int register) {
        assembler.word(
                A64Memory.pair(
                        A64Memory.LDP_X, SCRATCH, CONTEXT, register, ContextLayout.FUNC_CODE));
        jumpToTableTarget();
    }

    // ---- tail calls that leave the instance ----

    /** The frame is {@link TailCallSequences}'. */
    @Override
    protected void restorerCode() {
        emission.unwind.defCfa(0, DwarfAArch64.FP, 16);
        emission.unwind.saved(0, DwarfAArch64.FP, -16);
        emission.unwind.saved(0, DwarfAArch64.LR, -8);
        emission.unwind.saved(0, DwarfAArch64.x(CONTEXT), -32);
        returnAddress.restorer();
        assembler.word(A64Branches.hint(A64Branches.NOP));
        assembler.word(TailCallSequences.MARK);
        assembler.pop(CONTEXT, A64Registers.ZR);
        emission.unwind.restored(offset(), DwarfAArch64.x(CONTEXT));
        assembler.pop(A64Registers.FP, A64Registers.LR);
        emission.unwind.restored(offset(), DwarfAArch64.FP);
        emission.unwind.restored(offset(), DwarfAArch64.LR);
        emission.unwind.defCfa(offset(), DwarfAArch64.SP, 0);
        returnAddress.authenticate();
        ret();
    }

    @Override
    public int restorerEntry() {
        return 4;
    }
}
