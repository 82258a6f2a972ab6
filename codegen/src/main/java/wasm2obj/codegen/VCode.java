package wasm2obj.codegen;

import java.util.Arrays;
import wasm2obj.regalloc.AllocationInput;

/**
 * A function in machine instructions with virtual registers. What the allocator must know (operands, blocks, edges) is in
 * {@link #registers}; the columns here, parallel to its instructions, are what only the ISA's emitter reads.
 *
 * <p>Opcodes below {@link #FIRST_MACHINE_OPCODE} are common to all ISAs; the others belong to the ISA. Blocks are in layout
 * order and are the IR's blocks in its layout order.
 */
public final class VCode {
    /** Function entry: defines the parameters' registers. Emits nothing. */
    public static final int ENTRY = 0;

    /** Ends a block; goes on at its only successor. */
    public static final int JUMP = 1;

    /** Ends a block; traps with the kind in {@code aux}. */
    public static final int TRAP = 2;

    /** Ends a block; epilogue and return. Uses the results' registers. */
    public static final int RETURN = 3;

    /**
     * Begins a block that a throw leads to. All registers but those that find the frame hold anything, so the context is loaded from
     * the frame; that happens before the moves in front of this instruction.
     */
    public static final int LANDING = 4;

    /** Calls function {@code imm} of the module. Arguments and results are fixed operands; so for all calls. */
    public static final int CALL = 5;

    /** Calls an imported function through its record in the context, at offset {@code imm}. */
    public static final int CALL_IMPORT = 6;

    /** Calls the record in operand 0; a null traps with kind {@code aux}. */
    public static final int CALL_RECORD = 7;

    /**
     * Calls entry operand 0 of a constant table: its index and size are the halves of {@code imm} ({@link #pack}), the canonical
     * type is in {@code aux}.
     */
    public static final int CALL_TABLE = 8;

    /** Calls runtime function {@code imm} with the context as first C argument. */
    public static final int CALL_RUNTIME = 9;

    /** Moves the stack pointer {@code imm} bytes down for stack arguments. */
    public static final int ALLOCATE_ARGUMENTS = 10;

    /**
     * Checks the type identity of the record in operand 0, asking the runtime if it is another one. The halves of {@code imm} are the
     * context's offset of the identity and the type's index.
     */
    public static final int CHECK_SUBTYPE = 11;

    /** Ends a block: tail calls function {@code imm}. Stack arguments are the operands that are not fixed; so for all tail calls. */
    public static final int TAIL_CALL = 12;

    /** Ends a block: tail calls the record in operand 0; a null traps with kind {@code aux}. */
    public static final int TAIL_CALL_RECORD = 13;

    /** Ends a block: tail calls the entry operand 0 of a constant table, as {@link #CALL_TABLE}. */
    public static final int TAIL_CALL_TABLE = 14;

    /** Ends a block: edge 0 if the ISA's condition in {@code aux} holds, else edge 1. */
    public static final int BRANCH = 15;

    /** Traps with kind {@code imm} if the condition in {@code aux} holds. */
    public static final int TRAP_IF = 16;

    /** Ends a block: edge number {@code use}, 32 bits; the last edge if there is none. Further operands are the ISA's. */
    public static final int JUMP_TABLE = 17;

    /** Ends a block: the same by comparisons. */
    public static final int COMPARE_CHAIN = 18;

    /** {@code def} reuses operand 1; becomes operand 2 if the condition in {@code aux} holds. Floats and vectors. */
    public static final int MOVE_IF = 19;

    /** {@code def} is the register of the use: the value is seen as one of another type. Emits nothing. */
    public static final int AS_IS = 20;

    /** {@code def = } the float {@code use} as an integer; {@code aux} is a set of the flags that follow. */
    public static final int TRUNCATE = 21;

    public static final int FROM_F64 = 1;
    public static final int TO_I64 = 2;
    public static final int UNSIGNED = 4;
    public static final int SATURATING = 8;

    /**
     * Calls an entry of a table by the shared code with number {@code imm} ({@link TableCalls}); the entry's index is operand 0,
     * which is fixed. {@code aux}: whether that may leave the instance.
     */
    public static final int CALL_SHARED = 22;

    /** What an access's fault means, in an ISA's own form of {@code aux}: its kind follows from the address. 0: it cannot fault; others: a kind's code. */
    public static final int FAULTS = 255;

    /** The ISA's opcodes begin here. */
    public static final int FIRST_MACHINE_OPCODE = 32;

    /** The allocator's view: operands, blocks, edges. */
    public final AllocationInput registers = new AllocationInput();

    /** Constants that instructions refer to. */
    public final ConstantPool constants = new ConstantPool();

    public int[] opcodes = new int[256];
    public int[] auxs = new int[256];
    public long[] imms = new long[256];

    /** Byte offset in the module of the WebAssembly instruction. */
    public int[] sources = new int[256];

    /** Whether a call passes arguments on the stack: the frame pointer is needed. */
    public boolean passesStackArguments;

    /** Whether the stack pointer must be compared with the limit, however small the frame. */
    public boolean checksStack;

    /** Whether there is any call. */
    public boolean hasCalls;

    /** Whether a call may leave the instance: the context is kept in the frame. */
    public boolean leavesInstance;

    /** Whether there are handlers of exceptions. */
    public boolean hasHandlers;

    /** Bytes of the largest result buffer that a call needs. */
    public int resultBufferSize;

    /** Bytes of stack parameters that this function removes when it returns. */
    public int incomingStackSize;

    /** Bytes of the largest block of outgoing arguments of a tail call, beyond {@link #incomingStackSize}. */
    public int tailStackGrowth;

    /** Whether the blocks, in layout order, are out of line. */
    public boolean[] cold = new boolean[64];

    /** Two halves of 32 bits as an {@code imm}. */
    public static long pack(int high, int low) {
        return (long) high << 32 | low & 0xffff_ffffL;
    }

    /** The upper half of an {@code imm}. */
    public static int high(long imm) {
        return (int) (imm >> 32);
    }

    /** The lower half of an {@code imm}. */
    public static int low(long imm) {
        return (int) imm;
    }

    /** Empties everything. */
    public void reset() {
        registers.reset();
        constants.reset();
        passesStackArguments = false;
        hasCalls = false;
        leavesInstance = false;
        hasHandlers = false;
        resultBufferSize = 0;
        incomingStackSize = 0;
        tailStackGrowth = 0;
    }

    /** Adds the columns of the instruction that was ended last in {@link #registers}. */
    void add(int instruction, int opcode, int aux, long imm, int source) {
        if (instruction >= opcodes.length) {
            int size = 2 * instruction;
            opcodes = Arrays.copyOf(opcodes, size);
            auxs = Arrays.copyOf(auxs, size);
            imms = Arrays.copyOf(imms, size);
            sources = Arrays.copyOf(sources, size);
        }
        opcodes[instruction] = opcode;
        auxs[instruction] = aux;
        imms[instruction] = imm;
        sources[instruction] = source;
    }

    void setCold(int block, boolean isCold) {
        if (block >= cold.length) {
            cold = Arrays.copyOf(cold, 2 * block);
        }
        cold[block] = isCold;
    }
}
