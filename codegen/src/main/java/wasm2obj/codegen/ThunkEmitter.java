package wasm2obj.codegen;

import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.ir.Signature;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;

/**
 * Code between the convention of WebAssembly functions and C's, for all ISAs; docs/abi.md has both, and the activation. An ISA adds
 * its registers and instructions.
 *
 * <p><b>Entry thunks.</b> A register points to the activation, so locals have fixed places below it wherever the callee leaves the
 * stack pointer:
 *
 * <pre>
 *               CFA; C's stack parameters
 *   base        activation: previous, exit, saved registers
 *   below       where results go, copies of C's parameter registers, result buffer
 *   sp          stack arguments
 * </pre>
 *
 * <p>The two conventions agree in the common case: integers that C passes in registers, and eight floats, stay where they are.
 * Otherwise all of C's parameter registers are stored first and each parameter is loaded from memory, which needs no thought
 * about order.
 *
 * <p><b>Host adapters</b> have a frame record, below which are the result cells and copies of the parameters.
 *
 * <p><b>References.</b> C has handles where compiled code has words. Both lie in memory while they are translated, one after the other,
 * by functions of the runtime that never collect, so words in a thunk's frame stay right. A signature without references has none of it.
 */
public abstract class ThunkEmitter implements ThunkCompiler {
    /** Frames from this size on are checked against the stack limit; the margin below that covers smaller ones. */
    private static final int CHECKED_SIZE = 2048;

    /** Number of vector registers that C passes floats in, on all ISAs. */
    private static final int C_FLOATS = 8;

    /** Bytes of an adapter's frame record, which ends at the CFA. */
    private static final int RECORD_SIZE = 16;

    protected final Emission emission = new Emission();
    protected final CallingConvention convention;
    private final MachineAssembler assembler;
    private final Registers registers;
    private final int cIntegers;

    /** Bytes below the base that are an activation's. */
    private int saved;

    /** Bytes below these that are given out. */
    private int locals;

    /**
     * What thunks use registers for; numbers as in {@link wasm2obj.regalloc.RegisterFile}.
     *
     * @param cParameters general registers of C's parameters
     * @param cFloat vector register of C's first float parameter; the others follow
     * @param stackPointer the stack pointer
     * @param entryBase in entry thunks: address of the activation, or of a place in it
     * @param frameBase in adapters: address of the frame record
     * @param pointer scratch: addresses
     * @param value scratch: values on their way between two places of memory; no parameter
     * @param resultValue scratch: the same when results are in registers
     * @param vector scratch: the same for floats and vectors
     * @param store in array call thunks: the store, in a register that callees keep; so for the following two
     * @param arguments the array of arguments
     * @param results the array for results
     * @param context the context; in adapters the host function
     * @param code in array call thunks: the callee's code
     * @param cResult general register of C's result
     * @param baseToCfa bytes from the base of an entry thunk to the CFA
     * @param savedSize bytes of an entry thunk's activation that lie below its base
     * @param cStack how C passes parameters on the stack
     */
    public record Registers(
            int[] cParameters,
            int cFloat,
            int stackPointer,
            int entryBase,
            int frameBase,
            int pointer,
            int value,
            int resultValue,
            int vector,
            int store,
            int arguments,
            int results,
            int context,
            int code,
            int cResult,
            int baseToCfa,
            int savedSize,
            CStack cStack) {}

    /** Thunks with the given registers, made by the assembler. */
    protected ThunkEmitter(
            CallingConvention convention, MachineAssembler assembler, Registers registers) {
        this.assembler = assembler;
        this.convention = convention;
        this.registers = registers;
        cIntegers = registers.cParameters.length;
    }

    // ---- what the ISA adds ----

    /** A new thunk begins; the assembler is ready. */
    protected void beginCode() {}

    /**
     * The beginning of an export's thunk: saves registers, makes C's first parameter the context, goes to {@code attach} if the store
     * does not know the stack, binds {@code attached}, and links an activation.
     */
    protected abstract void enter(int attach, int attached);

    /** The beginning of an array call thunk: saves registers, loads code and context, and links an activation. */
    protected abstract void enterArrayCall();

    /** Moves the stack pointer of an entry thunk {@code locals} bytes and those of stack arguments below the activation, or a little more. */
    protected abstract void allocateEntry(int locals, int stackBytes);

    /** Goes to the label if the stack pointer is not beyond the limit of the store. */
    protected abstract void jumpIfEnoughStack(int store, int label);

    /** Calls a function of the module. */
    protected abstract void callFunction(int function);

    /** Calls the code that {@link #enterArrayCall} has loaded. */
    protected abstract void callCode();

    /** Unlinks the activation of the store and returns 0. */
    protected abstract void leave(int store);

    /** The beginning of an adapter: its frame record. */
    protected abstract void enterHost();

    /** Moves an adapter's stack pointer down. */
    protected abstract void allocateHost(int bytes);

    /** Notes in the store where an adapter leaves compiled code. */
    protected abstract void noteExit(int store);

    /** Calls the host function, and goes to the label if it returned something else than 0. */
    protected abstract void callHostCode(int failed);

    /** Takes an adapter's frame down and returns. */
    protected abstract void leaveHost(int stackBytes);

    /** Raises what the host function has returned. */
    protected abstract void raiseFromHost();

    /** The finished code of a thunk with a frame of the size. */
    protected abstract CompiledFunction finish(int index, int frameSize);

    /** Loads a value into a register; an i32 gets a zero upper half. */
    protected abstract void loadValue(Type type, int register, int base, int place);

    protected abstract void storeValue(Type type, int register, int base, int place);

    /** {@code register = base + place}. */
    protected abstract void address(int register, int base, int place);

    /** Clears the upper half. */
    protected abstract void zeroExtend(int register);

    /** Goes to the label if the register is equal to the 64 bits in memory. */
    protected abstract void jumpIfEqual(int register, int base, int place, int label);

    /** Calls a support function, see {@link StoreLayout}; its arguments are in their places. */
    protected abstract void support(int function);

    /** The beginning of the code that calls through a table share; gives the bytes between the stack pointer and the CFA. */
    protected abstract int enterTableCall(int stackBytes);

    /** Finds the code of the entry whose index is in {@link CallRegisters#callee}; goes to a label if that is none of the type. */
    protected abstract void loadTableTarget(
            int table, int size, int type, int outOfBounds, int mismatch);

    /** Jumps to what {@link #loadTableTarget} has found. */
    protected abstract void jumpToTableTarget();

    /** Goes to the label if the entry with the wrong type is null. */
    protected abstract void jumpIfNullEntry(int label);

    /** Goes to the label unless {@link CallRegisters#callee} is below the 64 bits in memory. */
    protected abstract void jumpUnlessBelow(int base, int place, int label);

    /** Loads the 64 bits with the index {@link CallRegisters#callee} from the address in the register. */
    protected abstract void loadElement(int register);

    /** Goes to the label unless the register is equal to the 32 bits in memory. The first instruction is the one that may fault. */
    protected abstract void jumpIfOther(int register, int base, int place, int label);

    /** Jumps to the code of the record in the register, with its context. */
    protected abstract void jumpToRecord(int register);

    /** The restorer's code, for the frame of {@link TailCallEmitter}. */
    protected abstract void restorerCode();

    /** Loads 64 bits. */
    protected final void load(int register, int base, int place) {
        loadValue(Type.I64, register, base, place);
    }

    /** Stores 64 bits. */
    protected final void store(int register, int base, int place) {
        storeValue(Type.I64, register, base, place);
    }

    // ---- entry thunks ----

    @Override
    public final CompiledFunction export(int index, Signature signature, int function, int type) {
        begin(signature, registers.savedSize);
        int attach = emission.buffer.newLabel();
        int attached = emission.buffer.newLabel();
        enter(attach, attached);

        int base = registers.entryBase;
        CParameters c = new CParameters();
        boolean identity = isIdentity(signature) && !hasReferences(signature);
        int copies = identity ? 0 : allocate(8 * (cIntegers + C_FLOATS));
        int results = allocate(8 * signature.resultCount());
        int buffer = allocate(convention.bufferSize());
        allocateEntry(locals, convention.stackSize());
        if (isLarge()) {
            loadStore();
            checkEntry(registers.pointer);
        }
        if (!identity) {
            storeParameterRegisters(copies);
        }
        exportsWords(signature, copies, type);
        for (int i = 0; i < signature.parameterCount(); i++) {
            passToWasm(signature.parameter(i), convention.parameter(i), c, copies, identity);
        }
        for (int i = 0; i < signature.resultCount(); i++) {
            int from = c.nextAddress();
            if (from < cIntegers && identity) {
                store(registers.cParameters[from], base, results + 8 * i);
            } else {
                load(registers.pointer, base, integerPlace(from, copies));
                store(registers.pointer, base, results + 8 * i);
            }
        }
        if (convention.bufferSize() != 0) {
            address(convention.bufferParameter(), base, buffer);
        }
        callFunction(function);
        for (int i = 0; i < signature.resultCount(); i++) {
            load(registers.pointer, base, results + 8 * i);
            storeResult(signature.result(i), convention.result(i), buffer, registers.pointer, 0);
        }
        exportsHandles(signature, results);
        loadStore();
        leave(registers.pointer);
        attach(attach, attached);
        return finish(index, registers.baseToCfa + registers.savedSize);
    }

    @Override
    public final CompiledFunction arrayCall(int index, Signature signature) {
        begin(signature, registers.savedSize);
        enterArrayCall();
        int words = takesReferences(signature) ? allocate(8 * (signature.parameterCount() + 1)) : 0;
        int buffer = allocate(convention.bufferSize());
        allocateEntry(locals, convention.stackSize());
        if (isLarge()) {
            checkEntry(registers.store);
        }
        if (words != 0) {
            arrayWords(signature, words);
        }
        for (int i = 0; i < signature.parameterCount(); i++) {
            Type type = signature.parameter(i);
            boolean isWord = type == Type.REF;
            int base = isWord ? registers.entryBase : registers.arguments;
            int place = isWord ? words + 8 * (i + 1) : StoreLayout.VALUE_SIZE * i;
            loadParameter(type, convention.parameter(i), base, place);
        }
        if (convention.bufferSize() != 0) {
            address(convention.bufferParameter(), registers.entryBase, buffer);
        }
        callCode();
        for (int i = 0; i < signature.resultCount(); i++) {
            int place = StoreLayout.VALUE_SIZE * i;
            storeResult(
                    signature.result(i), convention.result(i), buffer, registers.results, place);
        }
        arrayHandles(signature);
        leave(registers.store);
        return finish(index, registers.baseToCfa + registers.savedSize);
    }

    /** Begins a thunk that has so many bytes of an activation below its base. */
    private void begin(Signature signature, int savedSize) {
        beginThunk();
        convention.assign(signature);
        saved = savedSize;
        locals = 0;
    }

    private void constant(int register, int value) {
        assembler.constant(register, value);
    }

    /** Out of line: lets the store know the stack. */
    private void attach(int attach, int attached) {
        emission.buffer.bind(attach);
        emission.unwind.restoreState(emission.buffer.size);
        support(StoreLayout.ATTACH);
        assembler.jump(attached);
    }

    /** Traps if an entry thunk's frame is beyond the limit of the store, whose register may be overwritten. */
    private void checkEntry(int store) {
        int enough = emission.buffer.newLabel();
        jumpIfEnoughStack(store, enough);
        assembler.move(registers.cParameters[0], store);
        support(StoreLayout.OVERFLOW_ON_ENTRY);
        assembler.trap();
        emission.buffer.bind(enough);
    }

    /** Traps if an adapter's frame is beyond the stack limit, as if the host function had returned that. */
    private void checkExit() {
        int enough = emission.buffer.newLabel();
        load(registers.pointer, registers.context, StoreLayout.HOST_STORE);
        jumpIfEnoughStack(registers.pointer, enough);
        noteExit(registers.pointer);
        assembler.move(registers.cParameters[0], registers.pointer);
        constant(registers.cParameters[1], TrapKind.STACK_OVERFLOW.code());
        support(StoreLayout.RAISE_FROM_HOST);
        assembler.trap();
        emission.buffer.bind(enough);
    }

    private void callHost(int failed) {
        load(registers.pointer, registers.context, StoreLayout.HOST_STORE);
        noteExit(registers.pointer);
        callHostCode(failed);
    }

    // ---- calls through tables ----

    @Override
    public final CompiledFunction tableCall(
            int index, Signature signature, int table, int size, int type) {
        begin(signature, 0);
        int outOfBounds = emission.buffer.newLabel();
        int mismatch = emission.buffer.newLabel();
        int isNull = emission.buffer.newLabel();
        int frameSize = enterTableCall(convention.stackSize());
        loadTableTarget(table, size, type, outOfBounds, mismatch);
        jumpToTableTarget();
        emission.buffer.bind(mismatch);
        jumpIfNullEntry(isNull);
        trap(TrapKind.BAD_SIGNATURE);
        emission.buffer.bind(isNull);
        trap(TrapKind.INDIRECT_CALL_TO_NULL);
        emission.buffer.bind(outOfBounds);
        trap(TrapKind.UNDEFINED_ELEMENT);
        emission.setParameterSize(convention.stackSize());
        return emission.finish(index, assembler, frameSize, false);
    }

    @Override
    public final CompiledFunction changingTableCall(
            int index, Signature signature, int place, boolean isByAddress, int type) {
        begin(signature, 0);
        int outOfBounds = emission.buffer.newLabel();
        int mismatch = emission.buffer.newLabel();
        int frameSize = enterTableCall(convention.stackSize());
        int record = registers.pointer;
        int table = registers.context;
        int offset = place;
        if (isByAddress) {
            load(record, table, place);
            table = record;
            offset = 0;
        }
        jumpUnlessBelow(table, offset + ContextLayout.SIZE, outOfBounds);
        load(record, table, offset + ContextLayout.DATA);
        loadElement(record);
        loadValue(Type.I32, registers.resultValue, registers.context, type);
        emission.noteThunkTrap(TrapKind.INDIRECT_CALL_TO_NULL);
        jumpIfOther(registers.resultValue, record, ContextLayout.FUNC_TYPE, mismatch);
        jumpToRecord(record);
        emission.buffer.bind(mismatch);
        trap(TrapKind.BAD_SIGNATURE);
        emission.buffer.bind(outOfBounds);
        trap(TrapKind.UNDEFINED_ELEMENT);
        emission.setParameterSize(convention.stackSize());
        return emission.finish(index, assembler, frameSize, false);
    }

    private void trap(TrapKind kind) {
        emission.noteThunkTrap(kind);
        assembler.trap();
    }

    @Override
    public final CompiledFunction restorer(int index) {
        beginThunk();
        restorerCode();
        return emission.finish(index, assembler, TailCallEmitter.RESTORER_FRAME, true);
    }

    private void beginThunk() {
        emission.beginThunk();
        assembler.begin(emission.buffer);
        beginCode();
    }

    /** Loads the address of the context's store. */
    private void loadStore() {
        load(registers.pointer, registers.context, ContextLayout.STORE);
    }

    /** Gives out bytes below the base; returns their offset from it. */
    private int allocate(int bytes) {
        locals += bytes + 15 & -16;
        return -saved - locals;
    }

    private boolean isLarge() {
        return locals + convention.stackSize() >= CHECKED_SIZE;
    }

    // ---- references ----

    private static boolean takesReferences(Signature signature) {
        for (int i = 0; i < signature.parameterCount(); i++) {
            if (signature.parameter(i) == Type.REF) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasReferences(Signature signature) {
        boolean has = takesReferences(signature);
        for (int i = 0; i < signature.resultCount(); i++) {
            has |= signature.result(i) == Type.REF;
        }
        return has;
    }

    /** Replaces the handles among an export's parameters, which are in memory, by words. */
    private void exportsWords(Signature signature, int copies, int type) {
        CParameters c = new CParameters();
        for (int i = 0; i < signature.parameterCount(); i++) {
            Type parameter = signature.parameter(i);
            if (isFloat(parameter)) {
                c.nextFloat(parameter);
                continue;
            }
            int from = c.nextInteger(parameter);
            if (parameter == Type.REF) {
                int place = integerPlace(from, copies);
                load(registers.cParameters[1], registers.entryBase, place);
                loadValue(Type.I32, registers.cParameters[2], registers.context, type);
                load(registers.cParameters[0], registers.context, ContextLayout.STORE);
                toWord(i, registers.entryBase, place);
            }
        }
    }

    /** Makes words of the handles among the arguments of an array call. In front of the words is the record that is called. */
    private void arrayWords(Signature signature, int words) {
        int base = registers.entryBase;
        store(registers.cParameters[1], base, words);
        for (int i = 0; i < signature.parameterCount(); i++) {
            if (signature.parameter(i) == Type.REF) {
                load(registers.pointer, base, words);
                loadValue(
                        Type.I32,
                        registers.cParameters[2],
                        registers.pointer,
                        ContextLayout.FUNC_TYPE);
                load(registers.cParameters[1], registers.arguments, StoreLayout.VALUE_SIZE * i);
                address(registers.cParameters[0], registers.store, 0);
                toWord(i, base, words + 8 * (i + 1));
            }
        }
        load(registers.pointer, base, words);
        load(registers.code, registers.pointer, ContextLayout.FUNC_CODE);
    }

    /** Replaces the handles among a host function's results by words. */
    private void hostWords(Signature signature, int results) {
        for (int i = 0; i < signature.resultCount(); i++) {
            if (signature.result(i) == Type.REF) {
                int place = results + 16 * i;
                load(registers.cParameters[1], registers.frameBase, place);
                loadValue(
                        Type.I32,
                        registers.cParameters[2],
                        registers.context,
                        StoreLayout.HOST_TYPE);
                load(registers.cParameters[0], registers.context, StoreLayout.HOST_STORE);
                toWord(signature.parameterCount() + i, registers.frameBase, place);
            }
        }
    }

    /** Store, handle and type are in C's parameter registers; the word goes to memory. */
    private void toWord(int index, int base, int place) {
        constant(registers.cParameters[3], index);
        support(StoreLayout.TO_WORD);
        store(registers.cResult, base, place);
    }

    /** Replaces the words among an export's results, which are where C wants them, by handles. */
    private void exportsHandles(Signature signature, int results) {
        for (int i = 0; i < signature.resultCount(); i++) {
            if (signature.result(i) == Type.REF) {
                load(registers.pointer, registers.entryBase, results + 8 * i);
                load(registers.cParameters[1], registers.pointer, 0);
                load(registers.cParameters[0], registers.context, ContextLayout.STORE);
                support(StoreLayout.RESULT_HANDLE);
                load(registers.pointer, registers.entryBase, results + 8 * i);
                store(registers.cResult, registers.pointer, 0);
            }
        }
    }

    private void arrayHandles(Signature signature) {
        for (int i = 0; i < signature.resultCount(); i++) {
            if (signature.result(i) == Type.REF) {
                int place = StoreLayout.VALUE_SIZE * i;
                load(registers.cParameters[1], registers.results, place);
                address(registers.cParameters[0], registers.store, 0);
                support(StoreLayout.RESULT_HANDLE);
                store(registers.cResult, registers.results, place);
            }
        }
    }

    /** Replaces the words among a host function's parameters by handles. */
    private void hostHandles(Signature signature, int values) {
        for (int i = 0; i < signature.parameterCount(); i++) {
            if (signature.parameter(i) == Type.REF) {
                int place = values + 16 * i;
                load(registers.cParameters[1], registers.frameBase, place);
                load(registers.cParameters[0], registers.context, StoreLayout.HOST_STORE);
                support(StoreLayout.TO_HANDLE);
                store(registers.cResult, registers.frameBase, place);
            }
        }
    }

    /** Notes how many handles there are. */
    private void beginScope(int scope) {
        load(registers.pointer, registers.context, StoreLayout.HOST_STORE);
        load(registers.value, registers.pointer, StoreLayout.SCOPED);
        store(registers.value, registers.frameBase, scope);
    }

    /** Ends those that were made since. */
    private void endScope(int scope) {
        int none = emission.buffer.newLabel();
        load(registers.cParameters[0], registers.context, StoreLayout.HOST_STORE);
        load(registers.value, registers.cParameters[0], StoreLayout.SCOPED);
        jumpIfEqual(registers.value, registers.frameBase, scope, none);
        load(registers.cParameters[1], registers.frameBase, scope);
        support(StoreLayout.END_SCOPE);
        emission.buffer.bind(none);
    }

    // ---- parameters of C ----

    /** Goes through the parameters of a C function in order; the first one is taken. */
    private final class CParameters {
        private int integers = 1;
        private int floats;
        private int stack;

        /** Number of the next integer register, or the number of such registers plus where on the stack the parameter is. */
        int nextInteger(Type type) {
            return integers < cIntegers ? integers++ : cIntegers + next(type);
        }

        /** An address is the next parameter. */
        int nextAddress() {
            return nextInteger(Type.I64);
        }

        int nextFloat(Type type) {
            return floats < C_FLOATS ? floats++ : C_FLOATS + next(type);
        }

        private int next(Type type) {
            int size = registers.cStack.size(type);
            int place = stack + size - 1 & -size;
            stack = place + size;
            return place;
        }

        int stackBytes() {
            return stack + 15 & -16;
        }
    }

    /** Offset from the base of an integer parameter whose register was stored. */
    private int integerPlace(int which, int copies) {
        return which < cIntegers ? copies + 8 * which : registers.baseToCfa + (which - cIntegers);
    }

    private int floatPlace(int which, int copies) {
        return which < C_FLOATS
                ? copies + 8 * (cIntegers + which)
                : registers.baseToCfa + (which - C_FLOATS);
    }

    private static boolean isFloat(Type type) {
        return type == Type.F32 || type == Type.F64;
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

    private void storeParameterRegisters(int copies) {
        int base = registers.entryBase;
        for (int i = 0; i < cIntegers; i++) {
            store(registers.cParameters[i], base, copies + 8 * i);
        }
        for (int i = 0; i < C_FLOATS; i++) {
            storeValue(Type.F64, registers.cFloat + i, base, copies + 8 * (cIntegers + i));
        }
    }

    private void passToWasm(Type type, int location, CParameters c, int copies, boolean identity) {
        int base = registers.entryBase;
        if (isFloat(type)) {
            int from = c.nextFloat(type);
            if (from >= C_FLOATS || !identity) {
                loadParameter(type, location, base, floatPlace(from, copies));
            }
            return;
        }
        int from = c.nextInteger(type);
        if (type == Type.V128) {
            load(registers.pointer, base, integerPlace(from, copies));
            loadParameter(type, location, registers.pointer, 0);
        } else if (from >= cIntegers || !identity) {
            loadParameter(type, location, base, integerPlace(from, copies));
        } else if (type == Type.I32) {
            zeroExtend(location);
        }
    }

    /** Loads a value to where the callee expects it. */
    private void loadParameter(Type type, int location, int base, int place) {
        if (CallingConvention.isRegister(location)) {
            loadValue(type, location, base, place);
            return;
        }
        Type moved = type == Type.V128 ? type : type.bytes() == 4 ? Type.I32 : Type.I64;
        int scratch = type == Type.V128 ? registers.vector : registers.value;
        loadValue(moved, scratch, base, place);
        storeValue(
                type == Type.V128 ? type : Type.I64,
                scratch,
                registers.stackPointer,
                CallingConvention.offset(location));
    }

    /** Stores a result to memory at {@code base + place}; those in the buffer go through a scratch register. */
    private void storeResult(Type type, int location, int buffer, int base, int place) {
        int register = location;
        if (!CallingConvention.isRegister(location)) {
            register = type.inVectorRegister() ? registers.vector : registers.resultValue;
            loadValue(
                    type,
                    register,
                    registers.entryBase,
                    buffer + CallingConvention.offset(location));
        }
        storeValue(type, register, base, place);
    }

    // ---- host adapters ----

    /**
     * All parameters are stored below the base, 16 bytes each, and taken from there, so that their order does not matter; C's results
     * have cells of 16 bytes there too.
     */
    @Override
    public final CompiledFunction hostCall(int index, Signature signature, boolean scoped) {
        begin(signature, 0);
        enterHost();
        int values = allocate(16 * signature.parameterCount());
        int results = allocate(16 * signature.resultCount());
        int buffer = allocate(8);
        int scope = buffer + 8;
        int size = locals + cStackBytes(signature);
        allocateHost(size);
        if (size >= CHECKED_SIZE) {
            checkExit();
        }
        storeWasmParameters(signature, values);
        if (convention.bufferSize() != 0) {
            store(convention.bufferParameter(), registers.frameBase, buffer);
        }
        if (scoped) {
            beginScope(scope);
        }
        hostHandles(signature, values);
        passToC(signature, values, results);
        int failed = emission.buffer.newLabel();
        callHost(failed);
        hostWords(signature, results);
        if (scoped) {
            endScope(scope);
        }
        if (convention.bufferSize() != 0) {
            load(registers.pointer, registers.frameBase, buffer);
        }
        takeResults(signature, results);
        emission.unwind.rememberState(emission.buffer.size);
        leaveHost(convention.stackSize());
        emission.unwind.restoreState(emission.buffer.size);
        emission.buffer.bind(failed);
        raiseFromHost();
        emission.setParameterSize(convention.stackSize());
        return finish(index, RECORD_SIZE + size);
    }

    private int cStackBytes(Signature signature) {
        CParameters c = new CParameters();
        for (int i = 0; i < signature.parameterCount(); i++) {
            Type type = signature.parameter(i);
            if (isFloat(type)) {
                c.nextFloat(type);
            } else {
                c.nextInteger(type);
            }
        }
        for (int i = 0; i < signature.resultCount(); i++) {
            c.nextAddress();
        }
        return c.stackBytes();
    }

    private void storeWasmParameters(Signature signature, int values) {
        int base = registers.frameBase;
        for (int i = 0; i < signature.parameterCount(); i++) {
            Type type = signature.parameter(i);
            int location = convention.parameter(i);
            int place = values + 16 * i;
            if (CallingConvention.isRegister(location)) {
                storeValue(type, location, base, place);
                continue;
            }
            int incoming = RECORD_SIZE + CallingConvention.offset(location);
            int scratch = type == Type.V128 ? registers.vector : registers.pointer;
            Type copied = type == Type.V128 ? Type.V128 : Type.I64;
            loadValue(copied, scratch, base, incoming);
            storeValue(copied, scratch, base, place);
        }
    }

    private void passToC(Signature signature, int values, int results) {
        CParameters c = new CParameters();
        for (int i = 0; i < signature.parameterCount(); i++) {
            Type type = signature.parameter(i);
            int place = values + 16 * i;
            if (isFloat(type)) {
                passFloatToC(type, c.nextFloat(type), place);
            } else if (type == Type.V128) {
                passAddressToC(c.nextInteger(type), place);
            } else {
                passIntegerToC(type, c.nextInteger(type), place);
            }
        }
        for (int i = 0; i < signature.resultCount(); i++) {
            passAddressToC(c.nextAddress(), results + 16 * i);
        }
    }

    private void passFloatToC(Type type, int to, int place) {
        if (to < C_FLOATS) {
            loadValue(type, registers.cFloat + to, registers.frameBase, place);
        } else {
            Type moved = registers.cStack.moved(type);
            loadValue(moved, registers.value, registers.frameBase, place);
            storeValue(moved, registers.value, registers.stackPointer, to - C_FLOATS);
        }
    }

    private void passIntegerToC(Type type, int to, int place) {
        loadValue(type == Type.I32 ? type : Type.I64, integerOfC(to), registers.frameBase, place);
        passOnStack(registers.cStack.moved(type), to);
    }

    private void passAddressToC(int to, int place) {
        address(integerOfC(to), registers.frameBase, place);
        passOnStack(Type.I64, to);
    }

    private int integerOfC(int to) {
        return to < cIntegers ? registers.cParameters[to] : registers.value;
    }

    private void passOnStack(Type type, int to) {
        if (to >= cIntegers) {
            storeValue(type, registers.value, registers.stackPointer, to - cIntegers);
        }
    }

    private void takeResults(Signature signature, int results) {
        int base = registers.frameBase;
        for (int i = signature.resultCount() - 1; i >= 0; i--) {
            Type type = signature.result(i);
            int location = convention.result(i);
            if (!CallingConvention.isRegister(location)) {
                int scratch = type.inVectorRegister() ? registers.vector : registers.resultValue;
                loadValue(type, scratch, base, results + 16 * i);
                storeValue(type, scratch, registers.pointer, CallingConvention.offset(location));
            }
        }
        for (int i = 0; i < signature.resultCount(); i++) {
            if (CallingConvention.isRegister(convention.result(i))) {
                loadValue(signature.result(i), convention.result(i), base, results + 16 * i);
            }
        }
    }

    // ---- the runtime ----

    /** Notes a reference to a function that supports thunks. */
    protected final void supportAt(int at, int kind, int function, int addend) {
        emission.relocate(at, kind | Relocations.SUPPORT, function, addend);
    }
}
