package wasm2obj.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import wasm2obj.ir.ControlFlow;
import wasm2obj.ir.Dominators;
import wasm2obj.ir.Function;
import wasm2obj.ir.Loops;
import wasm2obj.ir.Module;
import wasm2obj.ir.ModuleText;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Parser;
import wasm2obj.ir.Type;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;

/** What the backward walk selects, with a selector that makes one instruction of each and folds what it may into additions. */
class LoweringContextTest {
    private static final int FOLDED = 1000;

    /** The opcode of an instruction is 100 plus the IR's; additions fold a load or multiplication in their second operand. */
    private static final class OneForOne implements InstructionSelector {
        private LoweringContext context;
        private Function function;

        @Override
        public void begin(LoweringContext newContext) {
            context = newContext;
            function = newContext.function();
        }

        @Override
        public void lowerEntry() {
            for (int i = function.first(0);
                    function.opcode(i) == Opcode.PARAM;
                    i = function.next(i)) {
                if (context.hasReg(i)) {
                    context.defFixed(context.reg(i), (int) function.imm(i));
                }
            }
            context.emit(VCode.ENTRY, 0, 0);
        }

        @Override
        public void lower(int i) {
            Opcode opcode = function.opcode(i);
            int b = function.b(i);
            boolean folds =
                    opcode == Opcode.ADD
                            && (function.opcode(b) == Opcode.LOAD
                                    || function.opcode(b) == Opcode.MUL)
                            && context.canSink(b);
            if (folds) {
                context.sink(b);
                emit(i, FOLDED + function.opcode(b).ordinal(), function.a(i), function.a(b));
            } else if (opcode.form() == Opcode.Form.BINARY) {
                emit(i, 100 + opcode.ordinal(), function.a(i), b);
            } else if (opcode.form() == Opcode.Form.STORE) {
                emit(i, 100 + opcode.ordinal(), function.a(i), function.c(i));
            } else {
                emit(i, 100 + opcode.ordinal(), function.a(i), -1);
            }
        }

        private void emit(int i, int opcode, int a, int b) {
            int first = context.reg(a);
            int second = b < 0 ? -1 : context.reg(b);
            if (function.opcode(i).form() != Opcode.Form.STORE) {
                context.operand(Operand.definition(context.result(i), Operand.REGISTER, 0));
            }
            context.use(first);
            if (second >= 0) {
                context.use(second);
            }
            context.emit(opcode, 0, 0);
        }

        @Override
        public void lowerTerminator(int i) {
            if (function.opcode(i) == Opcode.RETURN) {
                int value = context.reg(function.pool(function.a(i)));
                context.use(value);
                context.emit(VCode.RETURN, 0, 0);
            } else {
                int value = context.reg(function.a(i));
                context.use(value);
                context.emit(100 + function.opcode(i).ordinal(), 0, 0);
            }
        }

        @Override
        public int constant(int i) {
            int vreg = context.newVreg(function.type(i));
            constant(vreg, function.type(i), function.imm(i));
            return vreg;
        }

        @Override
        public void constant(int vreg, Type type, long bits) {
            context.operand(Operand.definition(vreg, Operand.REGISTER, 0));
            context.emit(100 + Opcode.CONST.ordinal(), 0, bits);
        }
    }

    private static final Module MODULE =
            ModuleText.parse("memory 0 minimum 1 maximum 1 pinned guarded\n");
    private static final LoweringContext CONTEXT = new LoweringContext();

    /** Names of the instructions; registers are numbered in the order in which they appear. */
    private static String lower(String text) {
        Function function = Parser.parse(text);
        VCode code = new VCode();
        float[] frequencies = new float[function.blockCount()];
        java.util.Arrays.fill(frequencies, 1f);
        ContextLayout layout = new ContextLayout(MODULE, new boolean[0]);
        ControlFlow flow = new ControlFlow();
        flow.compute(function);
        Dominators dominators = new Dominators();
        dominators.compute(function, flow);
        Loops loops = new Loops();
        loops.compute(function, dominators);
        CONTEXT.lower(
                function, MODULE, layout, frequencies, loops, dominators, new OneForOne(), code);
        return print(code);
    }

    private static String print(VCode code) {
        AllocationInput input = code.registers;
        int[] numbers = new int[input.vregCount];
        java.util.Arrays.fill(numbers, -1);
        int[] next = {0};
        StringBuilder text = new StringBuilder();
        for (int b = 0; b < input.blockCount; b++) {
            text.append('b').append(b);
            for (int p = input.paramStarts[b]; p < input.paramStarts[b + 1]; p++) {
                text.append(' ').append(name(numbers, next, input.params[p]));
            }
            text.append(":\n");
            for (int i = input.blockStarts[b]; i < input.blockStarts[b + 1]; i++) {
                text.append("  ").append(opcodeName(code.opcodes[i]));
                for (int o = input.operandStarts[i]; o < input.operandStarts[i + 1]; o++) {
                    int vreg = Operand.vreg(input.operands[o]);
                    text.append(' ').append(name(numbers, next, vreg));
                }
                text.append('\n');
            }
            for (int a = input.argumentStarts[b]; a < input.argumentStarts[b + 1]; a++) {
                text.append("  pass ").append(name(numbers, next, input.arguments[a])).append('\n');
            }
        }
        return text.toString();
    }

    private static String name(int[] numbers, int[] next, int vreg) {
        if (numbers[vreg] < 0) {
            numbers[vreg] = next[0]++;
        }
        return "v" + numbers[vreg];
    }

    private static String opcodeName(int opcode) {
        return switch (opcode) {
            case VCode.ENTRY -> "entry";
            case VCode.JUMP -> "jump";
            case VCode.TRAP -> "trap";
            case VCode.RETURN -> "return";
            default ->
                    opcode >= FOLDED
                            ? "add_" + lowerCase(opcode - FOLDED)
                            : lowerCase(opcode - 100);
        };
    }

    private static String lowerCase(int ordinal) {
        return Opcode.of(ordinal).name().toLowerCase(java.util.Locale.ROOT);
    }

    @Test
    void whatNobodyUsesIsDropped() {
        String text =
                """
                function 0 (i32, i32) -> (i32) {
                b0(v0:i32, v1:i32):
                    v2:i32 = mul v0, v1
                    v3:i32 = xor v2, v0
                    v4:i32 = sub v0, v0
                    return v4
                }
                """;
        assertEquals("b0:\n  entry v0\n  sub v1 v0 v0\n  return v1\n", lower(text));
    }

    @Test
    void effectsStayAndKeepTheirOrder() {
        String text =
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    v1:i32 = load [v0] memory0
                    store [v0] memory0, v0
                    v2:i32 = load [v0] memory0
                    store8 [v0] memory0, v2
                    return v0
                }
                """;
        assertEquals(
                "b0:\n  entry v0\n  load v1 v0\n  store v0 v0\n  load v2 v0\n  store8 v0 v2\n  return v0\n",
                lower(text));
    }

    @Test
    void aLoadIsTakenOverByItsOnlyUser() {
        String text =
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    v1:i32 = load [v0] memory0
                    v2:i32 = add v0, v1
                    return v2
                }
                """;
        assertEquals("b0:\n  entry v0\n  add_load v1 v0 v0\n  return v1\n", lower(text));
    }

    @Test
    void aLoadStaysBeforeAStore() {
        String text =
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    v1:i32 = load [v0] memory0
                    store [v0] memory0, v0
                    v2:i32 = add v0, v1
                    return v2
                }
                """;
        assertEquals(
                "b0:\n  entry v0\n  load v1 v0\n  store v0 v0\n  add v2 v0 v1\n  return v2\n",
                lower(text));
    }

    @Test
    void aValueWithTwoUsersIsNotTakenOver() {
        String text =
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    v1:i32 = mul v0, v0
                    v2:i32 = add v0, v1
                    v3:i32 = add v2, v1
                    return v3
                }
                """;
        assertEquals(
                "b0:\n  entry v0\n  mul v1 v0 v0\n  add v2 v0 v1\n  add v3 v2 v1\n  return v3\n",
                lower(text));
    }

    @Test
    void aValueOfAnotherBlockIsNotTakenOver() {
        String text =
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    v1:i32 = mul v0, v0
                    jump b1
                b1:
                    v2:i32 = add v0, v1
                    return v2
                }
                """;
        assertEquals(
                "b0:\n  entry v0\n  mul v1 v0 v0\n  jump\nb1:\n  add v2 v0 v1\n  return v2\n",
                lower(text));
    }

    @Test
    void constantsAreMadeAtEachUse() {
        String text =
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    v1:i32 = const 7
                    v2:i32 = sub v0, v1
                    v3:i32 = sub v2, v1
                    return v3
                }
                """;
        assertEquals(
                "b0:\n  entry v0\n  const v1\n  sub v2 v0 v1\n  const v3\n  sub v4 v2 v3\n  return v4\n",
                lower(text));
    }

    /** A parameter that nobody reads is passed only where that could not be known yet: on edges backwards. */
    @Test
    void parametersThatNobodyReadsAreNotPassedForwards() {
        String text =
                """
                function 0 (i32, i32) -> (i32) {
                b0(v0:i32, v1:i32):
                    jump b1(v1, v0)
                b1(v2:i32, v3:i32):
                    return v3
                }
                """;
        assertEquals("b0:\n  entry v0\n  jump\n  pass v0\nb1 v1:\n  return v1\n", lower(text));
    }

    @Test
    void loopsPassTheirParametersAround() {
        String text =
                """
                function 0 (i32, i32) -> (i32) {
                b0(v0:i32, v1:i32):
                    jump b1(v0)
                b1(v2:i32):
                    v3:i32 = sub v2, v1
                    branch v3, b2, b3
                b2:
                    jump b1(v3)
                b3:
                    return v2
                }
                """;
        String expected =
                """
                b0:
                  entry v0 v1
                  jump
                  pass v0
                b1 v2:
                  sub v3 v2 v1
                  branch v3
                b2:
                  jump
                  pass v3
                b3:
                  return v2
                """;
        assertEquals(expected, lower(text));
    }
}
