package wasm2obj.text;

import java.util.Arrays;

/** Identifiers as small numbers: equal names, without the dollar sign and with escapes resolved, have the same number. */
final class Symbols {
    /** What an absent identifier is. */
    static final int NONE = -1;

    private final ByteSink names = new ByteSink();

    /** Where each name ends in {@link #names}; it starts where the one before ends. */
    private int[] ends = new int[64];

    private int[] hashes = new int[64];
    private int count;

    /** Symbols + 1 by hash, open addressing; 0 is free. The length is a power of two. */
    private int[] table = new int[256];

    int count() {
        return count;
    }

    /** The symbol of a name; a new one if it is the first of this name. */
    int intern(byte[] bytes, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + bytes[i];
        }
        hash = spread(hash);
        int slot = hash & (table.length - 1);
        while (table[slot] != 0) {
            int symbol = table[slot] - 1;
            if (hashes[symbol] == hash && isName(symbol, bytes, start, end)) {
                return symbol;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        table[slot] = count + 1;
        return add(bytes, start, end, hash);
    }

    /** Names that differ in their last letters shall not lie in a row. */
    private static int spread(int hash) {
        int product = hash * 0x9e3779b9;
        return product ^ product >>> 15;
    }

    private boolean isName(int symbol, byte[] bytes, int start, int end) {
        return Arrays.equals(names.array(), start(symbol), end(symbol), bytes, start, end);
    }

    private int add(byte[] bytes, int start, int end, int hash) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
            hashes = Arrays.copyOf(hashes, 2 * count);
        }
        names.bytes(bytes, start, end);
        ends[count] = names.length();
        hashes[count] = hash;
        count++;
        if (2 * count > table.length) {
            rehash();
        }
        return count - 1;
    }

    private void rehash() {
        table = new int[Integer.highestOneBit(4 * count)];
        for (int symbol = 0; symbol < count; symbol++) {
            int slot = hashes[symbol] & (table.length - 1);
            while (table[slot] != 0) {
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = symbol + 1;
        }
    }

    /** The bytes of all names. */
    byte[] array() {
        return names.array();
    }

    /** Where a symbol's name starts in {@link #array}. */
    int start(int symbol) {
        return symbol == 0 ? 0 : ends[symbol - 1];
    }

    int end(int symbol) {
        return ends[symbol];
    }

    /** Writes a symbol's name as the binary format has names. */
    void write(int symbol, ByteSink out) {
        out.u32(end(symbol) - start(symbol));
        out.bytes(names.array(), start(symbol), end(symbol));
    }

    /** A symbol's name, for messages. */
    String text(int symbol) {
        return Messages.quoted(names.array(), start(symbol), end(symbol));
    }
}
