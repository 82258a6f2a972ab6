package wasm2obj.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class InlinerTest {
    private static final String MODULE =
            """
            type 0 (i32, i32) -> (i32)
            type 1 (i32, i32) -> (i32, i64)
            declare 0 type 0
            declare 1 type 0
            declare 2 type 1
            memory 0 minimum 1 maximum 1 pinned guarded
            """;

    private static final Module ENTITIES = ModuleText.parse(MODULE);

    /** The larger of two numbers. */
    private static final String LARGER =
            """
            function 1 (i32, i32) -> (i32) {
            b0(v0:i32, v1:i32):
                v2:i32 = lt_s v0, v1
                branch v2, b1, b2(v0)
            b1:
                jump b2(v1)
            b2(v3:i32):
                return v3
            }
            """;

    private static boolean inline(Function caller, String... callees) {
        boolean changed =
                Inliner.of(OptimizationLevel.O3)
                        .run(
                                caller,
                                index -> {
                                    for (String callee : callees) {
                                        Function function = Parser.parse(callee);
                                        if (function.index() == index) {
                                            return function;
                                        }
                                    }
                                    return null;
                                });
        Verifier verifier = new Verifier();
        assertTrue(verifier.verify(caller, ENTITIES), verifier::report);
        return changed;
    }

    @Test
    void callsOfOneBlockAreReplacedInOrder() {
        Function caller =
                Parser.parse(
                        """
                        function 0 (i32, i32) -> (i32) {
                        b0(v0:i32, v1:i32):
                            v2:i32 = call 1(v0, v1)
                            v3:i32 = add v2, v1
                            v4:i32 = call 1(v3, v2)
                            v5:i32 = xor v4, v3
                            return v5
                        }
                        """);
        assertTrue(inline(caller, LARGER));
        assertEquals(
                """
                function 0 (i32, i32) -> (i32) {
                b0(v0:i32, v1:i32):
                    v2:i32 = lt_s v0, v1
                    branch v2, b1, b2(v0)
                b1:
                    jump b2(v1)
                b2(v3:i32):
                    jump b3(v3)
                b3(v4:i32):
                    v5:i32 = add v4, v1
                    v6:i32 = lt_s v5, v4
                    branch v6, b4, b5(v5)
                b4:
                    jump b5(v4)
                b5(v7:i32):
                    jump b6(v7)
                b6(v8:i32):
                    v9:i32 = xor v8, v5
                    return v9
                }
                """,
                Printer.print(caller));
    }

    @Test
    void resultsBecomeParametersOfWhatFollows() {
        Function caller =
                Parser.parse(
                        """
                        function 0 (i32, i32) -> (i32) {
                        b0(v0:i32, v1:i32):
                            v2:i32 = call 2(v1, v0)
                            v3:i64 = result v2, 1
                            v4:i32 = wrap v3
                            v5:i32 = add v4, v2
                            return v5
                        }
                        """);
        assertTrue(
                inline(
                        caller,
                        """
                        function 2 (i32, i32) -> (i32, i64) {
                        b0(v0:i32, v1:i32):
                            trap_if v0, unreachable
                            v2:i64 = extend_u v0
                            return v1, v2
                        }
                        """));
        assertEquals(
                """
                function 0 (i32, i32) -> (i32) {
                b0(v0:i32, v1:i32):
                    trap_if v1, unreachable
                    v2:i64 = extend_u v1
                    jump b1(v0, v2)
                b1(v3:i32, v4:i64):
                    v5:i32 = wrap v4
                    v6:i32 = add v5, v3
                    return v6
                }
                """,
                Printer.print(caller));
    }

    @Test
    void tailCallsAndTheFunctionItselfStay() {
        Function caller =
                Parser.parse(
                        """
                        function 0 (i32, i32) -> (i32) {
                        b0(v0:i32, v1:i32):
                            v2:i32 = call 0(v0, v1)
                            v3:i32 = call 1(v2, v1)
                            return v3
                        }
                        """);
        assertFalse(
                inline(
                        caller,
                        """
                        function 1 (i32, i32) -> (i32) {
                        b0(v0:i32, v1:i32):
                            return_call 0(v0, v1)
                        }
                        """));
    }

    @Test
    void callsOfTheBodyGetTheHandler() {
        Function caller =
                Parser.parse(
                        """
                        function 0 (i32, i32) -> (i32) {
                        b0(v0:i32, v1:i32):
                            v2:i32 = call 1(v0, v1)
                            v3:i32 = call 1(v2, v1)
                            invoke b1(v3), b2(v2)
                        b1(v4:i32):
                            return v4
                        b2(v5:i32):
                            return v5
                        }
                        """);
        String callee =
                """
                function 1 (i32, i32) -> (i32) {
                b0(v0:i32, v1:i32):
                    branch v0, b1, b2
                b1:
                    v2:i32 = call 0(v1, v0)
                    v3:i32 = add v2, v1
                    jump b3(v3)
                b2:
                    jump b3(v1)
                b3(v4:i32):
                    return v4
                }
                """;
        assertTrue(inline(caller, callee));
        assertEquals(
                """
                function 0 (i32, i32) -> (i32) {
                b0(v0:i32, v1:i32):
                    branch v0, b1, b2
                b1:
                    v2:i32 = call 0(v1, v0)
                    v3:i32 = add v2, v1
                    jump b3(v3)
                b2:
                    jump b3(v1)
                b3(v4:i32):
                    jump b4(v4)
                b4(v5:i32):
                    branch v5, b5, b7
                b5:
                    v6:i32 = call 0(v1, v5)
                    invoke b6, b11(v5)
                b6:
                    v7:i32 = add v6, v1
                    jump b8(v7)
                b7:
                    jump b8(v1)
                b8(v8:i32):
                    jump b9(v8)
                b9(v9:i32):
                    jump b10(v9)
                b10(v10:i32):
                    return v10
                b11(v11:i32):
                    return v11
                }
                """,
                Printer.print(caller));
    }

    @Test
    void whatDoesNotReturnStays() {
        Function function =
                Parser.parse(
                        """
                        function 1 (i32, i32) -> (i32) {
                        b0(v0:i32, v1:i32):
                            trap unreachable
                        }
                        """);
        assertFalse(Inliner.of(OptimizationLevel.O3).accepts(function));
    }

    @Test
    void theSizeOfWhatIsAcceptedDependsOnTheLevel() {
        StringBuilder text =
                new StringBuilder("function 1 (i32, i32) -> (i32) {\nb0(v0:i32, v1:i32):\n");
        int size = 0;
        int saved = 6;
        for (OptimizationLevel level :
                new OptimizationLevel[] {
                    OptimizationLevel.OS, OptimizationLevel.O2, OptimizationLevel.O3
                }) {
            Inliner inliner = Inliner.of(level);
            int most = size;
            while (inliner.accepts(Parser.parse(text + "    return v" + (1 + most) + "\n}\n"))) {
                most++;
                text.append("    v%d:i32 = add v0, v%d\n".formatted(1 + most, most));
            }
            int limit = level == OptimizationLevel.OS ? 0 : level == OptimizationLevel.O2 ? 4 : 48;
            assertEquals(limit + saved + 1, most, level.name());
            size = most;
        }
    }
}
