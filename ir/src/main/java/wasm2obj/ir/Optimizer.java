package wasm2obj.ir;

import java.util.Arrays;

/**
 * Runs the passes of a level over functions, one after the other. One object serves one thread.
 *
 * <p>The lists below are the pipelines. What must come before what, and why, is in {@link #ORDER}, which is checked
 * where the lists are made. Each pass can be switched off, is timed on request, and can be watched ({@link Watcher}): dumps
 * and verification come from there.
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
    private final Pass addresses = new AddressFolding();
    private final Pass scalars = new ScalarReplacement();
    private final Pass counting = new CountingExpansion();
    private final Pass references = new ReferenceLowering();
    private final Pass switches = new SwitchExpansion();

    private final Pass[] passes = {
        params,
        gvn,
        dce,
        cfg,
        context,
        divide,
        licm,
        addresses,
        scalars,
        counting,
        references,
        switches
    };

    private final Step[] none = {always(counting), always(references)};
    private final Step[] cheap = {
        always(params),
        always(gvn),
        always(dce),
        always(cfg),
        always(context),
        always(counting),
        always(references),
        after(gvn, counting, references),
        after(dce, counting, references),
        after(cfg, counting, references),
        always(licm),
        always(switches)
    };
    private final Step[] full = {
        always(params),
        always(gvn),
        always(dce),
        always(cfg),
        after(params, cfg),
        always(context),
        always(divide),
        always(scalars),
        always(counting),
        always(references),
        after(cfg, counting, references),
        after(gvn, params, context, divide, scalars, counting, references),
        after(dce, gvn, divide, scalars, counting, references),
        always(licm),
        after(cfg, gvn, licm),
        always(switches),
        always(addresses)
    };

    /** Divisions stay: what replaces them is longer. */
    private final Step[] small = {
        always(params),
        always(gvn),
        always(dce),
        always(cfg),
        after(params, cfg),
        always(context),
        always(scalars),
        always(counting),
        always(references),
        after(cfg, counting, references),
        after(gvn, params, context, scalars, counting, references),
        after(dce, gvn, scalars, counting, references),
        always(licm),
        after(cfg, gvn, licm),
        always(switches),
        always(addresses)
    };

    /**
     * A place in a list.
     *
     * @param pass what runs
     * @param causes if not empty, it runs only if one of these has changed something since it ran last
     */
    private record Step(Pass pass, Pass... causes) {}

    private static Step always(Pass pass) {
        return new Step(pass);
    }

    private static Step after(Pass pass, Pass... causes) {
        return new Step(pass, causes);
    }

    /** A pass, one that must come later if both are in a list (its last place counts), and why. */
    private static final String[][] ORDER = {
        {"params", "gvn", "numbering sees through copies only where they are gone"},
        {"gvn", "cfg", "constant conditions are found there, and become jumps here"},
        {"context", "licm", "a field that is read once is moved once"},
        {"divide", "gvn", "quotient and remainder by one constant share their product"},
        {"gvn", "licm", "what is computed twice would be moved twice"},
        {"gvn", "dce", "what was replaced has no use left"},
        {"dce", "licm", "what no one needs would be moved"},
        {"gvn", "addresses", "sums of sums have become one, with the constant at its right"},
        {"scalars", "gvn", "what was loaded is known then"},
        {"scalars", "references", "an allocation is one operation"},
        {"counting", "licm", "the store's head is read before loops"},
        {"counting", "gvn", "expansions read the same fields"},
        {"references", "licm", "the heap's base is read before loops"},
        {"references", "gvn", "expansions read the same fields"},
        {"cfg", "switches", "ways that are the same behind some jumps are one there"},
        {"switches", "addresses", "comparisons tell what an index can be"},
        {"dce", "cfg", "a block with a constant that no one needs is not empty"},
    };

    private final Analyses analyses = new Analyses();
    private Watcher watcher;
    private boolean timing;
    private final long[] nanoseconds = new long[passes.length];
    private final boolean[] disabled = new boolean[passes.length];

    /** By pass: the set of those that have changed something since it ran. */
    private final long[] changes = new long[passes.length];

    /** Improves the function; {@code module} may be null. */
    public void run(Function function, Module module, OptimizationLevel level) {
        Step[] steps = steps(level);
        analyses.reset(function, module);
        Arrays.fill(changes, 0);
        for (Step step : steps) {
            int pass = index(step.pass);
            if (!disabled[pass] && isNeeded(step, pass)) {
                changes[pass] = 0;
                if (run(step.pass, pass, function, module)) {
                    noteChange(pass);
                }
            }
        }
    }

    /** Others may be needed again after this one has changed something. */
    private void noteChange(int pass) {
        for (int other = 0; other < passes.length; other++) {
            changes[other] |= 1L << pass;
        }
    }

    private boolean isNeeded(Step step, int pass) {
        boolean needed = step.causes.length == 0;
        for (Pass cause : step.causes) {
            needed |= (changes[pass] >>> index(cause) & 1) != 0;
        }
        return needed;
    }

    /** Makes an optimizer with all passes on. */
    public Optimizer() {
        checkOrder(cheap);
        checkOrder(full);
        checkOrder(small);
    }

    private static void checkOrder(Step[] steps) {
        for (String[] rule : ORDER) {
            int before = lastIndex(steps, rule[0]);
            int after = lastIndex(steps, rule[1]);
            if (before >= 0 && after >= 0 && before > after) {
                throw new IllegalStateException(rule[0] + " after " + rule[1] + ": " + rule[2]);
            }
        }
    }

    private static int lastIndex(Step[] steps, String name) {
        int last = -1;
        for (int i = 0; i < steps.length; i++) {
            last = steps[i].pass.name().equals(name) ? i : last;
        }
        return last;
    }

    private Step[] steps(OptimizationLevel level) {
        return switch (level) {
            case O0 -> none;
            case O1 -> cheap;
            case O2, O3 -> full;
            case OS -> small;
        };
    }

    private boolean run(Pass pass, int index, Function function, Module module) {
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
            nanoseconds[index] += System.nanoTime() - start;
        }
        if (watcher != null) {
            watcher.passed(pass.name(), function, module, changed);
        }
        return changed;
    }

    private static String nameOf(Function function) {
        String name = function.name() == null ? "" : " \"" + function.name() + "\"";
        return "function " + function.index() + name;
    }

    // ---- switches ----

    private int index(Pass pass) {
        return index(pass.name());
    }

    private int index(String name) {
        for (int i = 0; i < passes.length; i++) {
            if (passes[i].name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The names of all passes. */
    public String[] passNames() {
        String[] names = new String[passes.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = passes[i].name();
        }
        return names;
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
        return passes[index(name)];
    }
}
