package wasm2obj.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says of this machine's first processor. */
final class HostProcessor {
    private HostProcessor() {}

    /** The words of the first line of /proc/cpuinfo that begins so, with spaces before and after each. */
    static String words(String start) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
                if (line.startsWith(start)) {
                    return line + " ";
                }
            }
            return "";
        } catch (IOException e) {
            throw new InputException("wasm2obj: error: --cpu native: cannot read /proc/cpuinfo");
        }
    }
}
