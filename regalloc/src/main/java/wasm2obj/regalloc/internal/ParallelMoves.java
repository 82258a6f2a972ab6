package wasm2obj.regalloc.internal;

import java.util.Arrays;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.RegisterFile;

/**
 * Turns moves that are meant to happen at once into a sequence of moves.
 *
 * <p><b>Problem.</b> The edge of a control-flow graph gives values new places. A place may be the source of one move and
 * the target of another, so the order matters, and where moves form a cycle no order is right.
 *
 * <p><b>Strategy.</b> Each place is the target of one move at most. A move whose target nobody has still to read can be
 * done; that may free its own source. What is left when nothing is free are simple cycles: one value of each is put aside,
 * and the move that wants it reads it there. A value is put aside in the scratch register of its class, but a cycle
 * that also moves from slot to slot needs the scratch register for that, so its value is put aside in a slot of its own.
 *
 * <p><b>Cost.</b> Linear: for each place a count of the readers and the move that writes it, in arrays indexed by location
 * that are cleaned up behind the moves.
 *
 * <p>Scalar slots and the slots of vectors must never overlap: a place is one location.
 */
public final class ParallelMoves {
    private static final int NONE = -1;

    private int count;
    private int[] sources = new int[64];
    private int[] targets = new int[64];
    private byte[] classes = new byte[64];
    private boolean[] done = new boolean[64];
    private int[] ready = new int[64];
    private int readyCount;

    /** By location: moves not yet done that read it; the move that writes it. */
    private int[] readers = new int[256];

    private int[] writer = filled(256);

    private Allocation out;
    private RegisterFile registers;
    private int place;
    private int scalarTemporary;
    private int vectorTemporary;

    /** Starts a function: its moves go to {@code out}. */
    public void reset(Allocation result, RegisterFile registerFile) {
        out = result;
        registers = registerFile;
        count = 0;
        scalarTemporary = NONE;
        vectorTemporary = NONE;
    }

    /** Adds a move from a location, or from the instruction to rematerialise. */
    public void add(int from, int to, int vregClass) {
        if (from == to) {
            return;
        }
        if (count == sources.length) {
            int size = 2 * count;
            sources = Arrays.copyOf(sources, size);
            targets = Arrays.copyOf(targets, size);
            classes = Arrays.copyOf(classes, size);
            done = new boolean[size];
            ready = new int[size];
        }
        sources[count] = from;
        targets[count] = to;
        classes[count] = (byte) vregClass;
        count++;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /** Emits what was added as a sequence at {@code movePlace}, and forgets it. */
    public void emit(int movePlace) {
        place = movePlace;
        if (count == 1) {
            move(sources[0], targets[0], classes[0]);
        } else if (count > 1) {
            sequence();
        }
        count = 0;
    }

    private void sequence() {
        for (int m = 0; m < count; m++) {
            done[m] = false;
            if (!isRematerialized(sources[m])) {
                ensure(sources[m]);
                readers[sources[m]]++;
            }
            ensure(targets[m]);
            writer[targets[m]] = m;
        }
        readyCount = 0;
        for (int m = 0; m < count; m++) {
            if (readers[targets[m]] == 0) {
                ready[readyCount++] = m;
            }
        }
        drain();
        for (int m = 0; m < count; m++) {
            if (!done[m]) {
                breakCycle(m);
                drain();
            }
        }
        for (int m = 0; m < count; m++) {
            writer[targets[m]] = NONE;
            if (!isRematerialized(sources[m])) {
                readers[sources[m]] = 0;
            }
        }
    }

    private void drain() {
        while (readyCount > 0) {
            int m = ready[--readyCount];
            int from = sources[m];
            move(from, targets[m], classes[m]);
            done[m] = true;
            if (!isRematerialized(from) && --readers[from] == 0) {
                int next = writer[from];
                if (next != NONE && !done[next]) {
                    ready[readyCount++] = next;
                }
            }
        }
    }

    /** Puts the value aside that move {@code m} is about to overwrite, and lets its reader read it there. */
    private void breakCycle(int m) {
        int victim = targets[m];
        int last = m;
        boolean throughScratch = isSlot(sources[m]) && isSlot(victim);
        while (sources[last] != victim) {
            last = writer[sources[last]];
            throughScratch |= isSlot(sources[last]) && isSlot(targets[last]);
        }
        int aside = throughScratch ? temporarySlot(classes[last]) : scratch(classes[last]);
        move(victim, aside, classes[last]);
        sources[last] = aside;
        ensure(aside);
        readers[aside] = 1;
        readers[victim] = 0;
        ready[readyCount++] = m;
    }

    private void move(int from, int to, int vregClass) {
        if (isSlot(to) && (isSlot(from) || isRematerialized(from))) {
            int scratch = scratch(vregClass);
            out.addMove(place, from, scratch, vregClass);
            out.addMove(place, scratch, to, vregClass);
            out.usedRegisters |= 1L << scratch;
            return;
        }
        out.addMove(place, from, to, vregClass);
        if (!isSlot(to)) {
            out.usedRegisters |= 1L << to;
        }
    }

    private int scratch(int vregClass) {
        return RegisterFile.isVectorClass(vregClass)
                ? registers.vectorScratch()
                : registers.integerScratch();
    }

    private int temporarySlot(int vregClass) {
        if (vregClass == RegisterFile.VECTOR) {
            if (vectorTemporary == NONE) {
                int slot = (out.slotCount + 1) & ~1;
                vectorTemporary = Allocation.SLOT + slot;
                out.slotCount = slot + 2;
            }
            return vectorTemporary;
        }
        if (scalarTemporary == NONE) {
            scalarTemporary = Allocation.SLOT + out.slotCount++;
        }
        return scalarTemporary;
    }

    private void ensure(int location) {
        if (location >= readers.length) {
            int old = readers.length;
            int size = Math.max(location + 1, 2 * old);
            readers = Arrays.copyOf(readers, size);
            writer = Arrays.copyOf(writer, size);
            Arrays.fill(writer, old, size, NONE);
        }
    }

    private static boolean isRematerialized(int location) {
        return location >= Allocation.REMATERIALIZE;
    }

    private static boolean isSlot(int location) {
        return location >= Allocation.SLOT && location < Allocation.REMATERIALIZE;
    }

    private static int[] filled(int size) {
        int[] array = new int[size];
        Arrays.fill(array, NONE);
        return array;
    }
}
