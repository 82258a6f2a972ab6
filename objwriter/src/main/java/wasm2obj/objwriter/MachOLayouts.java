package wasm2obj.objwriter;

import static java.lang.foreign.MemoryLayout.structLayout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The structures of a 64-bit Mach-O file as Apple's mach-o/loader.h and mach-o/nlist.h declare
 * them, and the constants that a relocatable object needs. Fields are stored at their offsets, as
 * {@link ElfLayouts} says.
 */
final class MachOLayouts {

    /** Bytes of a section's or segment's name, NUL only if it is shorter. */
    static final int NAME_SIZE = 16;

    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;

    private MachOLayouts() {}

    /** mach_header_64. */
    static final class Header {
        static final StructLayout LAYOUT =
                structLayout(
                        U32.withName("magic"),
                        U32.withName("cputype"),
                        U32.withName("cpusubtype"),
                        U32.withName("filetype"),
                        U32.withName("ncmds"),
                        U32.withName("sizeofcmds"),
                        U32.withName("flags"),
                        U32.withName("reserved"));
        static final int SIZE = size(LAYOUT);
        static final int MAGIC = offset(LAYOUT, "magic");
        static final int CPUTYPE = offset(LAYOUT, "cputype");
        static final int CPUSUBTYPE = offset(LAYOUT, "cpusubtype");
        static final int FILETYPE = offset(LAYOUT, "filetype");
        static final int NCMDS = offset(LAYOUT, "ncmds");
        static final int SIZEOFCMDS = offset(LAYOUT, "sizeofcmds");
        static final int FLAGS = offset(LAYOUT, "flags");

        static final int MH_MAGIC_64 = 0xfeed_facf;
        static final int CPU_TYPE_X86_64 = 0x0100_0007;
        static final int CPU_SUBTYPE_X86_64_ALL = 3;
        static final int CPU_TYPE_ARM64 = 0x0100_000c;
        static final int CPU_SUBTYPE_ARM64_ALL = 0;
        static final int MH_OBJECT = 1;
        static final int MH_SUBSECTIONS_VIA_SYMBOLS = 0x2000;

        private Header() {}
    }

    /** segment_command_64; an object has one, without a name. */
    static final class Segment {
        static final StructLayout LAYOUT =
                structLayout(
                        U32.withName("cmd"),
                        U32.withName("cmdsize"),
                        MemoryLayout.sequenceLayout(NAME_SIZE, U8).withName("segname"),
                        U64.withName("vmaddr"),
                        U64.withName("vmsize"),
                        U64.withName("fileoff"),
                        U64.withName("filesize"),
                        U32.withName("maxprot"),
                        U32.withName("initprot"),
                        U32.withName("nsects"),
                        U32.withName("flags"));
        static final int SIZE = size(LAYOUT);
        static final int CMD = offset(LAYOUT, "cmd");
        static final int CMDSIZE = offset(LAYOUT, "cmdsize");
        static final int VMSIZE = offset(LAYOUT, "vmsize");
        static final int FILEOFF = offset(LAYOUT, "fileoff");
        static final int FILESIZE = offset(LAYOUT, "filesize");
        static final int MAXPROT = offset(LAYOUT, "maxprot");
        static final int INITPROT = offset(LAYOUT, "initprot");
        static final int NSECTS = offset(LAYOUT, "nsects");

        static final int LC_SEGMENT_64 = 0x19;
        static final int VM_PROT_ALL = 7;

        private Segment() {}
    }

    /** section_64. */
    static final class Sect {
        static final StructLayout LAYOUT =
                structLayout(
                        MemoryLayout.sequenceLayout(NAME_SIZE, U8).withName("sectname"),
                        MemoryLayout.sequenceLayout(NAME_SIZE, U8).withName("segname"),
                        U64.withName("addr"),
                        U64.withName("size"),
                        U32.withName("offset"),
                        U32.withName("align"),
                        U32.withName("reloff"),
                        U32.withName("nreloc"),
                        U32.withName("flags"),
                        U32.withName("reserved1"),
                        U32.withName("reserved2"),
                        U32.withName("reserved3"));
        static final int SIZE = size(LAYOUT);
        static final int SECTNAME = offset(LAYOUT, "sectname");
        static final int SEGNAME = offset(LAYOUT, "segname");
        static final int ADDR = offset(LAYOUT, "addr");
        static final int LENGTH = offset(LAYOUT, "size");
        static final int OFFSET = offset(LAYOUT, "offset");
        static final int ALIGN = offset(LAYOUT, "align");
        static final int RELOFF = offset(LAYOUT, "reloff");
        static final int NRELOC = offset(LAYOUT, "nreloc");
        static final int FLAGS = offset(LAYOUT, "flags");

        static final int S_REGULAR = 0;
        static final int S_ZEROFILL = 1;
        static final int S_COALESCED = 0xb;
        static final int S_ATTR_PURE_INSTRUCTIONS = 0x8000_0000;
        static final int S_ATTR_NO_TOC = 0x4000_0000;
        static final int S_ATTR_STRIP_STATIC_SYMS = 0x2000_0000;
        static final int S_ATTR_LIVE_SUPPORT = 0x0800_0000;
        static final int S_ATTR_DEBUG = 0x0200_0000;
        static final int S_ATTR_SOME_INSTRUCTIONS = 0x400;

        private Sect() {}
    }

    /** build_version_command without tools. */
    static final class BuildVersion {
        static final StructLayout LAYOUT =
                structLayout(
                        U32.withName("cmd"),
                        U32.withName("cmdsize"),
                        U32.withName("platform"),
                        U32.withName("minos"),
                        U32.withName("sdk"),
                        U32.withName("ntools"));
        static final int SIZE = size(LAYOUT);
        static final int CMD = offset(LAYOUT, "cmd");
        static final int CMDSIZE = offset(LAYOUT, "cmdsize");
        static final int PLATFORM = offset(LAYOUT, "platform");
        static final int MINOS = offset(LAYOUT, "minos");

        static final int LC_BUILD_VERSION = 0x32;
        static final int PLATFORM_MACOS = 1;

        /** macOS 11.0.0, the first one on arm64: xxxx.yy.zz in nibbles. */
        static final int MACOS_11 = 11 << 16;

        private BuildVersion() {}
    }

    /** symtab_command. */
    static final class Symtab {
        static final StructLayout LAYOUT =
                structLayout(
                        U32.withName("cmd"),
                        U32.withName("cmdsize"),
                        U32.withName("symoff"),
                        U32.withName("nsyms"),
                        U32.withName("stroff"),
                        U32.withName("strsize"));
        static final int SIZE = size(LAYOUT);
        static final int CMD = offset(LAYOUT, "cmd");
        static final int CMDSIZE = offset(LAYOUT, "cmdsize");
        static final int SYMOFF = offset(LAYOUT, "symoff");
        static final int NSYMS = offset(LAYOUT, "nsyms");
        static final int STROFF = offset(LAYOUT, "stroff");
        static final int STRSIZE = offset(LAYOUT, "strsize");

        static final int LC_SYMTAB = 2;

        private Symtab() {}
    }

    /** dysymtab_command: which symbols are local, defined, undefined. The other tables are images'. */
    static final class Dysymtab {
        static final StructLayout LAYOUT =
                structLayout(
                        U32.withName("cmd"),
                        U32.withName("cmdsize"),
                        U32.withName("ilocalsym"),
                        U32.withName("nlocalsym"),
                        U32.withName("iextdefsym"),
                        U32.withName("nextdefsym"),
                        U32.withName("iundefsym"),
                        U32.withName("nundefsym"),
                        MemoryLayout.sequenceLayout(12, U32).withName("others"));
        static final int SIZE = size(LAYOUT);
        static final int CMD = offset(LAYOUT, "cmd");
        static final int CMDSIZE = offset(LAYOUT, "cmdsize");
        static final int ILOCALSYM = offset(LAYOUT, "ilocalsym");
        static final int NLOCALSYM = offset(LAYOUT, "nlocalsym");
        static final int IEXTDEFSYM = offset(LAYOUT, "iextdefsym");
        static final int NEXTDEFSYM = offset(LAYOUT, "nextdefsym");
        static final int IUNDEFSYM = offset(LAYOUT, "iundefsym");
        static final int NUNDEFSYM = offset(LAYOUT, "nundefsym");

        static final int LC_DYSYMTAB = 0xb;

        private Dysymtab() {}
    }

    /** nlist_64, a symbol. */
    static final class Nlist {
        static final StructLayout LAYOUT =
                structLayout(
                        U32.withName("n_strx"),
                        U8.withName("n_type"),
                        U8.withName("n_sect"),
                        U16.withName("n_desc"),
                        U64.withName("n_value"));
        static final int SIZE = size(LAYOUT);
        static final int STRX = offset(LAYOUT, "n_strx");
        static final int TYPE = offset(LAYOUT, "n_type");
        static final int SECT = offset(LAYOUT, "n_sect");
        static final int DESC = offset(LAYOUT, "n_desc");
        static final int VALUE = offset(LAYOUT, "n_value");

        static final int N_UNDF = 0;
        static final int N_EXT = 1;
        static final int N_SECT = 0xe;
        static final int N_PEXT = 0x10;
        static final int N_WEAK_REF = 0x40;
        static final int N_WEAK_DEF = 0x80;
        static final int N_ALT_ENTRY = 0x200;

        private Nlist() {}
    }

    /** The offset of the member called {@code name}, which must exist. */
    private static int offset(StructLayout struct, String name) {
        return ElfLayouts.offset(struct, name);
    }

    private static int size(StructLayout struct) {
        return (int) struct.byteSize();
    }
}
