package wasm2obj.text;

import java.nio.charset.StandardCharsets;

/**
 * How the indices of a space are written: as identifiers if they have names, else as numbers.
 *
 * <p>Names need not differ, identifiers must. The second index of a name gets its number appended, and the name proper is
 * annotated where it is defined. So does an empty name, which is no identifier.
 */
final class Identifiers {
    private final byte[] module;
    private NameMap names;

    /** Symbols of the identifiers, for each entry of {@link #names}; -1 for an empty name. */
    private int[] symbols;

    private Symbols used;

    /** The identifiers of a space; {@code module} has the names that the map points to. */
    Identifiers(byte[] module, NameMap names) {
        this.module = module;
        reset(names);
    }

    /** Turns to another space. */
    void reset(NameMap newNames) {
        names = newNames;
        symbols = new int[names.size()];
        used = names.size() == 0 ? null : new Symbols();
        for (int entry = 0; entry < names.size(); entry++) {
            symbols[entry] = identifier(entry);
        }
    }

    private int identifier(int entry) {
        int start = names.start(entry);
        int end = names.end(entry);
        if (start == end) {
            return Symbols.NONE;
        }
        int known = used.count();
        int symbol = used.intern(module, start, end);
        if (symbol == known) {
            return symbol;
        }
        ByteSink longer = new ByteSink();
        longer.bytes(module, start, end);
        byte[] number = ("#" + names.index(entry)).getBytes(StandardCharsets.US_ASCII);
        do {
            longer.bytes(number, 0, number.length);
            known = used.count();
            symbol = used.intern(longer.array(), 0, longer.length());
        } while (symbol != known);
        return symbol;
    }

    private int symbol(int index) {
        int entry = names.find(index);
        return entry < 0 ? Symbols.NONE : symbols[entry];
    }

    /** Whether no index has a name. */
    boolean isEmpty() {
        return names.size() == 0;
    }

    /** Whether the index has a name. */
    boolean isNamed(int index) {
        return names.find(index) >= 0;
    }

    /** Whether the index has an identifier. */
    boolean hasIdentifier(int index) {
        return index >= 0 && symbol(index) != Symbols.NONE;
    }

    /** Writes a use of an index. */
    void use(int index, TextSink out) {
        int symbol = index < 0 ? Symbols.NONE : symbol(index);
        if (symbol == Symbols.NONE) {
            out.number(index);
        } else {
            write(used.array(), used.start(symbol), used.end(symbol), out);
        }
    }

    /** Writes what stands where an index is defined, after a space: its identifier and name. Without either, nothing. */
    void define(int index, TextSink out) {
        int entry = names.find(index);
        if (entry < 0) {
            return;
        }
        int symbol = symbols[entry];
        int start = names.start(entry);
        int end = names.end(entry);
        if (symbol != Symbols.NONE) {
            out.text(" ");
            use(index, out);
        }
        if (symbol == Symbols.NONE || used.end(symbol) - used.start(symbol) != end - start) {
            annotate(start, end, out);
        }
    }

    private void annotate(int start, int end, TextSink out) {
        out.text(" (@name ");
        out.name(module, start, end);
        out.text(")");
    }

    /** Writes an identifier, in quotes if it needs them. */
    private static void write(byte[] bytes, int start, int end, TextSink out) {
        boolean plain = true;
        for (int i = start; i < end; i++) {
            plain &= Lexer.isIdentifierCharacter(bytes[i]);
        }
        out.text("$");
        if (plain) {
            out.bytes().bytes(bytes, start, end);
        } else {
            out.name(bytes, start, end);
        }
    }
}
