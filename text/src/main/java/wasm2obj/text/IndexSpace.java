package wasm2obj.text;

import java.util.Arrays;

/** The identifiers of one index space, such as functions or the locals of a function: symbol to index, index to name. */
final class IndexSpace {
    private final String kind;

    /** Index + 1 by symbol; 0 if the symbol is not bound here. */
    private int[] indexOf = new int[16];

    /** The indices that have names in the name section, ascending, and the symbols that these are. */
    private int[] namedIndices = new int[16];

    private int[] names = new int[16];
    private int nameCount;

    /** The symbols that are bound, so that clearing costs no more than binding did. */
    private int[] bound = new int[16];

    private int boundCount;
    private int size;

    /** @param kind what the indices mean, for messages: {@code function} */
    IndexSpace(String kind) {
        this.kind = kind;
    }

    String kind() {
        return kind;
    }

    /** The number of indices. */
    int size() {
        return size;
    }

    /** Adds an index with an identifier, which may be {@link Symbols#NONE}; false if it is bound already. */
    boolean add(int symbol) {
        size++;
        if (symbol == Symbols.NONE) {
            return true;
        }
        nameLast(symbol);
        return bind(symbol, size - 1);
    }

    /** Adds indices without identifiers. */
    void addUnnamed(int count) {
        size += count;
    }

    private boolean bind(int symbol, int index) {
        if (symbol >= indexOf.length) {
            indexOf = Arrays.copyOf(indexOf, Math.max(symbol + 1, 2 * indexOf.length));
        }
        if (indexOf[symbol] != 0) {
            return false;
        }
        indexOf[symbol] = index + 1;
        if (boundCount == bound.length) {
            bound = Arrays.copyOf(bound, 2 * boundCount);
        }
        bound[boundCount++] = symbol;
        return true;
    }

    /** The index of an identifier, or -1. */
    int lookup(int symbol) {
        return symbol < indexOf.length ? indexOf[symbol] - 1 : -1;
    }

    /** Gives the last index another name than its identifier. */
    void nameLast(int symbol) {
        boolean named = nameCount > 0 && namedIndices[nameCount - 1] == size - 1;
        if (!named) {
            if (nameCount == names.length) {
                namedIndices = Arrays.copyOf(namedIndices, 2 * nameCount);
                names = Arrays.copyOf(names, 2 * nameCount);
            }
            namedIndices[nameCount++] = size - 1;
        }
        names[nameCount - 1] = symbol;
    }

    /** How many indices have names. */
    int nameCount() {
        return nameCount;
    }

    /** The index that has the name of that number, in ascending order. */
    int namedIndex(int number) {
        return namedIndices[number];
    }

    /** The symbol that is the name of that number. */
    int name(int number) {
        return names[number];
    }

    void clear() {
        for (int i = 0; i < boundCount; i++) {
            indexOf[bound[i]] = 0;
        }
        boundCount = 0;
        nameCount = 0;
        size = 0;
    }
}
