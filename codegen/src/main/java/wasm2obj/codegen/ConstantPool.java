package wasm2obj.codegen;

import java.util.Arrays;

/** A function's 128-bit constants for read-only data, each kept once. Numbered in the order of their first use. */
public final class ConstantPool {
    private static final long[] NO_LONGS = {};

    private int count;

    /** Low and high half of each. */
    private long[] halves = new long[32];

    /** Hash table of numbers plus one; a power of two, at most half full. */
    private int[] index = new int[64];

    void reset() {
        if (count != 0) {
            Arrays.fill(index, 0);
        }
        count = 0;
    }

    /** Number of the constant with the given halves. */
    public int add(long low, long high) {
        int mask = index.length - 1;
        int at = hash(low, high) & mask;
        for (int entry = index[at]; entry != 0; entry = index[at]) {
            if (halves[2 * entry - 2] == low && halves[2 * entry - 1] == high) {
                return entry - 1;
            }
            at = (at + 1) & mask;
        }
        if (2 * count == halves.length) {
            halves = Arrays.copyOf(halves, 4 * count);
        }
        halves[2 * count] = low;
        halves[2 * count + 1] = high;
        index[at] = ++count;
        if (2 * count > index.length) {
            growIndex();
        }
        return count - 1;
    }

    private static int hash(long low, long high) {
        long mixed = (low * 31 + high) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 32);
    }

    private void growIndex() {
        index = new int[2 * index.length];
        int mask = index.length - 1;
        for (int i = 0; i < count; i++) {
            int at = hash(halves[2 * i], halves[2 * i + 1]) & mask;
            while (index[at] != 0) {
                at = (at + 1) & mask;
            }
            index[at] = i + 1;
        }
    }

    /** All halves, in order. */
    long[] toArray() {
        return count == 0 ? NO_LONGS : Arrays.copyOf(halves, 2 * count);
    }
}
