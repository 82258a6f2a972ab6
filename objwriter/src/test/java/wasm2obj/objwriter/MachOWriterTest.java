package wasm2obj.objwriter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mach-O objects put together by hand, as readers and linkers see them, and as they run. */
final class MachOWriterTest {

    private static final String X86_MAIN =
            """
            int printf(const char *, ...);
            extern long calls;
            long apply(long (*f)(long), long n);
            static long depth;
            static long back(long n) { return depth++ < 3 ? apply(back, n) : n; }
            long outside(long n) { return 1000 * n; }
            int main(void) { long r = apply(back, 3); printf("%ld %ld\\n", r, calls); return 0; }
            """;

    /** As in {@link ElfWriterTest}. */
    private static final String X86_OUTPUT = (48 + 4 * 205 + 45_000) + " 4\n";

    private static final String ARM64_MAIN =
            """
            int puts(const char *);
            long sum(void);
            long outside(long n) { return 1000 * n; }
            int main(void) { puts(sum() == 7000 + 200 + 5 + 9 + 30 ? "right" : "wrong"); return 0; }
            """;

    /** More than an addend of 24 bits reaches. */
    private static final int FAR = 17 << 20;

    @TempDir Path directory;

    @Test
    void runsOnX64() throws IOException {
        Samples.apply(ObjectFormat.MACH_O).write(ObjectFormat.MACH_O, file("apply.o"));
        compile("x86_64-apple-macos11", X86_MAIN);
        assertEquals(X86_OUTPUT, Tool.run(directory, "llvm-jitlink-19", "main.o", "apply.o"));
    }

    @Test
    void runsOnArm64() throws IOException {
        sum().write(ObjectFormat.MACH_O, file("sum.o"));
        compile("arm64-apple-macos11", ARM64_MAIN);
        Path files = cache().resolve("arm64");
        String jitlink = files.resolve("usr/lib/llvm-19/bin/llvm-jitlink").toString();
        assumeTrue(Files.exists(Path.of(jitlink)), "no arm64 tools: run test-fixtures/setup");
        String[] command = {"qemu-aarch64", "-L", files.toString(), jitlink, "main.o", "sum.o"};
        assertEquals("right\n", Tool.run(directory, command));
    }

    private static Path cache() {
        String cache = System.getenv("WASM2OBJ_CACHE");
        return cache != null
                ? Path.of(cache)
                : Path.of(System.getProperty("user.home"), ".cache", "wasm2obj");
    }

    /** Dead code goes, and with it nothing that is alive. */
    @ParameterizedTest
    @CsvSource({"x86_64, apply, _apply", "arm64, sum, _sum"})
    void linksIntoLibraries(String architecture, String name, String symbol) throws IOException {
        ObjectFile object = name.equals("sum") ? sum() : Samples.apply(ObjectFormat.MACH_O);
        object.write(ObjectFormat.MACH_O, file("o.o"));
        String[] command = {
            "ld64.lld",
            "-arch",
            architecture,
            "-platform_version",
            "macos",
            "11.0",
            "11.0",
            "-dylib",
            "-dead_strip",
            "-fatal_warnings",
            "-undefined",
            "dynamic_lookup",
            "-exported_symbol",
            symbol,
            "o.o",
            "-o",
            "o.dylib"
        };
        Tool.run(directory, command);
        String symbols = Tool.run(directory, "llvm-nm-19", "o.dylib");
        assertTrue(symbols.contains(" T " + symbol), symbols);
        assertTrue(symbols.contains("_calls"), symbols);
        assertTrue(symbols.contains("U _outside"), symbols);
    }

    /** What each kind of relocation becomes, as a reader prints it: address, relative, length, external, type, symbol. */
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    X86_64,  TEXT, PLT32,            -4, 0x4 1 2 1 X86_64_RELOC_BRANCH 0 _x,   00000000
                    X86_64,  TEXT, PC32,             -4, 0x4 1 2 1 X86_64_RELOC_SIGNED 0 _x,   00000000
                    X86_64,  TEXT, PC32,             12, 0x4 1 2 1 X86_64_RELOC_SIGNED 0 _x,   10000000
                    X86_64,  TEXT, PC32,             -5, 0x4 1 2 1 X86_64_RELOC_SIGNED_1 0 _x, ffffffff
                    X86_64,  TEXT, PC32,             -6, 0x4 1 2 1 X86_64_RELOC_SIGNED_2 0 _x, feffffff
                    X86_64,  TEXT, PC32,             -8, 0x4 1 2 1 X86_64_RELOC_SIGNED_4 0 _x, fcffffff
                    X86_64,  TEXT, GOTPCREL,         -4, 0x4 1 2 1 X86_64_RELOC_GOT 0 _x,      00000000
                    X86_64,  TEXT, REX_GOTPCRELX,    -4, 0x4 1 2 1 X86_64_RELOC_GOT 0 _x,      00000000
                    X86_64,  DATA, ABS64,             8, 0x4 0 3 1 X86_64_RELOC_UNSIGNED 0 _x, 08000000
                    AARCH64, TEXT, CALL26,            0, 0x4 1 2 1 ARM64_RELOC_BRANCH26 0 _x,  00000000
                    AARCH64, TEXT, JUMP26,            0, 0x4 1 2 1 ARM64_RELOC_BRANCH26 0 _x,  00000000
                    AARCH64, TEXT, ADR_PREL_PG_HI21,  0, 0x4 1 2 1 ARM64_RELOC_PAGE21 0 _x,    00000000
                    AARCH64, TEXT, ADD_ABS_LO12,      0, 0x4 0 2 1 ARM64_RELOC_PAGEOFF12 0 _x, 00000000
                    AARCH64, TEXT, LDST8_ABS_LO12,    0, 0x4 0 2 1 ARM64_RELOC_PAGEOFF12 0 _x, 00000000
                    AARCH64, TEXT, LDST128_ABS_LO12,  0, 0x4 0 2 1 ARM64_RELOC_PAGEOFF12 0 _x, 00000000
                    AARCH64, TEXT, ADR_GOT_PAGE,      0, 0x4 1 2 1 ARM64_RELOC_GOT_LOAD_PAGE21 0 _x, 00000000
                    AARCH64, TEXT, LD64_GOT_LO12,     0, 0x4 0 2 1 ARM64_RELOC_GOT_LOAD_PAGEOFF12 0 _x, 00000000
                    AARCH64, DATA, ABS64,             8, 0x4 0 3 1 ARM64_RELOC_UNSIGNED 0 _x,  08000000
                    """)
    void convertsRelocations(
            Architecture architecture,
            SectionKind where,
            RelocationKind kind,
            long addend,
            String entry,
            String field)
            throws IOException {
        assertEquals(List.of(entry), relocate(architecture, where, kind, addend));
        assertEquals(field, contents());
    }

    @ParameterizedTest
    @CsvSource({"X86_64, X86_64", "AARCH64, ARM64"})
    void distancesAreDifferences(Architecture architecture, String name) throws IOException {
        List<String> pair = relocate(architecture, SectionKind.RODATA, RelocationKind.PC32, 8);
        assertEquals(
                List.of(
                        "0x4 0 2 1 " + name + "_RELOC_SUBTRACTOR 0 ltmp0",
                        "0x4 0 2 1 " + name + "_RELOC_UNSIGNED 0 _x"),
                pair);
        assertEquals("04000000", contents());
        pair = relocate(architecture, SectionKind.DATA, RelocationKind.PC64, 8);
        assertEquals(
                List.of(
                        "0x4 0 3 1 " + name + "_RELOC_SUBTRACTOR 0 ltmp0",
                        "0x4 0 3 1 " + name + "_RELOC_UNSIGNED 0 _x"),
                pair);
    }

    @Test
    void addendsOfInstructionsAreEntries() throws IOException {
        assertEquals(
                List.of("0x4 0 2 0 ARM64_RELOC_ADDEND 0 -", "0x4 1 2 1 ARM64_RELOC_PAGE21 0 _x"),
                relocate(
                        Architecture.AARCH64,
                        SectionKind.TEXT,
                        RelocationKind.ADR_PREL_PG_HI21,
                        0x7fffff));
        IOException e =
                assertThrows(
                        IOException.class,
                        () ->
                                relocate(
                                        Architecture.AARCH64,
                                        SectionKind.TEXT,
                                        RelocationKind.CALL26,
                                        1 << 23));
        assertEquals("distance from a symbol beyond 8 MiB: 8388608", e.getMessage());
        try (var files = Files.list(directory)) {
            assertEquals(List.of(), files.filter(f -> f.toString().endsWith(".tmp")).toList());
        }
    }

    /** The entries of an object with a relocation at byte 4 of its one section. */
    private List<String> relocate(
            Architecture architecture, SectionKind where, RelocationKind kind, long addend)
            throws IOException {
        ObjectFile object = new ObjectFile(architecture);
        Section section = object.addSection(".s", where, 4);
        int symbol = object.symbols().declare("x", SymbolKind.NONE, SymbolScope.GLOBAL);
        section.appendInt(0);
        section.relocate(4, kind, symbol, addend);
        section.appendLong(0);
        object.write(ObjectFormat.MACH_O, file("x.o"));
        Matcher lines =
                Pattern.compile("(?m)^ +(0x\\w+ .*RELOC.*)$")
                        .matcher(Tool.run(directory, "llvm-readobj-19", "-r", "x.o"));
        List<String> entries = new ArrayList<>();
        while (lines.find()) {
            entries.add(lines.group(1));
        }
        return entries;
    }

    /** The four bytes at byte 4 of the section, in hexadecimal. */
    private String contents() throws IOException {
        Matcher bytes =
                Pattern.compile("(?m)^ 0000 \\w{8} (\\w{8}) ")
                        .matcher(Tool.run(directory, "llvm-objdump-19", "--full-contents", "x.o"));
        assertTrue(bytes.find());
        return bytes.group(1);
    }

    /** Setting the fields in the model changes nothing for another writing. */
    @Test
    void sameBytesEachTime() throws IOException {
        ObjectFile object = Samples.apply(ObjectFormat.MACH_O);
        object.write(ObjectFormat.MACH_O, file("a.o"));
        object.write(ObjectFormat.MACH_O, file("b.o"));
        Samples.apply(ObjectFormat.MACH_O).write(ObjectFormat.MACH_O, file("c.o"));
        byte[] first = Files.readAllBytes(file("a.o"));
        assertArrayEquals(first, Files.readAllBytes(file("b.o")));
        assertArrayEquals(first, Files.readAllBytes(file("c.o")));
    }

    /** A section for each function is a piece that the linker may leave out; they are one section of the file. */
    @Test
    void functionsCanBeLeftOut() throws IOException {
        int count = 70_000;
        Samples.functions(count).write(ObjectFormat.MACH_O, file("f.o"));
        Tool.run(
                directory,
                "ld64.lld",
                "-arch",
                "x86_64",
                "-platform_version",
                "macos",
                "11.0",
                "11.0",
                "-dylib",
                "-dead_strip",
                "-exported_symbol",
                "_f7",
                "-exported_symbol",
                "_f69999",
                "f.o",
                "-o",
                "f.dylib");
        String code = Tool.run(directory, "llvm-objdump-19", "-d", "--no-show-raw-insn", "f.dylib");
        assertEquals(2, Pattern.compile("movl\\s+\\$").matcher(code).results().count(), code);
        assertTrue(code.contains("$0x7,"), code);
        assertTrue(code.contains("$0x1116f,"), code);
    }

    /** {@code outside(7) + table[...] + step + calls + far}, by every way of arm64 to get at memory. */
    private static ObjectFile sum() {
        ObjectFile object = new ObjectFile(Architecture.AARCH64);
        SymbolTable symbols = object.symbols();
        Section text = object.addSection(".text", SectionKind.TEXT, 4);
        Section rodata = object.addSection(".rodata", SectionKind.RODATA, 8);
        Section data = object.addSection(".data", SectionKind.DATA, 8);
        int sum = symbols.declare("sum", SymbolKind.FUNCTION, SymbolScope.GLOBAL);
        int outside = symbols.declare("outside", SymbolKind.NONE, SymbolScope.GLOBAL);
        int step = symbols.declare("step", SymbolKind.OBJECT, SymbolScope.HIDDEN);
        int calls = symbols.declare("calls", SymbolKind.OBJECT, SymbolScope.GLOBAL);
        int table = symbols.section(rodata);
        word(text, 0xa9bf7bfd); // stp x29, x30, [sp, -16]!
        word(text, 0x910003fd); // mov x29, sp
        word(text, 0xd28000e0); // mov x0, 7
        word(text, 0x94000000, RelocationKind.CALL26, outside, 0);
        load(text, table, 8);
        load(text, table, FAR + 8);
        word(text, 0x90000001, RelocationKind.ADR_PREL_PG_HI21, step, 0);
        word(text, 0x91000021, RelocationKind.ADD_ABS_LO12, step, 0);
        addPointedTo(text);
        word(text, 0x90000001, RelocationKind.ADR_GOT_PAGE, calls, 0);
        word(text, 0xf9400021, RelocationKind.LD64_GOT_LO12, calls, 0);
        addPointedTo(text);
        word(text, 0xa8c17bfd); // ldp x29, x30, [sp], 16
        word(text, 0xd65f03c0); // ret
        symbols.define(sum, text, 0, text.size());
        rodata.appendLong(100);
        rodata.appendLong(200);
        rodata.appendZeros(FAR - rodata.size() + 8);
        rodata.appendLong(30);
        data.appendLong(1);
        symbols.define(step, data, data.size(), 8);
        data.appendLong(5);
        symbols.define(calls, data, data.size(), 8);
        data.appendLong(9);
        return object;
    }

    /** {@code x0 += *(long *)(symbol + addend)}. */
    private static void load(Section text, int symbol, long addend) {
        word(text, 0x90000001, RelocationKind.ADR_PREL_PG_HI21, symbol, addend);
        word(text, 0xf9400021, RelocationKind.LDST64_ABS_LO12, symbol, addend);
        word(text, 0x8b010000); // add x0, x0, x1
    }

    private static void addPointedTo(Section text) {
        word(text, 0xf9400021); // ldr x1, [x1]
        word(text, 0x8b010000); // add x0, x0, x1
    }

    private static void word(Section text, int word) {
        text.appendInt(word);
    }

    private static void word(Section text, int word, RelocationKind kind, int symbol, long addend) {
        text.relocate(text.size(), kind, symbol, addend);
        text.appendInt(word);
    }

    private void compile(String triple, String source) throws IOException {
        Files.writeString(file("main.c"), source);
        Tool.run(directory, "clang-19", "-target", triple, "-O1", "-c", "main.c", "-o", "main.o");
    }

    private Path file(String name) {
        return directory.resolve(name);
    }
}
