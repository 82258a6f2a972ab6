package wasm2obj.driver;

import java.nio.charset.StandardCharsets;
import java.util.List;
import wasm2obj.frontend.ExternKind;
import wasm2obj.frontend.Import;
import wasm2obj.frontend.WasmModule;
import wasm2obj.objwriter.ObjectFile;
import wasm2obj.objwriter.RelocationKind;
import wasm2obj.objwriter.Section;
import wasm2obj.objwriter.SymbolKind;
import wasm2obj.objwriter.SymbolScope;

/**
 * Writes what makes an object a program: the C functions of its imports, and the symbol that the runtime's {@code main}
 * starts from (runtime-c/src/program.h).
 */
final class ProgramWriter {
    private final WasmModule module;
    private final ModulePlan plan;
    private final Settings settings;
    private final ObjectFile object;
    private final Section data;
    private final Section rodata;
    private int importCode;

    /** Pointers go to {@code data}, strings to {@code rodata}. */
    ProgramWriter(
            WasmModule module,
            ModulePlan plan,
            Settings settings,
            ObjectFile object,
            Section data,
            Section rodata) {
        this.module = module;
        this.plan = plan;
        this.settings = settings;
        this.object = object;
        this.data = data;
        this.rodata = rodata;
    }

    /** Writes the array of the imports' C functions. */
    void write() {
        importCode = (int) data.align(8);
        PublicNames names = PublicNames.of(module);
        List<Import> imports = module.imports();
        for (int i = 0; i < imports.size(); i++) {
            Import item = imports.get(i);
            if (isSharedMemory(item)) {
                data.appendLong(0); // The program makes it.
                continue;
            }
            if (item.kind() != ExternKind.FUNCTION) {
                throw new LinkException(
                        "unknown import: a program cannot import the "
                                + item.kind().noun()
                                + " "
                                + item.module()
                                + "."
                                + item.name());
            }
            String symbol =
                    WasiImports.isWasi(item) || WasiImports.isThreadSpawn(item)
                            ? WasiImports.symbol(item, plan.entities().signature(item.index()))
                            : names.member(i);
            pointer(object.symbols().declare(symbol, SymbolKind.NONE, SymbolScope.GLOBAL), 0);
        }
    }

    private boolean isSharedMemory(Import item) {
        return item.kind() == ExternKind.MEMORY && module.memory(item.index()).shared();
    }

    /** Where in the section the array is. */
    int importCode() {
        return importCode;
    }

    /** Writes the program's own symbol, for the descriptor {@code moduleSymbol}. */
    void writeProgram(int moduleSymbol) {
        List<String> directories = settings.program().directories();
        int list = (int) data.align(8);
        for (String directory : directories) {
            int at = (int) rodata.size();
            rodata.append(directory.getBytes(StandardCharsets.UTF_8));
            rodata.appendByte(0);
            pointer(object.symbols().section(rodata), at);
        }
        data.appendLong(0);
        long start = data.size();
        pointer(moduleSymbol, 0);
        pointer(object.symbols().section(data), list);
        data.appendLong(settings.program().maxStack());
        data.appendLong(settings.program().maxMemory());
        data.appendLong(settings.program().maxHeap());
        int symbol = object.symbols().declare("w2o_program", SymbolKind.OBJECT, SymbolScope.GLOBAL);
        object.symbols().define(symbol, data, start, data.size() - start);
    }

    private void pointer(int symbol, int addend) {
        data.relocate(data.size(), RelocationKind.ABS64, symbol, addend);
        data.appendLong(0);
    }
}
