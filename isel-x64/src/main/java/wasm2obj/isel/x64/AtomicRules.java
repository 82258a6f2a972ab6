package wasm2obj.isel.x64;

import wasm2obj.codegen.AtomicLowering;
import wasm2obj.ir.Type;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;

/**
 * Rules for atomic operations.
 *
 * <p>x86 keeps the order of all accesses but that of a store and a later load. So a sequentially consistent load is a plain one, and
 * what stores is a locked instruction, which is a full barrier (C's mapping of seq_cst on this architecture).
 *
 * <p>The table has the locked instructions in families of eight rows: {@code m, r} and then {@code m, imm}, each for 8, 16, 32 and 64
 * bits; {@code xchg}, {@code xadd} and {@code cmpxchg} have the first four only. A family is named by its first row.
 */
final class AtomicRules extends AtomicLowering<Matcher> {
    private static final int IMMEDIATE = 4;

    private final VCodeBuilder code;

    AtomicRules(Matcher match) {
        super(match);
        code = match.code;
    }

    // ---- loads and the fence ----

    @Override
    protected void load(int i) {
        match.address(i);
        int row =
                switch (width(i)) {
                    case 0 -> X64.MOVZX_R32_RM8;
                    case 1 -> X64.MOVZX_R32_RM16;
                    case 2 -> X64.MOV_R32_RM32;
                    default -> X64.MOV_R64_RM64;
                };
        code.unaryMemory(row, context.result(i));
    }

    /** {@code lock or [rsp], 0}: any locked instruction is a barrier, and this one is faster than {@code mfence}. */
    @Override
    protected void fence() {
        code.address.set(Op.OUTGOING, 0);
        code.toMemoryImmediate(X64.LOCK_OR_M32_IMM32, 0);
    }

    // ---- operations with one operand ----

    /** {@code xadd}, or {@code lock add} if nobody asks what was there. */
    @Override
    protected void add(int i) {
        if (context.hasReg(i)) {
            fetch(i, X64.LOCK_XADD_M8_R8, function.c(i));
        } else {
            modify(i, X64.LOCK_ADD_M8_R8);
        }
    }

    /** {@code lock sub}, or {@code xadd} of the negative. */
    @Override
    protected void subtract(int i) {
        if (!context.hasReg(i)) {
            modify(i, X64.LOCK_SUB_M8_R8);
            return;
        }
        boolean isLong = function.type(i) == Type.I64;
        int value = match.reg(function.c(i), isLong ? 3 : 2);
        int negative = code.newInteger();
        code.modify(isLong ? X64.NEG_RM64 : X64.NEG_RM32, negative, value);
        fetchInto(i, X64.LOCK_XADD_M8_R8, negative);
    }

    @Override
    protected void and(int i) {
        update(i, X64.LOCK_AND_M8_R8, IntegerRules.AND);
    }

    @Override
    protected void or(int i) {
        update(i, X64.LOCK_OR_M8_R8, IntegerRules.OR);
    }

    @Override
    protected void xor(int i) {
        update(i, X64.LOCK_XOR_M8_R8, IntegerRules.XOR);
    }

    /** Bitwise operations: a locked one, or a loop if somebody asks what was there. */
    private void update(int i, int lockedFamily, int family) {
        if (!context.hasReg(i)) {
            modify(i, lockedFamily);
            return;
        }
        int width = width(i);
        int value = match.reg(function.c(i), width);
        match.address(i);
        code.update(family + Math.max(width, 2), width, context.result(i), value);
    }

    /** {@code lock op [memory], x} */
    private void modify(int i, int family) {
        int width = width(i);
        int value = function.c(i);
        if (match.isImmediate(value, Math.min(width, match.width(value)))) {
            match.address(i);
            int immediate = MemoryRules.narrowed(match.immediate(value), width);
            code.toMemoryImmediate(family + IMMEDIATE + width, immediate);
        } else {
            int register = match.reg(value, width);
            match.address(i);
            code.toMemory(family + width, register);
        }
    }

    // ---- exchanges ----

    @Override
    protected void exchange(int i) {
        fetch(i, X64.XCHG_RM8_R8, function.c(i));
    }

    /** The result is what {@code xchg} or {@code xadd} leaves in the register, of which only the width counts. */
    private void fetch(int i, int family, int value) {
        fetchInto(i, family, match.reg(value, width(i)));
    }

    private void fetchInto(int i, int family, int register) {
        int width = width(i);
        boolean isExtended = width < 2;
        int old = isExtended ? code.newInteger() : context.result(i);
        match.address(i);
        code.exchange(family + width, old, register);
        if (isExtended) {
            extend(i, old, width);
        }
    }

    @Override
    protected void store(int i) {
        int register = match.reg(function.c(i), width(i));
        match.address(i);
        code.exchange(X64.XCHG_RM8_R8 + width(i), code.newInteger(), register);
    }

    /**
     * {@code cmpxchg}. If the values are equal it leaves rax alone, whose upper part is then the expected value's: it is
     * zero for an i32.
     */
    @Override
    protected void compareExchange(
            int i, int expectedValue, int replacementValue, int addressValue, int base) {
        int width = width(i);
        boolean isExtended = width < match.width(i) || width < 2;
        int expected = match.reg(expectedValue);
        int replacement = match.reg(replacementValue, width);
        int old = isExtended ? code.newInteger() : context.result(i);
        match.address(i, base, addressValue);
        code.address.addOperands(context);
        context.use(replacement);
        context.useFixed(expected, Register.RAX);
        context.defFixed(old, Register.RAX);
        code.emitClobbering(X64.LOCK_CMPXCHG_M8_R8 + width, true, 0);
        if (isExtended) {
            extend(i, old, width);
        }
    }

    /** Makes what was loaded the result: extends it without a sign. */
    private void extend(int i, int loaded, int width) {
        int row =
                switch (width) {
                    case 0 -> X64.MOVZX_R32_RM8;
                    case 1 -> X64.MOVZX_R32_RM16;
                    default -> X64.MOV_R32_RM32;
                };
        code.unary(row, context.result(i), loaded);
    }
}
