package wasm2obj.isel.aarch64;

import wasm2obj.codegen.LoweringContext;
import wasm2obj.codegen.ValueMatcher;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;

/** What all selection rules share: registers for values, and matchers for what an instruction can take over. */
final class Matcher extends ValueMatcher {
    final WordBuilder code = new WordBuilder();

    /** Sums and constants. */
    final SharedValues shared = new SharedValues(code);

    @Override
    public void begin(LoweringContext newContext) {
        super.begin(newContext);
        code.begin(newContext);
        shared.begin(newContext);
    }

    @Override
    protected int constant(int value) {
        return function.type(value).isInteger()
                ? shared.constant(function.imm(value))
                : super.constant(value);
    }

    /** The upper half of an i32 counts for nothing in calls. */
    @Override
    public int argument(int value) {
        if (function.type(value) != Type.I32) {
            return reg(value);
        }
        int source = low32(value);
        return isConstant(source) ? context.reg(value) : context.halves().passed(source);
    }

    /** A register of the width, which is the zero register for a constant 0. */
    int regOrZero(int value, int width) {
        return isConstant(value, 0) ? WordBuilder.ZERO : reg(value, width);
    }

    /** The bits of an integer constant, sign-extended from its width. */
    long signed(int value) {
        long bits = function.imm(value);
        return function.type(value) == Type.I32 ? (int) bits : bits;
    }

    /** The field sf of an integer's or reference's instructions: 0 for 32 bits, 1 for 64. */
    int sf(int value) {
        return width(value) - 2;
    }

    /** Whether the value is the opcode's, with a constant second operand, and may be taken over. */
    boolean isSinkableWithConstant(int value, Opcode opcode) {
        return function.opcode(value) == opcode
                && isConstant(function.b(value))
                && context.canSink(value);
    }

    /** Whether the value is the opcode's and may be taken over. */
    boolean isSinkable(int value, Opcode opcode) {
        return function.opcode(value) == opcode && context.canSink(value);
    }

    /** The i32 behind extensions without a sign. */
    int behindExtensions(int value) {
        return unextended(value);
    }

    /** A reference is its word, zero-extended: what reads half a register needs no copy of it. */
    @Override
    public int low32(int value) {
        int source = super.low32(value);
        return switch (function.opcode(source)) {
            case REF_OFFSET, REF_TO_WORD -> function.a(source);
            default -> source;
        };
    }

    /** Whether the extensions that {@link #behindExtensions} looked through have no other use. */
    boolean hasOneUse() {
        return isSole();
    }

    /** The count of a shift by a constant. */
    int shiftCount(int shift) {
        return (int) function.imm(function.b(shift)) & 8 * function.type(shift).bytes() - 1;
    }
}
