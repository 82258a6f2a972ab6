package wasm2obj.frontend;

import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;

/** Instructions that take numbers and give a number: a table from WebAssembly's opcodes to the IR's. */
final class NumericInstructions {
    static final int FIRST = 0x45;
    static final int LAST = 0xc4;

    private static final int FIRST_SIGN_EXTENSION = 0xc0;
    private static final int SATURATING = 8;

    private static final byte I32 = ValueType.I32;
    private static final byte I64 = ValueType.I64;
    private static final byte F32 = ValueType.F32;
    private static final byte F64 = ValueType.F64;

    private static final Type[] IR_TYPES = {Type.VOID, Type.I32, Type.I64, Type.F32, Type.F64};

    // By opcode; behind LAST the saturating conversions, whose opcodes have a prefix.
    private static final Opcode[] OPCODES = new Opcode[LAST + 1 + SATURATING];
    private static final byte[] OPERANDS = new byte[OPCODES.length];
    private static final byte[] RESULTS = new byte[OPCODES.length];
    private static final boolean[] BINARY = new boolean[OPCODES.length];

    static {
        int at = integerComparisons(FIRST, I32);
        at = integerComparisons(at, I64);
        at = floatComparisons(at, F32);
        at = floatComparisons(at, F64);
        at = integerArithmetic(at, I32);
        at = integerArithmetic(at, I64);
        at = floatArithmetic(at, F32);
        at = floatArithmetic(at, F64);
        at = conversions(at);
        at = unary(at, I32, I32, Opcode.EXTEND8_S, Opcode.EXTEND16_S);
        at = unary(at, I64, I64, Opcode.EXTEND8_S, Opcode.EXTEND16_S, Opcode.EXTEND32_S);
        saturatingConversions(at);
    }

    private final Body body;
    private final OperandStack stack;

    NumericInstructions(Body body) {
        this.body = body;
        stack = body.stack;
    }

    // ---- the table ----

    private static int set(int at, int operand, int result, boolean binary, Opcode... opcodes) {
        for (int i = 0; i < opcodes.length; i++) {
            OPCODES[at + i] = opcodes[i];
            OPERANDS[at + i] = (byte) operand;
            RESULTS[at + i] = (byte) result;
            BINARY[at + i] = binary;
        }
        return at + opcodes.length;
    }

    private static int unary(int at, int operand, int result, Opcode... opcodes) {
        return set(at, operand, result, false, opcodes);
    }

    private static int binary(int at, int operand, int result, Opcode... opcodes) {
        return set(at, operand, result, true, opcodes);
    }

    private static int integerComparisons(int first, int type) {
        int at = unary(first, type, I32, Opcode.EQZ);
        at = binary(at, type, I32, Opcode.EQ, Opcode.NE, Opcode.LT_S, Opcode.LT_U, Opcode.GT_S);
        return binary(
                at, type, I32, Opcode.GT_U, Opcode.LE_S, Opcode.LE_U, Opcode.GE_S, Opcode.GE_U);
    }

    private static int floatComparisons(int first, int type) {
        int at = binary(first, type, I32, Opcode.FEQ, Opcode.FNE, Opcode.FLT);
        return binary(at, type, I32, Opcode.FGT, Opcode.FLE, Opcode.FGE);
    }

    private static int integerArithmetic(int first, int type) {
        int at = unary(first, type, type, Opcode.CLZ, Opcode.CTZ, Opcode.POPCNT);
        at = binary(at, type, type, Opcode.ADD, Opcode.SUB, Opcode.MUL);
        at = binary(at, type, type, Opcode.DIV_S, Opcode.DIV_U, Opcode.REM_S, Opcode.REM_U);
        at = binary(at, type, type, Opcode.AND, Opcode.OR, Opcode.XOR);
        at = binary(at, type, type, Opcode.SHL, Opcode.SHR_S, Opcode.SHR_U);
        return binary(at, type, type, Opcode.ROTL, Opcode.ROTR);
    }

    private static int floatArithmetic(int first, int type) {
        int at = unary(first, type, type, Opcode.FABS, Opcode.FNEG, Opcode.FCEIL, Opcode.FFLOOR);
        at = unary(at, type, type, Opcode.FTRUNC, Opcode.FNEAREST, Opcode.FSQRT);
        at = binary(at, type, type, Opcode.FADD, Opcode.FSUB, Opcode.FMUL, Opcode.FDIV);
        return binary(at, type, type, Opcode.FMIN, Opcode.FMAX, Opcode.FCOPYSIGN);
    }

    private static int conversions(int first) {
        int at = unary(first, I64, I32, Opcode.WRAP);
        at = unary(at, F32, I32, Opcode.TRUNC_S, Opcode.TRUNC_U);
        at = unary(at, F64, I32, Opcode.TRUNC_S, Opcode.TRUNC_U);
        at = unary(at, I32, I64, Opcode.EXTEND_S, Opcode.EXTEND_U);
        at = unary(at, F32, I64, Opcode.TRUNC_S, Opcode.TRUNC_U);
        at = unary(at, F64, I64, Opcode.TRUNC_S, Opcode.TRUNC_U);
        at = unary(at, I32, F32, Opcode.CONVERT_S, Opcode.CONVERT_U);
        at = unary(at, I64, F32, Opcode.CONVERT_S, Opcode.CONVERT_U);
        at = unary(at, F64, F32, Opcode.DEMOTE);
        at = unary(at, I32, F64, Opcode.CONVERT_S, Opcode.CONVERT_U);
        at = unary(at, I64, F64, Opcode.CONVERT_S, Opcode.CONVERT_U);
        at = unary(at, F32, F64, Opcode.PROMOTE);
        at = unary(at, F32, I32, Opcode.REINTERPRET);
        at = unary(at, F64, I64, Opcode.REINTERPRET);
        at = unary(at, I32, F32, Opcode.REINTERPRET);
        return unary(at, I64, F64, Opcode.REINTERPRET);
    }

    private static void saturatingConversions(int first) {
        int at = unary(first, F32, I32, Opcode.TRUNC_SAT_S, Opcode.TRUNC_SAT_U);
        at = unary(at, F64, I32, Opcode.TRUNC_SAT_S, Opcode.TRUNC_SAT_U);
        at = unary(at, F32, I64, Opcode.TRUNC_SAT_S, Opcode.TRUNC_SAT_U);
        unary(at, F64, I64, Opcode.TRUNC_SAT_S, Opcode.TRUNC_SAT_U);
    }

    // ---- translation ----

    /** An opcode from {@link #FIRST} to {@link #LAST}. */
    void translate(int opcode) {
        if (opcode >= FIRST_SIGN_EXTENSION) {
            body.require(Feature.SIGN_EXTENSION);
        }
        apply(opcode);
    }

    /** One of the eight saturating conversions. */
    void saturate(int number) {
        body.require(Feature.SATURATING_CONVERSIONS);
        apply(LAST + 1 + number);
    }

    private void apply(int row) {
        int operand = OPERANDS[row];
        int result = RESULTS[row];
        if (BINARY[row]) {
            int b = stack.pop(operand);
            int a = stack.pop(operand);
            stack.push(result, body.binary(OPCODES[row], IR_TYPES[result], a, b));
        } else {
            int a = stack.pop(operand);
            stack.push(result, body.unary(OPCODES[row], IR_TYPES[result], a));
        }
    }

    // ---- wide arithmetic: 128-bit integers as pairs of i64, the low half first ----

    /** add128 and sub128. */
    void addWide(boolean subtract) {
        body.require(Feature.WIDE_ARITHMETIC);
        int highB = stack.pop(I64);
        int lowB = stack.pop(I64);
        int highA = stack.pop(I64);
        int lowA = stack.pop(I64);
        Opcode op = subtract ? Opcode.SUB : Opcode.ADD;
        int low = body.binary(op, Type.I64, lowA, lowB);
        // The sum wrapped if it is below an operand; the difference will if a is below b.
        int wrapped =
                subtract
                        ? body.binary(Opcode.LT_U, Type.I32, lowA, lowB)
                        : body.binary(Opcode.LT_U, Type.I32, low, lowB);
        int carry = body.unary(Opcode.EXTEND_U, Type.I64, wrapped);
        int high = body.binary(op, Type.I64, highA, highB);
        stack.push(I64, low);
        stack.push(I64, body.binary(op, Type.I64, high, carry));
    }

    /** mul_wide_s and mul_wide_u. */
    void multiplyWide(Opcode highOpcode) {
        body.require(Feature.WIDE_ARITHMETIC);
        int b = stack.pop(I64);
        int a = stack.pop(I64);
        stack.push(I64, body.binary(Opcode.MUL, Type.I64, a, b));
        stack.push(I64, body.binary(highOpcode, Type.I64, a, b));
    }
}
