package wasm2obj.text;

import java.util.Arrays;

/** The index spaces of a module and the names in them. */
final class ModuleScope {
    final IndexSpace types = new IndexSpace("type");
    final IndexSpace functions = new IndexSpace("function");
    final IndexSpace tables = new IndexSpace("table");
    final IndexSpace memories = new IndexSpace("memory");
    final IndexSpace globals = new IndexSpace("global");
    final IndexSpace tags = new IndexSpace("tag");
    final IndexSpace elements = new IndexSpace("element segment");
    final IndexSpace datas = new IndexSpace("data segment");

    /** Pairs of a type and a symbol, as numbers. */
    private final Symbols fieldKeys = new Symbols();

    private final byte[] fieldKey = new byte[8];
    private int[] fieldIndices = new int[16];

    /** Names a field of a struct type. */
    void addField(int type, int symbol, int index) {
        int key = fieldKey(type, symbol);
        if (key >= fieldIndices.length) {
            fieldIndices = Arrays.copyOf(fieldIndices, 2 * key);
        }
        fieldIndices[key] = index;
    }

    /** The index of a named field, or -1. */
    int field(int type, int symbol) {
        int known = fieldKeys.count();
        int key = fieldKey(type, symbol);
        return key < known ? fieldIndices[key] : -1;
    }

    private int fieldKey(int type, int symbol) {
        for (int i = 0; i < 4; i++) {
            fieldKey[i] = (byte) (type >>> 8 * i);
            fieldKey[4 + i] = (byte) (symbol >>> 8 * i);
        }
        return fieldKeys.intern(fieldKey, 0, fieldKey.length);
    }
}
