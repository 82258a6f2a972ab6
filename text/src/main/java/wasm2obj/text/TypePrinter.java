package wasm2obj.text;

import java.util.Arrays;

/** Prints types and uses of types; knows the signatures of the module's function types. */
final class TypePrinter {
    private static final int REF = 0x64;
    private static final int REF_NULL = 0x63;

    // A use of a type does not spell out so many parameters again, to keep the text linear in the
    // module; parameters with
    // names do not count up to a number that is more than anybody accepts.
    private static final int MOST_UNNAMED = 200;
    private static final int MOST = 1_000;

    private final BinaryReader in;
    private final TextSink out;
    private final ModuleNames names;
    private final Identifiers types;

    /** For each type where its parameters are in the module, or 0 if it is no function type. */
    private int[] signatures = new int[16];

    private int count;

    TypePrinter(BinaryReader in, TextSink out, ModuleNames names) {
        this.in = in;
        this.out = out;
        this.names = names;
        this.types = names.space(ModuleNames.TYPES);
    }

    /** The identifiers of types. */
    Identifiers identifiers() {
        return types;
    }

    // ---- value types ----

    private static String abstractType(int code) {
        return switch (code) {
            case 0x70 -> "func";
            case 0x6f -> "extern";
            case 0x6e -> "any";
            case 0x6d -> "eq";
            case 0x6c -> "i31";
            case 0x6b -> "struct";
            case 0x6a -> "array";
            case 0x69 -> "exn";
            case 0x71 -> "none";
            case 0x72 -> "noextern";
            case 0x73 -> "nofunc";
            case 0x74 -> "noexn";
            default -> null;
        };
    }

    private static String shortType(int code) {
        return switch (code) {
            case 0x7f -> "i32";
            case 0x7e -> "i64";
            case 0x7d -> "f32";
            case 0x7c -> "f64";
            case 0x7b -> "v128";
            case 0x70 -> "funcref";
            case 0x6f -> "externref";
            case 0x6e -> "anyref";
            case 0x6d -> "eqref";
            case 0x6c -> "i31ref";
            case 0x6b -> "structref";
            case 0x6a -> "arrayref";
            case 0x69 -> "exnref";
            case 0x71 -> "nullref";
            case 0x72 -> "nullexternref";
            case 0x73 -> "nullfuncref";
            case 0x74 -> "nullexnref";
            default -> null;
        };
    }

    /** Whether a byte begins a value type. */
    static boolean isValueType(int code) {
        return code == REF || code == REF_NULL || code >= 0 && shortType(code) != null;
    }

    /** Prints the value type that is next. */
    void valueType() {
        int at = in.position();
        int code = in.u8();
        if (code == REF || code == REF_NULL) {
            referenceTo(code == REF_NULL);
            return;
        }
        String name = shortType(code);
        if (name == null) {
            throw BinaryReader.error(at, "malformed value type");
        }
        out.text(name);
    }

    void heapType() {
        int at = in.position();
        int first = in.peek();
        if (first >= 0x40 && first < 0x80) {
            String name = abstractType(in.u8());
            if (name == null) {
                throw BinaryReader.error(at, "malformed heap type");
            }
            out.text(name);
            return;
        }
        long index = in.signed(33);
        if (index < 0) {
            throw BinaryReader.error(at, "malformed heap type");
        }
        types.use((int) index, out);
    }

    /** Prints a heap type as a reference type. */
    void referenceTo(boolean nullable) {
        int first = in.peek();
        if (nullable && first >= 0x40 && first < 0x80 && abstractType(first) != null) {
            out.text(shortType(in.u8()));
            return;
        }
        out.text(nullable ? "(ref null " : "(ref ");
        heapType();
        out.text(")");
    }

    // ---- uses of function types ----

    private boolean isFunction(int type) {
        return type >= 0 && type < count && signatures[type] != 0;
    }

    /** The number of a type's parameters; 0 if it is no function type. */
    int parameterCount(int type) {
        if (!isFunction(type)) {
            return 0;
        }
        int back = in.position();
        in.seek(signatures[type]);
        int parameters = in.u32();
        in.seek(back);
        return parameters;
    }

    /** Prints {@code (type ...)} and what the type is; parameters with the names given, which may be null. */
    void use(int type, Identifiers parameterNames) {
        out.text(" (type ");
        types.use(type, out);
        out.text(")");
        boolean named = parameterNames != null && !parameterNames.isEmpty();
        boolean brief = parameterCount(type) > (named ? MOST : MOST_UNNAMED);
        if (isFunction(type) && !brief) {
            int back = in.position();
            int end = in.end();
            in.reset(signatures[type], in.bytes().length);
            signature(parameterNames);
            in.reset(back, end);
        }
    }

    /** Prints the parameters and results that are next. */
    private void signature(Identifiers parameterNames) {
        int parameters = in.u32();
        declarations(" (param", 0, parameters, parameterNames);
        int results = in.u32();
        declarations(" (result", 0, results, null);
    }

    /**
     * Prints types that are next, those without names together.
     *
     * @param opening what is before each
     * @param first the index of the first of them
     * @param names their names, or null
     */
    void declarations(String opening, int first, int amount, Identifiers names) {
        boolean open = false;
        for (int i = 0; i != amount; i++) {
            boolean named = names != null && names.isNamed(first + i);
            if (open && named) {
                out.text(")");
                open = false;
            }
            if (!open) {
                out.text(opening);
                open = true;
            }
            if (named) {
                names.define(first + i, out);
            }
            out.text(" ");
            valueType();
            if (named) {
                out.text(")");
                open = false;
            }
        }
        if (open) {
            out.text(")");
        }
    }

    void blockType() {
        int at = in.position();
        int first = in.peek();
        if (first == 0x40) {
            in.u8();
        } else if (isValueType(first)) {
            out.text(" (result ");
            valueType();
            out.text(")");
        } else {
            long type = in.signed(33);
            if (type < 0) {
                throw BinaryReader.error(at, "malformed block type");
            }
            use((int) type, null);
        }
    }

    // ---- definitions ----

    /** Prints the type section. */
    void section(int depth) {
        int entries = in.u32();
        for (int i = 0; i != entries; i++) {
            out.line(depth);
            if (in.peek() == 0x4e) {
                in.u8();
                out.text("(rec");
                int members = in.u32();
                for (int j = 0; j != members; j++) {
                    out.line(depth + 1);
                    definition();
                }
                out.text(")");
            } else {
                definition();
            }
        }
    }

    private void definition() {
        out.text("(type");
        types.define(count, out);
        out.text(" (;").number(count).text(";) ");
        int code = in.peek();
        boolean sub = code == 0x50 || code == 0x4f;
        if (sub) {
            in.u8();
            out.text(code == 0x4f ? "(sub final " : "(sub ");
            int supertypes = in.u32();
            for (int i = 0; i != supertypes; i++) {
                types.use(in.u32(), out);
                out.text(" ");
            }
        }
        composite();
        out.text(sub ? "))" : ")");
    }

    private void composite() {
        int at = in.position();
        int code = in.u8();
        addType(code == 0x60 ? in.position() : 0);
        switch (code) {
            case 0x60 -> {
                out.text("(func");
                signature(null);
            }
            case 0x5f -> struct();
            case 0x5e -> {
                out.text("(array ");
                fieldType();
            }
            default -> throw BinaryReader.error(at, "malformed type");
        }
        out.text(")");
    }

    private void addType(int signature) {
        if (count == signatures.length) {
            signatures = Arrays.copyOf(signatures, 2 * count);
        }
        signatures[count++] = signature;
    }

    private void struct() {
        Identifiers fields =
                new Identifiers(in.bytes(), names.nested(ModuleNames.FIELDS, count - 1));
        out.text("(struct");
        int amount = in.u32();
        for (int i = 0; i != amount; i++) {
            out.text(" (field");
            fields.define(i, out);
            out.text(" ");
            fieldType();
            out.text(")");
        }
    }

    private void fieldType() {
        int type = in.position();
        if (in.peek() == 0x78 || in.peek() == 0x77) {
            in.u8();
        } else {
            skipValueType();
        }
        boolean mutable = mutability();
        int after = in.position();
        in.seek(type);
        out.text(mutable ? "(mut " : "");
        switch (in.peek()) {
            case 0x78 -> out.text("i8");
            case 0x77 -> out.text("i16");
            default -> valueType();
        }
        out.text(mutable ? ")" : "");
        in.seek(after);
    }

    /** Steps over a value type. */
    void skipValueType() {
        int code = in.u8();
        if (code == REF || code == REF_NULL) {
            in.signed(33);
        }
    }

    private boolean mutability() {
        int flag = in.u8();
        if (flag > 1) {
            throw BinaryReader.error(in.position() - 1, "malformed mutability");
        }
        return flag == 1;
    }

    /** Prints a type that may be marked mutable, for globals. */
    void globalType() {
        if (!isValueType(in.peek())) {
            throw in.error("malformed value type");
        }
        fieldType();
    }
}
