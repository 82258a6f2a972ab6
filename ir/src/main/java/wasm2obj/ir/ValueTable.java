package wasm2obj.ir;

import java.util.Arrays;

/**
 * A hash table of instructions by what they compute: opcode, type, operands and immediates, but not their place. Operands
 * of commutative opcodes match in either order.
 *
 * <p>Open addressing over two int arrays. A slot counts only if its stamp is the present generation's, so that emptying
 * the table takes constant time.
 */
final class ValueTable {
    private static final int INITIAL_SIZE = 256;

    private Function function;
    private int[] instructions = new int[INITIAL_SIZE];
    private int[] stamps = new int[INITIAL_SIZE];
    private int generation;
    private int count;

    /** Where the last {@link #find} ended. */
    private int slot;

    /** Empties the table, for instructions of the given function. */
    void reset(Function function) {
        this.function = function;
        clear();
    }

    /** Empties the table. */
    void clear() {
        count = 0;
        if (++generation == 0) {
            Arrays.fill(stamps, 0);
            generation = 1;
        }
    }

    /** The instruction of the table that computes this, or NONE. */
    int find(Opcode op, Type type, int a, int b, int c, long imm, int aux) {
        int mask = instructions.length - 1;
        int at = hash(op, type, a, b, c, imm, aux) & mask;
        while (stamps[at] == generation) {
            int found = instructions[at];
            if (matches(found, op, type, a, b, c, imm, aux)) {
                slot = at;
                return found;
            }
            at = at + 1 & mask;
        }
        slot = at;
        return Function.NONE;
    }

    /** Enters an instruction where the last {@link #find}, which was for what it computes, ended. */
    void put(int instruction) {
        if (stamps[slot] != generation) {
            stamps[slot] = generation;
            count++;
        }
        instructions[slot] = instruction;
        if (2 * count > instructions.length) {
            grow();
        }
    }

    private boolean matches(
            int found, Opcode op, Type type, int a, int b, int c, long imm, int aux) {
        Function f = function;
        if (f.opcode(found) != op
                || f.type(found) != type
                || f.imm(found) != imm
                || f.c(found) != c
                || f.aux(found) != aux) {
            return false;
        }
        int foundA = f.a(found);
        int foundB = f.b(found);
        return foundA == a && foundB == b || op.isCommutative() && foundA == b && foundB == a;
    }

    private static int hash(Opcode op, Type type, int a, int b, int c, long imm, int aux) {
        // Symmetric in a and b, for commutative opcodes. Mixed before they are added: sums of ids
        // repeat, and so do their xors.
        int h = mix(a) + mix(b);
        h += c * 0xc2b2ae35 + aux;
        h = h * 31 + Long.hashCode(imm * 0x9e3779b97f4a7c15L);
        h = h * 31 + op.ordinal() * 8 + type.ordinal();
        h *= 0x9e3779b1;
        return h ^ h >>> 15;
    }

    private static int mix(int id) {
        int h = id * 0x85ebca6b;
        return (h ^ h >>> 16) * 0x9e3779b1;
    }

    private void grow() {
        int[] old = instructions;
        int[] oldStamps = stamps;
        instructions = new int[2 * old.length];
        stamps = new int[2 * old.length];
        int mask = instructions.length - 1;
        for (int i = 0; i < old.length; i++) {
            if (oldStamps[i] == generation) {
                int at = hashOf(old[i]) & mask;
                while (stamps[at] == generation) {
                    at = at + 1 & mask;
                }
                stamps[at] = generation;
                instructions[at] = old[i];
            }
        }
    }

    private int hashOf(int i) {
        Function f = function;
        return hash(f.opcode(i), f.type(i), f.a(i), f.b(i), f.c(i), f.imm(i), f.aux(i));
    }
}
