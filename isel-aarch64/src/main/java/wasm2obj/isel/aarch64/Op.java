package wasm2obj.isel.aarch64;

import wasm2obj.codegen.VCode;

/**
 * The opcodes of AArch64 in {@link VCode}, and how an instruction's {@code aux} and {@code imm} are read.
 *
 * <p><b>Words.</b> Nearly every instruction is a {@link #WORD}: the encoders made it with the registers left 0, and {@code aux} says
 * which field of the word each operand's register goes to once it is known.
 *
 * <pre>
 *   aux bits  0-15  field of operands 0 to 3, four bits each: {@link #NO_FIELD}, {@link #D}, ...
 *   aux bits 16-23  what a fault means: 0 cannot fault, {@link VCode#FAULTS} found by address, else a trap kind's code
 *   imm             the word
 * </pre>
 *
 * <p><b>Sequences.</b> The other opcodes stand for several instructions, for those with labels or relocations, or for an access of the
 * frame, whose layout is not known yet.
 */
final class Op {
    /** Field: none. The operand is a use that a definition reuses. */
    static final int NO_FIELD = 0;

    /** Field: Rd, or Rt. */
    static final int D = 1;

    /** Field: Rn. */
    static final int N = 2;

    /** Field: Rm. */
    static final int M = 3;

    /** Field: Ra, or Rt2. */
    static final int A = 4;

    static final int FIELD_BITS = 4;
    static final int FIELD_MASK = 15;
    static final int FAULT_SHIFT = 16;

    /** One instruction. */
    static final int WORD = VCode.FIRST_MACHINE_OPCODE;

    /** {@code def =} the 64 bits in {@code imm}. */
    static final int IMMEDIATE = WORD + 1;

    /** {@code def =} constant number {@code imm} in read-only data, of {@code aux} bytes: 4, 8 or 16. */
    static final int CONSTANT = WORD + 2;

    /**
     * A load or store of operand 0, by the operation of {@link wasm2obj.isel.aarch64.instruction.A64Memory} in the lower half of
     * {@code imm}, at the place in the upper half, which counts from what {@code aux} says: {@link #FRAME_SLOT} and so on.
     */
    static final int FRAME_ACCESS = WORD + 3;

    /** {@code def =} the address of the result buffer in this frame. */
    static final int BUFFER_ADDRESS = WORD + 4;

    /** A frame slot of the IR; the place is its number. */
    static final int FRAME_SLOT = 0;

    /** The result buffer in this frame. */
    static final int RESULT_BUFFER = 1;

    /** Stack parameters of this function; place 0 is the CFA. */
    static final int INCOMING = 2;

    /** Stack arguments of the call that is being prepared; place 0 is the stack pointer. */
    static final int OUTGOING = 3;

    /** {@link VCode#BRANCH} on the register in operand 0, by the test in {@code aux}: {@link #testRegister}, {@link #testBit}. */
    static final int BRANCH_TEST = WORD + 6;

    /** {@link VCode#TRAP_IF} on the register in operand 0, by a test. */
    static final int TRAP_TEST = WORD + 8;

    /**
     * {@code early def =} what was at address {@code use 1}, where {@code old op use 2} is stored: an operation of {@link
     * wasm2obj.isel.aarch64.instruction.A64Atomics} in {@code imm}, on 2^{@code aux} bytes. A loop.
     */
    static final int ATOMIC_UPDATE = WORD + 14;

    /** {@code early def =} what was at address {@code use 1}, where {@code use 3} is stored if it equals {@code use 2}; otherwise the same. */
    static final int ATOMIC_EXCHANGE = WORD + 15;

    // Tests, as an aux: bit 0 whether the register or bit shall not be zero, bits 1-2 what is
    // tested,
    // bits 3-8 number of the bit.
    private static final int WHOLE_32 = 0;
    private static final int WHOLE_64 = 2;
    private static final int BIT = 4;
    private static final int BIT_SHIFT = 3;

    private Op() {}

    /** The test whether a register of 2^{@code width} bytes is not zero. */
    static int testRegister(int width) {
        return (width == 3 ? WHOLE_64 : WHOLE_32) | 1;
    }

    /** The test whether a bit is one. */
    static int testBit(int bit) {
        return BIT | bit << BIT_SHIFT | 1;
    }

    /** The test that holds when this one does not. */
    static int opposite(int test) {
        return test ^ 1;
    }

    static boolean isNonZero(int test) {
        return (test & 1) != 0;
    }

    static boolean isBit(int test) {
        return (test & BIT) != 0;
    }

    static boolean isWide(int test) {
        return (test & WHOLE_64) != 0;
    }

    static int bit(int test) {
        return test >>> BIT_SHIFT;
    }

    static int field(int aux, int operand) {
        return aux >>> FIELD_BITS * operand & FIELD_MASK;
    }

    static int fault(int aux) {
        return aux >>> FAULT_SHIFT & 255;
    }

    /** The register number in a field of a word. */
    static int inField(int field, int register) {
        return switch (field) {
            case D -> register;
            case N -> register << 5;
            case M -> register << 16;
            case A -> register << 10;
            default -> 0;
        };
    }
}
