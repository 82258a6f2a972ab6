package wasm2obj.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encodings equal those that llvm-mc makes of the same frames as directives. */
final class CompactEncodingTest {

    private static final int FRAMES = 300;

    @TempDir Path directory;

    private final Random random = new Random(20_260_102);
    private final StringBuilder source = new StringBuilder(".text\n");
    private final List<String> ours = new ArrayList<>();

    /** A frame that is there from the first instruction on. */
    private final UnwindOps ops = new UnwindOps();

    @Test
    void framelessOnX64() throws IOException {
        CompactEncoding encoding = new CompactEncoding(CallFrameAbi.X86_64);
        for (int i = 0; i < FRAMES; i++) {
            List<Integer> saved = shuffled(3, 12, 13, 14, 15, 6);
            saved = saved.subList(0, random.nextInt(saved.size() + 1));
            int words = 1 + saved.size() + random.nextInt(255 - saved.size());
            begin();
            // The assembler takes each push from the instruction; what it is made of does not
            // count.
            for (int register : saved) {
                source.append("pushq %").append(x64Name(register)).append('\n');
            }
            source.append("subq $").append(8 * (words - 1 - saved.size())).append(", %rsp\n");
            define(DwarfX64.RSP, 8 * words);
            // From the lowest place up, as the assembler wants them.
            for (int at = saved.size() - 1; at >= 0; at--) {
                save(saved.get(at), -16 - 8 * at);
            }
            end(encoding);
        }
        compare("x86_64-apple-macos11");
    }

    @Test
    void framesOnX64() throws IOException {
        CompactEncoding encoding = new CompactEncoding(CallFrameAbi.X86_64);
        for (int i = 0; i < FRAMES; i++) {
            List<Integer> saved = shuffled(3, 12, 13, 14, 15);
            saved = saved.subList(0, random.nextInt(saved.size() + 1));
            begin();
            source.append("pushq %rbp\n.cfi_def_cfa_offset 16\n");
            save(DwarfX64.RBP, -16);
            ops.defCfa(0, DwarfX64.RBP, 16);
            source.append("movq %rsp, %rbp\n.cfi_def_cfa_register 6\n");
            for (int register : saved) {
                source.append("pushq %").append(x64Name(register)).append('\n');
            }
            for (int at = saved.size() - 1; at >= 0; at--) {
                save(saved.get(at), -24 - 8 * at);
            }
            end(encoding);
        }
        compare("x86_64-apple-macos11");
    }

    @Test
    void framesOnArm64() throws IOException {
        CompactEncoding encoding = new CompactEncoding(CallFrameAbi.AARCH64);
        for (int i = 0; i < FRAMES; i++) {
            begin();
            define(DwarfAArch64.FP, 16);
            save(DwarfAArch64.LR, -8);
            save(DwarfAArch64.FP, -16);
            int at = -24;
            for (int first : new int[] {19, 21, 23, 25, 27, 72, 74, 76, 78}) {
                if (random.nextBoolean()) {
                    save(first, at);
                    save(first + 1, at - 8);
                    at -= 16;
                }
            }
            end(encoding);
        }
        compare("arm64-apple-macos11");
    }

    @Test
    void framelessOnArm64() throws IOException {
        CompactEncoding encoding = new CompactEncoding(CallFrameAbi.AARCH64);
        for (int units = 0; units < 0x1000; units += 1 + random.nextInt(60)) {
            begin();
            if (units != 0) {
                define(DwarfAArch64.SP, 16 * units);
            }
            end(encoding);
        }
        compare("arm64-apple-macos11");
    }

    /** What changes on the way, and what has no encoding, is left to DWARF. */
    @Test
    void otherFramesAreDwarfs() {
        CompactEncoding encoding = new CompactEncoding(CallFrameAbi.X86_64);
        ops.defCfaOffset(1, 16);
        assertEquals(encoding.dwarf(), encoding.encode(ops, 8), "a push");
        assertEquals(0x0201_0000, encoding.encode(ops, 1), "nothing behind the push");
        ops.reset();
        ops.defCfa(0, DwarfX64.RSP, 8 * 256);
        assertEquals(encoding.dwarf(), encoding.encode(ops, 8), "more words than a byte says");
        ops.reset();
        ops.saved(0, DwarfX64.RBX, -24);
        ops.defCfaOffset(0, 32);
        assertEquals(encoding.dwarf(), encoding.encode(ops, 8), "a gap below the return address");
        ops.reset();
        ops.saved(0, DwarfX64.RSI, -16);
        ops.defCfaOffset(0, 16);
        assertEquals(encoding.dwarf(), encoding.encode(ops, 8), "a register without a number");
        ops.reset();
        ops.stackPointer(0, 16);
        assertEquals(encoding.dwarf(), encoding.encode(ops, 8), "arguments that the callee pops");
        CompactEncoding arm = new CompactEncoding(CallFrameAbi.AARCH64);
        ops.reset();
        ops.defCfaOffset(0, 32);
        ops.saved(0, DwarfAArch64.x(19), -32);
        assertEquals(arm.dwarf(), arm.encode(ops, 8), "half of a pair");
    }

    private List<Integer> shuffled(Integer... registers) {
        List<Integer> list = new ArrayList<>(List.of(registers));
        Collections.shuffle(list, random);
        return list;
    }

    private static String x64Name(int dwarf) {
        return switch (dwarf) {
            case DwarfX64.RBX -> "rbx";
            case DwarfX64.RBP -> "rbp";
            default -> "r" + dwarf;
        };
    }

    private void begin() {
        ops.reset();
        source.append("f").append(ours.size()).append(":\n.cfi_startproc\n");
    }

    /** The register is said only where it is another than on entry, as the assembler wants it. */
    private void define(int register, int offset) {
        ops.defCfa(0, register, offset);
        boolean isStackPointer = register == DwarfX64.RSP || register == DwarfAArch64.SP;
        source.append(isStackPointer ? ".cfi_def_cfa_offset " : ".cfi_def_cfa " + register + ", ");
        source.append(offset).append('\n');
    }

    private void save(int register, int offset) {
        ops.saved(0, register, offset);
        source.append(".cfi_offset ").append(register).append(", ").append(offset).append('\n');
    }

    private void end(CompactEncoding encoding) {
        source.append("nop\n.cfi_endproc\n");
        ours.add(String.format("0x%08x", encoding.encode(ops, 4)));
    }

    private void compare(String triple) throws IOException {
        Files.writeString(directory.resolve("f.s"), source);
        Tool.run(directory, "llvm-mc-19", "-triple=" + triple, "-filetype=obj", "f.s", "-o", "f.o");
        String printed = Tool.run(directory, "llvm-objdump-19", "--macho", "--unwind-info", "f.o");
        List<String> theirs =
                Pattern.compile("compact encoding: +(\\w+)")
                        .matcher(printed)
                        .results()
                        .map(result -> result.group(1))
                        .toList();
        assertEquals(theirs, ours);
    }
}
