package wasm2obj.text;

/** The sections of the module that is being made. */
final class ModuleWriter {
    // Numbers of the known sections in their order, which are not their ids.
    static final int TYPE = 0;
    static final int IMPORT = 1;
    static final int FUNCTION = 2;
    static final int TABLE = 3;
    static final int MEMORY = 4;
    static final int TAG = 5;
    static final int GLOBAL = 6;
    static final int EXPORT = 7;
    static final int START = 8;
    static final int ELEMENT = 9;
    static final int DATA_COUNT = 10;
    static final int CODE = 11;
    static final int DATA = 12;

    private static final int SECTIONS = 13;
    private static final int[] IDS = {1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11};

    private static final byte[] HEADER = {0, 'a', 's', 'm', 1, 0, 0, 0};

    private final ByteSink[] entries = new ByteSink[SECTIONS];
    private final int[] counts = new int[SECTIONS];

    ModuleWriter() {
        for (int i = 0; i < SECTIONS; i++) {
            entries[i] = new ByteSink();
        }
    }

    /** The bytes of a section's entries, to which one is to be added that comes from an offset of the text. */
    ByteSink add(int section, int textOffset) {
        counts[section]++;
        entries[section].mark(textOffset);
        return entries[section];
    }

    int count(int section) {
        return counts[section];
    }

    /** Takes a section's entries from elsewhere. */
    void set(int section, ByteSink contents, int count) {
        entries[section].append(contents);
        counts[section] = count;
    }

    /** The module, with custom sections at their places and names after all known sections. */
    ByteSink write(CustomSections customs, BranchHintWriter hints, ByteSink names) {
        ByteSink out = new ByteSink();
        out.bytes(HEADER, 0, HEADER.length);
        customs.write(0, 0, out);
        for (int section = 0; section < SECTIONS; section++) {
            int before = CustomSections.before(section);
            customs.write(before, before, out);
            if (section == CODE && !hints.isEmpty()) {
                ByteSink contents = new ByteSink();
                hints.write(contents);
                writeCustom(BranchHintWriter.NAME, contents, out);
            }
            if (counts[section] > 0) {
                writeSection(section, out);
            }
            customs.write(CustomSections.after(section), CustomSections.after(section), out);
        }
        if (names.length() > 0) {
            writeCustom(NameSectionWriter.NAME, names, out);
        }
        customs.write(CustomSections.last(), CustomSections.last(), out);
        return out;
    }

    private void writeSection(int section, ByteSink out) {
        ByteSink contents = new ByteSink();
        if (section != START && section != DATA_COUNT) {
            contents.u32(counts[section]);
        }
        contents.append(entries[section]);
        out.u8(IDS[section]);
        out.u32(contents.length());
        out.append(contents);
    }

    private static void writeCustom(String name, ByteSink contents, ByteSink out) {
        ByteSink section = new ByteSink();
        section.u32(name.length());
        for (int i = 0; i < name.length(); i++) {
            section.u8(name.charAt(i));
        }
        section.append(contents);
        out.u8(0);
        out.u32(section.length());
        out.append(section);
    }
}
