package wasm2obj.frontend;

import wasm2obj.ir.Module;
import wasm2obj.ir.Signature;

/** Derives what the IR needs to know of a module's entities from its declarations and from what its bodies do. */
public final class ModuleEntities {
    private static final int GUARDED_PAGE_SHIFT = 16;

    private final WasmModule module;
    private final BodyFacts facts;
    private final MemoryPlan plan;
    private final boolean[] globalExported;
    private final boolean[] tableExported;
    private final boolean[] memoryExported;

    private ModuleEntities(WasmModule module, BodyFacts facts, MemoryPlan plan) {
        this.module = module;
        this.facts = facts;
        this.plan = plan;
        globalExported = new boolean[module.globalCount()];
        tableExported = new boolean[module.tableCount()];
        memoryExported = new boolean[module.memoryCount()];
        for (Export export : module.exports()) {
            switch (export.kind()) {
                case TABLE -> tableExported[export.index()] = true;
                case MEMORY -> memoryExported[export.index()] = true;
                case GLOBAL -> globalExported[export.index()] = true;
                case FUNCTION, TAG -> {}
            }
        }
    }

    /** The entities of a module all of whose bodies are in {@code facts}. */
    public static Module derive(WasmModule module, BodyFacts facts, MemoryPlan plan) {
        return new ModuleEntities(module, facts, plan).derive();
    }

    private Module derive() {
        TypeSection types = module.types();
        int typeCount = types.count();
        Signature[] signatures = new Signature[typeCount];
        int[] canonical = new int[typeCount];
        boolean[] finals = new boolean[typeCount];
        int[] depths = new int[typeCount];
        int[] supertypes = new int[typeCount];
        for (int i = 0; i < typeCount; i++) {
            signatures[i] = types.signature(i);
            canonical[i] = types.canonical(i);
            finals[i] = types.isFinal(i);
            depths[i] = types.depth(i);
            supertypes[i] = types.supertype(i);
        }
        int[] functionTypes = java.util.Arrays.copyOf(module.functionTypes, module.functionCount());
        return new Module(
                signatures,
                canonical,
                finals,
                depths,
                supertypes,
                functionTypes,
                module.importedFunctionCount(),
                globals(),
                memories(),
                tables(),
                tags());
    }

    private Module.Global[] globals() {
        Module.Global[] globals = new Module.Global[module.globalCount()];
        for (int i = 0; i < globals.length; i++) {
            GlobalType global = module.global(i);
            boolean imported = i < module.importedGlobalCount();
            ConstantExpression initial = global.initial();
            boolean changes = global.mutable() && (globalExported[i] || facts.isGlobalWritten(i));
            boolean constant = !imported && !changes && initial.isLiteral();
            globals[i] =
                    new Module.Global(
                            ValueType.irType(global.type(), module.types()),
                            global.mutable(),
                            imported,
                            constant,
                            constant ? initial.literal() : 0);
        }
        return globals;
    }

    private Module.Memory[] memories() {
        Module.Memory[] memories = new Module.Memory[module.memoryCount()];
        for (int i = 0; i < memories.length; i++) {
            MemoryType memory = module.memory(i);
            boolean imported = i < module.importedMemoryCount();
            boolean fixed = !imported && !memoryExported[i] && !facts.isMemoryGrown(i);
            // Whoever makes a shared memory gives it a guard.
            boolean guarded =
                    plan == MemoryPlan.GUARD
                            && (!imported || memory.shared())
                            && !memory.is64()
                            && memory.pageShift() == GUARDED_PAGE_SHIFT;
            memories[i] =
                    new Module.Memory(
                            imported,
                            memory.shared(),
                            memory.is64(),
                            memory.pageShift(),
                            memory.minimum(),
                            fixed ? memory.minimum() : memory.maximum(),
                            guarded && i == 0 && !memory.shared(),
                            guarded);
        }
        return memories;
    }

    private Module.Table[] tables() {
        Module.Table[] tables = new Module.Table[module.tableCount()];
        boolean[] known = tablesWithKnownElements();
        for (int i = 0; i < tables.length; i++) {
            TableType table = module.table(i);
            boolean imported = i < module.importedTableCount();
            boolean own = !imported && !tableExported[i];
            boolean fixed = own && !facts.isTableGrown(i);
            tables[i] =
                    new Module.Table(
                            ValueType.irType(table.element(), module.types()),
                            imported,
                            table.is64(),
                            table.minimum(),
                            fixed ? table.minimum() : table.maximum(),
                            own && !facts.isTableWritten(i) && known[i]);
        }
        return tables;
    }

    private Module.Tag[] tags() {
        Module.Tag[] tags = new Module.Tag[module.tagCount()];
        for (int i = 0; i < tags.length; i++) {
            tags[i] = new Module.Tag(module.tagType(i), i < module.importedTagCount());
        }
        return tags;
    }

    /** For each table whether its elements at the start are known functions at known places, all within it. */
    private boolean[] tablesWithKnownElements() {
        boolean[] known = new boolean[module.tableCount()];
        for (int i = 0; i < known.length; i++) {
            TableType table = module.table(i);
            known[i] =
                    table.initial() == null
                            && !table.is64()
                            && table.minimum() <= Limits.CONSTANT_TABLE_ELEMENTS
                            && module.types().isFunctionHeap(ValueType.heap(table.element()));
        }
        for (int i = 0; i < module.elementSegmentCount(); i++) {
            ElementSegment segment = module.elementSegment(i);
            if (segment.mode() == ElementSegment.Mode.ACTIVE && !isKnown(segment)) {
                known[segment.table()] = false;
            }
        }
        return known;
    }

    private boolean isKnown(ElementSegment segment) {
        ConstantExpression offset = segment.offset();
        return segment.functions() != null
                && areOwn(segment.functions())
                && offset.isLiteral()
                && offset.literal() + segment.length() <= module.table(segment.table()).minimum();
    }

    /** An imported function brings a context of its own, for which a constant table has no room. */
    private boolean areOwn(int[] functions) {
        for (int function : functions) {
            if (function < module.importedFunctionCount()) {
                return false;
            }
        }
        return true;
    }
}
