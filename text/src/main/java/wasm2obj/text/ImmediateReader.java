package wasm2obj.text;

/** What follows the names of instructions other than blocks: read from the text, written after the opcode. */
final class ImmediateReader {
    private static final int MEMORY_FLAG = 0x40;

    private final Tokens tokens;
    private final Lexer lexer;
    private final ModuleScope scope;
    private final TypeReader types;
    private final IndexSpace locals;
    private final Labels labels;
    private final ByteSink scratch = new ByteSink();
    private boolean usesDataCount;

    ImmediateReader(
            Tokens tokens, ModuleScope scope, TypeReader types, IndexSpace locals, Labels labels) {
        this.tokens = tokens;
        this.lexer = tokens.lexer();
        this.scope = scope;
        this.types = types;
        this.locals = locals;
        this.labels = labels;
    }

    /** Whether there was an instruction that takes a data segment since this was last asked. */
    boolean takeUsesDataCount() {
        boolean uses = usesDataCount;
        usesDataCount = false;
        return uses;
    }

    static void writeOpcode(int opcode, ByteSink out) {
        int prefix = opcode >>> Instructions.PREFIX_SHIFT;
        if (prefix == 0) {
            out.u8(opcode);
        } else {
            out.u8(prefix);
            out.u32(opcode & 0xfff);
        }
    }

    /** Reads the immediates of an instruction and writes all of it. The current token is the one after its name. */
    void write(int row, ByteSink out) {
        int opcode = Instructions.opcode(row);
        switch (Instructions.shape(row)) {
            case SELECT -> select(opcode, out);
            case CAST -> cast(opcode, out);
            default -> {
                writeOpcode(opcode, out);
                immediates(row, out);
            }
        }
    }

    private void immediates(int row, ByteSink out) {
        switch (Instructions.shape(row)) {
            case NONE -> {}
            case LABEL -> out.u32(label());
            case BR_TABLE -> branchTable(out);
            case FUNCTION -> out.u32(tokens.index(scope.functions));
            case TYPE -> out.u32(tokens.index(scope.types));
            case LOCAL -> out.u32(tokens.index(locals));
            case GLOBAL -> out.u32(tokens.index(scope.globals));
            case TAG -> out.u32(tokens.index(scope.tags));
            case TABLE -> out.u32(tokens.optionalIndex(scope.tables, 0));
            case TABLE_COPY -> copy(scope.tables, out);
            case TABLE_INIT -> init(scope.tables, scope.elements, out);
            case ELEMENT -> out.u32(tokens.index(scope.elements));
            case DATA -> out.u32(data());
            case MEMORY -> out.u32(tokens.optionalIndex(scope.memories, 0));
            case MEMORY_COPY -> copy(scope.memories, out);
            case MEMORY_INIT -> {
                usesDataCount = true;
                init(scope.memories, scope.datas, out);
            }
            case MEMORY_ACCESS -> {
                int memory = tokens.optionalIndex(scope.memories, 0);
                memoryArgument(memory, Instructions.alignment(row), out);
            }
            case MEMORY_LANE -> memoryLane(Instructions.alignment(row), out);
            case LANE -> out.u8(lane());
            case SHUFFLE -> shuffle(out);
            case CALL_INDIRECT -> callIndirect(out);
            case I32_CONST -> out.s32((int) tokens.integer(32));
            case I64_CONST -> out.s64(tokens.integer(64));
            case F32_CONST -> out.littleEndian(tokens.f32(), 4);
            case F64_CONST -> out.littleEndian(tokens.f64(), 8);
            case V128_CONST -> vector(out);
            case HEAP_TYPE -> types.heapType(out);
            case FIELD -> field(out);
            case TYPE_COUNT -> {
                out.u32(tokens.index(scope.types));
                out.u32((int) tokens.unsigned(32));
            }
            case TYPE_DATA -> {
                out.u32(tokens.index(scope.types));
                out.u32(data());
            }
            case TYPE_ELEMENT -> {
                out.u32(tokens.index(scope.types));
                out.u32(tokens.index(scope.elements));
            }
            case TYPE_TYPE -> {
                out.u32(tokens.index(scope.types));
                out.u32(tokens.index(scope.types));
            }
            case BR_ON_CAST -> branchOnCast(out);
            case FENCE -> out.u8(0);
            default -> throw new AssertionError(Instructions.name(row));
        }
    }

    // ---- control ----

    /** A label's index, by number or by identifier. */
    int label() {
        if (lexer.kind() != Lexer.IDENTIFIER) {
            if (lexer.kind() != Lexer.NUMBER) {
                throw lexer.unexpected("a label");
            }
            return (int) tokens.unsigned(32);
        }
        int at = lexer.start();
        int symbol = tokens.identifier();
        int label = labels.lookup(symbol);
        if (label < 0) {
            throw lexer.error(at, "unknown label $" + tokens.symbols().text(symbol));
        }
        return label;
    }

    /** The last label is the default; the vector has the others. */
    private void branchTable(ByteSink out) {
        scratch.clear();
        int count = -1;
        int last = 0;
        while (count < 0 || tokens.isIndex()) {
            if (count >= 0) {
                scratch.u32(last);
            }
            last = label();
            count++;
        }
        out.u32(count);
        out.append(scratch);
        out.u32(last);
    }

    private void callIndirect(ByteSink out) {
        int table = tokens.optionalIndex(scope.tables, 0);
        out.u32(types.typeUse(null));
        out.u32(table);
    }

    private void select(int opcode, ByteSink out) {
        if (lexer.isOpen(Words.RESULT)) {
            out.u8(Instructions.SELECT_TYPED);
            types.resultVector(out);
        } else {
            out.u8(opcode);
        }
    }

    // ---- references ----

    /** Two opcodes share a name: for types without null, and the next one with. */
    private void cast(int opcode, ByteSink out) {
        scratch.clear();
        boolean nullable = types.nullableHeapType(scratch);
        writeOpcode(nullable ? opcode + 1 : opcode, out);
        out.append(scratch);
    }

    private void branchOnCast(ByteSink out) {
        int label = label();
        scratch.clear();
        int flags = types.nullableHeapType(scratch) ? 1 : 0;
        flags |= types.nullableHeapType(scratch) ? 2 : 0;
        out.u8(flags);
        out.u32(label);
        out.append(scratch);
    }

    private void field(ByteSink out) {
        int type = tokens.index(scope.types);
        out.u32(type);
        if (lexer.kind() != Lexer.IDENTIFIER) {
            out.u32((int) tokens.unsigned(32));
            return;
        }
        int at = lexer.start();
        int symbol = tokens.identifier();
        int field = scope.field(type, symbol);
        if (field < 0) {
            throw lexer.error(at, "unknown field $" + tokens.symbols().text(symbol));
        }
        out.u32(field);
    }

    // ---- tables, memories and segments ----

    /** Destination and source, or neither. */
    private void copy(IndexSpace space, ByteSink out) {
        boolean named = tokens.isIndex();
        out.u32(named ? tokens.index(space) : 0);
        out.u32(named ? tokens.index(space) : 0);
    }

    /** A segment, before it a table or memory that may be left out; the binary format has them the other way round. */
    private void init(IndexSpace space, IndexSpace segments, ByteSink out) {
        int at = lexer.start();
        // Which space the first index is of depends on whether there is a second one.
        lexer.next();
        boolean two = tokens.isIndex();
        lexer.restart(at);
        int target = two ? tokens.index(space) : 0;
        out.u32(tokens.index(segments));
        out.u32(target);
    }

    private int data() {
        usesDataCount = true;
        return tokens.index(scope.datas);
    }

    private void memoryArgument(int memory, int natural, ByteSink out) {
        long offset = 0;
        int alignment = natural;
        if (hasPrefix("offset=")) {
            offset = attribute("offset=".length());
        }
        if (hasPrefix("align=")) {
            int at = lexer.start();
            long bytes = attribute("align=".length());
            if (Long.bitCount(bytes) != 1) {
                throw lexer.error(at, "alignment must be a power of two");
            }
            alignment = Long.numberOfTrailingZeros(bytes);
        }
        if (memory == 0) {
            out.u32(alignment);
        } else {
            out.u32(alignment | MEMORY_FLAG);
            out.u32(memory);
        }
        out.u64(offset);
    }

    private boolean hasPrefix(String prefix) {
        if (lexer.kind() != Lexer.KEYWORD || lexer.end() - lexer.start() < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (lexer.text()[lexer.start() + i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The number in a keyword such as {@code offset=8}. */
    private long attribute(int prefix) {
        Numbers numbers = tokens.numbers();
        long value = numbers.unsigned(lexer.start() + prefix, lexer.end(), 64);
        if (numbers.problem() != null) {
            throw lexer.error(numbers.problem() + " " + lexer.spelling());
        }
        lexer.next();
        return value;
    }

    /** A number may be the memory or, if it is the only one, the lane. */
    private void memoryLane(int natural, ByteSink out) {
        int memory = 0;
        if (tokens.isIndex()) {
            int at = lexer.start();
            boolean named = lexer.kind() == Lexer.IDENTIFIER;
            lexer.next();
            boolean lane = !named && lexer.kind() != Lexer.NUMBER && !isAttribute();
            lexer.restart(at);
            memory = lane ? 0 : tokens.index(scope.memories);
        }
        memoryArgument(memory, natural, out);
        out.u8(lane());
    }

    private boolean isAttribute() {
        return hasPrefix("offset=") || hasPrefix("align=");
    }

    // ---- vectors ----

    private int lane() {
        return (int) tokens.unsigned(8);
    }

    private void shuffle(ByteSink out) {
        for (int i = 0; i < 16; i++) {
            if (lexer.kind() != Lexer.NUMBER) {
                throw lexer.error("invalid lane length: expected 16 lanes, found " + i);
            }
            out.u8(lane());
        }
        if (lexer.kind() == Lexer.NUMBER) {
            throw lexer.error("invalid lane length: expected 16 lanes, found more");
        }
    }

    private void vector(ByteSink out) {
        int shape = lexer.kind() == Lexer.KEYWORD ? lexer.word() : Words.UNKNOWN;
        int lanes =
                switch (shape) {
                    case Words.I8X16 -> 16;
                    case Words.I16X8 -> 8;
                    case Words.I32X4, Words.F32X4 -> 4;
                    case Words.I64X2, Words.F64X2 -> 2;
                    default -> throw lexer.unexpected("a shape such as i32x4");
                };
        lexer.next();
        int bits = 128 / lanes;
        for (int i = 0; i < lanes; i++) {
            if (lexer.kind() != Lexer.NUMBER) {
                throw lexer.error("wrong number of lane literals: expected " + lanes);
            }
            switch (shape) {
                case Words.F32X4 -> out.littleEndian(tokens.f32(), 4);
                case Words.F64X2 -> out.littleEndian(tokens.f64(), 8);
                default -> out.littleEndian(tokens.integer(bits), bits / 8);
            }
        }
        if (lexer.kind() == Lexer.NUMBER) {
            throw lexer.error("wrong number of lane literals: expected " + lanes);
        }
    }
}
