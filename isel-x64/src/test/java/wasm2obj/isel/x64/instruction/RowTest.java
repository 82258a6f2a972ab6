package wasm2obj.isel.x64.instruction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table against itself: every row parses, is named by its operands, and appears once. */
class RowTest {
    private static final String VECTORS_ONLY = "(_XMM)*_XMMM\\d+(_IMM8)?";

    @Test
    void everyRowParses() {
        for (int row = 0; row < X64.count(); row++) {
            Rows.encoding(row);
            assertTrue(X64.operandCount(row) <= 4);
        }
    }

    @Test
    void everyConstantIsNamedByItsOperandsAndNumberedInOrder() throws IllegalAccessException {
        int next = 0;
        for (Class<?> rows : new Class<?>[] {IntegerRows.class, SseRows.class, AvxRows.class}) {
            for (Field field : rows.getDeclaredFields()) {
                if (!Modifier.isPublic(field.getModifiers())) {
                    continue;
                }
                int row = field.getInt(null);
                assertEquals(next, row, field.getName());
                String mnemonic = mnemonic(row);
                String operands = operands(row);
                if (!field.getName().equals(mnemonic) || !operands.matches(VECTORS_ONLY)) {
                    assertEquals(mnemonic + operands, field.getName());
                }
                next = row + (X64.isConditional(row) ? 16 : 1);
            }
        }
        assertEquals(X64.count(), next);
    }

    private static String mnemonic(int row) {
        return X64.syntax(row)
                .substring(0, mnemonicLength(row))
                .replace(' ', '_')
                .toUpperCase(Locale.ROOT);
    }

    private static int mnemonicLength(int row) {
        return RowDecoder.mnemonicLength(X64.syntax(row) + Rows.COLUMNS, X64.syntax(row).length());
    }

    /** {@code " r32a, r/m32, imm8"} as {@code "_R32_RM32_IMM8"}. */
    private static String operands(int row) {
        String syntax = X64.syntax(row);
        return syntax.substring(mnemonicLength(row))
                .replaceAll(",? <xmm0>", "")
                .replaceAll("(xmm)\\d", "$1")
                .replaceAll("(r\\d+)[ab]", "$1")
                .replace("/", "")
                .replaceAll(",? ", "_")
                .toUpperCase(Locale.ROOT);
    }

    @Test
    void noRowAppearsTwice() {
        Set<String> seen = new HashSet<>();
        for (int row = 0; row < X64.count(); row++) {
            String operands = X64.syntax(row).substring(mnemonicLength(row));
            assertTrue(seen.add(X64.mnemonic(row) + operands), X64.syntax(row));
        }
    }

    @Test
    void conditionsFollowEachOtherAndNegate() {
        for (int condition = 0; condition < 16; condition++) {
            int row = X64.SETCC_RM8 + condition;
            assertEquals(condition, X64.condition(row));
            assertEquals("set" + Condition.name(condition), X64.mnemonic(row));
            int negated = X64.negate(row);
            assertEquals(X64.SETCC_RM8 + Condition.negate(condition), negated);
            assertNotEquals(row, negated);
        }
        assertEquals("jle", X64.mnemonic(X64.JCC_REL32 + Condition.LE));
        assertEquals("cmovg", X64.mnemonic(X64.negate(X64.CMOVCC_R64_RM64 + Condition.LE)));
        assertEquals(Condition.G, Condition.swapOperands(Condition.L));
        assertEquals(Condition.BE, Condition.swapOperands(Condition.AE));
        assertThrows(IllegalArgumentException.class, () -> Condition.swapOperands(Condition.P));
    }

    @Test
    void vexFormsDoTheSameWithAtMostOneMoreSource() {
        for (int sse = 0; sse < X64.count(); sse++) {
            int vex = X64.vexForm(sse);
            if (vex == sse) {
                continue;
            }
            assertEquals("v" + X64.mnemonic(sse), X64.mnemonic(vex));
            int added = X64.operandCount(vex) - X64.operandCount(sse);
            boolean destroys =
                    Operand.reads(X64.operand(sse, 0)) && Operand.writes(X64.operand(sse, 0));
            assertTrue(added == 1 || added == 0 && !destroys, X64.syntax(vex));
            assertEquals(
                    Operand.register(X64.operand(sse, 0)), Operand.register(X64.operand(vex, 0)));
            assertEquals(X64.writesFlags(sse), X64.writesFlags(vex));
            assertEquals(
                    Operand.memoryBytes(X64.operandIn(sse, Operand.RM)),
                    Operand.memoryBytes(X64.operandIn(vex, Operand.RM)),
                    X64.syntax(vex));
        }
        assertEquals(X64.VADDSD, X64.vexForm(X64.ADDSD));
        assertEquals(X64.PBLENDVB, X64.vexForm(X64.PBLENDVB));
        assertEquals(X64.ADD_R32_RM32, X64.vexForm(X64.ADD_R32_RM32));
    }

    @Test
    void operandsSayWhatTheManualSays() {
        int destination = X64.operand(X64.CVTSI2SD_XMM_RM64, 0);
        assertEquals(Operand.XMM, Operand.register(destination));
        assertEquals(Operand.REG, Operand.field(destination));
        int source = X64.operand(X64.CVTSI2SD_XMM_RM64, 1);
        assertEquals(Operand.GPR64, Operand.register(source));
        assertEquals(8, Operand.memoryBytes(source));
        assertEquals(Operand.RM, Operand.field(source));
        int count = X64.operand(X64.SHL_RM32_CL, 1);
        assertEquals(Register.RCX, Operand.fixed(count));
        assertEquals(Operand.IMPLIED, Operand.field(count));
        assertEquals(Operand.VVVV, Operand.field(X64.operand(X64.SHLX_R64_RM64_R64, 2)));
        assertEquals(Operand.IS4, Operand.field(X64.operand(X64.VPBLENDVB_XMM_XMM_XMMM128_XMM, 3)));
        int address = X64.operand(X64.LEA_R64_M, 1);
        assertTrue(Operand.mayBeMemory(address));
        assertEquals(0, Operand.memoryBytes(address));
        assertEquals(Operand.NO_REGISTER, Operand.register(address));
    }

    @Test
    void mistakesAreFound() {
        assertMistake("add r32, r/m32 = /r", "no opcode");
        assertMistake("add r32, r/m33 = 03 /r", "not a register");
        assertMistake("add r32, r32, r32 = 03 /r", "more registers than fields");
        assertMistake("add r32 = 03 /r", "fewer registers than fields");
        assertMistake("add r32, m32, m32 = 03 /r", "two memory operands");
        assertMistake("add r/m32, imm32 = 81 /0 ib", "immediates differ");
        assertMistake("add r/m32, imm8 = 81 /8 ib", "not an opcode extension");
        assertMistake("jmp rel32 = EB cb", "branches differ");
        assertMistake("add r32, r/m32 = REX 03 /r", "not a prefix");
        assertMistake("add r/m32, imm32 = 81 /0 ix", "not an immediate");
        assertMistake("xchg r32 = 90+xd", "not a register in the opcode");
        assertMistake("add r32, r/m32 = 3 /r", "not a byte");
        assertMistake("vaddps xmm1, xmm2, xmm3/m128 = VEX.512.0F.WIG 58 /r", "not a part of VEX");
        assertMistake("vaddps xmm1, xmm2, xmm3/m128 = VEX.128.WIG 58 /r", "no map");
        assertMistake("mov r/m32, foo = 89 /r", "not an operand");
        assertMistake("mov m32 = A1", "no ModRM");
    }

    private static void assertMistake(String text, String message) {
        IllegalStateException mistake =
                assertThrows(IllegalStateException.class, () -> new RowDecoder(text, 0), text);
        assertTrue(mistake.getMessage().endsWith(": " + message), mistake.getMessage());
    }

    @Test
    void movesOfImmediatesAreTheShortest() {
        assertEquals(X64.MOV_R32_IMM32, X64.moveImmediate64(0));
        assertEquals(X64.MOV_R32_IMM32, X64.moveImmediate64(0xFFFFFFFFL));
        assertEquals(X64.MOV_RM64_IMM32, X64.moveImmediate64(-1));
        assertEquals(X64.MOV_RM64_IMM32, X64.moveImmediate64(Integer.MIN_VALUE));
        assertEquals(X64.MOVABS_R64_IMM64, X64.moveImmediate64(0x100000000L));
        assertEquals(X64.MOVABS_R64_IMM64, X64.moveImmediate64(Integer.MIN_VALUE - 1L));
    }

    @Test
    void levelsContainEachOther() {
        assertTrue(Feature.has(Feature.X86_64_V2, Feature.SSE41));
        assertTrue(Feature.has(Feature.X86_64_V3, Feature.SSE41));
        assertEquals(Feature.X86_64, Feature.X86_64 & Feature.X86_64_V2);
        assertEquals((1 << Feature.COUNT) - 1, Feature.X86_64_V3);
    }
}
