package wasm2obj.text;

import java.util.Arrays;

/** The labels that are in scope, the innermost last. Finding one costs the same at any depth. */
final class Labels {
    private int[] symbols = new int[32];

    /** For each label the depth + 1 that its symbol had before, or 0. */
    private int[] shadowed = new int[32];

    /** Depth + 1 by symbol; 0 if there is no such label. */
    private int[] depthOf = new int[16];

    private int depth;

    /** The names of all labels of the function, in the order of their blocks. */
    private final IndexSpace names = new IndexSpace("label");

    void clear() {
        while (depth > 0) {
            pop();
        }
        names.clear();
    }

    IndexSpace names() {
        return names;
    }

    /** Opens a block. {@code name} is what the name section calls it, {@code symbol} what branches do. */
    void push(int symbol, int name) {
        if (depth == symbols.length) {
            symbols = Arrays.copyOf(symbols, 2 * depth);
            shadowed = Arrays.copyOf(shadowed, 2 * depth);
        }
        symbols[depth] = symbol;
        if (symbol != Symbols.NONE) {
            if (symbol >= depthOf.length) {
                depthOf = Arrays.copyOf(depthOf, Math.max(symbol + 1, 2 * depthOf.length));
            }
            shadowed[depth] = depthOf[symbol];
            depthOf[symbol] = depth + 1;
        }
        depth++;
        names.addUnnamed(1);
        if (name != Symbols.NONE) {
            names.nameLast(name);
        }
    }

    void pop() {
        depth--;
        if (symbols[depth] != Symbols.NONE) {
            depthOf[symbols[depth]] = shadowed[depth];
        }
    }

    /** The symbol of the innermost block. */
    int innermost() {
        return symbols[depth - 1];
    }

    /** The index of a label, or -1. */
    int lookup(int symbol) {
        int found = symbol < depthOf.length ? depthOf[symbol] : 0;
        return found == 0 ? -1 : depth - found;
    }
}
