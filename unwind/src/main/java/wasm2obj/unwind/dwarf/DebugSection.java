package wasm2obj.unwind.dwarf;

import java.util.ArrayList;
import java.util.List;
import wasm2obj.unwind.DwarfBuffer;

/** A section that is being made: bytes, and fields that the linker fills in. */
public final class DebugSection {
    /** The {@link Relocation#symbol} of relocations that are relative to a section. */
    public static final int NO_SYMBOL = -1;

    /**
     * A field that the linker fills in, with the address of {@code symbol} or the start of {@code section}, plus {@code addend}.
     *
     * @param wide whether it is of 8 bytes, else 4
     * @param symbol of {@link NativeFunction#symbol}, or {@link #NO_SYMBOL}
     * @param section or null
     */
    public record Relocation(
            int offset, boolean wide, int symbol, DebugSection section, long addend) {}

    private final String name;
    final DwarfBuffer bytes = new DwarfBuffer(1 << 12);
    private final List<Relocation> relocations = new ArrayList<>();

    DebugSection(String name) {
        this.name = name;
    }

    /** The name, as ELF has it. */
    public String name() {
        return name;
    }

    /** The contents: the first {@link #size} bytes of the array. */
    public byte[] array() {
        return bytes.array();
    }

    /** The number of bytes. */
    public int size() {
        return bytes.position();
    }

    /** The fields to fill in, in the order of their offsets. */
    public List<Relocation> relocations() {
        relocations.sort(java.util.Comparator.comparingInt(Relocation::offset));
        return relocations;
    }

    /** Appends the address of a place in a function's code. */
    void putAddress(NativeFunction function, int offset) {
        relocations.add(
                new Relocation(size(), true, function.symbol(), null, function.offset() + offset));
        bytes.putLong(0);
    }

    /** Appends an offset in another section. */
    void putOffset(DebugSection section, long offset) {
        relocations.add(new Relocation(size(), false, NO_SYMBOL, section, offset));
        bytes.putInt(0);
    }

    /** Fills four bytes that were left out with an offset in another section. */
    void setOffset(int at, DebugSection section, long offset) {
        relocations.add(new Relocation(at, false, NO_SYMBOL, section, offset));
    }

    /** Appends a string and a zero. */
    void putString(String text) {
        byte[] encoded = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        bytes.putBytes(encoded, 0, encoded.length);
        bytes.putByte(0);
    }

    /** Leaves out four bytes for the length of what follows; returns where. */
    int beginLength() {
        bytes.putInt(0);
        return size();
    }

    /** Sets the length that {@link #beginLength} left out. */
    void endLength(int start) {
        bytes.setInt(start - Integer.BYTES, size() - start);
    }
}
