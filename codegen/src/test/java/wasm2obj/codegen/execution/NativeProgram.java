package wasm2obj.codegen.execution;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import wasm2obj.codegen.CallingConvention;
import wasm2obj.codegen.CodeBuffer;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.FunctionCompiler;
import wasm2obj.codegen.ThunkCompiler;
import wasm2obj.ir.Function;
import wasm2obj.ir.Module;
import wasm2obj.ir.RuntimeFunction;
import wasm2obj.ir.Signature;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;
import wasm2obj.regalloc.RegisterFile;

/**
 * Compiled functions of a module as a native program that runs them on cases: a C compiler assembles their bytes beside
 * src/test/native/driver.c, which plays the runtime and the functions that are not there.
 */
public final class NativeProgram {
    /** What a case came to. */
    public record Outcome(
            TrapKind trap, long[] results, String events, long[] globals, int[] hashes) {
        /** The form of the IR's interpreter. */
        @Override
        public String toString() {
            StringBuilder memories = new StringBuilder();
            for (int hash : hashes) {
                memories.append(' ').append(hash);
            }
            return (trap == null ? "returns " + Arrays.toString(results) : "traps with " + trap)
                    + ", globals "
                    + Arrays.toString(globals)
                    + ", memories"
                    + memories
                    + ", calls "
                    + events;
        }
    }

    private record Case(int function, long seed, long[] globals, long[] arguments) {}

    private final Module module;
    private final ContextLayout layout;
    private final FunctionCompiler compiler;
    private final CallingConvention convention;
    private final NativeMachine machine;
    private final ThunkCompiler thunks;
    private final List<CompiledFunction> functions = new ArrayList<>();
    private final List<Integer> indices = new ArrayList<>();
    private final List<Case> cases = new ArrayList<>();
    private final int[] links;
    private boolean onlyStubs;

    /** An empty program of the module's functions. */
    public NativeProgram(Module module, NativeMachine machine) {
        this.module = module;
        this.machine = machine;
        convention = machine.convention();
        thunks = machine.isa().newThunkCompiler();
        links = new int[module.functionTypes().length];
        Arrays.fill(links, -1);
        boolean[] escaping = new boolean[module.functionTypes().length];
        Arrays.fill(escaping, true);
        layout = new ContextLayout(module, escaping);
        compiler = new FunctionCompiler(module, layout, machine.isa(), machine.allocator());
    }

    /** An imported function is a function of a second instance of the same module, whose imports are linked back. */
    public void link(int imported, int function) {
        links[imported] = function;
    }

    /** Calls of functions that are here reach the driver, too. */
    public void callOnlyStubs() {
        onlyStubs = true;
    }

    /** Compiles the function under its own index. Several functions may have the same one: the first is what calls reach. */
    public CompiledFunction add(Function function) {
        CompiledFunction compiled = compiler.compile(function);
        functions.add(compiled);
        indices.add(function.index());
        return compiled;
    }

    /** Adds a case for the function that was added last; globals begin with the given bits. */
    public void addCase(long seed, long[] globals, long... arguments) {
        cases.add(new Case(functions.size() - 1, seed, globals, arguments));
    }

    /** Adds a case whose globals begin with zeros. */
    public void addCase(long... arguments) {
        addCase(1, new long[module.globals().length], arguments);
    }

    // ---- running ----

    /** Skips the test where programs for the machine can not be made or run. */
    public static void assumeRunnable(NativeMachine machine) {
        for (List<String> command : List.of(machine.compiler(), machine.emulator())) {
            Assumptions.assumeTrue(
                    command.isEmpty() || exists(command.getFirst()),
                    () -> "needs " + command.getFirst() + " to run what was compiled");
        }
        Assumptions.assumeTrue(
                !machine.emulator().isEmpty() || System.getProperty("os.arch").equals("amd64"),
                "needs x86-64 to run what was compiled");
    }

    private static boolean exists(String program) {
        for (String folder : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    /** Runs all cases; the outcomes are in their order. A failure leaves the program's files behind. */
    public List<Outcome> run() {
        assumeRunnable(machine);
        try {
            Path folder = Files.createTempDirectory("native");
            List<Outcome> outcomes = run(folder);
            for (Path file : list(folder)) {
                Files.delete(file);
            }
            Files.delete(folder);
            return outcomes;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    private List<Outcome> run(Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve("program.s");
        Files.writeString(source, assembly(), StandardCharsets.US_ASCII);
        Path program = folder.resolve("program");
        Path driver =
                Path.of(System.getProperty("wasm2obj.root", ".."))
                        .resolve("codegen/src/test/native/driver.c");
        List<String> compile = new ArrayList<>(machine.compiler());
        compile.addAll(List.of("-O1", "-o", program.toString()));
        compile.addAll(List.of(driver.toString(), source.toString()));
        execute(folder, compile);
        Path input = folder.resolve("cases");
        Files.write(input, caseWords());
        Path output = folder.resolve("results");
        List<String> run = new ArrayList<>(machine.emulator());
        run.addAll(List.of(program.toString(), input.toString(), output.toString()));
        execute(folder, run);
        return outcomes(ByteBuffer.wrap(Files.readAllBytes(output)).order(ByteOrder.LITTLE_ENDIAN));
    }

    private static void execute(Path folder, List<String> command)
            throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (!process.waitFor(300, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("does not end: " + String.join(" ", command));
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException(
                    String.join(" ", command)
                            + ": status "
                            + process.exitValue()
                            + "\n"
                            + Files.readString(log));
        }
    }

    // ---- cases and results as words ----

    private byte[] caseWords() {
        ByteBuffer words = ByteBuffer.allocate(1024 * cases.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (Case one : cases) {
            Signature signature = module.signature(indices.get(one.function));
            convention.assign(signature);
            words.putLong(one.function).putLong(one.seed);
            for (long global : one.globals) {
                words.putLong(global);
            }
            int start = words.position();
            words.position(start + 8 * registers(machine.parameterOrder()));
            words.putLong(convention.bufferSize() / 8);
            words.putLong(convention.stackSize() / 8);
            int stack = words.position();
            words.position(stack + convention.stackSize());
            for (int p = 0; p < signature.parameterCount(); p++) {
                int place = parameterPlace(convention.parameter(p));
                long upper = signature.parameter(p) == Type.I32 ? machine.upperHalf() : 0;
                words.putLong(
                        place >= 0 ? start + 8 * place : stack - place - 1,
                        one.arguments[p] | upper);
            }
        }
        return Arrays.copyOf(words.array(), words.position());
    }

    /** Words of general registers and of eight vector registers. */
    private static int registers(int[] order) {
        return order.length + 8;
    }

    /** Number of the word of a register; of the stack, less than 0. */
    private int parameterPlace(int location) {
        if (!CallingConvention.isRegister(location)) {
            return -1 - CallingConvention.offset(location);
        }
        return place(location, machine.parameterOrder());
    }

    private static int place(int register, int[] order) {
        if (register >= RegisterFile.FIRST_VECTOR) {
            return order.length + register - RegisterFile.FIRST_VECTOR;
        }
        for (int i = 0; i < order.length; i++) {
            if (order[i] == register) {
                return i;
            }
        }
        throw new IllegalArgumentException("register " + register);
    }

    private List<Outcome> outcomes(ByteBuffer words) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Case one : cases) {
            Signature signature = module.signature(indices.get(one.function));
            convention.assign(signature);
            long trap = words.getLong();
            int start = words.position();
            int registers = registers(machine.resultOrder());
            words.position(start + 8 * registers + convention.bufferSize());
            long[] results = new long[signature.resultCount()];
            for (int r = 0; r < results.length; r++) {
                int location = convention.result(r);
                int at =
                        CallingConvention.isRegister(location)
                                ? start + 8 * place(location, machine.resultOrder())
                                : start + 8 * registers + CallingConvention.offset(location);
                results[r] = words.getLong(at);
                if (signature.result(r) == Type.F32
                        || signature.result(r) == Type.I32 && machine.upperHalf() != 0) {
                    results[r] &= 0xffff_ffffL;
                }
            }
            String events = events(words);
            long[] globals = new long[module.globals().length];
            for (int g = 0; g < globals.length; g++) {
                globals[g] = words.getLong();
                if (module.globals()[g].constant()) {
                    globals[g] = module.globals()[g].value();
                }
            }
            int[] hashes = new int[module.memories().length];
            for (int m = 0; m < hashes.length; m++) {
                hashes[m] = (int) words.getLong();
            }
            outcomes.add(
                    new Outcome(
                            trap == 0 ? null : TrapKind.of((int) trap),
                            results,
                            events,
                            globals,
                            hashes));
        }
        return outcomes;
    }

    private static String events(ByteBuffer words) {
        List<String> events = new ArrayList<>();
        for (long left = words.getLong(); left > 0; left--) {
            String kind = words.getLong() == 0 ? "CALL " : "CALL_RUNTIME ";
            long number = words.getLong();
            long[] arguments = new long[(int) words.getLong()];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = words.getLong();
            }
            events.add(kind + number + Arrays.toString(arguments));
        }
        return events.toString();
    }

    // ---- the program's text ----

    private StringBuilder text;

    private String assembly() {
        text = new StringBuilder(1 << 20);
        text.append(".text\n.globl program_text, program_text_end\nprogram_text:\n");
        for (int i = 0; i < functions.size(); i++) {
            text.append(".p2align 4\nfunction").append(i).append(":\n");
            code(i, functions.get(i));
        }
        CompiledFunction restorer = thunks.restorer(0);
        text.append(".p2align 4\nrestorer:\n");
        code(functions.size(), restorer);
        text.append("program_text_end:\n");
        stubs();
        text.append(".data\n");
        text.append(".globl program_functions\nprogram_functions:\n");
        for (int i = 0; i < functions.size(); i++) {
            text.append(".quad function").append(i).append('\n');
        }
        traps();
        module();
        signatures();
        text.append(".section .note.GNU-stack,\"\",%progbits\n");
        return text.toString();
    }

    private void code(int number, CompiledFunction function) {
        CompiledFunction.Relocations relocations = function.relocations();
        int at = 0;
        for (int r = 0; r < relocations.offsets().length; r++) {
            bytes(function.code(), at, relocations.offsets()[r]);
            int word = CodeBuffer.read32(function.code(), relocations.offsets()[r]);
            String target = target(number, relocations.target(r), relocations.targets()[r]);
            text.append(
                    machine.relocated(relocations.form(r), word, target, relocations.addends()[r]));
            text.append('\n');
            at = relocations.offsets()[r] + 4;
        }
        bytes(function.code(), at, function.code().length);
        text.append(".section .rodata\n.p2align 4\n");
        for (int c = 0; c < function.constants().length; c++) {
            if (c % 2 == 0) {
                text.append("constant").append(number).append('_').append(c / 2).append(":\n");
            }
            text.append(".quad ").append(function.constants()[c]).append('\n');
        }
        for (int t = 0; t + 1 < function.jumpTableStarts().length; t++) {
            text.append("table").append(number).append('_').append(t).append(":\n");
            for (int e = function.jumpTableStarts()[t];
                    e < function.jumpTableStarts()[t + 1];
                    e++) {
                text.append(".long ").append(function.jumpTables()[e]).append('\n');
            }
        }
        text.append(".text\n");
    }

    private void bytes(byte[] code, int from, int to) {
        for (int i = from; i < to; i++) {
            text.append((i - from) % 32 == 0 ? "\n.byte " : ",").append(code[i] & 0xff);
        }
        text.append('\n');
    }

    private String target(int number, int kind, int target) {
        return switch (kind) {
            case CompiledFunction.Relocations.FUNCTION -> {
                int compiled = onlyStubs ? -1 : indices.indexOf(target);
                yield compiled < 0 ? "stub" + target : "function" + compiled;
            }
            case CompiledFunction.Relocations.CONSTANT -> "constant" + number + "_" + target;
            case CompiledFunction.Relocations.JUMP_TABLE -> "table" + number + "_" + target;
            case CompiledFunction.Relocations.RUNTIME -> RuntimeFunction.of(target).symbol();
            case CompiledFunction.Relocations.CONSTANT_TABLE -> "constant_table" + target;
            case CompiledFunction.Relocations.RESTORER -> "restorer + " + thunks.restorerEntry();
            default -> throw new IllegalArgumentException("relocation " + kind);
        };
    }

    private void stubs() {
        for (int f = 0; f < module.functionTypes().length; f++) {
            convention.assign(module.signature(f));
            text.append("stub").append(f).append(":\n");
            text.append(machine.stub(f, convention.stackSize()));
        }
        text.append(".data\n.globl program_stubs\nprogram_stubs:\n");
        for (int f = 0; f < module.functionTypes().length; f++) {
            text.append(".quad stub").append(f).append('\n');
        }
        text.append(".globl program_by_index, program_links\nprogram_by_index:\n");
        for (int f = 0; f < module.functionTypes().length; f++) {
            int compiled = indices.indexOf(f);
            text.append(compiled < 0 ? ".quad stub" + f : ".quad function" + compiled).append('\n');
        }
        text.append("program_links:\n");
        for (int link : links) {
            text.append(link < 0 ? ".quad 0" : ".quad function" + indices.indexOf(link));
            text.append('\n');
        }
    }

    private void traps() {
        int count = 0;
        text.append(".globl program_traps\nprogram_traps:\n");
        for (int i = 0; i < functions.size(); i++) {
            CompiledFunction function = functions.get(i);
            for (int t = 0; t < function.trapOffsets().length; t++) {
                text.append(".long function").append(i).append(" - program_text + ");
                text.append(function.trapOffsets()[t]).append(", ");
                text.append(function.trapKinds()[t]).append('\n');
                count++;
            }
        }
        text.append(".p2align 3\n");
        quads("program_trap_count", new long[] {count});
    }

    private void module() {
        int globals = module.globals().length;
        int memories = module.memories().length;
        long[] places = new long[5 + globals + memories];
        places[0] = layout.size();
        places[1] = layout.types();
        places[2] = module.types().length;
        places[3] = globals;
        byte[] types = new byte[globals];
        byte[] mutable = new byte[globals];
        for (int g = 0; g < globals; g++) {
            places[4 + g] = layout.global(g);
            types[g] = (byte) module.globals()[g].type().ordinal();
            mutable[g] = (byte) (module.globals()[g].mutable() ? 1 : 0);
        }
        places[4 + globals] = memories;
        for (int m = 0; m < memories; m++) {
            places[5 + globals + m] = layout.memory(m);
        }
        quads("program_layout", places);
        long[] canonical = new long[module.types().length];
        for (int t = 0; t < canonical.length; t++) {
            canonical[t] = module.canonicalTypes()[t];
        }
        quads("program_types", canonical);
        quads("program_function_count", new long[] {module.functionTypes().length});
        quads("program_import_count", new long[] {module.importedFunctionCount()});
        array("program_global_types", types);
        array("program_global_mutable", mutable);
        byte[] runtime = new byte[RuntimeFunction.values().length];
        for (int r = 0; r < runtime.length; r++) {
            runtime[r] = (byte) RuntimeFunction.of(r).parameterCount();
        }
        array("program_runtime_parameters", runtime);
    }

    private void quads(String name, long[] values) {
        text.append(".p2align 3\n.globl ").append(name).append('\n').append(name).append(":\n");
        for (long value : values) {
            text.append(".quad ").append(value).append('\n');
        }
    }

    private void array(String name, byte[] values) {
        text.append(".globl ").append(name).append('\n').append(name).append(":\n");
        bytes(values, 0, values.length);
    }

    private void signatures() {
        int count = module.functionTypes().length;
        for (int f = 0; f < count; f++) {
            Signature signature = module.signature(f);
            convention.assign(signature);
            text.append("parameters").append(f).append(":\n");
            for (int p = 0; p < signature.parameterCount(); p++) {
                text.append(".short ").append(convention.parameter(p)).append('\n');
            }
            text.append("results").append(f).append(":\n");
            for (int r = 0; r < signature.resultCount(); r++) {
                text.append(".short ").append(convention.result(r)).append('\n');
            }
            text.append("types").append(f).append(":\n");
            for (int p = 0; p < signature.parameterCount(); p++) {
                text.append(".byte ").append(signature.parameter(p).ordinal()).append('\n');
            }
            for (int r = 0; r < signature.resultCount(); r++) {
                text.append(".byte ").append(signature.result(r).ordinal()).append('\n');
            }
        }
        text.append(".p2align 3\n.globl program_signatures\nprogram_signatures:\n");
        for (int f = 0; f < count; f++) {
            Signature signature = module.signature(f);
            convention.assign(signature);
            text.append(".quad ").append(signature.parameterCount());
            text.append(", ").append(signature.resultCount());
            text.append(", ").append(convention.stackSize());
            text.append(", ").append(module.functionTypes()[f]);
            text.append(", ").append(layout.functionRecord(f));
            text.append(", parameters").append(f).append(", results").append(f);
            text.append(", types").append(f).append(", types").append(f).append(" + ");
            text.append(signature.parameterCount()).append('\n');
        }
    }
}
