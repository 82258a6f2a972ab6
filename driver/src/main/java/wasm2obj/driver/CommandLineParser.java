package wasm2obj.driver;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import wasm2obj.frontend.Feature;
import wasm2obj.frontend.Features;
import wasm2obj.ir.OptimizationLevel;
import wasm2obj.isel.aarch64.BranchProtection;

/** Understands the command line. */
final class CommandLineParser {
    static final String HELP =
            """
            wasm2obj: WebAssembly to native objects

            usage:
              wasm2obj [compile] MODULE.wasm -o MODULE.o [--header MODULE.h] [OPTIONS]
              wasm2obj build MODULE.wasm [OBJECT...] -o PROGRAM [OPTIONS]
              wasm2obj run MODULE.wasm [--dir HOST[::GUEST]]... [OPTIONS] [-- ARGUMENT...]
              wasm2obj validate MODULE.wasm...

            A module may also be text, such as MODULE.wat; - is standard input.

            output:
              -o FILE               write to FILE; - is standard output
              --header FILE         also write a C header for the object
              --emit KIND           obj (default), asm, ir, vcode, wat or wasm
              --prefix NAME         begin public symbols with NAME (default: the module's file name)
              --function-sections   give every function a section of its own
              -g                    write debug information
              --no-unwind           leave .eh_frame out
              --no-names            leave the functions' names out

            code:
              -O0 -O1 -O2 -O3 -Os   optimise: not, a little, well (default; also -O), more, for size
              --target TRIPLE       x86_64-linux-gnu (default), aarch64-linux-gnu,
                                    x86_64-apple-macos, arm64-apple-macos
              --cpu NAME            x86-64, x86-64-v2 (default), x86-64-v3 or native;
                                    armv8-a (default), armv8.1-a, armv8.4-a, neoverse-n1 or native
              --memory KIND         guard (default): guard pages bound memory; explicit: comparisons do
              --features LIST       WebAssembly features: +NAME or -NAME, separated by commas
              --frame-pointers      keep a frame pointer in every function
              --gc KIND             moving (default): objects are collected; none: they never are

            build and run:
              --cc COMPILER         link with COMPILER (default: $CC, then cc)
              --dir HOST[::GUEST]   let the program see the directory HOST, as GUEST
              --env NAME=VALUE      set a variable for the program
              --max-memory SIZE     bytes that the program's memories may have, such as 256m
              --max-stack SIZE      bytes of stack that its code may use
              --gc-heap SIZE        bytes that its objects may take

            compilation:
              --threads N           use N threads (default: one a processor)
              --time-passes         print where the time went
              --verify              check every step of the compiler
              -v                    print what is done
              --version, --help

            examples:
              wasm2obj plugin.wasm -o plugin.o --header plugin.h && cc host.c plugin.o -lwasm2obj
              wasm2obj build tool.wasm -o tool
              wasm2obj run tool.wasm --dir . -- input.txt

            exit status: 0, or 1 for bad input, or 2 for bad usage; run gives the program's own
            """;

    private CommandLineParser() {}

    /** Understands the arguments, or throws {@link UsageException}. */
    static Invocation parse(String[] arguments) {
        int separator = indexOfSeparator(arguments);
        List<String> own = new ArrayList<>(separator);
        for (int i = 0; i < separator; i++) {
            own.add(arguments[i]);
        }
        List<String> rest = new ArrayList<>();
        for (int i = separator + 1; i < arguments.length; i++) {
            rest.add(arguments[i]);
        }
        Invocation.Command command = takeCommand(own);
        return interpret(command, Options.of(own), rest);
    }

    private static int indexOfSeparator(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--")) {
                return i;
            }
        }
        return arguments.length;
    }

    private static Invocation.Command takeCommand(List<String> arguments) {
        if (arguments.isEmpty()) {
            return Invocation.Command.COMPILE;
        }
        Invocation.Command command =
                switch (arguments.getFirst()) {
                    case "compile" -> Invocation.Command.COMPILE;
                    case "build" -> Invocation.Command.BUILD;
                    case "run" -> Invocation.Command.RUN;
                    case "validate" -> Invocation.Command.VALIDATE;
                    case "help" -> Invocation.Command.HELP;
                    default -> null;
                };
        if (command == null) {
            return Invocation.Command.COMPILE;
        }
        arguments.removeFirst();
        return command;
    }

    private static Invocation interpret(
            Invocation.Command command, Options options, List<String> programArguments) {
        Invocation.Command actual = command;
        if (options.has("--help")) {
            actual = Invocation.Command.HELP;
        } else if (options.has("--version")) {
            actual = Invocation.Command.VERSION;
        }
        List<Path> inputs = new ArrayList<>();
        for (String input : options.others()) {
            inputs.add(path(input));
        }
        boolean needsInput =
                actual != Invocation.Command.HELP && actual != Invocation.Command.VERSION;
        if (needsInput && inputs.isEmpty()) {
            throw new UsageException("no input file");
        }
        if (inputs.size() > 1
                && (actual == Invocation.Command.COMPILE || actual == Invocation.Command.RUN)) {
            throw new UsageException("more than one input file: " + inputs.get(1));
        }
        if (!programArguments.isEmpty() && actual != Invocation.Command.RUN) {
            throw new UsageException("arguments after -- are for run");
        }
        return new Invocation(
                actual,
                inputs,
                optionalPath(options, "-o"),
                optionalPath(options, "--header"),
                emit(options.value("--emit", "obj")),
                compiler(options),
                options.values("--dir"),
                size(options, "--max-memory"),
                size(options, "--max-stack"),
                size(options, "--gc-heap"),
                environment(options),
                programArguments,
                settings(options, inputs),
                reporting(options));
    }

    private static String compiler(Options options) {
        String compiler = options.value("--cc", null);
        if (compiler != null && compiler.isBlank()) {
            throw new UsageException("--cc: a value is missing");
        }
        return compiler;
    }

    private static List<String> environment(Options options) {
        List<String> variables = options.values("--env");
        for (String variable : variables) {
            if (variable.indexOf('=') <= 0) {
                throw new UsageException("--env: expected NAME=VALUE, found " + variable);
            }
        }
        return variables;
    }

    private static Path optionalPath(Options options, String name) {
        String value = options.value(name, null);
        return value == null ? null : path(value);
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (java.nio.file.InvalidPathException e) {
            throw new UsageException("not a file name: " + name);
        }
    }

    private static Invocation.Emit emit(String name) {
        return switch (name) {
            case "obj" -> Invocation.Emit.OBJ;
            case "asm" -> Invocation.Emit.ASM;
            case "ir" -> Invocation.Emit.IR;
            case "vcode" -> Invocation.Emit.VCODE;
            case "wat" -> Invocation.Emit.WAT;
            case "wasm" -> Invocation.Emit.WASM;
            default ->
                    throw new UsageException(
                            "--emit: expected obj, asm, ir, vcode, wat or wasm, found " + name);
        };
    }

    private static Settings settings(Options options, List<Path> inputs) {
        String triple = options.value("--target", "x86_64-linux-gnu");
        Target target = Target.named(triple);
        if (target == null) {
            throw new UsageException(
                    "--target: expected x86_64-linux-gnu, aarch64-linux-gnu, x86_64-apple-macos or"
                            + " arm64-apple-macos, found "
                            + triple);
        }
        String level = options.value("-O", "2");
        OptimizationLevel optimization = optimizationLevel(level);
        if (optimization == null) {
            throw new UsageException("-O: expected 0, 1, 2, 3 or s, found " + level);
        }
        return new Settings(
                target,
                options.value("--cpu", target.defaultCpu()),
                optimization,
                memory(options.value("--memory", "guard")),
                features(options.value("--features", "")),
                prefix(options.value("--prefix", null), inputs),
                options.has("-g"),
                !options.has("--no-unwind"),
                options.has("--frame-pointers"),
                options.has("--function-sections"),
                null,
                protection(target, options.value("--branch-protection", "none")),
                !options.has("--no-names"),
                collector(options.value("--gc", "moving")));
    }

    private static Settings.Collector collector(String name) {
        return switch (name) {
            case "moving" -> Settings.Collector.MOVING;
            case "none" -> Settings.Collector.NONE;
            default -> throw new UsageException("--gc: expected moving or none, found " + name);
        };
    }

    /** A number of bytes, in units that a letter may say; 0 if the option is not there. */
    private static long size(Options options, String name) {
        String text = options.value(name, null);
        if (text == null) {
            return 0;
        }
        int digits = text.length();
        int shift = 0;
        if (!text.isEmpty()) {
            switch (text.charAt(digits - 1)) {
                case 'k', 'K' -> shift = 10;
                case 'm', 'M' -> shift = 20;
                case 'g', 'G' -> shift = 30;
                default -> {}
            }
        }
        try {
            long number = Long.parseLong(text.substring(0, shift == 0 ? digits : digits - 1));
            if (number > 0 && number <= Long.MAX_VALUE >> shift) {
                return number << shift;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new UsageException(
                name + ": expected a number of bytes such as 65536, 64k or 2g, found " + text);
    }

    /** The level for what follows {@code -O}, which may be nothing; null if there is none. */
    private static OptimizationLevel optimizationLevel(String suffix) {
        return switch (suffix) {
            case "0" -> OptimizationLevel.O0;
            case "1" -> OptimizationLevel.O1;
            case "", "2" -> OptimizationLevel.O2;
            case "3" -> OptimizationLevel.O3;
            case "s" -> OptimizationLevel.OS;
            default -> null;
        };
    }

    private static Settings.MemoryChecks memory(String name) {
        return switch (name) {
            case "guard" -> Settings.MemoryChecks.GUARD;
            case "explicit" -> Settings.MemoryChecks.EXPLICIT;
            default ->
                    throw new UsageException("--memory: expected guard or explicit, found " + name);
        };
    }

    private static BranchProtection protection(Target target, String name) {
        BranchProtection protection =
                switch (name) {
                    case "none" -> BranchProtection.NONE;
                    case "bti" -> BranchProtection.BTI;
                    case "pac-ret" -> BranchProtection.PAC_RET;
                    case "standard" -> BranchProtection.STANDARD;
                    default ->
                            throw new UsageException(
                                    "--branch-protection: expected none, bti, pac-ret or standard, found "
                                            + name);
                };
        if (protection != BranchProtection.NONE && !target.isAArch64()) {
            throw new UsageException("--branch-protection: " + name + " is for AArch64 only");
        }
        if (protection != BranchProtection.NONE && target.isApple()) {
            throw new UsageException(
                    "--branch-protection: " + name + " is not part of " + target.triple());
        }
        return protection;
    }

    private static String names() {
        StringBuilder names = new StringBuilder("all");
        for (Feature feature : Feature.values()) {
            names.append(", ").append(feature.option());
        }
        return names.toString();
    }

    private static Features features(String list) {
        Features features = Features.DEFAULT;
        int start = 0;
        while (start < list.length()) {
            int comma = list.indexOf(',', start);
            int end = comma < 0 ? list.length() : comma;
            String item = list.substring(start, end);
            boolean off = item.startsWith("-");
            String name = off || item.startsWith("+") ? item.substring(1) : item;
            if (name.equals("all")) {
                features = off ? Features.NONE : Features.DEFAULT;
            } else {
                Feature feature = Feature.named(name);
                if (feature == null) {
                    throw new UsageException(
                            "--features: unknown feature " + name + "; there are: " + names());
                }
                features = off ? features.without(feature) : features.with(feature);
            }
            start = end + 1;
        }
        return features;
    }

    /** The prefix given, or the file's name as a C identifier. */
    private static String prefix(String given, List<Path> inputs) {
        if (given != null) {
            if (!given.equals(identifier(given))) {
                throw new UsageException("--prefix: not a C identifier: " + given);
            }
            return given;
        }
        if (inputs.isEmpty() || inputs.getFirst().getFileName() == null) {
            return "module";
        }
        String name = inputs.getFirst().getFileName().toString();
        int dot = name.indexOf('.');
        return identifier(dot > 0 ? name.substring(0, dot) : name);
    }

    private static String identifier(String name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
            boolean digit = c >= '0' && c <= '9';
            if (digit && i == 0) {
                text.append('_');
            }
            text.append(letter || digit ? c : '_');
        }
        return text.isEmpty() ? "module" : text.toString();
    }

    private static Reporting reporting(Options options) {
        String count = options.value("--threads", null);
        int threads = Runtime.getRuntime().availableProcessors();
        if (count != null) {
            try {
                threads = Integer.parseInt(count);
            } catch (NumberFormatException e) {
                threads = 0;
            }
            if (threads < 1 || threads > 1024) {
                throw new UsageException(
                        "--threads: expected a number from 1 to 1024, found " + count);
            }
        }
        return new Reporting(
                threads, options.has("--verify"), options.has("--time-passes"), options.has("-v"));
    }
}
