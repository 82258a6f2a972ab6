package wasm2obj.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import wasm2obj.ir.OptimizationLevel;

/** The command line as a user meets it: exit status, what is printed where, which files there are afterwards. */
class CommandLineTest {
    /** (module (func (export "f") (result i32) i32.const 42)) */
    private static final byte[] GOOD = {
        0, 'a', 's', 'm', 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 7, 5, 1, 1, 'f', 0, 0,
        10, 6, 1, 4, 0, 0x41, 42, 0x0b
    };

    /** The same, but the function leaves an i64. */
    private static final byte[] INVALID = GOOD.clone();

    static {
        INVALID[31] = 0x42;
    }

    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

    @TempDir Path folder;
    private Path good;
    private Path invalid;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void writeModules() throws IOException {
        good = Files.write(folder.resolve("good.wasm"), GOOD);
        invalid = Files.write(folder.resolve("invalid.wasm"), INVALID);
    }

    // ---- usage ----

    @ParameterizedTest
    @ValueSource(strings = {"--help", "help", "run --help", "build x.wasm --help"})
    void help(String arguments) {
        assertEquals(0, run(arguments.split(" ", -1)));
        assertTrue(stdout().startsWith("wasm2obj: WebAssembly to native objects\n"), stdout());
        assertTrue(stdout().contains("examples:"));
        assertEquals("", stderr());
    }

    @Test
    void helpNamesEveryOption() {
        String accepted =
                "-o --header --emit --prefix --function-sections -g --no-unwind --no-names -O0 -O1 -O2 -O3 -Os -O"
                        + " --target --cpu --memory --features --frame-pointers --cc --dir --env --threads"
                        + " --time-passes --verify -v --version --help --max-memory --max-stack";
        for (String option : accepted.split(" ", -1)) {
            assertTrue(CommandLineParser.HELP.contains(option), option);
        }
    }

    @Test
    void version() {
        assertEquals(0, run("--version"));
        assertEquals("wasm2obj " + Commands.VERSION + "\n", stdout());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                                | no input file
                    run                               | no input file
                    GOOD --nonsense                   | unknown option --nonsense
                    GOOD -gx                          | unknown option -gx
                    GOOD --verify=yes                 | --verify: takes no value
                    GOOD --cc -g                      | --cc: a value is missing
                    build GOOD --cc=                  | --cc: a value is missing
                    GOOD -o                           | -o: a value is missing
                    GOOD other.wasm                   | more than one input file: other.wasm
                    GOOD -o GOOD                      | the output is the input
                    GOOD -- x                         | arguments after -- are for run
                    GOOD -O4                          | -O: expected 0, 1, 2, 3 or s, found 4
                    GOOD --emit elf                   | --emit: expected obj, asm, ir, vcode, wat or wasm, found elf
                    GOOD --memory none                | --memory: expected guard or explicit, found none
                    GOOD --target pdp11               | --target: expected x86_64-linux-gnu, aarch64-linux-gnu, x86_64-apple-macos or arm64-apple-macos, found pdp11
                    GOOD --cpu 80286                  | --cpu: expected x86-64, x86-64-v2, x86-64-v3 or native, found 80286
                    GOOD --features +teleport         | --features: unknown feature teleport
                    GOOD --prefix 1x                  | --prefix: not a C identifier: 1x
                    GOOD --threads 0                  | --threads: expected a number from 1 to 1024, found 0
                    GOOD --threads many               | --threads: expected a number from 1 to 1024, found many
                    build GOOD --max-memory 1x        | --max-memory: expected a number of bytes such as 65536, 64k or 2g, found 1x
                    build GOOD --max-stack 0          | --max-stack: expected a number of bytes such as 65536, 64k or 2g, found 0
                    build GOOD --max-stack 9999999999g | --max-stack: expected a number of bytes such as 65536, 64k or 2g, found 9999999999g
                    run GOOD --env X                  | --env: expected NAME=VALUE, found X
                    """)
    void badUsage(String arguments, String message) throws IOException {
        List<String> words = new ArrayList<>();
        for (String word : arguments.split(" ", -1)) {
            if (!word.isEmpty()) {
                words.add(word.equals("GOOD") ? good.toString() : word);
            }
        }
        assertEquals(2, run(words.toArray(new String[0])), stderr());
        assertTrue(stderr().startsWith("wasm2obj: error: " + message), stderr());
        assertOneLine();
        assertEquals("", stdout());
        assertEquals(List.of("good.wasm", "invalid.wasm"), files());
    }

    @Test
    void valuesAreInTheSameWordOrTheNextAndTheLastOneCounts() {
        Invocation invocation =
                CommandLineParser.parse(
                        ("-O0 m.wasm -vg -ox.o --threads=3 --prefix a --prefix=b --dir . --dir=/tmp::/t -O -o -")
                                .split(" ", -1));
        assertEquals(List.of(Path.of("m.wasm")), invocation.inputs());
        assertEquals(Path.of("-"), invocation.output());
        assertEquals(OptimizationLevel.O2, invocation.settings().optimization());
        assertEquals("b", invocation.settings().prefix());
        assertTrue(invocation.settings().debugInfo());
        assertTrue(invocation.reporting().verbose());
        assertEquals(3, invocation.reporting().threads());
        assertEquals(List.of(".", "/tmp::/t"), invocation.directories());
    }

    // ---- compiling ----

    @Test
    void compilesQuietly() throws IOException {
        Path object = folder.resolve("good.o");
        assertEquals(0, run(good.toString(), "-o", object.toString()), stderr());
        assertArrayEquals(ELF, Arrays.copyOf(Files.readAllBytes(object), 4));
        assertEquals("", stdout());
        assertEquals("", stderr());
        assertEquals(List.of("good.o", "good.wasm", "invalid.wasm"), files());
    }

    @Test
    void tellsStepsWhenAsked() throws IOException {
        PrintStream before = System.err;
        try {
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            Path object = folder.resolve("good.o");
            assertEquals(0, run(good.toString(), "-v", "-o", object.toString()));
            assertTrue(
                    stderr().contains(
                                    "wasm2obj: compiling 34 bytes, 1 functions for x86_64-linux-gnu,"
                                            + " x86-64-v2, -O2, guard bounds, with "),
                    stderr());
            assertTrue(
                    stderr().contains("wasm2obj: wrote " + object + ", " + Files.size(object)),
                    stderr());
        } finally {
            System.setErr(before);
        }
        assertEquals("", stdout());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-O",
                "-O0",
                "-O1",
                "-O2",
                "-O3",
                "-Os",
                "-g",
                "-v",
                "--no-unwind",
                "--no-names",
                "--function-sections",
                "--frame-pointers",
                "--verify",
                "--time-passes",
                "--memory explicit",
                "--cpu native",
                "--cpu x86-64",
                "--cpu x86-64-v3",
                "--target x86_64-linux-gnu",
                "--threads 3",
                "--prefix other",
                "--features -simd"
            })
    void acceptsOption(String option) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("compile"));
        arguments.addAll(List.of(option.split(" ", -1)));
        arguments.addAll(List.of(good.toString(), "-o", folder.resolve("x.o").toString()));
        assertEquals(0, run(arguments.toArray(new String[0])), stderr());
        assertTrue(Files.size(folder.resolve("x.o")) > 0);
    }

    @Test
    void theLastOptionCounts() throws IOException {
        Path last = folder.resolve("last.o");
        run(
                good.toString(),
                "-O0",
                "-o",
                folder.resolve("first.o").toString(),
                "-O2",
                "-o",
                last.toString());
        Path direct = folder.resolve("direct.o");
        run(good.toString(), "-O2", "-o", direct.toString());
        assertFalse(Files.exists(folder.resolve("first.o")));
        assertArrayEquals(Files.readAllBytes(direct), Files.readAllBytes(last));
    }

    @Test
    void prefixIsTheFileNameOrGiven() throws IOException {
        Path header = folder.resolve("h.h");
        Path odd = Files.write(folder.resolve("my-plug.in.wasm"), GOOD);
        assertEquals(
                0,
                run(
                        odd.toString(),
                        "-o",
                        folder.resolve("x.o").toString(),
                        "--header",
                        header.toString()));
        assertTrue(Files.readString(header).contains("my_plug_f("), Files.readString(header));
        run(
                odd.toString(),
                "-o",
                folder.resolve("x.o").toString(),
                "--header",
                header.toString(),
                "--prefix",
                "p");
        assertTrue(Files.readString(header).contains(" p_f("), Files.readString(header));
    }

    // ---- text ----

    private static final String GOOD_TEXT =
            "(module (func (export \"f\") (result i32) i32.const 42))\n";

    @Test
    void textIsCompiledLikeBinary() throws IOException {
        Path text = Files.writeString(folder.resolve("good.wat"), GOOD_TEXT);
        Path fromText = folder.resolve("text.o");
        Path fromBinary = folder.resolve("binary.o");
        assertEquals(0, run(text.toString(), "-o", fromText.toString()), stderr());
        assertEquals(0, run(good.toString(), "-o", fromBinary.toString()), stderr());
        assertArrayEquals(Files.readAllBytes(fromBinary), Files.readAllBytes(fromText));
    }

    @Test
    void emitsTextAndBinary() throws IOException {
        Path text = folder.resolve("good.wat");
        Path binary = folder.resolve("again.wasm");
        assertEquals(0, run(good.toString(), "--emit", "wat", "-o", text.toString()), stderr());
        assertTrue(Files.readString(text).contains("(export \"f\" (func 0))"));
        assertEquals(0, run(text.toString(), "--emit", "wasm", "-o", binary.toString()), stderr());
        assertArrayEquals(GOOD, Files.readAllBytes(binary));
    }

    @Test
    void errorsInTextHaveLineAndColumn() throws IOException {
        Path malformed =
                Files.writeString(folder.resolve("malformed.wat"), "(module\n  (func nix))");
        Path wrong =
                Files.writeString(
                        folder.resolve("wrong.txt"),
                        "(func (result i32)\n  (i32.eqz\n    (i64.const 1)))");
        assertEquals(1, run("validate", malformed.toString(), wrong.toString()));
        List<String> lines = stderr().lines().toList();
        assertEquals(malformed + ":2:9: error: unknown operator nix", lines.get(0));
        assertTrue(lines.get(1).startsWith(wrong + ":2:3: error: type mismatch: "), lines.get(1));
        assertEquals(2, lines.size());
    }

    @Test
    void emitsIr() throws IOException {
        Path text = folder.resolve("good.ir");
        assertEquals(0, run(good.toString(), "--emit", "ir", "-o", text.toString()), stderr());
        assertTrue(Files.readString(text).contains("42"), Files.readString(text));
    }

    @Test
    void timesGoToTheErrorStream() {
        assertEquals(
                0, run(good.toString(), "-o", folder.resolve("x.o").toString(), "--time-passes"));
        assertEquals("", stdout());
        assertTrue(stderr().contains("total") && stderr().contains(" ms\n"), stderr());
    }

    @Test
    void readsStandardInput() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(INVALID));
        try {
            assertEquals(1, run("-", "-o", folder.resolve("x.o").toString()));
        } finally {
            System.setIn(before);
        }
        assertTrue(stderr().startsWith("<stdin>:0x"), stderr());
    }

    // ---- bad input ----

    @Test
    void invalidModule() throws IOException {
        Path object = folder.resolve("x.o");
        assertEquals(1, run(invalid.toString(), "-o", object.toString()));
        assertTrue(
                stderr().startsWith(
                                invalid + ":0x21: error: type mismatch: expected i32, found i64"),
                stderr());
        assertOneLine();
        assertEquals(List.of("good.wasm", "invalid.wasm"), files());
    }

    @Test
    void anErrorLeavesWhatWasThere() throws IOException {
        Path object = Files.writeString(folder.resolve("x.o"), "precious");
        assertEquals(1, run(invalid.toString(), "-o", object.toString()));
        assertEquals("precious", Files.readString(object));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 8, 20, 33})
    void cutOff(int length) throws IOException {
        Path cut = Files.write(folder.resolve("cut.wasm"), Arrays.copyOf(GOOD, length));
        int status = run(cut.toString(), "-o", folder.resolve("x.o").toString());
        if (length == 8) {
            assertEquals(0, status, "an empty module is a module");
        } else {
            assertEquals(1, status);
            assertTrue(stderr().startsWith(cut + ":0x"), stderr());
            assertOneLine();
            assertFalse(Files.exists(folder.resolve("x.o")));
        }
    }

    @Test
    void missingFile() {
        assertEquals(
                1,
                run(
                        folder.resolve("none.wasm").toString(),
                        "-o",
                        folder.resolve("x.o").toString()));
        assertEquals(
                "wasm2obj: error: " + folder.resolve("none.wasm") + ": no such file or directory\n",
                stderr());
    }

    @Test
    void directoryAsInput() {
        assertEquals(1, run(folder.toString(), "-o", folder.resolve("x.o").toString()));
        assertEquals("wasm2obj: error: " + folder + ": is a directory\n", stderr());
    }

    @Test
    void directoryAsOutput() throws IOException {
        assertEquals(1, run(good.toString(), "-o", folder.toString()));
        assertEquals("wasm2obj: error: " + folder + ": is a directory\n", stderr());
        assertEquals(List.of("good.wasm", "invalid.wasm"), files());
    }

    @Test
    void outputInNoDirectory() {
        Path output = folder.resolve("none/x.o");
        assertEquals(1, run(good.toString(), "-o", output.toString()));
        assertEquals("wasm2obj: error: " + output + ": no such directory to write to\n", stderr());
    }

    @Test
    void headerInNoDirectory() throws IOException {
        Path header = folder.resolve("none/x.h");
        assertEquals(
                1,
                run(
                        good.toString(),
                        "-o",
                        folder.resolve("x.o").toString(),
                        "--header",
                        header.toString()));
        assertEquals("wasm2obj: error: " + header + ": no such directory to write to\n", stderr());
        assertEquals(List.of("good.wasm", "invalid.wasm"), files());
    }

    @ParameterizedTest
    @ValueSource(strings = {"obj", "ir"})
    void fullDisk(String emit) {
        assumeTrue(Files.isWritable(Path.of("/dev/full")), "no /dev/full");
        assertEquals(1, run(good.toString(), "--emit", emit, "-o", "/dev/full"));
        assertEquals(
                "wasm2obj: error: cannot write /dev/full: No space left on device\n", stderr());
    }

    @Test
    void unwritableFolder() throws IOException {
        Path locked = Files.createDirectory(folder.resolve("locked"));
        assumeTrue(locked.toFile().setWritable(false) && !Files.isWritable(locked), "runs as root");
        Path output = locked.resolve("x.o");
        assertEquals(1, run(good.toString(), "-o", output.toString()));
        assertEquals("wasm2obj: error: " + output + ": permission denied\n", stderr());
    }

    // ---- validate, build, run ----

    @Test
    void validatesAll() {
        assertEquals(0, run("validate", good.toString(), good.toString()));
        assertEquals("", stdout() + stderr());
        assertEquals(1, run("validate", invalid.toString(), good.toString(), invalid.toString()));
        assertEquals(2, stderr().lines().count(), stderr());
    }

    @Test
    void aProgramNeedsKnownImports() throws IOException {
        byte[] importing = {
            0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 0x21, 1, 22, 'w', 'a', 's', 'i',
            '_', 's', 'n', 'a', 'p', 's', 'h', 'o', 't', '_', 'p', 'r', 'e', 'v', 'i', 'e', 'w',
            '1', 6, 'f', 'd', '_', 'f', 'l', 'y', 0, 0
        };
        Path module = Files.write(folder.resolve("importing.wasm"), importing);
        Path program = folder.resolve("program");
        assertEquals(1, run("build", module.toString(), "-o", program.toString()));
        assertEquals(
                module + ": error: unknown import: wasi_snapshot_preview1 has no function fd_fly\n",
                stderr());
        assertFalse(Files.exists(program));
    }

    @Test
    void linkerFailureIsAnError() throws IOException {
        Path junk = Files.writeString(folder.resolve("junk.o"), "junk");
        Path program = folder.resolve("program");
        assertEquals(1, run("build", good.toString(), junk.toString(), "-o", program.toString()));
        assertTrue(stderr().startsWith("wasm2obj: error: cannot link " + program), stderr());
        assertEquals(List.of("good.wasm", "invalid.wasm", "junk.o"), files());
    }

    @Test
    void missingObjectIsAnError() {
        assertEquals(
                1,
                run(
                        "build",
                        good.toString(),
                        "none.o",
                        "-o",
                        folder.resolve("program").toString()));
        assertEquals("wasm2obj: error: none.o: no such file\n", stderr());
    }

    @Test
    void missingLinkerIsAnError() {
        Path program = folder.resolve("program");
        assertEquals(
                1, run("build", good.toString(), "--cc", "/no/such/cc", "-o", program.toString()));
        assertEquals(
                "wasm2obj: error: cannot run /no/such/cc: install a C compiler, or name one with --cc\n",
                stderr());
        assertNotEquals("", stderr());
    }

    // ---- support ----

    private int run(String... arguments) {
        out.reset();
        err.reset();
        return Main.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String stdout() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String stderr() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private void assertOneLine() {
        assertEquals(1, stderr().lines().count(), stderr());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
