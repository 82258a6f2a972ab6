package wasm2obj.isel.aarch64.instruction;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes words and what assemblers call them, from the families of instructions; and names of operands.
 *
 * <p>A family goes through the cross product of its operands. Registers are {@link #REGISTERS}, which have every bit of a field in
 * every value; immediates their edges.
 */
abstract class Encodings {
    /** The ends, and both alternations of bits. */
    static final int[] REGISTERS = {0, 10, 21, 30, 31};

    private static final String[] SHIFTS = {"lsl", "lsr", "asr", "ror"};
    private static final String[] EXTENSIONS = {
        "uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx"
    };

    /** Constants that families have used, as {@code class.NAME}. */
    private final Set<String> used = new TreeSet<>();

    /** One operation of a group: the constant and the mnemonic. */
    record Operation(int op, String name) {}

    /** One word, and the text that shall assemble to it. */
    abstract void add(int word, String text);

    /** Goes through all families. */
    final void addAll() {
        new IntegerEncodings(this).addAll();
        new BranchEncodings(this).addAll();
        new MemoryEncodings(this).addAll();
        new AtomicEncodings(this).addAll();
        new FloatEncodings(this).addAll();
        new VectorEncodings(this).addAll();
    }

    // ---- operations ----

    /** The constants of the names, separated by spaces; mnemonics are the names up to an underscore. */
    final List<Operation> operations(Class<?> group, String names) {
        List<Operation> operations = new ArrayList<>();
        for (String name : names.split(" ", -1)) {
            int end = name.indexOf('_');
            String mnemonic = end < 0 ? name : name.substring(0, end);
            operations.add(new Operation(value(group, name), mnemonic.toLowerCase(Locale.ROOT)));
        }
        return operations;
    }

    /** The constant of the name. */
    final int value(Class<?> group, String name) {
        try {
            used.add(group.getSimpleName() + "." + name);
            return group.getField(name).getInt(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    /** Constants of the groups that no family has used. */
    final Set<String> unused() {
        Set<String> unused = new TreeSet<>();
        Class<?>[] groups = {
            A64Integer.class,
            A64Branches.class,
            A64Memory.class,
            A64Atomics.class,
            A64Float.class,
            A64Vector.class
        };
        for (Class<?> group : groups) {
            for (var field : group.getFields()) {
                if (Modifier.isStatic(field.getModifiers())) {
                    unused.add(group.getSimpleName() + "." + field.getName());
                }
            }
        }
        unused.removeAll(used);
        return unused;
    }

    // ---- operands ----

    /** {@code w} or {@code x}; 31 is the zero register. */
    static String r(int sf, int number) {
        return (sf == 0 ? "w" : "x") + (number == 31 ? "zr" : String.valueOf(number));
    }

    /** The same where 31 is the stack pointer. */
    static String rsp(int sf, int number) {
        return number == 31 ? sf == 0 ? "wsp" : "sp" : r(sf, number);
    }

    static String x(int number) {
        return r(1, number);
    }

    static String xsp(int number) {
        return rsp(1, number);
    }

    /** A float register of 2 to the {@code size} bytes. */
    static String f(int size, int number) {
        return "bhsdq".charAt(size) + String.valueOf(number);
    }

    /** A vector register in an arrangement. */
    static String v(int number, int arrangement) {
        return "v"
                + number
                + "."
                + (8 << (arrangement & 1)) / (1 << (arrangement >> 1))
                + "bhsd".charAt(arrangement >> 1);
    }

    /** A lane. */
    static String lane(int number, int size, int index) {
        return "v" + number + "." + "bhsd".charAt(size) + "[" + index + "]";
    }

    static String shift(int shift) {
        return SHIFTS[shift];
    }

    static String extension(int option) {
        return EXTENSIONS[option];
    }

    /** The text of an immediate. */
    static String hash(long value) {
        return ", #" + value;
    }

    static String list(String mnemonic, String... operands) {
        return mnemonic + " " + String.join(", ", operands);
    }
}
