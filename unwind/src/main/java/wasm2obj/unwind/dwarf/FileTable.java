package wasm2obj.unwind.dwarf;

import java.util.ArrayList;
import java.util.List;

/**
 * The directories and files of a line table, in the form of the table's version (DWARF 5, section 6.2.4; DWARF 4, 6.2.4).
 * Strings are written inline, whatever form they had.
 */
final class FileTable {
    private record FileName(String name, long directory) {}

    private final List<String> directories = new ArrayList<>();
    private final List<FileName> files = new ArrayList<>();

    /** Reads the tables of a header of version 2 to 4. */
    void readOld(DwarfCursor cursor) throws DwarfException {
        for (String name = cursor.string(); !name.isEmpty(); name = cursor.string()) {
            directories.add(name);
        }
        for (String name = cursor.string(); !name.isEmpty(); name = cursor.string()) {
            files.add(new FileName(name, cursor.uleb()));
            cursor.uleb(); // time
            cursor.uleb(); // length
        }
    }

    /** Reads the tables of a header of version 5. */
    void read(DwarfCursor cursor, DebugInput input) throws DwarfException {
        for (FileName entry : readEntries(cursor, input)) {
            directories.add(entry.name());
        }
        files.addAll(readEntries(cursor, input));
    }

    private static List<FileName> readEntries(DwarfCursor cursor, DebugInput input)
            throws DwarfException {
        int[] formats = new int[2 * cursor.u8()];
        for (int i = 0; i < formats.length; i++) {
            formats[i] = cursor.count();
        }
        int count = cursor.count();
        List<FileName> result = new ArrayList<>();
        for (int e = 0; e < count; e++) {
            String name = "";
            long directory = 0;
            int start = cursor.offset();
            for (int i = 0; i < formats.length; i += 2) {
                if (formats[i] == Dwarf.LNCT_PATH) {
                    name = string(cursor, formats[i + 1], input);
                } else if (formats[i] == Dwarf.LNCT_DIRECTORY_INDEX) {
                    directory = number(cursor, formats[i + 1]);
                } else {
                    skip(cursor, formats[i + 1]);
                }
            }
            if (cursor.offset() == start) {
                throw cursor.damaged("entries without contents");
            }
            result.add(new FileName(name, directory));
        }
        return result;
    }

    private static String string(DwarfCursor cursor, int form, DebugInput input)
            throws DwarfException {
        if (form == Dwarf.FORM_STRING) {
            return cursor.string();
        }
        DwarfCursor strings =
                switch (form) {
                    case Dwarf.FORM_LINE_STRP -> input.cursor(".debug_line_str");
                    case Dwarf.FORM_STRP -> input.cursor(".debug_str");
                    default -> throw cursor.damaged("form " + form + " of a path");
                };
        strings.seek(cursor.u32());
        return strings.string();
    }

    private static long number(DwarfCursor cursor, int form) throws DwarfException {
        return switch (form) {
            case Dwarf.FORM_DATA1 -> cursor.u8();
            case Dwarf.FORM_DATA2 -> cursor.u16();
            case Dwarf.FORM_DATA4 -> cursor.u32();
            case Dwarf.FORM_UDATA -> cursor.uleb();
            default -> throw cursor.damaged("form " + form + " of a number");
        };
    }

    private static void skip(DwarfCursor cursor, int form) throws DwarfException {
        switch (form) {
            case Dwarf.FORM_STRING -> cursor.string();
            case Dwarf.FORM_LINE_STRP, Dwarf.FORM_STRP -> cursor.skip(4);
            case Dwarf.FORM_DATA16 -> cursor.skip(16);
            case Dwarf.FORM_DATA8 -> cursor.skip(8);
            case Dwarf.FORM_BLOCK -> cursor.skip(cursor.count());
            default -> number(cursor, form);
        }
    }

    /** Writes the tables for a header of version 2 to 4. */
    void writeOld(DebugSection section) {
        for (String directory : directories) {
            section.putString(directory);
        }
        section.bytes.putByte(0);
        for (FileName file : files) {
            section.putString(file.name());
            section.bytes.putUleb(file.directory());
            section.bytes.putUleb(0);
            section.bytes.putUleb(0);
        }
        section.bytes.putByte(0);
    }

    /** Writes the tables for a header of version 5. */
    void write(DebugSection section) {
        section.bytes.putByte(1);
        section.bytes.putUleb(Dwarf.LNCT_PATH);
        section.bytes.putUleb(Dwarf.FORM_STRING);
        section.bytes.putUleb(directories.size());
        for (String directory : directories) {
            section.putString(directory);
        }
        section.bytes.putByte(2);
        section.bytes.putUleb(Dwarf.LNCT_PATH);
        section.bytes.putUleb(Dwarf.FORM_STRING);
        section.bytes.putUleb(Dwarf.LNCT_DIRECTORY_INDEX);
        section.bytes.putUleb(Dwarf.FORM_UDATA);
        section.bytes.putUleb(files.size());
        for (FileName file : files) {
            section.putString(file.name());
            section.bytes.putUleb(file.directory());
        }
    }
}
