package wasm2obj.driver;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import wasm2obj.frontend.WasmModule;

/**
 * The C names of a module's exports and imports, without the prefix: distinct, and the same at each compilation. docs/abi.md
 * has the rules.
 */
final class PublicNames {
    /** What the header defines itself. */
    private static final String[] OWN_NAMES = {
        "module", "instance", "imports", "instantiate", "free", "use_wasi"
    };

    private final String[] exports;
    private final String[] imports;

    private PublicNames(String[] exports, String[] imports) {
        this.exports = exports;
        this.imports = imports;
    }

    /** The names of the module's exports and imports. */
    static PublicNames of(WasmModule module) {
        Map<String, Integer> taken = new HashMap<>();
        for (String name : OWN_NAMES) {
            taken.put(name, 1);
        }
        String[] exports = new String[module.exports().size()];
        for (int i = 0; i < exports.length; i++) {
            exports[i] = unique(identifier(module.exports().get(i).name()), taken);
        }
        Map<String, Integer> members = new HashMap<>();
        String[] imports = new String[module.imports().size()];
        for (int i = 0; i < imports.length; i++) {
            var item = module.imports().get(i);
            imports[i] = unique(identifier(item.module()) + "_" + identifier(item.name()), members);
        }
        return new PublicNames(exports, imports);
    }

    /** The name of export number {@code index}. */
    String export(int index) {
        return exports[index];
    }

    /** The name of import number {@code index}. */
    String member(int index) {
        return imports[index];
    }

    private static String identifier(String name) {
        if (name.isEmpty()) {
            return "_x";
        }
        StringBuilder text = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if ((c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '_') {
                text.append(c);
            } else {
                text.append("_x")
                        .append(
                                Integer.toHexString(0x100 | c)
                                        .substring(1)
                                        .toUpperCase(Locale.ROOT));
            }
        }
        return text.toString();
    }

    /** The name, with a number behind it if it is taken. Remembers the last number, so many equal names are no problem. */
    private static String unique(String name, Map<String, Integer> taken) {
        String candidate = name;
        while (taken.containsKey(candidate)) {
            int number = taken.merge(name, 1, Integer::sum);
            candidate = name + "_" + number;
        }
        taken.put(candidate, 1);
        return candidate;
    }
}
