package wasm2obj.objwriter;

import java.io.IOException;

/**
 * Relocations as Mach-O has them (mach-o/reloc.h, mach-o/x86_64/reloc.h, mach-o/arm64/reloc.h).
 *
 * <p>An entry has no addend: that is in the field itself, or, for an instruction of arm64, in an
 * entry of its own before the other. A difference of two addresses, which is what a distance from
 * the field is, takes two entries, the subtrahend's first; the subtrahend is the label of the
 * field's own section. In an instruction of x86-64 a distance counts from the end of the field.
 *
 * <p>In sections for debuggers and in {@code __compact_unwind} an address is given by its section,
 * with the address in the object in the field; offsets within sections for debuggers are plain
 * numbers, as nobody joins these sections. So are distances in x86-64's {@code __eh_frame}, which
 * the linker takes apart by itself.
 */
final class MachORelocations {

    // x86-64
    private static final int X86_UNSIGNED = 0;
    private static final int X86_SIGNED = 1;
    private static final int X86_BRANCH = 2;
    private static final int X86_GOT_LOAD = 3;
    private static final int X86_GOT = 4;
    private static final int X86_SUBTRACTOR = 5;
    private static final int X86_SIGNED_1 = 6;
    private static final int X86_SIGNED_2 = 7;
    private static final int X86_SIGNED_4 = 8;

    // arm64
    private static final int ARM_UNSIGNED = 0;
    private static final int ARM_SUBTRACTOR = 1;
    private static final int ARM_BRANCH26 = 2;
    private static final int ARM_PAGE21 = 3;
    private static final int ARM_PAGEOFF12 = 4;
    private static final int ARM_GOT_LOAD_PAGE21 = 5;
    private static final int ARM_GOT_LOAD_PAGEOFF12 = 6;
    private static final int ARM_ADDEND = 10;

    private static final int LENGTH_32 = 2;
    private static final int LENGTH_64 = 3;

    /** An arm64 addend's bits. */
    private static final int ADDEND_BITS = 24;

    /** mov of a slot of the global offset table, which the linker may make a lea. */
    private static final int MOV_OPCODE = 0x8b;

    private final boolean isX86;
    private final SymbolTable symbols;
    private final MachOLayout layout;
    private final MachOSymbols numbers;

    /** The entries of the relocation that was converted last, in their order: address, and the rest above it. */
    final long[] entries = new long[2];

    private int count;

    // Of the relocation that is being converted.
    private Section section;
    private long place;
    private int symbol;
    private long addend;

    MachORelocations(ObjectFile object, MachOLayout layout, MachOSymbols numbers) {
        isX86 = object.architecture() == Architecture.X86_64;
        symbols = object.symbols();
        this.layout = layout;
        this.numbers = numbers;
    }

    /**
     * Converts relocation {@code i} of a section: sets its field to what it must be in the file and
     * {@link #entries}. Doing so again changes nothing.
     *
     * @return how many entries there are, 0 if the field is final
     */
    int convert(Section in, int i) throws IOException {
        section = in;
        place = in.relocationOffset(i);
        symbol = in.relocationSymbol(i);
        addend = in.relocationAddend(i);
        count = 0;
        RelocationKind kind = in.relocationKind(i);
        switch (kind) {
            case ABS64 -> absolute();
            case ABS32 -> debugOffset();
            case PC64 -> distance(LENGTH_64);
            case PC32, PLT32 -> distance(kind);
            case GOTPCREL, GOTPCRELX, REX_GOTPCRELX -> gotX86(kind);
            case CALL26, JUMP26 -> instruction(kind, ARM_BRANCH26, 1);
            case ADR_PREL_PG_HI21 -> instruction(kind, ARM_PAGE21, 1);
            case ADD_ABS_LO12,
                    LDST8_ABS_LO12,
                    LDST16_ABS_LO12,
                    LDST32_ABS_LO12,
                    LDST64_ABS_LO12,
                    LDST128_ABS_LO12 ->
                    instruction(kind, ARM_PAGEOFF12, 0);
            case ADR_GOT_PAGE -> instruction(kind, ARM_GOT_LOAD_PAGE21, 1);
            case LD64_GOT_LO12 -> instruction(kind, ARM_GOT_LOAD_PAGEOFF12, 0);
            case BRANCH19, BRANCH14, ADR_PREL_LO21 -> throw unknown(kind);
        }
        return count;
    }

    private void absolute() throws IOException {
        if (layout.sectionOf(section).isDebug() && symbols.sectionIndex(symbol) >= 0) {
            section.setLong(place, numbers.address(symbol) + addend);
            int number = layout.number(symbols.sectionIndex(symbol));
            add(number, 0, LENGTH_64, 0, isX86 ? X86_UNSIGNED : ARM_UNSIGNED);
            return;
        }
        section.setLong(place, numbers.rest(symbol, addend));
        add(numbers.number(symbol, addend), 0, LENGTH_64, 1, isX86 ? X86_UNSIGNED : ARM_UNSIGNED);
    }

    /** An offset from the beginning of another section for debuggers. */
    private void debugOffset() {
        int in = symbols.sectionIndex(symbol);
        if (in < 0 || !layout.sectionOf(section).isDebug()) {
            throw unknown(RelocationKind.ABS32);
        }
        MachOSection target = layout.sections().get(layout.number(in) - 1);
        section.setInt(place, (int) (numbers.address(symbol) - target.address + addend));
    }

    private void distance(RelocationKind kind) throws IOException {
        if (section.kind() != SectionKind.TEXT && section.kind() != SectionKind.TEXT_COLD) {
            distance(LENGTH_32);
        } else if (!isX86) {
            throw unknown(kind);
        } else if (kind == RelocationKind.PLT32) {
            inField(X86_BRANCH);
        } else {
            inField(signed());
        }
    }

    /** An immediate between the field and the end of the instruction has a type of its own. */
    private int signed() {
        return switch ((int) addend) {
            case -5 -> X86_SIGNED_1;
            case -6 -> X86_SIGNED_2;
            case -8 -> X86_SIGNED_4;
            default -> X86_SIGNED;
        };
    }

    private void gotX86(RelocationKind kind) throws IOException {
        if (!isX86) {
            throw unknown(kind);
        }
        boolean isMov = kind != RelocationKind.GOTPCREL && opcode() == MOV_OPCODE;
        inField(isMov ? X86_GOT_LOAD : X86_GOT);
    }

    /** The byte two before the field, in front of ModRM. */
    private int opcode() {
        return place < 2 ? 0 : section.getInt(place - 2) & 0xff;
    }

    /** x86-64: 32 bits in an instruction. */
    private void inField(int type) throws IOException {
        section.setInt(place, checkedInt(numbers.rest(symbol, addend) + Integer.BYTES));
        add(numbers.number(symbol, addend), 1, LENGTH_32, 1, type);
    }

    private void distance(int length) throws IOException {
        if (isX86 && section.kind() == SectionKind.EH_FRAME && symbols.isDefined(symbol)) {
            long from = layout.address(section.index()) + place;
            setField(length, numbers.address(symbol) + addend - from);
            return;
        }
        add(numbers.label(section), 0, length, 1, isX86 ? X86_SUBTRACTOR : ARM_SUBTRACTOR);
        setField(length, numbers.rest(symbol, addend) - place);
        add(numbers.number(symbol, addend), 0, length, 1, isX86 ? X86_UNSIGNED : ARM_UNSIGNED);
    }

    private void setField(int length, long value) throws IOException {
        if (length == LENGTH_64) {
            section.setLong(place, value);
        } else {
            section.setInt(place, checkedInt(value));
        }
    }

    /** arm64: the immediate of an instruction. */
    private void instruction(RelocationKind kind, int type, int isRelative) throws IOException {
        if (isX86) {
            throw unknown(kind);
        }
        long rest = numbers.rest(symbol, addend);
        if (rest != 0) {
            if (rest << Long.SIZE - ADDEND_BITS >> Long.SIZE - ADDEND_BITS != rest) {
                throw new IOException("distance from a symbol beyond 8 MiB: " + rest);
            }
            add((int) rest & (1 << ADDEND_BITS) - 1, 0, LENGTH_32, 0, ARM_ADDEND);
        }
        add(numbers.number(symbol, addend), isRelative, LENGTH_32, 1, type);
    }

    private void add(int number, int isRelative, int length, int isExternal, int type)
            throws IOException {
        long address = layout.offset(section) + place;
        if (address > Integer.MAX_VALUE) {
            throw new IOException("a section of more than 2 GiB in a Mach-O file");
        }
        int info = number | isRelative << 24 | length << 25 | isExternal << 27 | type << 28;
        entries[count++] = (long) info << Integer.SIZE | address;
    }

    private static int checkedInt(long value) throws IOException {
        if ((int) value != value) {
            throw new IOException("a distance of more than 2 GiB in a Mach-O file");
        }
        return (int) value;
    }

    private IllegalArgumentException unknown(RelocationKind kind) {
        return new IllegalArgumentException(
                "relocation " + kind + " in Mach-O, section " + section.name());
    }
}
