package wasm2obj.text;

/** A first look over a module's sections, for what stands at the end but is needed at the start: names and hints. */
final class SectionScan {
    private static final int CODE = 10;

    private final byte[] module;
    private int nameSection = -1;
    private int hintSection = -1;
    private ModuleNames names;
    private BranchHints hints = BranchHints.none();

    private SectionScan(byte[] module) {
        this.module = module;
        names = ModuleNames.none(module);
    }

    static SectionScan of(byte[] module) {
        SectionScan scan = new SectionScan(module);
        BinaryReader in = new BinaryReader(module, 8, module.length);
        while (!in.atEnd()) {
            int at = in.position();
            int id = in.u8();
            int length = in.length();
            int end = in.position() + length;
            if (id == 0) {
                scan.custom(at, new BinaryReader(module, in.position(), end));
            }
            in.seek(end);
        }
        return scan;
    }

    private void custom(int at, BinaryReader in) {
        int length = in.name();
        int nameStart = in.position() - length;
        if (nameSection < 0 && is(NameSectionWriter.NAME, nameStart, length)) {
            ModuleNames found = ModuleNames.read(module, in.position(), in.end());
            if (found != null) {
                names = found;
                nameSection = at;
            }
        } else if (hintSection < 0
                && is(BranchHintWriter.NAME, nameStart, length)
                && in.end() < module.length
                && module[in.end()] == CODE) {
            BranchHints found = BranchHints.read(module, in.position(), in.end());
            if (found != null) {
                hints = found;
                hintSection = at;
            }
        }
    }

    private boolean is(String name, int start, int length) {
        if (length != name.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (module[start + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Offset of the section that the names are from, or -1. */
    int nameSection() {
        return nameSection;
    }

    ModuleNames names() {
        return names;
    }

    /** Offset of the section that the hints are from, or -1. */
    int hintSection() {
        return hintSection;
    }

    BranchHints hints() {
        return hints;
    }
}
