package wasm2obj.codegen;

import wasm2obj.ir.AliasSet;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;

/**
 * Rules for atomic operations, for all ISAs: which serves which opcode. All are sequentially consistent; an ISA has C's mapping.
 *
 * @param <M> the ISA's matcher
 */
public abstract class AtomicLowering<M extends ValueMatcher> extends SelectionRules<M> {
    /** Rules that ask the matcher for registers. */
    protected AtomicLowering(M match) {
        super(match);
    }

    /** One of the opcodes whose names begin with ATOMIC. */
    final void lower(int i, Opcode opcode) {
        switch (opcode) {
            case ATOMIC_LOAD -> load(i);
            case ATOMIC_STORE -> store(i);
            case ATOMIC_ADD -> add(i);
            case ATOMIC_SUB -> subtract(i);
            case ATOMIC_AND -> and(i);
            case ATOMIC_OR -> or(i);
            case ATOMIC_XOR -> xor(i);
            case ATOMIC_XCHG -> exchange(i);
            case ATOMIC_CMPXCHG -> compareExchange(i);
            case ATOMIC_FENCE -> fence();
            default -> throw new IllegalStateException("no rule for " + opcode);
        }
    }

    /** {@code cmpxchg expected, replacement, address} or the same with a base. */
    private void compareExchange(int i) {
        int operands = function.a(i);
        int base = function.b(i) > 3 ? function.pool(operands + 3) : Function.NONE;
        compareExchange(
                i,
                function.pool(operands),
                function.pool(operands + 1),
                function.pool(operands + 2),
                base);
    }

    /** log2 of the bytes that are accessed. */
    protected final int width(int i) {
        return AliasSet.width(function.aux(i));
    }

    protected abstract void load(int i);

    protected abstract void store(int i);

    protected abstract void add(int i);

    protected abstract void subtract(int i);

    protected abstract void and(int i);

    protected abstract void or(int i);

    protected abstract void xor(int i);

    protected abstract void exchange(int i);

    /** {@code base} may be NONE. */
    protected abstract void compareExchange(
            int i, int expected, int replacement, int address, int base);

    protected abstract void fence();
}
