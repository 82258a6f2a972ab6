package wasm2obj.unwind;

import java.util.Arrays;

/**
 * What one stretch of code (a function, or its cold part) does to its frame, in the order of the
 * code.
 *
 * <p>Whoever emits a prologue or an epilogue records here, beside each instruction that moves the
 * stack pointer or saves a register, how a debugger or unwinder finds the caller from then on. The
 * vocabulary is DWARF's call frame information: the CFA (canonical frame address, the caller's
 * stack pointer before the call) is a register plus an offset; each callee-saved register is where
 * it was or lies at a fixed offset from the CFA. The caller's stack pointer behind the call is the CFA,
 * unless the callee takes arguments off the stack. What holds at the first instruction is the {@link
 * CallFrameAbi}'s and is not recorded.
 *
 * <p>A code offset is a byte offset from the start of the stretch and says from which instruction
 * on the operation holds: the offset <em>behind</em> the instruction that caused it. Offsets never
 * descend. Registers are DWARF's numbers ({@link DwarfX64}, {@link DwarfAArch64}); CFA offsets are
 * bytes, negative for a slot below the CFA.
 *
 * <pre>{@code
 *   push rbp        ops.defCfaOffset(1, 16); ops.saved(1, DwarfX64.RBP, -16);
 *   sub  rsp, 32    ops.defCfaOffset(5, 48);
 *   ...
 *   add  rsp, 32    ops.rememberState(40); ops.defCfaOffset(40, 16);
 *   pop  rbp        ops.restored(41, DwarfX64.RBP); ops.defCfaOffset(41, 8);
 *   ret             ops.restoreState(42);              // what follows is a body again
 * }</pre>
 *
 * <p>The recording is three ints an operation in one array that grows and is {@link #reset}, so one
 * instance serves a worker thread for its life. It is not thread-safe.
 */
public final class UnwindOps {

    /**
     * What an operation does. Each has the meaning of the DW_CFA instruction that it is named
     * after.
     */
    public enum Kind {
        /** The CFA is {@code register + offset}. */
        DEF_CFA,
        /** The CFA is the same register plus {@code offset}. */
        DEF_CFA_OFFSET,
        /** The CFA is {@code register} plus the same offset. */
        DEF_CFA_REGISTER,
        /** The caller's value of {@code register} lies at {@code CFA + offset}. */
        SAVED,
        /** {@code register} again is as on entry. */
        RESTORED,
        /** The caller's stack pointer will be {@code CFA + offset}: DW_CFA_val_offset. */
        STACK_POINTER,
        /** Pushes the whole state. */
        REMEMBER_STATE,
        /** Pops the state of the matching {@link #REMEMBER_STATE}. */
        RESTORE_STATE,
        /** The return address begins or ceases to be signed. */
        NEGATE_SIGNED
    }

    /**
     * Maps code offsets when code moved within its stretch, such as when branches were shortened.
     */
    @FunctionalInterface
    public interface OffsetMapping {
        /**
         * The new place of what was at {@code codeOffset}. Monotone; asked in ascending order, so
         * an implementation may keep a cursor.
         */
        int map(int codeOffset);
    }

    private static final Kind[] KINDS = Kind.values();

    /** Ints per operation: code offset; kind and register; CFA offset. */
    private static final int STRIDE = 3;

    private static final int KIND_BITS = 4;
    private static final int KIND_MASK = (1 << KIND_BITS) - 1;

    private int[] ints = new int[16 * STRIDE];
    private int used;

    /** An empty recording. */
    public UnwindOps() {}

    /** Forgets all operations and keeps the room. */
    public void reset() {
        used = 0;
    }

    /** From {@code codeOffset} on the CFA is {@code register + cfaOffset}. */
    public void defCfa(int codeOffset, int register, int cfaOffset) {
        append(codeOffset, Kind.DEF_CFA, register, cfaOffset);
    }

    /** From {@code codeOffset} on the CFA is {@code cfaOffset} above its register. */
    public void defCfaOffset(int codeOffset, int cfaOffset) {
        append(codeOffset, Kind.DEF_CFA_OFFSET, 0, cfaOffset);
    }

    /** From {@code codeOffset} on the CFA's offset counts from {@code register}. */
    public void defCfaRegister(int codeOffset, int register) {
        append(codeOffset, Kind.DEF_CFA_REGISTER, register, 0);
    }

    /**
     * From {@code codeOffset} on the caller's value of {@code register} lies at {@code CFA +
     * offsetFromCfa}.
     */
    public void saved(int codeOffset, int register, int offsetFromCfa) {
        append(codeOffset, Kind.SAVED, register, offsetFromCfa);
    }

    /** From {@code codeOffset} on {@code register} holds the caller's value again. */
    public void restored(int codeOffset, int register) {
        append(codeOffset, Kind.RESTORED, register, 0);
    }

    /**
     * From {@code codeOffset} on the stack pointer that the caller goes on with is {@code CFA + offsetFromCfa}; 0 if nothing is
     * said.
     */
    public void stackPointer(int codeOffset, int offsetFromCfa) {
        append(codeOffset, Kind.STACK_POINTER, 0, offsetFromCfa);
    }

    /**
     * Remembers the state at {@code codeOffset}, usually at the first instruction of an epilogue
     * that more code follows.
     */
    public void rememberState(int codeOffset) {
        append(codeOffset, Kind.REMEMBER_STATE, 0, 0);
    }

    /**
     * From {@code codeOffset} on, usually behind an epilogue, the state is the one that was
     * remembered last.
     */
    public void restoreState(int codeOffset) {
        append(codeOffset, Kind.RESTORE_STATE, 0, 0);
    }

    /**
     * From {@code codeOffset} on the return address is signed with the CFA, or, if it was, is not
     * (AArch64's pointer authentication).
     */
    public void negateSigned(int codeOffset) {
        append(codeOffset, Kind.NEGATE_SIGNED, 0, 0);
    }

    /** A recording of the same operations that takes no more room than they need. */
    public UnwindOps copy() {
        UnwindOps copy = new UnwindOps();
        copy.ints = Arrays.copyOf(ints, Math.max(used, STRIDE));
        copy.used = used;
        return copy;
    }

    /** The number of operations. */
    public int size() {
        return used / STRIDE;
    }

    /** The code offset of operation {@code index}. */
    public int codeOffset(int index) {
        return ints[index * STRIDE];
    }

    /** What operation {@code index} does. */
    public Kind kind(int index) {
        return KINDS[ints[index * STRIDE + 1] & KIND_MASK];
    }

    /** The DWARF register of operation {@code index}, 0 if its kind has none. */
    public int register(int index) {
        return ints[index * STRIDE + 1] >>> KIND_BITS;
    }

    /** The CFA offset of operation {@code index} in bytes, 0 if its kind has none. */
    public int cfaOffset(int index) {
        return ints[index * STRIDE + 2];
    }

    /** Moves every operation to where {@code mapping} says. */
    public void remap(OffsetMapping mapping) {
        int previous = 0;
        for (int at = 0; at < used; at += STRIDE) {
            int mapped = mapping.map(ints[at]);
            if (mapped < previous) {
                throw new IllegalArgumentException(
                        "offset mapping descends at code offset " + ints[at]);
            }
            ints[at] = mapped;
            previous = mapped;
        }
    }

    private void append(int codeOffset, Kind kind, int register, int cfaOffset) {
        int at = used;
        if (codeOffset < 0 || (at > 0 && codeOffset < ints[at - STRIDE])) {
            throw new IllegalArgumentException(
                    "unwind operation at descending code offset " + codeOffset);
        }
        if (at + STRIDE > ints.length) {
            ints = Arrays.copyOf(ints, ints.length * 2);
        }
        ints[at] = codeOffset;
        ints[at + 1] = (register << KIND_BITS) | kind.ordinal();
        ints[at + 2] = cfaOffset;
        used = at + STRIDE;
    }
}
