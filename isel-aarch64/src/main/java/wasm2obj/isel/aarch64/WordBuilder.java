package wasm2obj.isel.aarch64;

import wasm2obj.codegen.LoweringContext;
import wasm2obj.codegen.MemoryLowering;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;

/**
 * Makes machine instructions of words whose registers are left 0. The methods are named by the fields that their registers go to, in
 * the order of the parameters; the first one is the result.
 *
 * <p>In place of a virtual register may stand {@link #ZERO} or {@link #CONTEXT}. All registers must have been asked for before a method
 * is called: asking for a constant makes an instruction.
 */
final class WordBuilder {
    /** The zero register; where a field means the stack pointer by 31, it must not be used. */
    static final int ZERO = -1;

    /** The context. */
    static final int CONTEXT = MemoryLowering.CONTEXT;

    private LoweringContext context;
    private int word;
    private int aux;
    private int count;

    void begin(LoweringContext newContext) {
        context = newContext;
    }

    // ---- operands, one by one ----

    /** Begins an instruction; {@link #define}, {@link #use} and {@link #emit} follow. */
    WordBuilder start(int newWord) {
        word = newWord;
        aux = 0;
        count = 0;
        return this;
    }

    private void field(int field) {
        aux |= field << Op.FIELD_BITS * count++;
    }

    /** A result. */
    WordBuilder define(int vreg, int field) {
        field(field);
        context.operand(Operand.definition(vreg, Operand.REGISTER, 0));
        return this;
    }

    /** A result in Rd that the instruction reads, too: there it finds {@code old}. Comes first. */
    WordBuilder modify(int vreg, int old) {
        return modify(vreg, old, Op.D);
    }

    /** The same in another field. */
    WordBuilder modify(int vreg, int old, int field) {
        field(field);
        context.operand(Operand.definition(vreg, Operand.REUSE, 1));
        field(Op.NO_FIELD);
        context.use(old);
        return this;
    }

    WordBuilder use(int vreg, int field) {
        if (vreg == ZERO) {
            word |= Op.inField(field, A64Registers.ZR);
        } else if (vreg == CONTEXT) {
            word |= Op.inField(field, A64Registers.CONTEXT);
        } else {
            field(field);
            context.use(vreg);
        }
        return this;
    }

    /** A use in a certain register, which the word names already. */
    WordBuilder useFixed(int vreg, int register) {
        field(Op.NO_FIELD);
        context.useFixed(vreg, register);
        return this;
    }

    void emit() {
        context.emit(Op.WORD, aux, Integer.toUnsignedLong(word));
    }

    /** For a word that depends on nothing. */
    void emitRematerializable() {
        context.emit(
                Op.WORD, aux, Integer.toUnsignedLong(word), AllocationInput.REMATERIALIZABLE, 0);
    }

    /** For an access of memory; {@code source} is the position to report if it faults. */
    void emitAccess(int fault, int source) {
        int consumer = context.source();
        if (fault != 0) {
            context.setSource(source);
        }
        context.emit(Op.WORD, aux | fault << Op.FAULT_SHIFT, Integer.toUnsignedLong(word));
        context.setSource(consumer);
    }

    // ---- whole instructions ----

    void dn(int newWord, int d, int n) {
        start(newWord).define(d, Op.D).use(n, Op.N).emit();
    }

    void dm(int newWord, int d, int m) {
        start(newWord).define(d, Op.D).use(m, Op.M).emit();
    }

    void dnm(int newWord, int d, int n, int m) {
        start(newWord).define(d, Op.D).use(n, Op.N).use(m, Op.M).emit();
    }

    void dnma(int newWord, int d, int n, int m, int a) {
        start(newWord).define(d, Op.D).use(n, Op.N).use(m, Op.M).use(a, Op.A).emit();
    }

    /** A result alone. */
    void d(int newWord, int d) {
        start(newWord).define(d, Op.D).emit();
    }

    /** No result but flags. */
    void n(int newWord, int n) {
        start(newWord).use(n, Op.N).emit();
    }

    /** No result but flags. */
    void nm(int newWord, int n, int m) {
        start(newWord).use(n, Op.N).use(m, Op.M).emit();
    }

    /** A result that replaces {@code old} in part. */
    void modifyN(int newWord, int d, int old, int n) {
        start(newWord).modify(d, old).use(n, Op.N).emit();
    }

    /** A result that replaces {@code old} in part. */
    void modifyNM(int newWord, int d, int old, int n, int m) {
        start(newWord).modify(d, old).use(n, Op.N).use(m, Op.M).emit();
    }

    /** A copy of a register, of the same class. */
    void move(int d, int source) {
        context.operand(Operand.definition(d, Operand.REGISTER, 0));
        context.use(source);
        context.emit(Op.WORD, 0, 0, AllocationInput.MOVE, 0);
    }

    /** A general register with a constant. */
    void constant(int d, long value) {
        context.operand(Operand.definition(d, Operand.REGISTER, 0));
        context.emit(Op.IMMEDIATE, 0, value, AllocationInput.REMATERIALIZABLE, 0);
    }

    /** A vector register with a constant from read-only data, of 4, 8 or 16 bytes. */
    void pooled(int d, int bytes, long low, long high) {
        int number = context.code().constants.add(low, high);
        context.operand(Operand.definition(d, Operand.REGISTER, 0));
        context.emit(Op.CONSTANT, bytes, number, AllocationInput.REMATERIALIZABLE, 0);
    }
}
