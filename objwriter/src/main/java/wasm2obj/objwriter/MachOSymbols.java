package wasm2obj.objwriter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import wasm2obj.objwriter.MachOLayouts.Nlist;

/**
 * The symbol table of a Mach-O file: numbers, entries and strings.
 *
 * <pre>
 *   ltmp0 ...          a label at the beginning of each section of the object, and further ones in
 *                      long sections of data, because an addend has 24 bits on arm64
 *   _name              local symbols
 *   _name              defined for others
 *   _name              undefined
 * </pre>
 *
 * <p>A label without an underscore is for the linker alone and is not in what it makes. Symbols
 * without a name are such labels, too.
 */
final class MachOSymbols {

    /** Distance of labels in sections of data, less than what an addend can be. */
    private static final long LABEL_DISTANCE = 4L << 20;

    /** Relocations have 24 bits for a symbol's number. */
    private static final int MOST_SYMBOLS = 1 << 24;

    private static final String LABEL = "ltmp";

    private final SymbolTable symbols;
    private final List<Section> sections;
    private final MachOLayout layout;

    /** By the object's symbols. */
    private final int[] numbers;

    /** By the object's sections: the number of its first label. */
    private final int[] firstLabels;

    private int labelCount;
    private int firstDefined;
    private int firstUndefined;
    private int count;

    private final ChunkedBytes strings = new ChunkedBytes();

    /** By number: where the name is among the strings. */
    private int[] names;

    MachOSymbols(ObjectFile object, MachOLayout layout) throws IOException {
        symbols = object.symbols();
        sections = object.sections();
        this.layout = layout;
        numbers = new int[symbols.count()];
        firstLabels = new int[sections.size()];
        number();
        if (count > MOST_SYMBOLS) {
            throw new IOException(
                    "more than " + MOST_SYMBOLS + " symbols in a Mach-O file: " + count);
        }
        nameSymbols();
    }

    // ---- numbers ----

    private void number() {
        for (Section section : sections) {
            firstLabels[section.index()] = count;
            count += labels(section);
        }
        labelCount = count;
        for (int symbol = 0; symbol < numbers.length; symbol++) {
            if (isListed(symbol) && isLocal(symbol)) {
                if (!symbols.isDefined(symbol)) {
                    throw new IllegalStateException("local symbol " + symbol + " is not defined");
                }
                numbers[symbol] = count++;
            }
        }
        firstDefined = count;
        for (int symbol = 0; symbol < numbers.length; symbol++) {
            if (!isLocal(symbol) && symbols.isDefined(symbol)) {
                numbers[symbol] = count++;
            }
        }
        firstUndefined = count;
        for (int symbol = 0; symbol < numbers.length; symbol++) {
            if (!isLocal(symbol) && !symbols.isDefined(symbol)) {
                numbers[symbol] = count++;
            }
        }
    }

    private int labels(Section section) {
        return switch (section.kind()) {
            case TEXT, TEXT_COLD, EH_FRAME -> 1;
            case RODATA, METADATA, DATA_REL_RO, DATA, BSS ->
                    1 + Math.toIntExact(Math.max(0, section.size() - 1) / LABEL_DISTANCE);
            case COMPACT_UNWIND, DEBUG, NOTE -> 0;
        };
    }

    private boolean isLocal(int symbol) {
        return symbols.scope(symbol) == SymbolScope.LOCAL;
    }

    /** Sections have labels instead, and files are not named here. */
    private boolean isListed(int symbol) {
        return switch (symbols.kind(symbol)) {
            case SECTION, FILE -> false;
            case NONE, FUNCTION, OBJECT -> true;
        };
    }

    /** The number of the symbol, or label, that a reference to {@code symbol + addend} is counted from. */
    int number(int symbol, long addend) {
        if (symbols.kind(symbol) != SymbolKind.SECTION) {
            return numbers[symbol];
        }
        int section = symbols.sectionIndex(symbol);
        return firstLabels[section] + (int) labelAt(section, addend);
    }

    /** What is left of {@code addend} when it is counted from {@link #number(int, long)}. */
    long rest(int symbol, long addend) {
        return symbols.kind(symbol) == SymbolKind.SECTION
                ? addend - LABEL_DISTANCE * labelAt(symbols.sectionIndex(symbol), addend)
                : addend;
    }

    private long labelAt(int section, long addend) {
        return Math.max(0, Math.min(labels(sections.get(section)) - 1, addend / LABEL_DISTANCE));
    }

    /** The number of the label at the beginning of the section. */
    int label(Section section) {
        return firstLabels[section.index()];
    }

    /** The address of a defined symbol. */
    long address(int symbol) {
        return layout.address(symbols.sectionIndex(symbol)) + symbols.value(symbol);
    }

    int count() {
        return count;
    }

    /** The number of the first symbol that is defined for others. */
    int firstDefined() {
        return firstDefined;
    }

    int firstUndefined() {
        return firstUndefined;
    }

    // ---- names ----

    private void nameSymbols() throws IOException {
        names = new int[count];
        strings.appendByte(0);
        int label = 0;
        while (label < labelCount) {
            nameLabel(label, label);
            label++;
        }
        for (int symbol = 0; symbol < numbers.length; symbol++) {
            if (!isListed(symbol)) {
                continue;
            }
            long from = symbols.nameOffset(symbol);
            long end = nameEnd(symbol);
            if (from == end) {
                nameLabel(numbers[symbol], label++);
            } else {
                names[numbers[symbol]] = checkedSize();
                strings.appendByte('_');
                strings.append(symbols.names(), from, end);
                strings.appendByte(0);
            }
        }
        strings.appendFill(-strings.size() & (Long.BYTES - 1), 0);
        checkedSize();
    }

    private void nameLabel(int number, int label) throws IOException {
        names[number] = checkedSize();
        byte[] name = LABEL.concat(Integer.toString(label)).getBytes(StandardCharsets.US_ASCII);
        strings.append(name, 0, name.length);
        strings.appendByte(0);
    }

    private int checkedSize() throws IOException {
        if (strings.size() > Integer.MAX_VALUE) {
            throw new IOException("names of more than 2 GiB in a Mach-O file");
        }
        return (int) strings.size();
    }

    /** Names lie in the order of the symbols, a NUL after each; sections have the empty one in front. */
    private long nameEnd(int symbol) {
        for (int next = symbol + 1; next < numbers.length; next++) {
            if (symbols.kind(next) != SymbolKind.SECTION) {
                return symbols.nameOffset(next) - 1L;
            }
        }
        return symbols.names().size() - 1;
    }

    ChunkedBytes strings() {
        return strings;
    }

    // ---- entries ----

    void writeTo(OutputFile output) throws IOException {
        for (Section section : sections) {
            int labels = labels(section);
            for (int i = 0; i < labels; i++) {
                int at = begin(output, firstLabels[section.index()] + i, Nlist.N_SECT);
                place(
                        output.window(),
                        at,
                        section.index(),
                        i * LABEL_DISTANCE,
                        i == 0 ? 0 : Nlist.N_ALT_ENTRY);
            }
        }
        writeNamed(output, labelCount, firstDefined);
        writeNamed(output, firstDefined, firstUndefined);
        writeNamed(output, firstUndefined, count);
    }

    /** Symbols with numbers in the range; the order of their numbers is theirs. */
    private void writeNamed(OutputFile output, int from, int end) throws IOException {
        for (int symbol = 0; symbol < numbers.length; symbol++) {
            if (isListed(symbol) && numbers[symbol] >= from && numbers[symbol] < end) {
                write(output, symbol);
            }
        }
    }

    private void write(OutputFile output, int symbol) throws IOException {
        SymbolScope scope = symbols.scope(symbol);
        int type = symbols.isDefined(symbol) ? Nlist.N_SECT : Nlist.N_UNDF;
        type |= scope == SymbolScope.LOCAL ? 0 : Nlist.N_EXT;
        type |= scope == SymbolScope.HIDDEN ? Nlist.N_PEXT : 0;
        int at = begin(output, numbers[symbol], type);
        boolean isWeak = scope == SymbolScope.WEAK;
        if (!symbols.isDefined(symbol)) {
            output.window().putShort(at + Nlist.DESC, (short) (isWeak ? Nlist.N_WEAK_REF : 0));
            return;
        }
        int description = isWeak ? Nlist.N_WEAK_DEF : 0;
        description |= symbols.value(symbol) == 0 ? 0 : Nlist.N_ALT_ENTRY;
        place(
                output.window(),
                at,
                symbols.sectionIndex(symbol),
                symbols.value(symbol),
                description);
    }

    private int begin(OutputFile output, int number, int type) throws IOException {
        int at = output.reserve(Nlist.SIZE);
        output.window().putInt(at + Nlist.STRX, names[number]);
        output.window().put(at + Nlist.TYPE, (byte) type);
        return at;
    }

    private void place(ByteBuffer window, int at, int section, long value, int description) {
        window.put(at + Nlist.SECT, (byte) layout.number(section));
        window.putShort(at + Nlist.DESC, (short) description);
        window.putLong(at + Nlist.VALUE, layout.address(section) + value);
    }
}
