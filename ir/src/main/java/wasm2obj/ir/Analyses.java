package wasm2obj.ir;

/**
 * What is known of the function that is being optimised. Each analysis is computed when it is first asked for, and again
 * after a change that made it wrong; a pass says so by what it returns and by {@link Pass#changesControlFlow}.
 */
public final class Analyses {
    private final ControlFlow flow = new ControlFlow();
    private final Dominators dominators = new Dominators();
    private final Loops loops = new Loops();
    private final BlockFrequencies frequencies = new BlockFrequencies();
    private final UseCounts uses = new UseCounts();
    private Function function;
    private Module module;
    private boolean flowIsRight;
    private boolean dominatorsAreRight;
    private boolean loopsAreRight;
    private boolean frequenciesAreRight;

    /** Starts with a function of which nothing is known. {@code module} may be null. */
    public void reset(Function function, Module module) {
        this.function = function;
        this.module = module;
        controlFlowChanged();
    }

    /** Blocks or edges have changed. */
    public void controlFlowChanged() {
        flowIsRight = false;
        dominatorsAreRight = false;
        loopsAreRight = false;
        frequenciesAreRight = false;
    }

    /** The module, or null if it is not known. */
    public Module module() {
        return module;
    }

    public ControlFlow flow() {
        if (!flowIsRight) {
            flow.compute(function);
            flowIsRight = true;
        }
        return flow;
    }

    public Dominators dominators() {
        if (!dominatorsAreRight) {
            dominators.compute(function, flow());
            dominatorsAreRight = true;
        }
        return dominators;
    }

    public Loops loops() {
        if (!loopsAreRight) {
            loops.compute(function, dominators());
            loopsAreRight = true;
        }
        return loops;
    }

    public BlockFrequencies frequencies() {
        if (!frequenciesAreRight) {
            frequencies.compute(function, flow(), loops());
            frequenciesAreRight = true;
        }
        return frequencies;
    }

    /** Counts the uses of all values anew. */
    public UseCounts countUses() {
        uses.compute(function);
        return uses;
    }
}
