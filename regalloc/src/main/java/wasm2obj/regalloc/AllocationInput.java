package wasm2obj.regalloc;

import java.util.Arrays;

/**
 * A machine function as an allocator sees it: ints only, no ISA, no IR.
 *
 * <p>The code is in SSA form: every virtual register has one definition that dominates its uses; values merge in block
 * parameters. Instructions are numbered in block layout order, blocks are consecutive ranges of instructions. No edge is
 * critical (from a block with several successors to one with several predecessors), so that moves for an edge have a
 * place: the end of a source with one successor (before its last instruction, which is the jump and has no operand), or the
 * start of a target with one predecessor. Branch arguments are given only on edges from blocks with one successor.
 *
 * <p>Filled by the code generator in order, with {@code begin*}, {@code add*}; one object serves a thread for all functions.
 * The arrays are shared with the allocator for speed and are valid up to the counts.
 */
public final class AllocationInput {
    /** No special meaning. */
    public static final int PLAIN = 0;

    /** The instruction is a register-to-register copy: operand 0 is the definition, operand 1 the use. */
    public static final int MOVE = 1;

    /** The instruction is a safepoint: live references must be in slots, and are reported in a stack map. */
    public static final int SAFEPOINT = 2;

    /** The operand-0 definition depends on nothing and can be repeated anywhere instead of being spilled. */
    public static final int REMATERIALIZABLE = 4;

    // Virtual registers.
    public int vregCount;
    public byte[] vregClasses = new byte[256];

    // Instructions.
    public int instructionCount;
    public byte[] flags = new byte[256];

    /** Registers that the instruction destroys beside its definitions, written late. */
    public long[] clobbers = new long[256];

    /** Operands of instruction i: {@code operands[operandStarts[i]]} up to {@code operandStarts[i + 1]}. */
    public int[] operandStarts = new int[257];

    public int operandCount;
    public long[] operands = new long[512];

    // Blocks.
    public int blockCount;

    /** Instructions of block b: {@code blockStarts[b]} up to {@code blockStarts[b + 1]}. */
    public int[] blockStarts = new int[65];

    /** Expected executions for each of the function's, &gt; 0. */
    public float[] frequencies = new float[64];

    /** Successors of block b: {@code successors[successorStarts[b]]} up to {@code successorStarts[b + 1]}. */
    public int[] successorStarts = new int[65];

    public int[] successors = new int[64];

    /** Predecessors of block b, in the same form. */
    public int[] predecessorStarts = new int[65];

    public int[] predecessors = new int[64];

    /** Parameters (virtual registers) of block b, in the same form. The entry block has none: arguments are FIXED definitions. */
    public int[] paramStarts = new int[65];

    public int[] params = new int[64];

    /** Arguments that block b, which then has one successor, passes to its successor's parameters; in the same form. */
    public int[] argumentStarts = new int[65];

    public int[] arguments = new int[64];

    /** By block, while predecessors are computed: who was seen to lead there last. */
    private int[] lastSources = new int[64];

    public int paramCount;
    public int argumentCount;
    public int successorCount;

    /** Empties everything. */
    public void reset() {
        vregCount = 0;
        instructionCount = 0;
        operandCount = 0;
        blockCount = 0;
        paramCount = 0;
        argumentCount = 0;
        successorCount = 0;
        operandStarts[0] = 0;
        blockStarts[0] = 0;
        paramStarts[0] = 0;
        argumentStarts[0] = 0;
        successorStarts[0] = 0;
        predecessorStarts[0] = 0;
    }

    /** Adds a virtual register of a class of {@link RegisterFile}. */
    public int addVreg(int vregClass) {
        if (vregCount == vregClasses.length) {
            vregClasses = Arrays.copyOf(vregClasses, 2 * vregCount);
        }
        vregClasses[vregCount] = (byte) vregClass;
        return vregCount++;
    }

    /** Adds an operand to the instruction that {@link #endInstruction} will finish. */
    public void addOperand(long operand) {
        if (operandCount == operands.length) {
            operands = Arrays.copyOf(operands, 2 * operandCount);
        }
        operands[operandCount++] = operand;
    }

    /** Ends the instruction whose operands were added; returns its number. */
    public int endInstruction(int instructionFlags, long clobbered) {
        if (instructionCount == flags.length) {
            int size = 2 * instructionCount;
            flags = Arrays.copyOf(flags, size);
            clobbers = Arrays.copyOf(clobbers, size);
            operandStarts = Arrays.copyOf(operandStarts, size + 1);
        }
        flags[instructionCount] = (byte) instructionFlags;
        clobbers[instructionCount] = clobbered;
        operandStarts[instructionCount + 1] = operandCount;
        return instructionCount++;
    }

    /** Adds a parameter to the block that {@link #endBlock} will finish. */
    public void addParam(int vreg) {
        if (paramCount == params.length) {
            params = Arrays.copyOf(params, 2 * paramCount);
        }
        params[paramCount++] = vreg;
    }

    /** Adds an argument of the current block to its only successor. */
    public void addArgument(int vreg) {
        if (argumentCount == arguments.length) {
            arguments = Arrays.copyOf(arguments, 2 * argumentCount);
        }
        arguments[argumentCount++] = vreg;
    }

    /** Adds a successor to the current block. */
    public void addSuccessor(int block) {
        if (successorCount == successors.length) {
            successors = Arrays.copyOf(successors, 2 * successorCount);
        }
        successors[successorCount++] = block;
    }

    /** Ends the block whose instructions, parameters, arguments and successors were added. */
    public void endBlock(float frequency) {
        if (blockCount == frequencies.length) {
            int size = 2 * blockCount;
            frequencies = Arrays.copyOf(frequencies, size);
            blockStarts = Arrays.copyOf(blockStarts, size + 1);
            successorStarts = Arrays.copyOf(successorStarts, size + 1);
            predecessorStarts = Arrays.copyOf(predecessorStarts, size + 1);
            paramStarts = Arrays.copyOf(paramStarts, size + 1);
            argumentStarts = Arrays.copyOf(argumentStarts, size + 1);
        }
        frequencies[blockCount] = frequency;
        blockCount++;
        blockStarts[blockCount] = instructionCount;
        paramStarts[blockCount] = paramCount;
        argumentStarts[blockCount] = argumentCount;
        successorStarts[blockCount] = successorCount;
    }

    /** Ends the function: computes predecessors from successors. A block that has several edges to another one is in its list once. */
    public void finish() {
        if (predecessors.length < successorCount) {
            predecessors = new int[successors.length];
        }
        if (lastSources.length < blockCount) {
            lastSources = new int[frequencies.length];
        }
        Arrays.fill(predecessorStarts, 0, blockCount + 1, 0);
        Arrays.fill(lastSources, 0, blockCount, -1);
        for (int b = 0; b < blockCount; b++) {
            for (int i = successorStarts[b]; i < successorStarts[b + 1]; i++) {
                if (lastSources[successors[i]] != b) {
                    lastSources[successors[i]] = b;
                    predecessorStarts[successors[i]]++;
                }
            }
        }
        int end = 0;
        for (int b = 0; b < blockCount; b++) {
            end += predecessorStarts[b];
            predecessorStarts[b] = end;
        }
        predecessorStarts[blockCount] = end;
        Arrays.fill(lastSources, 0, blockCount, -1);
        for (int b = blockCount - 1; b >= 0; b--) {
            for (int i = successorStarts[b + 1] - 1; i >= successorStarts[b]; i--) {
                if (lastSources[successors[i]] != b) {
                    lastSources[successors[i]] = b;
                    predecessors[--predecessorStarts[successors[i]]] = b;
                }
            }
        }
    }

    /** Class of a virtual register, see {@link RegisterFile}. */
    public int vregClass(int vreg) {
        return vregClasses[vreg];
    }
}
