package wasm2obj.unwind.dwarf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import wasm2obj.unwind.DwarfBuffer;

/**
 * Writes entries, and the one table of abbreviations that all units share: an entry's attributes are gathered, and when they are
 * complete its shape has a code.
 */
final class EntryWriter {
    /** Writes a value that was gathered. */
    private interface Value {
        void write();
    }

    private final DebugSection info;
    private final DebugSection abbreviations = new DebugSection(".debug_abbrev");
    private final Map<List<Integer>, Integer> codes = new HashMap<>();

    private List<Integer> shape = new ArrayList<>();
    private final List<Value> values = new ArrayList<>();

    EntryWriter(DebugSection info) {
        this.info = info;
    }

    /** The table; complete after {@link #finish}. */
    DebugSection abbreviations() {
        return abbreviations;
    }

    void finish() {
        abbreviations.bytes.putByte(0);
    }

    void begin(int tag, boolean children) {
        shape = new ArrayList<>();
        values.clear();
        shape.add(tag);
        shape.add(children ? 1 : 0);
    }

    /** Writes the entry; returns its offset. */
    int end() {
        int at = info.size();
        info.bytes.putUleb(codes.computeIfAbsent(shape, this::define));
        for (Value value : values) {
            value.write();
        }
        return at;
    }

    private int define(List<Integer> newShape) {
        int code = codes.size() + 1;
        DwarfBuffer bytes = abbreviations.bytes;
        bytes.putUleb(code);
        bytes.putUleb(newShape.get(0));
        bytes.putByte(newShape.get(1));
        for (int i = 2; i < newShape.size(); i++) {
            bytes.putUleb(newShape.get(i));
        }
        bytes.putByte(0);
        bytes.putByte(0);
        return code;
    }

    private void add(int name, int form, Value value) {
        shape.add(name);
        shape.add(form);
        values.add(value);
    }

    void unsigned(int name, long value) {
        if (value >= 0 && value < 0x100) {
            add(name, Dwarf.FORM_DATA1, () -> info.bytes.putByte((int) value));
        } else {
            add(name, Dwarf.FORM_UDATA, () -> info.bytes.putUleb(value));
        }
    }

    void signed(int name, long value) {
        add(name, Dwarf.FORM_SDATA, () -> info.bytes.putSleb(value));
    }

    void flag(int name, boolean value) {
        if (value) {
            add(name, Dwarf.FORM_FLAG_PRESENT, () -> {});
        } else {
            add(name, Dwarf.FORM_FLAG, () -> info.bytes.putByte(0));
        }
    }

    void string(int name, byte[] text) {
        add(
                name,
                Dwarf.FORM_STRING,
                () -> {
                    info.bytes.putBytes(text, 0, text.length);
                    info.bytes.putByte(0);
                });
    }

    void stringOffset(int name, int form, DebugSection section, long offset) {
        add(name, form, () -> info.putOffset(section, offset));
    }

    void sectionOffset(int name, DebugSection section, long offset) {
        add(name, Dwarf.FORM_SEC_OFFSET, () -> info.putOffset(section, offset));
    }

    /** Four bytes to be filled in later; {@code places} gets to know where. */
    void laterOffset(int name, int form, List<Integer> places) {
        add(
                name,
                form,
                () -> {
                    places.add(info.size());
                    info.bytes.putInt(0);
                });
    }

    void block(int name, int form, byte[] contents) {
        add(
                name,
                form,
                () -> {
                    info.bytes.putUleb(contents.length);
                    info.bytes.putBytes(contents, 0, contents.length);
                });
    }

    /** A low_pc of 0, for addresses that are stated whole. */
    void zeroAddress(int name) {
        add(name, Dwarf.FORM_ADDR, () -> info.bytes.putLong(0));
    }

    void address(int name, NativeFunction function, int offset) {
        add(name, Dwarf.FORM_ADDR, () -> info.putAddress(function, offset));
    }

    void fourBytes(int name, int value) {
        add(name, Dwarf.FORM_DATA4, () -> info.bytes.putInt(value));
    }
}
