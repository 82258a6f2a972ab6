package wasm2obj.driver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import wasm2obj.isel.aarch64.BranchProtection;

/** The C compiler of the machine, which links programs and compiles the runtime. */
final class Toolchain {
    private final String compiler;
    private final Target target;
    private final BranchProtection protection;

    /**
     * The compiler given, or else {@code $CC} and {@code cc} for the machine's own target and the usual cross compiler for
     * another.
     */
    Toolchain(String given, Settings settings) {
        target = settings.target();
        protection = settings.protection();
        this.compiler = given != null ? given : usual(target);
    }

    private static String usual(Target target) {
        if (target.isHost()) {
            String cc = System.getenv("CC");
            return cc == null || cc.isBlank() ? "cc" : cc;
        }
        if (!target.isApple()) {
            return target.triple() + "-gcc";
        }
        boolean isArm = target == Target.AARCH64_MACOS;
        if (Target.hostIsApple()) {
            return isArm ? "cc -arch arm64" : "cc -arch x86_64";
        }
        // Of osxcross, or else one that brings the system's headers and libraries along.
        String zig = isArm ? "zig cc -target aarch64-macos" : "zig cc -target x86_64-macos";
        return firstOf(isArm ? "oa64-clang" : "o64-clang", zig);
    }

    /** The first of the commands whose program is there, or the last. */
    private static String firstOf(String... commands) {
        for (String command : commands) {
            if (isThere(command.split(" ", 2)[0])) {
                return command;
            }
        }
        return commands[commands.length - 1];
    }

    private static boolean isThere(String program) {
        String path = System.getenv("PATH");
        for (String folder : path == null ? new String[0] : path.split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    /** What tells this toolchain from others. */
    String identity() {
        return target.triple() + "\n" + compiler + "\n" + protection;
    }

    /** Compiles a file of the runtime, given relative to {@code folder}; returns the object's name there. */
    String compileRuntimeFile(Path folder, String file) throws IOException {
        String object = file.replace('/', '_') + ".o";
        List<String> command = base();
        command.addAll(
                List.of("-O2", "-g", "-std=c11", "-D_GNU_SOURCE", "-fPIC", "-ffunction-sections"));
        if (protection != BranchProtection.NONE) {
            String name = protection.name().toLowerCase(Locale.ROOT).replace('_', '-');
            command.add("-mbranch-protection=" + name);
        }
        if (target == Target.AARCH64_LINUX) {
            // Functions for atomic operations are libgcc's, with which not everybody links (Rust
            // does not); nor do they have landing pads.
            command.add("-mno-outline-atomics");
        }
        command.addAll(List.of("-Iinclude", "-Isrc", "-c", file, "-o", object));
        run(command, folder, "cannot compile the runtime");
        return object;
    }

    /** Puts objects into an archive. */
    void archive(Path folder, String archive, List<String> objects) throws IOException {
        List<String> command = new ArrayList<>();
        command.addAll(archiver());
        command.addAll(List.of("rcs", archive));
        command.addAll(objects);
        run(command, folder, "cannot make the runtime's archive");
    }

    private List<String> archiver() {
        if (target.isHost()) {
            return List.of("ar");
        }
        String program = base().getFirst();
        if (program.endsWith("zig")) {
            return List.of(program, "ar");
        }
        String binutils = target.triple() + "-ar";
        if (!target.isApple() && isThere(binutils)) {
            return List.of(binutils);
        }
        // Others' do not index what they do not know.
        return List.of(
                Target.hostIsApple()
                        ? "ar"
                        : firstOf("llvm-ar", "llvm-ar-22", "llvm-ar-19", "llvm-ar-14", "ar"));
    }

    /** What makes the linker take {@code main} from an archive. Apple's do so anyway. */
    List<String> needingMain() {
        return target.isApple() ? List.of() : List.of("-Wl,-u,main");
    }

    /** Links files into a program; {@code name} is what the user calls it. */
    void link(List<String> files, Path output, Path name) throws IOException {
        List<String> command = base();
        command.addAll(files);
        String strip = target.isApple() ? "-Wl,-dead_strip" : "-Wl,--gc-sections";
        command.addAll(List.of("-lm", "-lpthread", strip, "-o", output.toString()));
        run(command, null, "cannot link " + name);
    }

    /** Whether the linker leaves debug information in the objects, as Apple's do. */
    boolean leavesDebugInfo() {
        return target.isApple();
    }

    /** Gathers in a folder the debug information of a program whose objects are still there. False if there is no tool for it. */
    boolean gatherDebugInfo(Path program, Path folder) throws IOException {
        String tool = firstOf("dsymutil", "dsymutil-22", "dsymutil-19", "dsymutil-14");
        if (!isThere(tool)) {
            return false;
        }
        List<String> command = List.of(tool, program.toString(), "-o", folder.toString());
        run(command, null, "cannot gather debug information");
        return true;
    }

    private List<String> base() {
        List<String> command = new ArrayList<>();
        for (String word : compiler.split(" ", -1)) {
            if (!word.isEmpty()) {
                command.add(word);
            }
        }
        return command;
    }

    private void run(List<String> command, Path folder, String failure) throws IOException {
        Path log = Files.createTempFile("wasm2obj", ".log");
        if (Log.isEnabled()) {
            Log.step(String.join(" ", command));
        }
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            if (folder != null) {
                builder.directory(folder.toFile());
            }
            int status = start(builder, command.getFirst()).waitFor();
            if (status != 0) {
                String said = Files.readString(log, StandardCharsets.ISO_8859_1).strip();
                throw new InputException(
                        "wasm2obj: error: "
                                + failure
                                + ": "
                                + command.getFirst()
                                + " says:\n"
                                + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InputException("wasm2obj: error: interrupted");
        } finally {
            Files.delete(log);
        }
    }

    private Process start(ProcessBuilder builder, String tool) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new InputException(
                    "wasm2obj: error: cannot run "
                            + tool
                            + ": install a C compiler"
                            + (target.isHost() ? "" : " for " + target.triple())
                            + ", or name one with --cc");
        }
    }
}
