package wasm2obj.text;

/**
 * Prints a module of the binary format as text, which {@link WatReader} reads back as an equal one.
 *
 * <p>Equal means: the same bytes, but for what the text cannot say. Integers have their shortest form, and so do the sizes
 * that count them; a type that can be written in several ways has the shortest; locals of a type that stand together are one
 * group; there are no empty sections; the count of data segments is there if and only if a function needs it; the name
 * section stands behind all known sections, and names what is there.
 */
public final class WatPrinter {
    private WatPrinter() {}

    /**
     * The module as text in UTF-8. The name section's names become identifiers, other custom sections annotations.
     *
     * @throws WatException if the bytes are no module
     */
    public static byte[] print(byte[] module) {
        ByteSink out = new ByteSink();
        if (!new ModulePrinter(module, out, true).print()) {
            // A hint belongs to no branch: only the section as a whole can say that.
            out.clear();
            new ModulePrinter(module, out, false).print();
        }
        return out.toByteArray();
    }
}
