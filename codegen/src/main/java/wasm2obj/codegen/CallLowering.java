package wasm2obj.codegen;

import java.util.Arrays;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.RuntimeFunction;
import wasm2obj.ir.Signature;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;
import wasm2obj.regalloc.AllocationInput;

/**
 * Rules for calls, entry and return, for all ISAs. An ISA adds how values are moved to and from the stack.
 *
 * <p>Register arguments and results are fixed operands of the call. Stack arguments are stored below the frame, in room that
 * exists from {@link VCode#ALLOCATE_ARGUMENTS} until the callee returns. Results that found no register are in the frame's result
 * buffer.
 *
 * @param <M> the ISA's matcher
 */
public abstract class CallLowering<M extends ValueMatcher> extends SelectionRules<M> {
    private final CallingConvention convention;
    private final CallRegisters abi;

    /** Registers of the arguments that are being passed, and their number. */
    private int[] registers = new int[32];

    private int argumentCount;

    /** The register with the callee's record or table index, or -1: operand 0 of the call. */
    private int callee = -1;

    /** Whether that has to be where shared code expects it. */
    private boolean isCalleeFixed;

    /** The register with the address of the frame's result buffer, or -1. */
    private int bufferAddress;

    /** Whether the call that is being lowered has a handler: for that, it destroys every register. */
    private boolean invoking;

    /** Holds the address where this function's further results go; -1 until a return needs it. */
    private int callersBuffer;

    /** Rules that use a convention of their own. */
    protected CallLowering(M match, CallingConvention convention, CallRegisters abi) {
        super(match);
        this.convention = convention;
        this.abi = abi;
    }

    @Override
    public void begin() {
        super.begin();
        callersBuffer = -1;
        invoking = false;
    }

    // ---- what the ISA adds ----

    /** Loads a stack parameter of this function, {@code offset} bytes above the CFA. */
    protected abstract void loadIncoming(Type type, int vreg, int offset);

    /** Stores a stack argument of the call that is being prepared, {@code offset} bytes above the stack pointer. */
    protected abstract void storeOutgoing(Type type, int offset, int vreg);

    /** Loads a result from this frame's result buffer. */
    protected abstract void loadBuffered(Type type, int vreg, int offset);

    /** Stores a result in the buffer at the address. */
    protected abstract void storeBuffered(Type type, int address, int offset, int vreg);

    /** Gives the register the address of this frame's result buffer. */
    protected abstract void bufferAddress(int vreg);

    /** Gives the register the address of a function record in the context. */
    protected abstract void recordAddress(int vreg, int offset);

    /**
     * Traps with BAD_SIGNATURE unless the record's type is the one at the context's offset; reading that of a null faults at the null
     * page, with INDIRECT_CALL_TO_NULL.
     */
    protected abstract void checkType(int record, int typeOffset);

    /** A call is lowered next. */
    protected void beforeCall() {}

    // ---- entry and return ----

    /** The ENTRY, and what brings stack parameters into registers. */
    public final void entry() {
        convention.assign(function.signature());
        context.code().incomingStackSize = convention.stackSize();
        for (int param = firstParam(); param != Function.NONE; param = nextParam(param)) {
            int location = convention.parameter((int) function.imm(param));
            if (context.hasReg(param) && CallingConvention.isRegister(location)) {
                context.defFixed(context.result(param), location);
            }
        }
        if (callersBuffer >= 0) {
            context.defFixed(callersBuffer, convention.bufferParameter());
        }
        context.emit(VCode.ENTRY, 0, 0);
        for (int param = firstParam(); param != Function.NONE; param = nextParam(param)) {
            int location = convention.parameter((int) function.imm(param));
            if (context.hasReg(param) && !CallingConvention.isRegister(location)) {
                loadIncoming(
                        function.type(param),
                        context.result(param),
                        CallingConvention.offset(location));
            }
        }
    }

    private int firstParam() {
        int first = function.first(function.firstBlock());
        return function.opcode(first) == Opcode.PARAM ? first : Function.NONE;
    }

    private int nextParam(int param) {
        int next = function.next(param);
        return function.opcode(next) == Opcode.PARAM ? next : Function.NONE;
    }

    /** {@code return}. */
    public final void returns(int i) {
        int first = function.a(i);
        int count = function.b(i);
        convention.assign(function.signature());
        askForRegisters(first, count);
        if (convention.bufferSize() != 0 && callersBuffer < 0) {
            callersBuffer = match.newInteger();
        }
        for (int n = 0; n < count; n++) {
            int location = convention.result(n);
            if (!CallingConvention.isRegister(location)) {
                storeBuffered(
                        function.signature().result(n),
                        callersBuffer,
                        CallingConvention.offset(location),
                        registers[n]);
            }
        }
        for (int n = 0; n < count; n++) {
            int location = convention.result(n);
            if (CallingConvention.isRegister(location)) {
                context.useFixed(registers[n], location);
            }
        }
        context.emit(VCode.RETURN, 0, 0);
    }

    private void askForRegisters(int first, int count) {
        reserve(count);
        for (int n = 0; n < count; n++) {
            registers[n] = match.argument(function.pool(first + n));
        }
    }

    private void reserve(int count) {
        if (registers.length < count) {
            registers = Arrays.copyOf(registers, 2 * count);
        }
    }

    // ---- calls ----

    private void call(int i) {
        int target = (int) function.imm(i);
        passArguments(match.module.signature(target), function.a(i), function.b(i));
        if (match.module.isImported(target)) {
            context.code().leavesInstance = true;
            finish(i, VCode.CALL_IMPORT, 0, match.layout.functionRecord(target));
        } else {
            finish(i, VCode.CALL, 0, target);
        }
    }

    /** The function reference is the first argument. */
    private void callReference(int i) {
        int reference = match.reg(function.pool(function.a(i)));
        passArguments(
                match.module.types()[(int) function.imm(i)], function.a(i) + 1, function.b(i) - 1);
        context.code().leavesInstance = true;
        callee = reference;
        finish(i, VCode.CALL_RECORD, function.aux(i), 0);
    }

    /** The table index is the first argument. */
    private void callIndirect(int i) {
        int type = (int) function.imm(i);
        int index = match.argument(function.pool(function.a(i)));
        passArguments(match.module.types()[type], function.a(i) + 1, function.b(i) - 1);
        callee = index;
        int table = function.aux(i);
        int canonical = match.module.canonicalTypes()[type];
        TableCalls shared = context.tableCalls();
        boolean isConstant = match.module.tables()[table].constant();
        if (!isConstant || shared.isShared(table, canonical, context.frequency(i))) {
            isCalleeFixed = true;
            context.code().leavesInstance |= !isConstant;
            finish(i, VCode.CALL_SHARED, isConstant ? 0 : 1, shared.number(table, canonical));
            return;
        }
        int size = (int) match.module.tables()[table].minimum();
        finish(i, VCode.CALL_TABLE, canonical, VCode.pack(table, size));
    }

    /** Stores the stack arguments, and remembers the register arguments for {@link #finish}. */
    private void passArguments(Signature signature, int first, int count) {
        convention.assign(signature);
        askForRegisters(first, count);
        argumentCount = count;
        VCode vcode = context.code();
        vcode.hasCalls = true;
        if (convention.stackSize() != 0) {
            vcode.passesStackArguments = true;
            context.emit(VCode.ALLOCATE_ARGUMENTS, 0, convention.stackSize());
        }
        for (int n = 0; n < count; n++) {
            int location = convention.parameter(n);
            if (!CallingConvention.isRegister(location)) {
                storeOutgoing(
                        signature.parameter(n), CallingConvention.offset(location), registers[n]);
            }
        }
        bufferAddress = -1;
        if (convention.bufferSize() != 0) {
            vcode.resultBufferSize = Math.max(vcode.resultBufferSize, convention.bufferSize());
            bufferAddress = match.newInteger();
            bufferAddress(bufferAddress);
        }
    }

    /** Emits the call and fetches its results. */
    private void finish(int i, int opcode, int aux, long imm) {
        if (isCalleeFixed) {
            context.useFixed(callee, abi.callee());
        } else if (callee >= 0) {
            context.use(callee);
        }
        callee = -1;
        isCalleeFixed = false;
        for (int n = 0; n < argumentCount; n++) {
            int location = convention.parameter(n);
            if (CallingConvention.isRegister(location)) {
                context.useFixed(registers[n], location);
            }
        }
        if (bufferAddress >= 0) {
            context.useFixed(bufferAddress, convention.bufferParameter());
        }
        long clobbers = clobbers();
        for (int value = firstResult(i); value != Function.NONE; value = nextResult(value)) {
            int location = convention.result(resultNumber(value));
            if (context.hasReg(value) && CallingConvention.isRegister(location)) {
                context.defFixed(context.result(value), location);
                clobbers &= ~(1L << location);
            }
        }
        context.emit(opcode, aux, imm, AllocationInput.SAFEPOINT, clobbers);
        if (!invoking) {
            fetchResults(i);
        }
    }

    private long clobbers() {
        return abi.clobbers() | (invoking ? abi.calleeSaved() : 0);
    }

    /** Loads the results that are in the buffer. */
    private void fetchResults(int call) {
        for (int value = firstResult(call); value != Function.NONE; value = nextResult(value)) {
            int location = convention.result(resultNumber(value));
            if (context.hasReg(value) && !CallingConvention.isRegister(location)) {
                loadBuffered(
                        function.type(value),
                        context.result(value),
                        CallingConvention.offset(location));
            }
        }
    }

    /** The call itself is its first result, if it has any. */
    private int firstResult(int call) {
        return function.type(call) == Type.VOID ? Function.NONE : call;
    }

    private int nextResult(int value) {
        int next = function.next(value);
        return next != Function.NONE && function.opcode(next) == Opcode.RESULT
                ? next
                : Function.NONE;
    }

    private int resultNumber(int value) {
        return function.opcode(value) == Opcode.RESULT ? (int) function.imm(value) : 0;
    }

    // ---- calls with a handler ----

    /** {@code invoke} and the call before it. */
    public final void invoke(int i) {
        int call = context.invokedCall(i);
        invoking = true;
        lower(call);
        invoking = false;
    }

    /** Any call. */
    public final void lower(int call) {
        beforeCall();
        switch (function.opcode(call)) {
            case CALL -> call(call);
            case CALL_INDIRECT -> callIndirect(call);
            case CALL_REF -> callReference(call);
            default -> callRuntime(call);
        }
    }

    /** At the start of the block that an invoked call returns to. */
    public final void arrive(int invoke) {
        int call = context.invokedCall(invoke);
        int imm = (int) function.imm(call);
        switch (function.opcode(call)) {
            case CALL -> convention.assign(match.module.signature(imm));
            case CALL_INDIRECT, CALL_REF -> convention.assign(match.module.types()[imm]);
            default -> {
                return;
            }
        }
        fetchResults(call);
    }

    // ---- tail calls ----

    /** {@code return_call f}; an imported function as {@code return_call_ref} of its record. */
    public final void returnCall(int i) {
        int target = (int) function.imm(i);
        Signature signature = match.module.signature(target);
        if (match.module.isImported(target)) {
            int record = match.newInteger();
            recordAddress(record, match.layout.functionRecord(target));
            askForRegisters(function.a(i), function.b(i));
            context.useFixed(record, abi.callee());
            int kind = TrapKind.NULL_REFERENCE.code();
            finishTailCall(signature, function.b(i), VCode.TAIL_CALL_RECORD, kind, 0);
        } else {
            askForRegisters(function.a(i), function.b(i));
            finishTailCall(signature, function.b(i), VCode.TAIL_CALL, 0, target);
        }
    }

    /** {@code return_call_ref}. */
    public final void returnCallReference(int i) {
        int type = (int) function.imm(i);
        tailCallFirst(i, type, VCode.TAIL_CALL_RECORD, function.aux(i), 0);
    }

    /** {@code return_call_indirect}. */
    public final void returnCallIndirect(int i) {
        int type = (int) function.imm(i);
        int table = function.aux(i);
        int size = (int) match.module.tables()[table].minimum();
        int canonical = match.module.canonicalTypes()[type];
        tailCallFirst(i, type, VCode.TAIL_CALL_TABLE, canonical, VCode.pack(table, size));
    }

    /** The first argument says whom to call. */
    private void tailCallFirst(int i, int type, int opcode, int aux, long imm) {
        int first = match.reg(function.pool(function.a(i)));
        int count = function.b(i) - 1;
        askForRegisters(function.a(i) + 1, count);
        context.useFixed(first, abi.callee());
        finishTailCall(match.module.types()[type], count, opcode, aux, imm);
    }

    /** The callee's results are this function's, so they go into the same buffer, if there is one. */
    private void finishTailCall(Signature signature, int count, int opcode, int aux, long imm) {
        convention.assign(signature);
        if (convention.bufferSize() != 0) {
            if (callersBuffer < 0) {
                callersBuffer = match.newInteger();
            }
            context.useFixed(callersBuffer, convention.bufferParameter());
        }
        for (int n = 0; n < count; n++) {
            int location = convention.parameter(n);
            if (CallingConvention.isRegister(location)) {
                context.useFixed(registers[n], location);
            }
        }
        for (int n = 0; n < count; n++) {
            if (!CallingConvention.isRegister(convention.parameter(n))) {
                context.code().passesStackArguments = true;
                context.useAny(registers[n]);
            }
        }
        context.emit(opcode, aux, imm);
    }

    // ---- the runtime ----

    /** {@code call_runtime}: C's convention, the context first. */
    private void callRuntime(int i) {
        int which = (int) function.imm(i);
        int count = function.b(i);
        reserve(count);
        for (int n = 0; n < count; n++) {
            registers[n] = match.reg(function.pool(function.a(i) + n));
        }
        RuntimeFunction runtime = RuntimeFunction.of(which);
        int integers = 1;
        int vectors = 0;
        for (int n = 0; n < count; n++) {
            int register =
                    runtime.parameter(n).inVectorRegister()
                            ? abi.cFloat() + vectors++
                            : abi.cParameters()[integers++];
            context.useFixed(registers[n], register);
        }
        emitRuntimeCall(i, runtime.result(), which);
    }

    private void emitRuntimeCall(int i, Type result, long which) {
        context.code().hasCalls = true;
        long clobbers = clobbers();
        if (result != Type.VOID) {
            int register = result.inVectorRegister() ? abi.cFloat() : abi.cResult();
            context.defFixed(context.result(i), register);
            clobbers &= ~(1L << register);
        }
        int flags =
                RuntimeFunction.of((int) which).mayCollect()
                        ? AllocationInput.SAFEPOINT
                        : AllocationInput.PLAIN;
        context.emit(VCode.CALL_RUNTIME, 0, which, flags, clobbers);
    }

    /** A pure operation on one float that the CPU has no instruction for. */
    public final void callRuntimeUnary(int i, RuntimeFunction which) {
        context.useFixed(context.reg(function.a(i)), abi.cFloat());
        emitRuntimeCall(i, which.result(), which.ordinal());
    }

    // ---- signatures ----

    /** {@code check_signature f}: compares type identities. Only a type that may have subtypes asks the runtime when they differ. */
    public final void checkSignature(int i) {
        int reference = match.reg(function.a(i));
        int type = (int) function.imm(i);
        if (match.module.finalTypes()[type]) {
            checkType(reference, match.layout.type(type));
            return;
        }
        context.code().hasCalls = true;
        context.useFixed(reference, abi.cParameters()[1]);
        context.emit(
                VCode.CHECK_SUBTYPE,
                0,
                VCode.pack(match.layout.type(type), type),
                AllocationInput.PLAIN,
                abi.clobbers());
    }
}
