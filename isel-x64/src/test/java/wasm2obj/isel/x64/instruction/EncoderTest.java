package wasm2obj.isel.x64.instruction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What the encoder promises beside the bytes: where fix-ups find their place, and which operands it refuses. */
class EncoderTest {
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MARK = 0x5A3C7E19;

    private final byte[] code = new byte[64];

    @Test
    void displacementsAreWhereFixUpsLook() {
        long[] immediates = {0, 1, 3, 100};
        int checked = 0;
        for (int row = 0; row < X64.count(); row++) {
            if (!Operand.mayBeMemory(X64.operandIn(row, Operand.RM))) {
                continue;
            }
            boolean register = X64.operandIn(row, Operand.IS4) != 0;
            boolean immediate = register || X64.operandIn(row, Operand.IMMEDIATE) != 0;
            for (int i = 0; i < (register ? 3 : immediate ? 4 : 1); i++) {
                int end =
                        Encoder.encodeMemory(
                                code,
                                5,
                                row,
                                0,
                                0,
                                Register.RIP,
                                Register.NONE,
                                0,
                                MARK,
                                immediates[i]);
                int at = Encoder.displacementAt(row, immediates[i], end);
                assertEquals(MARK, (int) INTS.get(code, at), X64.syntax(row));
                checked++;
            }
        }
        assertTrue(checked > X64.count() / 2);
    }

    @Test
    void branchTargetsAreWhereFixUpsLook() {
        int end = Encoder.encodeImmediate(code, 3, X64.JCC_REL32 + Condition.LE, MARK);
        assertEquals(MARK, (int) INTS.get(code, Encoder.branchAt(X64.JCC_REL32, end)));
        end = Encoder.encodeImmediate(code, 3, X64.CALL_REL32, MARK);
        assertEquals(MARK, (int) INTS.get(code, Encoder.branchAt(X64.CALL_REL32, end)));
        end = Encoder.encodeImmediate(code, 3, X64.JMP_REL8, -5);
        assertEquals(-5, code[Encoder.branchAt(X64.JMP_REL8, end)]);
    }

    @Test
    void instructionsEndWhereTheNextOneBegins() {
        int end = Encoder.encode(code, 0, X64.PUSH_R64, 0, 0, Register.R12, 0);
        end = Encoder.encode(code, end, X64.MOV_R64_RM64, Register.RDI, 0, Register.RSP, 0);
        end = Encoder.encode(code, end, X64.RET);
        byte[] expected = HexFormat.of().parseHex("4154488bfcc3");
        assertArrayEquals(expected, Arrays.copyOf(code, end));
    }

    @Test
    void operandsThatCannotBeEncodedAreRefused() {
        refuses(Register.RAX, Register.RSP, 0);
        refuses(Register.RIP, Register.RAX, 0);
        refuses(Register.RAX, Register.NONE, 1);
        refuses(16, Register.NONE, 0);
        assertThrows(
                AssertionError.class,
                () -> Encoder.encode(code, 0, X64.ADD_R32_RM32, 16, 0, Register.RAX, 0));
        assertThrows(
                AssertionError.class,
                () -> Encoder.encode(code, 0, X64.ADD_RM64_IMM32, 0, 0, Register.RAX, 0x80000000L));
        assertThrows(
                AssertionError.class,
                () -> Encoder.encode(code, 0, X64.ADD_RM8_IMM8, 0, 0, Register.RAX, 256));
        assertThrows(
                AssertionError.class,
                () -> Encoder.encode(code, 0, X64.ADD_R32_RM32, 0, 0, Register.RAX, 1));
        assertThrows(
                AssertionError.class, () -> Encoder.encodeImmediate(code, 0, X64.JMP_REL8, 128));
        assertThrows(
                AssertionError.class, () -> Encoder.encode(code, 0, X64.MOVSD_XMM_M64, 0, 0, 1, 0));
        assertThrows(AssertionError.class, () -> Encoder.encode(code, 0, X64.NEG_RM32, 1, 0, 0, 0));
        assertThrows(AssertionError.class, () -> Encoder.encode(code, 0, X64.ADDSD, 1, 2, 3, 0));
    }

    private void refuses(int base, int index, int scale) {
        assertThrows(
                AssertionError.class,
                () ->
                        Encoder.encodeMemory(
                                code, 0, X64.MOV_R32_RM32, 0, 0, base, index, scale, 0, 0));
    }

    @Test
    void printsLabels() {
        StringBuilder out = new StringBuilder();
        X64Printer.print(out, X64.JCC_REL32 + Condition.NE, 0, 0, 0, 0, "block7");
        assertEquals("jne block7", out.toString());
        out.setLength(0);
        X64Printer.printMemory(
                out, X64.ADDSD, 3, 0, Register.RIP, Register.NONE, 0, 8, 0, "constants");
        assertEquals("addsd xmm3, qword ptr [rip + constants + 8]", out.toString());
    }
}
