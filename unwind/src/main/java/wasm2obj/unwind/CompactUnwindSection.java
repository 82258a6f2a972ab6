package wasm2obj.unwind;

/**
 * Writes {@code __compact_unwind}, from which Apple's linker makes a table of all frames: an entry
 * for each stretch of code.
 *
 * <pre>
 *   code            8 bytes, absolute, relocated
 *   code length     4
 *   encoding        4, {@link CompactEncoding}
 *   personality     8, none
 *   language data   8, none
 * </pre>
 */
public final class CompactUnwindSection {

    private static final int ENTRY_SIZE = 32;
    private static final int PIECE = 1 << 16;

    private final CompactEncoding encoding;
    private final FrameSection.Sink sink;
    private final DwarfBuffer buffer = new DwarfBuffer(PIECE);
    private long flushed;

    /** An empty section that goes to {@code sink}. */
    public CompactUnwindSection(CallFrameAbi abi, FrameSection.Sink sink) {
        encoding = new CompactEncoding(abi);
        this.sink = sink;
    }

    /**
     * Adds one stretch of code; {@code symbol} and the rest as in {@link FrameSection}.
     *
     * @return whether the entry says all; if not, it refers to the stretch's DWARF
     */
    public boolean add(int symbol, long codeOffset, int codeLength, UnwindOps ops) {
        if (buffer.position() + ENTRY_SIZE > PIECE) {
            finish();
        }
        int encoded = encoding.encode(ops, codeLength);
        sink.absolute64(flushed + buffer.position(), symbol, codeOffset);
        buffer.putLong(0);
        buffer.putInt(codeLength);
        buffer.putInt(encoded);
        buffer.putZeros(ENTRY_SIZE / 2);
        return encoded != encoding.dwarf();
    }

    /** Hands on what is still held back. */
    public void finish() {
        sink.append(buffer.array(), 0, buffer.position());
        flushed += buffer.position();
        buffer.reset();
    }
}
