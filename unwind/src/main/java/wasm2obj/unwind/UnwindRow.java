package wasm2obj.unwind;

import java.util.Arrays;

/**
 * One row of the table that {@link UnwindOps} describe: how to find the caller's frame at one
 * instruction.
 *
 * <p>A row starts as a {@link CallFrameAbi}'s state on entry and is moved forward through a
 * recording. One instance is reused.
 */
public final class UnwindRow {

    /** DWARF register numbers are below this: AArch64's v31 is 95. */
    private static final int REGISTERS = 96;

    /** A slot's offset that no slot has. */
    private static final int NOT_SAVED = Integer.MIN_VALUE;

    /** Ints a remembered state takes: CFA register, CFA offset, stack pointer, whether signed, slots. */
    private static final int STATE = 4 + REGISTERS;

    private final CallFrameAbi abi;
    private int cfaRegister;
    private int cfaOffset;
    private int stackPointer;
    private boolean signed;
    private final int[] slots = new int[REGISTERS];
    private int[] remembered = new int[STATE];
    private int depth;

    /** The row at the first instruction of a function. */
    public UnwindRow(CallFrameAbi abi) {
        this.abi = abi;
        enter();
    }

    /** Goes back to the first instruction of a function. */
    public void enter() {
        depth = 0;
        cfaRegister = abi.stackPointer();
        cfaOffset = abi.entryCfaOffset();
        stackPointer = 0;
        signed = false;
        Arrays.fill(slots, NOT_SAVED);
        if (abi.returnAddressOnStack()) {
            slots[abi.returnAddressRegister()] = -abi.entryCfaOffset();
        }
    }

    /**
     * The row of the instruction at {@code codeOffset}: {@link #enter}, then every operation up to
     * and with that offset.
     */
    public void seek(UnwindOps ops, int codeOffset) {
        enter();
        for (int i = 0; i < ops.size() && ops.codeOffset(i) <= codeOffset; i++) {
            apply(ops, i);
        }
    }

    /** Applies operation {@code index} of {@code ops}. */
    public void apply(UnwindOps ops, int index) {
        switch (ops.kind(index)) {
            case DEF_CFA -> {
                cfaRegister = ops.register(index);
                cfaOffset = ops.cfaOffset(index);
            }
            case DEF_CFA_OFFSET -> cfaOffset = ops.cfaOffset(index);
            case DEF_CFA_REGISTER -> cfaRegister = ops.register(index);
            case SAVED -> slots[ops.register(index)] = ops.cfaOffset(index);
            case RESTORED -> slots[ops.register(index)] = NOT_SAVED;
            case STACK_POINTER -> stackPointer = ops.cfaOffset(index);
            case REMEMBER_STATE -> push();
            case RESTORE_STATE -> pop();
            case NEGATE_SIGNED -> signed = !signed;
        }
    }

    /** The register that the CFA counts from. */
    public int cfaRegister() {
        return cfaRegister;
    }

    /** The CFA's distance from its register in bytes. */
    public int cfaOffset() {
        return cfaOffset;
    }

    /** What the stack pointer that the caller goes on with lies above the CFA, in bytes. */
    public int stackPointer() {
        return stackPointer;
    }

    /** Whether the return address is signed with the CFA. */
    public boolean isSigned() {
        return signed;
    }

    /** Whether the caller's value of {@code register} lies in the frame. */
    public boolean isSaved(int register) {
        return slots[register] != NOT_SAVED;
    }

    /** Where the caller's value of a saved {@code register} lies, in bytes from the CFA. */
    public int savedOffset(int register) {
        return slots[register];
    }

    /** How many registers lie in the frame, a return address on the stack among them. */
    public int savedCount() {
        int count = 0;
        for (int slot : slots) {
            count += slot == NOT_SAVED ? 0 : 1;
        }
        return count;
    }

    /**
     * Records at {@code codeOffset} the operations that lead from a function's entry to this row:
     * how a cold part begins that the body jumps to with its frame set up.
     */
    public void recordInto(UnwindOps ops, int codeOffset) {
        ops.defCfa(codeOffset, cfaRegister, cfaOffset);
        if (stackPointer != 0) {
            ops.stackPointer(codeOffset, stackPointer);
        }
        if (signed) {
            ops.negateSigned(codeOffset);
        }
        int returnAddress = abi.returnAddressOnStack() ? abi.returnAddressRegister() : -1;
        for (int register = 0; register < REGISTERS; register++) {
            if (slots[register] != NOT_SAVED && register != returnAddress) {
                ops.saved(codeOffset, register, slots[register]);
            }
        }
    }

    private void push() {
        int at = depth * STATE;
        if (at == remembered.length) {
            remembered = Arrays.copyOf(remembered, at * 2);
        }
        remembered[at] = cfaRegister;
        remembered[at + 1] = cfaOffset;
        remembered[at + 2] = stackPointer;
        remembered[at + 3] = signed ? 1 : 0;
        System.arraycopy(slots, 0, remembered, at + 4, REGISTERS);
        depth++;
    }

    private void pop() {
        if (depth == 0) {
            throw new IllegalStateException("unwind state restored that was not remembered");
        }
        depth--;
        int at = depth * STATE;
        cfaRegister = remembered[at];
        cfaOffset = remembered[at + 1];
        stackPointer = remembered[at + 2];
        signed = remembered[at + 3] != 0;
        System.arraycopy(remembered, at + 4, slots, 0, REGISTERS);
    }
}
