package wasm2obj.isel.x64;

import wasm2obj.codegen.IntegerLowering;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;
import wasm2obj.isel.x64.instruction.Condition;
import wasm2obj.isel.x64.instruction.Feature;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.regalloc.Operand;

/**
 * Rules for integer arithmetic.
 *
 * <p>The table has the two-operand instructions in families of twelve rows: {@code r, r/m}, {@code r/m, r}, {@code r/m, imm}, each
 * for 8, 16, 32 and 64 bits. A family is named by its first row.
 */
final class IntegerRules extends IntegerLowering<Matcher> {
    /** Families. */
    static final int ADD = X64.ADD_R8_RM8;

    static final int OR = X64.OR_R8_RM8;
    static final int AND = X64.AND_R8_RM8;
    static final int SUB = X64.SUB_R8_RM8;
    static final int XOR = X64.XOR_R8_RM8;
    static final int CMP = X64.CMP_R8_RM8;

    /** Forms within a family. */
    static final int TO_REGISTER = 0;

    static final int TO_MEMORY = 4;
    static final int IMMEDIATE = 8;

    private final VCodeBuilder code;
    private final int features;

    IntegerRules(Matcher match, int features) {
        super(match);
        this.features = features;
        code = match.code;
    }

    // ---- addition and its kind ----

    /**
     * <pre>
     *   add x, (shl y, 1..3)   lea r, [x + y * 2^k]
     *   add (shl x, 1..3), const   lea r, [x * 2^k + const]
     *   add x, const           lea r, [x + const]     if x lives on
     *   add x, y               lea r, [x + y]         if both live on
     * </pre>
     */
    @Override
    protected void add(int i) {
        int a = function.a(i);
        int b = function.b(i);
        int width = match.width(i);
        if (match.isImmediate(b, width)) {
            int count = shiftCount(a);
            if (count != 0) {
                context.sink(a);
                code.address.set(Op.NO_BASE, match.immediate(b));
                code.address.setIndex(match.reg(function.a(a), width), count);
                code.unaryMemory(lea(width), context.result(i));
            } else {
                addImmediate(i, a, match.immediate(b), width);
            }
        } else if (!addShifted(i, a, b, width) && !addShifted(i, b, a, width)) {
            if (context.livesOn(a) && context.livesOn(b) && a != b) {
                code.address.setBase(match.reg(a, width), 0);
                code.address.setIndex(match.reg(b, width), 0);
                code.unaryMemory(lea(width), context.result(i));
            } else {
                alu(i, ADD, true);
            }
        }
    }

    private static int lea(int width) {
        return width == 3 ? X64.LEA_R64_M : X64.LEA_R32_M;
    }

    private void addImmediate(int i, int a, int immediate, int width) {
        if (context.livesOn(a)) {
            code.address.setBase(match.reg(a, width), immediate);
            code.unaryMemory(lea(width), context.result(i));
        } else if (immediate == 128) {
            // -128 fits a byte.
            code.modifyImmediate(
                    SUB + IMMEDIATE + width, context.result(i), match.reg(a, width), -128);
        } else {
            code.modifyImmediate(
                    ADD + IMMEDIATE + width, context.result(i), match.reg(a, width), immediate);
        }
    }

    private boolean addShifted(int i, int base, int shifted, int width) {
        int count = shiftCount(shifted);
        if (count == 0) {
            return false;
        }
        context.sink(shifted);
        code.address.setBase(match.reg(base, width), 0);
        code.address.setIndex(match.reg(function.a(shifted), width), count);
        code.unaryMemory(lea(width), context.result(i));
        return true;
    }

    /** 1 to 3 if the value is a left shift by that number which nobody else needs, else 0. */
    private int shiftCount(int value) {
        if (function.opcode(value) != Opcode.SHL || !match.isConstant(function.b(value))) {
            return 0;
        }
        long count = function.imm(function.b(value));
        return count >= 1 && count <= 3 && context.canSink(value) ? (int) count : 0;
    }

    /**
     * <pre>
     *   sub 0, x       neg r
     *   sub x, const   as add x, -const
     * </pre>
     */
    @Override
    protected void sub(int i) {
        int a = function.a(i);
        int b = function.b(i);
        int width = match.width(i);
        if (match.isConstant(a, 0)) {
            int row = width == 3 ? X64.NEG_RM64 : X64.NEG_RM32;
            code.modify(row, context.result(i), match.reg(b, width));
        } else if (match.isImmediate(b, width) && match.immediate(b) != Integer.MIN_VALUE) {
            addImmediate(i, a, -match.immediate(b), width);
        } else {
            alu(i, SUB, false);
        }
    }

    /**
     * <pre>
     *   and x, 0xff           movzx r32, x8        also 0xffff
     *   and x, 0xffffffff     mov r32, x32         of 64 bits
     *   and x, const >= 0     and r32, const       of 64 bits, if const fits 32 unsigned ones
     *   and x, (xor y, -1)    andn r, y, x         BMI1
     * </pre>
     */
    void and(int i) {
        int a = function.a(i);
        int b = function.b(i);
        int width = match.width(i);
        if (match.isConstant(b)) {
            andConstant(i, a, function.imm(b), width);
        } else if (!Feature.has(features, Feature.BMI1)
                || !andNot(i, a, b, width) && !andNot(i, b, a, width)) {
            alu(i, AND, true);
        }
    }

    private void andConstant(int i, int a, long mask, int width) {
        if (mask == 0xff) {
            extend(i, a, X64.MOVZX_R32_RM8);
        } else if (mask == 0xffff) {
            extend(i, a, X64.MOVZX_R32_RM16);
        } else if (mask == 0xffff_ffffL && width == 3) {
            code.unary(X64.MOV_R32_RM32, context.result(i), match.reg32(a));
        } else if (mask >>> 32 == 0) {
            code.modifyImmediate(
                    AND + IMMEDIATE + 2, context.result(i), match.reg32(a), (int) mask);
        } else {
            alu(i, AND, true);
        }
    }

    private boolean andNot(int i, int kept, int inverted, int width) {
        if (function.opcode(inverted) != Opcode.XOR
                || !match.isConstant(function.b(inverted), width == 3 ? -1L : 0xffff_ffffL)
                || !context.canSink(inverted)) {
            return false;
        }
        context.sink(inverted);
        int row = width == 3 ? X64.ANDN_R64_R64_RM64 : X64.ANDN_R32_R32_RM32;
        int not = match.reg(function.a(inverted), width);
        if (match.foldMemory(kept, 1 << width)) {
            code.binaryMemoryInto(row, context.result(i), not);
        } else {
            code.binaryInto(row, context.result(i), not, match.reg(kept, width));
        }
        return true;
    }

    void or(int i) {
        alu(i, OR, true);
    }

    /** {@code xor x, -1}: not. */
    void xor(int i) {
        int width = match.width(i);
        if (match.isConstant(function.b(i), width == 3 ? -1L : 0xffff_ffffL)) {
            int row = width == 3 ? X64.NOT_RM64 : X64.NOT_RM32;
            code.modify(row, context.result(i), match.reg(function.a(i), width));
        } else {
            alu(i, XOR, true);
        }
    }

    /** {@code op x, imm}, {@code op x, [memory]}, {@code op x, y}; the operand that dies here is the one to overwrite. */
    private void alu(int i, int family, boolean commutes) {
        int a = function.a(i);
        int b = function.b(i);
        int width = match.width(i);
        if (match.isImmediate(b, width)) {
            code.modifyImmediate(
                    family + IMMEDIATE + width,
                    context.result(i),
                    match.reg(a, width),
                    match.immediate(b));
            return;
        }
        if (match.foldMemory(b, 1 << width)) {
            code.binaryMemory(family + width, context.result(i), match.reg(a, width));
            return;
        }
        if (commutes && match.foldMemory(a, 1 << width)) {
            code.binaryMemory(family + width, context.result(i), match.reg(b, width));
            return;
        }
        if (commutes && context.prefersToOverwrite(i, a, b)) {
            int swapped = a;
            a = b;
            b = swapped;
        }
        int first = match.reg(a, width);
        code.binary(family + width, context.result(i), first, match.reg(b, width));
    }

    /**
     * Whether {@link #withFlags} can emit the operation so that the flags say how its result compares with zero; for some only
     * whether they are equal.
     */
    boolean setsFlags(int i, boolean forEquality) {
        int b = function.b(i);
        return switch (function.opcode(i)) {
            case AND, OR, XOR -> !match.isConstant(b) || match.isImmediate(b, match.width(i));
            case ADD, SUB ->
                    forEquality && (!match.isConstant(b) || match.isImmediate(b, match.width(i)));
            case SHL, SHR_S, SHR_U ->
                    forEquality
                            && match.isConstant(b)
                            && (function.imm(b) & ((8 << match.width(i)) - 1)) != 0;
            default -> false;
        };
    }

    /** Emits such an operation. */
    void withFlags(int i) {
        switch (function.opcode(i)) {
            case ADD -> alu(i, ADD, true);
            case SUB -> alu(i, SUB, false);
            case AND -> alu(i, AND, true);
            case OR -> alu(i, OR, true);
            case XOR -> alu(i, XOR, true);
            case SHL -> shiftWithFlags(i, X64.SHL_RM32_IMM8);
            case SHR_S -> shiftWithFlags(i, X64.SAR_RM32_IMM8);
            default -> shiftWithFlags(i, X64.SHR_RM32_IMM8);
        }
    }

    private void shiftWithFlags(int i, int family) {
        int width = match.width(i);
        int count = (int) function.imm(function.b(i)) & ((8 << width) - 1);
        int source = match.reg(function.a(i), width);
        code.modifyImmediate(family + 2 * (width - 2), context.result(i), source, count);
    }

    // ---- multiplication and division ----

    /**
     * <pre>
     *   mul x, 2^k          shl r, k
     *   mul x, 3 | 5 | 9    lea r, [x + x * 2^k]
     *   mul x, const        imul r, x, const
     * </pre>
     */
    @Override
    protected void mul(int i) {
        int a = function.a(i);
        int b = function.b(i);
        int width = match.width(i);
        if (match.isImmediate(b, width)) {
            mulConstant(i, a, match.immediate(b), width);
            return;
        }
        int row = width == 3 ? X64.IMUL_R64_RM64 : X64.IMUL_R32_RM32;
        if (match.foldMemory(b, 1 << width)) {
            code.binaryMemory(row, context.result(i), match.reg(a, width));
        } else if (match.foldMemory(a, 1 << width)) {
            code.binaryMemory(row, context.result(i), match.reg(b, width));
        } else {
            if (context.prefersToOverwrite(i, a, b)) {
                int swapped = a;
                a = b;
                b = swapped;
            }
            int first = match.reg(a, width);
            code.binary(row, context.result(i), first, match.reg(b, width));
        }
    }

    private void mulConstant(int i, int a, int factor, int width) {
        if (factor == 3 || factor == 5 || factor == 9) {
            int source = match.reg(a, width);
            code.address.setBase(source, 0);
            code.address.setIndex(source, Integer.numberOfTrailingZeros(factor - 1));
            code.unaryMemory(lea(width), context.result(i));
        } else if (factor > 0 && (factor & factor - 1) == 0) {
            int count = Integer.numberOfTrailingZeros(factor);
            shiftByConstant(i, X64.SHL_RM32_IMM8, a, count, width);
        } else {
            int row = width == 3 ? X64.IMUL_R64_RM64_IMM32 : X64.IMUL_R32_RM32_IMM32;
            if (match.foldMemory(a, 1 << width)) {
                code.unaryMemoryImmediate(row, context.result(i), factor);
            } else {
                code.unaryImmediate(row, context.result(i), match.reg(a, width), factor);
            }
        }
    }

    /** {@code mulhi}: rax times a register or memory; the high half comes out in rdx. */
    void mulHigh(int i, int row) {
        int a = function.a(i);
        int b = function.b(i);
        boolean inMemory = match.foldMemory(b, 8);
        int first = match.reg(a);
        if (inMemory) {
            code.address.addOperands(context);
        } else {
            context.useAny(match.reg(b));
        }
        context.useFixed(first, Register.RAX);
        context.defFixed(context.result(i), Register.RDX);
        code.emitClobbering(row, inMemory, 1L << Register.RAX);
    }

    @Override
    protected void trapIfZero(int register, int width) {
        int row = width == 3 ? X64.TEST_RM64_R64 : X64.TEST_RM32_R32;
        code.compareRegisters(row, register, register);
        context.emit(VCode.TRAP_IF, Condition.E, TrapKind.INTEGER_DIVIDE_BY_ZERO.code());
    }

    @Override
    protected void divide(int i, Opcode opcode, int width, int dividend, int divisor) {
        switch (opcode) {
            case DIV_U, REM_U -> divideUnsigned(i, width, dividend, divisor);
            case DIV_S -> divideSigned(i, width, dividend, divisor);
            default -> remainderSigned(i, width, dividend, divisor);
        }
    }

    /** {@code div_u}, {@code rem_u}: rdx:rax by a register; quotient in rax, remainder in rdx. */
    private void divideUnsigned(int i, int width, int dividend, int divisor) {
        boolean isQuotient = function.opcode(i) == Opcode.DIV_U;
        int high = code.newInteger();
        code.zero(high);
        context.use(divisor);
        context.useFixed(dividend, Register.RAX);
        context.useFixed(high, Register.RDX);
        context.defFixed(
                context.result(i), isQuotient ? X64Registers.QUOTIENT : X64Registers.REMAINDER);
        int other = isQuotient ? X64Registers.REMAINDER : X64Registers.QUOTIENT;
        code.emitClobbering(width == 3 ? X64.DIV_RM64 : X64.DIV_RM32, false, 1L << other);
    }

    /** {@code div_s}: the hardware's overflow trap is ours. */
    private void divideSigned(int i, int width, int dividend, int divisor) {
        int high = code.newInteger();
        context.useFixed(dividend, Register.RAX);
        context.defFixed(high, Register.RDX);
        context.emit(Op.ROW + (width == 3 ? X64.CQO : X64.CDQ), 0, 0);
        context.use(divisor);
        context.useFixed(dividend, Register.RAX);
        context.useFixed(high, Register.RDX);
        context.defFixed(context.result(i), Register.RAX);
        int row = width == 3 ? X64.IDIV_RM64 : X64.IDIV_RM32;
        int fault = TrapKind.INTEGER_OVERFLOW.code() << Op.FAULT_SHIFT;
        context.emit(Op.ROW + row, fault, 0, 0, 1L << Register.RDX);
    }

    /** {@code rem_s}: a division by -1 is left out, since its quotient may overflow. */
    private void remainderSigned(int i, int width, int dividend, int divisor) {
        context.operand(Operand.lateUse(divisor, Operand.REGISTER, 0));
        context.useFixed(dividend, Register.RAX);
        context.defFixed(context.result(i), Register.RDX);
        context.emit(Op.REM_S, width, 0, 0, 1L << Register.RAX);
    }

    // ---- shifts ----

    /** Rows of a shift by register that leaves flags and operands alone; BMI2. */
    private static int flaglessShift(int family, int width) {
        if (family == X64.SHL_RM32_IMM8) {
            return width == 3 ? X64.SHLX_R64_RM64_R64 : X64.SHLX_R32_RM32_R32;
        }
        if (family == X64.SHR_RM32_IMM8) {
            return width == 3 ? X64.SHRX_R64_RM64_R64 : X64.SHRX_R32_RM32_R32;
        }
        if (family == X64.SAR_RM32_IMM8) {
            return width == 3 ? X64.SARX_R64_RM64_R64 : X64.SARX_R32_RM32_R32;
        }
        return -1;
    }

    /**
     * A shift or rotation; the family has rows by an immediate and by cl, of 32 bits and then of 64.
     *
     * <pre>
     *   shl x, const       shl r, const
     *   shl x, y           shlx r, x, y        BMI2; not for rotations
     *   shl x, y           shl r, cl
     * </pre>
     */
    void shift(int i, int family) {
        int a = function.a(i);
        int b = function.b(i);
        int width = match.width(i);
        if (match.isConstant(b)) {
            shiftByConstant(i, family, a, (int) function.imm(b) & ((8 << width) - 1), width);
            return;
        }
        int count = match.reg32(match.unmasked(b, (8 << width) - 1));
        int flagless = flaglessShift(family, width);
        if (flagless >= 0 && Feature.has(features, Feature.BMI2)) {
            if (match.foldMemory(a, 1 << width)) {
                code.ternaryMemory(flagless, context.result(i), count);
            } else {
                code.ternary(flagless, context.result(i), match.reg(a, width), count);
            }
        } else {
            int row = family + 2 * (width - 2) + 1;
            int source = match.reg(a, width);
            code.modifyByFixed(row, context.result(i), source, count, Register.RCX);
        }
    }

    private void shiftByConstant(int i, int family, int a, int count, int width) {
        boolean livesOn = context.livesOn(a);
        int dst = context.result(i);
        int source = match.reg(a, width);
        int row = family + 2 * (width - 2);
        if (family == X64.SHL_RM32_IMM8 && count == 1 && livesOn) {
            code.address.setBase(source, 0);
            code.address.setIndex(source, 0);
            code.unaryMemory(lea(width), dst);
        } else if (family == X64.ROL_RM32_IMM8 && livesOn && Feature.has(features, Feature.BMI2)) {
            int rotation = width == 3 ? X64.RORX_R64_RM64_IMM8 : X64.RORX_R32_RM32_IMM8;
            code.unaryImmediate(rotation, dst, source, (8 << width) - count & (8 << width) - 1);
        } else {
            code.modifyImmediate(row, dst, source, count);
        }
    }

    // ---- counting bits ----

    /** {@code clz}: lzcnt, or 31 (63) less the number of the highest bit. */
    @Override
    protected void countLeadingZeros(int i) {
        int width = match.width(i);
        int bits = 8 << width;
        if (Feature.has(features, Feature.LZCNT)) {
            int row = width == 3 ? X64.LZCNT_R64_RM64 : X64.LZCNT_R32_RM32;
            unary(i, row, width);
            return;
        }
        int source = match.reg(function.a(i), width);
        int ifZero = code.newInteger();
        code.constant(ifZero, 2 * bits - 1);
        int highest = code.newInteger();
        code.unary(width == 3 ? X64.BSR_R64_RM64 : X64.BSR_R32_RM32, highest, source);
        int chosen = code.newInteger();
        code.binary(X64.CMOVCC_R32_RM32 + Condition.E, chosen, highest, ifZero);
        code.modifyImmediate(XOR + IMMEDIATE + 2, context.result(i), chosen, bits - 1);
    }

    /** {@code ctz}: tzcnt, or the number of the lowest bit. */
    @Override
    protected void countTrailingZeros(int i) {
        int width = match.width(i);
        if (Feature.has(features, Feature.BMI1)) {
            unary(i, width == 3 ? X64.TZCNT_R64_RM64 : X64.TZCNT_R32_RM32, width);
            return;
        }
        int source = match.reg(function.a(i), width);
        int ifZero = code.newInteger();
        code.constant(ifZero, 8 << width);
        int lowest = code.newInteger();
        code.unary(width == 3 ? X64.BSF_R64_RM64 : X64.BSF_R32_RM32, lowest, source);
        code.binary(X64.CMOVCC_R32_RM32 + Condition.E, context.result(i), lowest, ifZero);
    }

    private void unary(int i, int row, int width) {
        int a = function.a(i);
        if (match.foldMemory(a, 1 << width)) {
            code.unaryMemory(row, context.result(i));
        } else {
            code.unary(row, context.result(i), match.reg(a, width));
        }
    }

    /**
     * {@code popcnt}: the instruction, or sums of neighbouring fields of 1, 2 and 4 bits, and of all bytes by a multiplication.
     */
    @Override
    protected void populationCount(int i) {
        int width = match.width(i);
        if (Feature.has(features, Feature.POPCNT)) {
            unary(i, width == 3 ? X64.POPCNT_R64_RM64 : X64.POPCNT_R32_RM32, width);
            return;
        }
        int x = match.reg(function.a(i), width);
        int odd = masked(shiftedRight(x, 1, width), 0x5555_5555_5555_5555L, width);
        int pairs = code.newInteger();
        code.binary(SUB + width, pairs, x, odd);
        int high = masked(shiftedRight(pairs, 2, width), 0x3333_3333_3333_3333L, width);
        int low = masked(pairs, 0x3333_3333_3333_3333L, width);
        int nibbles = code.newInteger();
        code.binary(ADD + width, nibbles, low, high);
        int sum = code.newInteger();
        code.binary(ADD + width, sum, shiftedRight(nibbles, 4, width), nibbles);
        int bytes = masked(sum, 0x0f0f_0f0f_0f0f_0f0fL, width);
        int ones = code.newInteger();
        code.constant(ones, width == 3 ? 0x0101_0101_0101_0101L : 0x0101_0101L);
        int total = code.newInteger();
        code.binary(width == 3 ? X64.IMUL_R64_RM64 : X64.IMUL_R32_RM32, total, bytes, ones);
        int row = width == 3 ? X64.SHR_RM64_IMM8 : X64.SHR_RM32_IMM8;
        code.modifyImmediate(row, context.result(i), total, (8 << width) - 8);
    }

    private int shiftedRight(int source, int count, int width) {
        int shifted = code.newInteger();
        code.modifyImmediate(
                width == 3 ? X64.SHR_RM64_IMM8 : X64.SHR_RM32_IMM8, shifted, source, count);
        return shifted;
    }

    private int masked(int source, long mask, int width) {
        int masked = code.newInteger();
        if (width == 2) {
            code.modifyImmediate(AND + IMMEDIATE + 2, masked, source, (int) mask);
        } else {
            int constant = code.newInteger();
            code.constant(constant, mask);
            code.binary(AND + width, masked, constant, source);
        }
        return masked;
    }

    // ---- conversions between integers ----

    /** {@code wrap x}: a real move, which clears the upper half. */
    @Override
    protected void wrap(int i) {
        int a = function.a(i);
        if (match.foldMemory(a, 4)) {
            code.unaryMemory(X64.MOV_R32_RM32, context.result(i));
        } else {
            code.unary(X64.MOV_R32_RM32, context.result(i), match.reg32(a));
        }
    }

    /** {@code extend_u x}: the upper half is zero already. */
    @Override
    protected void extendUnsigned(int i) {
        code.move(X64.MOV_R64_RM64, context.result(i), match.reg(function.a(i)));
    }

    /** {@code extend_s x}. */
    void extendSigned(int i) {
        int a = function.a(i);
        if (match.foldMemory(a, 4)) {
            code.unaryMemory(X64.MOVSXD_R64_RM32, context.result(i));
        } else {
            code.unary(X64.MOVSXD_R64_RM32, context.result(i), match.reg32(a));
        }
    }

    /** {@code extend8_s x} and its kind. */
    void extendWithin(int i, int row32, int row64) {
        extend(i, function.a(i), function.type(i) == Type.I64 ? row64 : row32);
    }

    private void extend(int i, int a, int row) {
        code.unary(row, context.result(i), match.reg32(a));
    }
}
