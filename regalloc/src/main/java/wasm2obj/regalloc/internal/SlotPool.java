package wasm2obj.regalloc.internal;

import java.util.Arrays;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.RegisterFile;

/**
 * Hands out spill slots and takes them back. Scalar slots and the aligned pairs of vectors are never made of each other, so
 * that two locations either are the same or do not overlap.
 */
public final class SlotPool {
    private Allocation out;
    private int scalarCount;
    private int[] scalars = new int[64];
    private int vectorCount;
    private int[] vectors = new int[64];

    /** Starts a function, whose slots are counted in {@code result}. */
    public void reset(Allocation result) {
        out = result;
        scalarCount = 0;
        vectorCount = 0;
    }

    /** A slot, as a location, for a value of the class. */
    public int allocate(int vregClass) {
        if (vregClass == RegisterFile.VECTOR) {
            if (vectorCount > 0) {
                return vectors[--vectorCount];
            }
            if ((out.slotCount & 1) != 0) {
                releaseScalar(Allocation.SLOT + out.slotCount++);
            }
            out.slotCount += 2;
            return Allocation.SLOT + out.slotCount - 2;
        }
        return scalarCount > 0 ? scalars[--scalarCount] : Allocation.SLOT + out.slotCount++;
    }

    /** Takes back the slot of a value of the class. */
    public void release(int location, int vregClass) {
        if (vregClass != RegisterFile.VECTOR) {
            releaseScalar(location);
            return;
        }
        if (vectorCount == vectors.length) {
            vectors = Arrays.copyOf(vectors, 2 * vectorCount);
        }
        vectors[vectorCount++] = location;
    }

    private void releaseScalar(int location) {
        if (scalarCount == scalars.length) {
            scalars = Arrays.copyOf(scalars, 2 * scalarCount);
        }
        scalars[scalarCount++] = location;
    }
}
