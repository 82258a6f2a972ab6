package wasm2obj.codegen;

import wasm2obj.ir.BlockFrequencies;
import wasm2obj.ir.ControlFlow;
import wasm2obj.ir.Dominators;
import wasm2obj.ir.Function;
import wasm2obj.ir.Loops;
import wasm2obj.ir.Module;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.Allocator;

/**
 * The back end's way of one function: from optimised SSA to a {@link CompiledFunction}. Owns all that a thread needs for it
 * and reuses it for the next function.
 */
public final class FunctionCompiler {
    /**
     * What is rarely executed takes space all the same: the allocator is told that no block runs less often than this, in executions of
     * the function; 1 where size is all that counts. Blocks in loops stay what they are.
     */
    private static final float LEAST_FREQUENCY = 0.2f;

    private final Module module;
    private final ContextLayout layout;
    private final Isa isa;
    private final Allocator allocator;
    private final InstructionSelector selector;
    private final MachineEmitter emitter;
    private final BlockLayout blockLayout = new BlockLayout();
    private final LoweringContext lowering = new LoweringContext();
    private final VCode code = new VCode();
    private final Allocation allocation = new Allocation();
    private final Emission emission = new Emission();
    private final ControlFlow controlFlow = new ControlFlow();
    private final Dominators dominators = new Dominators();
    private final Loops loops = new Loops();
    private final BlockFrequencies estimate = new BlockFrequencies();
    private boolean framePointers;
    private float leastFrequency = LEAST_FREQUENCY;
    private float[] frequencies = new float[64];

    /** A compiler for functions of one module. */
    public FunctionCompiler(Module module, ContextLayout layout, Isa isa, Allocator allocator) {
        this.module = module;
        this.layout = layout;
        this.isa = isa;
        this.allocator = allocator;
        selector = isa.newSelector();
        emitter = isa.newEmitter();
        lowering.setTableCalls(TableCalls.unshared(module));
    }

    /** Whether the results shall have the places of all code. */
    public void setDebugInfo(boolean on) {
        emission.setDebugInfo(on);
    }

    /** Sets which indirect calls use shared code. */
    public void setTableCalls(TableCalls calls) {
        lowering.setTableCalls(calls);
    }

    /** Whether every function shall keep a frame pointer, not only those that need one. */
    public void setFramePointers(boolean on) {
        framePointers = on;
    }

    /** Whether small code is preferred to fast code. */
    public void setPrefersSize(boolean on) {
        leastFrequency = on ? 1 : LEAST_FREQUENCY;
    }

    /** Compiles the function, whose blocks and edges are changed on the way. */
    public CompiledFunction compile(Function function) {
        allocate(function);
        long calleeSaved = isa.registers(needsFramePointer()).calleeSaved();
        return emission.emit(function, code, allocation, calleeSaved, needsFramePointer(), emitter);
    }

    /** The function's machine code before it is emitted, as text: virtual registers, and where they are. */
    public String vcode(Function function) {
        allocate(function);
        return VCodeText.print(function.index(), code, allocation, isa);
    }

    /** Selects instructions and allocates registers. */
    private void allocate(Function function) {
        CriticalEdges.split(function);
        blockLayout.apply(function);
        estimateFrequencies(function);
        lowering.lower(function, module, layout, frequencies, loops, dominators, selector, code);
        allocator.allocate(code.registers, isa.registers(needsFramePointer()), allocation);
    }

    private boolean needsFramePointer() {
        return framePointers || code.passesStackArguments;
    }

    private void estimateFrequencies(Function function) {
        int count = function.blockCount();
        if (frequencies.length < count) {
            frequencies = new float[2 * count];
        }
        controlFlow.compute(function);
        dominators.compute(function, controlFlow);
        loops.compute(function, dominators);
        estimate.compute(function, controlFlow, loops);
        for (int b = 0; b < count; b++) {
            frequencies[b] = weight((float) estimate.frequency(b));
        }
    }

    /** What an access in a block of the frequency costs: time, and space where that is what counts. Keeps the order of frequencies. */
    private float weight(float frequency) {
        return frequency >= 1 ? frequency : leastFrequency + (1 - leastFrequency) * frequency;
    }
}
