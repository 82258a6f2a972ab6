package wasm2obj.driver;

import wasm2obj.frontend.BodyFacts;
import wasm2obj.frontend.ConstantExpression;
import wasm2obj.frontend.ElementSegment;
import wasm2obj.frontend.Export;
import wasm2obj.frontend.ExternKind;
import wasm2obj.frontend.WasmModule;

/**
 * Which functions can be called by other means than a direct call in the module, and so need a record: exported ones, the start
 * function, and those of which references are made. A function that is only in tables of which compiled code has a form of its own
 * is none of them.
 */
final class EscapingFunctions {
    private final WasmModule module;
    private final boolean[] escaping;

    private EscapingFunctions(WasmModule module) {
        this.module = module;
        escaping = new boolean[module.functionCount()];
    }

    /** By function index; {@code unstored} says by table index which tables have no elements at run time. */
    static boolean[] of(WasmModule module, BodyFacts facts, boolean[] unstored) {
        EscapingFunctions functions = new EscapingFunctions(module);
        for (int f = 0; f < module.functionCount(); f++) {
            functions.escaping[f] = facts.isFunctionReferenced(f);
        }
        for (Export export : module.exports()) {
            if (export.kind() == ExternKind.FUNCTION) {
                functions.escaping[export.index()] = true;
            }
        }
        if (module.start() != WasmModule.NONE) {
            functions.escaping[module.start()] = true;
        }
        functions.addInitialisers(unstored);
        return functions.escaping;
    }

    private void addInitialisers(boolean[] unstored) {
        for (int i = 0; i < module.globalCount(); i++) {
            add(module.global(i).initial());
        }
        for (int i = 0; i < module.tableCount(); i++) {
            add(module.table(i).initial());
        }
        for (int i = 0; i < module.elementSegmentCount(); i++) {
            ElementSegment segment = module.elementSegment(i);
            if (needsReferences(segment, unstored)) {
                add(segment);
            }
        }
    }

    /** Whether the segment's elements are ever written into a table. */
    static boolean needsReferences(ElementSegment segment, boolean[] unstored) {
        return switch (segment.mode()) {
            case ACTIVE -> !unstored[segment.table()];
            case PASSIVE -> true;
            case DECLARED -> false;
        };
    }

    private void add(ElementSegment segment) {
        for (int i = 0; i < segment.length(); i++) {
            if (segment.functions() != null) {
                escaping[segment.functions()[i]] = true;
            } else {
                add(segment.expressions()[i]);
            }
        }
    }

    private void add(ConstantExpression expression) {
        if (expression == null) {
            return;
        }
        for (int i = 0; i < expression.length(); i++) {
            if (expression.opcode(i) == ConstantExpression.REF_FUNC) {
                escaping[(int) expression.immediate(i)] = true;
            }
        }
    }
}
