package wasm2obj.codegen;

import wasm2obj.ir.Function;
import wasm2obj.ir.Module;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;

/**
 * What selection rules of all ISAs share: registers for values, and what is known of values.
 *
 * <p><b>Widths.</b> A width is log2 of a number of bytes. An i32 in a register has a zero upper half, so extending one without a
 * sign is no work, and what reads 32 bits only may read an i64 in place of the i32 that was cut from it.
 */
public class ValueMatcher {
    private static final int MAX_DEPTH = 4;

    /** Whether all extensions that {@link #unextended} looked through have one use, so that what is behind them can be sunk. */
    private boolean isSole;

    public LoweringContext context;
    public Function function;
    public Module module;
    public ContextLayout layout;

    /** A new function begins. */
    public void begin(LoweringContext newContext) {
        context = newContext;
        function = newContext.function();
        module = newContext.module();
        layout = newContext.layout();
    }

    // ---- registers ----

    /** The register that holds the value. */
    public final int reg(int value) {
        int source = value;
        while (function.opcode(source) == Opcode.EXTEND_U) {
            source = function.a(source);
        }
        return context.reg(source);
    }

    /** A register whose lower half is the value's; the upper half may be anything. */
    public final int reg32(int value) {
        int source = low32(value);
        return isConstant(source) ? constant(source) : context.halves().lowHalf(source);
    }

    /** A register for an argument or a result. */
    public int argument(int value) {
        return reg(value);
    }

    /** A register with a constant. */
    protected int constant(int value) {
        return context.reg(value);
    }

    /** A register for an operand of an instruction of the width. */
    public final int reg(int value, int width) {
        return width == 3 ? reg(value) : reg32(value);
    }

    /** The value itself, or one with the same lower half. */
    public int low32(int value) {
        int source = value;
        while (true) {
            switch (function.opcode(source)) {
                case WRAP, EXTEND_U, EXTEND_S -> source = function.a(source);
                default -> {
                    return source;
                }
            }
        }
    }

    /** A new virtual register for integers. */
    public final int newInteger() {
        return context.newVreg(Type.I64);
    }

    /** 2 for 32 bits, 3 for 64. */
    public final int width(int value) {
        return width(function.type(value));
    }

    /** 2 for types of 32 bits, 3 for the others. */
    public static int width(Type type) {
        return type.bytes() == 4 ? 2 : 3;
    }

    // ---- constants ----

    public final boolean isConstant(int value) {
        return function.opcode(value) == Opcode.CONST;
    }

    public final boolean isConstant(int value, long bits) {
        return isConstant(value) && function.imm(value) == bits;
    }

    /** A bound on the number of significant bits of an unsigned i32 or i64. */
    public final int significantBits(int value) {
        return significantBits(value, 0);
    }

    private int significantBits(int value, int depth) {
        int a = function.a(value);
        int b = function.b(value);
        int all = 8 * function.type(value).bytes();
        if (depth == MAX_DEPTH) {
            return all;
        }
        return switch (function.opcode(value)) {
            case CONST -> 64 - Long.numberOfLeadingZeros(function.imm(value));
            case LOAD8_U -> 8;
            case LOAD16_U -> 16;
            case LOAD32_U -> 32;
            case EQZ, EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U -> 1;
            case FEQ, FNE, FLT, FGT, FLE, FGE -> 1;
            case EXTEND_U -> significantBits(a, depth + 1);
            case AND -> Math.min(significantBits(a, depth + 1), significantBits(b, depth + 1));
            case OR, XOR -> Math.max(significantBits(a, depth + 1), significantBits(b, depth + 1));
            case SHR_U ->
                    isConstant(b)
                            ? Math.max(
                                    0,
                                    significantBits(a, depth + 1)
                                            - (int) (function.imm(b) & (all - 1)))
                            : significantBits(a, depth + 1);
            default -> all;
        };
    }

    // ---- comparisons ----

    /** Whether the operation compares two integers or references. */
    public static boolean isIntegerComparison(Opcode opcode) {
        return switch (opcode) {
            case EQ, NE, LT_S, LT_U, GT_S, GT_U, LE_S, LE_U, GE_S, GE_U -> true;
            default -> false;
        };
    }

    /** Whether the operation compares two scalar floats. */
    public static boolean isFloatComparison(Opcode opcode) {
        return switch (opcode) {
            case FEQ, FNE, FLT, FGT, FLE, FGE -> true;
            default -> false;
        };
    }

    // ---- addresses ----

    /** The i32 behind extensions without a sign, which are no work. Notes in {@link #isSole} whether one of them has another use. */
    protected final int unextended(int value) {
        int source = value;
        isSole = true;
        while (function.opcode(source) == Opcode.EXTEND_U) {
            isSole &= context.useCount(source) == 1;
            source = function.a(source);
        }
        return source;
    }

    /** Whether what {@link #unextended} found last has no use but the one that asked, as far as extensions are concerned. */
    protected final boolean isSole() {
        return isSole;
    }

    /** 1 to {@code most} if the value is a left shift by that number which may be left to the address, else 0. */
    public final int scaleOf(int value, int most) {
        if (function.opcode(value) != Opcode.SHL || !isConstant(function.b(value))) {
            return 0;
        }
        long count = function.imm(function.b(value));
        if (count < 1 || count > most || !context.canSink(value)) {
            return 0;
        }
        boolean exact =
                function.type(value) == Type.I64
                        || significantBits(function.a(value)) + count <= 32;
        return exact ? (int) count : 0;
    }

    /** A count without a mask (ones of which are {@code mask} at least) that the shift applies anyway. */
    public final int unmasked(int count, int mask) {
        int source = count;
        while (function.opcode(source) == Opcode.AND
                && isConstant(function.b(source))
                && (function.imm(function.b(source)) & mask) == mask) {
            source = function.a(source);
        }
        return source;
    }
}
