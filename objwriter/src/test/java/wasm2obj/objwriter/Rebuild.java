package wasm2obj.objwriter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfRelocationAddend;
import net.fornwall.jelf.ElfRelocationAddendSection;
import net.fornwall.jelf.ElfSection;
import net.fornwall.jelf.ElfSectionHeader;
import net.fornwall.jelf.ElfSymbol;

/**
 * Takes an object that an assembler wrote and builds the same thing as an {@link ObjectFile}: what
 * the tools say of the one they must say of the other.
 */
final class Rebuild {

    private static final long FLAGS = 7; // write, alloc, exec

    private final ElfFile elf;
    private final ObjectFile object;
    private final Section[] sections;
    private int[] symbols;

    private Rebuild(ElfFile elf) {
        this.elf = elf;
        this.object =
                new ObjectFile(
                        elf.e_machine == ElfFile.ARCH_AARCH64
                                ? Architecture.AARCH64
                                : Architecture.X86_64);
        this.sections = new Section[elf.e_shnum];
    }

    static ObjectFile of(Path file) throws IOException {
        Rebuild rebuild = new Rebuild(ElfFile.from(file));
        rebuild.sections();
        rebuild.symbols();
        rebuild.relocations();
        return rebuild.object;
    }

    private void sections() {
        for (int i = 1; i < elf.e_shnum; i++) {
            ElfSection section = elf.getSection(i);
            ElfSectionHeader header = section.header;
            SectionKind kind = kind(header);
            if (kind == null || header.getName().equals(".note.GNU-stack")) {
                continue;
            }
            sections[i] =
                    object.addSection(
                            header.getName(), kind, (int) Math.max(header.sh_addralign, 1));
            if (kind == SectionKind.BSS) {
                sections[i].appendZeros(header.sh_size);
            } else {
                sections[i].append(section.getData());
            }
        }
    }

    private static SectionKind kind(ElfSectionHeader header) {
        if (header.getName().equals(".eh_frame")) {
            return SectionKind.EH_FRAME;
        }
        return switch (header.sh_type) {
            case ElfSectionHeader.SHT_NOBITS -> SectionKind.BSS;
            case ElfSectionHeader.SHT_NOTE -> SectionKind.NOTE;
            case ElfSectionHeader.SHT_PROGBITS -> progbits(header.sh_flags & FLAGS);
            case ElfSectionHeader.SHT_RELA,
                    ElfSectionHeader.SHT_SYMTAB,
                    ElfSectionHeader.SHT_STRTAB ->
                    null;
            default ->
                    throw new IllegalArgumentException(
                            header.getName() + " type " + header.sh_type);
        };
    }

    private static SectionKind progbits(long flags) {
        return switch ((int) flags) {
            case 0 -> SectionKind.DEBUG;
            case ElfSectionHeader.FLAG_ALLOC -> SectionKind.RODATA;
            case ElfSectionHeader.FLAG_ALLOC | ElfSectionHeader.FLAG_WRITE -> SectionKind.DATA;
            case ElfSectionHeader.FLAG_ALLOC | ElfSectionHeader.FLAG_EXEC_INSTR -> SectionKind.TEXT;
            default -> throw new IllegalArgumentException("flags " + flags);
        };
    }

    private void symbols() {
        ElfSymbol[] theirs = elf.getSymbolTableSection().symbols;
        symbols = new int[theirs.length];
        for (int i = 1; i < theirs.length; i++) {
            symbols[i] = symbol(theirs[i]);
        }
    }

    private int symbol(ElfSymbol symbol) {
        int section = symbol.st_shndx;
        switch (symbol.getType()) {
            case ElfSymbol.STT_SECTION:
                return sections[section] == null
                        ? -1 // .note.GNU-stack's
                        : object.symbols().section(sections[section]);
            case ElfSymbol.STT_FILE:
                return object.symbols().file(symbol.getName());
            default:
                break;
        }
        int ours =
                object.symbols().declare(symbol.getName(), symbolKind(symbol), symbolScope(symbol));
        if (section != 0) {
            object.symbols().define(ours, sections[section], symbol.st_value, symbol.st_size);
        }
        return ours;
    }

    private static SymbolKind symbolKind(ElfSymbol symbol) {
        return switch (symbol.getType()) {
            case ElfSymbol.STT_NOTYPE -> SymbolKind.NONE;
            case ElfSymbol.STT_OBJECT -> SymbolKind.OBJECT;
            case ElfSymbol.STT_FUNC -> SymbolKind.FUNCTION;
            default -> throw new IllegalArgumentException("symbol type " + symbol.getType());
        };
    }

    private static SymbolScope symbolScope(ElfSymbol symbol) {
        return switch (symbol.getBinding()) {
            case ElfSymbol.BINDING_LOCAL -> SymbolScope.LOCAL;
            case ElfSymbol.BINDING_WEAK -> SymbolScope.WEAK;
            default -> symbol.st_other == 2 ? SymbolScope.HIDDEN : SymbolScope.GLOBAL;
        };
    }

    private void relocations() {
        Map<Integer, RelocationKind> kinds = kindsByType(object.architecture());
        for (ElfRelocationAddendSection table :
                elf.sectionsOfType(ElfRelocationAddendSection.class)) {
            for (ElfRelocationAddend relocation : table.relocations) {
                RelocationKind kind = kinds.get((int) relocation.getType());
                if (kind == null) {
                    throw new IllegalArgumentException("relocation " + relocation.getType());
                }
                sections[table.header.sh_info].relocate(
                        relocation.r_offset,
                        kind,
                        symbols[relocation.getSymbolIndex()],
                        relocation.r_addend);
            }
        }
    }

    private static Map<Integer, RelocationKind> kindsByType(Architecture architecture) {
        Map<Integer, RelocationKind> kinds = new HashMap<>();
        Arrays.stream(RelocationKind.values())
                .filter(kind -> ElfRelocationsTest.exists(architecture, kind))
                .forEach(kind -> kinds.put(ElfRelocations.type(architecture, kind), kind));
        return kinds;
    }
}
