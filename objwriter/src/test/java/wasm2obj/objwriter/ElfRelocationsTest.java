package wasm2obj.objwriter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Relocation types by the names that LLVM has for them. */
final class ElfRelocationsTest {

    /** A kind's name in ELF where it is not the model's. */
    private static final List<String> OTHER_NAMES =
            List.of(
                    "X86_64 ABS64 64",
                    "X86_64 ABS32 32",
                    "AARCH64 PC64 PREL64",
                    "AARCH64 PC32 PREL32",
                    "AARCH64 BRANCH19 CONDBR19",
                    "AARCH64 BRANCH14 TSTBR14");

    @TempDir Path directory;

    static boolean exists(Architecture architecture, RelocationKind kind) {
        try {
            ElfRelocations.type(architecture, kind);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Test
    void x86Names() throws IOException {
        compareNames(Architecture.X86_64);
    }

    @Test
    void aarch64Names() throws IOException {
        compareNames(Architecture.AARCH64);
    }

    @Test
    void eachKindBelongsSomewhere() {
        for (RelocationKind kind : RelocationKind.values()) {
            assertFalse(
                    !exists(Architecture.X86_64, kind) && !exists(Architecture.AARCH64, kind),
                    kind.name());
        }
    }

    private void compareNames(Architecture architecture) throws IOException {
        ObjectFile object = new ObjectFile(architecture);
        Section section = object.addSection(".data", SectionKind.DATA, 16);
        int symbol = object.symbols().declare("x", SymbolKind.NONE, SymbolScope.GLOBAL);
        StringBuilder expected = new StringBuilder();
        for (RelocationKind kind : RelocationKind.values()) {
            if (exists(architecture, kind)) {
                section.relocate(section.size(), kind, symbol, 0);
                section.appendLong(0);
                expected.append(elfName(architecture, kind)).append('\n');
            }
        }
        Path file = directory.resolve("x.o");
        object.write(ObjectFormat.ELF, file);
        String names =
                Pattern.compile("R_[A-Z0-9]+_\\w+")
                        .matcher(Tool.run(directory, "llvm-readobj", "-r", "x.o"))
                        .results()
                        .map(MatchResult::group)
                        .reduce("", (a, b) -> a + b + "\n");
        assertEquals(expected.toString(), names);
    }

    private static String elfName(Architecture architecture, RelocationKind kind) {
        String ours = architecture + " " + kind + " ";
        String name = kind.name();
        for (String other : OTHER_NAMES) {
            if (other.startsWith(ours)) {
                name = other.substring(ours.length());
            }
        }
        boolean unchecked = name.endsWith("_LO12");
        return "R_" + architecture + "_" + name + (unchecked ? "_NC" : "");
    }
}
