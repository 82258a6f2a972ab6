package wasm2obj.objwriter;

import java.nio.ByteBuffer;

/**
 * One section: a name, a kind, bytes that are appended, and relocations that apply to them.
 *
 * <p>The name is ELF's ({@code .text}, {@code .debug_line}); other formats derive theirs from kind
 * and name. A {@link SectionKind#BSS} section has a size and neither bytes nor relocations.
 *
 * <p>Contents grow in chunks and are never copied to grow. A relocation takes sixteen bytes. At
 * most 4 GiB.
 */
public final class Section {

    private static final long LIMIT = 1L << 32;

    private final String name;
    private final SectionKind kind;
    private final int index;
    private final ChunkedBytes bytes = new ChunkedBytes();
    private final RelocationList relocations = new RelocationList();
    private int alignment;
    private long zeros;

    Section(String name, SectionKind kind, int alignment, int index) {
        this.name = name;
        this.kind = kind;
        this.index = index;
        this.alignment = checkedAlignment(alignment);
    }

    /** The name, as ELF has it. */
    public String name() {
        return name;
    }

    /** What the section holds. */
    public SectionKind kind() {
        return kind;
    }

    /** The section's place among the object's sections, from 0. */
    public int index() {
        return index;
    }

    /** The alignment of the first byte, a power of two. */
    public int alignment() {
        return alignment;
    }

    /** The size in bytes; also the offset of what is appended next. */
    public long size() {
        return bytes.size() + zeros;
    }

    /** Appends a copy of {@code length} bytes of {@code source} from {@code from}. */
    public void append(byte[] source, int from, int length) {
        checkGrowth(length);
        bytes.append(source, from, length);
    }

    /** Appends a copy of all of {@code source}. */
    public void append(byte[] source) {
        append(source, 0, source.length);
    }

    /** Appends one byte. */
    public void appendByte(int value) {
        checkGrowth(1);
        bytes.appendByte(value);
    }

    /** Appends four bytes, lowest first. */
    public void appendInt(int value) {
        checkGrowth(Integer.BYTES);
        bytes.appendInt(value);
    }

    /** Appends eight bytes, lowest first. */
    public void appendLong(long value) {
        appendInt((int) value);
        appendInt((int) (value >>> Integer.SIZE));
    }

    /** Appends zeros; in a BSS section, makes it that much larger. */
    public void appendZeros(long length) {
        if (kind == SectionKind.BSS) {
            zeros = Math.addExact(zeros, length);
            return;
        }
        checkGrowth(length);
        bytes.appendFill(length, 0);
    }

    /**
     * Appends {@code memory}, from its position to its limit, without a copy: its bytes must stay
     * as they are until the object has been written. For large data that already lies somewhere,
     * such as a mapped file.
     */
    public void share(ByteBuffer memory) {
        checkGrowth(memory.remaining());
        bytes.share(memory);
    }

    /**
     * Pads with {@code fill} bytes to a multiple of {@code boundary}, a power of two, and aligns
     * the section itself at least as much.
     *
     * @return the offset of what comes next
     */
    public long align(int boundary, int fill) {
        alignment = Math.max(alignment, checkedAlignment(boundary));
        long padding = -size() & (boundary - 1);
        if (kind == SectionKind.BSS) {
            zeros += padding;
        } else {
            checkGrowth(padding);
            bytes.appendFill(padding, fill);
        }
        return size();
    }

    /**
     * Pads with zeros to a multiple of {@code boundary} and returns the offset of what comes next.
     */
    public long align(int boundary) {
        return align(boundary, 0);
    }

    /** The four bytes at {@code offset}, lowest first. Not of shared memory. */
    public int getInt(long offset) {
        return bytes.getInt(offset);
    }

    /** Overwrites the four bytes at {@code offset}, lowest first. Not for shared memory. */
    public void setInt(long offset, int value) {
        bytes.setInt(offset, value);
    }

    /** Overwrites the eight bytes at {@code offset}, lowest first. Not for shared memory. */
    public void setLong(long offset, long value) {
        bytes.setInt(offset, (int) value);
        bytes.setInt(offset + Integer.BYTES, (int) (value >>> Integer.SIZE));
    }

    /**
     * Lets the linker fill in the field at {@code offset}. The field's own bytes do not count.
     *
     * @param symbol a number of the object's {@link SymbolTable}
     */
    public void relocate(long offset, RelocationKind how, int symbol, long addend) {
        relocations.add(offset, how, symbol, addend);
    }

    /** The number of relocations. */
    public int relocationCount() {
        return relocations.count();
    }

    /** Where relocation {@code i}'s field lies. */
    public long relocationOffset(int i) {
        return relocations.offset(i);
    }

    /** How relocation {@code i}'s field is computed. */
    public RelocationKind relocationKind(int i) {
        return relocations.kind(i);
    }

    /** The symbol that relocation {@code i} refers to. */
    public int relocationSymbol(int i) {
        return relocations.symbol(i);
    }

    /** Relocation {@code i}'s addend. */
    public long relocationAddend(int i) {
        return relocations.addend(i);
    }

    /** The number of pieces that the contents consist of. */
    public int chunkCount() {
        return bytes.chunkCount();
    }

    /** Piece {@code i} of the contents, from position to limit. */
    public ByteBuffer chunk(int i) {
        return bytes.chunk(i);
    }

    private void checkGrowth(long length) {
        if (kind == SectionKind.BSS) {
            throw new IllegalStateException("contents for the BSS section " + name);
        }
        if (length < 0 || bytes.size() + length > LIMIT) {
            throw new IllegalStateException("section " + name + " beyond 4 GiB");
        }
    }

    private static int checkedAlignment(int alignment) {
        if (alignment <= 0 || Integer.bitCount(alignment) != 1) {
            throw new IllegalArgumentException("alignment " + alignment + " is no power of two");
        }
        return alignment;
    }
}
