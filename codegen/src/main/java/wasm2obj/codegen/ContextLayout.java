package wasm2obj.codegen;

import wasm2obj.ir.Module;
import wasm2obj.ir.Type;

/**
 * Where a module's instance keeps what generated code reads: offsets from the context register, all negative. docs/abi.md
 * is the specification; runtime-c/src/instance.h has the fixed part as a C struct.
 *
 * <pre>
 *      -8  stack limit                    -128 .. -41  globals, as many as fit, in index order
 *     -16  store                          -256 .. -129 the runtime's own fields
 *     -40  memory 0, if the instance's         (-136: base of the heap)
 *          own: data, size, details       below: other globals, memories, tables, tags, type identities,
 *                                              function records of imports, then of own functions
 * </pre>
 *
 * <p>An entity of the instance's own is embedded; of an imported one, and of a shared memory, the address is kept. Memory: a {@code w2o_memory} of 24
 * bytes (data, size in bytes, details); table: a {@code w2o_table} of 24 bytes (elements, size, details); global: a cell of 8
 * bytes, of 16 for vectors; function record: a {@code w2o_func} of 24 bytes (code, context, type identity); tag: a {@code w2o_tag} of 8 bytes (type identity).
 */
public final class ContextLayout {
    public static final int STACK_LIMIT = -8;
    public static final int STORE = -16;
    public static final int MEMORY_0 = -40;

    /** The base of the store's heap. */
    public static final int HEAP = -136;

    /** From that base: the address of what the heap knows of types. */
    public static final int HEAP_TYPES = -8;

    /** Lowest offset that an instruction reaches with a displacement of one byte. */
    private static final int NEAR_END = -128;

    private static final int FIXED_END = -256;

    /** Fields of {@code w2o_memory} and {@code w2o_table}. */
    public static final int DATA = 0;

    public static final int SIZE = 8;
    private static final int RECORD_SIZE = 24;

    /** Fields of {@code w2o_func}. */
    public static final int FUNC_CODE = 0;

    public static final int FUNC_CONTEXT = 8;
    public static final int FUNC_TYPE = 16;
    public static final int FUNC_SIZE = 24;

    private final int[] globals;
    private final int[] memories;
    private final int[] tables;
    private final int[] tags;
    private final int types;
    private final int imports;
    private final int[] records;
    private final int size;

    /**
     * Lays out an instance of the module.
     *
     * @param escaping by function index: whether the function needs a record, because it is exported or referred to
     */
    public ContextLayout(Module module, boolean[] escaping) {
        globals = new int[module.globals().length];
        memories = new int[module.memories().length];
        tables = new int[module.tables().length];
        tags = new int[module.tags().length];
        int near = MEMORY_0;
        int far = FIXED_END;
        for (int i = 0; i < globals.length; i++) {
            Module.Global global = module.globals()[i];
            int bytes = global.type() == Type.V128 && !global.imported() ? 16 : 8;
            if (bytes == 8 && near - 8 >= NEAR_END) {
                near -= 8;
                globals[i] = near;
            } else {
                far = (far - bytes) & -bytes;
                globals[i] = far;
            }
        }
        for (int i = 0; i < memories.length; i++) {
            if (i == 0 && !module.memories()[0].isByAddress()) {
                memories[0] = MEMORY_0;
            } else {
                far -= module.memories()[i].isByAddress() ? 8 : RECORD_SIZE;
                memories[i] = far;
            }
        }
        for (int i = 0; i < tables.length; i++) {
            far -= module.tables()[i].imported() ? 8 : RECORD_SIZE;
            tables[i] = far;
        }
        for (int i = 0; i < tags.length; i++) {
            far -= 8;
            tags[i] = far;
        }
        far -= (4 * module.types().length + 7) & -8;
        types = far;
        far -= FUNC_SIZE * module.importedFunctionCount();
        imports = far;
        records = new int[escaping.length];
        for (int f = 0; f < escaping.length; f++) {
            if (f < module.importedFunctionCount()) {
                records[f] = imports + FUNC_SIZE * f;
            } else if (escaping[f]) {
                far -= FUNC_SIZE;
                records[f] = far;
            }
        }
        size = -(far & -16);
    }

    /** The cell of a global of the instance's own, or the place of the address of an imported one's cell. */
    public int global(int index) {
        return globals[index];
    }

    /** The record of a memory of the instance's own, or the place of the address of an imported or shared one's. */
    public int memory(int index) {
        return memories[index];
    }

    /** The record of a table of the instance's own, or the place of the address of an imported one's. */
    public int table(int index) {
        return tables[index];
    }

    /** A tag of the instance's own, or the place of the address of an imported one. */
    public int tag(int index) {
        return tags[index];
    }

    /** The 32-bit identity of a type. */
    public int type(int index) {
        return types + 4 * index;
    }

    /** Start of the identities, ascending by type index. */
    public int types() {
        return types;
    }

    /** Start of the records of imported functions, ascending by function index. */
    public int imports() {
        return imports;
    }

    /** The record of an imported or escaping function; 0 for a function without one. */
    public int functionRecord(int function) {
        return records[function];
    }

    /** Bytes below the context, a multiple of 16. */
    public int size() {
        return size;
    }
}
