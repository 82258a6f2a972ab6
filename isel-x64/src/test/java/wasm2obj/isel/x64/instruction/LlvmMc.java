package wasm2obj.isel.x64.instruction;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** LLVM's assembler and disassembler, a batch at a time. */
final class LlvmMc {
    private static final String[] NAMES = {"llvm-mc-19", "llvm-mc-18", "llvm-mc"};

    /** The features of all rows. */
    private static final String ATTRIBUTES =
            "+avx,+avx2,+fma,+bmi,+bmi2,+lzcnt,+popcnt,+movbe,+sse4.2,+cx16";

    private final String program;

    private LlvmMc(String program) {
        this.program = program;
    }

    /** The program found on the path, or null. */
    static LlvmMc find() {
        for (String name : NAMES) {
            for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
                if (Files.isExecutable(Path.of(directory, name))) {
                    return new LlvmMc(name);
                }
            }
        }
        return null;
    }

    /** The bytes of each instruction; null where the assembler refuses it. */
    List<byte[]> assemble(List<String> instructions) {
        List<byte[]> encodings = new ArrayList<>();
        List<byte[]> found = new ArrayList<>();
        String source = ".intel_syntax noprefix\n" + String.join("\n", instructions) + "\n";
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

    /** The text of each run of bytes, its lines joined by spaces; {@code int3} must not occur in them. */
    List<String> disassemble(List<byte[]> instructions) {
        StringBuilder source = new StringBuilder();
        HexFormat hex = HexFormat.ofDelimiter(" ").withPrefix("0x");
        for (byte[] bytes : instructions) {
            source.append(hex.formatHex(bytes)).append("\n0xCC\n");
        }
        Output output = run(source.toString(), "--disassemble");
        List<String> texts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (String line : output.out.split("\n", -1)) {
            String words = normal(line);
            if (words.equals("int3")) {
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
                new ProcessBuilder(
                                program,
                                "-triple=x86_64",
                                "-mattr=" + ATTRIBUTES,
                                "-output-asm-variant=1",
                                mode,
                                in.toString())
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
