package wasm2obj.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real frames unwound by libgcc at every single instruction, and by gdb.
 *
 * <p>The functions are assembler text in which every instruction is followed by what it does to the
 * frame. That becomes {@link UnwindOps}, those an {@code .eh_frame} section, and the program that
 * {@code step.c} describes walks through it.
 */
final class UnwindingTest {

    /** Pushes, a frame, two early ways out and a cold part that leaves by itself or jumps back. */
    private static final String[] PUSHES = {
        "push %rbx            # cfa 16, save rbx 16",
        "push %rbp            # cfa 24, save rbp 24",
        "push %r12            # cfa 32, save r12 32",
        "push %r15            # cfa 40, save r15 40",
        "sub $72, %rsp        # cfa 112",
        "mov %rdi, %rbx",
        "lea 5(%rbx), %rbp",
        "xor %r12d, %r12d",
        "mov %rsp, %r15",
        "test %rbx, %rbx",
        "js 2f",
        "jz cold",
        "1: call step_callback@PLT",
        "add $72, %rsp        # remember, cfa 40",
        "pop %r15             # cfa 32, restore r15",
        "pop %r12             # cfa 24, restore r12",
        "pop %rbp             # cfa 16, restore rbp",
        "pop %rbx             # cfa 8, restore rbx",
        "ret                  # back",
        "2: neg %rbx",
        "cmp $3, %rbx",
        "ja 1b",
        "call step_callback@PLT",
        "add $72, %rsp        # cfa 40",
        "pop %r15             # cfa 32, restore r15",
        "pop %r12             # cfa 24, restore r12",
        "pop %rbp             # cfa 16, restore rbp",
        "pop %rbx             # cfa 8, restore rbx",
        "ret",
    };

    private static final String[] COLD = {
        "cold: mov $7, %ebx",
        "call step_callback@PLT",
        "add $72, %rsp        # cfa 40",
        "pop %r15             # cfa 32, restore r15",
        "pop %r12             # cfa 24, restore r12",
        "pop %rbp             # cfa 16, restore rbp",
        "pop %rbx             # cfa 8, restore rbx",
        "ret",
    };

    /** Where in {@link #PUSHES} the frame is as the cold part finds it. */
    private static final int BODY = 5;

    /** A frame pointer, registers saved by mov, and a stack pointer that moves about. */
    private static final String[] FRAME_POINTER = {
        "push %rbp            # cfa 16, save rbp 16",
        "mov %rsp, %rbp       # cfa rbp",
        "lea -40(%rsp), %rsp",
        "mov %rbx, -8(%rbp)   # save rbx 24",
        "mov %r14, -16(%rbp)  # save r14 32",
        "mov %rdi, %rbx",
        "xor %r14d, %r14d",
        "push $1",
        "call step_callback@PLT",
        "sub $128, %rsp",
        "and $-64, %rsp",
        "call step_callback@PLT",
        "mov -8(%rbp), %rbx   # restore rbx",
        "mov -16(%rbp), %r14  # restore r14",
        "leave                # restore rbp, cfa rsp, cfa 8",
        "ret",
    };

    private static final Map<String, Integer> REGISTERS =
            Map.of(
                    "rbx",
                    DwarfX64.RBX,
                    "rbp",
                    DwarfX64.RBP,
                    "rsp",
                    DwarfX64.RSP,
                    "r12",
                    12,
                    "r14",
                    14,
                    "r15",
                    15);

    @TempDir Path directory;

    @BeforeEach
    void needsThisMachine() {
        String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        assumeTrue(machine.equals("Linux amd64"), "the programs are for Linux on x86-64");
    }

    @Test
    void unwindsAtEachInstruction() throws IOException {
        build(PUSHES, BODY, COLD);
        // In by one way and out by all: 19 instructions, 21, 20 by the cold part, 21.
        assertEquals("81 instructions\n", Tool.run(directory, program(), "1", "-2", "0", "-9"));
    }

    @Test
    void unwindsByFramePointer() throws IOException {
        build(FRAME_POINTER, 0);
        assertEquals("16 instructions\n", Tool.run(directory, program(), "1"));
    }

    /** Without the operation of one instruction the walk must go wrong: it does look. */
    @Test
    void noticesWhatIsMissing() throws IOException {
        for (int missing : new int[] {1, 4, 13, 14, 16, 25}) {
            String[] lines = PUSHES.clone();
            lines[missing] = lines[missing].replaceAll("#.*", missing == 13 ? "# remember" : "");
            build(lines, BODY, COLD);
            assertThrows(
                    AssertionError.class,
                    () -> Tool.run(directory, program(), "1", "-2", "0"),
                    PUSHES[missing]);
        }
    }

    @Test
    void gdbNamesTheFrames() throws IOException {
        build(PUSHES, BODY, COLD);
        String commands =
                """
                break main
                run 0
                set var step_trap_flag = 0
                break step_callback
                continue
                backtrace
                """;
        Files.writeString(directory.resolve("commands"), commands);
        String trace = Tool.run(directory, "gdb", "-nx", "-batch", "-x", "commands", program());
        assertTrue(
                trace.matches(
                        "(?s).*#0 .*step_callback.*#1 .* in cold.*"
                                + "#2 .* in step_call .*#3 .* in main .*"),
                trace);
    }

    private String program() {
        return directory.resolve("step").toString();
    }

    /** Links step.c with the functions, the first of which is entered. */
    private void build(String[] function, int body, String... cold) throws IOException {
        try (InputStream step = UnwindingTest.class.getResourceAsStream("step.c")) {
            Files.write(directory.resolve("step.c"), step.readAllBytes());
        }
        List<String[]> parts =
                cold.length == 0 ? List.<String[]>of(function) : List.of(function, cold);
        String code = code(parts);
        Map<String, Integer> labels = labels(code);

        SourceSink section = new SourceSink();
        FrameSection frames =
                new FrameSection(FrameSection.Form.EH_FRAME, CallFrameAbi.X86_64, section);
        UnwindOps ops = new UnwindOps();
        UnwindRow row = new UnwindRow(CallFrameAbi.X86_64);
        for (int part = 0; part < parts.size(); part++) {
            if (part == 1) {
                row.seek(ops, labels.get("at_0_" + body));
                ops.reset();
                row.recordInto(ops, 0);
            }
            record(parts.get(part), part, labels, ops);
            int length = labels.get("at_" + part + "_" + parts.get(part).length);
            frames.add(part, 0, length, ops);
        }
        frames.finish();
        // Local labels, lest they look like functions to gdb.
        String source = (code + section.source()).replace("at_", ".Lat_");
        Files.writeString(directory.resolve("code.s"), source);
        Tool.run(directory, "gcc", "-O1", "-g", "-o", "step", "step.c", "code.s");
    }

    /** Assembler text with label {@code at_<part>_<i>} before instruction i, and step.c's table. */
    private static String code(List<String[]> parts) {
        StringBuilder source = new StringBuilder(".globl step_function\n");
        StringBuilder ranges = new StringBuilder();
        for (int part = 0; part < parts.size(); part++) {
            source.append(
                    part == 0 ? ".text\nstep_function:\n" : ".section .text.unlikely,\"ax\"\n");
            String[] lines = parts.get(part);
            for (int i = 0; i < lines.length; i++) {
                source.append("at_%d_%d:\n%s\n".formatted(part, i, lines[i].replaceAll("#.*", "")));
            }
            source.append("at_%d_%d:\n".formatted(part, lines.length));
            ranges.append(".quad at_%d_0, at_%d_%d\n".formatted(part, part, lines.length));
        }
        source.append(".type step_function, @function\n.type cold, @function\n");
        source.append(".section .data.rel.ro,\"aw\"\n.globl step_ranges\nstep_ranges:\n");
        return source.append(ranges)
                .append(".quad 0\n")
                .append(".section .note.GNU-stack,\"\",@progbits\n")
                .toString();
    }

    /** Where each label lies in its section. */
    private Map<String, Integer> labels(String code) throws IOException {
        Files.writeString(directory.resolve("labels.s"), code);
        Tool.run(directory, "as", "labels.s", "-o", "labels.o");
        Map<String, Integer> labels = new HashMap<>();
        for (String line : Tool.run(directory, "nm", "labels.o").lines().toList()) {
            String[] words = line.trim().split(" +", -1);
            if (words.length == 3) {
                labels.put(words[2], Integer.parseInt(words[0], 16));
            }
        }
        return labels;
    }

    private static void record(
            String[] lines, int part, Map<String, Integer> labels, UnwindOps ops) {
        for (int i = 0; i < lines.length; i++) {
            int comment = lines[i].indexOf('#');
            if (comment < 0) {
                continue;
            }
            int before = labels.get("at_" + part + "_" + i);
            int behind = labels.get("at_" + part + "_" + (i + 1));
            for (String op : lines[i].substring(comment + 1).trim().split(", ", -1)) {
                record(op.split(" ", -1), before, behind, ops);
            }
        }
    }

    private static void record(String[] op, int before, int behind, UnwindOps ops) {
        switch (op[0]) {
            case "cfa" -> {
                if (REGISTERS.containsKey(op[1])) {
                    ops.defCfaRegister(behind, REGISTERS.get(op[1]));
                } else {
                    ops.defCfaOffset(behind, Integer.parseInt(op[1]));
                }
            }
            case "save" -> ops.saved(behind, REGISTERS.get(op[1]), -Integer.parseInt(op[2]));
            case "restore" -> ops.restored(behind, REGISTERS.get(op[1]));
            case "remember" -> ops.rememberState(before);
            case "back" -> ops.restoreState(behind);
            default -> throw new IllegalArgumentException(op[0]);
        }
    }

    /** The section as assembler text, in which expressions stand where relocations do. */
    private static final class SourceSink implements FrameSection.Sink {
        private final DwarfBuffer bytes = new DwarfBuffer(0);
        private final List<Long> fields = new ArrayList<>();
        private final List<String> targets = new ArrayList<>();

        @Override
        public void append(byte[] source, int from, int length) {
            bytes.putBytes(source, from, length);
        }

        @Override
        public void relative32(long field, int symbol, long addend) {
            fields.add(field);
            targets.add(".long at_" + symbol + "_0 + " + addend + " - .\n");
        }

        @Override
        public void relative64(long field, int symbol, long addend) {
            throw new AssertionError("a 64-bit distance in ELF's .eh_frame");
        }

        @Override
        public void absolute64(long field, int symbol, long addend) {
            throw new AssertionError("absolute address in .eh_frame");
        }

        @Override
        public void sectionOffset32(long field, long offset) {
            throw new AssertionError("section offset in .eh_frame");
        }

        String source() {
            StringBuilder source = new StringBuilder(".section .eh_frame,\"a\",@unwind\n");
            for (int at = 0; at < bytes.position(); at++) {
                int relocation = fields.indexOf((long) at);
                if (relocation >= 0) {
                    source.append(targets.get(relocation));
                    at += 3;
                } else {
                    source.append(".byte ").append(bytes.array()[at]).append('\n');
                }
            }
            return source.toString();
        }
    }
}
