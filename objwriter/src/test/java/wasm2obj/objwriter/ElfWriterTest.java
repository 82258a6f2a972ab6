package wasm2obj.objwriter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfRelocationAddend;
import net.fornwall.jelf.ElfRelocationAddendSection;
import net.fornwall.jelf.ElfSection;
import net.fornwall.jelf.ElfSymbol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects put together by hand, as readers and linkers see them. */
final class ElfWriterTest {

    /** A C program around {@link Samples#apply}. */
    private static final String MAIN =
            """
            #include <stdio.h>
            extern long calls;
            long apply(long (*f)(long), long n);
            static long depth;
            static long back(long n) { return depth++ < 3 ? apply(back, n) : n; }
            long outside(long n) { return 1000 * n; }
            int main(void) { long r = apply(back, 3); return !printf("%ld %ld\\n", r, calls); }
            """;

    // apply(f, n) = f(2n) + 200 + 5 + 1000n, nested for n = 3, 6, 12, 24; innermost back(48) = 48.
    private static final String OUTPUT = (48 + 4 * 205 + 45_000) + " 4\n";

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    bfd,  -pie,        -Wl:--fatal-warnings
                    bfd,  -static,     -Wl:--fatal-warnings
                    bfd,  -static-pie, -Wl:--gc-sections
                    lld,  -pie,        -Wl:--fatal-warnings
                    lld,  -static,     -Wl:--fatal-warnings
                    lld,  -static-pie, -Wl:--gc-sections
                    mold, -pie,        -Wl:--fatal-warnings
                    mold, -static,     -Wl:--fatal-warnings
                    mold, -static-pie, -Wl:--gc-sections
                    """)
    void linksAndRuns(String linker, String how, String option) throws IOException {
        Files.writeString(directory.resolve("main.c"), MAIN);
        Samples.apply().write(ObjectFormat.ELF, directory.resolve("apply.o"));
        Path program = Path.of(Tool.find("ld." + linker));
        Tool.run(
                directory,
                "gcc",
                how,
                "-fuse-ld=" + linker,
                "-B" + program.getParent(),
                option.replace(':', ','),
                "main.c",
                "apply.o",
                "-o",
                "p");
        assertEquals(OUTPUT, Tool.run(directory, directory.resolve("p").toString()));
    }

    @Test
    void readersHaveNoComplaints() throws IOException {
        Samples.apply().write(ObjectFormat.ELF, directory.resolve("apply.o"));
        noComplaint(Tool.run(directory, "readelf", "-aW", "apply.o"));
        // The only thing to say is that the mark for the stack is empty, as it is everywhere.
        String lint = Tool.run(directory, "readelf", "--lint", "-SW", "apply.o");
        noComplaint(
                lint.replaceFirst("Warning: Section '.note.GNU-stack': has a size of zero", ""));
        noComplaint(Tool.run(directory, "llvm-readobj", "-a", "apply.o"));
        noComplaint(Tool.run(directory, "objdump", "-dr", "apply.o"));
    }

    private static void noComplaint(String output) {
        String lower = output.toLowerCase(Locale.ROOT).replace("x (unknown)", "");
        for (String complaint : List.of("warning", "error", "unknown", "corrupt", "invalid")) {
            assertFalse(lower.contains(complaint), output);
        }
    }

    @Test
    void readsBack() throws IOException {
        Path file = directory.resolve("apply.o");
        ObjectFile object = Samples.apply();
        object.write(ObjectFormat.ELF, file);
        ElfFile elf = ElfFile.from(file);
        assertEquals(ElfFile.ET_REL, elf.e_type);
        assertEquals(ElfFile.ARCH_X86_64, elf.e_machine);
        for (Section section : object.sections()) {
            ElfSection theirs = elf.getSection(section.index() + 1);
            assertEquals(section.name(), theirs.header.getName());
            assertEquals(section.size(), theirs.header.sh_size);
            assertEquals(section.alignment(), theirs.header.sh_addralign);
            if (section.kind() != SectionKind.BSS) {
                assertEquals(0, theirs.header.sh_offset % section.alignment());
                assertArrayEquals(SectionPropertiesTest.contents(section), theirs.getData());
            }
        }
        ElfSymbol[] symbols = elf.getSymbolTableSection().symbols;
        int locals = elf.getSymbolTableSection().header.sh_info;
        for (int i = 0; i < symbols.length; i++) {
            assertEquals(
                    i < locals ? ElfSymbol.BINDING_LOCAL : ElfSymbol.BINDING_GLOBAL,
                    symbols[i].getBinding());
        }
        assertEquals(ElfSymbol.STT_FILE, symbols[1].getType());
        assertEquals(object.symbols().count() + 1, symbols.length);
        ElfRelocationAddendSection relocations =
                elf.sectionsOfType(ElfRelocationAddendSection.class).getFirst();
        assertEquals(".rela.text", relocations.header.getName());
        ElfRelocationAddend last = relocations.relocations[relocations.relocations.length - 1];
        assertEquals("outside", last.getSymbol().getName());
        assertEquals(-4, last.r_addend);
        ElfSection stack = elf.firstSectionByName(".note.GNU-stack");
        assertEquals(0, stack.header.sh_flags);
        assertNull(elf.firstSectionByName(".symtab_shndx"));
    }

    @Test
    void sameCallsSameBytes() throws IOException {
        Samples.apply().write(ObjectFormat.ELF, directory.resolve("a.o"));
        ObjectFile again = Samples.apply();
        again.write(ObjectFormat.ELF, directory.resolve("b.o"));
        again.write(ObjectFormat.ELF, directory.resolve("c.o"));
        byte[] first = Files.readAllBytes(directory.resolve("a.o"));
        assertArrayEquals(first, Files.readAllBytes(directory.resolve("b.o")));
        assertArrayEquals(first, Files.readAllBytes(directory.resolve("c.o")));
    }

    /** Around the numbers that do not fit 16 bits, and far beyond. */
    @ParameterizedTest
    @ValueSource(ints = {0xff00 - 6, 0xff00 - 5, 0xff00 - 4, 0xff00 - 1, 0xff00})
    void manySections(int count) throws IOException {
        Samples.functions(count).write(ObjectFormat.ELF, directory.resolve("many.o"));
        String header = Tool.run(directory, "readelf", "-hW", "many.o");
        noComplaint(header);
        noComplaint(Tool.run(directory, "llvm-readobj", "-h", "--sections", "many.o"));
        String symbols = Tool.run(directory, "readelf", "-sW", "many.o");
        noComplaint(symbols);
        for (int i : new int[] {0, 0xff00 - 20, count - 1}) {
            String line = "FUNC +GLOBAL DEFAULT +" + (i + 1) + " f" + i + "\n";
            assertTrue(Pattern.compile(line).matcher(symbols).find(), line);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bfd", "lld", "mold"})
    void manySectionsLink(String linker) throws IOException {
        Samples.functions(70_000).write(ObjectFormat.ELF, directory.resolve("many.o"));
        Files.writeString(
                directory.resolve("main.c"),
                """
                int f0(void), f65278(void), f65279(void), f65280(void), f69999(void);
                int printf(const char *, ...);
                int main(void) {
                    printf("%d %d %d %d %d\\n", f0(), f65278(), f65279(), f65280(), f69999());
                    return 0;
                }
                """);
        Path program = Path.of(Tool.find("ld." + linker));
        Tool.run(
                directory,
                "gcc",
                "-fuse-ld=" + linker,
                "-B" + program.getParent(),
                "-Wl,--gc-sections",
                "main.c",
                "many.o",
                "-o",
                "p");
        assertEquals(
                "0 65278 65279 65280 69999\n",
                Tool.run(directory, directory.resolve("p").toString()));
        String symbols = Tool.run(directory, "nm", "p");
        assertFalse(symbols.contains(" f1\n"), "an unused function was kept");
    }

    /** Names are bytes; what is a name in WebAssembly need not be one in C. */
    @Test
    void oddNames() throws IOException {
        ObjectFile object = new ObjectFile(Architecture.X86_64);
        Section text = object.addSection(".text", SectionKind.TEXT, 1);
        byte[] withNul = "a\0b\0".getBytes(StandardCharsets.UTF_8);
        List<byte[]> names =
                List.of(
                        withNul,
                        "std::vec<T, A>::push".getBytes(StandardCharsets.UTF_8),
                        "größe\n✓".getBytes(StandardCharsets.UTF_8),
                        new byte[0]);
        for (byte[] name : names) {
            int symbol =
                    object.symbols()
                            .declare(name, 0, name.length, SymbolKind.FUNCTION, SymbolScope.LOCAL);
            object.symbols().define(symbol, text, text.size(), 1);
            text.appendByte(0xc3);
        }
        object.write(ObjectFormat.ELF, directory.resolve("x.o"));
        ElfSymbol[] symbols =
                ElfFile.from(directory.resolve("x.o")).getSymbolTableSection().symbols;
        assertEquals("a_b_", symbols[1].getName());
        assertEquals("std::vec<T, A>::push", symbols[2].getName());
        assertEquals("größe\n✓", symbols[3].getName());
    }

    /** Large contents that lie elsewhere are neither copied nor kept in pages of the process. */
    @Test
    void largeSharedContents() throws IOException {
        ObjectFile object = new ObjectFile(Architecture.X86_64);
        Section data = object.addSection(".rodata", SectionKind.RODATA, 4096);
        byte[] megabyte = new byte[1 << 20];
        megabyte[0x54321] = 42;
        for (int i = 0; i < 200; i++) {
            data.share(ByteBuffer.wrap(megabyte));
        }
        int symbol = object.symbols().declare("end", SymbolKind.OBJECT, SymbolScope.GLOBAL);
        object.symbols().define(symbol, data, data.size() - 1, 1);
        Path file = directory.resolve("large.o");
        object.write(ObjectFormat.ELF, file);
        assertEquals(200L << 20, Files.size(file) >> 20 << 20);
        noComplaint(Tool.run(directory, "readelf", "-aW", "large.o"));
        Files.delete(file);
    }
}
