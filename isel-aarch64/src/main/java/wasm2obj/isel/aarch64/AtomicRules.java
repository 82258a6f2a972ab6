package wasm2obj.isel.aarch64;

import wasm2obj.codegen.AtomicLowering;
import wasm2obj.isel.aarch64.instruction.A64Atomics;
import wasm2obj.isel.aarch64.instruction.A64Branches;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.Feature;
import wasm2obj.regalloc.Operand;

/**
 * Rules for atomic operations: C's mapping of seq_cst on this architecture.
 *
 * <p>ldar and stlr are ordered among themselves, which makes loads and stores sequentially consistent. What loads and stores acquires and
 * releases: one instruction where the processor has FEAT_LSE, else a loop of ldaxr and stlxr, which is one machine instruction to the
 * allocator, since no access of memory may come in between.
 */
final class AtomicRules extends AtomicLowering<Matcher> {
    private final MemoryRules memory;
    private final WordBuilder code;
    private final boolean hasLse;

    AtomicRules(Matcher match, MemoryRules memory, int features) {
        super(match);
        this.memory = memory;
        code = match.code;
        hasLse = Feature.has(features, Feature.LSE);
    }

    /** A register of the value, of which the width counts. */
    private int register(int value, int width) {
        return match.isConstant(value, 0) ? WordBuilder.ZERO : match.reg(value, width);
    }

    // ---- loads and stores ----

    @Override
    protected void load(int i) {
        memory.address(i, width(i));
        int address = memory.addressRegister();
        code.start(A64Atomics.loadAcquire(width(i), 0, 0))
                .define(context.result(i), Op.D)
                .use(address, Op.N);
        memory.emitAccess();
    }

    @Override
    protected void store(int i) {
        int value = register(function.c(i), width(i));
        memory.address(i, width(i));
        int address = memory.addressRegister();
        code.start(A64Atomics.storeRelease(width(i), 0, 0)).use(value, Op.D).use(address, Op.N);
        memory.emitAccess();
    }

    // ---- operations with one operand ----

    @Override
    protected void add(int i) {
        update(i, A64Atomics.LDADD);
    }

    @Override
    protected void or(int i) {
        update(i, A64Atomics.LDSET);
    }

    @Override
    protected void xor(int i) {
        update(i, A64Atomics.LDEOR);
    }

    @Override
    protected void exchange(int i) {
        update(i, A64Atomics.SWP);
    }

    private void update(int i, int op) {
        update(i, op, register(function.c(i), width(i)));
    }

    /** Adds the negative. */
    @Override
    protected void subtract(int i) {
        int value = function.c(i);
        int negative = match.newInteger();
        if (match.isConstant(value)) {
            code.constant(negative, -match.signed(value));
        } else {
            int word =
                    A64Integer.addSubtractShifted(
                            A64Integer.SUB, sf(i), 0, A64Registers.ZR, 0, A64Integer.LSL, 0);
            code.dm(word, negative, match.reg(value, width(i)));
        }
        update(i, A64Atomics.LDADD, negative);
    }

    /** Clears the bits of the complement. */
    @Override
    protected void and(int i) {
        int value = function.c(i);
        int complement = match.newInteger();
        if (match.isConstant(value)) {
            code.constant(complement, ~match.signed(value));
        } else {
            int word =
                    A64Integer.logicalShifted(
                            A64Integer.ORN, sf(i), 0, A64Registers.ZR, 0, A64Integer.LSL, 0);
            code.dm(word, complement, match.reg(value, width(i)));
        }
        update(i, A64Atomics.LDCLR, complement);
    }

    private int sf(int i) {
        return width(i) == 3 ? 1 : 0;
    }

    /** What was there is zero-extended. */
    private void update(int i, int op, int value) {
        int width = width(i);
        memory.address(i, width);
        int address = memory.addressRegister();
        if (hasLse) {
            code.start(A64Atomics.atomic(op, width, 1, 1, 0, 0, 0))
                    .define(context.result(i), Op.D)
                    .use(value, Op.M)
                    .use(address, Op.N);
            memory.emitAccess();
            return;
        }
        int operand = virtual(value);
        beginLoop(i, virtual(address));
        context.use(operand);
        context.emit(Op.ATOMIC_UPDATE, width, op);
    }

    /** The result is written while other operands are still needed. */
    private void beginLoop(int i, int address) {
        context.operand(Operand.earlyDefinition(context.result(i), Operand.REGISTER, 0));
        context.use(address);
    }

    /** A virtual register for what may be one of {@link WordBuilder}'s stand-ins. */
    private int virtual(int register) {
        if (register >= 0) {
            return register;
        }
        int copy = match.newInteger();
        if (register == WordBuilder.ZERO) {
            code.constant(copy, 0);
        } else {
            code.dm(A64Integer.move(1, 0, 0), copy, register);
        }
        return copy;
    }

    // ---- compare and exchange ----

    /** cas has the expected value where it puts what was there. */
    @Override
    protected void compareExchange(
            int i, int expectedValue, int replacementValue, int addressValue, int base) {
        int width = width(i);
        int expected = match.reg(expectedValue, width);
        int replacement = register(replacementValue, width);
        memory.address(i, addressValue, base, width);
        int address = memory.addressRegister();
        if (hasLse) {
            code.start(A64Atomics.compareAndSwap(width, 1, 1, 0, 0, 0))
                    .modify(context.result(i), expected, Op.M)
                    .use(replacement, Op.D)
                    .use(address, Op.N);
            memory.emitAccess();
            return;
        }
        int stored = virtual(replacement);
        beginLoop(i, virtual(address));
        context.use(expected);
        context.use(stored);
        context.emit(Op.ATOMIC_EXCHANGE, width, 0);
    }

    @Override
    protected void fence() {
        code.start(A64Branches.dmb(A64Branches.ISH)).emit();
    }
}
