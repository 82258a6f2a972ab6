package wasm2obj.unwind.dwarf;

import java.util.ArrayList;
import java.util.List;

/** One unit of the module's {@code .debug_info}: its header, its abbreviations, and the tables that its forms index. */
final class UnitInput {
    private static final int RANGES_HEADER = 12;
    private static final int TABLE_HEADER = 8;

    private final DebugInput input;
    private final int start;
    private final DwarfCursor entries;
    private int version;
    private int type = Dwarf.UT_COMPILE;
    private int addressSize;
    private Abbreviations abbreviations;
    private long baseAddress;
    private long addressBase = TABLE_HEADER;
    private long stringBase = TABLE_HEADER;
    private long rangesBase = RANGES_HEADER;

    /** Reads the header of the unit that the cursor stands at, and moves the cursor behind the unit. */
    UnitInput(DebugInput input, DwarfCursor info) throws DwarfException {
        this.input = input;
        start = info.offset();
        long length = info.unitLength();
        entries = info.part(info.offset(), info.offset() + length);
        info.skip(length);
        readHeader();
        if (isSupported()) {
            readRoot();
        }
    }

    private void readHeader() throws DwarfException {
        version = entries.u16();
        if (version < 2 || version > 5) {
            throw entries.damaged("unit of version " + version);
        }
        long offset;
        if (version == 5) {
            type = entries.u8();
            addressSize = entries.u8();
            offset = entries.u32();
        } else {
            offset = entries.u32();
            addressSize = entries.u8();
        }
        if (addressSize != 4 && addressSize != 8) {
            throw entries.damaged("addresses of " + addressSize + " bytes");
        }
        DwarfCursor table = input.cursor(".debug_abbrev");
        table.seek(offset);
        abbreviations = Abbreviations.read(table);
    }

    /** Looks for the bases in the first entry, which may use them before it states them. */
    private void readRoot() throws DwarfException {
        DwarfCursor root = entries();
        int code = root.atEnd() ? 0 : root.count();
        if (code == 0) {
            return;
        }
        for (Attribute attribute : read(root, abbreviations.get(code, root))) {
            switch (attribute.name) {
                case Dwarf.AT_ADDR_BASE -> addressBase = attribute.value;
                case Dwarf.AT_STR_OFFSETS_BASE -> stringBase = attribute.value;
                case Dwarf.AT_RNGLISTS_BASE -> rangesBase = attribute.value;
                case Dwarf.AT_LOW_PC ->
                        baseAddress =
                                attribute.kind == Attribute.Kind.ADDRESS
                                        ? attribute.value
                                        : -1 - attribute.value;
                default -> {}
            }
        }
        if (baseAddress < 0) {
            baseAddress = indexedAddress(-1 - baseAddress);
        }
    }

    /** Whether it is a unit of a kind that is rewritten: neither types apart nor parts of split files. */
    boolean isSupported() {
        return type == Dwarf.UT_COMPILE || type == Dwarf.UT_PARTIAL;
    }

    /** Offset of the header in .debug_info. */
    int start() {
        return start;
    }

    int version() {
        return version;
    }

    int unitType() {
        return type;
    }

    int addressSize() {
        return addressSize;
    }

    Abbreviations abbreviations() {
        return abbreviations;
    }

    /** A cursor at the first entry. */
    DwarfCursor entries() throws DwarfException {
        return entries.part(entries.offset(), entries.limit());
    }

    /** Reads the attributes of an entry, behind its code. */
    List<Attribute> read(DwarfCursor cursor, Abbreviations.Abbreviation shape)
            throws DwarfException {
        List<Attribute> result = new ArrayList<>(shape.count());
        for (int i = 0; i < shape.count(); i++) {
            result.add(
                    Attribute.read(
                            cursor, shape.name(i), shape.form(i), shape.constants()[i], this));
        }
        return result;
    }

    /** The attribute's value as an address. */
    long address(Attribute attribute) throws DwarfException {
        return attribute.kind == Attribute.Kind.INDEXED_ADDRESS
                ? indexedAddress(attribute.value)
                : attribute.value;
    }

    /** Entry {@code index} of the unit's addresses. */
    long indexedAddress(long index) throws DwarfException {
        DwarfCursor table = input.cursor(".debug_addr");
        table.seek(addressBase + index * addressSize);
        return table.unsigned(addressSize);
    }

    /** Offset in .debug_str of string {@code index} of the unit. */
    long indexedString(long index) throws DwarfException {
        DwarfCursor table = input.cursor(".debug_str_offsets");
        table.seek(stringBase + 4 * index);
        return table.u32();
    }

    /** The range list that the attribute names: start, end, start, end ... */
    List<Long> ranges(Attribute attribute) throws DwarfException {
        long offset = attribute.value;
        if (attribute.kind == Attribute.Kind.INDEXED_RANGES) {
            DwarfCursor table = input.cursor(".debug_rnglists");
            table.seek(rangesBase + 4 * offset);
            offset = rangesBase + table.u32();
        }
        return version == 5 ? rangeList(offset) : oldRanges(offset);
    }

    /** DWARF 4, section 2.17.3. */
    private List<Long> oldRanges(long offset) throws DwarfException {
        DwarfCursor cursor = input.cursor(".debug_ranges");
        cursor.seek(offset);
        long highest = addressSize == 4 ? 0xffff_ffffL : -1;
        long base = baseAddress;
        List<Long> result = new ArrayList<>();
        while (true) {
            long from = cursor.unsigned(addressSize);
            long to = cursor.unsigned(addressSize);
            if (from == 0 && to == 0) {
                return result;
            }
            if (from == highest) {
                base = to;
            } else {
                add(result, base + from, base + to);
            }
        }
    }

    /** DWARF 5, section 2.17.3. */
    private List<Long> rangeList(long offset) throws DwarfException {
        DwarfCursor cursor = input.cursor(".debug_rnglists");
        cursor.seek(offset);
        long base = baseAddress;
        List<Long> result = new ArrayList<>();
        while (true) {
            long from;
            switch (cursor.u8()) {
                case Dwarf.RLE_END_OF_LIST -> {
                    return result;
                }
                case Dwarf.RLE_BASE_ADDRESSX -> base = indexedAddress(cursor.uleb());
                case Dwarf.RLE_BASE_ADDRESS -> base = cursor.unsigned(addressSize);
                case Dwarf.RLE_STARTX_ENDX -> {
                    from = indexedAddress(cursor.uleb());
                    add(result, from, indexedAddress(cursor.uleb()));
                }
                case Dwarf.RLE_STARTX_LENGTH -> {
                    from = indexedAddress(cursor.uleb());
                    add(result, from, from + cursor.uleb());
                }
                case Dwarf.RLE_OFFSET_PAIR -> {
                    from = base + cursor.uleb();
                    add(result, from, base + cursor.uleb());
                }
                case Dwarf.RLE_START_END -> {
                    from = cursor.unsigned(addressSize);
                    add(result, from, cursor.unsigned(addressSize));
                }
                case Dwarf.RLE_START_LENGTH -> {
                    from = cursor.unsigned(addressSize);
                    add(result, from, from + cursor.uleb());
                }
                default -> throw cursor.damaged("kind of range");
            }
        }
    }

    /** Address 0 is the count of functions: what claims to be there was dropped by the linker. */
    private static void add(List<Long> ranges, long from, long to) {
        if (from > 0 && from < to && to <= Integer.MAX_VALUE) {
            ranges.add(from);
            ranges.add(to);
        }
    }
}
