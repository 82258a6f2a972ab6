package wasm2obj.unwind.dwarf;

import java.util.ArrayList;
import java.util.List;

/**
 * Copies the tree of one unit's entries. Values that do not depend on the machine stay; addresses become those of native code;
 * what has none in native code is left out, the entry stays. Only call sites are dropped, with all below them: nothing refers to
 * them, and the code they are about is not the code there is.
 */
final class UnitRewriter {
    private final DebugRewriter whole;
    private final UnitInput unit;
    private final EntryWriter writer;
    private final int version;
    private final ExpressionRewriter expressions;

    /** Where the unit's header begins in the new section. */
    private int start;

    /** Places of references that the entry being written has, and their targets. */
    private final List<Integer> places = new ArrayList<>();

    private final List<Long> targets = new ArrayList<>();

    /** The functions that the unit's entries describe. */
    private final List<NativeCode.Stretch> functions = new ArrayList<>();

    private final List<Integer> rangesPlace = new ArrayList<>();

    UnitRewriter(DebugRewriter whole, UnitInput unit) {
        this.whole = whole;
        this.unit = unit;
        writer = whole.entries();
        version = unit.version() == 5 ? 5 : 4;
        expressions = new ExpressionRewriter(whole.memoryRegister(), unit);
    }

    void rewrite() throws DwarfException {
        DebugSection info = whole.info();
        int length = info.beginLength();
        start = length - Integer.BYTES;
        info.bytes.putShort(version);
        if (version == 5) {
            info.bytes.putByte(unit.unitType());
            info.bytes.putByte(Long.BYTES);
            info.putOffset(writer.abbreviations(), 0);
        } else {
            info.putOffset(writer.abbreviations(), 0);
            info.bytes.putByte(Long.BYTES);
        }
        copyEntries();
        info.endLength(length);
        for (int place : rangesPlace) {
            info.setOffset(
                    place,
                    whole.ranges().section(version),
                    whole.ranges().write(version, functions));
        }
    }

    private void copyEntries() throws DwarfException {
        DwarfCursor cursor = unit.entries();
        int depth = 0;
        int dropped = Integer.MAX_VALUE; // entries deeper than this are dropped
        while (!cursor.atEnd()) {
            int at = cursor.offset();
            int code = cursor.count();
            if (code == 0) {
                if (depth == 0) {
                    return; // padding
                }
                depth--;
                if (depth < dropped) {
                    whole.info().bytes.putByte(0);
                }
                dropped = depth <= dropped ? Integer.MAX_VALUE : dropped;
                if (depth == 0) {
                    return;
                }
                continue;
            }
            Abbreviations.Abbreviation shape = unit.abbreviations().get(code, cursor);
            List<Attribute> attributes = unit.read(cursor, shape);
            boolean drop = isCallSite(shape.tag());
            if (depth <= dropped && !drop) {
                copyEntry(at, shape, attributes);
            } else if (drop && shape.children() && depth < dropped) {
                dropped = depth;
            }
            if (shape.children()) {
                depth++;
            } else if (depth == 0) {
                return;
            }
        }
        if (depth != 0) {
            throw cursor.damaged("unit ends early");
        }
    }

    private static boolean isCallSite(int tag) {
        return tag == Dwarf.TAG_CALL_SITE || tag == Dwarf.TAG_GNU_CALL_SITE;
    }

    /** What is as large as the unit's addresses, unless its size is said. */
    private static boolean isPointer(int tag) {
        return tag == Dwarf.TAG_POINTER_TYPE
                || tag == Dwarf.TAG_REFERENCE_TYPE
                || tag == Dwarf.TAG_RVALUE_REFERENCE_TYPE;
    }

    private void copyEntry(
            int oldOffset, Abbreviations.Abbreviation shape, List<Attribute> attributes)
            throws DwarfException {
        places.clear();
        targets.clear();
        writer.begin(shape.tag(), shape.children());
        for (Attribute attribute : attributes) {
            copyAttribute(attribute);
        }
        if (isPointer(shape.tag())
                && unit.addressSize() != Long.BYTES
                && find(attributes, Dwarf.AT_BYTE_SIZE) == null) {
            writer.unsigned(Dwarf.AT_BYTE_SIZE, unit.addressSize());
        }
        describeCode(shape.tag(), attributes);
        whole.offsets().add(oldOffset, writer.end());
        for (int i = 0; i < targets.size(); i++) {
            whole.addReference(places.get(i), isNear(targets.get(i)) ? start : -1, targets.get(i));
        }
    }

    private boolean isNear(long target) throws DwarfException {
        return target >= unit.start() && target < unit.entries().limit();
    }

    // ---- values ----

    private void copyAttribute(Attribute attribute) throws DwarfException {
        int name = attribute.name;
        switch (name) {
            case Dwarf.AT_SIBLING,
                    Dwarf.AT_LOW_PC,
                    Dwarf.AT_HIGH_PC,
                    Dwarf.AT_RANGES,
                    Dwarf.AT_ENTRY_PC,
                    Dwarf.AT_FRAME_BASE,
                    Dwarf.AT_ADDR_BASE,
                    Dwarf.AT_STR_OFFSETS_BASE,
                    Dwarf.AT_RNGLISTS_BASE -> {
                return;
            }
            case Dwarf.AT_STMT_LIST -> {
                writer.sectionOffset(name, whole.line(), whole.lineTable(attribute.value));
                return;
            }
            default -> {}
        }
        switch (attribute.kind) {
            case UNSIGNED -> {
                boolean isList = unit.version() < 4 && name == Dwarf.AT_LOCATION;
                if (!isList) {
                    writer.unsigned(name, attribute.value);
                }
            }
            case SIGNED -> writer.signed(name, attribute.value);
            case FLAG -> writer.flag(name, attribute.value != 0);
            case STRING -> writer.string(name, bytes(attribute.block));
            case STRING_OFFSET -> string(name, attribute.value);
            case INDEXED_STRING -> string(name, unit.indexedString(attribute.value));
            case LINE_STRING_OFFSET ->
                    writer.stringOffset(
                            name, Dwarf.FORM_LINE_STRP, whole.lineStrings(), attribute.value);
            case REFERENCE -> {
                writer.laterOffset(
                        name,
                        isNear(attribute.value) ? Dwarf.FORM_REF4 : Dwarf.FORM_REF_ADDR,
                        places);
                targets.add(attribute.value);
            }
            case BLOCK -> copyBlock(attribute);
            case EXPRESSION -> copyExpression(attribute);
            case ADDRESS, INDEXED_ADDRESS, SECTION_OFFSET, INDEXED_RANGES, OTHER -> {}
        }
    }

    private void string(int name, long offset) {
        writer.stringOffset(name, Dwarf.FORM_STRP, whole.strings(), offset);
    }

    private static byte[] bytes(DwarfCursor block) throws DwarfException {
        return block.bytes(block.limit() - block.offset());
    }

    /** Before version 4, blocks were the form of expressions as well. */
    private void copyBlock(Attribute attribute) throws DwarfException {
        if (unit.version() >= 4 || attribute.name == Dwarf.AT_CONST_VALUE) {
            writer.block(attribute.name, Dwarf.FORM_BLOCK, bytes(attribute.block));
        } else {
            copyExpression(attribute);
        }
    }

    private void copyExpression(Attribute attribute) throws DwarfException {
        byte[] expression = expressions.rewrite(attribute.block);
        if (expression != null) {
            writer.block(attribute.name, Dwarf.FORM_EXPRLOC, expression);
        }
    }

    // ---- code ----

    /** Adds the attributes that say which code the entry is about. */
    private void describeCode(int tag, List<Attribute> attributes) throws DwarfException {
        if (tag == Dwarf.TAG_COMPILE_UNIT) {
            writer.zeroAddress(Dwarf.AT_LOW_PC);
            writer.laterOffset(Dwarf.AT_RANGES, Dwarf.FORM_SEC_OFFSET, rangesPlace);
            return;
        }
        List<Long> ranges = ranges(attributes);
        if (ranges.isEmpty()) {
            return;
        }
        if (tag == Dwarf.TAG_SUBPROGRAM) {
            describeFunction(whole.code().at(ranges.get(0)));
            return;
        }
        List<NativeCode.Stretch> stretches = whole.code().stretches(ranges);
        if (stretches.size() == 1) {
            describeStretch(stretches.get(0));
        } else if (!stretches.isEmpty()) {
            writer.sectionOffset(
                    Dwarf.AT_RANGES,
                    whole.ranges().section(version),
                    whole.ranges().write(version, stretches));
        }
    }

    private void describeFunction(NativeFunction function) {
        if (function != null) {
            NativeCode.Stretch stretch = new NativeCode.Stretch(function, 0, function.length());
            functions.add(stretch);
            describeStretch(stretch);
            writer.block(
                    Dwarf.AT_FRAME_BASE,
                    Dwarf.FORM_EXPRLOC,
                    new byte[] {(byte) Dwarf.OP_CALL_FRAME_CFA});
        }
    }

    private void describeStretch(NativeCode.Stretch stretch) {
        writer.address(Dwarf.AT_LOW_PC, stretch.function(), stretch.start());
        writer.fourBytes(Dwarf.AT_HIGH_PC, stretch.end() - stretch.start());
    }

    /** The WebAssembly addresses that the entry is about; none if the linker dropped them. */
    private List<Long> ranges(List<Attribute> attributes) throws DwarfException {
        Attribute low = find(attributes, Dwarf.AT_LOW_PC);
        Attribute high = find(attributes, Dwarf.AT_HIGH_PC);
        Attribute list = find(attributes, Dwarf.AT_RANGES);
        if (list != null) {
            return unit.ranges(list);
        }
        if (low == null) {
            return List.of();
        }
        long from = unit.address(low);
        long to = from + 1; // a label
        if (high != null) {
            boolean isAddress =
                    high.kind == Attribute.Kind.ADDRESS
                            || high.kind == Attribute.Kind.INDEXED_ADDRESS;
            to = isAddress ? unit.address(high) : from + high.value;
        }
        boolean dropped = from <= 0 || to <= from || to > Integer.MAX_VALUE;
        return dropped ? List.of() : List.of(from, to);
    }

    private static Attribute find(List<Attribute> attributes, int name) {
        for (Attribute attribute : attributes) {
            if (attribute.name == name) {
                return attribute;
            }
        }
        return null;
    }
}
