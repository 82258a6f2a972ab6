package wasm2obj.driver;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.frontend.CustomSection;
import wasm2obj.frontend.WasmModule;
import wasm2obj.ir.Module;
import wasm2obj.objwriter.ObjectFile;
import wasm2obj.objwriter.RelocationKind;
import wasm2obj.objwriter.Section;
import wasm2obj.objwriter.SectionKind;
import wasm2obj.unwind.dwarf.DebugInput;
import wasm2obj.unwind.dwarf.DebugRewriter;
import wasm2obj.unwind.dwarf.DebugSection;
import wasm2obj.unwind.dwarf.DwarfException;
import wasm2obj.unwind.dwarf.NativeFunction;

/** Adds debug sections to an object: the module's own ones, rewritten for the code in it. */
final class DebugInfoWriter {
    private DebugInfoWriter() {}

    /**
     * Adds the sections, if the module has any to rewrite. Functions come in their order, and their pieces have the same numbers.
     *
     * @return what is wrong with the module's sections, so that there are none in the object, or null
     */
    static String write(
            byte[] bytes,
            WasmModule module,
            Module entities,
            Target target,
            CompiledFunction[] functions,
            CodeLayout code,
            ObjectFile object) {
        DebugInput input = new DebugInput(bytes);
        for (CustomSection section : module.customSections()) {
            if (section.name().startsWith(".debug_")) {
                input.add(section.name(), section.start(), section.end());
            }
        }
        if (!input.isPresent()) {
            return null;
        }
        boolean pinned = entities.memories().length != 0 && entities.memories()[0].pinned();
        DebugRewriter rewriter =
                new DebugRewriter(
                        input,
                        nativeFunctions(module, functions, code),
                        pinned ? target.contextRegister() : -1);
        try {
            copy(rewriter.rewrite(), object);
        } catch (DwarfException e) {
            return e.getMessage();
        }
        return null;
    }

    private static List<NativeFunction> nativeFunctions(
            WasmModule module, CompiledFunction[] functions, CodeLayout code) {
        List<NativeFunction> result = new ArrayList<>(functions.length);
        for (int piece = 0; piece < functions.length; piece++) {
            CompiledFunction function = functions[piece];
            int[] addresses = new int[function.placeSources().length];
            for (int i = 0; i < addresses.length; i++) {
                int source = function.placeSources()[i];
                addresses[i] = source < module.codeStart() ? -1 : source - module.codeStart();
            }
            result.add(
                    new NativeFunction(
                            module.bodyStart(function.index()) - module.codeStart(),
                            module.bodyEnd(function.index()) - module.codeStart(),
                            code.symbol(piece),
                            code.offset(piece),
                            code.size(piece),
                            function.placeOffsets(),
                            addresses));
        }
        return result;
    }

    private static void copy(List<DebugSection> sections, ObjectFile object) {
        IdentityHashMap<DebugSection, Section> made = new IdentityHashMap<>();
        for (DebugSection section : sections) {
            Section copy = object.addSection(section.name(), SectionKind.DEBUG, 1);
            copy.append(section.array(), 0, section.size());
            made.put(section, copy);
        }
        for (DebugSection section : sections) {
            Section copy = made.get(section);
            for (DebugSection.Relocation field : section.relocations()) {
                int symbol =
                        field.section() == null
                                ? field.symbol()
                                : object.symbols().section(made.get(field.section()));
                copy.relocate(
                        field.offset(),
                        field.wide() ? RelocationKind.ABS64 : RelocationKind.ABS32,
                        symbol,
                        field.addend());
            }
        }
    }
}
