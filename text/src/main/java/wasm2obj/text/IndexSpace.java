package wasm2obj.text;

import java.util.Arrays;

/** The identifiers of one index space, such as functions or the locals of a function: symbol to index, index to name. */
final class IndexSpace {
    private final String kind;

    /** Index + 1 by symbol; 0 if the symbol is not bound here. */
    private int[] indexOf = new int[16];

    /** For each index the symbol that names it in the name section, or {@link Symbols#NONE}. */
    private int[] names = new int[16];

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
        if (size == names.length) {
            names = Arrays.copyOf(names, 2 * size);
        }
        names[size++] = symbol;
        return symbol == Symbols.NONE || bind(symbol, size - 1);
    }

    /** Adds indices without identifiers. */
    void addUnnamed(int count) {
        for (int i = 0; i < count; i++) {
            add(Symbols.NONE);
        }
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

    /** Gives an index another name than its identifier. */
    void rename(int index, int symbol) {
        names[index] = symbol;
    }

    /** The symbol that names an index, or {@link Symbols#NONE}. */
    int name(int index) {
        return names[index];
    }

    boolean hasNames() {
        for (int i = 0; i < size; i++) {
            if (names[i] != Symbols.NONE) {
                return true;
            }
        }
        return false;
    }

    void clear() {
        for (int i = 0; i < boundCount; i++) {
            indexOf[bound[i]] = 0;
        }
        boundCount = 0;
        size = 0;
    }
}
