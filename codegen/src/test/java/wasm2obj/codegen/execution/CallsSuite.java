package wasm2obj.codegen.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import wasm2obj.ir.Module;
import wasm2obj.ir.ModuleText;
import wasm2obj.ir.Parser;

/** Calls with many parameters and results, tail calls of any signature in constant stack, calls that leave the instance. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class CallsSuite {
    /** Runs the first function of the text on each argument list and gives the outcomes. */
    private static List<NativeProgram.Outcome> run(
            NativeMachine machine,
            String module,
            List<String> functions,
            int[][] links,
            long[]... inputs) {
        Module entities = ModuleText.parse(module);
        NativeProgram program = new NativeProgram(entities, machine);
        for (int[] link : links) {
            program.link(link[0], link[1]);
        }
        for (int i = functions.size() - 1; i >= 0; i--) {
            program.add(Parser.parse(functions.get(i)));
        }
        for (long[] input : inputs) {
            program.addCase(1, new long[entities.globals().length], input);
        }
        return program.run();
    }

    private static long result(NativeProgram.Outcome outcome, int number) {
        assertEquals(null, outcome.trap());
        return outcome.results()[number];
    }

    /** What the tests run on. */
    protected abstract List<? extends NativeMachine> machines();

    /** Ten parameters of each kind, all kinds on the stack; ten results, in registers and in the buffer. */
    @ParameterizedTest
    @MethodSource("machines")
    void manyParametersAndResults(NativeMachine machine) {
        String types =
                "i32, i64, i32, i64, i32, i64, i32, i64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64";
        String module =
                """
                type 0 (TYPES) -> (i32, i64, i64, i64, i64, i64, i64, i64, f64, i32)
                type 1 (i64) -> (i64)
                declare 0 type 0
                declare 1 type 1
                memory 0 minimum 1 maximum 1 pinned guarded
                """
                        .replace("TYPES", types);
        String callee =
                """
                function 0 (TYPES) -> (i32, i64, i64, i64, i64, i64, i64, i64, f64, i32) {
                b0(v0:i32, v1:i64, v2:i32, v3:i64, v4:i32, v5:i64, v6:i32, v7:i64,
                   v8:f64, v9:f64, v10:f64, v11:f64, v12:f64, v13:f64, v14:f64, v15:f64, v16:f64, v17:f64):
                    v20:i64 = extend_u v0
                    v21:i64 = extend_u v2
                    v22:i64 = extend_u v4
                    v23:i64 = extend_u v6
                    v24:f64 = fsub v16, v17
                    return v6, v1, v3, v5, v7, v20, v21, v22, v24, v4
                }
                """
                        .replace("TYPES", types)
                        .replace(",\n                   v8", ", v8")
                        .replace(",\n   v8", ", v8");
        String caller =
                """
                function 1 (i64) -> (i64) {
                b0(v0:i64):
                    v1:i32 = wrap v0
                    v2:f64 = convert_u v0
                    v3:f64 = const 3.0
                    v4:f64 = fadd v2, v3
                    v5:i64 = const 7
                    v6:i64 = add v0, v5
                    v7:i32 = const 9
                    v10:i32 = call 0(v1, v6, v7, v0, v1, v5, v1, v6, v2, v2, v2, v2, v2, v2, v2, v2, v4, v2)
                    v11:i64 = result v10, 1
                    v12:i64 = result v10, 2
                    v13:i64 = result v10, 3
                    v14:i64 = result v10, 4
                    v15:i64 = result v10, 5
                    v16:i64 = result v10, 6
                    v17:i64 = result v10, 7
                    v18:f64 = result v10, 8
                    v19:i32 = result v10, 9
                    v20:i64 = extend_u v10
                    v30:i64 = add v20, v11
                    v31:i64 = const 3
                    v32:i64 = mul v30, v31
                    v33:i64 = add v32, v12
                    v34:i64 = mul v33, v31
                    v35:i64 = add v34, v13
                    v36:i64 = mul v35, v31
                    v37:i64 = add v36, v14
                    v38:i64 = mul v37, v31
                    v39:i64 = add v38, v15
                    v40:i64 = mul v39, v31
                    v41:i64 = add v40, v16
                    v42:i64 = mul v41, v31
                    v43:i64 = add v42, v17
                    v44:i64 = trunc_sat_s v18
                    v45:i64 = mul v43, v31
                    v46:i64 = add v45, v44
                    v47:i64 = extend_u v19
                    v48:i64 = mul v46, v31
                    v49:i64 = add v48, v47
                    return v49
                }
                """;
        List<NativeProgram.Outcome> outcomes =
                run(machine, module, List.of(caller, callee), new int[0][], new long[] {1000});
        long x = 1000;
        long expected = x + x + 7;
        for (long next : new long[] {x, 7, x + 7, x, 9, x, 3, x}) {
            expected = expected * 3 + next;
        }
        assertEquals(expected, result(outcomes.get(0), 0));
    }

    /**
     * Three functions that tail call each other a million times, with no, some and many stack arguments; the stack is limited to
     * a megabyte.
     */
    @ParameterizedTest
    @MethodSource("machines")
    void tailCallsInConstantStack(NativeMachine machine) {
        String module =
                """
                type 0 (i64, i64) -> (i64)
                type 1 (i64, i64, i64, i64, i64, i64, i64, i64) -> (i64)
                type 2 (i64, i64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64) -> (i64)
                declare 0 type 0
                declare 1 type 1
                declare 2 type 2
                memory 0 minimum 1 maximum 1 pinned guarded
                """;
        String first =
                """
                function 0 (i64, i64) -> (i64) {
                b0(v0:i64, v1:i64):
                    v2:i32 = eqz v0
                    branch v2, b1, b2
                b1:
                    return v1
                b2:
                    v3:i64 = const -1
                    v4:i64 = add v0, v3
                    v5:i64 = const 5
                    v6:i64 = mul v1, v5
                    return_call 1(v4, v6, v4, v5, v6, v0, v1, v3)
                }
                """;
        String second =
                """
                function 1 (i64, i64, i64, i64, i64, i64, i64, i64) -> (i64) {
                b0(v0:i64, v1:i64, v2:i64, v3:i64, v4:i64, v5:i64, v6:i64, v7:i64):
                    v8:i64 = add v6, v7
                    v9:i64 = add v1, v8
                    v10:f64 = convert_s v9
                    v11:f64 = const 1.5
                    return_call 2(v0, v9, v10, v11, v10, v11, v10, v11, v10, v11, v11, v10, v10, v10, v10, v11)
                }
                """;
        String third =
                """
                function 2 (i64, i64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64, f64) -> (i64) {
                b0(v0:i64, v1:i64, v2:f64, v3:f64, v4:f64, v5:f64, v6:f64, v7:f64, v8:f64, v9:f64, v10:f64, v11:f64, v12:f64, v13:f64, v14:f64, v15:f64):
                    v20:f64 = fadd v10, v15
                    v21:f64 = const 3.0
                    v22:i32 = feq v20, v21
                    v23:i64 = extend_u v22
                    v24:i64 = add v1, v23
                    v25:i64 = const 1048575
                    v26:i64 = and v24, v25
                    return_call 0(v0, v26)
                }
                """;
        List<NativeProgram.Outcome> outcomes =
                run(
                        machine,
                        module,
                        List.of(first, second, third),
                        new int[0][],
                        new long[] {1_000_000, 1},
                        new long[] {0, 42});
        long value = 1;
        for (int i = 0; i < 1_000_000; i++) {
            value = value * 5 + (value - 1) + 1 & 1048575;
        }
        assertEquals(value, result(outcomes.get(0), 0));
        assertEquals(42, result(outcomes.get(1), 0));
    }

    /** Two instances whose functions tail call each other a million times; each reads its own global. */
    @ParameterizedTest
    @MethodSource("machines")
    void tailCallsBetweenInstances(NativeMachine machine) {
        for (String more : new String[] {"", ", i64, i64, i64, i64, i64, i64, i64"}) {
            String module =
                    """
                    type 0 (i64, i64MORE) -> (i64)
                    type 1 (i64) -> (i64)
                    declare 0 type 0 imported
                    declare 1 type 0
                    declare 2 type 1
                    global 0 i64 mutable
                    memory 0 minimum 1 maximum 1 pinned guarded
                    """
                            .replace("MORE", more);
            boolean few = more.isEmpty();
            String ping =
                    """
                    function 1 (i64, i64MORE) -> (i64) {
                    b0(v0:i64, v1:i64PARAMETERS):
                        v20:i64 = global_get 0
                        v21:i64 = add v1, v20
                        v22:i32 = eqz v0
                        branch v22, b1, b2
                    b1:
                        return v21
                    b2:
                        v23:i64 = const -1
                        v24:i64 = add v0, v23
                        return_call 0(v24, v21ARGUMENTS)
                    }
                    """
                            .replace("MORE", more)
                            .replace(
                                    "PARAMETERS",
                                    few
                                            ? ""
                                            : ", v2:i64, v3:i64, v4:i64, v5:i64, v6:i64, v7:i64, v8:i64")
                            .replace("ARGUMENTS", few ? "" : ", v8, v7, v6, v5, v4, v3, v2");
            String start =
                    """
                    function 2 (i64) -> (i64) {
                    b0(v0:i64):
                        v1:i64 = const 1
                        v2:i64 = const 1000000
                        v3:i64 = call 1(v0, v1MORE)
                        v4:i64 = global_get 0
                        v5:i64 = mul v4, v2
                        v6:i64 = add v3, v5
                        return v6
                    }
                    """
                            .replace("MORE", few ? "" : ", v0, v1, v2, v0, v1, v2, v0");
            Module entities = ModuleText.parse(module);
            NativeProgram program = new NativeProgram(entities, machine);
            program.link(0, 1);
            program.add(Parser.parse(ping));
            program.add(Parser.parse(start));
            program.addCase(1, new long[] {5}, 1_000_000);
            program.addCase(1, new long[] {5}, 3);
            program.addCase(1, new long[] {5}, 0);
            List<NativeProgram.Outcome> outcomes = program.run();
            assertEquals(
                    1 + 500_001 * 5L + 500_000 * 1005L + 5_000_000, result(outcomes.get(0), 0));
            assertEquals(1 + 2 * 5 + 2 * 1005 + 5_000_000, result(outcomes.get(1), 0));
            assertEquals(1 + 5 + 5_000_000, result(outcomes.get(2), 0));
        }
    }

    /** Recursion ends in a trap when the stack's limit is reached, however large the frames. */
    @ParameterizedTest
    @MethodSource("machines")
    void stackOverflow(NativeMachine machine) {
        String module =
                """
                type 0 (i64) -> (i64)
                declare 0 type 0
                memory 0 minimum 1 maximum 1 pinned guarded
                """;
        String recursion =
                """
                function 0 (i64) -> (i64) {
                b0(v0:i64):
                    v1:i64 = const 1
                    v2:i64 = add v0, v1
                    v3:i64 = call 0(v2)
                    v4:i64 = add v3, v0
                    return v4
                }
                """;
        List<NativeProgram.Outcome> outcomes =
                run(machine, module, List.of(recursion), new int[0][], new long[] {0});
        assertEquals("STACK_OVERFLOW", String.valueOf(outcomes.get(0).trap()));
    }
}
