package wasm2obj.unwind.dwarf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rewrites all of a module's debug sections; see the package's description. Damaged input is an exception and no result: debug
 * information is no part of a module's meaning, so the caller may go on without.
 */
public final class DebugRewriter {
    private final DebugInput input;
    private final NativeCode code;
    private final int memoryRegister;

    private final DebugSection info = new DebugSection(".debug_info");
    private final DebugSection line = new DebugSection(".debug_line");
    private final DebugSection strings = new DebugSection(".debug_str");
    private final DebugSection lineStrings = new DebugSection(".debug_line_str");
    private final RangeWriter ranges = new RangeWriter();
    private final EntryWriter entries = new EntryWriter(info);
    private final EntryOffsets offsets = new EntryOffsets();
    private final LineWriter lines;
    private final Map<Long, Integer> lineTables = new HashMap<>();

    /** A reference that waits for its entry: four bytes at {@code place}, counted from {@code base}. */
    private record Reference(int place, int base, long target) {}

    private final List<Reference> references = new ArrayList<>();

    /**
     * @param functions in the order of their WebAssembly addresses
     * @param memoryRegister DWARF number of the register that holds the address of byte 0 of linear memory, or -1
     */
    public DebugRewriter(DebugInput input, List<NativeFunction> functions, int memoryRegister) {
        this.input = input;
        this.code = new NativeCode(functions);
        this.memoryRegister = memoryRegister;
        lines = new LineWriter(line, code);
    }

    /** Makes the sections; those that would be empty are left out. */
    public List<DebugSection> rewrite() throws DwarfException {
        copy(".debug_str", strings);
        copy(".debug_line_str", lineStrings);
        DwarfCursor cursor = input.cursor(".debug_info");
        while (!cursor.atEnd()) {
            UnitInput unit = new UnitInput(input, cursor);
            if (unit.isSupported()) {
                new UnitRewriter(this, unit).rewrite();
            }
        }
        entries.finish();
        resolveReferences();
        List<DebugSection> result = new ArrayList<>();
        for (DebugSection section :
                List.of(
                        info,
                        entries.abbreviations(),
                        line,
                        strings,
                        lineStrings,
                        ranges.section(4),
                        ranges.section(5))) {
            if (section.size() != 0) {
                result.add(section);
            }
        }
        return result;
    }

    private void copy(String name, DebugSection section) {
        byte[] bytes = input.copy(name);
        section.bytes.putBytes(bytes, 0, bytes.length);
    }

    private void resolveReferences() throws DwarfException {
        for (Reference reference : references) {
            int target = offsets.get(reference.target());
            if (target < 0) {
                throw new DwarfException(
                        ".debug_info: no entry at 0x" + Long.toHexString(reference.target()));
            }
            if (reference.base() < 0) {
                info.setOffset(reference.place(), info, target);
            } else {
                info.bytes.setInt(reference.place(), target - reference.base());
            }
        }
    }

    // ---- for units ----

    int memoryRegister() {
        return memoryRegister;
    }

    NativeCode code() {
        return code;
    }

    DebugSection info() {
        return info;
    }

    DebugSection line() {
        return line;
    }

    DebugSection strings() {
        return strings;
    }

    DebugSection lineStrings() {
        return lineStrings;
    }

    RangeWriter ranges() {
        return ranges;
    }

    EntryWriter entries() {
        return entries;
    }

    EntryOffsets offsets() {
        return offsets;
    }

    /** The offset of the new line table that is made of the old one. */
    int lineTable(long oldOffset) throws DwarfException {
        Integer known = lineTables.get(oldOffset);
        if (known == null) {
            known = lines.write(LineTable.read(input, oldOffset));
            lineTables.put(oldOffset, known);
        }
        return known;
    }

    /** Notes that the four bytes at {@code place} refer to an entry; from the unit at {@code base}, or of any if it is -1. */
    void addReference(int place, int base, long target) {
        references.add(new Reference(place, base, target));
    }
}
