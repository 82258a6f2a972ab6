package wasm2obj.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import wasm2obj.frontend.WasmException;
import wasm2obj.text.WatException;
import wasm2obj.text.WatModule;
import wasm2obj.text.WatReader;

/** A module that the command line names: a file or standard input, in the binary format or as text. */
final class InputModule {
    private final Path file;
    private final byte[] bytes;

    /** What the bytes come from, or null if they were read as they are. */
    private final WatModule text;

    private InputModule(Path file, byte[] bytes, WatModule text) {
        this.file = file;
        this.bytes = bytes;
        this.text = text;
    }

    /** Reads a module. Whether it is text is seen from its first character. */
    static InputModule read(Path file) throws IOException {
        byte[] contents = contents(file);
        if (!WatReader.isText(contents)) {
            return new InputModule(file, contents, null);
        }
        try {
            WatModule text = WatReader.read(contents);
            return new InputModule(file, text.bytes(), text);
        } catch (WatException e) {
            throw new InputException(name(file) + ":" + e.getMessage());
        }
    }

    private static byte[] contents(Path file) throws IOException {
        if (isStandardInput(file)) {
            return System.in.readAllBytes();
        }
        if (Files.isDirectory(file)) {
            throw new InputException("wasm2obj: error: " + file + ": is a directory");
        }
        return Files.readAllBytes(file);
    }

    static boolean isStandardInput(Path file) {
        return file.toString().equals("-");
    }

    private static String name(Path file) {
        return isStandardInput(file) ? "<stdin>" : file.toString();
    }

    /** The module in the binary format. */
    byte[] bytes() {
        return bytes;
    }

    /** An error in the module, with the file's name, and in a text with line and column. */
    InputException located(RuntimeException e) {
        if (e instanceof WasmException problem && text != null) {
            String position = text.line(problem.offset()) + ":" + text.column(problem.offset());
            return new InputException(
                    name(file) + ":" + position + ": error: " + problem.detailInFunction());
        }
        String separator = e instanceof LinkException ? ": error: " : ":";
        return new InputException(name(file) + separator + e.getMessage());
    }
}
