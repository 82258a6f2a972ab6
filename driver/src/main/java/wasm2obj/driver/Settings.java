package wasm2obj.driver;

import java.util.List;
import wasm2obj.frontend.Features;
import wasm2obj.ir.OptimizationLevel;
import wasm2obj.isel.aarch64.BranchProtection;

/**
 * Everything beside the module's bytes that can change the output; nothing else can. What only changes how the work is done
 * (threads, reports) is in {@link Reporting}.
 *
 * @param target what the object is for
 * @param cpu the oldest processor that the code shall run on, as written after {@code --cpu}
 * @param optimization how much work goes into the code
 * @param memory how accesses to linear memory are kept inside
 * @param features the WebAssembly features that are accepted
 * @param prefix of the public symbols
 * @param debugInfo whether debug sections are made
 * @param unwindTables whether there is an {@code .eh_frame}
 * @param framePointers whether every function keeps a frame pointer
 * @param functionSections whether every function gets a section of its own
 * @param program what makes the object a program, or null
 * @param protection of branches, on AArch64
 * @param names whether names of functions are kept for backtraces and symbols
 * @param collector what reclaims objects
 */
public record Settings(
        Target target,
        String cpu,
        OptimizationLevel optimization,
        MemoryChecks memory,
        Features features,
        String prefix,
        boolean debugInfo,
        boolean unwindTables,
        boolean framePointers,
        boolean functionSections,
        Program program,
        BranchProtection protection,
        boolean names,
        Collector collector) {

    /**
     * What an object needs to be a program that is linked with the runtime's {@code main}.
     *
     * @param directories what the program may see, {@code HOST::GUEST} each
     * @param maxMemory bytes of all memories together, or 0 for no limit
     * @param maxStack bytes of stack for compiled code, or 0 for all that the thread has
     * @param maxHeap bytes of objects, or 0 for the runtime's default
     */
    public record Program(List<String> directories, long maxMemory, long maxStack, long maxHeap) {
        /** A program without limits. */
        public Program(List<String> directories) {
            this(directories, 0, 0, 0);
        }
    }

    /** How accesses to linear memory are kept inside it. */
    public enum MemoryChecks {
        /** By guard pages, where that is possible; no instruction is spent. */
        GUARD,
        /** By comparisons. */
        EXPLICIT
    }

    /** What reclaims objects that nobody can reach. */
    public enum Collector {
        /** The generational collector, which moves objects. */
        MOVING("w2o_gc_moving"),
        /** Nothing: for programs that end before that matters. */
        NONE("w2o_gc_none");

        private final String symbol;

        Collector(String symbol) {
            this.symbol = symbol;
        }

        /** The runtime's part that does it. */
        String symbol() {
            return symbol;
        }
    }

    /** The defaults for a target. */
    public static Settings defaults(Target target) {
        return new Settings(
                target,
                target.defaultCpu(),
                OptimizationLevel.O2,
                MemoryChecks.GUARD,
                Features.DEFAULT,
                "module",
                false,
                true,
                false,
                false,
                null,
                BranchProtection.NONE,
                true,
                Collector.MOVING);
    }

    public Settings withPrefix(String newPrefix) {
        return with(optimization, memory, features, newPrefix, program);
    }

    public Settings withOptimization(OptimizationLevel level) {
        return with(level, memory, features, prefix, program);
    }

    public Settings withMemory(MemoryChecks checks) {
        return with(optimization, checks, features, prefix, program);
    }

    public Settings withFeatures(Features accepted) {
        return with(optimization, memory, accepted, prefix, program);
    }

    /** Settings for another oldest processor. */
    public Settings withCpu(String name) {
        return new Settings(
                target,
                name,
                optimization,
                memory,
                features,
                prefix,
                debugInfo,
                unwindTables,
                framePointers,
                functionSections,
                program,
                protection,
                names,
                collector);
    }

    /** Settings for a program. */
    public Settings withProgram(Program newProgram) {
        return with(optimization, memory, features, prefix, newProgram);
    }

    /** Settings that give every function a section of its own. */
    public Settings withFunctionSections() {
        return new Settings(
                target,
                cpu,
                optimization,
                memory,
                features,
                prefix,
                debugInfo,
                unwindTables,
                framePointers,
                true,
                program,
                protection,
                names,
                collector);
    }

    /** These settings, with debug information. */
    public Settings withDebugInfo() {
        return new Settings(
                target,
                cpu,
                optimization,
                memory,
                features,
                prefix,
                true,
                unwindTables,
                framePointers,
                functionSections,
                program,
                protection,
                names,
                collector);
    }

    /** These settings, with a frame pointer in every function. */
    public Settings withFramePointers() {
        return new Settings(
                target,
                cpu,
                optimization,
                memory,
                features,
                prefix,
                debugInfo,
                unwindTables,
                true,
                functionSections,
                program,
                protection,
                names,
                collector);
    }

    /** Settings with another protection of branches. */
    public Settings withProtection(BranchProtection newProtection) {
        return new Settings(
                target,
                cpu,
                optimization,
                memory,
                features,
                prefix,
                debugInfo,
                unwindTables,
                framePointers,
                functionSections,
                program,
                newProtection,
                names,
                collector);
    }

    /** Settings with another way of reclaiming objects. */
    public Settings withCollector(Collector newCollector) {
        return new Settings(
                target,
                cpu,
                optimization,
                memory,
                features,
                prefix,
                debugInfo,
                unwindTables,
                framePointers,
                functionSections,
                program,
                protection,
                names,
                newCollector);
    }

    private Settings with(
            OptimizationLevel level,
            MemoryChecks checks,
            Features accepted,
            String newPrefix,
            Program newProgram) {
        return new Settings(
                target,
                cpu,
                level,
                checks,
                accepted,
                newPrefix,
                debugInfo,
                unwindTables,
                framePointers,
                functionSections,
                newProgram,
                protection,
                names,
                collector);
    }
}
