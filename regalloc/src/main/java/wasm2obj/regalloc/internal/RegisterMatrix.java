package wasm2obj.regalloc.internal;

import java.util.Arrays;

/**
 * Which register is taken at which point, and by whom.
 *
 * <p><b>Problem.</b> An allocator asks very often whether a set of ranges is free in a register, and now and then who is in
 * the way.
 *
 * <p><b>Strategy.</b> One bit for each point and register, twice: what instructions have reserved (fixed operands, clobbers), and
 * what pieces have taken. A typical function has a few hundred points, so a question is a few words of each register's row.
 * Who is in the way is found from the bit where his range starts, in a third set of bits, and a hash table from (register,
 * start) to range.
 *
 * <p><b>Cost.</b> A row has points / 64 words. A question costs the words that a range covers before the first conflict.
 */
public final class RegisterMatrix {
    private static final int NONE = LiveRanges.NONE;

    private LiveRanges ranges;
    private int words;
    private final int[] rows = new int[64];
    private int rowCount;

    private long[] reserved = new long[256];
    private long[] taken = new long[256];
    private long[] starts = new long[256];

    /** Points that a value of the class REFERENCE must not be in a register at. */
    private long[] safepoints = new long[8];

    private boolean anySafepoint;

    // The hash table from (start, register) to range. Entries outlive what they say; a look-up
    // finds the newest.
    private static final int SMALL_TABLE = 256;

    private int tableSize = SMALL_TABLE;
    private int[] keys = new int[SMALL_TABLE];
    private int[] owners = new int[SMALL_TABLE];
    private int[] spareKeys = new int[0];
    private int[] spareOwners = new int[0];
    private int entryCount;

    /** Starts a function with so many points. */
    public void reset(LiveRanges liveRanges, int points, long allocatable) {
        ranges = liveRanges;
        words = (points + 63) >>> 6;
        rowCount = 0;
        for (int r = 0; r < 64; r++) {
            rows[r] = (allocatable >>> r & 1) != 0 ? rowCount++ * words : NONE;
        }
        int size = rowCount * words;
        if (reserved.length < size) {
            reserved = new long[Math.max(size, 2 * reserved.length)];
            taken = new long[reserved.length];
            starts = new long[reserved.length];
        } else {
            Arrays.fill(reserved, 0, size, 0);
            Arrays.fill(taken, 0, size, 0);
            Arrays.fill(starts, 0, size, 0);
        }
        if (safepoints.length < words) {
            safepoints = new long[2 * words];
        } else {
            Arrays.fill(safepoints, 0, words, 0);
        }
        anySafepoint = false;
        tableSize = SMALL_TABLE;
        Arrays.fill(keys, 0, tableSize, NONE);
        entryCount = 0;
    }

    /** Reserves a register, which may be one that is never given out, from a point up to another. */
    public void reserve(int register, int from, int to) {
        if (rows[register] != NONE) {
            fill(reserved, rows[register], from, to, true);
        }
    }

    /** Takes a reservation back, for the value that it was made for. */
    public void unreserve(int register, int from, int to) {
        if (rows[register] != NONE) {
            fill(reserved, rows[register], from, to, false);
        }
    }

    /** Says that references must be in slots at the point. */
    public void addSafepoint(int point) {
        safepoints[point >>> 6] |= 1L << point;
        anySafepoint = true;
    }

    private static void fill(long[] bits, int row, int from, int to, boolean set) {
        int first = from >>> 6;
        int last = (to - 1) >>> 6;
        for (int w = first; w <= last; w++) {
            long mask = w == first ? -1L << from : -1L;
            mask &= w == last ? -1L >>> -to : -1L;
            if (set) {
                bits[row + w] |= mask;
            } else {
                bits[row + w] &= ~mask;
            }
        }
    }

    /** The first point of the interval at which the register is reserved or taken; NONE if it is free. */
    public int firstConflict(int register, int from, int to) {
        int row = rows[register];
        int last = (to - 1) >>> 6;
        long mask = -1L << from;
        for (int w = from >>> 6; w < last; w++) {
            long conflict = (reserved[row + w] | taken[row + w]) & mask;
            if (conflict != 0) {
                return (w << 6) + Long.numberOfTrailingZeros(conflict);
            }
            mask = -1L;
        }
        mask &= -1L >>> -to;
        long conflict = (reserved[row + last] | taken[row + last]) & mask;
        return conflict == 0 ? NONE : (last << 6) + Long.numberOfTrailingZeros(conflict);
    }

    /** The last such point. */
    public int lastConflict(int register, int from, int to) {
        int row = rows[register];
        int first = from >>> 6;
        long mask = -1L >>> -to;
        for (int w = (to - 1) >>> 6; w >= first; w--) {
            if (w == first) {
                mask &= -1L << from;
            }
            long conflict = (reserved[row + w] | taken[row + w]) & mask;
            if (conflict != 0) {
                return (w << 6) + 63 - Long.numberOfLeadingZeros(conflict);
            }
            mask = -1L;
        }
        return NONE;
    }

    /** Whether instructions have reserved the register somewhere in the interval. */
    public boolean isReserved(int register, int from, int to) {
        return next(reserved, rows[register], from, to) != NONE;
    }

    /** The first point of the interval at which a piece has taken the register; NONE if there is none. */
    public int firstTaken(int register, int from, int to) {
        return next(taken, rows[register], from, to);
    }

    /**
     * The first safepoint in the interval; NONE if there is none. A value that is defined at a late point arises after the
     * safepoint.
     */
    public int firstSafepoint(int from, int to) {
        int start = from + (from & 1);
        return anySafepoint && start < to ? next(safepoints, 0, start, to) : NONE;
    }

    /** The last such point. */
    public int lastSafepoint(int from, int to) {
        int last = NONE;
        int at = firstSafepoint(from, to);
        while (at != NONE) {
            last = at;
            at = firstSafepoint(at + 1, to);
        }
        return last;
    }

    private static int next(long[] bits, int row, int from, int to) {
        int last = (to - 1) >>> 6;
        long mask = -1L << from;
        for (int w = from >>> 6; w <= last; w++) {
            if (w == last) {
                mask &= -1L >>> -to;
            }
            long found = bits[row + w] & mask;
            if (found != 0) {
                return (w << 6) + Long.numberOfTrailingZeros(found);
            }
            mask = -1L;
        }
        return NONE;
    }

    /** The range that has taken the register at the point, which must be taken. */
    public int owner(int register, int point) {
        int row = rows[register];
        int w = point >>> 6;
        long start = starts[row + w] & -1L >>> ~point;
        while (start == 0) {
            start = starts[row + --w];
        }
        int from = (w << 6) + 63 - Long.numberOfLeadingZeros(start);
        int key = key(register, from);
        int at = hash(key);
        while (keys[at] != key) {
            at = at + 1 & tableSize - 1;
        }
        return owners[at];
    }

    /** Takes the register for a range, at points where it is free. */
    public void take(int register, int range) {
        int from = ranges.from[range];
        fill(taken, rows[register], from, ranges.to[range], true);
        starts[rows[register] + (from >>> 6)] |= 1L << from;
        if (2 * entryCount >= tableSize) {
            growTable();
        }
        int key = key(register, from);
        int at = hash(key);
        while (keys[at] != NONE && keys[at] != key) {
            at = at + 1 & tableSize - 1;
        }
        if (keys[at] == NONE) {
            keys[at] = key;
            entryCount++;
        }
        owners[at] = range;
    }

    /** Gives the register back. */
    public void release(int register, int range) {
        int from = ranges.from[range];
        fill(taken, rows[register], from, ranges.to[range], false);
        starts[rows[register] + (from >>> 6)] &= ~(1L << from);
    }

    private static int key(int register, int from) {
        return from << 6 | register;
    }

    private int hash(int key) {
        int mixed = key * 0x9e3779b9;
        return (mixed ^ mixed >>> 15) & tableSize - 1;
    }

    private void growTable() {
        int[] oldKeys = keys;
        int[] oldOwners = owners;
        int oldSize = tableSize;
        tableSize = 2 * oldSize;
        boolean fits = spareKeys.length >= tableSize;
        keys = fits ? spareKeys : new int[tableSize];
        owners = fits ? spareOwners : new int[tableSize];
        spareKeys = oldKeys;
        spareOwners = oldOwners;
        Arrays.fill(keys, 0, tableSize, NONE);
        for (int i = 0; i < oldSize; i++) {
            if (oldKeys[i] != NONE) {
                int at = hash(oldKeys[i]);
                while (keys[at] != NONE) {
                    at = at + 1 & tableSize - 1;
                }
                keys[at] = oldKeys[i];
                owners[at] = oldOwners[i];
            }
        }
    }
}
