package wasm2obj.driver;

import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.TableCalls;
import wasm2obj.frontend.BodyFacts;
import wasm2obj.frontend.BranchHints;
import wasm2obj.frontend.MemoryPlan;
import wasm2obj.frontend.ModuleEntities;
import wasm2obj.frontend.WasmModule;
import wasm2obj.ir.Module;
import wasm2obj.ir.OptimizationLevel;
import wasm2obj.ir.Signature;
import wasm2obj.ir.Type;
import wasm2obj.objwriter.Architecture;

/**
 * What is decided for a whole module before its first function is compiled.
 *
 * @param entities the module as the IR sees it
 * @param escaping by function: whether it can be called by other means than a direct call in the module
 * @param stackChecks by function: whether it compares the stack pointer with the limit
 * @param unstored by table: whether compiled code has its own form of it and nobody else reads it
 * @param usesObjects whether instances need a heap
 * @param layout of the context
 * @param branchHints which way branches are expected to go
 * @param tableCalls which indirect calls share their checks
 */
record ModulePlan(
        Module entities,
        boolean[] escaping,
        boolean[] stackChecks,
        boolean[] unstored,
        boolean usesObjects,
        ContextLayout layout,
        BranchHints branchHints,
        TableCalls tableCalls) {
    /** How often in a run of its function a call may be expected and still share its checks at -O2: once, and errors of the estimate. */
    private static final float ONCE = 1.01f;

    /** Decides; looks through all bodies once. */
    static ModulePlan of(WasmModule module, Settings settings) {
        MemoryPlan memory =
                settings.memory() == Settings.MemoryChecks.GUARD
                        ? MemoryPlan.GUARD
                        : MemoryPlan.EXPLICIT;
        BodyFacts facts = BodyFacts.of(module);
        Module entities = ModuleEntities.derive(module, facts, memory);
        boolean[] unstored = new boolean[module.tableCount()];
        for (int i = 0; i < unstored.length; i++) {
            unstored[i] =
                    entities.tables()[i].constant() && !facts.isTableRead(i) && allFinal(module);
        }
        boolean[] escaping = EscapingFunctions.of(module, facts, unstored);
        return new ModulePlan(
                entities,
                escaping,
                StackChecks.of(module, facts.calls()),
                unstored,
                facts.usesObjects(),
                new ContextLayout(entities, escaping),
                BranchHints.of(module),
                tableCalls(module, settings, facts, entities));
    }

    /**
     * Calls share at -Os, and on AArch64, where the checks are much code, at -O2, too (docs/decisions/generated-code.md). Where a module has
     * debug information they check for themselves: a debugger that steps into a call steps over code without lines, and over what that
     * calls.
     */
    private static TableCalls tableCalls(
            WasmModule module, Settings settings, BodyFacts facts, Module entities) {
        OptimizationLevel level = settings.optimization();
        boolean isSmall = level == OptimizationLevel.OS;
        boolean isArm = settings.target().architecture() == Architecture.AARCH64;
        boolean shares = isSmall || isArm && level == OptimizationLevel.O2;
        if (!shares || module.customSection(".debug_info") != null) {
            return TableCalls.unshared(entities);
        }
        int[] calls = new int[entities.types().length];
        for (int type = 0; type < calls.length; type++) {
            calls[entities.canonicalTypes()[type]] += facts.indirectCalls(type);
        }
        return TableCalls.shared(calls, isSmall ? Float.POSITIVE_INFINITY : ONCE);
    }

    /** Whether managed references can occur anywhere in the module. */
    boolean hasReferences() {
        for (Signature signature : entities.types()) {
            if (signature == null || hasReferences(signature)) {
                return true;
            }
        }
        for (Module.Global global : entities.globals()) {
            if (global.type() == Type.REF) {
                return true;
            }
        }
        for (Module.Table table : entities.tables()) {
            if (table.type() == Type.REF) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasReferences(Signature signature) {
        for (int i = 0; i < signature.parameterCount(); i++) {
            if (signature.parameter(i) == Type.REF) {
                return true;
            }
        }
        for (int i = 0; i < signature.resultCount(); i++) {
            if (signature.result(i) == Type.REF) {
                return true;
            }
        }
        return false;
    }

    /** Whether no type has subtypes. Calls with one that has check the type of a record that they find in the table. */
    private static boolean allFinal(WasmModule module) {
        for (int type = 0; type < module.types().count(); type++) {
            if (!module.types().isFinal(type)) {
                return false;
            }
        }
        return true;
    }
}
