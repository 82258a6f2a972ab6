package wasm2obj.frontend;

/**
 * The branch hints of a module (custom section {@code metadata.code.branch_hint}): which way an {@code if} or {@code
 * br_if} is expected to go. Like all custom sections, it is no part of the module's meaning: what is wrong in it is left
 * out, and {@link #problem} tells.
 */
public final class BranchHints {
    private static final String SECTION = "metadata.code.branch_hint";

    private final WasmModule module;
    private final int end;

    /** For each defined function the offset of its hints, 0 if it has none. */
    private final int[] starts;

    private WasmException problem;

    private BranchHints(WasmModule module, int end) {
        this.module = module;
        this.end = end;
        starts = new int[module.functionCount() - module.importedFunctionCount()];
    }

    /** The hints of the module; null if it has none. */
    public static BranchHints of(WasmModule module) {
        CustomSection section = module.customSection(SECTION);
        if (section == null) {
            return null;
        }
        BranchHints hints = new BranchHints(module, section.end());
        ByteReader reader = new ByteReader(module.bytes());
        reader.setRange(section.start(), section.end());
        try {
            hints.readSection(reader);
        } catch (WasmException e) {
            hints.problem = e;
        }
        return hints;
    }

    /** What is wrong with the section, or null. */
    public WasmException problem() {
        return problem;
    }

    private void readSection(ByteReader reader) {
        int functions = reader.count("functions with hints", Integer.MAX_VALUE, 2);
        int last = -1;
        for (int i = 0; i < functions; i++) {
            int at = reader.position();
            int function = reader.u32() - module.importedFunctionCount();
            if (function <= last || function >= starts.length) {
                throw new WasmException.Malformed(at, "unexpected function of branch hints");
            }
            last = function;
            int start = reader.position();
            readFunction(reader);
            starts[function] = start;
        }
        if (!reader.atEnd()) {
            throw new WasmException.Malformed(reader.position(), "section size mismatch");
        }
    }

    private static void readFunction(ByteReader reader) {
        int count = reader.count("hints", Integer.MAX_VALUE, 3);
        int last = -1;
        for (int i = 0; i < count; i++) {
            int at = reader.position();
            int offset = reader.u32();
            if (offset <= last || reader.u32() != 1 || reader.u8() > 1) {
                throw new WasmException.Malformed(at, "malformed branch hint");
            }
            last = offset;
        }
    }

    /** Reads one function's hints after the other, in the order of its instructions. */
    static final class Cursor {
        private final BranchHints hints;
        private final ByteReader reader;
        private int bodyStart;
        private int left;

        /** Offset of the next hinted instruction in the body. */
        private int next;

        /** Offset in the module of the first hint that was at no branch, or -1. */
        private int misplaced;

        /** {@code hints} may be null. */
        Cursor(BranchHints hints, byte[] bytes) {
            this.hints = hints;
            reader = new ByteReader(bytes);
        }

        /** Starts with a defined function's first instruction. */
        void start(WasmModule module, int function) {
            left = 0;
            next = Integer.MAX_VALUE;
            misplaced = -1;
            if (hints == null) {
                return;
            }
            int start = hints.starts[function - module.importedFunctionCount()];
            if (start != 0) {
                bodyStart = module.bodyStart(function);
                reader.setRange(start, hints.end);
                left = reader.u32();
                advance();
            }
        }

        private void advance() {
            next = left-- > 0 ? reader.u32() : Integer.MAX_VALUE;
        }

        /** Notes hints before an offset in the body: there was no branch. */
        private void passOver(int offset) {
            while (next < offset) {
                if (misplaced < 0) {
                    misplaced = bodyStart + next;
                }
                reader.skip(2);
                advance();
            }
        }

        /** Ends the function; gives the offset in the module of the first hint that was at no branch, or -1. */
        int finish() {
            passOver(Integer.MAX_VALUE);
            return misplaced;
        }

        /** The hint for the instruction at an offset in the module: -1 unlikely, 0 none, 1 likely to branch. */
        int hint(int at) {
            int offset = at - bodyStart;
            passOver(offset);
            if (next != offset) {
                return 0;
            }
            reader.u8();
            int hint = reader.u8() == 1 ? 1 : -1;
            advance();
            return hint;
        }
    }
}
