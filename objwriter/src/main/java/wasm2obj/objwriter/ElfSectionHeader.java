package wasm2obj.objwriter;

import java.io.IOException;
import java.nio.ByteBuffer;
import wasm2obj.objwriter.ElfLayouts.Shdr;

/** One section header of an ELF file until it is written. */
final class ElfSectionHeader {

    final int name;
    final int type;
    final int flags;
    final int alignment;
    final int entrySize;
    long size;
    long offset;
    int link;
    int info;

    /**
     * @param name offset in the string table of section names
     * @param entrySize bytes of an entry of a table, 0 for what is no table
     */
    ElfSectionHeader(int name, int type, int flags, int alignment, int entrySize) {
        this.name = name;
        this.type = type;
        this.flags = flags;
        this.alignment = alignment;
        this.entrySize = entrySize;
    }

    /** The bytes that the section takes in the file. */
    long fileSize() {
        return type == Shdr.SHT_NOBITS ? 0 : size;
    }

    void writeTo(OutputFile output) throws IOException {
        int at = output.reserve(Shdr.SIZE);
        ByteBuffer window = output.window();
        window.putInt(at + Shdr.NAME, name);
        window.putInt(at + Shdr.TYPE, type);
        window.putLong(at + Shdr.FLAGS, flags);
        window.putLong(at + Shdr.OFFSET, offset);
        window.putLong(at + Shdr.LENGTH, size);
        window.putInt(at + Shdr.LINK, link);
        window.putInt(at + Shdr.INFO, info);
        window.putLong(at + Shdr.ADDRALIGN, alignment);
        window.putLong(at + Shdr.ENTSIZE, entrySize);
    }
}
