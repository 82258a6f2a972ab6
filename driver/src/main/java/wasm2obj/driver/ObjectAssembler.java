package wasm2obj.driver;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.codegen.Isa;
import wasm2obj.codegen.StoreLayout;
import wasm2obj.codegen.TableCalls;
import wasm2obj.codegen.ThunkCompiler;
import wasm2obj.frontend.ElementSegment;
import wasm2obj.frontend.Export;
import wasm2obj.frontend.ExternKind;
import wasm2obj.frontend.Import;
import wasm2obj.frontend.WasmModule;
import wasm2obj.ir.Module;
import wasm2obj.ir.RuntimeFunction;
import wasm2obj.ir.Signature;
import wasm2obj.ir.Type;
import wasm2obj.isel.aarch64.BranchProtection;
import wasm2obj.objwriter.ObjectFile;
import wasm2obj.objwriter.RelocationKind;
import wasm2obj.objwriter.Section;
import wasm2obj.objwriter.SectionKind;
import wasm2obj.objwriter.SymbolKind;
import wasm2obj.objwriter.SymbolScope;

/**
 * Lays compiled functions out into an object: first the module's own by index, then thunks. The order is fixed, so the bytes
 * are, whichever thread compiled what.
 *
 * <p>Calls within .text are resolved here and leave no relocation. What code refers to outside of it (constants, jump tables,
 * constant tables, the runtime) is left to the linker. When {@code .text} is complete the rows that describe it are written
 * ({@link CodeRows}) and the module's descriptor ({@link ModuleDescriptorWriter}).
 */
final class ObjectAssembler {
    private static final int NO_SYMBOL = -1;
    private static final int NT_GNU_PROPERTY_TYPE_0 = 5;
    private static final int GNU_PROPERTY_AARCH64_FEATURE_1_AND = 0xc000_0000;

    /** "GNU" and a zero. */
    private static final int GNU = 0x55_4e47;

    private final WasmModule module;
    private final ModulePlan plan;
    private final Settings settings;
    private final ThunkCompiler thunks;
    private final ObjectFile object;
    private final CodeLayout code;
    private final Section rodata;
    private final ConstantPool constants;
    private final CodeRows rows;
    private final FunctionNames functionNames;
    private final UnwindTables frames;

    private final int firstFunction;
    private final int[] runtimeSymbols = new int[RuntimeFunction.values().length];
    private final int[] supportSymbols = new int[StoreLayout.SUPPORT_COUNT];
    private final int[] constantTables;

    /** The numbers of the shared code for calls through tables that any function refers to, ascending. */
    private int[] tableCalls = {};

    ObjectAssembler(WasmModule module, ModulePlan plan, Settings settings, Isa isa) {
        this(module, plan, settings, isa, settings.target().sectionLimit());
    }

    /** An assembler that begins another section of code rather than make one larger than the limit. */
    ObjectAssembler(
            WasmModule module, ModulePlan plan, Settings settings, Isa isa, long sectionLimit) {
        this.module = module;
        this.plan = plan;
        this.settings = settings;
        thunks = isa.newThunkCompiler();
        object = new ObjectFile(settings.target().architecture());
        code = settings.target().codeLayout(object, settings.functionSections(), sectionLimit);
        rodata = object.addSection(".rodata", SectionKind.RODATA, 16);
        constants = new ConstantPool(rodata);
        rows = new CodeRows(settings.names());
        functionNames = new FunctionNames(module);
        frames = settings.unwindTables() ? new UnwindTables(settings.target(), object) : null;
        firstFunction = module.importedFunctionCount();
        constantTables = new int[module.tableCount()];
    }

    /** Tells the linker what all code here does (ELF for the Arm 64-bit Architecture, "Program Property"). */
    private void addProperties() {
        BranchProtection protection = settings.protection();
        if (protection == BranchProtection.NONE) {
            return;
        }
        int features = (protection.hasLandingPads() ? 1 : 0) | (protection.signsReturns() ? 2 : 0);
        Section section = object.addSection(".note.gnu.property", SectionKind.NOTE, 8);
        for (int word : new int[] {4, 16, NT_GNU_PROPERTY_TYPE_0, GNU}) {
            section.appendInt(word);
        }
        for (int word : new int[] {GNU_PROPERTY_AARCH64_FEATURE_1_AND, 4, features, 0}) {
            section.appendInt(word);
        }
    }

    /** Makes the object of the module's own functions, given by index less the imports. */
    ObjectFile assemble(CompiledFunction[] functions) {
        reserveConstantTables();
        tableCalls = tableCalls(functions);
        for (CompiledFunction function : functions) {
            place(function, CodeRows.FUNCTION, name(function.index()), SymbolScope.LOCAL);
        }
        placeTableCalls();
        ThunkTable thunkTable = placeThunks();
        code.resolve(placeRestorer());
        writeConstantTables();
        addProperties();
        if (frames != null) {
            frames.finish();
        }
        new ModuleDescriptorWriter(module, plan, settings, object, code, rodata, rows, thunkTable)
                .write();
        return object;
    }

    /** Adds debug information; returns why there is none although the module has some, or null. To be called after {@link #assemble}. */
    String addDebugInfo(byte[] bytes, CompiledFunction[] functions) {
        return DebugInfoWriter.write(
                bytes, module, plan.entities(), settings.target(), functions, code, object);
    }

    // ---- code ----

    /** The function's own name, or one made up. */
    private String name(int function) {
        String name = functionNames.name(function);
        return name == null ? "wasm-function-" + function : name;
    }

    /** Appends the code as a new piece, with its row, symbol and unwind information; returns the piece's number. */
    private int place(CompiledFunction function, int kind, String name, SymbolScope scope) {
        int piece = code.append(function.code(), name);
        relocate(function, piece);
        rows.add(function, kind);
        int symbol = define(piece, name, scope);
        if (frames != null) {
            boolean bySymbol = settings.target().needsSymbolsOfCode();
            frames.add(
                    bySymbol ? symbol : code.symbol(piece),
                    bySymbol ? 0 : code.offset(piece),
                    function.code().length,
                    function.unwind());
        }
        return piece;
    }

    /** Defines the piece's symbol, if it gets one; returns that, or NO_SYMBOL. */
    private int define(int piece, String name, SymbolScope scope) {
        boolean isNamed = settings.names() || scope != SymbolScope.LOCAL;
        if (!isNamed && !settings.target().needsSymbolsOfCode()) {
            return NO_SYMBOL;
        }
        int symbol = object.symbols().declare(isNamed ? name : "", SymbolKind.FUNCTION, scope);
        object.symbols().define(symbol, code.section(piece), code.offset(piece), code.size(piece));
        return symbol;
    }

    private void relocate(CompiledFunction function, int piece) {
        Section section = code.section(piece);
        Relocations relocations = function.relocations();
        int[] tables = placeJumpTables(function);
        for (int i = 0; i < relocations.offsets().length; i++) {
            int place = code.offset(piece) + relocations.offsets()[i];
            int target = relocations.targets()[i];
            int addend = relocations.addends()[i];
            int form = relocations.form(i);
            switch (relocations.target(i)) {
                case Relocations.FUNCTION ->
                        code.addReference(piece, place, form, target - firstFunction, addend);
                case Relocations.CONSTANT ->
                        toRodata(
                                section,
                                place,
                                form,
                                constants.offset(
                                        function.constants()[2 * target],
                                        function.constants()[2 * target + 1]),
                                addend);
                case Relocations.JUMP_TABLE ->
                        toRodata(section, place, form, tables[target], addend);
                case Relocations.RUNTIME ->
                        toFunction(section, place, form, runtimeSymbol(target), addend);
                case Relocations.CONSTANT_TABLE ->
                        toRodata(section, place, form, constantTables[target], addend);
                case Relocations.SUPPORT ->
                        toFunction(section, place, form, supportSymbol(target), addend);
                case Relocations.RESTORER ->
                        code.addReference(
                                piece,
                                place,
                                form,
                                CodeLayout.RESTORER,
                                addend + thunks.restorerEntry());
                case Relocations.TABLE_CALL ->
                        code.addReference(piece, place, form, tableCallPiece(target), addend);
                default -> throw new AssertionError(relocations.kinds()[i]);
            }
        }
    }

    private int[] placeJumpTables(CompiledFunction function) {
        int count = function.jumpTableStarts().length - 1;
        int[] offsets = new int[count];
        for (int t = 0; t < count; t++) {
            offsets[t] = (int) rodata.align(4);
            for (int e = function.jumpTableStarts()[t];
                    e < function.jumpTableStarts()[t + 1];
                    e++) {
                rodata.appendInt(function.jumpTables()[e]);
            }
        }
        return offsets;
    }

    private void toRodata(Section section, int place, int form, int offset, int addend) {
        section.relocate(
                place,
                CodeLayout.relocationKind(form),
                object.symbols().section(rodata),
                (long) offset + addend);
    }

    /** Calls of functions elsewhere may go by way of a linkage table. */
    private static void toFunction(Section section, int place, int form, int symbol, int addend) {
        section.relocate(
                place,
                form == Relocations.WORD ? RelocationKind.PLT32 : CodeLayout.relocationKind(form),
                symbol,
                addend);
    }

    private int runtimeSymbol(int ordinal) {
        if (runtimeSymbols[ordinal] == 0) {
            runtimeSymbols[ordinal] = undefined(RuntimeFunction.of(ordinal).symbol()) + 1;
        }
        return runtimeSymbols[ordinal] - 1;
    }

    private int supportSymbol(int number) {
        if (supportSymbols[number] == 0) {
            supportSymbols[number] = undefined(StoreLayout.supportSymbol(number)) + 1;
        }
        return supportSymbols[number] - 1;
    }

    private int undefined(String name) {
        return object.symbols().declare(name, SymbolKind.NONE, SymbolScope.GLOBAL);
    }

    // ---- thunks ----

    /**
     * The thunks of a module.
     *
     * @param enter by type index: number of the array call thunk among the pieces of code, or -1
     * @param adapter by type index: that of the host adapter, or -1
     */
    record ThunkTable(int[] enter, int[] adapter) {}

    private ThunkTable placeThunks() {
        int types = plan.entities().types().length;
        int[] enter = new int[types];
        int[] adapter = new int[types];
        Arrays.fill(enter, -1);
        Arrays.fill(adapter, -1);
        Map<Signature, Integer> enters = new HashMap<>();
        Map<Signature, Integer> adapters = new HashMap<>();
        for (int f = 0; f < module.functionCount(); f++) {
            int type = plan.entities().functionTypes()[f];
            Signature signature = plan.entities().types()[type];
            if (plan.escaping()[f] || f < firstFunction) {
                enter[type] = enters.computeIfAbsent(signature, this::placeArrayCall);
            }
            if (f < firstFunction) {
                adapter[type] = adapters.computeIfAbsent(signature, this::placeHostCall);
            }
        }
        if (takesForeignFunctions()) {
            for (int type = 0; type < types; type++) {
                Signature signature = plan.entities().types()[type];
                if (signature != null) {
                    adapter[type] = adapters.computeIfAbsent(signature, this::placeHostCall);
                }
            }
        }
        placeExports();
        return new ThunkTable(enter, adapter);
    }

    /**
     * Whether the module can get hold of host functions other than by importing them: then it may call one of any of its
     * types, which needs an adapter.
     */
    private boolean takesForeignFunctions() {
        for (Import item : module.imports()) {
            if (bringsFunctions(item.kind(), item.index())) {
                return true;
            }
        }
        for (Export export : module.exports()) {
            if (bringsFunctions(export.kind(), export.index())) {
                return true;
            }
        }
        return false;
    }

    private boolean bringsFunctions(ExternKind kind, int index) {
        return switch (kind) {
            case FUNCTION -> bringsFunctions(plan.entities().signature(index));
            case TABLE -> plan.entities().tables()[index].type() == Type.FUNC;
            case GLOBAL -> plan.entities().globals()[index].type() == Type.FUNC;
            case MEMORY, TAG -> false;
        };
    }

    private static boolean bringsFunctions(Signature signature) {
        for (int i = 0; i < signature.parameterCount(); i++) {
            if (signature.parameter(i) == Type.FUNC) {
                return true;
            }
        }
        for (int i = 0; i < signature.resultCount(); i++) {
            if (signature.result(i) == Type.FUNC) {
                return true;
            }
        }
        return false;
    }

    private int placeArrayCall(Signature signature) {
        return placeThunk(
                thunks.arrayCall(module.functionCount(), signature), CodeRows.ENTRY, "enter");
    }

    private int placeHostCall(Signature signature) {
        return placeThunk(
                thunks.hostCall(module.functionCount(), signature, plan.hasReferences()),
                CodeRows.ADAPTER,
                "host");
    }

    // ---- shared code of calls through tables ----

    /** Which are referred to; they lie behind the functions, in the order of their numbers. */
    private static int[] tableCalls(CompiledFunction[] functions) {
        BitSet numbers = new BitSet();
        for (CompiledFunction function : functions) {
            Relocations relocations = function.relocations();
            for (int i = 0; i < relocations.offsets().length; i++) {
                if (relocations.target(i) == Relocations.TABLE_CALL) {
                    numbers.set(relocations.targets()[i]);
                }
            }
        }
        return numbers.stream().toArray();
    }

    private int tableCallPiece(int number) {
        return module.functionCount() - firstFunction + Arrays.binarySearch(tableCalls, number);
    }

    private void placeTableCalls() {
        TableCalls calls = plan.tableCalls();
        for (int number : tableCalls) {
            placeThunk(tableCall(calls.table(number), calls.type(number)), CodeRows.SHARED, "call");
        }
    }

    private CompiledFunction tableCall(int number, int type) {
        int index = module.functionCount();
        Module.Table table = plan.entities().tables()[number];
        Signature signature = plan.entities().types()[type];
        if (table.constant()) {
            return thunks.tableCall(index, signature, number, (int) table.minimum(), type);
        }
        return thunks.changingTableCall(
                index,
                signature,
                plan.layout().table(number),
                table.imported(),
                plan.layout().type(type));
    }

    /** The number of the piece that tail calls to other instances return to, if there are any. */
    private int placeRestorer() {
        return code.refersToRestorer()
                ? placeThunk(thunks.restorer(module.functionCount()), CodeRows.ADAPTER, "restore")
                : CodeLayout.RESTORER;
    }

    /** Appends a thunk that has no public name; debuggers and profilers show a local one. */
    private int placeThunk(CompiledFunction thunk, int kind, String what) {
        return place(thunk, kind, "wasm-" + what + "-" + code.count(), SymbolScope.LOCAL);
    }

    /** A C function for each exported function of the module's own. */
    private void placeExports() {
        PublicNames names = PublicNames.of(module);
        List<Export> exports = module.exports();
        for (int i = 0; i < exports.size(); i++) {
            Export export = exports.get(i);
            if (export.kind() == ExternKind.FUNCTION && export.index() >= firstFunction) {
                Signature signature = plan.entities().signature(export.index());
                int type = plan.layout().type(module.functionType(export.index()));
                CompiledFunction thunk =
                        thunks.export(module.functionCount(), signature, export.index(), type);
                String name = settings.prefix() + "_" + names.export(i);
                place(thunk, CodeRows.ENTRY, name, SymbolScope.GLOBAL);
            }
        }
    }

    // ---- constant tables ----

    private void reserveConstantTables() {
        for (int t = 0; t < constantTables.length; t++) {
            if (plan.entities().tables()[t].constant()) {
                constantTables[t] = (int) rodata.align(8);
                rodata.appendZeros(8 * plan.entities().tables()[t].minimum());
            }
        }
    }

    /** Later segments overwrite elements of earlier ones, so the last function of each element is found first. */
    private void writeConstantTables() {
        int[][] functions = new int[constantTables.length][];
        for (int s = 0; s < module.elementSegmentCount(); s++) {
            ElementSegment segment = module.elementSegment(s);
            if (segment.mode() == ElementSegment.Mode.ACTIVE
                    && plan.entities().tables()[segment.table()].constant()) {
                int table = segment.table();
                if (functions[table] == null) {
                    functions[table] = new int[(int) plan.entities().tables()[table].minimum()];
                    Arrays.fill(functions[table], WasmModule.NONE);
                }
                int first = (int) segment.offset().literal();
                System.arraycopy(segment.functions(), 0, functions[table], first, segment.length());
            }
        }
        for (int t = 0; t < functions.length; t++) {
            for (int i = 0; functions[t] != null && i < functions[t].length; i++) {
                if (functions[t][i] != WasmModule.NONE) {
                    writeElement(constantTables[t], i, functions[t][i]);
                }
            }
        }
    }

    private void writeElement(int table, int index, int function) {
        int at = table + 8 * index;
        int type = plan.entities().functionTypes()[function];
        rodata.setInt(at, plan.entities().canonicalTypes()[type] + 1);
        int piece = function - firstFunction;
        rodata.relocate(
                at + 4,
                RelocationKind.PC32,
                code.symbol(piece),
                code.offset(piece) + (at + 4 - table));
    }
}
