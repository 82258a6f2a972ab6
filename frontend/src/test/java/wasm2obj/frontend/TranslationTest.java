package wasm2obj.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static wasm2obj.frontend.WasmBuilder.I32;
import static wasm2obj.frontend.WasmBuilder.I64;
import static wasm2obj.frontend.WasmBuilder.bytes;
import static wasm2obj.frontend.WasmBuilder.join;
import static wasm2obj.frontend.WasmBuilder.locals;
import static wasm2obj.frontend.WasmBuilder.name;

import org.junit.jupiter.api.Test;
import wasm2obj.ir.Function;
import wasm2obj.ir.Module;
import wasm2obj.ir.Printer;
import wasm2obj.ir.Verifier;

/** The IR of small bodies, as text: where blocks and parameters are made, and where not. */
final class TranslationTest {
    private static final int[] NONE = {};

    private static String translate(WasmBuilder builder, MemoryPlan plan) {
        WasmModule module = ModuleParser.parse(builder.build(), Features.DEFAULT);
        Module entities = ModuleEntities.derive(module, BodyFacts.of(module), plan);
        Function function = new Function();
        FunctionTranslator translator =
                new FunctionTranslator(module, entities, BranchHints.of(module));
        // The IR's own rules are not the matter here.
        translator.setSimplify(false);
        translator.translate(module.functionCount() - 1, function);
        Verifier.check(function, entities, "translated");
        return Printer.print(function);
    }

    private static void check(WasmBuilder builder, String expected) {
        assertEquals(expected.strip(), translate(builder, MemoryPlan.GUARD).strip());
    }

    private static WasmBuilder unaryFunction(int... instructions) {
        return new WasmBuilder().type(new int[] {I32}, I32).function(0, instructions);
    }

    // ---- merges ----

    @Test
    void armsThatChangeOneLocal() {
        check(
                unaryFunction(
                        0x20, 0, 0x04, 0x40, 0x41, 5, 0x21, 0, 0x05, 0x41, 6, 0x21, 0, 0x0b, 0x20,
                        0),
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    branch v0, b1, b2
                b1:
                    v1:i32 = const 5
                    jump b3(v1)
                b2:
                    v2:i32 = const 6
                    jump b3(v2)
                b3(v3:i32):
                    return v3
                }
                """);
    }

    @Test
    void ifWithoutElsePassesTheOldValue() {
        check(
                unaryFunction(0x20, 0, 0x04, 0x40, 0x41, 5, 0x21, 0, 0x0b, 0x20, 0),
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    branch v0, b1, b2(v0)
                b1:
                    v1:i32 = const 5
                    jump b2(v1)
                b2(v2:i32):
                    return v2
                }
                """);
    }

    @Test
    void valuesThatAgreeNeedNoParameter() {
        // Both arms set local 1 to local 0, and leave local 0 as the result.
        check(
                new WasmBuilder()
                        .type(new int[] {I32, I32}, I32)
                        .function(
                                0, 0x20, 1, 0x04, I32, 0x20, 0, 0x21, 1, 0x20, 0, 0x05, 0x20, 0,
                                0x22, 1, 0x0b, 0x20, 1, 0x6a),
                """
                function 0 (i32, i32) -> (i32) {
                b0(v0:i32, v1:i32):
                    branch v1, b1, b2
                b1:
                    jump b3
                b2:
                    jump b3
                b3:
                    v2:i32 = add v0, v0
                    return v2
                }
                """);
    }

    @Test
    void singleEdgesNeedNoBlock() {
        // The only way behind the block is the br; behind the if it is the arm that does not
        // return.
        check(
                unaryFunction(
                        0x02, 0x40, 0x20, 0, 0x04, 0x40, 0x41, 7, 0x0f, 0x0b, 0x41, 8, 0x21, 0,
                        0x0c, 0, 0x0b, 0x20, 0),
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    branch v0, b1, b2
                b1:
                    v1:i32 = const 7
                    return v1
                b2:
                    v2:i32 = const 8
                    return v2
                }
                """);
    }

    @Test
    void branchesCarryOperands() {
        check(
                unaryFunction(0x02, I32, 0x41, 9, 0x20, 0, 0x0d, 0, 0x1a, 0x20, 0, 0x0b),
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    v1:i32 = const 9
                    branch v0, b2(v1), b1
                b1:
                    jump b2(v0)
                b2(v2:i32):
                    return v2
                }
                """);
    }

    // ---- loops ----

    @Test
    void loopsHaveParametersForWhatTheyAssign() {
        // Local 1 counts up to local 0.
        check(
                new WasmBuilder()
                        .type(new int[] {I32}, I32)
                        .function(
                                0,
                                locals(1, I32),
                                bytes(
                                        0x03, 0x40, 0x20, 1, 0x41, 1, 0x6a, 0x22, 1, 0x20, 0, 0x48,
                                        0x0d, 0, 0x0b, 0x20, 1, 0x0b)),
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    v1:i32 = const 0
                    jump b1(v1)
                b1(v2:i32):
                    v3:i32 = const 1
                    v4:i32 = add v2, v3
                    v5:i32 = lt_s v4, v0
                    branch v5, b1(v4), b2
                b2:
                    return v4
                }
                """);
    }

    @Test
    void innerLoopsAssignForOuterOnes() {
        check(
                unaryFunction(
                        0x03, 0x40, 0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 1, 0x0b,
                        0x0b, 0x20, 0),
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    jump b1(v0)
                b1(v1:i32):
                    jump b2(v1)
                b2(v2:i32):
                    v3:i32 = const 1
                    v4:i32 = sub v2, v3
                    branch v4, b1(v4), b3
                b3:
                    return v4
                }
                """);
    }

    // ---- constant conditions and dead code ----

    @Test
    void constantConditionsBuildOneArm() {
        check(
                unaryFunction(
                        0x41, 0, 0x04, I32, 0x41, 1, 0x05, 0x41, 2, 0x0b, 0x41, 1, 0x04, 0x40, 0x0b,
                        0x20, 0, 0x6a),
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    v1:i32 = const 0
                    v2:i32 = const 2
                    v3:i32 = const 1
                    v4:i32 = add v0, v2
                    return v4
                }
                """);
    }

    @Test
    void deadCodeIsNotBuilt() {
        check(
                unaryFunction(
                        0x20, 0, 0x0f, 0x03, 0x40, 0x41, 1, 0x21, 0, 0x0c, 0, 0x0b, 0x41, 5, 0x6a),
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    return v0
                }
                """);
    }

    // ---- switches ----

    @Test
    void repeatedLabelsShareOneEdge() {
        // Labels 0, 1, 0 and 1 as the default, with an operand.
        check(
                unaryFunction(
                        0x02, I32, 0x02, I32, 0x20, 0, 0x20, 0, 0x0e, 2, 0, 1, 0, 0x0b, 0x41, 1,
                        0x6a, 0x0b),
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    switch v0, b1, b2(v0), b1
                b1:
                    v1:i32 = const 1
                    v2:i32 = add v0, v1
                    jump b2(v2)
                b2(v3:i32):
                    return v3
                }
                """);
    }

    // ---- memory ----

    private static WasmBuilder load(int... offset) {
        int[] instructions = new int[4 + offset.length];
        int at = 0;
        for (int b : new int[] {0x20, 0, 0x28, 2}) {
            instructions[at++] = b;
        }
        for (int b : offset) {
            instructions[at++] = b;
        }
        return unaryFunction(instructions).memory(1).item(7, name("m"), bytes(2, 0));
    }

    @Test
    void guardedAccess() {
        check(
                load(16),
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    v1:i32 = load [v0 + 16] memory0
                    return v1
                }
                """);
    }

    @Test
    void guardedAccessFarAway() {
        // 2^31: no displacement, and the check is explicit.
        check(
                load(0x80, 0x80, 0x80, 0x80, 0x08),
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    v1:i64 = extend_u v0
                    v2:i64 = const 2147483652
                    v3:i64 = add v1, v2
                    v4:i64 = memory_bound 0
                    v5:i32 = gt_u v3, v4
                    trap_if v5, memory_out_of_bounds
                    v6:i32 = const -2147483648
                    v7:i32 = add v0, v6
                    v8:i32 = load [v7] memory0
                    return v8
                }
                """);
    }

    @Test
    void explicitAccess() {
        assertEquals(
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    v1:i64 = extend_u v0
                    v2:i64 = const 20
                    v3:i64 = add v1, v2
                    v4:i64 = memory_bound 0
                    v5:i32 = gt_u v3, v4
                    trap_if v5, memory_out_of_bounds
                    v6:i64 = memory_base 0
                    v7:i32 = load [v6 + v0 + 16] memory0
                    return v7
                }
                """
                        .strip(),
                translate(load(16), MemoryPlan.EXPLICIT).strip());
    }

    @Test
    void memoryThatNeverGrowsHasAKnownSize() {
        WasmBuilder builder = unaryFunction(0x20, 0, 0x28, 2, 16, 0x3f, 0, 0x6a).memory(1);
        assertEquals(
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    v1:i32 = const 65516
                    v2:i32 = gt_u v0, v1
                    trap_if v2, memory_out_of_bounds
                    v3:i64 = memory_base 0
                    v4:i32 = load [v3 + v0 + 16] memory0
                    v5:i32 = const 1
                    v6:i32 = add v4, v5
                    return v6
                }
                """
                        .strip(),
                translate(builder, MemoryPlan.EXPLICIT).strip());
    }

    // ---- calls ----

    private static WasmBuilder indirectCall() {
        return new WasmBuilder()
                .type(new int[] {I32}, I32)
                .item(4, bytes(WasmBuilder.FUNCREF, 0, 3))
                .item(9, bytes(0, 0x41, 1, 0x0b, 1, 0))
                .function(0, 0x20, 0, 0x20, 0, 0x11, 0, 0);
    }

    @Test
    void callThroughConstantTable() {
        check(
                indirectCall(),
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    v1:i32 = call_indirect table0 type0(v0, v0)
                    return v1
                }
                """);
    }

    @Test
    void callThroughExportedTable() {
        check(
                indirectCall().item(7, name("t"), bytes(1, 0)),
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    v1:i64 = extend_u v0
                    v2:i64 = table_bound 0
                    v3:i32 = ge_u v1, v2
                    trap_if v3, undefined_element
                    v4:i64 = table_base 0
                    v5:i64 = const 3
                    v6:i64 = shl v1, v5
                    v7:func = load [v4 + v6] table0
                    check_signature v7, 0
                    v8:i32 = call_ref type0 indirect_call_to_null(v7, v0)
                    return v8
                }
                """);
    }

    @Test
    void resultsOfCallsFollowTheCall() {
        check(
                new WasmBuilder()
                        .type(NONE, I32, I64)
                        .type(NONE, I64)
                        .importFunction(0)
                        .function(1, 0x10, 0, 0x21, 0, 0x1a, 0x20, 0)
                        .function(
                                1,
                                join(locals(1, I64)),
                                bytes(0x10, 0, 0x21, 0, 0x1a, 0x20, 0, 0x0b)),
                """
                function 2 () -> (i64) {
                b0:
                    v0:i64 = const 0
                    v1:i32 = call 0()
                    v2:i64 = result v1, 1
                    return v2
                }
                """);
    }

    // ---- hints ----

    @Test
    void unlikelyBranchesLeadToColdBlocks() {
        byte[] hints = bytes(1, 0, 1, 3, 1, 0);
        check(
                unaryFunction(0x20, 0, 0x04, 0x40, 0x41, 5, 0x21, 0, 0x0b, 0x20, 0)
                        .custom("metadata.code.branch_hint", hints),
                """
                function 0 (i32) -> (i32) {
                b0(v0:i32):
                    branch v0, b1, b2(v0) unlikely
                b1 cold:
                    v1:i32 = const 5
                    jump b2(v1)
                b2(v2:i32):
                    return v2
                }
                """);
    }
}
