package wasm2obj.ir;

/**
 * Runs the passes of a level over functions, one after the other. One object serves one thread.
 *
 * <p>The lists below are the pipelines. What must come before what, and why, is in {@link #ORDER}, which is checked
 * where the lists are made. Each pass can be switched off, is timed on
 * request, and can be watched ({@link Watcher}): dumps and verification come from there.
 */
public final class Optimizer {
    /** Looks on, for dumps, statistics and verification. */
    public interface Watcher {
        /** A pass has run. */
        void passed(String pass, Function function, Module module, boolean changed);
    }

    private final Pass params = new RedundantParams();
    private final Pass gvn = new GlobalValueNumbering();
    private final Pass cfg = new ControlFlowSimplification();
    private final Pass dce = new DeadCode();

    private final Pass context = new ContextLoads();
    private final Pass divide = new ConstantDivision();
    private final Pass licm = new LoopInvariants();

    private final Pass[] none = {};
    private final Pass[] cheap = {params, gvn, context, dce, licm, cfg};
    private final Pass[] full = {params, gvn, cfg, context, divide, params, gvn, dce, licm, cfg};

    /** A pass, one that must come later if both are in a list (its last place counts), and why. */
    private static final String[][] ORDER = {
        {"params", "gvn", "numbering sees through copies only where they are gone"},
        {"gvn", "cfg", "constant conditions are found there, and become jumps here"},
        {"context", "licm", "a field that is read once is moved once"},
        {"divide", "gvn", "quotient and remainder by one constant share their product"},
        {"gvn", "licm", "what is computed twice would be moved twice"},
        {"gvn", "dce", "what was replaced has no use left"},
        {"dce", "licm", "what no one needs would be moved"},
        {"dce", "cfg", "a block with a constant that no one needs is not empty"},
        {"licm", "cfg", "blocks before loops that stayed empty go"},
    };

    private final Analyses analyses = new Analyses();
    private Watcher watcher;
    private boolean timing;
    private final String[] names = names();
    private final long[] nanoseconds = new long[names.length];
    private final boolean[] disabled = new boolean[names.length];

    /** Improves the function; {@code module} may be null. */
    public void run(Function function, Module module, OptimizationLevel level) {
        Pass[] passes = passes(level);
        if (passes.length == 0) {
            return;
        }
        analyses.reset(function, module);
        for (Pass pass : passes) {
            if (!disabled[index(pass.name())]) {
                run(pass, function, module);
            }
        }
    }

    /** Makes an optimizer with all passes on. */
    public Optimizer() {
        checkOrder(cheap);
        checkOrder(full);
    }

    private static void checkOrder(Pass[] passes) {
        for (String[] rule : ORDER) {
            int before = lastIndex(passes, rule[0]);
            int after = lastIndex(passes, rule[1]);
            if (before >= 0 && after >= 0 && before > after) {
                throw new IllegalStateException(rule[0] + " after " + rule[1] + ": " + rule[2]);
            }
        }
    }

    private static int lastIndex(Pass[] passes, String name) {
        int last = -1;
        for (int i = 0; i < passes.length; i++) {
            last = passes[i].name().equals(name) ? i : last;
        }
        return last;
    }

    Pass[] passes(OptimizationLevel level) {
        return switch (level) {
            case O0 -> none;
            case O1 -> cheap;
            case O2, O3, OS -> full;
        };
    }

    private void run(Pass pass, Function function, Module module) {
        long start = timing ? System.nanoTime() : 0;
        boolean changed;
        try {
            changed = pass.run(function, analyses);
        } catch (RuntimeException e) {
            throw new IllegalStateException("pass " + pass.name() + ", " + nameOf(function), e);
        }
        if (changed && pass.changesControlFlow()) {
            analyses.controlFlowChanged();
        }
        if (timing) {
            nanoseconds[index(pass.name())] += System.nanoTime() - start;
        }
        if (watcher != null) {
            watcher.passed(pass.name(), function, module, changed);
        }
    }

    private static String nameOf(Function function) {
        String name = function.name() == null ? "" : " \"" + function.name() + "\"";
        return "function " + function.index() + name;
    }

    // ---- switches ----

    private String[] names() {
        String[] all = new String[full.length];
        int count = 0;
        for (Pass pass : full) {
            boolean isNew = true;
            for (int i = 0; i < count; i++) {
                isNew &= !all[i].equals(pass.name());
            }
            if (isNew) {
                all[count++] = pass.name();
            }
        }
        return java.util.Arrays.copyOf(all, count);
    }

    private int index(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The names of all passes. */
    public String[] passNames() {
        return names.clone();
    }

    /** Switches a pass on or off; whether there is one of that name. */
    public boolean setEnabled(String pass, boolean on) {
        int index = index(pass);
        if (index >= 0) {
            disabled[index] = !on;
        }
        return index >= 0;
    }

    /** Who looks on from now on; null for no one. */
    public void setWatcher(Watcher watcher) {
        this.watcher = watcher;
    }

    /** Whether to measure time. */
    public void setTiming(boolean on) {
        timing = on;
    }

    /** The time spent in a pass so far, by the position of its name in {@link #passNames}. */
    public long nanoseconds(int pass) {
        return nanoseconds[pass];
    }

    /** A watcher that verifies after each pass and throws with the pass, the function and its annotated text. */
    public static Watcher verifying() {
        Verifier verifier = new Verifier();
        return (pass, function, module, changed) -> {
            if (changed && !verifier.verify(function, module)) {
                throw new IllegalStateException(
                        "after pass " + pass + ", " + nameOf(function) + ":\n" + verifier.report());
            }
        };
    }

    /** The pass of that name, for tests. */
    Pass pass(String name) {
        for (Pass pass : full) {
            if (pass.name().equals(name)) {
                return pass;
            }
        }
        return null;
    }
}
