package wasm2obj.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Quotients and remainders by many constants, of the dividends next to multiples of the divisor, the usual failures. */
class ConstantDivisionTest {
    private static final int NONE = Function.NONE;

    private final ConstantDivision pass = new ConstantDivision();
    private final Analyses analyses = new Analyses();

    @Test
    void divisors() {
        SplittableRandom random = new SplittableRandom(3);
        for (Type type : new Type[] {Type.I32, Type.I64}) {
            int width = type == Type.I32 ? 32 : 64;
            for (Opcode op :
                    new Opcode[] {Opcode.DIV_U, Opcode.DIV_S, Opcode.REM_U, Opcode.REM_S}) {
                for (long d = -130; d <= 130; d++) {
                    check(type, op, d, random);
                }
                for (int k = 0; k < width; k++) {
                    for (int e = -3; e <= 3; e++) {
                        check(type, op, (1L << k) + e, random);
                        check(type, op, -(1L << k) + e, random);
                    }
                }
                for (int n = 0; n < 200; n++) {
                    check(type, op, random.nextLong() >> random.nextInt(width), random);
                }
            }
        }
    }

    private void check(Type type, Opcode op, long divisor, SplittableRandom random) {
        long d = divisor & Interpreter.mask(type);
        if (d == 0) {
            return;
        }
        Function function = new Function();
        function.reset(0, null, new Signature(new Type[] {type}, new Type[] {type}));
        int block = function.addBlock();
        int x = function.addParam(block, type);
        int constant = function.append(block, Opcode.CONST, type, NONE, NONE, NONE, d, 0);
        int quotient = function.append(block, op, type, x, constant, NONE, 0, 0);
        int start = function.allocatePool(1);
        function.setPool(start, quotient);
        function.append(block, Opcode.RETURN, Type.VOID, start, 1, NONE, 0, 0);
        analyses.reset(function, null);
        boolean changed = pass.run(function, analyses);
        Verifier.check(function, null, op + " by " + divisor);
        if (changed) {
            for (int i = function.first(block); i != NONE; i = function.next(i)) {
                assertNotEquals(op, function.opcode(i));
            }
        }
        boolean minusOne = d == Interpreter.mask(type);
        boolean signed = op == Opcode.DIV_S || op == Opcode.REM_S;
        assertEquals(d != 1 && !(signed && minusOne), changed, op + " by " + divisor);
        for (int n = 0; n < 24; n++) {
            long multiple = random.nextLong() >>> random.nextInt(64);
            if (op == Opcode.DIV_U || op == Opcode.REM_U) {
                multiple = Long.divideUnsigned(n < 8 ? Interpreter.mask(type) : multiple, d);
            }
            long dividend = n < 4 ? (n - 2) * (1L << (type == Type.I32 ? 30 : 62)) : multiple * d;
            for (long e = -1; e <= 1; e++) {
                checkOne(function, type, op, dividend + e & Interpreter.mask(type), d);
            }
        }
    }

    private static void checkOne(Function function, Type type, Opcode op, long x, long d) {
        String outcome =
                new Interpreter(RandomFunctions.MODULE, 0).run(function, new long[] {x}, 100);
        if (outcome.startsWith("traps")) {
            return; // the one quotient that overflows, which was left as it is
        }
        String wanted = "returns [" + Interpreter.binary(op, type, x, d) + "]";
        assertEquals(
                wanted,
                outcome.substring(0, outcome.indexOf(',')),
                () ->
                        op
                                + " of "
                                + Long.toHexString(x)
                                + " by "
                                + Long.toHexString(d)
                                + "\n"
                                + Printer.print(function));
    }
}
