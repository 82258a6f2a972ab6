package wasm2obj.text;

/** Limits of memories and tables, with address types and page sizes. */
final class LimitsReader {
    private static final int HAS_MAXIMUM = 1;
    private static final int SHARED = 2;
    private static final int WIDE = 4;
    private static final int PAGE_SIZE = 8;

    /** Logarithm of the usual page size. */
    private static final int DEFAULT_PAGE = 16;

    private final Tokens tokens;
    private final Lexer lexer;

    LimitsReader(Tokens tokens) {
        this.tokens = tokens;
        this.lexer = tokens.lexer();
    }

    /** Reads an address type, which may be left out; whether it is {@code i64}. */
    boolean addressType() {
        if (tokens.takeKeyword(Words.I64)) {
            return true;
        }
        tokens.takeKeyword(Words.I32);
        return false;
    }

    /** Writes a table's limits. */
    void limits(boolean wide, ByteSink out) {
        long minimum = tokens.unsigned(64);
        if (lexer.kind() == Lexer.NUMBER) {
            write(0, wide, minimum, tokens.unsigned(64), out);
        } else {
            out.u8(wide ? WIDE : 0);
            out.u64(minimum);
        }
    }

    void memoryType(ByteSink out) {
        memoryType(addressType(), out);
    }

    void memoryType(boolean wide, ByteSink out) {
        long minimum = tokens.unsigned(64);
        boolean bounded = lexer.kind() == Lexer.NUMBER;
        long maximum = bounded ? tokens.unsigned(64) : 0;
        int flags = (wide ? WIDE : 0) | (bounded ? HAS_MAXIMUM : 0);
        flags |= tokens.takeKeyword(Words.SHARED) ? SHARED : 0;
        int page = pageSize();
        flags |= page == NO_PAGE_SIZE ? 0 : PAGE_SIZE;
        out.u8(flags);
        out.u64(minimum);
        if (bounded) {
            out.u64(maximum);
        }
        if (page != NO_PAGE_SIZE) {
            out.u32(page);
        }
    }

    static final int NO_PAGE_SIZE = -1;

    /** Reads {@code (pagesize N)} and returns the logarithm, or {@link #NO_PAGE_SIZE} if it is not there. */
    int pageSize() {
        if (!tokens.takeOpen(Words.PAGESIZE)) {
            return NO_PAGE_SIZE;
        }
        int at = lexer.start();
        long bytes = tokens.unsigned(64);
        if (Long.bitCount(bytes) != 1) {
            throw lexer.error(at, "invalid custom page size: not a power of two");
        }
        tokens.close();
        return Long.numberOfTrailingZeros(bytes);
    }

    /** Writes the type of a memory that is just large enough for some bytes. */
    void writeMemory(boolean wide, long bytes, int pageSize, ByteSink out) {
        int page = pageSize == NO_PAGE_SIZE ? DEFAULT_PAGE : pageSize;
        long pages = page > 62 ? Math.min(bytes, 1) : (bytes + (1L << page) - 1) >>> page;
        write(pageSize == NO_PAGE_SIZE ? 0 : PAGE_SIZE, wide, pages, pages, out);
        if (pageSize != NO_PAGE_SIZE) {
            out.u32(pageSize);
        }
    }

    /** Writes limits with a maximum. */
    static void write(int flags, boolean wide, long minimum, long maximum, ByteSink out) {
        out.u8(flags | HAS_MAXIMUM | (wide ? WIDE : 0));
        out.u64(minimum);
        out.u64(maximum);
    }
}
