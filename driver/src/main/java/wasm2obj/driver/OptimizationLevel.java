package wasm2obj.driver;

/** How much work goes into the code. */
public enum OptimizationLevel {
    O0("-O0"),
    O1("-O1"),
    O2("-O2"),
    O3("-O3"),
    OS("-Os");

    private final String option;

    OptimizationLevel(String option) {
        this.option = option;
    }

    /** The option that selects it. */
    public String option() {
        return option;
    }

    /** The level for what follows {@code -O}, which may be nothing; null if there is none. */
    public static OptimizationLevel named(String suffix) {
        return switch (suffix) {
            case "0" -> O0;
            case "1" -> O1;
            case "", "2" -> O2;
            case "3" -> O3;
            case "s" -> OS;
            default -> null;
        };
    }
}
