package wasm2obj.objwriter;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An object's symbols, numbered from 0 in the order of their declaration. A symbol is declared
 * first, may then be referred to, and is defined when its place is known; one that never is stays
 * undefined, for the linker to find elsewhere.
 *
 * <p>A symbol is a handful of array elements and its name is bytes in one pool, because a large
 * module has a million of them.
 */
public final class SymbolTable {

    /** The section of a symbol that is not defined. */
    static final int UNDEFINED = -1;

    /** The section of a symbol whose value is no address. */
    static final int ABSOLUTE = -2;

    private static final SymbolKind[] KINDS = SymbolKind.values();
    private static final SymbolScope[] SCOPES = SymbolScope.values();
    private static final int SCOPE_SHIFT = 4;

    /** All names, each ended by a NUL, after one empty name. */
    private final ChunkedBytes names = new ChunkedBytes();

    private int count;
    private int[] name = new int[64];
    private byte[] kindAndScope = new byte[64];
    private int[] section = new int[64];
    private long[] value = new long[64];
    private long[] size = new long[64];

    /** By section index, the number of its section symbol plus one. */
    private int[] sectionSymbols = new int[16];

    SymbolTable() {
        names.appendByte(0);
    }

    /** The number of symbols. */
    public int count() {
        return count;
    }

    /** Declares a symbol and returns its number. */
    public int declare(String symbolName, SymbolKind kind, SymbolScope scope) {
        byte[] utf8 = symbolName.getBytes(StandardCharsets.UTF_8);
        return declare(utf8, 0, utf8.length, kind, scope);
    }

    /**
     * Declares a symbol that is named by {@code length} bytes of {@code utf8} from {@code from},
     * and returns its number. A NUL, which no format can carry in a name, becomes an underscore.
     */
    public int declare(byte[] utf8, int from, int length, SymbolKind kind, SymbolScope scope) {
        int symbol = add(Math.toIntExact(names.size()), kind, scope);
        appendName(utf8, from, length);
        return symbol;
    }

    /**
     * Places {@code symbol}.
     *
     * @param symbolSize bytes it covers, 0 if unknown
     */
    public void define(int symbol, Section in, long offset, long symbolSize) {
        if (section[symbol] != UNDEFINED) {
            throw new IllegalStateException("symbol " + symbol + " defined twice");
        }
        section[symbol] = in.index();
        value[symbol] = offset;
        size[symbol] = symbolSize;
    }

    /** The symbol of {@code of}'s first byte, the same at each call. */
    public int section(Section of) {
        int index = of.index();
        if (index >= sectionSymbols.length) {
            sectionSymbols =
                    Arrays.copyOf(sectionSymbols, Math.max(index + 1, sectionSymbols.length * 2));
        }
        if (sectionSymbols[index] == 0) {
            int symbol = add(0, SymbolKind.SECTION, SymbolScope.LOCAL);
            define(symbol, of, 0, 0);
            sectionSymbols[index] = symbol + 1;
        }
        return sectionSymbols[index] - 1;
    }

    /** Declares the name of the source file; the local symbols behind it are from there. */
    public int file(String fileName) {
        int symbol = declare(fileName, SymbolKind.FILE, SymbolScope.LOCAL);
        section[symbol] = ABSOLUTE;
        return symbol;
    }

    /** What {@code symbol} stands for. */
    public SymbolKind kind(int symbol) {
        return KINDS[kindAndScope[symbol] & ((1 << SCOPE_SHIFT) - 1)];
    }

    /** Who can refer to {@code symbol}. */
    public SymbolScope scope(int symbol) {
        return SCOPES[kindAndScope[symbol] >>> SCOPE_SHIFT];
    }

    /**
     * Whether {@code symbol} has a value: an address in a section, or none of the linker's
     * business.
     */
    public boolean isDefined(int symbol) {
        return section[symbol] != UNDEFINED;
    }

    /** Whether {@code symbol}'s value is no address. */
    public boolean isAbsolute(int symbol) {
        return section[symbol] == ABSOLUTE;
    }

    /** The index of the section that {@code symbol} is defined in, negative if in none. */
    public int sectionIndex(int symbol) {
        return section[symbol];
    }

    /** Where {@code symbol} lies in its section. */
    public long value(int symbol) {
        return value[symbol];
    }

    /** The bytes that {@code symbol} covers. */
    public long size(int symbol) {
        return size[symbol];
    }

    /** Where {@code symbol}'s name starts in {@link #names}. */
    public int nameOffset(int symbol) {
        return name[symbol];
    }

    /** All names, each ended by a NUL, with an empty one first: an ELF string table. */
    ChunkedBytes names() {
        return names;
    }

    private int add(int nameOffset, SymbolKind kind, SymbolScope scope) {
        if (count == name.length) {
            grow(count + (count >> 1));
        }
        int symbol = count++;
        name[symbol] = nameOffset;
        kindAndScope[symbol] = (byte) (kind.ordinal() | (scope.ordinal() << SCOPE_SHIFT));
        section[symbol] = UNDEFINED;
        return symbol;
    }

    private void grow(int capacity) {
        name = Arrays.copyOf(name, capacity);
        kindAndScope = Arrays.copyOf(kindAndScope, capacity);
        section = Arrays.copyOf(section, capacity);
        value = Arrays.copyOf(value, capacity);
        size = Arrays.copyOf(size, capacity);
    }

    private void appendName(byte[] utf8, int from, int length) {
        int end = from + length;
        int start = from;
        for (int at = from; at < end; at++) {
            if (utf8[at] == 0) {
                names.append(utf8, start, at - start);
                names.appendByte('_');
                start = at + 1;
            }
        }
        names.append(utf8, start, end - start);
        names.appendByte(0);
    }
}
