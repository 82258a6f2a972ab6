package wasm2obj.driver;

/** What an object is made for. */
public enum Target {
    X86_64_LINUX("x86_64-linux-gnu", "x86_64"),
    AARCH64_LINUX("aarch64-linux-gnu", "aarch64"),
    X86_64_MACOS("x86_64-apple-macos", "x86_64"),
    AARCH64_MACOS("arm64-apple-macos", "aarch64");

    private final String triple;
    private final String architecture;

    Target(String triple, String architecture) {
        this.triple = triple;
        this.architecture = architecture;
    }

    /** The name that users write. */
    public String triple() {
        return triple;
    }

    /** The architecture's usual name. */
    public String architecture() {
        return architecture;
    }

    /** DWARF's number of the register that holds the context, x86-64's r15 or AArch64's x28 (docs/abi.md). */
    int contextRegister() {
        return architecture.equals("x86_64") ? 15 : 28;
    }

    /** The target with the given triple, in the spellings that compilers accept, or null. */
    public static Target named(String triple) {
        String name = triple.replace("-unknown-", "-").replace("-pc-", "-");
        return switch (name) {
            case "x86_64-linux-gnu", "x86_64-linux", "x86_64-linux-musl" -> X86_64_LINUX;
            case "aarch64-linux-gnu", "aarch64-linux", "arm64-linux", "aarch64-linux-musl" ->
                    AARCH64_LINUX;
            case "x86_64-apple-macos", "x86_64-apple-darwin", "x86_64-macos" -> X86_64_MACOS;
            case "arm64-apple-macos",
                    "aarch64-apple-darwin",
                    "aarch64-apple-macos",
                    "arm64-macos" ->
                    AARCH64_MACOS;
            default -> null;
        };
    }
}
