package wasm2obj.isel.x64;

import wasm2obj.codegen.VCode;

/**
 * The opcodes of x86-64 in {@link VCode}, and how an instruction's {@code aux} and {@code imm} are read.
 *
 * <p><b>Rows.</b> {@link #ROW} + r is row r of the instruction table. Its operands for the allocator are those of the row in
 * the row's order: one that is only written is a definition; one that is read and written a definition that reuses the
 * use that follows it; a memory operand the base and then the index, as far as they are virtual registers. Registers that the
 * row does not name come behind. {@code aux} says what the row's memory operand is, {@code imm} has its displacement in the
 * upper half and the row's immediate in the lower one; where there is no memory operand all of it is the immediate.
 *
 * <pre>
 *   aux bits 0-3   mode of the memory operand, {@link #REGISTER} if it is not memory
 *   aux bit    4   it has an index
 *   aux bits 5-6   log2 of the index's factor
 *   aux bits 8-15  what a fault means: 0 cannot fault, {@link VCode#FAULTS} found by address, else a trap kind's code
 * </pre>
 *
 * <p><b>Sequences.</b> The other opcodes stand for several instructions, for those with labels or relocations, or for an effect on
 * the frame.
 */
final class Op {
    /** Modes of memory operands. A register or a spill slot, as the allocator decides. */
    static final int REGISTER = 0;

    /** A base in a virtual register. */
    static final int BASE = 1;

    /** The context is the base. */
    static final int CONTEXT = 2;

    /** No base. */
    static final int NO_BASE = 3;

    /** A frame slot of the IR; the displacement is its number. */
    static final int FRAME_SLOT = 4;

    /** The caller's result buffer area in this frame. */
    static final int RESULT_BUFFER = 5;

    /** Stack parameters of this function; displacement 0 is the CFA. */
    static final int INCOMING = 6;

    /** Stack arguments of the call that is being prepared; displacement 0 is the stack pointer. */
    static final int OUTGOING = 7;

    /** A constant in read-only data; the displacement is its number. */
    static final int CONSTANT = 8;

    static final int MODE_MASK = 15;
    static final int INDEXED = 1 << 4;
    static final int SCALE_SHIFT = 5;
    static final int FAULT_SHIFT = 8;

    /** {@code def = 0}; destroys flags. */
    static final int ZERO = VCode.FIRST_MACHINE_OPCODE;

    /** The same for a float. */
    static final int FLOAT_ZERO = ZERO + 14;

    /** {@code def = aux ? 1 : 0} for a condition of two flags; the definition reuses a zero. */
    static final int SET_TWO_FLAGS = ZERO + 5;

    /** {@code rdx = rax rem late use}, 32 or 64 bits by {@code aux}; the divisor is not zero. */
    static final int REM_S = ZERO + 6;

    /** {@code def = min or max} (imm 1) of operands 1, which it reuses, and 2; {@code aux} is their size. */
    static final int MIN_MAX = ZERO + 16;

    /** {@code def = use} as a float, by the row in {@code aux}, without waiting for the register's old value. */
    static final int CONVERT_INTEGER = ZERO + 17;

    /** {@code def = } the unsigned 64-bit {@code use} as a float of {@code aux} bytes. */
    static final int CONVERT_U64 = ZERO + 18;

    /**
     * Applies a row to memory atomically, with the last use but for rax, which is the definition: what was there. Operands
     * and {@code aux} as of a row with a memory operand; the immediate is the row for registers * 4 + width of the access.
     */
    static final int ATOMIC_UPDATE = ZERO + 23;

    /** {@code def} = all bits set. */
    static final int VECTOR_ONES = ZERO + 30;

    /** First opcode of table rows. */
    static final int ROW = 256;

    private Op() {}

    /** {@code imm} of a row with a memory operand. */
    static long pack(int displacement, int immediate) {
        return (long) displacement << 32 | immediate & 0xffff_ffffL;
    }

    static int displacement(long imm) {
        return (int) (imm >> 32);
    }

    static int immediate(long imm) {
        return (int) imm;
    }

    static int mode(int aux) {
        return aux & MODE_MASK;
    }

    static boolean isIndexed(int aux) {
        return (aux & INDEXED) != 0;
    }

    static int scale(int aux) {
        return aux >>> SCALE_SHIFT & 3;
    }

    static int fault(int aux) {
        return aux >>> FAULT_SHIFT & 255;
    }
}
