package wasm2obj.unwind.dwarf;

/** The value of one attribute of an entry, with the many forms of the standard reduced to few kinds. */
final class Attribute {
    /** What a value is. */
    enum Kind {
        /** {@code value} is an address. */
        ADDRESS,
        /** {@code value} is an index into the table of addresses. */
        INDEXED_ADDRESS,
        /** {@code value} is a number. */
        UNSIGNED,
        /** {@code value} is a number. */
        SIGNED,
        /** {@code value} is 0 or 1. */
        FLAG,
        /** {@code block} holds a string's bytes, without a zero. */
        STRING,
        /** {@code value} is an offset in .debug_str. */
        STRING_OFFSET,
        /** {@code value} is an offset in .debug_line_str. */
        LINE_STRING_OFFSET,
        /** {@code value} is an index into the table of offsets of strings. */
        INDEXED_STRING,
        /** {@code value} is the offset of an entry in .debug_info. */
        REFERENCE,
        /** {@code block} holds bytes. */
        BLOCK,
        /** {@code block} holds an expression. */
        EXPRESSION,
        /** {@code value} is an offset in a section that the attribute's name tells. */
        SECTION_OFFSET,
        /** {@code value} is an index into the unit's range lists. */
        INDEXED_RANGES,
        /** Something that has no use here. */
        OTHER
    }

    final int name;
    final Kind kind;
    final long value;
    final DwarfCursor block;

    private Attribute(int name, Kind kind, long value, DwarfCursor block) {
        this.name = name;
        this.kind = kind;
        this.value = value;
        this.block = block;
    }

    /** Reads a value of the form. References within a unit count from the unit's first byte. */
    static Attribute read(DwarfCursor cursor, int name, int form, long constant, UnitInput unit)
            throws DwarfException {
        return switch (form) {
            case Dwarf.FORM_ADDR -> value(name, Kind.ADDRESS, cursor.unsigned(unit.addressSize()));
            case Dwarf.FORM_DATA1 -> value(name, Kind.UNSIGNED, cursor.u8());
            case Dwarf.FORM_DATA2 -> value(name, Kind.UNSIGNED, cursor.u16());
            case Dwarf.FORM_DATA4 -> value(name, Kind.UNSIGNED, cursor.u32());
            case Dwarf.FORM_DATA8 -> value(name, Kind.UNSIGNED, cursor.unsigned(8));
            case Dwarf.FORM_UDATA -> value(name, Kind.UNSIGNED, cursor.uleb());
            case Dwarf.FORM_SDATA -> value(name, Kind.SIGNED, cursor.sleb());
            case Dwarf.FORM_IMPLICIT_CONST -> value(name, Kind.SIGNED, constant);
            case Dwarf.FORM_FLAG -> value(name, Kind.FLAG, cursor.u8());
            case Dwarf.FORM_FLAG_PRESENT -> value(name, Kind.FLAG, 1);
            case Dwarf.FORM_SEC_OFFSET -> value(name, Kind.SECTION_OFFSET, cursor.u32());
            case Dwarf.FORM_LOCLISTX -> value(name, Kind.OTHER, cursor.uleb());
            case Dwarf.FORM_RNGLISTX -> value(name, Kind.INDEXED_RANGES, cursor.uleb());
            case Dwarf.FORM_INDIRECT -> indirect(cursor, name, unit);
            case Dwarf.FORM_BLOCK1 -> block(name, Kind.BLOCK, cursor, cursor.u8());
            case Dwarf.FORM_BLOCK2 -> block(name, Kind.BLOCK, cursor, cursor.u16());
            case Dwarf.FORM_BLOCK4 -> block(name, Kind.BLOCK, cursor, cursor.u32());
            case Dwarf.FORM_BLOCK -> block(name, Kind.BLOCK, cursor, cursor.uleb());
            case Dwarf.FORM_DATA16 -> block(name, Kind.BLOCK, cursor, 16);
            case Dwarf.FORM_EXPRLOC -> block(name, Kind.EXPRESSION, cursor, cursor.uleb());
            default -> readStringOrReference(cursor, name, form, unit);
        };
    }

    private static Attribute readStringOrReference(
            DwarfCursor cursor, int name, int form, UnitInput unit) throws DwarfException {
        return switch (form) {
            case Dwarf.FORM_STRING -> inlineString(name, cursor);
            case Dwarf.FORM_STRP -> value(name, Kind.STRING_OFFSET, cursor.u32());
            case Dwarf.FORM_LINE_STRP -> value(name, Kind.LINE_STRING_OFFSET, cursor.u32());
            case Dwarf.FORM_STRX -> value(name, Kind.INDEXED_STRING, cursor.uleb());
            case Dwarf.FORM_ADDRX -> value(name, Kind.INDEXED_ADDRESS, cursor.uleb());
            case Dwarf.FORM_REF1 -> value(name, Kind.REFERENCE, unit.start() + cursor.u8());
            case Dwarf.FORM_REF2 -> value(name, Kind.REFERENCE, unit.start() + cursor.u16());
            case Dwarf.FORM_REF4 -> value(name, Kind.REFERENCE, unit.start() + cursor.u32());
            case Dwarf.FORM_REF8 -> value(name, Kind.REFERENCE, unit.start() + cursor.unsigned(8));
            case Dwarf.FORM_REF_UDATA -> value(name, Kind.REFERENCE, unit.start() + cursor.uleb());
            case Dwarf.FORM_REF_ADDR ->
                    value(
                            name,
                            Kind.REFERENCE,
                            cursor.unsigned(unit.version() == 2 ? unit.addressSize() : 4));
            case Dwarf.FORM_REF_SIG8 -> value(name, Kind.OTHER, cursor.unsigned(8));
            default -> {
                if (form >= Dwarf.FORM_STRX1 && form <= Dwarf.FORM_STRX4) {
                    yield value(
                            name,
                            Kind.INDEXED_STRING,
                            cursor.unsigned(form - Dwarf.FORM_STRX1 + 1));
                }
                if (form >= Dwarf.FORM_ADDRX1 && form <= Dwarf.FORM_ADDRX4) {
                    yield value(
                            name,
                            Kind.INDEXED_ADDRESS,
                            cursor.unsigned(form - Dwarf.FORM_ADDRX1 + 1));
                }
                throw cursor.damaged("form " + form);
            }
        };
    }

    private static Attribute indirect(DwarfCursor cursor, int name, UnitInput unit)
            throws DwarfException {
        int form = cursor.count();
        if (form == Dwarf.FORM_INDIRECT || form == Dwarf.FORM_IMPLICIT_CONST) {
            throw cursor.damaged("indirect form " + form);
        }
        return read(cursor, name, form, 0, unit);
    }

    private static Attribute inlineString(int name, DwarfCursor cursor) throws DwarfException {
        int start = cursor.offset();
        cursor.string();
        return new Attribute(name, Kind.STRING, 0, cursor.part(start, cursor.offset() - 1));
    }

    private static Attribute value(int name, Kind kind, long value) {
        return new Attribute(name, kind, value, null);
    }

    private static Attribute block(int name, Kind kind, DwarfCursor cursor, long length)
            throws DwarfException {
        int start = cursor.offset();
        cursor.skip(length);
        return new Attribute(name, kind, 0, cursor.part(start, cursor.offset()));
    }
}
