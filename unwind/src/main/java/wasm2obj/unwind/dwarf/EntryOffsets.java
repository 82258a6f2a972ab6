package wasm2obj.unwind.dwarf;

import java.util.Arrays;

/** Where entries went: by their offset in the module's {@code .debug_info}, which ascend, that in the new one. */
final class EntryOffsets {
    private int count;
    private int[] from = new int[256];
    private int[] to = new int[256];

    void add(int oldOffset, int newOffset) {
        if (count == from.length) {
            from = Arrays.copyOf(from, 2 * count);
            to = Arrays.copyOf(to, 2 * count);
        }
        from[count] = oldOffset;
        to[count++] = newOffset;
    }

    /** The new offset, or -1 if there is no such entry. */
    int get(long oldOffset) {
        int i =
                oldOffset < 0 || oldOffset > Integer.MAX_VALUE
                        ? -1
                        : Arrays.binarySearch(from, 0, count, (int) oldOffset);
        return i < 0 ? -1 : to[i];
    }
}
