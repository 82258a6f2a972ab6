package wasm2obj.objwriter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A relocatable object that is being put together: sections with their relocations, and symbols.
 *
 * <p>It knows no file format. The order in which sections and symbols were added is their order in
 * the file, so equal calls give equal bytes. Not thread-safe.
 *
 * <pre>{@code
 *   ObjectFile object = new ObjectFile(Architecture.X86_64);
 *   Section text = object.addSection(".text", SectionKind.TEXT, 16);
 *   int puts = object.symbols().declare("puts", SymbolKind.NONE, SymbolScope.GLOBAL);
 *   int hello = object.symbols().declare("hello", SymbolKind.FUNCTION, SymbolScope.GLOBAL);
 *   text.append(code);                                       // ... e8 00 00 00 00 at 7 ...
 *   text.relocate(8, RelocationKind.PLT32, puts, -4);
 *   object.symbols().define(hello, text, 0, code.length);
 *   object.write(ObjectFormat.ELF, Path.of("hello.o"));
 * }</pre>
 */
public final class ObjectFile {

    private final Architecture architecture;
    private final SymbolTable symbols = new SymbolTable();
    private final ArrayList<Section> sections = new ArrayList<>();

    /** An object without sections. */
    public ObjectFile(Architecture architecture) {
        this.architecture = architecture;
    }

    /** The instruction set. */
    public Architecture architecture() {
        return architecture;
    }

    /** Adds an empty section. */
    public Section addSection(String name, SectionKind kind, int alignment) {
        Section section = new Section(name, kind, alignment, sections.size());
        sections.add(section);
        return section;
    }

    /** The sections in their order. */
    public List<Section> sections() {
        return Collections.unmodifiableList(sections);
    }

    /** The symbols. */
    public SymbolTable symbols() {
        return symbols;
    }

    /**
     * Writes the object as a file. A file that was there before is replaced at once when all is
     * written, and left alone if writing fails. What is no regular file, such as a pipe, is written
     * to directly.
     *
     * @throws IOException if the file cannot be written
     */
    public void write(ObjectFormat format, Path file) throws IOException {
        try (OutputFile output = OutputFile.open(file)) {
            switch (format) {
                case ELF -> new ElfWriter(this, output).write();
                case MACH_O -> new MachOWriter(this, output).write();
            }
            output.commit();
        }
    }
}
