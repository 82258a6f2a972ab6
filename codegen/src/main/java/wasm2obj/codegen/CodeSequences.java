package wasm2obj.codegen;

/**
 * Code of instructions of one theme that are more than one of the hardware's, for one ISA: what all of them look at.
 *
 * @param <A> the ISA's assembler
 */
public abstract class CodeSequences<A> {
    protected final A assembler;
    protected Emission emission;
    protected VCode code;

    /** Sequences that are made by the assembler. */
    protected CodeSequences(A assembler) {
        this.assembler = assembler;
    }

    /** A new function begins, for which the assembler is ready. */
    public void begin(Emission newEmission) {
        emission = newEmission;
        code = emission.code();
    }

    /** The offset of what is emitted next. */
    protected final int offset() {
        return emission.buffer.size;
    }
}
