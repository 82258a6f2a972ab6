package wasm2obj.objwriter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which section of the file each of an object's sections becomes part of, and the addresses they
 * have there: sections follow each other from address 0, those without contents last.
 */
final class MachOLayout {

    /** A section's number is a byte. */
    private static final int MOST_SECTIONS = 255;

    private final List<MachOSection> sections = new ArrayList<>();

    /** By the object's sections: the number of the file's, from 1. */
    private final int[] numbers;

    /** By the object's sections: the address of the first byte. */
    private final long[] addresses;

    /** Bytes of all sections, and of those with contents. */
    private long size;

    private long contentSize;

    MachOLayout(ObjectFile object) throws IOException {
        numbers = new int[object.sections().size()];
        addresses = new long[numbers.length];
        for (Section section : object.sections()) {
            if (section.kind() != SectionKind.BSS) {
                join(section);
            }
        }
        for (Section section : object.sections()) {
            if (section.kind() == SectionKind.BSS) {
                join(section);
            }
        }
        if (sections.size() > MOST_SECTIONS) {
            throw new IOException("more than " + MOST_SECTIONS + " sections in a Mach-O file");
        }
        place();
    }

    private void join(Section part) {
        MachOSection section = MachOSection.of(part);
        int number = 0;
        while (number < sections.size() && !sections.get(number).hasSameName(section)) {
            number++;
        }
        if (number == sections.size()) {
            sections.add(section);
        }
        section = sections.get(number);
        numbers[part.index()] = number + 1;
        section.parts.add(part);
        section.alignment = Math.max(section.alignment, part.alignment());
        long at = alignUp(section.size, part.alignment());
        addresses[part.index()] = at; // Within the section, for now.
        section.size = at + part.size();
    }

    private void place() {
        for (MachOSection section : sections) {
            size = alignUp(size, section.alignment);
            section.address = size;
            size += section.size;
            if (!section.isZeroFill()) {
                contentSize = size;
            }
            for (Section part : section.parts) {
                addresses[part.index()] += section.address;
            }
        }
    }

    static long alignUp(long offset, int alignment) {
        return (offset + alignment - 1) & -alignment;
    }

    List<MachOSection> sections() {
        return sections;
    }

    MachOSection sectionOf(Section part) {
        return sections.get(number(part.index()) - 1);
    }

    /** The number in the file, from 1, of the section that the object's section {@code part} went to. */
    int number(int part) {
        return numbers[part];
    }

    /** The address of the first byte of the object's section {@code part}. */
    long address(int part) {
        return addresses[part];
    }

    /** Where the object's section {@code part} begins in its section. */
    long offset(Section part) {
        return addresses[part.index()] - sectionOf(part).address;
    }

    long size() {
        return size;
    }

    /** The size of what has contents, which comes first. */
    long contentSize() {
        return contentSize;
    }
}
