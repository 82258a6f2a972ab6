package wasm2obj.codegen;

import java.util.Arrays;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;

/**
 * Machine instructions in the order in which selection makes them, numbered from 0 on, until the {@link VCode} gets them. That is the
 * function backwards, but for groups: what is made for one IR instruction is made in the order of execution.
 */
final class MadeInstructions {
    /** Opcode of an instruction that has been taken back. */
    private static final int DROPPED = -1;

    private int count;
    private int[] opcodes = new int[256];
    private int[] auxs = new int[256];
    private long[] imms = new long[256];
    private int[] sources = new int[256];
    private byte[] flags = new byte[256];
    private long[] clobbers = new long[256];
    private int[] operandStarts = new int[257];
    private long[] operands = new long[512];
    private int operandCount;

    /** The function backwards. */
    private int[] order = new int[256];

    void reset() {
        count = 0;
        operandCount = 0;
        operandStarts[0] = 0;
    }

    /** Number of instructions made so far; the last one has the number below. */
    int count() {
        return count;
    }

    /** Adds an operand (see {@link Operand}) to the instruction that is made next. */
    void operand(long operand) {
        if (operandCount == operands.length) {
            operands = Arrays.copyOf(operands, 2 * operandCount);
        }
        operands[operandCount++] = operand;
    }

    /** Makes an instruction of the operands added since the last one. */
    void add(int opcode, int aux, long imm, int source, int instructionFlags, long clobbered) {
        if (count == opcodes.length) {
            grow();
        }
        opcodes[count] = opcode;
        auxs[count] = aux;
        imms[count] = imm;
        sources[count] = source;
        flags[count] = (byte) instructionFlags;
        clobbers[count] = clobbered;
        order[count] = count;
        count++;
        operandStarts[count] = operandCount;
    }

    private void grow() {
        int size = 2 * count;
        opcodes = Arrays.copyOf(opcodes, size);
        auxs = Arrays.copyOf(auxs, size);
        imms = Arrays.copyOf(imms, size);
        sources = Arrays.copyOf(sources, size);
        flags = Arrays.copyOf(flags, size);
        clobbers = Arrays.copyOf(clobbers, size);
        operandStarts = Arrays.copyOf(operandStarts, size + 1);
        order = Arrays.copyOf(order, size);
    }

    /** Takes back an instruction, by its number. */
    void drop(int instruction) {
        opcodes[instruction] = DROPPED;
    }

    /** Ends the group of instructions made from {@code group} on: they are executed in the order they were made. */
    void endGroup(int group) {
        for (int low = group, high = count - 1; low < high; low++, high--) {
            int swapped = order[low];
            order[low] = order[high];
            order[high] = swapped;
        }
    }

    /** Copies those that were made from {@code from} on and before {@code to}, in the order of execution. */
    void copy(int from, int to, VCode code) {
        for (int at = to - 1; at >= from; at--) {
            if (opcodes[order[at]] != DROPPED) {
                copy(order[at], code);
            }
        }
    }

    private void copy(int which, VCode code) {
        AllocationInput registers = code.registers;
        for (int o = operandStarts[which]; o < operandStarts[which + 1]; o++) {
            registers.addOperand(operands[o]);
        }
        int number = registers.endInstruction(flags[which], clobbers[which]);
        code.add(number, opcodes[which], auxs[which], imms[which], sources[which]);
    }
}
