package wasm2obj.codegen.assembler;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * LLVM's assembler and disassembler, a batch at a time.
 *
 * <p>What tells instruction sets apart: options of the program, a line at the source's start, and, for disassembly, an instruction that
 * separates others.
 */
public final class LlvmMc {
    private static final String[] NAMES = {"llvm-mc-19", "llvm-mc-18", "llvm-mc"};

    private final String program;
    private final List<String> options;
    private final String firstLine;
    private final String separatorBytes;
    private final String separatorText;

    private LlvmMc(
            String program,
            List<String> options,
            String firstLine,
            String separatorBytes,
            String separatorText) {
        this.program = program;
        this.options = options;
        this.firstLine = firstLine;
        this.separatorBytes = separatorBytes;
        this.separatorText = separatorText;
    }

    /** For x86-64 in Intel's syntax, with the features given; null if the program is not on the path. */
    public static LlvmMc findX64(String attributes) {
        List<String> options =
                List.of("-triple=x86_64", "-mattr=" + attributes, "-output-asm-variant=1");
        String program = find();
        return program == null
                ? null
                : new LlvmMc(program, options, ".intel_syntax noprefix", "0xCC", "int3");
    }

    /** For AArch64, with the features given; null if the program is not on the path. */
    public static LlvmMc findAArch64(String attributes) {
        List<String> options = List.of("-triple=aarch64", "-mattr=" + attributes);
        String program = find();
        return program == null
                ? null
                : new LlvmMc(program, options, ".text", "0x1f 0x20 0x03 0xd5", "nop");
    }

    private static String find() {
        for (String name : NAMES) {
            for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
                if (Files.isExecutable(Path.of(directory, name))) {
                    return name;
                }
            }
        }
        return null;
    }

    /** The bytes of each instruction; null where the assembler refuses it. */
    public List<byte[]> assemble(List<String> instructions) {
        List<byte[]> encodings = new ArrayList<>();
        List<byte[]> found = new ArrayList<>();
        String source = firstLine + "\n" + String.join("\n", instructions) + "\n";
        Output output = run(source, "-show-encoding");
        for (String line : output.out.split("\n", -1)) {
            int at = line.indexOf("encoding: [");
            if (at >= 0) {
                found.add(bytes(line.substring(at + 11, line.indexOf(']', at))));
            }
        }
        boolean[] refused = refused(output.err, instructions.size());
        int next = 0;
        for (int i = 0; i < instructions.size(); i++) {
            encodings.add(refused[i] ? null : found.get(next++));
        }
        if (next != found.size()) {
            throw new IllegalStateException(
                    "llvm-mc: " + found.size() + " encodings, " + next + " expected");
        }
        return encodings;
    }

    private static boolean[] refused(String errors, int count) {
        boolean[] refused = new boolean[count];
        for (String line : errors.split("\n", -1)) {
            int at = line.indexOf(": error: ");
            if (at >= 0) {
                String[] place = line.substring(0, at).split(":", -1);
                refused[Integer.parseInt(place[place.length - 2]) - 2] = true;
            }
        }
        return refused;
    }

    /** Bytes as {@code 0x48,0x01}; those that a fix-up fills, {@code A}, as zero. */
    private static byte[] bytes(String list) {
        String[] parts = list.split(",", -1);
        byte[] bytes = new byte[parts.length];
        for (int i = 0; i < parts.length; i++) {
            bytes[i] =
                    parts[i].startsWith("0x")
                            ? (byte) Integer.parseInt(parts[i].substring(2), 16)
                            : 0;
        }
        return bytes;
    }

    /** The text of each run of bytes, its lines joined by spaces; the separator must not occur in them. */
    public List<String> disassemble(List<byte[]> instructions) {
        StringBuilder source = new StringBuilder();
        HexFormat hex = HexFormat.ofDelimiter(" ").withPrefix("0x");
        for (byte[] bytes : instructions) {
            source.append(hex.formatHex(bytes)).append('\n').append(separatorBytes).append('\n');
        }
        Output output = run(source.toString(), "--disassemble");
        List<String> texts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (String line : output.out.split("\n", -1)) {
            String words = normal(line);
            if (words.equals(separatorText)) {
                texts.add(text.toString());
                text.setLength(0);
            } else if (!words.isEmpty() && !words.startsWith(".")) {
                text.append(text.isEmpty() ? "" : " ").append(words);
            }
        }
        if (texts.size() != instructions.size()) {
            throw new IllegalStateException(
                    "llvm-mc: "
                            + texts.size()
                            + " instructions, "
                            + instructions.size()
                            + " expected");
        }
        return texts;
    }

    private static String normal(String line) {
        int comment = line.indexOf('#');
        String code = comment >= 0 ? line.substring(0, comment) : line;
        return code.replace('\t', ' ').replaceAll(" +", " ").strip();
    }

    private Output run(String source, String mode) {
        try {
            Path in = Files.createTempFile("wasm2obj", ".s");
            Path out = Files.createTempFile("wasm2obj", ".out");
            Path err = Files.createTempFile("wasm2obj", ".err");
            try {
                Files.writeString(in, source);
                List<String> command = new ArrayList<>(List.of(program, mode, in.toString()));
                command.addAll(options);
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start()
                        .waitFor();
                return new Output(Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(in);
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private record Output(String out, String err) {}
}
