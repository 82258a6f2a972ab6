package wasm2obj.isel.aarch64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import wasm2obj.codegen.CodeBuffer;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.execution.NativeProgram;
import wasm2obj.ir.Function;
import wasm2obj.ir.FunctionBuilder;
import wasm2obj.ir.Interpreter;
import wasm2obj.ir.Module;
import wasm2obj.ir.ModuleText;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.isel.aarch64.instruction.A64Branches;

/** Branches whose targets their short forms do not reach: tbz beyond 32 KiB, b.cond and cbz beyond 1 MiB. */
class BranchRangesTest {
    private static final int TEST_BIT_WORDS = 40_000 / 4;
    private static final int CONDITION_WORDS = (1 << 20) / 4 + 100;

    private static final Module MODULE =
            ModuleText.parse(
                    """
                    type 0 (i32, i32) -> (i32)
                    declare 0 type 0
                    memory 0 minimum 1 maximum 1 pinned guarded
                    """);

    /** What a branch is about. */
    private enum Kind {
        BIT,
        ZERO,
        LESS
    }

    /** {@code if (condition) y = many operations on y; return y}, forwards, or as a loop. */
    private static Function function(Kind kind, int operations) {
        Function function = new Function();
        function.reset(0, null, MODULE.signature(0));
        FunctionBuilder builder = new FunctionBuilder();
        builder.reset(function);
        builder.setSimplify(false);
        int entry = builder.addBlock();
        int x = builder.addParam(entry, Type.I32);
        int y = builder.addParam(entry, Type.I32);
        int work = builder.addBlock();
        int end = builder.addBlock();
        int result = builder.addParam(end, Type.I32);
        builder.switchTo(entry);
        int condition =
                switch (kind) {
                    case BIT -> builder.binary(Opcode.AND, Type.I32, x, builder.constI32(64));
                    case ZERO -> x;
                    case LESS -> builder.binary(Opcode.LT_U, Type.I32, x, y);
                };
        builder.branch(condition, 0, work, null, 0, 0, end, new int[] {y}, 0, 1);
        builder.switchTo(work);
        int value = y;
        for (int i = 0; i < operations; i++) {
            value = builder.binary(i % 2 == 0 ? Opcode.XOR : Opcode.MUL, Type.I32, value, x);
        }
        builder.jump(end, new int[] {value}, 0, 1);
        builder.switchTo(end);
        builder.ret(new int[] {result}, 0, 1);
        return function;
    }

    private static void run(Kind kind, int operations, int bytes) {
        NativeProgram.assumeRunnable(Machine.FAST);
        NativeProgram program = new NativeProgram(MODULE, Machine.FAST);
        long[][] inputs = {{0, 5}, {64, 7}, {3, 9}, {65, 65}, {0xffff_ffffL, 1}};
        Interpreter interpreter = new Interpreter(MODULE, 1);
        Function function = function(kind, operations);
        String[] expected = new String[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            expected[i] = interpreter.run(function, inputs[i], 2 * operations + 100);
            interpreter = new Interpreter(MODULE, 1);
        }
        CompiledFunction compiled = program.add(function);
        assertTrue(compiled.code().length > bytes, "too little code");
        for (long[] input : inputs) {
            program.addCase(input);
        }
        List<NativeProgram.Outcome> outcomes = program.run();
        for (int i = 0; i < inputs.length; i++) {
            assertEquals(expected[i], outcomes.get(i).toString());
        }
    }

    @Test
    void testBit() {
        run(Kind.BIT, TEST_BIT_WORDS, 1 << 15);
    }

    @Test
    void compareWithZero() {
        run(Kind.ZERO, CONDITION_WORDS, 1 << 20);
    }

    @Test
    void condition() {
        run(Kind.LESS, CONDITION_WORDS, 1 << 20);
    }

    /** The last targets that short forms reach, and the first ones that they do not. */
    @Test
    void limits() {
        int bit = Op.testBit(3);
        int zero = Op.testRegister(3);
        assertEquals(4, lengthOfBranch(bit, 0x7ffc));
        assertEquals(8, lengthOfBranch(bit, 0x8000));
        assertEquals(4, lengthOfBranch(zero, 0xffffc));
        assertEquals(8, lengthOfBranch(zero, 0x100000));
    }

    private static int lengthOfBranch(int test, int distance) {
        A64Assembler assembler = new A64Assembler();
        CodeBuffer buffer = new CodeBuffer();
        assembler.begin(buffer);
        int label = buffer.newLabel();
        assembler.jumpIf(test, 1, label);
        while (buffer.size < distance) {
            assembler.word(A64Branches.hint(A64Branches.NOP));
        }
        buffer.bind(label);
        buffer.finish(assembler);
        return buffer.size - distance + 4;
    }
}
