package wasm2obj.codegen;

/** Machine code of our own making as text, an instruction at a time. Serves one thread. */
public interface Disassembler {
    /** No target: the instruction is no branch. */
    int NO_TARGET = -1;

    /** What a comment begins with. */
    default String comment() {
        return "#";
    }

    /** What an assembler must be told before it reads the text; may be empty. */
    String directive();

    /**
     * Looks at the instruction at an offset.
     *
     * @return the offset behind it
     */
    int decode(byte[] code, int at);

    /** The offset that the instruction branches to, or {@link #NO_TARGET}. */
    int target();

    /** Appends the instruction. The label, if not empty, stands for its target or for the address that it refers to. */
    void print(StringBuilder out, String label);
}
