package wasm2obj.text;

import java.nio.charset.StandardCharsets;

/**
 * Reads the text format: all of WebAssembly 3.0, threads, the older exceptions, custom page sizes, wide arithmetic, and
 * the annotations for names, custom sections and branch hints.
 *
 * <p>What comes out has the right form but need not be valid; a module's validation is somebody else's.
 */
public final class WatReader {
    private WatReader() {}

    /**
     * Translates a module from text in UTF-8 to the binary format.
     *
     * @throws WatException if the text is no module
     */
    public static WatModule read(byte[] text) {
        SourceText source = new SourceText(text);
        source.checkEncoding();
        ByteSink module = new ModuleReader(source).read();
        return new WatModule(module.toByteArray(), source, module.toMarks());
    }

    /** Translates a module from text to the binary format. */
    public static WatModule read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Whether bytes that are to be a module are text: the first that is not white space is a parenthesis or begins a
     * comment. The binary format begins with a zero byte.
     */
    public static boolean isText(byte[] bytes) {
        for (byte b : bytes) {
            if (b != ' ' && b != '\t' && b != '\n' && b != '\r') {
                return b == '(' || b == ';';
            }
        }
        return false;
    }
}
