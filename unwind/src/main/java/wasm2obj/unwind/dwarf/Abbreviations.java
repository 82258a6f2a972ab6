package wasm2obj.unwind.dwarf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One unit's table of abbreviations (DWARF 5, section 7.5.3): the shapes of its entries, by code. */
final class Abbreviations {
    /**
     * A shape of entries.
     *
     * @param attributes name and form of each
     * @param constants the value of each whose form is implicit_const
     */
    record Abbreviation(int tag, boolean children, int[] attributes, long[] constants) {
        int count() {
            return constants.length;
        }

        int name(int i) {
            return attributes[2 * i];
        }

        int form(int i) {
            return attributes[2 * i + 1];
        }
    }

    private final Map<Integer, Abbreviation> byCode = new HashMap<>();

    /** Reads the table that begins where the cursor stands. */
    static Abbreviations read(DwarfCursor cursor) throws DwarfException {
        Abbreviations result = new Abbreviations();
        for (int code = cursor.count(); code != 0; code = cursor.count()) {
            result.byCode.put(code, readOne(cursor));
        }
        return result;
    }

    private static Abbreviation readOne(DwarfCursor cursor) throws DwarfException {
        int tag = cursor.count();
        boolean children = cursor.u8() != 0;
        List<Integer> attributes = new ArrayList<>();
        List<Long> constants = new ArrayList<>();
        while (true) {
            int name = cursor.count();
            int form = cursor.count();
            if (name == 0 && form == 0) {
                break;
            }
            attributes.add(name);
            attributes.add(form);
            constants.add(form == Dwarf.FORM_IMPLICIT_CONST ? cursor.sleb() : 0L);
        }
        return new Abbreviation(
                tag,
                children,
                attributes.stream().mapToInt(Integer::intValue).toArray(),
                constants.stream().mapToLong(Long::longValue).toArray());
    }

    /** The shape with the code. */
    Abbreviation get(int code, DwarfCursor entries) throws DwarfException {
        Abbreviation result = byCode.get(code);
        if (result == null) {
            throw entries.damaged("no abbreviation " + code);
        }
        return result;
    }
}
