package wasm2obj.driver;

import java.util.Arrays;
import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.objwriter.ObjectFile;
import wasm2obj.objwriter.RelocationKind;
import wasm2obj.objwriter.Section;
import wasm2obj.objwriter.SectionKind;

/**
 * Where code is in an object: pieces one behind the other in {@code .text}, or each in a section of its own, which the linker may
 * arrange. A piece is known by its number, in the order of {@link #append}.
 *
 * <p>References among pieces are noted while code is appended and resolved when all pieces have their places; calls within a section
 * leave no relocation.
 */
final class CodeLayout {
    private static final int ALIGNMENT = 16;

    /** AArch64's b and bl have the distance in words here. */
    private static final int BRANCH_MASK = (1 << 26) - 1;

    /** In place of a piece's number: the restorer, which is placed last, if at all. */
    static final int RESTORER = -1;

    private final ObjectFile object;
    private final boolean perFunction;
    private final long sectionLimit;
    private final int fill;
    private final Section text;

    private int count;
    private Section[] sections = new Section[256];
    private int[] offsets = new int[256];
    private int[] sizes = new int[256];

    /** Where pieces go, unless each has a section of its own. */
    private Section current;

    /** Five each: referring piece, place in its section, form, piece referred to, addend. */
    private int referenceCount;

    private int[] references = new int[5 * 256];
    private boolean refersToRestorer;

    /**
     * A layout in the object's {@code .text}, of which there are several if one is not enough, or in a section for each piece.
     *
     * @param sectionLimit bytes of a section from which on another one is begun: linkers help calls that do not reach, but only
     *     between sections
     * @param fill the byte between pieces, which traps if it is executed
     */
    CodeLayout(ObjectFile object, boolean perFunction, long sectionLimit, int fill) {
        this.object = object;
        this.perFunction = perFunction;
        this.sectionLimit = sectionLimit;
        this.fill = fill;
        text = object.addSection(".text", SectionKind.TEXT, ALIGNMENT);
        current = text;
    }

    /** Appends a piece; {@code name} tells its section from others. Returns its number. */
    int append(byte[] code, String name) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            sizes = Arrays.copyOf(sizes, 2 * count);
            sections = Arrays.copyOf(sections, 2 * count);
        }
        Section section = sectionFor(code.length, name);
        sections[count] = section;
        offsets[count] = Math.toIntExact(section.align(ALIGNMENT, fill));
        sizes[count] = code.length;
        section.append(code);
        return count++;
    }

    private Section sectionFor(int length, String name) {
        if (perFunction) {
            return object.addSection(".text." + name, SectionKind.TEXT, ALIGNMENT);
        }
        if (current.size() != 0 && current.size() + length > sectionLimit) {
            current = object.addSection(".text", SectionKind.TEXT, ALIGNMENT);
        }
        return current;
    }

    /** Whether the linker may arrange the pieces. */
    boolean isScattered() {
        return perFunction || current != text;
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
        return sections[piece];
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

    /** Notes that the 32 bits at {@code place} of the section of {@code piece} refer to the beginning of piece {@code target}. */
    void addReference(int piece, int place, int form, int target, int addend) {
        if (referenceCount == references.length) {
            references = Arrays.copyOf(references, 2 * referenceCount);
        }
        references[referenceCount++] = piece;
        references[referenceCount++] = place;
        references[referenceCount++] = form;
        references[referenceCount++] = target;
        references[referenceCount++] = addend;
        refersToRestorer |= target == RESTORER;
    }

    /** Whether anything refers to {@link #RESTORER}. */
    boolean refersToRestorer() {
        return refersToRestorer;
    }

    /** Fills in all references, or leaves them to the linker. */
    void resolve(int restorer) {
        for (int i = 0; i < referenceCount; i += 5) {
            Section section = section(references[i]);
            int place = references[i + 1];
            int form = references[i + 2];
            int piece = references[i + 3] == RESTORER ? restorer : references[i + 3];
            int target = offsets[piece] + references[i + 4];
            boolean isNear = section(piece) == section;
            if (isNear && form == Relocations.WORD) {
                section.setInt(place, target - place);
            } else if (isNear && form == Relocations.BRANCH) {
                section.setInt(place, section.getInt(place) | target - place >> 2 & BRANCH_MASK);
            } else {
                RelocationKind kind = relocationKind(form);
                if (form == Relocations.BRANCH && section.getInt(place) >= 0) {
                    kind = RelocationKind.JUMP26;
                }
                section.relocate(place, kind, symbol(piece), target);
            }
        }
        references = null;
    }

    /** The relocation for a form of {@link Relocations}. */
    static RelocationKind relocationKind(int form) {
        return switch (form) {
            case Relocations.WORD -> RelocationKind.PC32;
            case Relocations.BRANCH -> RelocationKind.CALL26;
            case Relocations.PAGE -> RelocationKind.ADR_PREL_PG_HI21;
            case Relocations.LOW_ADD -> RelocationKind.ADD_ABS_LO12;
            case Relocations.LOW_32 -> RelocationKind.LDST32_ABS_LO12;
            case Relocations.LOW_64 -> RelocationKind.LDST64_ABS_LO12;
            case Relocations.LOW_128 -> RelocationKind.LDST128_ABS_LO12;
            default -> throw new AssertionError(form);
        };
    }
}
