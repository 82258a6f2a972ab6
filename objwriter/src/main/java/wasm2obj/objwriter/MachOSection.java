package wasm2obj.objwriter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import wasm2obj.objwriter.MachOLayouts.Sect;

/** One section of a Mach-O file: the object's sections of one kind, joined in their order. */
final class MachOSection {

    final String segment;
    final String name;
    final int flags;
    final ArrayList<Section> parts = new ArrayList<>();

    /** Where it lies when all sections are laid out from address 0. */
    long address;

    long size;
    int alignment = 1;
    long offset;
    long relocationOffset;
    long relocationCount;

    private MachOSection(String segment, String name, int flags) {
        this.segment = segment;
        this.name = name;
        this.flags = flags;
    }

    /** An empty section for contents like those of {@code section}. */
    static MachOSection of(Section section) {
        return switch (section.kind()) {
            case TEXT, TEXT_COLD ->
                    new MachOSection(
                            "__TEXT",
                            "__text",
                            Sect.S_ATTR_PURE_INSTRUCTIONS | Sect.S_ATTR_SOME_INSTRUCTIONS);
            case RODATA, METADATA -> new MachOSection("__TEXT", "__const", Sect.S_REGULAR);
            case DATA_REL_RO -> new MachOSection("__DATA", "__const", Sect.S_REGULAR);
            case DATA -> new MachOSection("__DATA", "__data", Sect.S_REGULAR);
            case BSS -> new MachOSection("__DATA", "__bss", Sect.S_ZEROFILL);
            case EH_FRAME ->
                    new MachOSection(
                            "__TEXT",
                            "__eh_frame",
                            Sect.S_COALESCED
                                    | Sect.S_ATTR_NO_TOC
                                    | Sect.S_ATTR_STRIP_STATIC_SYMS
                                    | Sect.S_ATTR_LIVE_SUPPORT);
            case COMPACT_UNWIND -> new MachOSection("__LD", "__compact_unwind", Sect.S_ATTR_DEBUG);
            case DEBUG -> new MachOSection("__DWARF", debugName(section.name()), Sect.S_ATTR_DEBUG);
            case NOTE -> throw new IllegalArgumentException("notes in Mach-O: " + section.name());
        };
    }

    /** {@code .debug_info} is {@code __debug_info}; what is longer than a name may be is cut. */
    private static String debugName(String elfName) {
        String name = "__".concat(elfName.substring(1));
        return name.substring(0, Math.min(name.length(), MachOLayouts.NAME_SIZE));
    }

    boolean hasSameName(MachOSection other) {
        return segment.equals(other.segment) && name.equals(other.name);
    }

    boolean isZeroFill() {
        return flags == Sect.S_ZEROFILL;
    }

    /** Whether only debuggers and the linker itself read it: such sections refer to sections, not to symbols. */
    boolean isDebug() {
        return (flags & Sect.S_ATTR_DEBUG) != 0;
    }

    void writeTo(OutputFile output) throws IOException {
        int at = output.reserve(Sect.SIZE);
        ByteBuffer window = output.window();
        putName(window, at + Sect.SECTNAME, name);
        putName(window, at + Sect.SEGNAME, segment);
        window.putLong(at + Sect.ADDR, address);
        window.putLong(at + Sect.LENGTH, size);
        window.putInt(at + Sect.OFFSET, isZeroFill() ? 0 : (int) offset);
        window.putInt(at + Sect.ALIGN, Integer.numberOfTrailingZeros(alignment));
        window.putInt(at + Sect.RELOFF, relocationCount == 0 ? 0 : (int) relocationOffset);
        window.putInt(at + Sect.NRELOC, (int) relocationCount);
        window.putInt(at + Sect.FLAGS, flags);
    }

    private static void putName(ByteBuffer window, int at, String name) {
        byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < ascii.length; i++) {
            window.put(at + i, ascii[i]);
        }
    }
}
