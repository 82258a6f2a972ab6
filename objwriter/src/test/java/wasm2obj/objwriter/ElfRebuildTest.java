package wasm2obj.objwriter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Objects of a C compiler, passed through the model: the tools print the same of both, every linker
 * makes a program of ours, and it does the same.
 */
final class ElfRebuildTest {

    private static final String PROGRAM =
            """
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            static int zeros[1000];
            int common_like;
            static const char *const names[] = {"zero", "one", "two", "three"};
            const char *name(int n) { return names[n & 3]; }
            __attribute__((weak)) extern int absent;
            __attribute__((visibility("hidden"))) int hidden_counter = 7;
            static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
            extern int other(int (*f)(int), int n);
            static int twice(int n) { return 2 * n + hidden_counter; }
            int choose(int n) {
                switch (n) {
                case 0: return 10; case 1: return 21; case 2: return 35; case 3: return 44;
                case 4: return 52; case 5: return 67; case 6: return 71; default: return -1;
                }
            }
            int never_called(void) { return strlen(names[0]); }
            int main(int argc, char **argv) {
                int v[] = {5, 3, 9, 1, 4};
                qsort(v, 5, sizeof *v, compare);
                for (int i = 0; i < 5; i++) printf("%d %s %d\\n", v[i], name(v[i]), choose(v[i]));
                zeros[v[2]] += other(twice, argc + 10);
                double d = 1.5 * argc + 0.25;
                printf("%d %d %s %.3f\\n", zeros[4], common_like, &absent ? "there" : "absent", d);
                return 0;
            }
            """;

    private static final String OTHER =
            "int other(int (*f)(int), int n) { return f(n) + f(n + 1); }\n";

    private static final String OUTPUT =
            """
            1 one 21
            3 three 44
            4 zero 52
            5 one 67
            9 one -1
            60 0 absent 1.750
            """;

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    gcc, readelf, -O0 -g
                    gcc, readelf, -O2 -ffunction-sections -fdata-sections
                    gcc, readelf, -O2 -fno-jump-tables -fno-asynchronous-unwind-tables
                    aarch64-linux-gnu-gcc, aarch64-linux-gnu-readelf, -O0
                    aarch64-linux-gnu-gcc, aarch64-linux-gnu-readelf, -O2 -ffunction-sections
                    """)
    void toolsSayTheSame(String compiler, String readelf, String options) throws IOException {
        compile(compiler, options);
        for (String dump : List.of("-rW", "-sW", "--debug-dump=frames", "--debug-dump=info")) {
            assertEquals(
                    names(Tool.run(directory, readelf, dump, "theirs.o")),
                    names(Tool.run(directory, readelf, dump, "ours.o")),
                    dump);
        }
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    bfd,  -pie
                    bfd,  -static
                    bfd,  -pie -Wl:--gc-sections
                    lld,  -pie
                    lld,  -static
                    lld,  -pie -Wl:--gc-sections
                    mold, -pie
                    mold, -static
                    mold, -pie -Wl:--gc-sections
                    """)
    void linkedProgramRuns(String linker, String options) throws IOException {
        compile("gcc", "-O2 -fpie -ffunction-sections -fdata-sections");
        Tool.run(
                directory, command("gcc", options, linker(linker), "-o", "p", "ours.o", "other.c"));
        assertEquals(OUTPUT, Tool.run(directory, directory.resolve("p").toString()));
    }

    @ParameterizedTest
    @CsvSource({"bfd", "lld", "mold"})
    void linkedSharedLibraryRuns(String linker) throws IOException {
        compile("gcc", "-O2 -fpic -Dmain=main_in_library");
        Files.writeString(
                directory.resolve("main.c"),
                "int main(int n, char **v) { int main_in_library(); return main_in_library(n, v); }");
        Tool.run(directory, command("gcc", "-shared", linker(linker), "-o", "libp.so", "ours.o"));
        Tool.run(
                directory,
                command("gcc", "-Wl,-rpath,.", "-o", "p", "main.c", "other.c", "libp.so"));
        assertEquals(OUTPUT, Tool.run(directory, directory.resolve("p").toString()));
    }

    @Test
    void aarch64ProgramRuns() throws IOException {
        String emulator = Tool.find("qemu-aarch64");
        compile("aarch64-linux-gnu-gcc", "-O2");
        Tool.run(
                directory,
                command("aarch64-linux-gnu-gcc", "-static", "-o", "p", "ours.o", "other.c"));
        assertEquals(OUTPUT, Tool.run(directory, emulator, directory.resolve("p").toString()));
    }

    private void compile(String compiler, String options) throws IOException {
        Files.writeString(directory.resolve("p.c"), PROGRAM);
        Files.writeString(directory.resolve("other.c"), OTHER);
        Tool.run(directory, command(compiler, options, "-c", "p.c", "-o", "theirs.o"));
        Rebuild.of(directory.resolve("theirs.o"))
                .write(ObjectFormat.ELF, directory.resolve("ours.o"));
    }

    /** Makes gcc call {@code linker}, wherever that is installed. */
    private static String linker(String linker) {
        Path program = Path.of(Tool.find("ld." + linker));
        return "-fuse-ld=" + linker + " -B" + program.getParent();
    }

    /** Words separated by spaces in each argument become arguments; "-Wl:" stands for "-Wl,". */
    private static String[] command(String... parts) {
        ArrayList<String> words = new ArrayList<>();
        for (String part : parts) {
            words.addAll(List.of(part.replace("-Wl:", "-Wl,").split(" ")));
        }
        return words.toArray(new String[0]);
    }

    /** A dump without what may differ: numbers of sections, symbols and file offsets. */
    private static String names(String dump) {
        return dump.lines()
                .map(line -> line.replaceAll("at offset 0x[0-9a-f]+", ""))
                .map(line -> line.replaceAll("^ *[0-9]+: ", ""))
                .map(line -> line.replaceAll("(DEFAULT|HIDDEN) +[0-9]+", "$1"))
                .map(line -> line.replaceAll("^([0-9a-f]{16})  [0-9a-f]{16} ", "$1 "))
                .filter(line -> !line.contains("SECTION"))
                .filter(line -> !line.startsWith("Symbol table"))
                .sorted()
                .reduce("", (a, b) -> a + b + "\n");
    }
}
