package wasm2obj.driver;

import java.util.Arrays;
import wasm2obj.objwriter.ObjectFile;
import wasm2obj.objwriter.RelocationKind;
import wasm2obj.objwriter.Section;
import wasm2obj.objwriter.SectionKind;

/**
 * Where code is in an object: pieces one behind the other in {@code .text}, or each in a section of its own, which the linker may
 * arrange. A piece is known by its number, in the order of {@link #append}.
 *
 * <p>Calls are noted while code is appended and resolved when all pieces have their places; within a section that leaves no
 * relocation.
 */
final class CodeLayout {
    private static final int ALIGNMENT = 16;

    /** What is between functions: traps if it is executed. */
    private static final int FILL = 0xcc;

    /** In place of a piece's number: the restorer, which is placed last, if at all. */
    static final int RESTORER = -1;

    private final ObjectFile object;
    private final boolean scattered;
    private final Section text;

    private int count;
    private Section[] sections;
    private int[] offsets = new int[256];
    private int[] sizes = new int[256];

    /** Quadruples: calling piece, place in its section, called piece, addend. */
    private int callCount;

    private int[] calls = new int[4 * 256];
    private boolean callsRestorer;

    /** A layout in the object's {@code .text}, or in many sections. */
    CodeLayout(ObjectFile object, boolean scattered) {
        this.object = object;
        this.scattered = scattered;
        text = object.addSection(".text", SectionKind.TEXT, ALIGNMENT);
        sections = scattered ? new Section[256] : null;
    }

    /** Appends a piece; {@code name} tells its section from others. Returns its number. */
    int append(byte[] code, String name) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            sizes = Arrays.copyOf(sizes, 2 * count);
            sections = scattered ? Arrays.copyOf(sections, 2 * count) : null;
        }
        Section section = text;
        if (scattered) {
            section = object.addSection(".text." + name, SectionKind.TEXT, ALIGNMENT);
            sections[count] = section;
        }
        offsets[count] = Math.toIntExact(section.align(ALIGNMENT, FILL));
        sizes[count] = code.length;
        section.append(code);
        return count++;
    }

    /** Whether the linker may arrange the pieces. */
    boolean isScattered() {
        return scattered;
    }

    /** The section of all code, unless it is scattered. */
    Section text() {
        return text;
    }

    /** Number of pieces. */
    int count() {
        return count;
    }

    /** The piece's section. */
    Section section(int piece) {
        return scattered ? sections[piece] : text;
    }

    /** The section's symbol. */
    int symbol(int piece) {
        return object.symbols().section(section(piece));
    }

    /** Where in its section the piece begins. */
    int offset(int piece) {
        return offsets[piece];
    }

    /** Bytes of the piece. */
    int size(int piece) {
        return sizes[piece];
    }

    /** Notes that the 32 bits at {@code place} of the section of {@code piece} refer to the beginning of piece {@code callee}. */
    void addCall(int piece, int place, int callee, int addend) {
        if (callCount == calls.length) {
            calls = Arrays.copyOf(calls, 2 * callCount);
        }
        calls[callCount++] = piece;
        calls[callCount++] = place;
        calls[callCount++] = callee;
        calls[callCount++] = addend;
        callsRestorer |= callee == RESTORER;
    }

    /** Whether there is a call of {@link #RESTORER}. */
    boolean callsRestorer() {
        return callsRestorer;
    }

    /** Fills in all calls, or leaves them to the linker. */
    void resolveCalls(int restorer) {
        for (int i = 0; i < callCount; i += 4) {
            Section section = section(calls[i]);
            int place = calls[i + 1];
            int callee = calls[i + 2] == RESTORER ? restorer : calls[i + 2];
            int target = offsets[callee] + calls[i + 3];
            if (section(callee) == section) {
                section.setInt(place, target - place);
            } else {
                section.relocate(place, RelocationKind.PC32, symbol(callee), target);
            }
        }
        calls = null;
    }
}
