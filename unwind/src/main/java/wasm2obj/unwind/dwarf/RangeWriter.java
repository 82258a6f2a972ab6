package wasm2obj.unwind.dwarf;

import java.util.List;

/** Writes range lists: {@code .debug_ranges} for DWARF 4, {@code .debug_rnglists} for DWARF 5. */
final class RangeWriter {
    private final DebugSection old = new DebugSection(".debug_ranges");
    private final DebugSection lists = new DebugSection(".debug_rnglists");
    private int start;

    /** The section of the version. */
    DebugSection section(int version) {
        return version == 5 ? lists : old;
    }

    /** Writes a list; returns its offset in the version's section. */
    int write(int version, List<NativeCode.Stretch> stretches) {
        return version == 5 ? writeList(stretches) : writeOld(stretches);
    }

    private int writeOld(List<NativeCode.Stretch> stretches) {
        int at = old.size();
        for (NativeCode.Stretch stretch : stretches) {
            old.putAddress(stretch.function(), stretch.start());
            old.putAddress(stretch.function(), stretch.end());
        }
        old.bytes.putLong(0);
        old.bytes.putLong(0);
        return at;
    }

    private int writeList(List<NativeCode.Stretch> stretches) {
        if (lists.size() == 0) {
            start = lists.beginLength();
            lists.bytes.putShort(5);
            lists.bytes.putByte(Long.BYTES);
            lists.bytes.putByte(0); // size of segment selectors
            lists.bytes.putInt(0); // no offsets by index
        }
        int at = lists.size();
        for (NativeCode.Stretch stretch : stretches) {
            lists.bytes.putByte(Dwarf.RLE_START_LENGTH);
            lists.putAddress(stretch.function(), stretch.start());
            lists.bytes.putUleb(stretch.end() - stretch.start());
        }
        lists.bytes.putByte(Dwarf.RLE_END_OF_LIST);
        lists.endLength(start);
        return at;
    }
}
