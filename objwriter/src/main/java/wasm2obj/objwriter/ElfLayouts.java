package wasm2obj.objwriter;

import static java.lang.foreign.MemoryLayout.structLayout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The structures of a 64-bit ELF file as the gABI's chapters 4 and 5 declare them, and the
 * constants that a relocatable object needs.
 *
 * <p>Fields are stored at their offsets in the layouts. Neither the layouts' VarHandles nor {@code
 * byteOffset} are used: either starts the method handle machinery, which costs a short run more
 * than all the writing.
 */
final class ElfLayouts {

    private static final ValueLayout.OfShort HALF =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt WORD =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong XWORD =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private ElfLayouts() {}

    /** The file header. */
    static final class Ehdr {
        static final StructLayout LAYOUT =
                structLayout(
                        MemoryLayout.sequenceLayout(16, BYTE).withName("e_ident"),
                        HALF.withName("e_type"),
                        HALF.withName("e_machine"),
                        WORD.withName("e_version"),
                        XWORD.withName("e_entry"),
                        XWORD.withName("e_phoff"),
                        XWORD.withName("e_shoff"),
                        WORD.withName("e_flags"),
                        HALF.withName("e_ehsize"),
                        HALF.withName("e_phentsize"),
                        HALF.withName("e_phnum"),
                        HALF.withName("e_shentsize"),
                        HALF.withName("e_shnum"),
                        HALF.withName("e_shstrndx"));
        static final int SIZE = size(LAYOUT);
        static final int IDENT = offset(LAYOUT, "e_ident");
        static final int TYPE = offset(LAYOUT, "e_type");
        static final int MACHINE = offset(LAYOUT, "e_machine");
        static final int VERSION = offset(LAYOUT, "e_version");
        static final int SHOFF = offset(LAYOUT, "e_shoff");
        static final int EHSIZE = offset(LAYOUT, "e_ehsize");
        static final int SHENTSIZE = offset(LAYOUT, "e_shentsize");
        static final int SHNUM = offset(LAYOUT, "e_shnum");
        static final int SHSTRNDX = offset(LAYOUT, "e_shstrndx");

        /**
         * {@code e_ident}'s first eight bytes: magic, ELFCLASS64, ELFDATA2LSB, EV_CURRENT, System
         * V.
         */
        static final long ELF64_LITTLE_ENDIAN = 0x00_01_01_02_46_4c_45_7fL;

        static final short ET_REL = 1;
        static final short EM_X86_64 = 62;
        static final short EM_AARCH64 = 183;
        static final int EV_CURRENT = 1;

        private Ehdr() {}
    }

    /** A section's header. */
    static final class Shdr {
        static final StructLayout LAYOUT =
                structLayout(
                        WORD.withName("sh_name"),
                        WORD.withName("sh_type"),
                        XWORD.withName("sh_flags"),
                        XWORD.withName("sh_addr"),
                        XWORD.withName("sh_offset"),
                        XWORD.withName("sh_size"),
                        WORD.withName("sh_link"),
                        WORD.withName("sh_info"),
                        XWORD.withName("sh_addralign"),
                        XWORD.withName("sh_entsize"));
        static final int SIZE = size(LAYOUT);
        static final int NAME = offset(LAYOUT, "sh_name");
        static final int TYPE = offset(LAYOUT, "sh_type");
        static final int FLAGS = offset(LAYOUT, "sh_flags");
        static final int OFFSET = offset(LAYOUT, "sh_offset");
        static final int LENGTH = offset(LAYOUT, "sh_size");
        static final int LINK = offset(LAYOUT, "sh_link");
        static final int INFO = offset(LAYOUT, "sh_info");
        static final int ADDRALIGN = offset(LAYOUT, "sh_addralign");
        static final int ENTSIZE = offset(LAYOUT, "sh_entsize");

        static final int SHT_NULL = 0;
        static final int SHT_PROGBITS = 1;
        static final int SHT_SYMTAB = 2;
        static final int SHT_STRTAB = 3;
        static final int SHT_RELA = 4;
        static final int SHT_NOTE = 7;
        static final int SHT_NOBITS = 8;
        static final int SHT_SYMTAB_SHNDX = 18;
        static final int SHT_X86_64_UNWIND = 0x7000_0001;

        static final int SHF_WRITE = 1;
        static final int SHF_ALLOC = 2;
        static final int SHF_EXECINSTR = 4;
        static final int SHF_INFO_LINK = 0x40;

        private Shdr() {}
    }

    /** A symbol. */
    static final class Sym {
        static final StructLayout LAYOUT =
                structLayout(
                        WORD.withName("st_name"),
                        BYTE.withName("st_info"),
                        BYTE.withName("st_other"),
                        HALF.withName("st_shndx"),
                        XWORD.withName("st_value"),
                        XWORD.withName("st_size"));
        static final int SIZE = size(LAYOUT);
        static final int NAME = offset(LAYOUT, "st_name");
        static final int INFO = offset(LAYOUT, "st_info");
        static final int OTHER = offset(LAYOUT, "st_other");
        static final int SHNDX = offset(LAYOUT, "st_shndx");
        static final int VALUE = offset(LAYOUT, "st_value");
        static final int LENGTH = offset(LAYOUT, "st_size");

        static final int STB_LOCAL = 0;
        static final int STB_GLOBAL = 1;
        static final int STB_WEAK = 2;

        static final int STT_NOTYPE = 0;
        static final int STT_OBJECT = 1;
        static final int STT_FUNC = 2;
        static final int STT_SECTION = 3;
        static final int STT_FILE = 4;

        static final int STV_DEFAULT = 0;
        static final int STV_HIDDEN = 2;

        static final int SHN_UNDEF = 0;

        /** From here on section numbers do not fit 16-bit fields. */
        static final int SHN_LORESERVE = 0xff00;

        static final int SHN_ABS = 0xfff1;

        /** Stands in a 16-bit field for a number that is kept elsewhere. */
        static final int SHN_XINDEX = 0xffff;

        private Sym() {}
    }

    /** A relocation with addend. */
    static final class Rela {
        static final StructLayout LAYOUT =
                structLayout(
                        XWORD.withName("r_offset"),
                        XWORD.withName("r_info"),
                        XWORD.withName("r_addend"));
        static final int SIZE = size(LAYOUT);
        static final int OFFSET = offset(LAYOUT, "r_offset");
        static final int INFO = offset(LAYOUT, "r_info");
        static final int ADDEND = offset(LAYOUT, "r_addend");

        private Rela() {}
    }

    /** The offset of the member called {@code name}, which must exist. */
    static int offset(StructLayout struct, String name) {
        long offset = 0;
        for (MemoryLayout member : struct.memberLayouts()) {
            if (member.name().orElseThrow().equals(name)) {
                return (int) offset;
            }
            offset += member.byteSize();
        }
        throw new IllegalArgumentException(name);
    }

    private static int size(StructLayout struct) {
        return (int) struct.byteSize();
    }
}
