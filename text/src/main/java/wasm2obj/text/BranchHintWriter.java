package wasm2obj.text;

/** Collects branch hints and writes their custom section (specification, appendix "Custom Sections"). */
final class BranchHintWriter {
    static final String NAME = "metadata.code.branch_hint";

    private final ByteSink section = new ByteSink();
    private int functionCount;
    private final ByteSink function = new ByteSink();
    private int hintCount;

    /** Adds a hint for the instruction at the offset from the start of the function's body. */
    void add(int offset, int hint) {
        function.u32(offset);
        function.u32(1);
        function.u8(hint);
        hintCount++;
    }

    /** Ends the function; what was added belongs to it. */
    void endFunction(int index) {
        if (hintCount > 0) {
            section.u32(index);
            section.u32(hintCount);
            section.append(function);
            functionCount++;
        }
        hintCount = 0;
        function.clear();
    }

    boolean isEmpty() {
        return functionCount == 0;
    }

    /** Writes the contents of the section. */
    void write(ByteSink out) {
        out.u32(functionCount);
        out.append(section);
    }
}
