package wasm2obj.frontend;

/**
 * A constant expression that has been validated: instructions of a stack machine, one after the other.
 *
 * <p>Immediates: the bits of a constant (i32 and f32 zero-extended), the index of a global or function; a null reference
 * has none. Of what makes objects it is the type's index, in the lower half; array.new_fixed has the number of elements in the upper one.
 */
public final class ConstantExpression {
    // Opcodes: those of the binary format, prefixed ones with the prefix in the second byte.
    public static final int GLOBAL_GET = 0x23;
    public static final int I32_CONST = 0x41;
    public static final int I64_CONST = 0x42;
    public static final int F32_CONST = 0x43;
    public static final int F64_CONST = 0x44;
    public static final int V128_CONST = 0xfd0c;
    public static final int I32_ADD = 0x6a;
    public static final int I32_SUB = 0x6b;
    public static final int I32_MUL = 0x6c;
    public static final int I64_ADD = 0x7c;
    public static final int I64_SUB = 0x7d;
    public static final int I64_MUL = 0x7e;
    public static final int REF_NULL = 0xd0;
    public static final int REF_FUNC = 0xd2;
    public static final int STRUCT_NEW = 0xfb00;
    public static final int STRUCT_NEW_DEFAULT = 0xfb01;
    public static final int ARRAY_NEW = 0xfb06;
    public static final int ARRAY_NEW_DEFAULT = 0xfb07;
    public static final int ARRAY_NEW_FIXED = 0xfb08;
    public static final int ANY_CONVERT_EXTERN = 0xfb1a;
    public static final int EXTERN_CONVERT_ANY = 0xfb1b;
    public static final int REF_I31 = 0xfb1c;

    private final int type;
    private final char[] opcodes;
    private final long[] immediates;
    private final long vectorHigh;

    /** Takes ownership of the arrays. {@code vectorHigh}: the high half of a V128_CONST. */
    ConstantExpression(int type, char[] opcodes, long[] immediates, long vectorHigh) {
        this.type = type;
        this.opcodes = opcodes;
        this.immediates = immediates;
        this.vectorHigh = vectorHigh;
    }

    /** Type of the value. */
    public int type() {
        return type;
    }

    /** Number of instructions, at least one. */
    public int length() {
        return opcodes.length;
    }

    public int opcode(int index) {
        return opcodes[index];
    }

    public long immediate(int index) {
        return immediates[index];
    }

    /** The high half of the vector, if this is a V128_CONST. */
    public long vectorHigh() {
        return vectorHigh;
    }

    /** Whether the expression is one instruction with this opcode. */
    public boolean is(int opcode) {
        return opcodes.length == 1 && opcodes[0] == opcode;
    }

    /** Whether the value is a scalar number that {@link #literal} knows. */
    public boolean isLiteral() {
        return opcodes.length == 1 && opcodes[0] >= I32_CONST && opcodes[0] <= F64_CONST;
    }

    /** The bits of a literal. */
    public long literal() {
        return immediates[0];
    }
}
