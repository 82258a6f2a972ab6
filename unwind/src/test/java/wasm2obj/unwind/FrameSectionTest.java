package wasm2obj.unwind;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
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

/** Whole sections equal, byte by byte, what assemblers make of the same operations as directives. */
final class FrameSectionTest {

    private static final int FUNCTIONS = 400;

    /** The only symbol in these tests: the text section. */
    private static final int TEXT = 5;

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({
        "as,                   EH_FRAME,    x86",
        "as,                   DEBUG_FRAME, x86",
        "llvm-mc,              EH_FRAME,    x86",
        "aarch64-linux-gnu-as, EH_FRAME,    aarch64",
        "aarch64-linux-gnu-as, DEBUG_FRAME, aarch64"
    })
    void equalsTheAssemblers(String assembler, FrameSection.Form form, String isa)
            throws IOException {
        boolean x86 = isa.equals("x86");
        CallFrameAbi abi = x86 ? CallFrameAbi.X86_64 : CallFrameAbi.AARCH64;
        String name = form == FrameSection.Form.EH_FRAME ? ".eh_frame" : ".debug_frame";
        Collector ours = new Collector();
        FrameSection section = new FrameSection(form, abi, ours);
        StringBuilder source = new StringBuilder(".text\n.cfi_sections " + name + "\n");
        RandomFrames frames = new RandomFrames(20_260_101, abi);
        UnwindOps ops = new UnwindOps();
        long start = 0;
        for (int i = 0; i < FUNCTIONS; i++) {
            int length = frames.record(ops);
            section.add(TEXT, start, length, ops);
            appendFunction(source, ops, length, abi, assembler.equals("llvm-mc"));
            start += length;
        }
        section.finish();
        assertEquals(ours.bytes.size(), section.size());

        Files.writeString(directory.resolve("f.s"), source);
        Tool.run(directory, assemble(assembler, form));
        String prefix = x86 ? "" : "aarch64-linux-gnu-";
        Tool.run(
                directory,
                prefix + "objcopy",
                "-O",
                "binary",
                "-j",
                name,
                "--set-section-flags",
                name + "=alloc",
                "f.o",
                "f.bin");
        assertArrayEquals(Files.readAllBytes(directory.resolve("f.bin")), ours.bytes.toByteArray());
        assertEquals(
                relocations(Tool.run(directory, prefix + "readelf", "-rW", "f.o")),
                ours.relocations);
    }

    /** Mach-O's form: what a reader shows of ours is what it shows of an assembler's. */
    @Test
    void machOEqualsTheAssembler() throws IOException {
        Collector ours = new Collector();
        FrameSection section =
                new FrameSection(FrameSection.Form.MACH_O_EH_FRAME, CallFrameAbi.X86_64, ours);
        StringBuilder source = new StringBuilder(".text\n");
        RandomFrames frames = new RandomFrames(20_260_103, CallFrameAbi.X86_64);
        UnwindOps ops = new UnwindOps();
        long start = 0;
        for (int i = 0; i < FUNCTIONS; i++) {
            int length = frames.record(ops);
            section.add(TEXT, start, length, ops);
            source.append("f").append(i).append(":\n");
            appendFunction(source, ops, length, CallFrameAbi.X86_64, true);
            start += length;
        }
        section.finish();
        Files.writeString(directory.resolve("f.s"), source);
        Tool.run(
                directory,
                "llvm-mc-19",
                "-filetype=obj",
                "-triple=x86_64-apple-macos11",
                "-emit-dwarf-unwind=always",
                "f.s",
                "-o",
                "f.o");
        String info = Tool.run(directory, "llvm-objdump-19", "--macho", "--private-headers", "f.o");
        Matcher place =
                Pattern.compile(
                                "sectname __eh_frame\\s+segname __TEXT\\s+addr (\\w+)\\s+size (\\w+)\\s+offset (\\w+)")
                        .matcher(info);
        assertTrue(place.find(), info);
        long address = Long.decode(place.group(1));
        int size = (int) (long) Long.decode(place.group(2));
        int offset = Integer.parseInt(place.group(3));
        byte[] file = Files.readAllBytes(directory.resolve("f.o"));
        byte[] theirs = java.util.Arrays.copyOfRange(file, offset, offset + size);
        byte[] bytes = ours.bytes.toByteArray();
        // What the assembler has resolved is a relocation of ours.
        java.nio.ByteBuffer fields =
                java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        assertEquals(FUNCTIONS, ours.relocations.size());
        for (String relocation : ours.relocations) {
            String[] words = relocation.split(" ", -1);
            assertEquals("relative64", words[1]);
            int field = Integer.parseInt(words[0]);
            fields.putLong(field, Long.parseLong(words[3]) - address - field);
        }
        assertArrayEquals(theirs, bytes);
    }

    private static String[] assemble(String assembler, FrameSection.Form form) {
        if (assembler.equals("llvm-mc")) {
            return new String[] {assembler, "-filetype=obj", "-triple=x86_64", "f.s", "-o", "f.o"};
        }
        int version = form == FrameSection.Form.EH_FRAME ? 1 : 4;
        return new String[] {assembler, "--gdwarf-cie-version=" + version, "f.s", "-o", "f.o"};
    }

    private static void appendFunction(
            StringBuilder source, UnwindOps ops, int length, CallFrameAbi abi, boolean escapes) {
        source.append(".cfi_startproc\n");
        int at = 0;
        for (int i = 0; i < ops.size(); i++) {
            source.append(".skip ").append(ops.codeOffset(i) - at).append('\n');
            at = ops.codeOffset(i);
            int register = ops.register(i);
            int offset = ops.cfaOffset(i);
            source.append(
                    switch (ops.kind(i)) {
                        case DEF_CFA -> ".cfi_def_cfa " + register + "," + offset;
                        case DEF_CFA_OFFSET -> ".cfi_def_cfa_offset " + offset;
                        case DEF_CFA_REGISTER -> ".cfi_def_cfa_register " + register;
                        case SAVED -> ".cfi_offset " + register + "," + offset;
                        case RESTORED -> ".cfi_restore " + register;
                        case STACK_POINTER -> stackPointer(abi, offset, escapes);
                        case REMEMBER_STATE -> ".cfi_remember_state";
                        case RESTORE_STATE -> ".cfi_restore_state";
                        case NEGATE_SIGNED -> ".cfi_negate_ra_state";
                    });
            source.append('\n');
        }
        source.append(".skip ").append(length - at).append("\n.cfi_endproc\n");
    }

    /** LLVM before version 20 has no directive for it, so it gets the bytes. */
    private static String stackPointer(CallFrameAbi abi, int offset, boolean escapes) {
        if (!escapes) {
            return ".cfi_val_offset " + abi.stackPointer() + "," + offset;
        }
        DwarfBuffer bytes = new DwarfBuffer(0);
        UnwindOps ops = new UnwindOps();
        ops.stackPointer(0, offset);
        new CallFrameEncoder(abi).encode(ops, bytes);
        StringBuilder text = new StringBuilder(".cfi_escape ");
        for (byte b : bytes.toByteArray()) {
            text.append(b & 0xff).append(',');
        }
        text.setLength(text.length() - 1);
        return text.toString();
    }

    /** Lines of readelf as "field kind addend". */
    private static List<String> relocations(String readelf) {
        Matcher line =
                Pattern.compile("(?m)^([0-9a-f]+) +\\w+ +R_\\w+_(\\w+) +\\w+ (\\.\\w+) \\+ (\\w+)$")
                        .matcher(readelf);
        List<String> found = new ArrayList<>();
        while (line.find()) {
            String kind =
                    switch (line.group(2)) {
                        case "PC32", "PREL32" -> "relative32";
                        case "64", "ABS64" -> "absolute64";
                        case "32", "ABS32" -> "offset32";
                        default -> line.group(2);
                    };
            long field = Long.parseLong(line.group(1), 16);
            long addend = Long.parseLong(line.group(4), 16);
            found.add(field + " " + kind + " " + line.group(3) + " " + addend);
        }
        return found;
    }

    /** A section of a size that no buffer holds arrives in pieces, in order. */
    @Test
    void handsOnInPieces() {
        Collector ours = new Collector();
        FrameSection section =
                new FrameSection(FrameSection.Form.EH_FRAME, CallFrameAbi.X86_64, ours);
        for (int i = 0; i < 100_000; i++) {
            section.add(TEXT, i * 16L, 16, new byte[] {0, 0x41, 0x0e, 0x10}, 1, 3);
        }
        section.finish();
        int fde = 20; // 17 bytes before the instructions and 3 of them.
        assertEquals(24 + 100_000 * fde, ours.bytes.size());
        assertTrue(ours.pieces > 10, ours.pieces + " pieces");
        byte[] bytes = ours.bytes.toByteArray();
        for (int i = 0; i < 100_000; i++) {
            int at = 24 + i * fde;
            assertEquals(fde - 4, bytes[at]);
            int toCie =
                    (bytes[at + 4] & 0xff)
                            | (bytes[at + 5] & 0xff) << 8
                            | (bytes[at + 6] & 0xff) << 16;
            assertEquals(at + 4, toCie);
            assertEquals((at + 8) + " relative32 .text " + i * 16L, ours.relocations.get(i));
        }
    }

    private static final class Collector implements FrameSection.Sink {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final List<String> relocations = new ArrayList<>();
        int pieces;

        @Override
        public void append(byte[] source, int from, int length) {
            bytes.write(source, from, length);
            pieces++;
        }

        @Override
        public void relative32(long field, int symbol, long addend) {
            assertEquals(TEXT, symbol);
            relocations.add(field + " relative32 .text " + addend);
        }

        @Override
        public void relative64(long field, int symbol, long addend) {
            assertEquals(TEXT, symbol);
            relocations.add(field + " relative64 .text " + addend);
        }

        @Override
        public void absolute64(long field, int symbol, long addend) {
            assertEquals(TEXT, symbol);
            relocations.add(field + " absolute64 .text " + addend);
        }

        @Override
        public void sectionOffset32(long field, long offset) {
            relocations.add(field + " offset32 .debug_frame " + offset);
        }
    }
}
