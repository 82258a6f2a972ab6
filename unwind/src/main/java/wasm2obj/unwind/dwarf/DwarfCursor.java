package wasm2obj.unwind.dwarf;

import java.nio.charset.StandardCharsets;

/** Reads a section, or a part of it, and never beyond its end. Offsets count from the section's first byte. */
final class DwarfCursor {
    private final String section;
    private final byte[] bytes;
    private final int base;
    private final int end;
    private int at;

    DwarfCursor(String section, byte[] bytes, int start, int end) {
        this.section = section;
        this.bytes = bytes;
        this.base = start;
        this.end = end;
        at = start;
    }

    private DwarfCursor(DwarfCursor whole, int start, int end) {
        section = whole.section;
        bytes = whole.bytes;
        base = whole.base;
        this.end = end;
        at = start;
    }

    /** Where the next byte is read. */
    int offset() {
        return at - base;
    }

    /** The section's size, or the offset of the part's end. */
    int limit() {
        return end - base;
    }

    boolean atEnd() {
        return at == end;
    }

    /** The bytes from {@code from} up to {@code to}, as a part of this one. */
    DwarfCursor part(long from, long to) throws DwarfException {
        if (from < 0 || from > to || to > limit()) {
            throw damaged("a part outside of it");
        }
        return new DwarfCursor(this, base + (int) from, base + (int) to);
    }

    void seek(long offset) throws DwarfException {
        if (offset < 0 || offset > limit()) {
            throw damaged("offset " + offset + " outside of it");
        }
        at = base + (int) offset;
    }

    void skip(long count) throws DwarfException {
        if (count < 0 || count > end - at) {
            throw damaged("ends early");
        }
        at += (int) count;
    }

    int u8() throws DwarfException {
        skip(1);
        return bytes[at - 1] & 0xff;
    }

    int u16() throws DwarfException {
        return (int) unsigned(2);
    }

    /** Four bytes, as an offset or a length: unsigned. */
    long u32() throws DwarfException {
        return unsigned(4);
    }

    /** {@code size} bytes, at most 8, lowest first. */
    long unsigned(int size) throws DwarfException {
        skip(size);
        long value = 0;
        for (int i = size; i > 0; i--) {
            value = value << 8 | bytes[at - size + i - 1] & 0xff;
        }
        return value;
    }

    long uleb() throws DwarfException {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int next = u8();
            if (shift < Long.SIZE) {
                value |= (long) (next & 0x7f) << shift;
            }
            if (next < 0x80) {
                return value;
            }
        }
    }

    long sleb() throws DwarfException {
        long value = 0;
        int shift = 0;
        int next;
        do {
            next = u8();
            if (shift < Long.SIZE) {
                value |= (long) (next & 0x7f) << shift;
            }
            shift += 7;
        } while (next >= 0x80);
        return shift < Long.SIZE && (next & 0x40) != 0 ? value | -1L << shift : value;
    }

    /** An unsigned number that counts or indexes something in memory. */
    int count() throws DwarfException {
        long value = uleb();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw damaged("number out of range");
        }
        return (int) value;
    }

    /** Bytes up to a zero, which is passed over. */
    String string() throws DwarfException {
        int start = at;
        while (u8() != 0) {
            // The string goes on.
        }
        return new String(bytes, start, at - start - 1, StandardCharsets.UTF_8);
    }

    byte[] bytes(long count) throws DwarfException {
        skip(count);
        return java.util.Arrays.copyOfRange(bytes, at - (int) count, at);
    }

    /** Reads the length that a unit begins with: the bytes behind it. */
    long unitLength() throws DwarfException {
        long length = u32();
        if (length >= 0xffff_fff0L) {
            throw damaged("64-bit DWARF");
        }
        return length;
    }

    DwarfException damaged(String what) {
        return new DwarfException(section + "+0x" + Integer.toHexString(offset()) + ": " + what);
    }
}
