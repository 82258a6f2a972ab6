package wasm2obj.driver;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import wasm2obj.frontend.Export;
import wasm2obj.frontend.ExternKind;
import wasm2obj.frontend.GlobalType;
import wasm2obj.frontend.Import;
import wasm2obj.frontend.MemoryType;
import wasm2obj.frontend.TableType;
import wasm2obj.frontend.TypeSection;
import wasm2obj.frontend.ValueType;
import wasm2obj.frontend.WasmModule;
import wasm2obj.ir.Signature;
import wasm2obj.ir.Type;

/**
 * Writes a module's C header, for C and C++: an instance type, a struct with a typed slot for each import, functions that make
 * and free an instance, and for each export a C function, or one that gives access to a memory, table or global.
 *
 * <p>What the object has as symbols is declared; the rest are inline functions over wasm2obj.h, so that a header never depends
 * on how the module was compiled. Names are {@link PublicNames}.
 */
final class HeaderWriter {
    private final WasmModule module;
    private final TypeSection types;
    private final PublicNames names;
    private final String prefix;
    private final boolean usesWasi;
    private final StringBuilder out = new StringBuilder();

    private HeaderWriter(WasmModule module, String prefix) {
        this.module = module;
        this.prefix = prefix;
        types = module.types();
        names = PublicNames.of(module);
        usesWasi = importsWasi(module);
    }

    /** The header's text. */
    static String write(WasmModule module, String prefix) {
        return new HeaderWriter(module, prefix).write();
    }

    private static boolean importsWasi(WasmModule module) {
        for (Import item : module.imports()) {
            if (isWasiFunction(module, item)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWasiFunction(WasmModule module, Import item) {
        return item.kind() == ExternKind.FUNCTION
                && WasiImports.isKnown(item, signature(module, item));
    }

    private static Signature signature(WasmModule module, Import item) {
        return module.types().signature(module.functionType(item.index()));
    }

    private String write() {
        String guard = "W2O_HEADER_" + prefix.toUpperCase(Locale.ROOT) + "_H";
        out.append("/* Made by wasm2obj: what the module offers to C and C++. */\n");
        out.append("#ifndef ").append(guard).append("\n#define ").append(guard).append("\n\n");
        out.append("#include \"wasm2obj.h\"\n");
        if (usesWasi) {
            out.append("#include \"wasm2obj_wasi.h\"\n");
        }
        out.append("\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
        line("extern const w2o_module @module;\n");
        line("/* An instance: a w2o_instance under a name of its own. */");
        line("typedef struct @instance @instance;\n");
        if (!module.imports().isEmpty()) {
            writeImports();
        }
        if (usesWasi) {
            writeUseOfWasi();
        }
        writeInstantiate();
        writeFree();
        for (int i = 0; i < module.exports().size(); i++) {
            writeExport(i);
        }
        out.append("#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
        return out.toString();
    }

    /** Appends a line in which {@code @} stands for the prefix and an underscore. */
    private void line(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '@') {
                out.append(prefix).append('_');
            } else {
                out.append(text.charAt(i));
            }
        }
        out.append('\n');
    }

    // ---- imports ----

    private void writeImports() {
        line(
                "/* What an instance needs. A function is `code`, called with `env`, or the function of another instance. */");
        line("typedef struct @imports {");
        for (int i = 0; i < module.imports().size(); i++) {
            Import item = module.imports().get(i);
            out.append("    /* ");
            appendQuoted(item.module());
            out.append(' ');
            appendQuoted(item.name());
            out.append(": ").append(description(item.kind(), item.index())).append(" */\n");
            switch (item.kind()) {
                case FUNCTION -> writeFunctionSlot(item.index());
                case TABLE -> out.append("    w2o_table *");
                case MEMORY -> out.append("    w2o_memory *");
                case GLOBAL -> out.append("    w2o_global ");
                case TAG -> out.append("    const w2o_tag *");
            }
            out.append(names.member(i)).append(";\n");
        }
        line("} @imports;\n");
    }

    private void writeFunctionSlot(int function) {
        out.append("    struct {\n        w2o_trap (*code)(void *env");
        appendParameters(module.functionType(function));
        out.append(");\n        void *env;\n        const w2o_func *func;\n    } ");
    }

    private void writeUseOfWasi() {
        line(
                "/* Takes WASI's functions from the runtime; w2o_wasi_set_memory says later where the guest's memory is. */");
        line("static inline void @use_wasi(@imports *imports, w2o_wasi *wasi)\n{");
        for (int i = 0; i < module.imports().size(); i++) {
            Import item = module.imports().get(i);
            if (isWasiFunction(module, item)) {
                String slot = "    imports->" + names.member(i);
                out.append(slot).append(".code = ");
                out.append(WasiImports.symbol(item, signature(module, item))).append(";\n");
                out.append(slot).append(".env = wasi;\n");
            }
        }
        out.append("}\n\n");
    }

    private void writeInstantiate() {
        int count = module.imports().size();
        line(
                "/* Makes an instance in the store and runs its start function; see w2o_instantiate. */");
        out.append("static inline w2o_trap ")
                .append(prefix)
                .append("_instantiate(w2o_store *store, ");
        if (count != 0) {
            out.append("const ").append(prefix).append("_imports *imports, ");
        }
        line("@instance **instance)\n{");
        out.append("    w2o_instance *made = NULL;\n");
        if (count != 0) {
            out.append("    w2o_extern externs[").append(count).append("];\n");
        }
        for (int i = 0; i < count; i++) {
            out.append("    externs[").append(i).append("] = ");
            appendExtern(module.imports().get(i).kind(), "imports->" + names.member(i));
            out.append(";\n");
        }
        line(
                "    w2o_trap trap = w2o_instantiate(store, &@module, "
                        + (count == 0 ? "NULL, " : "externs, ")
                        + count
                        + ", &made);");
        line(
                "    if (trap == W2O_TRAP_NONE) {\n        *instance = (@instance *)made;\n    }\n    return trap;\n}\n");
    }

    private void appendExtern(ExternKind kind, String slot) {
        switch (kind) {
            case FUNCTION ->
                    out.append("w2o_import_func(")
                            .append(slot)
                            .append(".func, (w2o_host_code)")
                            .append(slot)
                            .append(".code, ")
                            .append(slot)
                            .append(".env)");
            case TABLE -> out.append("w2o_import_table(").append(slot).append(')');
            case MEMORY -> out.append("w2o_import_memory(").append(slot).append(')');
            case GLOBAL -> out.append("w2o_import_global(").append(slot).append(')');
            case TAG -> out.append("w2o_import_tag(").append(slot).append(')');
        }
    }

    private void writeFree() {
        line("/* Frees the instance's store, and with it all that lives there. */");
        line("static inline void @free(@instance *instance)\n{");
        line("    w2o_store_free(w2o_instance_store((const w2o_instance *)instance));\n}\n");
    }

    // ---- exports ----

    private void writeExport(int index) {
        Export export = module.exports().get(index);
        out.append("/* ");
        appendQuoted(export.name());
        out.append(": ").append(description(export.kind(), export.index())).append(" */\n");
        switch (export.kind()) {
            case FUNCTION -> {
                if (export.index() < module.importedFunctionCount()) {
                    writeImportedFunction(index, module.functionType(export.index()));
                } else {
                    appendPrototype(index, module.functionType(export.index()));
                    out.append(";\n\n");
                }
            }
            case TABLE -> writeAccessor(index, "w2o_table *", "table");
            case MEMORY -> writeAccessor(index, "w2o_memory *", "memory");
            case GLOBAL -> {
                GlobalType global = module.global(export.index());
                String pointer = cellType(global.type(), global.mutable());
                writeAccessor(index, pointer, "global.cell");
            }
            case TAG -> writeAccessor(index, "const w2o_tag *", "tag");
        }
    }

    private void appendPrototype(int export, int type) {
        out.append("w2o_trap ").append(prefix).append('_').append(names.export(export));
        out.append('(').append(prefix).append("_instance *instance");
        appendParameters(type);
        out.append(')');
    }

    private void writeAccessor(int export, String pointer, String member) {
        out.append("static inline ")
                .append(pointer)
                .append(prefix)
                .append('_')
                .append(names.export(export));
        out.append('(')
                .append(prefix)
                .append("_instance *instance)\n{\n    return (")
                .append(pointer);
        out.append(")w2o_nth_export((w2o_instance *)instance, ").append(export).append(").of.");
        out.append(member).append(";\n}\n\n");
    }

    /** An import that is exported again has no code in the object: it is called through its record. */
    private void writeImportedFunction(int export, int type) {
        int parameters = types.parameterCount(type);
        int results = types.resultCount(type);
        out.append("static inline ");
        appendPrototype(export, type);
        out.append("\n{\n    w2o_value arguments[")
                .append(Math.max(1, parameters))
                .append("], results[");
        out.append(Math.max(1, results)).append("];\n");
        for (int i = 0; i < parameters; i++) {
            if (types.parameter(type, i) == ValueType.V128) {
                out.append("    for (int i = 0; i < 16; i++) {\n        arguments[").append(i);
                out.append("].v128[i] = p").append(i).append("[i];\n    }\n");
            } else {
                out.append("    arguments[")
                        .append(i)
                        .append("].")
                        .append(member(types.parameter(type, i)));
                out.append(" = p").append(i).append(";\n");
            }
        }
        out.append("    w2o_instance *own = (w2o_instance *)instance;\n");
        out.append("    w2o_trap trap = w2o_call(w2o_instance_store(own), w2o_nth_export(own, ")
                .append(export);
        out.append(").of.func, arguments, results);\n    if (trap == W2O_TRAP_NONE) {\n");
        for (int i = 0; i < results; i++) {
            if (types.result(type, i) == ValueType.V128) {
                out.append("        for (int i = 0; i < 16; i++) {\n            r").append(i);
                out.append("[i] = results[").append(i).append("].v128[i];\n        }\n");
            } else {
                out.append("        *r").append(i).append(" = results[").append(i).append("].");
                out.append(member(types.result(type, i))).append(";\n");
            }
        }
        out.append("    }\n    return trap;\n}\n\n");
    }

    // ---- types ----

    /** The parameters of a function type as C has them, and addresses for its results, each behind a comma. */
    private void appendParameters(int type) {
        for (int i = 0; i < types.parameterCount(type); i++) {
            int parameter = types.parameter(type, i);
            String text = parameter == ValueType.V128 ? "const uint8_t *" : cType(parameter);
            out.append(", ").append(text).append(text.endsWith("*") ? "p" : " p").append(i);
        }
        for (int i = 0; i < types.resultCount(type); i++) {
            String text = cType(types.result(type, i));
            out.append(", ").append(text).append(text.endsWith("*") ? "*r" : " *r").append(i);
        }
    }

    /** The C type of a value; for a vector that of its first byte. */
    private String cType(int type) {
        return switch (ValueType.irType(type, types)) {
            case I32 -> "int32_t";
            case I64 -> "int64_t";
            case F32 -> "float";
            case F64 -> "double";
            case V128 -> "uint8_t";
            case FUNC -> "const w2o_func *";
            case REF -> "w2o_ref";
            case VOID -> throw new AssertionError("no value type");
        };
    }

    /** The type of a pointer to a global's value. */
    private String cellType(int type, boolean mutable) {
        if (ValueType.irType(type, types) == Type.FUNC) {
            return mutable ? "const w2o_func **" : "const w2o_func *const *";
        }
        return (mutable ? "" : "const ") + cType(type) + " *";
    }

    /** The member of w2o_value. */
    private String member(int type) {
        return ValueType.irType(type, types).name().toLowerCase(Locale.ROOT);
    }

    private String description(ExternKind kind, int index) {
        return switch (kind) {
            case FUNCTION -> signatureText(module.functionType(index));
            case GLOBAL ->
                    (module.global(index).mutable() ? "mutable global, " : "global, ")
                            + ValueType.toString(module.global(index).type());
            case TABLE -> tableText(module.table(index));
            case TAG -> "tag, " + signatureText(module.tagType(index));
            case MEMORY -> memoryText(module.memory(index));
        };
    }

    private static String tableText(TableType table) {
        return (table.is64() ? "64-bit table of " : "table of ")
                + ValueType.toString(table.element())
                + limitsText(table.minimum(), table.maximum())
                + " elements";
    }

    private static String memoryText(MemoryType memory) {
        return (memory.shared() ? "shared " : "")
                + (memory.is64() ? "64-bit memory" : "memory")
                + limitsText(memory.minimum(), memory.maximum())
                + (memory.pageShift() == 0 ? " pages of 1 byte" : " pages");
    }

    private static String limitsText(long minimum, long maximum) {
        return ", "
                + Long.toUnsignedString(minimum)
                + (maximum == -1L ? " or more" : " to " + Long.toUnsignedString(maximum));
    }

    private String signatureText(int type) {
        StringBuilder text = new StringBuilder("(");
        for (int i = 0; i < types.parameterCount(type); i++) {
            text.append(i == 0 ? "" : ", ").append(ValueType.toString(types.parameter(type, i)));
        }
        text.append(") -> (");
        for (int i = 0; i < types.resultCount(type); i++) {
            text.append(i == 0 ? "" : ", ").append(ValueType.toString(types.result(type, i)));
        }
        return text.append(')').toString();
    }

    /** The name in quotes, fit for a comment: printable ASCII that cannot end it; other bytes as \HH. */
    private void appendQuoted(String name) {
        out.append('"');
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xff;
            if (c < 0x20 || c > 0x7e || c == '"' || c == '\\' || c == '*' || c == '?') {
                out.append('\\').append(Integer.toHexString(0x100 | c).substring(1));
            } else {
                out.append((char) c);
            }
        }
        out.append('"');
    }
}
