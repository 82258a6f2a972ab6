package wasm2obj.isel.x64;

import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.LoweringContext;
import wasm2obj.ir.AliasSet;
import wasm2obj.ir.Function;
import wasm2obj.ir.Module;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.isel.x64.instruction.X64;

/**
 * What all selection rules share: registers for values, and matchers for what an instruction can take over.
 *
 * <p><b>Widths.</b> A width is log2 of a number of bytes. An i32 in a register has a zero upper half, so extending one without a
 * sign is no work, and what reads 32 bits only may read an i64 in place of the i32 that was cut from it.
 *
 * <p><b>Memory operands.</b> {@link #foldMemory} and {@link #address} leave their result in the builder's address; the next
 * instruction with a memory operand uses it.
 */
final class Matcher {
    private static final int MAX_DEPTH = 4;

    /** Whether all extensions that {@link #unextended} looked through have one use, so that what is behind them can be sunk. */
    private boolean isSole;

    LoweringContext context;
    Function function;
    Module module;
    ContextLayout layout;
    final VCodeBuilder code = new VCodeBuilder();

    void begin(LoweringContext newContext) {
        context = newContext;
        function = newContext.function();
        module = newContext.module();
        layout = newContext.layout();
        code.begin(newContext);
    }

    // ---- registers ----

    /** The register that holds the value. */
    int reg(int value) {
        int source = value;
        while (function.opcode(source) == Opcode.EXTEND_U) {
            source = function.a(source);
        }
        return context.reg(source);
    }

    /** A register whose lower half is the value's; the upper half may be anything. */
    int reg32(int value) {
        return context.reg(low32(value));
    }

    /** A register for an operand of an instruction of the width. */
    int reg(int value, int width) {
        return width == 3 ? reg(value) : reg32(value);
    }

    /** The value itself, or one with the same lower half. */
    private int low32(int value) {
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

    /** 2 for 32 bits, 3 for 64. */
    int width(int value) {
        return width(function.type(value));
    }

    static int width(Type type) {
        return type.bytes() == 4 ? 2 : 3;
    }

    // ---- constants ----

    boolean isConstant(int value) {
        return function.opcode(value) == Opcode.CONST;
    }

    boolean isConstant(int value, long bits) {
        return isConstant(value) && function.imm(value) == bits;
    }

    /** Whether the value is a constant that fits an instruction's 32 bits, which it sign-extends. */
    boolean isImmediate(int value, int width) {
        return isConstant(value) && (width == 2 || X64.fitsImm32(function.imm(value)));
    }

    int immediate(int value) {
        return (int) function.imm(value);
    }

    /** A bound on the number of significant bits of an unsigned i32 or i64. */
    int significantBits(int value) {
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

    // ---- memory operands ----

    /**
     * Makes the value, of which {@code bytes} bytes are read, the builder's memory operand, if the current instruction may take
     * over its load.
     */
    boolean foldMemory(int value, int bytes) {
        if (!context.canSink(value)) {
            return false;
        }
        Opcode opcode = function.opcode(value);
        if (bytes == 4 && opcode == Opcode.WRAP) {
            if (!foldMemory(function.a(value), 4)) {
                return false;
            }
            context.sink(value);
            return true;
        }
        int available = function.type(value).bytes();
        boolean isPart = bytes == 4 && available == 8 && function.type(value) == Type.I64;
        if (bytes != available && !isPart || !foldWhole(value, opcode)) {
            return false;
        }
        context.sink(value);
        return true;
    }

    /** The same for a float: constants but zero are memory operands, too. */
    boolean foldFloat(int value, int bytes) {
        if (!isConstant(value)) {
            return foldMemory(value, bytes);
        }
        if (function.imm(value) == 0) {
            return false;
        }
        code.address.set(Op.CONSTANT, context.code().constants.add(function.imm(value), 0));
        return true;
    }

    private boolean foldWhole(int value, Opcode opcode) {
        int entity = (int) function.imm(value);
        switch (opcode) {
            case LOAD -> address(value);
            case GLOBAL_GET -> {
                if (module.globals()[entity].imported()) {
                    return false;
                }
                field(layout.global(entity));
            }
            case MEMORY_BOUND -> {
                if (module.memories()[entity].imported()) {
                    return false;
                }
                field(layout.memory(entity) + ContextLayout.SIZE);
            }
            case TABLE_BOUND -> {
                if (module.tables()[entity].imported()) {
                    return false;
                }
                field(layout.table(entity) + ContextLayout.SIZE);
            }
            case SLOT_GET -> code.address.set(Op.FRAME_SLOT, entity);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Makes a narrow load, signed or not, the memory operand; the width of the access is for the caller to look at. */
    boolean foldNarrow(int value, Opcode signed, Opcode unsigned) {
        Opcode opcode = function.opcode(value);
        if (opcode != signed && opcode != unsigned || !context.canSink(value)) {
            return false;
        }
        address(value);
        context.sink(value);
        return true;
    }

    /** The memory operand is a field of the context. */
    void field(int offset) {
        code.address.set(Op.CONTEXT, offset);
    }

    /**
     * The memory operand of a load or store.
     *
     * <p>Sums and shifts of 64 bits wrap just as addresses do, so they fold wherever the displacement stays within 32 bits. Those of
     * 32 bits fold only where they provably lose no bit.
     */
    void address(int access) {
        int base = function.b(access);
        long displacement = function.imm(access);
        int index = function.a(access);
        boolean indexed = true;
        int scale = 0;
        if (isConstant(index)
                && X64.fitsImm32(displacement + function.imm(index))
                && displacement + function.imm(index) >= 0) {
            displacement += function.imm(index);
            indexed = false;
        } else {
            isSole = true;
            index = unextended(index);
            if (isSole && isFoldedSum(index, displacement)) {
                context.sink(index);
                displacement += function.imm(function.b(index));
                index = unextended(function.a(index));
            }
            scale = isSole ? scaleOf(index) : 0;
            if (scale != 0) {
                context.sink(index);
                index = unextended(function.a(index));
            }
        }
        int indexRegister = indexed ? context.reg(index) : -1;
        if (base == Function.NONE) {
            code.address.set(Op.CONTEXT, (int) displacement);
        } else {
            code.address.setBase(reg(base), (int) displacement);
        }
        if (indexed) {
            code.address.setIndex(indexRegister, scale);
        }
        if (AliasSet.isMemory(function.aux(access))) {
            code.address.setFault(Op.FAULTS, function.source(access));
        }
    }

    /** The i32 behind extensions without a sign, which are no work. Notes whether one of them has another use. */
    private int unextended(int value) {
        int source = value;
        while (function.opcode(source) == Opcode.EXTEND_U) {
            isSole &= context.useCount(source) == 1;
            source = function.a(source);
        }
        return source;
    }

    private boolean isFoldedSum(int value, long displacement) {
        if (function.opcode(value) != Opcode.ADD
                || function.type(value) != Type.I64
                || !isConstant(function.b(value))) {
            return false;
        }
        return X64.fitsImm32(function.imm(function.b(value)))
                && X64.fitsImm32(displacement + function.imm(function.b(value)))
                && context.canSink(value);
    }

    /** 1 to 3 if the value is a left shift by that number which may be left to the address, else 0. */
    int scaleOf(int value) {
        if (function.opcode(value) != Opcode.SHL || !isConstant(function.b(value))) {
            return 0;
        }
        long count = function.imm(function.b(value));
        if (count < 1 || count > 3 || !context.canSink(value)) {
            return 0;
        }
        boolean exact =
                function.type(value) == Type.I64
                        || significantBits(function.a(value)) + count <= 32;
        return exact ? (int) count : 0;
    }
}
