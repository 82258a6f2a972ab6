package wasm2obj.codegen.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wasm2obj.ir.Function;
import wasm2obj.ir.Interpreter;
import wasm2obj.ir.Module;
import wasm2obj.ir.ModuleText;
import wasm2obj.ir.Parser;

/** Neighbouring accesses around the end of memory, where one of them may fault, against the interpreter of the IR. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class MemoryAccessesSuite {
    private static final Module MODULE =
            ModuleText.parse(
                    """
                    type 0 (i32, i32) -> (i32)
                    declare 0 type 0
                    memory 0 minimum 1 maximum 65536 pinned guarded
                    """);

    private static final String[] ACCESSES = {
        """
        v2:i32 = load [v0 + 4] memory0
        v3:i32 = load [v0] memory0
        v4:i32 = sub v2, v3
        """,
        """
        v2:i32 = load [v0] memory0
        v3:i32 = load [v0 + 4] memory0
        v4:i32 = sub v2, v3
        """,
        """
        v2:i32 = load [v0 + 8] memory0
        v3:i32 = load [v2 + 4] memory0
        v4:i32 = load [v2] memory0
        """,
        """
        v2:i32 = load [v0] memory0
        store [v2 + 12] memory0, v1
        v4:i32 = load [v2 + 8] memory0
        """,
        """
        store [v0 + 4] memory0, v1
        store [v0] memory0, v1
        v4:i32 = add v0, v1
        """,
        """
        store [v0] memory0, v1
        store [v0 + 4] memory0, v0
        v4:i32 = load [v0] memory0
        """,
        """
        store [v0 + 8] memory0, v1
        store [v0 + 4] memory0, v0
        store [v0] memory0, v1
        v4:i32 = load [v0 + 4] memory0
        """,
        """
        v2:i64 = extend_u v1
        store [v0 + 16] memory0, v2
        store [v0 + 8] memory0, v2
        store [v0] memory0, v2
        v3:i64 = load [v0 + 12] memory0
        v4:i32 = wrap v3
        """,
    };

    /** The machines to run the functions on. */
    protected abstract List<? extends NativeMachine> machines();

    @ParameterizedTest
    @MethodSource("machines")
    void neighbours(NativeMachine machine) {
        NativeProgram program = new NativeProgram(MODULE, machine);
        List<String> expected = new ArrayList<>();
        for (String accesses : ACCESSES) {
            String text =
                    "function 0 (i32, i32) -> (i32) {\nb0(v0:i32, v1:i32):\n"
                            + accesses
                            + "return v4\n}\n";
            Function function = Parser.parse(text);
            List<long[]> arguments = new ArrayList<>();
            for (long end = -28; end <= 8; end++) {
                arguments.add(new long[] {Interpreter.MEMORY_SIZE + end, 0x1234_5678});
            }
            arguments.add(new long[] {64, 0x9876_5432L});
            arguments.add(new long[] {0xffff_fffcL, 1});
            for (long[] values : arguments) {
                expected.add(new Interpreter(MODULE, 1).run(function, values, 1000));
            }
            program.add(function);
            for (long[] values : arguments) {
                program.addCase(values);
            }
        }
        List<String> outcomes = new ArrayList<>();
        for (NativeProgram.Outcome outcome : program.run()) {
            outcomes.add(outcome.toString());
        }
        assertEquals(expected, outcomes);
    }
}
