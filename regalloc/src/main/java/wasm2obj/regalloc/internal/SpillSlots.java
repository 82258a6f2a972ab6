package wasm2obj.regalloc.internal;

import java.util.Arrays;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.RegisterFile;

/**
 * Gives slots to the bundles that need one. All virtual registers of a bundle share its slot, so that moves between them vanish in
 * memory too; bundles that are never live at the same time share one.
 *
 * <p>The first slots keep a bit for each point, so that bundles with holes fit into each other; each bundle tries them in order. When
 * these slots are used up, slots are shared by bundles whose first and last points do not overlap: a heap of ends, which is linear but
 * for a logarithm however many there are.
 */
public final class SpillSlots {
    private static final int NONE = LiveRanges.NONE;
    private static final int BITMAP_SLOTS = 48;

    private AllocationInput input;
    private LiveRanges ranges;
    private Coalescer coalescer;
    private Allocation out;
    private int words;

    /** By bundle: its virtual registers. */
    private int[] members = new int[256];

    private int[] nextMember = new int[256];

    /** By bundle: the slot, as a location; NONE if it needs none. */
    private int[] slots = new int[256];

    private int orderCount;
    private long[] order = new long[64];

    // Slots with bits.
    private int bitmapCount;
    private final int[] bitmapSlots = new int[BITMAP_SLOTS];
    private final boolean[] bitmapWide = new boolean[BITMAP_SLOTS];
    private long[] bitmaps = new long[64];

    // Slots with ends: heaps of (end, slot), by width.
    private final int[] heapCounts = new int[2];
    private final long[][] heaps = {new long[16], new long[16]};

    /** Assigns a slot to each bundle that has {@code needed[root]} set. */
    public void assign(
            AllocationInput in,
            LiveRanges liveRanges,
            Coalescer bundles,
            boolean[] needed,
            int points,
            Allocation result) {
        input = in;
        ranges = liveRanges;
        coalescer = bundles;
        out = result;
        words = (points + 63) >>> 6;
        bitmapCount = 0;
        Arrays.fill(heapCounts, 0);
        collect(needed);
        Arrays.sort(order, 0, orderCount);
        for (int k = 0; k < orderCount; k++) {
            int root = (int) order[k];
            slots[root] = place(root);
        }
    }

    /** The slot of a virtual register's bundle. */
    public int slotOf(int vreg) {
        return slots[coalescer.root(vreg)];
    }

    private void collect(boolean[] needed) {
        if (members.length < input.vregCount) {
            int size = Math.max(input.vregCount, 2 * members.length);
            members = new int[size];
            nextMember = new int[size];
            slots = new int[size];
        }
        Arrays.fill(members, 0, input.vregCount, NONE);
        Arrays.fill(slots, 0, input.vregCount, NONE);
        for (int v = 0; v < input.vregCount; v++) {
            int root = coalescer.root(v);
            if (needed[root] && ranges.firstRange[v] != NONE) {
                nextMember[v] = members[root];
                members[root] = v;
            }
        }
        orderCount = 0;
        for (int v = 0; v < input.vregCount; v++) {
            if (members[v] != NONE) {
                if (orderCount == order.length) {
                    order = Arrays.copyOf(order, 2 * orderCount);
                }
                order[orderCount++] = (long) first(v) << 32 | v;
            }
        }
    }

    private int first(int root) {
        int first = Integer.MAX_VALUE;
        for (int v = members[root]; v != NONE; v = nextMember[v]) {
            first = Math.min(first, ranges.from[ranges.firstRange[v]]);
        }
        return first;
    }

    private int place(int root) {
        boolean wide = input.vregClasses[root] == RegisterFile.VECTOR;
        for (int k = 0; k < bitmapCount; k++) {
            if (bitmapWide[k] == wide && fits(root, k)) {
                mark(root, k);
                return bitmapSlots[k];
            }
        }
        if (bitmapCount < BITMAP_SLOTS) {
            int k = bitmapCount++;
            if (bitmaps.length < bitmapCount * words) {
                bitmaps = Arrays.copyOf(bitmaps, Math.max(bitmapCount * words, 2 * bitmaps.length));
            }
            Arrays.fill(bitmaps, k * words, (k + 1) * words, 0);
            bitmapSlots[k] = newSlot(wide);
            bitmapWide[k] = wide;
            mark(root, k);
            return bitmapSlots[k];
        }
        return placeByEnd(root, wide ? 1 : 0);
    }

    private int newSlot(boolean wide) {
        int slot = wide ? out.slotCount + 1 & ~1 : out.slotCount;
        out.slotCount = slot + (wide ? 2 : 1);
        return Allocation.SLOT + slot;
    }

    private boolean fits(int root, int k) {
        for (int v = members[root]; v != NONE; v = nextMember[v]) {
            for (int r = ranges.firstRange[v]; r != NONE; r = ranges.nextOfVreg[r]) {
                int last = (ranges.to[r] - 1) >>> 6;
                long mask = -1L << ranges.from[r];
                for (int w = ranges.from[r] >>> 6; w <= last; w++) {
                    if (w == last) {
                        mask &= -1L >>> -ranges.to[r];
                    }
                    if ((bitmaps[k * words + w] & mask) != 0) {
                        return false;
                    }
                    mask = -1L;
                }
            }
        }
        return true;
    }

    private void mark(int root, int k) {
        for (int v = members[root]; v != NONE; v = nextMember[v]) {
            for (int r = ranges.firstRange[v]; r != NONE; r = ranges.nextOfVreg[r]) {
                int last = (ranges.to[r] - 1) >>> 6;
                long mask = -1L << ranges.from[r];
                for (int w = ranges.from[r] >>> 6; w <= last; w++) {
                    if (w == last) {
                        mask &= -1L >>> -ranges.to[r];
                    }
                    bitmaps[k * words + w] |= mask;
                    mask = -1L;
                }
            }
        }
    }

    private int placeByEnd(int root, int width) {
        int first = Integer.MAX_VALUE;
        int last = 0;
        for (int v = members[root]; v != NONE; v = nextMember[v]) {
            for (int r = ranges.firstRange[v]; r != NONE; r = ranges.nextOfVreg[r]) {
                first = Math.min(first, ranges.from[r]);
                last = Math.max(last, ranges.to[r]);
            }
        }
        long[] heap = heaps[width];
        int slot;
        if (heapCounts[width] > 0 && (int) (heap[0] >>> 32) <= first) {
            slot = (int) heap[0];
            heap[0] = (long) last << 32 | slot;
            sink(heap, heapCounts[width]);
        } else {
            slot = newSlot(width == 1);
            push(width, (long) last << 32 | slot);
        }
        return slot;
    }

    private static void sink(long[] heap, int count) {
        long entry = heap[0];
        int at = 0;
        while (2 * at + 1 < count) {
            int child = 2 * at + 1;
            if (child + 1 < count && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= entry) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = entry;
    }

    private void push(int width, long entry) {
        int at = heapCounts[width]++;
        if (at == heaps[width].length) {
            heaps[width] = Arrays.copyOf(heaps[width], 2 * at);
        }
        long[] heap = heaps[width];
        while (at > 0 && heap[(at - 1) >> 1] > entry) {
            heap[at] = heap[(at - 1) >> 1];
            at = (at - 1) >> 1;
        }
        heap[at] = entry;
    }
}
