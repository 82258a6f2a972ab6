package wasm2obj.codegen.execution;

import java.util.List;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;

/** Every integer operation, with operands in all forms, against the interpreter of the IR. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class IntegerOperationsSuite {
    private static final long[] VALUES = {
        0,
        1,
        2,
        3,
        5,
        8,
        31,
        32,
        33,
        63,
        128,
        255,
        0x8000,
        0xffff,
        0x7fffffffL,
        0x80000000L,
        0x80000001L,
        0xffffffffL,
        0xffffff80L,
        0x100000000L,
        0x123456789abcdef0L,
        0x7fffffffffffffffL,
        0x8000000000000000L,
        -1,
        -2,
        -128
    };

    private static final Opcode[] BINARIES = {
        Opcode.ADD, Opcode.SUB, Opcode.MUL, Opcode.DIV_S, Opcode.DIV_U, Opcode.REM_S, Opcode.REM_U,
        Opcode.AND, Opcode.OR, Opcode.XOR, Opcode.SHL, Opcode.SHR_S, Opcode.SHR_U, Opcode.ROTL,
        Opcode.ROTR
    };

    private static final Opcode[] COMPARISONS = {
        Opcode.EQ,
        Opcode.NE,
        Opcode.LT_S,
        Opcode.LT_U,
        Opcode.GT_S,
        Opcode.GT_U,
        Opcode.LE_S,
        Opcode.LE_U,
        Opcode.GE_S,
        Opcode.GE_U
    };

    /** What the tests run on. */
    protected abstract List<? extends NativeMachine> machines();

    @ParameterizedTest
    @MethodSource("machines")
    void binaryOperations(NativeMachine machine) {
        OperationProgram program = new OperationProgram(machine);
        for (Type type : new Type[] {Type.I32, Type.I64}) {
            for (Opcode opcode : BINARIES) {
                program.binary(opcode, type, type, VALUES);
            }
            for (Opcode opcode : COMPARISONS) {
                program.binary(opcode, type, Type.I32, VALUES);
            }
        }
        program.binary(Opcode.MULHI_S, Type.I64, Type.I64, VALUES);
        program.binary(Opcode.MULHI_U, Type.I64, Type.I64, VALUES);
        program.check();
    }

    @ParameterizedTest
    @MethodSource("machines")
    void unaryOperations(NativeMachine machine) {
        OperationProgram program = new OperationProgram(machine);
        for (Type type : new Type[] {Type.I32, Type.I64}) {
            program.unary(Opcode.CLZ, type, type, VALUES);
            program.unary(Opcode.CTZ, type, type, VALUES);
            program.unary(Opcode.POPCNT, type, type, VALUES);
            program.unary(Opcode.EXTEND8_S, type, type, VALUES);
            program.unary(Opcode.EXTEND16_S, type, type, VALUES);
            program.unary(Opcode.EQZ, type, Type.I32, VALUES);
        }
        program.unary(Opcode.EXTEND32_S, Type.I64, Type.I64, VALUES);
        program.unary(Opcode.WRAP, Type.I64, Type.I32, VALUES);
        program.unary(Opcode.EXTEND_S, Type.I32, Type.I64, VALUES);
        program.unary(Opcode.EXTEND_U, Type.I32, Type.I64, VALUES);
        program.check();
    }
}
