package wasm2obj.text;

import java.util.Arrays;

/** A name map of the name section: ascending indices, and where their names are in the module. */
final class NameMap {
    static final NameMap EMPTY = new NameMap();

    private int[] indices = new int[4];
    private int[] starts = new int[4];
    private int[] ends = new int[4];
    private int count;

    /** Reads a map. */
    static NameMap read(BinaryReader in) {
        NameMap map = new NameMap();
        int entries = in.u32();
        for (int i = 0; i != entries; i++) {
            int index = in.u32();
            int length = in.name();
            map.add(index, in.position() - length, in.position(), in);
        }
        return map;
    }

    /** A map that names index 0. */
    static NameMap single(int start, int end) {
        NameMap map = new NameMap();
        map.indices[0] = 0;
        map.starts[0] = start;
        map.ends[0] = end;
        map.count = 1;
        return map;
    }

    private void add(int index, int start, int end, BinaryReader in) {
        if (count > 0 && Integer.compareUnsigned(index, indices[count - 1]) <= 0 || index < 0) {
            throw in.error("unexpected index in name map");
        }
        if (count == indices.length) {
            indices = Arrays.copyOf(indices, 2 * count);
            starts = Arrays.copyOf(starts, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        indices[count] = index;
        starts[count] = start;
        ends[count] = end;
        count++;
    }

    int size() {
        return count;
    }

    int index(int entry) {
        return indices[entry];
    }

    int start(int entry) {
        return starts[entry];
    }

    int end(int entry) {
        return ends[entry];
    }

    /** The entry of an index, or a negative number. */
    int find(int index) {
        return Arrays.binarySearch(indices, 0, count, index);
    }
}
