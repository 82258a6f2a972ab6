package wasm2obj.ir;

import java.util.Arrays;

/**
 * The text form of a {@link Module}: one line for each entity, in the order of their indices.
 *
 * <pre>
 * type 0 (i32) -> (i32)
 * declare 0 type 0 imported
 * global 0 i64 mutable
 * memory 0 minimum 1 maximum 65536 pinned guarded
 * table 0 func minimum 10 maximum 10 constant
 * </pre>
 *
 * <p>Every type is its own canonical type. {@code object} stands for all types that are not function types; {@code depth 2} tells the
 * number of supertypes, {@code below 1} which one is the next, {@code open} that there may be subtypes.
 */
public final class ModuleText {
    private Signature[] types = new Signature[0];
    private int[] depths = new int[0];
    private int[] supertypes = new int[0];
    private boolean[] finals = new boolean[0];
    private int[] functionTypes = new int[0];
    private int imported;
    private Module.Global[] globals = new Module.Global[0];
    private Module.Memory[] memories = new Module.Memory[0];
    private Module.Table[] tables = new Module.Table[0];
    private Module.Tag[] tags = new Module.Tag[0];

    private ModuleText() {}

    /** Prints the module. */
    public static String print(Module module) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < module.types().length; i++) {
            Signature signature = module.types()[i];
            text.append("type ").append(i).append(' ');
            text.append(signature == null ? "object" : signature.toString());
            if (module.typeDepths()[i] != 0) {
                text.append(" depth ").append(module.typeDepths()[i]);
            }
            if (module.supertypes()[i] >= 0) {
                text.append(" below ").append(module.supertypes()[i]);
            }
            text.append(module.finalTypes()[i] ? "\n" : " open\n");
        }
        for (int i = 0; i < module.functionTypes().length; i++) {
            text.append("declare ").append(i).append(" type ").append(module.functionTypes()[i]);
            text.append(module.isImported(i) ? " imported\n" : "\n");
        }
        for (int i = 0; i < module.globals().length; i++) {
            print(text.append("global ").append(i), module.globals()[i]);
        }
        for (int i = 0; i < module.memories().length; i++) {
            print(text.append("memory ").append(i), module.memories()[i]);
        }
        for (int i = 0; i < module.tables().length; i++) {
            print(text.append("table ").append(i), module.tables()[i]);
        }
        for (int i = 0; i < module.tags().length; i++) {
            Module.Tag tag = module.tags()[i];
            text.append("tag ").append(i).append(" type ").append(tag.type());
            text.append(tag.imported() ? " imported\n" : "\n");
        }
        return text.toString();
    }

    private static void print(StringBuilder text, Module.Global global) {
        text.append(' ').append(Printer.name(global.type()));
        text.append(global.mutable() ? " mutable" : "");
        text.append(global.imported() ? " imported" : "");
        if (global.constant()) {
            text.append(" constant ").append(global.value());
        }
        text.append('\n');
    }

    private static void print(StringBuilder text, Module.Memory memory) {
        text.append(" minimum ").append(memory.minimum());
        text.append(" maximum ").append(memory.maximum());
        if (memory.pageShift() != 16) {
            text.append(" pageshift ").append(memory.pageShift());
        }
        text.append(memory.imported() ? " imported" : "");
        text.append(memory.shared() ? " shared" : "");
        text.append(memory.is64() ? " wide" : "");
        text.append(memory.pinned() ? " pinned" : "");
        text.append(memory.guarded() ? " guarded\n" : "\n");
    }

    private static void print(StringBuilder text, Module.Table table) {
        text.append(' ').append(Printer.name(table.type()));
        text.append(" minimum ").append(table.minimum());
        text.append(" maximum ").append(table.maximum());
        text.append(table.imported() ? " imported" : "");
        text.append(table.is64() ? " wide" : "");
        text.append(table.constant() ? " constant\n" : "\n");
    }

    /** Reads the module that the text is. */
    public static Module parse(String text) {
        TextCursor cursor = new TextCursor(text);
        cursor.nextLine();
        Module module = parse(cursor);
        if (!cursor.atEnd()) {
            throw cursor.error("expected an entity of a module");
        }
        return module;
    }

    /** Reads lines as long as they are a module's; the cursor is then at the first that is not. */
    static Module parse(TextCursor cursor) {
        ModuleText text = new ModuleText();
        while (!cursor.atEnd() && text.line(cursor)) {
            cursor.expectEnd();
            cursor.nextLine();
        }
        int count = text.types.length;
        int[] canonical = new int[count];
        for (int i = 0; i < count; i++) {
            canonical[i] = i;
        }
        return new Module(
                text.types,
                canonical,
                text.finals,
                text.depths,
                text.supertypes,
                text.functionTypes,
                text.imported,
                text.globals,
                text.memories,
                text.tables,
                text.tags);
    }

    private boolean line(TextCursor cursor) {
        if (cursor.accept("type")) {
            expectIndex(cursor, types.length);
            int count = types.length + 1;
            types = Arrays.copyOf(types, count);
            depths = Arrays.copyOf(depths, count);
            supertypes = Arrays.copyOf(supertypes, count);
            finals = Arrays.copyOf(finals, count);
            types[count - 1] = cursor.accept("object") ? null : Parser.signature(cursor);
            depths[count - 1] = cursor.accept("depth") ? cursor.intNumber() : 0;
            supertypes[count - 1] = cursor.accept("below") ? cursor.intNumber() : -1;
            finals[count - 1] = !cursor.accept("open");
        } else if (cursor.accept("declare")) {
            expectIndex(cursor, functionTypes.length);
            functionTypes = Arrays.copyOf(functionTypes, functionTypes.length + 1);
            cursor.expect("type");
            functionTypes[functionTypes.length - 1] = cursor.intNumber();
            imported += cursor.accept("imported") ? 1 : 0;
        } else if (cursor.accept("global")) {
            expectIndex(cursor, globals.length);
            globals = Arrays.copyOf(globals, globals.length + 1);
            globals[globals.length - 1] = global(cursor);
        } else if (cursor.accept("memory")) {
            expectIndex(cursor, memories.length);
            memories = Arrays.copyOf(memories, memories.length + 1);
            memories[memories.length - 1] = memory(cursor);
        } else if (cursor.accept("table")) {
            expectIndex(cursor, tables.length);
            tables = Arrays.copyOf(tables, tables.length + 1);
            tables[tables.length - 1] = table(cursor);
        } else if (cursor.accept("tag")) {
            expectIndex(cursor, tags.length);
            tags = Arrays.copyOf(tags, tags.length + 1);
            cursor.expect("type");
            tags[tags.length - 1] = new Module.Tag(cursor.intNumber(), cursor.accept("imported"));
        } else {
            return false;
        }
        return true;
    }

    private static void expectIndex(TextCursor cursor, int index) {
        if (cursor.intNumber() != index) {
            throw cursor.error("expected the index " + index);
        }
    }

    private static Module.Global global(TextCursor cursor) {
        Type type = Parser.type(cursor);
        boolean mutable = cursor.accept("mutable");
        boolean isImported = cursor.accept("imported");
        boolean constant = cursor.accept("constant");
        long value = constant ? cursor.number() : 0;
        return new Module.Global(type, mutable, isImported, constant, value);
    }

    private static Module.Memory memory(TextCursor cursor) {
        cursor.expect("minimum");
        long minimum = cursor.number();
        cursor.expect("maximum");
        long maximum = cursor.number();
        int pageShift = cursor.accept("pageshift") ? cursor.intNumber() : 16;
        boolean isImported = cursor.accept("imported");
        boolean shared = cursor.accept("shared");
        boolean wide = cursor.accept("wide");
        boolean pinned = cursor.accept("pinned");
        boolean guarded = cursor.accept("guarded");
        return new Module.Memory(
                isImported, shared, wide, pageShift, minimum, maximum, pinned, guarded);
    }

    private static Module.Table table(TextCursor cursor) {
        Type type = Parser.type(cursor);
        cursor.expect("minimum");
        long minimum = cursor.number();
        cursor.expect("maximum");
        long maximum = cursor.number();
        boolean isImported = cursor.accept("imported");
        boolean wide = cursor.accept("wide");
        boolean constant = cursor.accept("constant");
        return new Module.Table(type, isImported, wide, minimum, maximum, constant);
    }
}
