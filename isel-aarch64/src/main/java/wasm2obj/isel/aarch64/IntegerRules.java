package wasm2obj.isel.aarch64;

import wasm2obj.codegen.IntegerLowering;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;
import wasm2obj.isel.aarch64.instruction.A64Float;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.A64Vector;
import wasm2obj.isel.aarch64.instruction.ArithmeticImmediate;
import wasm2obj.isel.aarch64.instruction.Condition;
import wasm2obj.isel.aarch64.instruction.LogicalImmediate;

/** Rules for integer arithmetic. */
final class IntegerRules extends IntegerLowering<Matcher> {
    private static final int ZERO = WordBuilder.ZERO;

    private final WordBuilder code;

    /** What {@link #takeShift} found: the kind of shift, by how much, and of what. */
    private int shift;

    private int shiftCount;

    /** What {@link #takeFactor} found. */
    private int factorCount;

    private int evenCount;
    private int shifted;

    IntegerRules(Matcher match) {
        super(match);
        code = match.code;
    }

    // ---- operands that are shifted or extended ----

    /**
     * Takes over a shift by a constant, which the second operand of additions and logical operations may be.
     *
     * @param rotates whether it may be a rotation
     */
    boolean takeShift(int value, boolean rotates) {
        int kind =
                switch (function.opcode(value)) {
                    case SHL -> A64Integer.LSL;
                    case SHR_U -> A64Integer.LSR;
                    case SHR_S -> A64Integer.ASR;
                    case ROTR, ROTL -> rotates ? A64Integer.ROR : -1;
                    default -> -1;
                };
        if (kind < 0 || !match.isConstant(function.b(value)) || !context.canSink(value)) {
            return false;
        }
        shift = kind;
        shiftCount = match.shiftCount(value);
        if (function.opcode(value) == Opcode.ROTL) {
            shiftCount = -shiftCount & 8 * function.type(value).bytes() - 1;
        }
        shifted = function.a(value);
        context.sink(value);
        return true;
    }

    int shift() {
        return shift;
    }

    int shiftCount() {
        return shiftCount;
    }

    int shifted() {
        return shifted;
    }

    /**
     * Takes over a sign extension from 32 bits, shifted to the left by 0 to 4, which the second operand of additions of 64 bits may be.
     * Leaves its operand and the shift in {@link #shifted} and {@link #shiftCount}.
     */
    boolean takeExtension(int value) {
        int inner = value;
        int count = 0;
        if (match.isSinkableWithConstant(value, Opcode.SHL) && match.shiftCount(value) <= 4) {
            count = match.shiftCount(value);
            inner = function.a(value);
        }
        boolean extends32 =
                function.opcode(inner) == Opcode.EXTEND_S
                        || function.opcode(inner) == Opcode.EXTEND32_S;
        if (!extends32 || !isSinkableFrom(inner, value)) {
            return false;
        }
        context.sink(inner);
        if (inner != value) {
            context.sink(value);
        }
        shifted = function.a(inner);
        shiftCount = count;
        return true;
    }

    private boolean isSinkableFrom(int inner, int value) {
        return context.canSink(inner) && (inner == value || context.canSink(value));
    }

    // ---- addition ----

    /**
     * <pre>
     *   add x, const                    add, or sub of its negative
     *   add x, (mul y, z)               madd
     *   add x, (shl y, const)           add x, y, lsl; and the other shifts
     *   add x, (shl (extend_s y), 0..4) add x, y, sxtw
     *   add x, (and (shr_u y, const), ones << k)   ubfx; add x, y, lsl k
     * </pre>
     */
    @Override
    protected void add(int i) {
        int a = function.a(i);
        int b = function.b(i);
        if (match.isConstant(b)) {
            addConstant(i, a, match.signed(b));
        } else if (!addSpecial(i, a, b) && !addSpecial(i, b, a)) {
            plain(i, A64Integer.ADD, a, b);
        }
    }

    private boolean addSpecial(int i, int a, int b) {
        return multiplyAdd(i, A64Integer.MADD, a, b)
                || shiftedOrExtended(i, A64Integer.ADD, a, b)
                || addField(i, a, b);
    }

    /** {@code add a, b} where b is a field that has been moved to another place in the word. */
    private boolean addField(int i, int a, int b) {
        if (!match.isSinkableWithConstant(b, Opcode.AND)
                || !match.isSinkableWithConstant(function.a(b), Opcode.SHR_U)) {
            return false;
        }
        int sf = match.sf(i);
        int shiftRight = function.a(b);
        long mask = function.imm(function.b(b));
        int place = Long.numberOfTrailingZeros(mask);
        long ones = mask >>> place;
        int from = match.shiftCount(shiftRight) + place;
        if (mask <= 0 || place == 0 || (ones & ones + 1) != 0 || from >= 32 * (sf + 1)) {
            return false;
        }
        context.sink(b);
        context.sink(shiftRight);
        int last = Math.min(from + Long.bitCount(ones), 32 * (sf + 1)) - 1;
        int first = match.reg(a, sf + 2);
        int source = match.reg(function.a(shiftRight), sf + 2);
        int field = match.newInteger();
        code.dn(A64Integer.bitfield(A64Integer.UBFM, sf, 0, 0, from, last), field, source);
        int word =
                A64Integer.addSubtractShifted(A64Integer.ADD, sf, 0, 0, 0, A64Integer.LSL, place);
        code.dnm(word, context.result(i), first, field);
        return true;
    }

    private void addConstant(int i, int a, long value) {
        int sf = match.sf(i);
        int positive = ArithmeticImmediate.encode(value);
        int negative = ArithmeticImmediate.encode(-value);
        if (positive != ArithmeticImmediate.NONE) {
            addImmediate(i, A64Integer.ADD, a, positive);
        } else if (negative != ArithmeticImmediate.NONE) {
            addImmediate(i, A64Integer.SUB, a, negative);
        } else {
            int constant = match.shared.constant(sf == 0 ? value & 0xffff_ffffL : value);
            int source = match.reg(a, sf + 2);
            int word = A64Integer.addSubtractShifted(A64Integer.ADD, sf, 0, 0, 0, 0, 0);
            code.dnm(word, context.result(i), source, constant);
        }
    }

    private void addImmediate(int i, int op, int a, int imm13) {
        int sf = match.sf(i);
        int source = match.reg(a, sf + 2);
        code.dn(A64Integer.addSubtractImmediate(op, sf, 0, 0, imm13), context.result(i), source);
    }

    private void plain(int i, int op, int a, int b) {
        int sf = match.sf(i);
        int first = match.regOrZero(a, sf + 2);
        int second = match.regOrZero(b, sf + 2);
        int word = A64Integer.addSubtractShifted(op, sf, 0, 0, 0, 0, 0);
        code.dnm(word, context.result(i), first, second);
    }

    /** {@code op a, b} with b shifted or extended. */
    private boolean shiftedOrExtended(int i, int op, int a, int b) {
        int sf = match.sf(i);
        if (sf == 1 && takeExtension(b)) {
            int first = match.reg(a);
            int second = match.reg32(shifted);
            int word = A64Integer.addSubtractExtended(op, sf, 0, 0, 0, A64Integer.SXTW, shiftCount);
            code.dnm(word, context.result(i), first, second);
            return true;
        }
        if (!takeShift(b, false)) {
            return false;
        }
        int word = A64Integer.addSubtractShifted(op, sf, 0, 0, 0, shift, shiftCount);
        int operand = shifted;
        int first = match.regOrZero(a, sf + 2);
        int second = shiftOperand(operand, sf, shift);
        code.dnm(word, context.result(i), first, second);
        return true;
    }

    /** What is shifted to the right must be whole. */
    private int shiftOperand(int operand, int sf, int kind) {
        return sf == 1 || kind == A64Integer.LSL
                ? match.reg(operand, sf + 2)
                : match.reg32(operand);
    }

    /** {@code a + b} or {@code a - b} where b is a product. */
    private boolean multiplyAdd(int i, int op, int a, int b) {
        if (!match.isSinkable(b, Opcode.MUL)) {
            return false;
        }
        if (match.isConstant(function.b(b)) && takeFactor(match.signed(function.b(b)))) {
            context.sink(b);
            int sf = match.sf(i);
            int factor =
                    factorCount < 0 ? match.reg(function.a(b), sf + 2) : odd(function.a(b), sf);
            int first = match.regOrZero(a, sf + 2);
            int addition = op == A64Integer.MADD ? A64Integer.ADD : A64Integer.SUB;
            int word =
                    A64Integer.addSubtractShifted(addition, sf, 0, 0, 0, A64Integer.LSL, evenCount);
            code.dnm(word, context.result(i), first, factor);
            return true;
        }
        context.sink(b);
        int longOp = longMultiplication(b, op);
        int width = longOp != 0 ? 2 : match.width(i);
        int sum = match.reg(a, match.width(i));
        int x = match.reg(factor(function.a(b), longOp), width);
        int y = match.reg(factor(function.b(b), longOp), width);
        int word = A64Integer.threeSources(longOp != 0 ? longOp : op, match.sf(i), 0, 0, 0, 0);
        code.dnma(word, context.result(i), x, y, sum);
        return true;
    }

    /**
     * <pre>
     *   sub 0, x                neg
     *   sub x, const            as add x, -const
     *   sub x, (mul y, z)       msub
     *   sub x, (shl y, const)   sub x, y, lsl; and the other shifts
     * </pre>
     */
    @Override
    protected void sub(int i) {
        int a = function.a(i);
        int b = function.b(i);
        if (match.isConstant(b)) {
            addConstant(i, a, -match.signed(b));
        } else if (!match.isConstant(a, 0) && multiplyAdd(i, A64Integer.MSUB, a, b)) {
            return;
        } else if (!shiftedOrExtended(i, A64Integer.SUB, a, b)) {
            plain(i, A64Integer.SUB, a, b);
        }
    }

    // ---- logical operations ----

    /**
     * <pre>
     *   and (shr_u x, const), low ones   ubfx
     *   and x, (xor y, -1)               bic; likewise orn, eon
     *   and x, const                     if it is a run of ones that repeats
     *   and x, (shl y, const)            and x, y, lsl; and the other shifts and rotations
     *   xor x, -1                        mvn
     * </pre>
     */
    void logical(int i, int op) {
        int a = function.a(i);
        int b = function.b(i);
        int sf = match.sf(i);
        if (match.isConstant(b)) {
            logicalConstant(i, op, a, match.signed(b), sf);
        } else if (!logicalSpecial(i, op, a, b) && !logicalSpecial(i, op, b, a)) {
            logicalWord(i, op, sf, A64Integer.LSL, 0, a, b);
        }
    }

    private void logicalConstant(int i, int op, int a, long value, int sf) {
        if (op == A64Integer.AND && extractField(i, a, value, sf)) {
            return;
        }
        if (op == A64Integer.EOR && value == -1) {
            int inner = a;
            int kind = A64Integer.LSL;
            int count = 0;
            if (takeShift(a, true)) {
                inner = shifted;
                kind = shift;
                count = shiftCount;
            }
            int source = match.reg(inner, sf + 2);
            int word = A64Integer.logicalShifted(A64Integer.ORN, sf, 0, 0, 0, kind, count);
            code.dnm(word, context.result(i), ZERO, source);
            return;
        }
        int imm13 = LogicalImmediate.encode(value, sf);
        if (imm13 != LogicalImmediate.NONE) {
            int source = match.reg(a, sf + 2);
            code.dn(A64Integer.logicalImmediate(op, sf, 0, 0, imm13), context.result(i), source);
            return;
        }
        logicalWord(i, op, sf, A64Integer.LSL, 0, a, function.b(i));
    }

    private boolean extractField(int i, int a, long mask, int sf) {
        long bits = sf == 0 ? mask & 0xffff_ffffL : mask;
        if (bits == 0 || (bits & bits + 1) != 0 || !match.isSinkableWithConstant(a, Opcode.SHR_U)) {
            return false;
        }
        int from = match.shiftCount(a);
        int last = Math.min(from + Long.bitCount(bits) - 1, 32 * (sf + 1) - 1);
        context.sink(a);
        int source = match.reg(function.a(a), sf + 2);
        code.dn(
                A64Integer.bitfield(A64Integer.UBFM, sf, 0, 0, from, last),
                context.result(i),
                source);
        return true;
    }

    private boolean logicalSpecial(int i, int op, int a, int b) {
        int sf = match.sf(i);
        if (match.isSinkable(b, Opcode.XOR) && isMinusOne(function.b(b))) {
            context.sink(b);
            logicalWord(i, op | A64Integer.BIC, sf, A64Integer.LSL, 0, a, function.a(b));
            return true;
        }
        if (takeShift(b, true)) {
            logicalWord(i, op, sf, shift, shiftCount, a, shifted);
            return true;
        }
        return false;
    }

    private boolean isMinusOne(int value) {
        return match.isConstant(value) && match.signed(value) == -1;
    }

    private void logicalWord(int i, int op, int sf, int kind, int count, int a, int b) {
        int first = match.regOrZero(a, sf + 2);
        int second = match.regOrZero(b, sf + 2);
        int word = A64Integer.logicalShifted(op, sf, 0, 0, 0, kind, count);
        code.dnm(word, context.result(i), first, second);
    }

    // ---- multiplication and division ----

    /** SMADDL or UMADDL (or their subtracting forms) if the product is one of extended i32, else 0. */
    private int longMultiplication(int product, int op) {
        if (function.type(product) != Type.I64) {
            return 0;
        }
        Opcode first = function.opcode(function.a(product));
        Opcode second = function.opcode(function.b(product));
        boolean subtracts = op == A64Integer.MSUB;
        if (first == Opcode.EXTEND_S && second == Opcode.EXTEND_S) {
            return subtracts ? A64Integer.SMSUBL : A64Integer.SMADDL;
        }
        if (first == Opcode.EXTEND_U && second == Opcode.EXTEND_U) {
            return subtracts ? A64Integer.UMSUBL : A64Integer.UMADDL;
        }
        return 0;
    }

    private int factor(int value, int longOp) {
        return longOp != 0 ? function.a(value) : value;
    }

    /**
     * <pre>
     *   mul x, 2^k                         lsl
     *   mul x, 2^k + 1                     add x, x, lsl
     *   mul x, (2^k + 1) * 2^n             the same, and lsl; inside an addition that shifts, too
     *   mul (extend_s x), (extend_s y)     smull
     *   mul (sub 0, x), y                  mneg
     * </pre>
     */
    @Override
    protected void mul(int i) {
        int a = function.a(i);
        int b = function.b(i);
        int sf = match.sf(i);
        if (match.isConstant(b) && mulConstant(i, a, match.signed(b), sf)) {
            return;
        }
        int longOp = longMultiplication(i, A64Integer.MADD);
        int width = longOp != 0 ? 2 : sf + 2;
        int x = match.reg(factor(a, longOp), width);
        int y = match.reg(factor(b, longOp), width);
        int word = A64Integer.threeSources(longOp != 0 ? longOp : A64Integer.MADD, sf, 0, 0, 0, 0);
        code.dnma(word, context.result(i), x, y, ZERO);
    }

    /** Whether the factor is (2^k + 1) * 2^n or 2^n: leaves k, or -1, in {@link #factorCount}, and n in {@link #evenCount}. */
    private boolean takeFactor(long factor) {
        evenCount = Long.numberOfTrailingZeros(factor);
        long odd = factor >>> evenCount;
        factorCount = odd == 1 ? -1 : Long.numberOfTrailingZeros(odd - 1);
        return factor > 0 && (odd == 1 || odd == (1L << factorCount) + 1);
    }

    /** A register with the value times 2^factorCount + 1. */
    private int odd(int value, int sf) {
        int register = match.newInteger();
        odd(register, value, sf);
        return register;
    }

    private void odd(int register, int value, int sf) {
        int source = match.reg(value, sf + 2);
        int word =
                A64Integer.addSubtractShifted(
                        A64Integer.ADD, sf, 0, 0, 0, A64Integer.LSL, factorCount);
        code.dnm(word, register, source, source);
    }

    private boolean mulConstant(int i, int a, long factor, int sf) {
        if (!takeFactor(factor)) {
            return false;
        }
        if (evenCount == 0 && factorCount >= 0) {
            odd(context.result(i), a, sf);
        } else {
            int source = factorCount < 0 ? match.reg(a, sf + 2) : odd(a, sf);
            code.dn(A64Integer.shiftLeft(sf, 0, 0, evenCount), context.result(i), source);
        }
        return true;
    }

    /** {@code mulhi}. */
    void mulHigh(int i, int op) {
        int x = match.reg(function.a(i));
        int y = match.reg(function.b(i));
        int word = A64Integer.threeSources(op, 1, 0, 0, 0, A64Registers.ZR);
        code.dnm(word, context.result(i), x, y);
    }

    @Override
    protected void trapIfZero(int register, int width) {
        context.use(register);
        context.emit(
                Op.TRAP_TEST,
                Op.opposite(Op.testRegister(width)),
                TrapKind.INTEGER_DIVIDE_BY_ZERO.code());
    }

    /** A remainder is what the quotient leaves; right for the lowest number by -1, too. */
    @Override
    protected void divide(int i, Opcode opcode, int width, int dividend, int divisor) {
        boolean isSigned = opcode == Opcode.DIV_S || opcode == Opcode.REM_S;
        int sf = width - 2;
        int word = A64Integer.twoSources(isSigned ? A64Integer.SDIV : A64Integer.UDIV, sf, 0, 0, 0);
        if (opcode == Opcode.REM_S || opcode == Opcode.REM_U) {
            int quotient = match.newInteger();
            code.dnm(word, quotient, dividend, divisor);
            int rest = A64Integer.threeSources(A64Integer.MSUB, sf, 0, 0, 0, 0);
            code.dnma(rest, context.result(i), quotient, divisor, dividend);
            return;
        }
        if (isSigned) {
            trapIfOverflow(function.b(i), sf, dividend, divisor);
        }
        code.dnm(word, context.result(i), dividend, divisor);
    }

    /** The hardware has no traps. The lowest number by -1 overflows. */
    private void trapIfOverflow(int value, int sf, int dividend, int divisor) {
        if (match.isConstant(value) && !isMinusOne(value)) {
            return;
        }
        code.n(
                A64Integer.addSubtractImmediate(A64Integer.ADDS, sf, A64Registers.ZR, 0, 1),
                divisor);
        code.n(
                A64Integer.conditionalCompareImmediate(A64Integer.CCMP, sf, 0, 1, 0, Condition.EQ),
                dividend);
        context.emit(VCode.TRAP_IF, Condition.VS, TrapKind.INTEGER_OVERFLOW.code());
    }

    // ---- shifts ----

    /**
     * <pre>
     *   shl (and x, low ones), const     ubfiz
     *   shr_s (shl x, const), const      sbfx, sbfiz; likewise shr_u
     *   shl x, const                     lsl
     *   shl x, y                         lslv
     * </pre>
     */
    void shift(int i, int variable) {
        int a = function.a(i);
        int b = function.b(i);
        int sf = match.sf(i);
        if (!match.isConstant(b)) {
            int source = match.reg(a, sf + 2);
            int count = match.reg32(match.unmasked(b, 32 * (sf + 1) - 1));
            code.dnm(
                    A64Integer.twoSources(variable, sf, 0, 0, 0), context.result(i), source, count);
            return;
        }
        int count = match.shiftCount(i);
        switch (variable) {
            case A64Integer.LSLV -> shiftLeft(i, a, count, sf);
            case A64Integer.LSRV -> shiftRight(i, A64Integer.UBFM, a, count, sf);
            case A64Integer.ASRV -> shiftRight(i, A64Integer.SBFM, a, count, sf);
            default -> rotate(i, a, count, sf);
        }
    }

    private void shiftLeft(int i, int a, int count, int sf) {
        int bits = 32 * (sf + 1);
        if (count != 0 && match.isSinkableWithConstant(a, Opcode.AND)) {
            long mask = function.imm(function.b(a));
            if (mask > 0 && (mask & mask + 1) == 0) {
                context.sink(a);
                int source = match.reg(function.a(a), sf + 2);
                int length = Math.min(Long.bitCount(mask), bits - count);
                int word = A64Integer.bitfield(A64Integer.UBFM, sf, 0, 0, bits - count, length - 1);
                code.dn(word, context.result(i), source);
                return;
            }
        }
        int source = match.reg(a, sf + 2);
        code.dn(A64Integer.shiftLeft(sf, 0, 0, count), context.result(i), source);
    }

    private void shiftRight(int i, int op, int a, int count, int sf) {
        int bits = 32 * (sf + 1);
        if (match.isSinkableWithConstant(a, Opcode.SHL)) {
            int left = match.shiftCount(a);
            context.sink(a);
            int source = match.reg(function.a(a), sf + 2);
            int word =
                    count >= left
                            ? A64Integer.bitfield(op, sf, 0, 0, count - left, bits - 1 - left)
                            : A64Integer.bitfield(
                                    op, sf, 0, 0, bits - (left - count), bits - 1 - left);
            code.dn(word, context.result(i), source);
            return;
        }
        int source = match.reg(a, sf + 2);
        code.dn(A64Integer.shiftRight(op, sf, 0, 0, count), context.result(i), source);
    }

    private void rotate(int i, int a, int count, int sf) {
        int source = match.reg(a, sf + 2);
        code.dnm(A64Integer.extract(sf, 0, 0, 0, count), context.result(i), source, source);
    }

    /** {@code rotl}: to the right by the negative. */
    void rotateLeft(int i) {
        int a = function.a(i);
        int b = function.b(i);
        int sf = match.sf(i);
        if (match.isConstant(b)) {
            rotate(i, a, -match.shiftCount(i) & 32 * (sf + 1) - 1, sf);
            return;
        }
        int source = match.reg(a, sf + 2);
        int count = match.reg32(match.unmasked(b, 32 * (sf + 1) - 1));
        int negative = match.newInteger();
        code.dnm(
                A64Integer.addSubtractShifted(A64Integer.SUB, 0, 0, 0, 0, 0, 0),
                negative,
                ZERO,
                count);
        int word = A64Integer.twoSources(A64Integer.RORV, sf, 0, 0, 0);
        code.dnm(word, context.result(i), source, negative);
    }

    // ---- counting bits ----

    @Override
    protected void countLeadingZeros(int i) {
        int sf = match.sf(i);
        int source = match.reg(function.a(i), sf + 2);
        code.dn(A64Integer.oneSource(A64Integer.CLZ, sf, 0, 0), context.result(i), source);
    }

    @Override
    protected void countTrailingZeros(int i) {
        int sf = match.sf(i);
        int source = match.reg(function.a(i), sf + 2);
        int reversed = match.newInteger();
        code.dn(A64Integer.oneSource(A64Integer.RBIT, sf, 0, 0), reversed, source);
        code.dn(A64Integer.oneSource(A64Integer.CLZ, sf, 0, 0), context.result(i), reversed);
    }

    /** {@code popcnt}: in a vector register, bytes first. */
    @Override
    protected void populationCount(int i) {
        int sf = match.sf(i);
        int source = match.reg(function.a(i), sf + 2);
        int vector = context.newVreg(Type.F64);
        int counts = context.newVreg(Type.F64);
        int sum = context.newVreg(Type.F64);
        code.dn(A64Float.convert(A64Float.FMOV_FROM_GENERAL, sf, sf, 0, 0), vector, source);
        code.dn(A64Vector.twoRegisters(A64Vector.CNT, A64Vector.B8, 0, 0), counts, vector);
        code.dn(A64Vector.acrossLanes(A64Vector.ADDV, A64Vector.B8, 0, 0), sum, counts);
        code.dn(A64Float.convert(A64Float.FMOV_TO_GENERAL, 0, 0, 0, 0), context.result(i), sum);
    }

    // ---- conversions between integers ----

    /** {@code wrap x}: a real move, which clears the upper half. */
    @Override
    protected void wrap(int i) {
        int source = match.reg32(function.a(i));
        code.dm(A64Integer.move(0, 0, 0), context.result(i), source);
    }

    /** {@code extend_u x}: the upper half is zero already. */
    @Override
    protected void extendUnsigned(int i) {
        code.move(context.result(i), match.reg(function.a(i)));
    }

    /** {@code extend8_s x} and its kind, by the number of bits; of what is shifted to the right at once. */
    void extendSigned(int i, int bits) {
        int a = function.a(i);
        int sf = match.sf(i);
        int from = 0;
        boolean isShift =
                match.isSinkableWithConstant(a, Opcode.SHR_U)
                        || match.isSinkableWithConstant(a, Opcode.SHR_S);
        if (isShift
                && function.type(a) == function.type(i)
                && match.shiftCount(a) + bits <= 32 * (sf + 1)) {
            from = match.shiftCount(a);
            context.sink(a);
            a = function.a(a);
        }
        int source = from == 0 ? match.reg32(a) : match.reg(a, sf + 2);
        code.dn(
                A64Integer.bitfield(A64Integer.SBFM, sf, 0, 0, from, from + bits - 1),
                context.result(i),
                source);
    }
}
