package wasm2obj.objwriter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import wasm2obj.objwriter.ElfLayouts.Ehdr;
import wasm2obj.objwriter.ElfLayouts.Rela;
import wasm2obj.objwriter.ElfLayouts.Shdr;
import wasm2obj.objwriter.ElfLayouts.Sym;

/**
 * Writes an {@link ObjectFile} as a relocatable ELF file.
 *
 * <p>Sizes come first, then headers, then bytes, front to back:
 *
 * <pre>
 *   file header
 *   the object's sections in their order     headers 1 to n, so section i's number is i + 1
 *   .note.GNU-stack                          empty: the program's stack need not be executable
 *   .rela.X                                  for every section X that has relocations
 *   .symtab                                  local symbols, then the others
 *   .symtab_shndx                            only if section numbers do not fit a symbol's 16 bits
 *   .strtab, .shstrtab
 *   section headers
 * </pre>
 *
 * <p>Numbers of sections from 0xff00 on are reserved. A file with so many (a section for each
 * function) keeps what does not fit elsewhere: a symbol's section in .symtab_shndx, the number of
 * headers and the index of .shstrtab in header 0.
 *
 * <p>Time and file are linear in the object. The writer's own memory is an int for each symbol and
 * a header for each section.
 */
final class ElfWriter {

    private static final String RELA = ".rela";

    /** No section's place in the file is aligned more than this; the linker aligns in memory. */
    private static final int LARGEST_FILE_ALIGNMENT = 4096;

    private static final int HEADER_ALIGNMENT = 8;

    private final ObjectFile object;
    private final SymbolTable symbols;
    private final List<Section> sections;
    private final OutputFile output;

    private final ArrayList<ElfSectionHeader> headers = new ArrayList<>();
    private final ChunkedBytes sectionNames = new ChunkedBytes();
    private ElfSectionHeader symbolTable;
    private int sectionNamesIndex;
    private long headersOffset;

    /** The ELF symbol number of each symbol. */
    private int[] elfSymbols;

    /** The first ELF symbol that is not local. */
    private int firstGlobal;

    ElfWriter(ObjectFile object, OutputFile output) {
        this.object = object;
        this.symbols = object.symbols();
        this.sections = object.sections();
        this.output = output;
    }

    void write() throws IOException {
        numberSymbols();
        addHeaders();
        placeSections();
        // From here on the layout is frozen.
        writeFileHeader();
        writeContents();
        writeRelocations();
        writeSymbols();
        writeSectionNumbers();
        writeStrings();
        writeSectionHeaders();
    }

    // Sizes

    /**
     * Local symbols come before all others, in their own order; ELF symbol 0 is the null symbol.
     */
    private void numberSymbols() {
        elfSymbols = new int[symbols.count()];
        int next = 1;
        for (int symbol = 0; symbol < elfSymbols.length; symbol++) {
            if (isLocal(symbol)) {
                if (!symbols.isDefined(symbol)) {
                    throw new IllegalStateException("local symbol " + symbol + " is not defined");
                }
                elfSymbols[symbol] = next++;
            }
        }
        firstGlobal = next;
        for (int symbol = 0; symbol < elfSymbols.length; symbol++) {
            if (!isLocal(symbol)) {
                elfSymbols[symbol] = next++;
            }
        }
    }

    private boolean isLocal(int symbol) {
        return symbols.scope(symbol) == SymbolScope.LOCAL;
    }

    private void addHeaders() {
        sectionNames.appendByte(0);
        headers.ensureCapacity(2 * sections.size() + 6);
        headers.add(new ElfSectionHeader(0, Shdr.SHT_NULL, 0, 0, 0));
        for (Section section : sections) {
            addContentHeader(section);
        }
        addHeader(".note.GNU-stack", Shdr.SHT_PROGBITS, 1, 0);
        addRelocationHeaders();

        int symbolTableIndex = headers.size();
        long symbolCount = elfSymbols.length + 1L;
        symbolTable = addHeader(".symtab", Shdr.SHT_SYMTAB, HEADER_ALIGNMENT, Sym.SIZE);
        symbolTable.size = symbolCount * Sym.SIZE;
        symbolTable.info = firstGlobal;
        if (numbersSectionsApart()) {
            ElfSectionHeader numbers =
                    addHeader(".symtab_shndx", Shdr.SHT_SYMTAB_SHNDX, Integer.BYTES, Integer.BYTES);
            numbers.size = symbolCount * Integer.BYTES;
            numbers.link = symbolTableIndex;
        }
        symbolTable.link = headers.size();
        addHeader(".strtab", Shdr.SHT_STRTAB, 1, 0).size = symbols.names().size();
        sectionNamesIndex = headers.size();
        addHeader(".shstrtab", Shdr.SHT_STRTAB, 1, 0).size = sectionNames.size();
        linkRelocationHeaders(symbolTableIndex);
        extendNumbering();
    }

    /** A section shares its name with its relocations', which have a prefix. */
    private void addContentHeader(Section section) {
        boolean relocated = section.relocationCount() != 0;
        int name = addName(relocated ? RELA.concat(section.name()) : section.name());
        ElfSectionHeader header =
                new ElfSectionHeader(
                        relocated ? name + RELA.length() : name,
                        type(section.kind()),
                        flags(section.kind()),
                        section.alignment(),
                        0);
        header.size = section.size();
        headers.add(header);
    }

    private void addRelocationHeaders() {
        for (Section section : sections) {
            if (section.relocationCount() == 0) {
                continue;
            }
            int number = section.index() + 1;
            ElfSectionHeader header =
                    new ElfSectionHeader(
                            headers.get(number).name - RELA.length(),
                            Shdr.SHT_RELA,
                            Shdr.SHF_INFO_LINK,
                            HEADER_ALIGNMENT,
                            Rela.SIZE);
            header.size = (long) section.relocationCount() * Rela.SIZE;
            header.info = number;
            headers.add(header);
        }
    }

    private void linkRelocationHeaders(int symbolTableIndex) {
        for (ElfSectionHeader header : headers) {
            if (header.type == Shdr.SHT_RELA) {
                header.link = symbolTableIndex;
            }
        }
    }

    private ElfSectionHeader addHeader(String name, int type, int alignment, int entrySize) {
        ElfSectionHeader header =
                new ElfSectionHeader(addName(name), type, 0, alignment, entrySize);
        headers.add(header);
        return header;
    }

    private int addName(String name) {
        int at = Math.toIntExact(sectionNames.size());
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        sectionNames.append(utf8, 0, utf8.length);
        sectionNames.appendByte(0);
        return at;
    }

    private boolean numbersSectionsApart() {
        return sections.size() + 1 > Sym.SHN_LORESERVE;
    }

    /** Keeps in header 0 what the file header has no room for. */
    private void extendNumbering() {
        if (headers.size() >= Sym.SHN_LORESERVE) {
            headers.getFirst().size = headers.size();
        }
        if (sectionNamesIndex >= Sym.SHN_LORESERVE) {
            headers.getFirst().link = sectionNamesIndex;
        }
    }

    private void placeSections() {
        long at = Ehdr.SIZE;
        for (int i = 1; i < headers.size(); i++) {
            ElfSectionHeader header = headers.get(i);
            at = alignUp(at, Math.min(header.alignment, LARGEST_FILE_ALIGNMENT));
            header.offset = at;
            at += header.fileSize();
        }
        headersOffset = alignUp(at, HEADER_ALIGNMENT);
    }

    private static long alignUp(long offset, int alignment) {
        return (offset + alignment - 1) & -alignment;
    }

    // Bytes

    private void writeFileHeader() throws IOException {
        int at = output.reserve(Ehdr.SIZE);
        ByteBuffer window = output.window();
        window.putLong(at + Ehdr.IDENT, Ehdr.ELF64_LITTLE_ENDIAN);
        window.putShort(at + Ehdr.TYPE, Ehdr.ET_REL);
        window.putShort(at + Ehdr.MACHINE, machine());
        window.putInt(at + Ehdr.VERSION, Ehdr.EV_CURRENT);
        window.putLong(at + Ehdr.SHOFF, headersOffset);
        window.putShort(at + Ehdr.EHSIZE, (short) Ehdr.SIZE);
        window.putShort(at + Ehdr.SHENTSIZE, (short) Shdr.SIZE);
        int count = headers.size();
        window.putShort(at + Ehdr.SHNUM, count < Sym.SHN_LORESERVE ? (short) count : 0);
        window.putShort(at + Ehdr.SHSTRNDX, sectionNumber(sectionNamesIndex));
    }

    private void writeContents() throws IOException {
        for (Section section : sections) {
            if (section.kind() == SectionKind.BSS) {
                continue;
            }
            output.padTo(headers.get(section.index() + 1).offset);
            for (int i = 0; i < section.chunkCount(); i++) {
                output.write(section.chunk(i));
            }
        }
    }

    private void writeRelocations() throws IOException {
        for (ElfSectionHeader header : headers) {
            if (header.type == Shdr.SHT_RELA) {
                output.padTo(header.offset);
                writeRelocations(sections.get(header.info - 1));
            }
        }
    }

    private void writeRelocations(Section section) throws IOException {
        ByteBuffer window = output.window();
        for (int i = 0; i < section.relocationCount(); i++) {
            int type = ElfRelocations.type(object.architecture(), section.relocationKind(i));
            long symbol = elfSymbols[section.relocationSymbol(i)];
            int at = output.reserve(Rela.SIZE);
            window.putLong(at + Rela.OFFSET, section.relocationOffset(i));
            window.putLong(at + Rela.INFO, (symbol << Integer.SIZE) | type);
            window.putLong(at + Rela.ADDEND, section.relocationAddend(i));
        }
    }

    private void writeSymbols() throws IOException {
        output.padTo(symbolTable.offset);
        output.reserve(Sym.SIZE); // The null symbol.
        writeSymbols(true);
        writeSymbols(false);
    }

    private void writeSymbols(boolean local) throws IOException {
        for (int symbol = 0; symbol < elfSymbols.length; symbol++) {
            if (isLocal(symbol) == local) {
                writeSymbol(symbol);
            }
        }
    }

    private void writeSymbol(int symbol) throws IOException {
        int at = output.reserve(Sym.SIZE);
        ByteBuffer window = output.window();
        window.putInt(at + Sym.NAME, symbols.nameOffset(symbol));
        window.put(at + Sym.INFO, info(symbols.kind(symbol), symbols.scope(symbol)));
        window.put(at + Sym.OTHER, visibility(symbols.scope(symbol)));
        window.putShort(at + Sym.SHNDX, place(symbol));
        window.putLong(at + Sym.VALUE, symbols.value(symbol));
        window.putLong(at + Sym.LENGTH, symbols.size(symbol));
    }

    private short place(int symbol) {
        if (symbols.isAbsolute(symbol)) {
            return (short) Sym.SHN_ABS;
        }
        return symbols.isDefined(symbol)
                ? sectionNumber(symbols.sectionIndex(symbol) + 1)
                : Sym.SHN_UNDEF;
    }

    /** {@code number} as a 16-bit field holds it, which may be a mark that it does not. */
    private static short sectionNumber(int number) {
        return (short) (number < Sym.SHN_LORESERVE ? number : Sym.SHN_XINDEX);
    }

    /** The numbers that {@link #sectionNumber} could not hold, zero for every other symbol. */
    private void writeSectionNumbers() throws IOException {
        if (!numbersSectionsApart()) {
            return;
        }
        output.writeInt(0);
        writeSectionNumbers(true);
        writeSectionNumbers(false);
    }

    private void writeSectionNumbers(boolean local) throws IOException {
        for (int symbol = 0; symbol < elfSymbols.length; symbol++) {
            if (isLocal(symbol) == local) {
                int number = symbols.sectionIndex(symbol) + 1;
                output.writeInt(number < Sym.SHN_LORESERVE ? 0 : number);
            }
        }
    }

    private void writeStrings() throws IOException {
        output.write(symbols.names());
        output.write(sectionNames);
    }

    private void writeSectionHeaders() throws IOException {
        output.padTo(headersOffset);
        for (ElfSectionHeader header : headers) {
            header.writeTo(output);
        }
    }

    // The model's terms in ELF's

    private short machine() {
        return switch (object.architecture()) {
            case X86_64 -> Ehdr.EM_X86_64;
            case AARCH64 -> Ehdr.EM_AARCH64;
        };
    }

    private int type(SectionKind kind) {
        return switch (kind) {
            case TEXT, TEXT_COLD, RODATA, DATA_REL_RO, DATA, METADATA, DEBUG -> Shdr.SHT_PROGBITS;
            case BSS -> Shdr.SHT_NOBITS;
            case NOTE -> Shdr.SHT_NOTE;
            case EH_FRAME ->
                    object.architecture() == Architecture.X86_64
                            ? Shdr.SHT_X86_64_UNWIND
                            : Shdr.SHT_PROGBITS;
            case COMPACT_UNWIND -> throw new IllegalArgumentException("compact unwind in ELF");
        };
    }

    private static int flags(SectionKind kind) {
        return switch (kind) {
            case TEXT, TEXT_COLD -> Shdr.SHF_ALLOC | Shdr.SHF_EXECINSTR;
            case RODATA, METADATA, EH_FRAME, COMPACT_UNWIND, NOTE -> Shdr.SHF_ALLOC;
            case DATA_REL_RO, DATA, BSS -> Shdr.SHF_ALLOC | Shdr.SHF_WRITE;
            case DEBUG -> 0;
        };
    }

    private static byte info(SymbolKind kind, SymbolScope scope) {
        int type =
                switch (kind) {
                    case NONE -> Sym.STT_NOTYPE;
                    case FUNCTION -> Sym.STT_FUNC;
                    case OBJECT -> Sym.STT_OBJECT;
                    case SECTION -> Sym.STT_SECTION;
                    case FILE -> Sym.STT_FILE;
                };
        int binding =
                switch (scope) {
                    case LOCAL -> Sym.STB_LOCAL;
                    case HIDDEN, GLOBAL -> Sym.STB_GLOBAL;
                    case WEAK -> Sym.STB_WEAK;
                };
        return (byte) ((binding << 4) | type);
    }

    private static byte visibility(SymbolScope scope) {
        return (byte) (scope == SymbolScope.HIDDEN ? Sym.STV_HIDDEN : Sym.STV_DEFAULT);
    }
}
