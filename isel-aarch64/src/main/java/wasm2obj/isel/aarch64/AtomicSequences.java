package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CodeSequences;
import wasm2obj.isel.aarch64.instruction.A64Atomics;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.Condition;

/** Loops of exclusive accesses, for processors without atomic instructions. Memories do not shrink: only the load faults. */
final class AtomicSequences extends CodeSequences<A64Assembler> {
    private static final int FRESH = A64Registers.ADDRESS;
    private static final int STATUS = A64Registers.SCRATCH;

    AtomicSequences(A64Assembler assembler) {
        super(assembler);
    }

    /** Whether the opcode is one of these; then it is emitted. */
    boolean instruction(int i, int opcode) {
        switch (opcode) {
            case Op.ATOMIC_UPDATE -> update(i);
            case Op.ATOMIC_EXCHANGE -> exchange(i);
            default -> {
                return false;
            }
        }
        return true;
    }

    /**
     * <pre>
     *   again: ldaxr  old, [address]
     *          op     x17, old, value
     *          stlxr  w16, x17, [address]
     *          cbnz   w16, again
     * </pre>
     */
    private void update(int i) {
        int width = emission.code().auxs[i];
        int op = (int) emission.code().imms[i];
        int old = emission.location(i, 0);
        int address = emission.location(i, 1);
        int value = emission.location(i, 2);
        int again = emission.buffer.newLabel();
        load(again, width, old, address);
        if (op != A64Atomics.SWP) {
            assembler.word(operation(op, width == 3 ? 1 : 0, old, value));
            value = FRESH;
        }
        store(again, width, value, address);
    }

    /** x17 = old op value, as the instructions of FEAT_LSE do it. */
    private static int operation(int op, int sf, int old, int value) {
        int lsl = A64Integer.LSL;
        return switch (op) {
            case A64Atomics.LDADD ->
                    A64Integer.addSubtractShifted(A64Integer.ADD, sf, FRESH, old, value, lsl, 0);
            case A64Atomics.LDCLR ->
                    A64Integer.logicalShifted(A64Integer.BIC, sf, FRESH, old, value, lsl, 0);
            case A64Atomics.LDSET ->
                    A64Integer.logicalShifted(A64Integer.ORR, sf, FRESH, old, value, lsl, 0);
            case A64Atomics.LDEOR ->
                    A64Integer.logicalShifted(A64Integer.EOR, sf, FRESH, old, value, lsl, 0);
            default -> throw new IllegalArgumentException("operation " + op);
        };
    }

    /**
     * <pre>
     *   again: ldaxr  old, [address]
     *          cmp    old, expected            as far as the width goes
     *          b.ne   done
     *          stlxr  w16, replacement, [address]
     *          cbnz   w16, again
     *   done:
     * </pre>
     */
    private void exchange(int i) {
        int width = emission.code().auxs[i];
        int old = emission.location(i, 0);
        int address = emission.location(i, 1);
        int expected = emission.location(i, 2);
        int replacement = emission.location(i, 3);
        int again = emission.buffer.newLabel();
        int done = emission.buffer.newLabel();
        load(again, width, old, address);
        assembler.word(compare(width, old, expected));
        assembler.jumpIf(Condition.NE, done);
        store(again, width, replacement, address);
        emission.buffer.bind(done);
    }

    /** What was loaded is zero-extended. */
    private static int compare(int width, int old, int expected) {
        int zr = A64Registers.ZR;
        return width < 2
                ? A64Integer.addSubtractExtended(
                        A64Integer.SUBS, 0, zr, old, expected, A64Integer.UXTB + width, 0)
                : A64Integer.addSubtractShifted(
                        A64Integer.SUBS, width - 2, zr, old, expected, A64Integer.LSL, 0);
    }

    private void load(int again, int width, int old, int address) {
        emission.buffer.bind(again);
        emission.noteSource();
        assembler.word(A64Atomics.loadExclusive(width, 1, old, address));
    }

    private void store(int again, int width, int value, int address) {
        assembler.word(A64Atomics.storeExclusive(width, 1, STATUS, value, address));
        assembler.jumpIf(Op.testRegister(2), STATUS, again);
    }
}
