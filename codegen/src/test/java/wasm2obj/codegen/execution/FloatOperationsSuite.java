package wasm2obj.codegen.execution;

import java.util.List;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;

/** Every operation on scalar floats, with operands in all forms, against the interpreter of the IR. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class FloatOperationsSuite {
    private static final double[] NUMBERS = {
        0.0,
        -0.0,
        0.4,
        -0.5,
        0.5,
        -0.9999999,
        1.0,
        -1.0,
        1.5,
        2.5,
        -2.5,
        3.0,
        8388607.5,
        8388609.0,
        2147483647.0,
        2147483648.0,
        -2147483648.0,
        -2147483648.5,
        -2147483649.0,
        4294967295.0,
        4294967295.5,
        4294967296.0,
        0x1.0000000000001p52,
        0x1.fffffffffffffp62,
        0x1p63,
        -0x1p63,
        -0x1.0000000000001p63,
        0x1.fffffffffffffp63,
        0x1p64,
        1e300,
        -1e300,
        4.9e-324,
        1.1754942e-38,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.NaN
    };

    private static final long[] INTEGERS = {
        0,
        1,
        -1,
        2,
        0x7fffffffL,
        0x80000000L,
        0xffffffffL,
        0x100000001L,
        0x20000000000001L,
        0x20000000000003L,
        0x7fffff4000000001L,
        0x7fffffffffffffffL,
        0x8000000000000000L,
        0x8000000000000400L,
        0x8000000000000401L,
        0xfffffffffffff400L,
        0xffffff8000000001L,
        16777217,
        -16777219
    };

    private static final Opcode[] BINARIES = {
        Opcode.FADD,
        Opcode.FSUB,
        Opcode.FMUL,
        Opcode.FDIV,
        Opcode.FMIN,
        Opcode.FMAX,
        Opcode.FCOPYSIGN
    };

    private static final Opcode[] COMPARISONS = {
        Opcode.FEQ, Opcode.FNE, Opcode.FLT, Opcode.FGT, Opcode.FLE, Opcode.FGE
    };

    private static final Opcode[] UNARIES = {
        Opcode.FABS,
        Opcode.FNEG,
        Opcode.FCEIL,
        Opcode.FFLOOR,
        Opcode.FTRUNC,
        Opcode.FNEAREST,
        Opcode.FSQRT
    };

    private static final Opcode[] TRUNCATIONS = {
        Opcode.TRUNC_S, Opcode.TRUNC_U, Opcode.TRUNC_SAT_S, Opcode.TRUNC_SAT_U
    };

    private static long[] values(Type type) {
        long[] values = new long[NUMBERS.length];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    type == Type.F32
                            ? Float.floatToRawIntBits((float) NUMBERS[i]) & 0xffff_ffffL
                            : Double.doubleToRawLongBits(NUMBERS[i]);
        }
        return values;
    }

    /** What the tests run on. */
    protected abstract List<? extends NativeMachine> machines();

    @ParameterizedTest
    @MethodSource("machines")
    void binaryOperations(NativeMachine machine) {
        OperationProgram program = new OperationProgram(machine);
        for (Type type : new Type[] {Type.F32, Type.F64}) {
            for (Opcode opcode : BINARIES) {
                program.binary(opcode, type, type, values(type));
            }
            for (Opcode opcode : COMPARISONS) {
                program.binary(opcode, type, Type.I32, values(type));
            }
        }
        program.check();
    }

    @ParameterizedTest
    @MethodSource("machines")
    void unaryOperations(NativeMachine machine) {
        OperationProgram program = new OperationProgram(machine);
        for (Type type : new Type[] {Type.F32, Type.F64}) {
            for (Opcode opcode : UNARIES) {
                program.unary(opcode, type, type, values(type));
            }
            for (Opcode opcode : TRUNCATIONS) {
                program.unary(opcode, type, Type.I32, values(type));
                program.unary(opcode, type, Type.I64, values(type));
            }
            for (Type from : new Type[] {Type.I32, Type.I64}) {
                program.unary(Opcode.CONVERT_S, from, type, INTEGERS);
                program.unary(Opcode.CONVERT_U, from, type, INTEGERS);
            }
        }
        program.unary(Opcode.REINTERPRET, Type.F32, Type.I32, values(Type.F32));
        program.unary(Opcode.REINTERPRET, Type.F64, Type.I64, values(Type.F64));
        program.unary(Opcode.REINTERPRET, Type.I32, Type.F32, values(Type.F32));
        program.unary(Opcode.REINTERPRET, Type.I64, Type.F64, values(Type.F64));
        program.unary(Opcode.DEMOTE, Type.F64, Type.F32, values(Type.F64));
        program.unary(Opcode.PROMOTE, Type.F32, Type.F64, values(Type.F32));
        program.check();
    }
}
