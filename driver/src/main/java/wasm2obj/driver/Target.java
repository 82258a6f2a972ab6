package wasm2obj.driver;

import wasm2obj.codegen.CStack;
import wasm2obj.objwriter.Architecture;
import wasm2obj.objwriter.ObjectFile;
import wasm2obj.objwriter.ObjectFormat;
import wasm2obj.unwind.CallFrameAbi;

/** What an object is made for. */
public enum Target {
    X86_64_LINUX("x86_64-linux-gnu", Architecture.X86_64, ObjectFormat.ELF),
    AARCH64_LINUX("aarch64-linux-gnu", Architecture.AARCH64, ObjectFormat.ELF),
    X86_64_MACOS("x86_64-apple-macos", Architecture.X86_64, ObjectFormat.MACH_O),
    AARCH64_MACOS("arm64-apple-macos", Architecture.AARCH64, ObjectFormat.MACH_O);

    /** AArch64's calls reach 128 MiB; some are left for the stubs that linkers add. */
    private static final long AARCH64_SECTION_LIMIT = 120L << 20;

    /** In Mach-O, where code is from the beginning of its section fits an addend of 24 bits. */
    private static final long MACH_O_AARCH64_SECTION_LIMIT = 4L << 20;

    /** Between functions: int3 on x86-64; on AArch64 four of these are udf. */
    private static final int X86_64_FILL = 0xcc;

    private static final int AARCH64_FILL = 0;

    private final String triple;
    private final Architecture architecture;
    private final ObjectFormat format;

    Target(String triple, Architecture architecture, ObjectFormat format) {
        this.triple = triple;
        this.architecture = architecture;
        this.format = format;
    }

    /** The name that users write. */
    public String triple() {
        return triple;
    }

    public Architecture architecture() {
        return architecture;
    }

    /** The format of its objects. */
    public ObjectFormat format() {
        return format;
    }

    /** Whether it is one of Apple's systems. */
    public boolean isApple() {
        return format == ObjectFormat.MACH_O;
    }

    /** Whether all functions have a frame record, as debuggers and profilers of the system expect. */
    boolean keepsFramePointers() {
        return isApple();
    }

    /** Whether tables for unwinding refer to functions by symbols, so that each needs one. */
    boolean needsSymbolsOfCode() {
        return format == ObjectFormat.MACH_O;
    }

    /** How C passes parameters on the stack. */
    CStack cStack() {
        return this == AARCH64_MACOS ? CStack.PACKED : CStack.WORDS;
    }

    /** The architecture's usual name. */
    String architectureName() {
        return isAArch64() ? "aarch64" : "x86_64";
    }

    boolean isAArch64() {
        return architecture == Architecture.AARCH64;
    }

    /** The processor that code is for unless something else is asked for. */
    String defaultCpu() {
        return isAArch64() ? "armv8-a" : "x86-64-v2";
    }

    /** Whether this machine runs programs for it. */
    boolean isHost() {
        String host = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
        return host.equals(architectureName()) && hostIsApple() == isApple();
    }

    /** Whether this machine is one of Apple's. */
    static boolean hostIsApple() {
        return System.getProperty("os.name").startsWith("Mac");
    }

    /** What call frame information of the target has in common. */
    CallFrameAbi callFrames() {
        return isAArch64() ? CallFrameAbi.AARCH64 : CallFrameAbi.X86_64;
    }

    /** Bytes that a section of code may have. */
    long sectionLimit() {
        return switch (this) {
            case X86_64_LINUX, X86_64_MACOS -> Long.MAX_VALUE;
            case AARCH64_LINUX -> AARCH64_SECTION_LIMIT;
            case AARCH64_MACOS -> MACH_O_AARCH64_SECTION_LIMIT;
        };
    }

    /** An empty layout of code in the object. */
    CodeLayout codeLayout(ObjectFile object, boolean functionSections, long sectionLimit) {
        int fill = isAArch64() ? AARCH64_FILL : X86_64_FILL;
        return new CodeLayout(object, functionSections, sectionLimit, fill);
    }

    /** DWARF's number of the register that holds the context, x86-64's r15 or AArch64's x28 (docs/abi.md). */
    int contextRegister() {
        return isAArch64() ? 28 : 15;
    }

    /** The target with the given triple, in the spellings that compilers accept, or null. */
    public static Target named(String triple) {
        String name = triple.replace("-unknown-", "-").replace("-pc-", "-");
        return switch (withoutVersion(name)) {
            case "x86_64-linux-gnu", "x86_64-linux", "x86_64-linux-musl" -> X86_64_LINUX;
            case "aarch64-linux-gnu",
                    "aarch64-linux",
                    "arm64-linux-gnu",
                    "arm64-linux",
                    "aarch64-linux-musl" ->
                    AARCH64_LINUX;
            case "x86_64-apple-macos",
                    "x86_64-apple-macosx",
                    "x86_64-apple-darwin",
                    "x86_64-macos" ->
                    X86_64_MACOS;
            case "arm64-apple-macos",
                    "arm64-apple-macosx",
                    "arm64-apple-darwin",
                    "arm64-macos",
                    "aarch64-apple-macos",
                    "aarch64-apple-macosx",
                    "aarch64-apple-darwin",
                    "aarch64-macos" ->
                    AARCH64_MACOS;
            default -> null;
        };
    }

    /** Triples of Apple's systems may end with a version, such as 11.0. */
    private static String withoutVersion(String name) {
        int end = name.length();
        while (end > 0
                && (Character.isDigit(name.charAt(end - 1)) || name.charAt(end - 1) == '.')) {
            end--;
        }
        boolean isApple = name.contains("-apple-") || name.substring(0, end).endsWith("-macos");
        return isApple ? name.substring(0, end) : name;
    }
}
