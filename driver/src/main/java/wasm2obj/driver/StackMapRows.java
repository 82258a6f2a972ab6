package wasm2obj.driver;

import java.util.Arrays;
import wasm2obj.codegen.CompiledFunction;

/**
 * The stack maps of a module, as docs/abi.md has them: by frame row its safepoints, by return address, and the maps, equal ones
 * once. What comes out depends on the order of the rows alone.
 */
final class StackMapRows {
    /** So many references may be at all calls of a function together. */
    static final int MOST_REFERENCES = 1 << 26;

    private static final int NONE = -1;

    private int rowCount;
    private int[] starts = new int[257];
    private final Bytes places = new Bytes();
    private final Bytes maps = new Bytes();

    /** The map at hand. */
    private final Bytes map = new Bytes();

    // The maps there are, by their bytes: a hash table with open addressing.
    private int mapCount;
    private int[] mapOffsets = new int[64];
    private int[] mapSizes = new int[64];

    /** Adds the next frame row. */
    void add(CompiledFunction.StackMaps stackMaps) {
        if (rowCount + 1 == starts.length) {
            starts = Arrays.copyOf(starts, 2 * starts.length);
        }
        int before = 0;
        for (int i = 0; i < stackMaps.offsets().length; i++) {
            places.putUnsigned(stackMaps.offsets()[i] - before);
            before = stackMaps.offsets()[i];
            encode(stackMaps, i);
            places.putUnsigned(shared());
        }
        starts[++rowCount] = places.size();
    }

    private void encode(CompiledFunction.StackMaps stackMaps, int i) {
        map.clear();
        int from = stackMaps.starts()[i];
        int to = stackMaps.starts()[i + 1];
        map.putUnsigned(stackMaps.common().length + to - from);
        int before = NONE;
        for (int slot : stackMaps.common()) {
            map.putUnsigned(slot - before - 1);
            before = slot;
        }
        for (int k = from; k < to; k++) {
            map.putUnsigned(stackMaps.slots()[k] - before - 1);
            before = stackMaps.slots()[k];
        }
    }

    /** Where the map at hand is. */
    private int shared() {
        int size = map.size();
        int mask = mapOffsets.length - 1;
        int at = hash(map.array(), 0, size) & mask;
        while (mapSizes[at] != 0) {
            int offset = mapOffsets[at];
            if (mapSizes[at] == size
                    && Arrays.equals(map.array(), 0, size, maps.array(), offset, offset + size)) {
                return offset;
            }
            at = at + 1 & mask;
        }
        mapOffsets[at] = maps.size();
        mapSizes[at] = size;
        maps.put(map);
        if (2 * ++mapCount == mapOffsets.length) {
            rehash();
        }
        return maps.size() - size;
    }

    private void rehash() {
        int[] oldOffsets = mapOffsets;
        int[] oldSizes = mapSizes;
        int mask = 2 * oldOffsets.length - 1;
        mapOffsets = new int[mask + 1];
        mapSizes = new int[mask + 1];
        for (int i = 0; i < oldOffsets.length; i++) {
            if (oldSizes[i] != 0) {
                int at = hash(maps.array(), oldOffsets[i], oldSizes[i]) & mask;
                while (mapSizes[at] != 0) {
                    at = at + 1 & mask;
                }
                mapOffsets[at] = oldOffsets[i];
                mapSizes[at] = oldSizes[i];
            }
        }
    }

    private static int hash(byte[] bytes, int from, int size) {
        int hash = size;
        for (int i = from; i < from + size; i++) {
            hash = (hash ^ bytes[i]) * 0x9e3779b1;
        }
        return hash ^ hash >>> 15;
    }

    /** Whether no row has a map. */
    boolean isEmpty() {
        return places.size() == 0;
    }

    /** By row, and one more for the end: where its safepoints begin in {@link #places}. */
    int[] starts() {
        return starts;
    }

    Bytes places() {
        return places;
    }

    Bytes maps() {
        return maps;
    }
}
