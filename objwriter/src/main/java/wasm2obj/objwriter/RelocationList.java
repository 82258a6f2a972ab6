package wasm2obj.objwriter;

import java.util.Arrays;

/**
 * A section's relocations, two longs each: offset (32 bits), symbol (24) and kind (8) in one, the
 * addend in the other. The first block doubles up to {@link #BLOCK} relocations, those behind it
 * have that size and are never copied: a function's own section stays small, and millions of
 * relocations in one section cost what they take.
 */
final class RelocationList {

    private static final int BLOCK_BITS = 12;
    private static final int BLOCK = 1 << BLOCK_BITS;
    private static final int FIRST_BLOCK = 4;

    private static final int KIND_BITS = 8;
    private static final int SYMBOL_BITS = 24;
    private static final int OFFSET_SHIFT = KIND_BITS + SYMBOL_BITS;

    private static final RelocationKind[] KINDS = RelocationKind.values();
    private static final long[][] NO_BLOCKS = {};

    private long[][] blocks = NO_BLOCKS;
    private int count;

    int count() {
        return count;
    }

    void add(long offset, RelocationKind kind, int symbol, long addend) {
        if (offset >>> Integer.SIZE != 0 || symbol >>> SYMBOL_BITS != 0) {
            throw new IllegalArgumentException("relocation at " + offset + " to symbol " + symbol);
        }
        long[] block = blockForNext();
        int at = inBlock(count);
        block[at] = (offset << OFFSET_SHIFT) | ((long) symbol << KIND_BITS) | kind.ordinal();
        block[at + 1] = addend;
        count++;
    }

    long offset(int i) {
        return word(i) >>> OFFSET_SHIFT;
    }

    RelocationKind kind(int i) {
        return KINDS[(int) word(i) & ((1 << KIND_BITS) - 1)];
    }

    int symbol(int i) {
        return (int) word(i) >>> KIND_BITS;
    }

    long addend(int i) {
        return blocks[i >> BLOCK_BITS][inBlock(i) + 1];
    }

    private long word(int i) {
        return blocks[i >> BLOCK_BITS][inBlock(i)];
    }

    /** The block that relocation {@link #count} goes to, with room for it. */
    private long[] blockForNext() {
        int block = count >> BLOCK_BITS;
        int at = inBlock(count);
        if (block == blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(1, block * 2));
        }
        if (blocks[block] == null) {
            blocks[block] = new long[2 * (block == 0 ? FIRST_BLOCK : BLOCK)];
        } else if (at == blocks[block].length) {
            blocks[block] = Arrays.copyOf(blocks[block], at * 2);
        }
        return blocks[block];
    }

    private static int inBlock(int i) {
        return 2 * (i & (BLOCK - 1));
    }
}
