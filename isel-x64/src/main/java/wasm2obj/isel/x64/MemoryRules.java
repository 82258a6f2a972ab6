package wasm2obj.isel.x64;

import wasm2obj.codegen.MemoryLowering;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.isel.x64.instruction.X64;

/** Rules for loads and stores, the context's fields, and frame slots. */
final class MemoryRules extends MemoryLowering<Matcher> {
    private final VCodeBuilder code;
    private final boolean hasAvx;

    MemoryRules(Matcher match, int features) {
        super(match);
        hasAvx = Feature.has(features, Feature.AVX);
        code = match.code;
    }

    private int vex(int row) {
        return hasAvx ? X64.vexForm(row) : row;
    }

    // ---- loads ----

    /** The row that loads a value of the type. */
    int loadRow(Type type) {
        return switch (type) {
            case I32 -> X64.MOV_R32_RM32;
            case F32 -> vex(X64.MOVSS_XMM_M32);
            case F64 -> vex(X64.MOVSD_XMM_M64);
            case V128 -> vex(X64.MOVUPS);
            default -> X64.MOV_R64_RM64;
        };
    }

    /** The row that stores a value of the type. */
    int storeRow(Type type) {
        return switch (type) {
            case I32 -> X64.MOV_RM32_R32;
            case F32 -> vex(X64.MOVSS_M32_XMM);
            case F64 -> vex(X64.MOVSD_M64_XMM);
            case V128 -> vex(X64.MOVUPS_M128_XMM);
            default -> X64.MOV_RM64_R64;
        };
    }

    @Override
    protected void load(int i) {
        match.address(i);
        code.unaryMemory(narrowLoadRow(i), context.result(i));
    }

    private int narrowLoadRow(int i) {
        boolean isLong = function.type(i) == Type.I64;
        return switch (function.opcode(i)) {
            case LOAD8_S -> isLong ? X64.MOVSX_R64_RM8 : X64.MOVSX_R32_RM8;
            case LOAD8_U -> X64.MOVZX_R32_RM8;
            case LOAD16_S -> isLong ? X64.MOVSX_R64_RM16 : X64.MOVSX_R32_RM16;
            case LOAD16_U -> X64.MOVZX_R32_RM16;
            case LOAD32_S -> X64.MOVSXD_R64_RM32;
            case LOAD32_U -> X64.MOV_R32_RM32;
            default -> loadRow(function.type(i));
        };
    }

    // ---- stores ----

    @Override
    protected void store(int i) {
        int value = function.c(i);
        Type type = function.type(value);
        if (type == Type.F32 || type == Type.F64 || type == Type.V128) {
            storeVector(i, value, type);
        } else {
            storeInteger(i, value, storeWidth(i, type));
        }
    }

    private int storeWidth(int i, Type type) {
        return switch (function.opcode(i)) {
            case STORE8 -> 0;
            case STORE16 -> 1;
            case STORE32 -> 2;
            default -> Matcher.width(type);
        };
    }

    /** Constants are stored as integers, if 32 bits are enough to say them. */
    private void storeVector(int i, int value, Type type) {
        if (isStoredConstant(value, type)) {
            match.address(i);
            storeImmediate(Matcher.width(type), match.immediate(value));
        } else {
            int register = context.reg(value);
            match.address(i);
            code.toMemory(storeRow(type), register);
        }
    }

    private void storeInteger(int i, int value, int width) {
        if (match.isImmediate(value, Math.min(width, match.width(value)))) {
            match.address(i);
            storeImmediate(width, match.immediate(value));
        } else if (!modifyMemory(i, value, width)) {
            int register = width == 3 ? match.reg(value) : match.reg32(value);
            match.address(i);
            code.toMemory(integerStoreRow(width), register);
        }
    }

    private static int integerStoreRow(int width) {
        return switch (width) {
            case 0 -> X64.MOV_RM8_R8;
            case 1 -> X64.MOV_RM16_R16;
            case 2 -> X64.MOV_RM32_R32;
            default -> X64.MOV_RM64_R64;
        };
    }

    private void storeImmediate(int width, int immediate) {
        int row =
                switch (width) {
                    case 0 -> X64.MOV_RM8_IMM8;
                    case 1 -> X64.MOV_RM16_IMM16;
                    case 2 -> X64.MOV_RM32_IMM32;
                    default -> X64.MOV_RM64_IMM32;
                };
        code.toMemoryImmediate(row, narrowed(immediate, width));
    }

    /** What a row of the width takes as its immediate. */
    static int narrowed(int immediate, int width) {
        return switch (width) {
            case 0 -> (byte) immediate;
            case 1 -> (short) immediate;
            default -> immediate;
        };
    }

    /** {@code store a, (op (load a), x)}: op [memory], x. */
    private boolean modifyMemory(int i, int value, int width) {
        int family = memoryFamily(function.opcode(value));
        if (family < 0 || !context.canSink(value)) {
            return false;
        }
        int a = function.a(value);
        int b = function.b(value);
        if (function.opcode(value).isCommutative() && !isSameAddress(i, a, width)) {
            a = function.b(value);
            b = function.a(value);
        }
        if (!isSameAddress(i, a, width) || !context.canSink(a)) {
            return false;
        }
        context.sink(value);
        context.sink(a);
        boolean isImmediate = match.isImmediate(b, Math.min(width, match.width(b)));
        int register = isImmediate ? -1 : width == 3 ? match.reg(b) : match.reg32(b);
        match.address(i);
        if (isImmediate) {
            int immediate = narrowed(match.immediate(b), width);
            code.toMemoryImmediate(family + IntegerRules.IMMEDIATE + width, immediate);
        } else {
            code.toMemory(family + IntegerRules.TO_MEMORY + width, register);
        }
        return true;
    }

    private static int memoryFamily(Opcode opcode) {
        return switch (opcode) {
            case ADD -> IntegerRules.ADD;
            case SUB -> IntegerRules.SUB;
            case AND -> IntegerRules.AND;
            case OR -> IntegerRules.OR;
            case XOR -> IntegerRules.XOR;
            default -> -1;
        };
    }

    /** Whether {@code load} reads at least the bytes that the store writes, from the same address. */
    private boolean isSameAddress(int store, int load, int width) {
        return function.opcode(load).form() == Opcode.Form.LOAD
                && loadWidth(load) == width
                && function.a(load) == function.a(store)
                && function.b(load) == function.b(store)
                && function.imm(load) == function.imm(store);
    }

    private int loadWidth(int load) {
        return switch (function.opcode(load)) {
            case LOAD8_S, LOAD8_U -> 0;
            case LOAD16_S, LOAD16_U -> 1;
            case LOAD32_S, LOAD32_U -> 2;
            default -> match.width(load);
        };
    }

    // ---- fields of the context ----

    private void setPlace(int base, int offset) {
        if (base == CONTEXT) {
            match.field(offset);
        } else {
            code.address.setBase(base, offset);
        }
    }

    @Override
    protected void loadField(Type type, int vreg, int base, int offset) {
        setPlace(base, offset);
        code.unaryMemory(loadRow(type), vreg);
    }

    @Override
    protected void fieldAddress(int vreg, int base, int offset) {
        setPlace(base, offset);
        code.unaryMemory(X64.LEA_R64_M, vreg);
    }

    private boolean isStoredConstant(int value, Type type) {
        return match.isConstant(value) && match.isImmediate(value, Matcher.width(type));
    }

    @Override
    protected int storedRegister(int value, Type type) {
        return isStoredConstant(value, type) ? -1 : context.reg(value);
    }

    @Override
    protected void storeField(int value, Type type, int register, int base, int offset) {
        setPlace(base, offset);
        storePlain(value, type, register);
    }

    /** Stores a constant, or else the register, at the address that was set. */
    private void storePlain(int value, Type type, int register) {
        if (register < 0) {
            storeImmediate(Matcher.width(type), match.immediate(value));
        } else {
            code.toMemory(storeRow(type), register);
        }
    }

    // ---- objects ----

    @Override
    protected void referenceWord(int i) {
        code.unary(X64.MOV_R32_RM32, context.result(i), match.reg(function.a(i)));
    }

    /** {@code lea heap, [heap + reference]}. */
    @Override
    protected void referenceAddress(int i) {
        int reference = match.reg(function.a(i));
        code.address.setBase(match.reg(function.b(i)), 0);
        code.address.setIndex(reference, 0);
        code.unaryMemory(X64.LEA_R64_M, context.result(i));
    }

    // ---- frame slots ----

    @Override
    protected void loadSlot(Type type, int vreg, int slot) {
        code.address.set(Op.FRAME_SLOT, slot);
        code.unaryMemory(loadRow(type), vreg);
    }

    @Override
    protected void storeSlot(int value, Type type, int slot) {
        int register = storedRegister(value, type);
        code.address.set(Op.FRAME_SLOT, slot);
        storePlain(value, type, register);
    }
}
