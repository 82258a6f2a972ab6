package wasm2obj.driver;

import wasm2obj.objwriter.Section;

/** The 16-byte constants that code refers to, each once in a section. An open hash table in columns. */
final class ConstantPool {
    private final Section section;
    private int count;
    private long[] lows = new long[256];
    private long[] highs = new long[256];
    private int[] offsets = new int[256];
    private boolean[] used = new boolean[256];

    ConstantPool(Section section) {
        this.section = section;
    }

    /** Where in the section the constant is; added now if it is new. */
    int offset(long low, long high) {
        if (2 * count >= used.length) {
            grow();
        }
        int at = find(low, high);
        if (!used[at]) {
            insert(at, low, high, (int) section.align(16));
            section.appendLong(low);
            section.appendLong(high);
            count++;
        }
        return offsets[at];
    }

    private int find(long low, long high) {
        int mask = used.length - 1;
        int at = (int) (((low * 31 + high) * 0x9e3779b97f4a7c15L) >>> 32) & mask;
        while (used[at] && (lows[at] != low || highs[at] != high)) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void insert(int at, long low, long high, int offset) {
        used[at] = true;
        lows[at] = low;
        highs[at] = high;
        offsets[at] = offset;
    }

    private void grow() {
        long[] oldLows = lows;
        long[] oldHighs = highs;
        int[] oldOffsets = offsets;
        boolean[] oldUsed = used;
        int size = 2 * used.length;
        lows = new long[size];
        highs = new long[size];
        offsets = new int[size];
        used = new boolean[size];
        for (int i = 0; i < oldUsed.length; i++) {
            if (oldUsed[i]) {
                insert(find(oldLows[i], oldHighs[i]), oldLows[i], oldHighs[i], oldOffsets[i]);
            }
        }
    }
}
