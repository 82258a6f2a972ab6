package wasm2obj.unwind;

import java.nio.charset.StandardCharsets;

/**
 * Writes the call frame information of a whole object, function by function: {@code .eh_frame} for
 * unwinding at run time or {@code .debug_frame} for debuggers alone.
 *
 * <p>The section is a sequence of records. A CIE holds what many functions share, an FDE refers to
 * its CIE, covers one stretch of code, and holds what {@link CallFrameEncoder} made of that code's
 * {@link UnwindOps}:
 *
 * <pre>
 *                        .eh_frame (Mach-O's)             .debug_frame
 *   CIE  length          4 bytes, without itself          4
 *        id              4, 0                             4, 0xffffffff
 *        version         1, 1                             1, 4
 *        augmentation    "zR"                             ""
 *        sizes           -                                address 8, segment 0
 *        alignments      code uleb, data sleb             code uleb, data sleb
 *        return address  1                                uleb
 *        augmentation    uleb length 1, pcrel|sdata4 (pcrel|absptr)  -
 *        instructions    to a multiple of 4 (8) with nops  of 8
 *   FDE  length          4                                4
 *        CIE             4, distance back to the CIE      4, offset of the CIE, relocated
 *        code            4 (8), from the field, relocated 8, absolute, relocated
 *        code length     4 (8)                            8
 *        augmentation    uleb length 0                    -
 *        instructions    to a multiple of 4 (8) with nops  of 8
 * </pre>
 *
 * <p>All functions so far share one CIE, written before the first FDE. Functions with a personality
 * routine or language-specific data would have another, with a longer augmentation, in the same
 * section. No terminator is written: the linker joins the objects' sections and ends the whole. For
 * that the last record is padded to a multiple of 8, because a gap of four zeros would be one.
 *
 * <p>Records are handed on in pieces of some 64 KiB, so a section of any size costs one buffer, and
 * a function costs no garbage. (Linux Standard Base, "Exception Frames"; DWARF 5, section 6.4.1.)
 */
public final class FrameSection {

    /** Which of the two sections. */
    public enum Form {
        /** {@code .eh_frame}. */
        EH_FRAME,
        /** Mach-O's {@code __eh_frame}, whose distances to code have 64 bits. */
        MACH_O_EH_FRAME,
        /** {@code .debug_frame}. */
        DEBUG_FRAME
    }

    /** Takes the section's bytes, in order, and its relocations, in ascending order of their fields. */
    public interface Sink {
        /** The next {@code length} bytes of the section, to be copied. */
        void append(byte[] bytes, int from, int length);

        /** The 32 bits at {@code field} are the distance from there to {@code symbol + addend}. */
        void relative32(long field, int symbol, long addend);

        /** The 64 bits at {@code field} are the distance from there to {@code symbol + addend}. */
        void relative64(long field, int symbol, long addend);

        /** The 64 bits at {@code field} are the address {@code symbol + addend}. */
        void absolute64(long field, int symbol, long addend);

        /** The 32 bits at {@code field} are {@code offset}, counted from this section's start. */
        void sectionOffset32(long field, long offset);
    }

    private static final int PIECE = 1 << 16;

    private static final int DEBUG_CIE_ID = 0xffff_ffff;
    private static final int EH_VERSION = 1;
    private static final int DEBUG_VERSION = 4;
    private static final int PCREL_SDATA4 = 0x1b;
    private static final int PCREL_ABSPTR = 0x10;
    private static final byte[] EH_AUGMENTATION = "zR\0".getBytes(StandardCharsets.US_ASCII);

    private final Form form;
    private final CallFrameAbi abi;
    private final Sink sink;
    private final CallFrameEncoder encoder;
    private final DwarfBuffer buffer = new DwarfBuffer(PIECE + (PIECE >> 2));

    /** Where the buffer's first byte lies in the section. */
    private long flushed;

    /** Where the CIE lies in the section, -1 before it is written. */
    private long cie = -1;

    /** Where the last record begins in the buffer. */
    private int lastRecord;

    /** An empty section that goes to {@code sink}. */
    public FrameSection(Form form, CallFrameAbi abi, Sink sink) {
        this.form = form;
        this.abi = abi;
        this.sink = sink;
        this.encoder = new CallFrameEncoder(abi);
    }

    /**
     * Adds one stretch of code.
     *
     * @param symbol what {@code codeOffset} counts from, usually a text section's symbol; handed to
     *     the sink as it is
     * @param codeLength bytes of code
     * @param instructions the stretch's call frame instructions are {@code length} bytes of this
     *     array from {@code from}
     */
    public void add(
            int symbol,
            long codeOffset,
            int codeLength,
            byte[] instructions,
            int from,
            int length) {
        int start = beginFde(symbol, codeOffset, codeLength);
        buffer.putBytes(instructions, from, length);
        endRecord(start);
    }

    /** Adds one stretch of code whose {@code ops} are not encoded yet. */
    public void add(int symbol, long codeOffset, int codeLength, UnwindOps ops) {
        int start = beginFde(symbol, codeOffset, codeLength);
        encoder.encode(ops, buffer);
        endRecord(start);
    }

    /** Hands on what is still held back. The section is complete. */
    public void finish() {
        if (cie >= 0) {
            pad(lastRecord, abi.addressSize());
        }
        flush();
    }

    /** Bytes of the section so far. */
    public long size() {
        return flushed + buffer.position();
    }

    private int beginFde(int symbol, long codeOffset, int codeLength) {
        if (cie < 0) {
            writeCie();
        }
        if (buffer.position() >= PIECE) {
            flush();
        }
        int start = buffer.position();
        buffer.putInt(0); // The length, when it is known.
        long field = size();
        switch (form) {
            case EH_FRAME -> {
                buffer.putInt((int) (field - cie));
                sink.relative32(size(), symbol, codeOffset);
                buffer.putInt(0);
                buffer.putInt(codeLength);
                buffer.putByte(0); // No augmentation data.
            }
            case MACH_O_EH_FRAME -> {
                buffer.putInt((int) (field - cie));
                sink.relative64(size(), symbol, codeOffset);
                buffer.putLong(0);
                buffer.putLong(codeLength);
                buffer.putByte(0);
            }
            case DEBUG_FRAME -> {
                sink.sectionOffset32(field, cie);
                buffer.putInt((int) cie);
                sink.absolute64(size(), symbol, codeOffset);
                buffer.putLong(0);
                buffer.putLong(codeLength);
            }
        }
        return start;
    }

    private void writeCie() {
        cie = size();
        int start = buffer.position();
        buffer.putInt(0);
        switch (form) {
            case EH_FRAME, MACH_O_EH_FRAME -> {
                buffer.putInt(0);
                buffer.putByte(EH_VERSION);
                buffer.putBytes(EH_AUGMENTATION, 0, EH_AUGMENTATION.length);
                putAlignments();
                buffer.putByte(abi.returnAddressRegister());
                buffer.putUleb(1);
                buffer.putByte(form == Form.EH_FRAME ? PCREL_SDATA4 : PCREL_ABSPTR);
            }
            case DEBUG_FRAME -> {
                buffer.putInt(DEBUG_CIE_ID);
                buffer.putByte(DEBUG_VERSION);
                buffer.putByte(0); // No augmentation.
                buffer.putByte(abi.addressSize());
                buffer.putByte(0); // No segments.
                putAlignments();
                buffer.putUleb(abi.returnAddressRegister());
            }
        }
        encoder.encodeEntry(buffer);
        endRecord(start);
    }

    private void putAlignments() {
        buffer.putUleb(abi.codeAlignment());
        buffer.putSleb(abi.dataAlignment());
    }

    /** Pads the record that began at {@code start} of the buffer and sets its length. */
    private void endRecord(int start) {
        pad(start, form == Form.EH_FRAME ? Integer.BYTES : abi.addressSize());
        lastRecord = start;
    }

    private void pad(int start, int boundary) {
        buffer.putZeros((int) -size() & (boundary - 1)); // DW_CFA_nop is 0.
        buffer.setInt(start, buffer.position() - start - Integer.BYTES);
    }

    private void flush() {
        sink.append(buffer.array(), 0, buffer.position());
        flushed += buffer.position();
        buffer.reset();
    }
}
