package wasm2obj.isel.x64;

import wasm2obj.codegen.CallingConvention;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.Emission;
import wasm2obj.codegen.StoreLayout;
import wasm2obj.codegen.ThunkCompiler;
import wasm2obj.ir.Signature;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.unwind.DwarfX64;

/**
 * Code between the convention of WebAssembly functions and C's; docs/abi.md has both, and the activation.
 *
 * <p><b>Entry thunks.</b> rbp points to the activation, so locals have fixed places below it wherever the callee leaves the stack
 * pointer:
 *
 * <pre>
 *   rbp + 72    CFA; C's stack parameters
 *   rbp         activation: previous, exit, r15, r14, r13, r12, rbx, rbp, return address
 *   below       where results go, copies of C's parameter registers, result buffer
 *   rsp         stack arguments
 * </pre>
 *
 * <p>The two conventions agree in the common case: up to five integers and eight floats stay where they are. Otherwise all of C's
 * parameter registers are stored first and each parameter is loaded from memory, which needs no thought about order.
 *
 * <p><b>Host adapters</b> have rbp as frame pointer too, below which are the result cells and copies of the parameter registers.
 */
final class X64Thunks implements ThunkCompiler {
    private static final int C_INTEGERS = 6;
    private static final int C_FLOATS = 8;

    /** Bytes from the activation to the CFA, and of its two links. */
    private static final int ACTIVATION_SIZE = 72;

    private static final int SAVED_SIZE = 56;

    private static final int[] SAVED = {
        Register.RBP, Register.RBX, Register.R12, Register.R13, Register.R14, Register.R15
    };

    /** Frames from this size on are checked against the stack limit; the margin below that covers smaller ones. */
    private static final int CHECKED_SIZE = 2048;

    private final X64Assembler assembler = new X64Assembler();
    private final Emission emission = new Emission();
    private final CallingConvention convention = X64Registers.convention();

    /** Bytes below rbp that are given out. */
    private int locals;

    // ---- entry thunks ----

    @Override
    public CompiledFunction export(int index, Signature signature, int function) {
        begin(signature);
        int attach = emission.buffer.newLabel();
        int attached = emission.buffer.newLabel();
        saveRegisters();
        assembler.move(X64Registers.CONTEXT, Register.RDI);
        load(Register.RAX, X64Registers.CONTEXT, ContextLayout.STORE);
        assembler.move(Register.R10, Register.RSP);
        assembler.memory(X64.SUB_R64_RM64, Register.R10, Register.RAX, StoreLayout.STACK_LOW);
        assembler.memory(X64.CMP_R64_RM64, Register.R10, Register.RAX, StoreLayout.STACK_SIZE);
        assembler.jumpIf(Condition.AE, attach);
        emission.buffer.bind(attached);
        pushActivation();

        CParameters c = new CParameters(1, 0);
        boolean identity = isIdentity(signature);
        int registers = identity ? 0 : allocate(8 * (C_INTEGERS + C_FLOATS));
        int results = allocate(8 * signature.resultCount());
        int buffer = allocate(convention.bufferSize());
        allocateStack(convention.stackSize());
        if (isLarge()) {
            load(X64Registers.SCRATCH, X64Registers.CONTEXT, ContextLayout.STORE);
            checkEntry(X64Registers.SCRATCH);
        }
        if (!identity) {
            storeParameterRegisters(registers);
        }
        for (int i = 0; i < signature.parameterCount(); i++) {
            passToWasm(signature.parameter(i), convention.parameter(i), c, registers, identity);
        }
        for (int i = 0; i < signature.resultCount(); i++) {
            int from = c.nextInteger();
            if (from < C_INTEGERS && identity) {
                store(X64Registers.C_PARAMETERS[from], Register.RBP, results + 8 * i);
            } else {
                load(X64Registers.SCRATCH, Register.RBP, c.integerPlace(from, registers));
                store(X64Registers.SCRATCH, Register.RBP, results + 8 * i);
            }
        }
        if (convention.bufferSize() != 0) {
            assembler.memory(X64.LEA_R64_M, convention.bufferParameter(), Register.RBP, buffer);
        }
        int at = assembler.call();
        emission.relocate(at, Relocations.FUNCTION, function, -4);
        for (int i = 0; i < signature.resultCount(); i++) {
            load(X64Registers.SCRATCH, Register.RBP, results + 8 * i);
            storeResult(signature.result(i), convention.result(i), buffer, X64Registers.SCRATCH, 0);
        }
        load(X64Registers.SCRATCH, X64Registers.CONTEXT, ContextLayout.STORE);
        leave(X64Registers.SCRATCH);

        emission.buffer.bind(attach);
        emission.unwind.restoreState(emission.buffer.size);
        support(StoreLayout.ATTACH);
        assembler.jump(attached);
        return emission.finish(index, assembler, ACTIVATION_SIZE, false);
    }

    @Override
    public CompiledFunction arrayCall(int index, Signature signature) {
        begin(signature);
        saveRegisters();
        // r13 = store, r12 = arguments, rbx = results, r11 = code.
        assembler.move(Register.RAX, Register.RDI);
        assembler.move(Register.R13, Register.RDI);
        assembler.move(Register.R12, Register.RDX);
        assembler.move(Register.RBX, Register.RCX);
        load(X64Registers.SCRATCH, Register.RSI, ContextLayout.FUNC_CODE);
        load(X64Registers.CONTEXT, Register.RSI, ContextLayout.FUNC_CONTEXT);
        pushActivation();
        int buffer = allocate(convention.bufferSize());
        allocateStack(convention.stackSize());
        if (isLarge()) {
            checkEntry(Register.R13);
        }
        for (int i = 0; i < signature.parameterCount(); i++) {
            int place = StoreLayout.VALUE_SIZE * i;
            loadParameter(signature.parameter(i), convention.parameter(i), Register.R12, place);
        }
        if (convention.bufferSize() != 0) {
            assembler.memory(X64.LEA_R64_M, convention.bufferParameter(), Register.RBP, buffer);
        }
        assembler.rm(X64.CALL_RM64, X64Registers.SCRATCH);
        for (int i = 0; i < signature.resultCount(); i++) {
            int place = StoreLayout.VALUE_SIZE * i;
            storeResult(signature.result(i), convention.result(i), buffer, Register.RBX, place);
        }
        leave(Register.R13);
        return emission.finish(index, assembler, ACTIVATION_SIZE, false);
    }

    private void begin(Signature signature) {
        emission.beginThunk();
        assembler.begin(emission.buffer);
        convention.assign(signature);
        locals = 0;
    }

    private void saveRegisters() {
        int depth = 8;
        for (int register : SAVED) {
            assembler.rm(X64.PUSH_R64, register);
            depth += 8;
            emission.unwind.defCfaOffset(emission.buffer.size, depth);
            emission.unwind.saved(emission.buffer.size, DwarfX64.gpr(register), -depth);
        }
        // The way out of line to w2o_attach begins here.
        emission.unwind.rememberState(emission.buffer.size);
    }

    /** Links an activation, whose store is in rax. */
    private void pushActivation() {
        assembler.memory(X64.PUSH_RM64, 0, Register.RAX, StoreLayout.EXIT);
        emission.unwind.defCfaOffset(emission.buffer.size, SAVED_SIZE + 8);
        assembler.memory(X64.PUSH_RM64, 0, Register.RAX, StoreLayout.ACTIVATION);
        emission.unwind.defCfaOffset(emission.buffer.size, ACTIVATION_SIZE);
        store(Register.RSP, Register.RAX, StoreLayout.ACTIVATION);
        assembler.move(Register.RBP, Register.RSP);
        emission.unwind.defCfaRegister(emission.buffer.size, DwarfX64.RBP);
    }

    /** Unlinks the activation and returns 0. */
    private void leave(int store) {
        assembler.move(Register.RSP, Register.RBP);
        emission.unwind.defCfaRegister(emission.buffer.size, DwarfX64.RSP);
        assembler.memory(X64.POP_RM64, 0, store, StoreLayout.ACTIVATION);
        emission.unwind.defCfaOffset(emission.buffer.size, SAVED_SIZE + 8);
        assembler.memory(X64.POP_RM64, 0, store, StoreLayout.EXIT);
        int depth = SAVED_SIZE;
        emission.unwind.defCfaOffset(emission.buffer.size, depth);
        assembler.regRm(X64.XOR_R32_RM32, Register.RAX, Register.RAX);
        for (int i = SAVED.length - 1; i >= 0; i--) {
            assembler.rm(X64.POP_R64, SAVED[i]);
            depth -= 8;
            emission.unwind.restored(emission.buffer.size, DwarfX64.gpr(SAVED[i]));
            emission.unwind.defCfaOffset(emission.buffer.size, depth);
        }
        assembler.plain(X64.RET);
    }

    /** Gives out bytes below rbp; returns their offset from it. */
    private int allocate(int bytes) {
        locals += bytes + 15 & -16;
        return -locals;
    }

    /** Moves the stack pointer below the locals and what is passed on the stack. The CFA is odd multiples of 8 above rbp. */
    private void allocateStack(int stackBytes) {
        int bytes = locals + stackBytes;
        bytes += ACTIVATION_SIZE + bytes & 15;
        assembler.rmImmediate(X64.SUB_RM64_IMM32, Register.RSP, bytes);
    }

    private boolean isLarge() {
        return locals + convention.stackSize() >= CHECKED_SIZE;
    }

    /** Traps if the frame is beyond the stack limit of the store in the register. */
    private void checkEntry(int store) {
        int enough = emission.buffer.newLabel();
        assembler.memory(X64.CMP_R64_RM64, Register.RSP, store, StoreLayout.STACK_LIMIT);
        assembler.jumpIf(Condition.AE, enough);
        assembler.move(Register.RDI, store);
        support(StoreLayout.OVERFLOW_ON_ENTRY);
        assembler.plain(X64.UD2);
        emission.buffer.bind(enough);
    }

    private void support(int function) {
        int at = assembler.call();
        emission.relocate(at, Relocations.SUPPORT, function, -4);
    }

    // ---- parameters of C ----

    /** Goes through the parameters of a C function in order. */
    private static final class CParameters {
        private int integers;
        private int floats;
        private int stack;

        CParameters(int integers, int floats) {
            this.integers = integers;
            this.floats = floats;
        }

        /** Number of the next integer register, or {@link #C_INTEGERS} plus the number of the next stack word. */
        int nextInteger() {
            return integers < C_INTEGERS ? integers++ : C_INTEGERS + stack++;
        }

        int nextFloat() {
            return floats < C_FLOATS ? floats++ : C_FLOATS + stack++;
        }

        /** Offset from rbp of an integer parameter whose register was stored. */
        int integerPlace(int which, int registers) {
            return which < C_INTEGERS
                    ? registers + 8 * which
                    : ACTIVATION_SIZE + 8 * (which - C_INTEGERS);
        }

        int floatPlace(int which, int registers) {
            return which < C_FLOATS
                    ? registers + 8 * (C_INTEGERS + which)
                    : ACTIVATION_SIZE + 8 * (which - C_FLOATS);
        }

        int stackBytes() {
            return 8 * stack + 15 & -16;
        }
    }

    /** Whether all parameters that C passes in registers are where they belong. */
    private boolean isIdentity(Signature signature) {
        if (convention.bufferSize() != 0) {
            return false;
        }
        for (int i = 0; i < signature.parameterCount(); i++) {
            if (signature.parameter(i) == Type.V128) {
                return false;
            }
        }
        return true;
    }

    private void storeParameterRegisters(int registers) {
        for (int i = 0; i < C_INTEGERS; i++) {
            store(X64Registers.C_PARAMETERS[i], Register.RBP, registers + 8 * i);
        }
        for (int i = 0; i < C_FLOATS; i++) {
            assembler.memory(X64.MOVSD_M64_XMM, i, Register.RBP, registers + 8 * (C_INTEGERS + i));
        }
    }

    private void passToWasm(
            Type type, int location, CParameters c, int registers, boolean identity) {
        if (type == Type.F32 || type == Type.F64) {
            int from = c.nextFloat();
            if (from >= C_FLOATS || !identity) {
                loadParameter(type, location, Register.RBP, c.floatPlace(from, registers));
            }
            return;
        }
        int from = c.nextInteger();
        if (type == Type.V128) {
            load(X64Registers.SCRATCH, Register.RBP, c.integerPlace(from, registers));
            loadParameter(type, location, X64Registers.SCRATCH, 0);
        } else if (from >= C_INTEGERS || !identity) {
            loadParameter(type, location, Register.RBP, c.integerPlace(from, registers));
        } else if (type == Type.I32) {
            assembler.regRm(X64.MOV_R32_RM32, location, location);
        }
    }

    /** Loads a value to where the callee expects it. */
    private void loadParameter(Type type, int location, int base, int place) {
        if (CallingConvention.isRegister(location)) {
            loadValue(type, location, base, place);
        } else if (type == Type.V128) {
            loadValue(type, X64Registers.FIRST_XMM + X64Registers.FLOAT_SCRATCH, base, place);
            assembler.memory(
                    X64.MOVUPS_M128_XMM,
                    X64Registers.FLOAT_SCRATCH,
                    Register.RSP,
                    CallingConvention.offset(location));
        } else {
            assembler.memory(
                    type.bytes() == 4 ? X64.MOV_R32_RM32 : X64.MOV_R64_RM64,
                    Register.RAX,
                    base,
                    place);
            store(Register.RAX, Register.RSP, CallingConvention.offset(location));
        }
    }

    /** Loads a value into a register; an i32 gets a zero upper half. */
    private void loadValue(Type type, int register, int base, int place) {
        int xmm = register - X64Registers.FIRST_XMM;
        switch (type) {
            case I32 -> assembler.memory(X64.MOV_R32_RM32, register, base, place);
            case F32 -> assembler.memory(X64.MOVSS_XMM_M32, xmm, base, place);
            case F64 -> assembler.memory(X64.MOVSD_XMM_M64, xmm, base, place);
            case V128 -> assembler.memory(X64.MOVUPS, xmm, base, place);
            default -> assembler.memory(X64.MOV_R64_RM64, register, base, place);
        }
    }

    /** Stores a result to memory at {@code base + place}; those in the buffer go through rax or the scratch vector. */
    private void storeResult(Type type, int location, int buffer, int base, int place) {
        int register = location;
        if (!CallingConvention.isRegister(location)) {
            register =
                    type.inVectorRegister()
                            ? X64Registers.FIRST_XMM + X64Registers.FLOAT_SCRATCH
                            : Register.R10;
            loadValue(type, register, Register.RBP, buffer + CallingConvention.offset(location));
        }
        storeValue(type, register, base, place);
    }

    private void storeValue(Type type, int register, int base, int place) {
        int xmm = register - X64Registers.FIRST_XMM;
        switch (type) {
            case I32 -> assembler.memory(X64.MOV_RM32_R32, register, base, place);
            case F32 -> assembler.memory(X64.MOVSS_M32_XMM, xmm, base, place);
            case F64 -> assembler.memory(X64.MOVSD_M64_XMM, xmm, base, place);
            case V128 -> assembler.memory(X64.MOVUPS_M128_XMM, xmm, base, place);
            default -> store(register, base, place);
        }
    }

    private void load(int register, int base, int place) {
        assembler.memory(X64.MOV_R64_RM64, register, base, place);
    }

    private void store(int register, int base, int place) {
        assembler.memory(X64.MOV_RM64_R64, register, base, place);
    }

    // ---- host adapters ----

    /**
     * All parameters are stored below rbp, 16 bytes each, and taken from there, so that their order does not matter; C's results
     * have cells of 16 bytes there too.
     */
    @Override
    public CompiledFunction hostCall(int index, Signature signature) {
        begin(signature);
        assembler.rm(X64.PUSH_R64, Register.RBP);
        emission.unwind.defCfaOffset(emission.buffer.size, 16);
        emission.unwind.saved(emission.buffer.size, DwarfX64.RBP, -16);
        assembler.move(Register.RBP, Register.RSP);
        emission.unwind.defCfaRegister(emission.buffer.size, DwarfX64.RBP);
        int values = allocate(16 * signature.parameterCount());
        int results = allocate(16 * signature.resultCount());
        int buffer = allocate(8);
        int size = locals + cStackBytes(signature);
        assembler.rmImmediate(X64.SUB_RM64_IMM32, Register.RSP, size);
        if (size >= CHECKED_SIZE) {
            checkExit();
        }
        storeWasmParameters(signature, values);
        if (convention.bufferSize() != 0) {
            store(convention.bufferParameter(), Register.RBP, buffer);
        }
        passToC(signature, values, results);
        load(X64Registers.SCRATCH, X64Registers.CONTEXT, StoreLayout.HOST_STORE);
        store(Register.RSP, X64Registers.SCRATCH, StoreLayout.EXIT);
        load(Register.RDI, X64Registers.CONTEXT, StoreLayout.HOST_ENV);
        assembler.memory(X64.CALL_RM64, 0, X64Registers.CONTEXT, StoreLayout.HOST_CODE);
        int failed = emission.buffer.newLabel();
        assembler.rmReg(X64.TEST_RM32_R32, Register.RAX, Register.RAX);
        assembler.jumpIf(Condition.NE, failed);
        if (convention.bufferSize() != 0) {
            load(X64Registers.SCRATCH, Register.RBP, buffer);
        }
        takeResults(signature, results);
        emission.unwind.rememberState(emission.buffer.size);
        assembler.move(Register.RSP, Register.RBP);
        assembler.rm(X64.POP_R64, Register.RBP);
        emission.unwind.restored(emission.buffer.size, DwarfX64.RBP);
        emission.unwind.defCfa(emission.buffer.size, DwarfX64.RSP, 8);
        if (convention.stackSize() == 0) {
            assembler.plain(X64.RET);
        } else {
            assembler.rmImmediate(X64.RET_IMM16, 0, convention.stackSize());
        }
        emission.unwind.restoreState(emission.buffer.size);
        emission.buffer.bind(failed);
        load(Register.RDI, X64Registers.CONTEXT, StoreLayout.HOST_STORE);
        assembler.regRm(X64.MOV_R32_RM32, Register.RSI, Register.RAX);
        support(StoreLayout.RAISE_FROM_HOST);
        assembler.plain(X64.UD2);
        return emission.finish(index, assembler, 16 + size, false);
    }

    /** Traps if the frame is beyond the stack limit, as if the host function had returned that. */
    private void checkExit() {
        int enough = emission.buffer.newLabel();
        load(X64Registers.SCRATCH, X64Registers.CONTEXT, StoreLayout.HOST_STORE);
        assembler.memory(
                X64.CMP_R64_RM64, Register.RSP, X64Registers.SCRATCH, StoreLayout.STACK_LIMIT);
        assembler.jumpIf(Condition.AE, enough);
        store(Register.RSP, X64Registers.SCRATCH, StoreLayout.EXIT);
        assembler.move(Register.RDI, X64Registers.SCRATCH);
        assembler.constant(Register.RSI, TrapKind.STACK_OVERFLOW.code());
        support(StoreLayout.RAISE_FROM_HOST);
        assembler.plain(X64.UD2);
        emission.buffer.bind(enough);
    }

    private static int cStackBytes(Signature signature) {
        CParameters c = new CParameters(1, 0);
        for (int i = 0; i < signature.parameterCount(); i++) {
            Type type = signature.parameter(i);
            if (type == Type.F32 || type == Type.F64) {
                c.nextFloat();
            } else {
                c.nextInteger();
            }
        }
        for (int i = 0; i < signature.resultCount(); i++) {
            c.nextInteger();
        }
        return c.stackBytes();
    }

    private void storeWasmParameters(Signature signature, int values) {
        for (int i = 0; i < signature.parameterCount(); i++) {
            Type type = signature.parameter(i);
            int location = convention.parameter(i);
            int place = values + 16 * i;
            if (CallingConvention.isRegister(location)) {
                storeValue(type, location, Register.RBP, place);
                continue;
            }
            int incoming = 16 + CallingConvention.offset(location);
            int scratch =
                    type == Type.V128
                            ? X64Registers.FIRST_XMM + X64Registers.FLOAT_SCRATCH
                            : X64Registers.SCRATCH;
            Type copied = type == Type.V128 ? Type.V128 : Type.I64;
            loadValue(copied, scratch, Register.RBP, incoming);
            storeValue(copied, scratch, Register.RBP, place);
        }
    }

    private void passToC(Signature signature, int values, int results) {
        CParameters c = new CParameters(1, 0);
        for (int i = 0; i < signature.parameterCount(); i++) {
            Type type = signature.parameter(i);
            int place = values + 16 * i;
            if (type == Type.F32 || type == Type.F64) {
                passFloatToC(type, c.nextFloat(), place);
            } else {
                passIntegerToC(type == Type.V128, type == Type.I32, c.nextInteger(), place);
            }
        }
        for (int i = 0; i < signature.resultCount(); i++) {
            passIntegerToC(true, false, c.nextInteger(), results + 16 * i);
        }
    }

    private void passFloatToC(Type type, int to, int place) {
        if (to < C_FLOATS) {
            loadValue(type, X64Registers.FIRST_XMM + to, Register.RBP, place);
        } else {
            load(Register.RAX, Register.RBP, place);
            store(Register.RAX, Register.RSP, 8 * (to - C_FLOATS));
        }
    }

    /** Passes what is at the place, or its address. */
    private void passIntegerToC(boolean isAddress, boolean isHalf, int to, int place) {
        int register = to < C_INTEGERS ? X64Registers.C_PARAMETERS[to] : Register.RAX;
        if (isAddress) {
            assembler.memory(X64.LEA_R64_M, register, Register.RBP, place);
        } else {
            assembler.memory(
                    isHalf ? X64.MOV_R32_RM32 : X64.MOV_R64_RM64, register, Register.RBP, place);
        }
        if (to >= C_INTEGERS) {
            store(Register.RAX, Register.RSP, 8 * (to - C_INTEGERS));
        }
    }

    private void takeResults(Signature signature, int results) {
        for (int i = signature.resultCount() - 1; i >= 0; i--) {
            Type type = signature.result(i);
            int location = convention.result(i);
            if (CallingConvention.isRegister(location)) {
                continue;
            }
            int scratch =
                    type.inVectorRegister()
                            ? X64Registers.FIRST_XMM + X64Registers.FLOAT_SCRATCH
                            : Register.R10;
            loadValue(type, scratch, Register.RBP, results + 16 * i);
            storeValue(type, scratch, X64Registers.SCRATCH, CallingConvention.offset(location));
        }
        for (int i = 0; i < signature.resultCount(); i++) {
            if (CallingConvention.isRegister(convention.result(i))) {
                loadValue(
                        signature.result(i), convention.result(i), Register.RBP, results + 16 * i);
            }
        }
    }

    // ---- tail calls that leave the instance ----

    /** The frame is {@link TailCallSequences}'. */
    @Override
    public CompiledFunction restorer(int index) {
        emission.beginThunk();
        assembler.begin(emission.buffer);
        emission.unwind.defCfa(0, DwarfX64.RBP, 16);
        emission.unwind.saved(0, DwarfX64.RBP, -16);
        emission.unwind.saved(0, DwarfX64.gpr(X64Registers.CONTEXT), -24);
        assembler.plain(X64.NOP);
        emission.buffer.put32((int) TailCallSequences.MARK);
        emission.buffer.put32((int) (TailCallSequences.MARK >> 32));
        load(X64Registers.CONTEXT, Register.RBP, -8);
        emission.unwind.restored(emission.buffer.size, DwarfX64.gpr(X64Registers.CONTEXT));
        assembler.plain(X64.LEAVE);
        emission.unwind.restored(emission.buffer.size, DwarfX64.RBP);
        emission.unwind.defCfa(emission.buffer.size, DwarfX64.RSP, 8);
        assembler.plain(X64.RET);
        return emission.finish(index, assembler, 32, true);
    }

    @Override
    public int restorerEntry() {
        return 1;
    }
}
