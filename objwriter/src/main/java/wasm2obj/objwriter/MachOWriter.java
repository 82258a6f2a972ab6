package wasm2obj.objwriter;

import java.io.IOException;
import java.nio.ByteBuffer;
import wasm2obj.objwriter.MachOLayouts.BuildVersion;
import wasm2obj.objwriter.MachOLayouts.Dysymtab;
import wasm2obj.objwriter.MachOLayouts.Header;
import wasm2obj.objwriter.MachOLayouts.Nlist;
import wasm2obj.objwriter.MachOLayouts.Segment;
import wasm2obj.objwriter.MachOLayouts.Symtab;

/**
 * Writes an {@link ObjectFile} as a relocatable Mach-O file for macOS.
 *
 * <pre>
 *   mach_header_64
 *   LC_SEGMENT_64      with the sections' headers
 *   LC_BUILD_VERSION   macOS 11
 *   LC_SYMTAB, LC_DYSYMTAB
 *   contents           at their addresses, counted from here
 *   relocations        section by section
 *   symbols, strings
 * </pre>
 *
 * <p>Linkers of this format know no sections as ELF has them: they join what has the same name, and
 * take sections apart at symbols, to leave out or move what is between two. So the object's
 * sections of one kind are joined here already, and the label at the beginning of each is the one
 * place where it may be cut: all other symbols are marked as alternate entries of what is before
 * them ({@link MachOSymbols}). What one of the object's sections holds stays together, as in ELF.
 *
 * <p>Relocations have no addends, so fields are set before contents are written ({@link
 * MachORelocations}).
 *
 * <p>Offsets in the file, symbol numbers and addends have fewer bits than ELF's. What does not fit
 * is an IOException that says so.
 */
final class MachOWriter {

    private static final int RELOCATION_SIZE = 8;
    private static final int COMMANDS = 4;

    private final ObjectFile object;
    private final OutputFile output;
    private final MachOLayout layout;
    private final MachOSymbols symbols;
    private final MachORelocations relocations;

    private int commandsSize;
    private long contentsOffset;
    private long symbolsOffset;

    MachOWriter(ObjectFile object, OutputFile output) throws IOException {
        this.object = object;
        this.output = output;
        layout = new MachOLayout(object);
        symbols = new MachOSymbols(object, layout);
        relocations = new MachORelocations(object, layout, symbols);
    }

    void write() throws IOException {
        setFields();
        place();
        // From here on the layout is frozen.
        writeHeader();
        writeSegment();
        writeBuildVersion();
        writeSymbolCommands();
        writeContents();
        writeRelocations();
        writeSymbols();
    }

    // Sizes

    /** Sets the fields that have relocations, and counts these. */
    private void setFields() throws IOException {
        for (MachOSection section : layout.sections()) {
            for (Section part : section.parts) {
                for (int i = 0; i < part.relocationCount(); i++) {
                    section.relocationCount += relocations.convert(part, i);
                }
            }
        }
    }

    private void place() throws IOException {
        commandsSize =
                Segment.SIZE
                        + layout.sections().size() * MachOLayouts.Sect.SIZE
                        + BuildVersion.SIZE
                        + Symtab.SIZE
                        + Dysymtab.SIZE;
        contentsOffset = (long) Header.SIZE + commandsSize;
        long at = MachOLayout.alignUp(contentsOffset + layout.contentSize(), Long.BYTES);
        for (MachOSection section : layout.sections()) {
            section.offset = contentsOffset + section.address;
            section.relocationOffset = at;
            at += section.relocationCount * RELOCATION_SIZE;
        }
        symbolsOffset = at;
        long end = stringsOffset() + symbols.strings().size();
        if (end > 0xffff_ffffL) {
            throw new IOException("a Mach-O file of more than 4 GiB");
        }
    }

    private long stringsOffset() {
        return symbolsOffset + (long) symbols.count() * Nlist.SIZE;
    }

    // Bytes

    private void writeHeader() throws IOException {
        int at = output.reserve(Header.SIZE);
        ByteBuffer window = output.window();
        boolean isX86 = object.architecture() == Architecture.X86_64;
        window.putInt(at + Header.MAGIC, Header.MH_MAGIC_64);
        window.putInt(at + Header.CPUTYPE, isX86 ? Header.CPU_TYPE_X86_64 : Header.CPU_TYPE_ARM64);
        window.putInt(
                at + Header.CPUSUBTYPE,
                isX86 ? Header.CPU_SUBTYPE_X86_64_ALL : Header.CPU_SUBTYPE_ARM64_ALL);
        window.putInt(at + Header.FILETYPE, Header.MH_OBJECT);
        window.putInt(at + Header.NCMDS, COMMANDS);
        window.putInt(at + Header.SIZEOFCMDS, commandsSize);
        window.putInt(at + Header.FLAGS, Header.MH_SUBSECTIONS_VIA_SYMBOLS);
    }

    private void writeSegment() throws IOException {
        int at = output.reserve(Segment.SIZE);
        ByteBuffer window = output.window();
        window.putInt(at + Segment.CMD, Segment.LC_SEGMENT_64);
        window.putInt(
                at + Segment.CMDSIZE,
                Segment.SIZE + layout.sections().size() * MachOLayouts.Sect.SIZE);
        window.putLong(at + Segment.VMSIZE, layout.size());
        window.putLong(at + Segment.FILEOFF, contentsOffset);
        window.putLong(at + Segment.FILESIZE, layout.contentSize());
        window.putInt(at + Segment.MAXPROT, Segment.VM_PROT_ALL);
        window.putInt(at + Segment.INITPROT, Segment.VM_PROT_ALL);
        window.putInt(at + Segment.NSECTS, layout.sections().size());
        for (MachOSection section : layout.sections()) {
            section.writeTo(output);
        }
    }

    private void writeBuildVersion() throws IOException {
        int at = output.reserve(BuildVersion.SIZE);
        ByteBuffer window = output.window();
        window.putInt(at + BuildVersion.CMD, BuildVersion.LC_BUILD_VERSION);
        window.putInt(at + BuildVersion.CMDSIZE, BuildVersion.SIZE);
        window.putInt(at + BuildVersion.PLATFORM, BuildVersion.PLATFORM_MACOS);
        window.putInt(at + BuildVersion.MINOS, BuildVersion.MACOS_11);
    }

    private void writeSymbolCommands() throws IOException {
        int at = output.reserve(Symtab.SIZE);
        ByteBuffer window = output.window();
        window.putInt(at + Symtab.CMD, Symtab.LC_SYMTAB);
        window.putInt(at + Symtab.CMDSIZE, Symtab.SIZE);
        window.putInt(at + Symtab.SYMOFF, (int) symbolsOffset);
        window.putInt(at + Symtab.NSYMS, symbols.count());
        window.putInt(at + Symtab.STROFF, (int) stringsOffset());
        window.putInt(at + Symtab.STRSIZE, (int) symbols.strings().size());

        at = output.reserve(Dysymtab.SIZE);
        window.putInt(at + Dysymtab.CMD, Dysymtab.LC_DYSYMTAB);
        window.putInt(at + Dysymtab.CMDSIZE, Dysymtab.SIZE);
        window.putInt(at + Dysymtab.NLOCALSYM, symbols.firstDefined());
        window.putInt(at + Dysymtab.IEXTDEFSYM, symbols.firstDefined());
        window.putInt(at + Dysymtab.NEXTDEFSYM, symbols.firstUndefined() - symbols.firstDefined());
        window.putInt(at + Dysymtab.IUNDEFSYM, symbols.firstUndefined());
        window.putInt(at + Dysymtab.NUNDEFSYM, symbols.count() - symbols.firstUndefined());
    }

    private void writeContents() throws IOException {
        for (MachOSection section : layout.sections()) {
            if (section.isZeroFill()) {
                continue;
            }
            for (Section part : section.parts) {
                output.padTo(contentsOffset + layout.address(part.index()));
                for (int i = 0; i < part.chunkCount(); i++) {
                    output.write(part.chunk(i));
                }
            }
        }
    }

    /** From the last to the first, as other compilers write them and linkers read them fastest. */
    private void writeRelocations() throws IOException {
        for (MachOSection section : layout.sections()) {
            if (section.relocationCount == 0) {
                continue;
            }
            output.padTo(section.relocationOffset);
            for (int p = section.parts.size() - 1; p >= 0; p--) {
                Section part = section.parts.get(p);
                for (int i = part.relocationCount() - 1; i >= 0; i--) {
                    writeEntries(relocations.convert(part, i));
                }
            }
        }
    }

    private void writeEntries(int count) throws IOException {
        for (int e = 0; e < count; e++) {
            int at = output.reserve(RELOCATION_SIZE);
            output.window().putLong(at, relocations.entries[e]);
        }
    }

    private void writeSymbols() throws IOException {
        output.padTo(symbolsOffset);
        symbols.writeTo(output);
        output.write(symbols.strings());
    }
}
