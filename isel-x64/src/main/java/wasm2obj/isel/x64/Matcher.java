package wasm2obj.isel.x64;

import wasm2obj.codegen.ContextLayout;
import wasm2obj.codegen.LoweringContext;
import wasm2obj.codegen.VCode;
import wasm2obj.codegen.ValueMatcher;
import wasm2obj.ir.AliasSet;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.isel.x64.instruction.X64;

/**
 * What all selection rules share: registers for values, and matchers for what an instruction can take over.
 *
 * <p><b>Memory operands.</b> {@link #foldMemory} and {@link #address} leave their result in the builder's address; the next
 * instruction with a memory operand uses it.
 */
final class Matcher extends ValueMatcher {
    final VCodeBuilder code = new VCodeBuilder();

    @Override
    public void begin(LoweringContext newContext) {
        super.begin(newContext);
        code.begin(newContext);
    }

    // ---- constants ----

    /** Whether the value is a constant that fits an instruction's 32 bits, which it sign-extends. */
    boolean isImmediate(int value, int width) {
        return isConstant(value) && (width == 2 || X64.fitsImm32(function.imm(value)));
    }

    int immediate(int value) {
        return (int) function.imm(value);
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
                if (module.memories()[entity].isByAddress()) {
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
            case TYPE_IDENTITY -> field(layout.type(entity));
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
        address(access, function.b(access), function.a(access));
    }

    /** The same with the operands given. */
    void address(int access, int base, int addressIndex) {
        long displacement = function.imm(access);
        int index = addressIndex;
        boolean indexed = true;
        int scale = 0;
        if (isConstant(index)
                && X64.fitsImm32(displacement + function.imm(index))
                && (function.imm(index) == 0 || displacement + function.imm(index) >= 0)) {
            displacement += function.imm(index);
            indexed = false;
        } else {
            index = unextended(index);
            if (isSole() && isFoldedSum(index, displacement)) {
                context.sink(index);
                displacement += function.imm(function.b(index));
                index = unextended(function.a(index));
            }
            scale = isSole() ? scaleOf(index, 3) : 0;
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
        int set = function.aux(access);
        if (AliasSet.isMemory(set)) {
            code.address.setFault(VCode.FAULTS, function.source(access));
        } else if (AliasSet.isNullable(set)) {
            code.address.setFault(AliasSet.trapOnNull(set).code(), function.source(access));
        }
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
}
