package wasm2obj.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The builder's simplifications keep the meaning of random functions, and of every opcode on telling operands. */
class FunctionBuilderTest {
    private static final Opcode[] BINARIES = {
        Opcode.ADD, Opcode.SUB, Opcode.MUL, Opcode.DIV_S, Opcode.DIV_U, Opcode.REM_S, Opcode.REM_U,
        Opcode.AND, Opcode.OR, Opcode.XOR, Opcode.SHL, Opcode.SHR_S, Opcode.SHR_U, Opcode.ROTL,
        Opcode.ROTR, Opcode.EQ, Opcode.NE, Opcode.LT_S, Opcode.LT_U, Opcode.GT_S, Opcode.GT_U,
        Opcode.LE_S, Opcode.LE_U, Opcode.GE_S, Opcode.GE_U
    };
    private static final long[] OPERANDS = {
        0,
        1,
        2,
        3,
        5,
        7,
        8,
        31,
        32,
        33,
        63,
        64,
        127,
        128,
        255,
        256,
        0x7fff,
        0x8000,
        0xffff,
        0x10000,
        0x7fffffffL,
        0x80000000L,
        0x80000001L,
        0xfffffffeL,
        0xffffffffL,
        0x100000000L,
        0x7fffffffffffffffL,
        0x8000000000000000L,
        -2,
        -1,
        0x123456789abcdefL
    };

    @Test
    void randomFunctionsMeanTheSame() {
        Equivalence equivalence = new Equivalence();
        Rebuilder rebuilder = new Rebuilder();
        for (long seed = 0; seed < 3000; seed++) {
            Function before = equivalence.make(seed);
            String wanted = Printer.print(before);
            Function after = rebuilder.rebuild(before, seed % 4 != 0);
            Verifier.check(after, RandomFunctions.MODULE, "rebuilt from\n" + wanted);
            equivalence.check(before, after, seed);
        }
        equivalence.checkThatEnoughRan();
    }

    /** Every chain of two operations with constants, on variables, against the interpreter. */
    @Test
    void chainsOfTwoOperationsMeanTheSame() {
        SplittableRandom random = new SplittableRandom(7);
        for (Type type : new Type[] {Type.I32, Type.I64}) {
            for (Opcode first : BINARIES) {
                for (Opcode second : BINARIES) {
                    for (int n = 0; n < 60; n++) {
                        checkChain(type, first, second, random);
                    }
                }
            }
        }
    }

    private static long operand(Type type, SplittableRandom random) {
        return OPERANDS[random.nextInt(OPERANDS.length)] & Interpreter.mask(type);
    }

    private void checkChain(Type type, Opcode first, Opcode second, SplittableRandom random) {
        Function function = new Function();
        Type[] parameters = {type, type};
        boolean compares = isComparison(second);
        Type result = compares ? Type.I32 : type;
        function.reset(0, null, new Signature(parameters, new Type[] {result}));
        FunctionBuilder builder = new FunctionBuilder();
        builder.reset(function);
        int entry = builder.addBlock();
        int[] x = {builder.addParam(entry, type), builder.addParam(entry, type)};
        builder.switchTo(entry);
        long c1 = operand(type, random);
        long c2 = operand(type, random);
        int k1 = builder.constant(type, c1);
        int k2 = builder.constant(type, c2);
        int shape = random.nextInt(6);
        boolean left1 = (shape & 1) != 0;
        boolean variable = shape >= 4;
        int inner =
                builder.binary(first, innerType(first, type), left1 ? k1 : x[0], left1 ? x[0] : k1);
        if (function.type(inner) != type) {
            inner = builder.unary(Opcode.EXTEND_U, Type.I64, inner);
        }
        int other = variable ? x[1] : k2;
        boolean left2 = (shape & 2) != 0;
        int outer = builder.binary(second, result, left2 ? other : inner, left2 ? inner : other);
        builder.ret(new int[] {outer}, 0, 1);
        Verifier.check(function, null, "chain");
        for (int n = 0; n < 6; n++) {
            long v0 = operand(type, random);
            long v1 = operand(type, random);
            String wanted =
                    "returns ["
                            + wanted(type, first, second, left1, left2, variable, c1, c2, v0, v1);
            Interpreter interpreter = new Interpreter(RandomFunctions.MODULE, 0);
            String got = interpreter.run(function, new long[] {v0, v1}, 1000);
            boolean same =
                    wanted.endsWith("trap")
                            ? got.startsWith("traps")
                            : got.startsWith(wanted + "]");
            assertTrue(
                    same,
                    () ->
                            first
                                    + " "
                                    + second
                                    + " of "
                                    + Long.toHexString(v0)
                                    + " "
                                    + Long.toHexString(v1)
                                    + " wanted "
                                    + wanted
                                    + " got "
                                    + got
                                    + "\n"
                                    + Printer.print(function));
        }
    }

    private static boolean isComparison(Opcode op) {
        return op.ordinal() >= Opcode.EQ.ordinal() && op.ordinal() <= Opcode.GE_U.ordinal();
    }

    private static Type innerType(Opcode op, Type type) {
        return isComparison(op) ? Type.I32 : type;
    }

    private static String wanted(
            Type type,
            Opcode first,
            Opcode second,
            boolean left1,
            boolean left2,
            boolean variable,
            long c1,
            long c2,
            long v0,
            long v1) {
        try {
            long inner = Interpreter.binary(first, type, left1 ? c1 : v0, left1 ? v0 : c1);
            long other = variable ? v1 : c2;
            return ""
                    + Interpreter.binary(
                            second, type, left2 ? other : inner, left2 ? inner : other);
        } catch (RuntimeException trap) {
            return "trap";
        }
    }

    @Test
    void constantsFoldAsTheInterpreterComputes() {
        SplittableRandom random = new SplittableRandom(11);
        ConstantFolder folder = new ConstantFolder();
        Type[] types = {Type.I32, Type.I64, Type.F32, Type.F64};
        int folded = 0;
        for (Opcode op : Opcode.values()) {
            boolean binary = op.form() == Opcode.Form.BINARY;
            boolean unary =
                    op.form() == Opcode.Form.UNARY
                            && (op.effect() == Opcode.Effect.PURE
                                    || op.effect() == Opcode.Effect.TRAPS);
            if (!binary && !unary) {
                continue;
            }
            for (Type from : types) {
                for (Type to : types) {
                    if (!isTyped(op, from, to)) {
                        continue;
                    }
                    for (int n = 0; n < 500; n++) {
                        long x = floatOrInteger(from, random);
                        long y = floatOrInteger(from, random);
                        boolean done =
                                binary
                                        ? folder.binary(op, from, x, y)
                                        : folder.unary(op, from, to, x);
                        if (done) {
                            folded++;
                            long wanted =
                                    binary
                                            ? Interpreter.binary(op, from, x, y)
                                            : Interpreter.unary(op, from, to, x);
                            assertEquals(
                                    wanted,
                                    folder.result(),
                                    () ->
                                            op
                                                    + " "
                                                    + from
                                                    + " "
                                                    + to
                                                    + " "
                                                    + Long.toHexString(x)
                                                    + " "
                                                    + Long.toHexString(y));
                        }
                    }
                }
            }
        }
        assertTrue(folded > 30_000, "only " + folded + " folds were checked");
    }

    private static boolean isTyped(Opcode op, Type from, Type to) {
        if (op.form() == Opcode.Form.BINARY) {
            boolean ofFloats = op.name().charAt(0) == 'F';
            boolean wideOnly = op == Opcode.MULHI_S || op == Opcode.MULHI_U;
            return from == to && from.isFloat() == ofFloats && (!wideOnly || from == Type.I64);
        }
        String text = "type 0 (" + Printer.name(from) + ") -> (" + Printer.name(to) + ")\n";
        Function function = new Function();
        function.reset(0, null, ModuleText.parse(text).types()[0]);
        int block = function.addBlock();
        int x = function.addParam(block, from);
        int none = Function.NONE;
        int y = function.append(block, op, to, x, none, none, 0, 0);
        int start = function.allocatePool(1);
        function.setPool(start, y);
        function.append(block, Opcode.RETURN, Type.VOID, start, 1, none, 0, 0);
        return new Verifier().verify(function, null);
    }

    private static long floatOrInteger(Type type, SplittableRandom random) {
        if (type == Type.F32) {
            float f =
                    random.nextInt(3) == 0
                            ? Float.intBitsToFloat(random.nextInt())
                            : (random.nextInt(4000) - 2000) / 8f;
            return Float.floatToRawIntBits(random.nextInt(5) == 0 ? f * 1e7f : f) & 0xffffffffL;
        }
        if (type == Type.F64) {
            double d =
                    random.nextInt(3) == 0
                            ? Double.longBitsToDouble(random.nextLong())
                            : (random.nextInt(4000) - 2000) / 8.0;
            return Double.doubleToRawLongBits(random.nextInt(5) == 0 ? d * 1e16 : d);
        }
        return (random.nextBoolean()
                        ? OPERANDS[random.nextInt(OPERANDS.length)]
                        : random.nextLong())
                & Interpreter.mask(type);
    }
}
