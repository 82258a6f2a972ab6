package wasm2obj.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import wasm2obj.frontend.BodyFacts;
import wasm2obj.frontend.Features;
import wasm2obj.frontend.ModuleParser;
import wasm2obj.frontend.WasmModule;
import wasm2obj.text.WatReader;

/** No chain of calls leads through more than 16 functions that do not compare the stack pointer with the limit, and no cycle does. */
class StackChecksTest {
    private static final int IMPORTED = 1;
    private static final int DEPTH = 16;

    private static boolean[] checks(String functions) {
        String text = "(module (import \"e\" \"f\" (func)) (table 1 funcref) " + functions + ")";
        WasmModule module =
                ModuleParser.parse(
                        WatReader.read(text.getBytes(StandardCharsets.UTF_8)).bytes(),
                        Features.DEFAULT);
        return StackChecks.of(module, BodyFacts.of(module).calls());
    }

    /** What a function does with another, by number; the import if it is negative. */
    private record Call(int callee, boolean isTail) {}

    private static boolean[] checks(Call[][] calls) {
        StringBuilder text = new StringBuilder();
        for (Call[] own : calls) {
            text.append("(func");
            for (Call call : own) {
                text.append(call.isTail ? " (if (i32.const 1) (then (return_call " : " (call ");
                text.append(call.callee + IMPORTED).append(call.isTail ? ")))" : ")");
            }
            text.append(")\n");
        }
        return checks(text.toString());
    }

    @Test
    void unknownCalls() {
        boolean[] checks =
                checks(
                        """
                        (type $t (func))
                        (func (call 0))
                        (func (call_indirect (i32.const 0)))
                        (func (return_call_indirect (i32.const 0)))
                        (func (param (ref $t)) (call_ref $t (local.get 0)))
                        (func (param (ref $t)) (return_call_ref $t (local.get 0)))
                        (func (return_call 0))
                        (func (call 6))
                        (func (call 1) (call 2))
                        """);
        assertArrayEquals(
                new boolean[] {false, true, true, false, true, false, false, true, false}, checks);
    }

    @Test
    void cycles() {
        assertTrue(checks("(func (call 1))")[IMPORTED]);
        boolean[] pair = checks("(func (call 2)) (func (call 1))");
        assertTrue(pair[IMPORTED] != pair[IMPORTED + 1]);
        assertTrue(checks("(func (call 2)) (func (return_call 1))")[IMPORTED]);
        assertFalse(checks("(func (return_call 2)) (func (return_call 1))")[IMPORTED]);
    }

    @Test
    void longChains() {
        Call[][] calls = new Call[100][];
        for (int f = 0; f < 99; f++) {
            calls[f] = new Call[] {new Call(f + 1, false)};
        }
        calls[99] = new Call[0];
        boolean[] checks = checks(calls);
        int count = 0;
        for (boolean is : checks) {
            count += is ? 1 : 0;
        }
        assertEquals(100 / (DEPTH + 1), count);
        assertSafe(calls, checks);
    }

    @Test
    void randomGraphs() {
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            Call[][] calls = new Call[1 + random.nextInt(80)][];
            int tails = random.nextInt(5);
            for (int f = 0; f < calls.length; f++) {
                calls[f] = new Call[random.nextInt(1 + random.nextInt(4))];
                for (int k = 0; k < calls[f].length; k++) {
                    int callee = random.nextInt(20) == 0 ? -1 : random.nextInt(calls.length);
                    calls[f][k] = new Call(callee, random.nextInt(5) < tails);
                }
            }
            assertSafe(calls, checks(calls));
        }
    }

    /** Finds how many frames without a comparison can be on the stack, from each function on. */
    private static void assertSafe(Call[][] calls, boolean[] checks) {
        int[] frames = new int[calls.length];
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int f = 0; f < calls.length; f++) {
                int most = checks[f + IMPORTED] ? 0 : mostFrames(calls[f], frames);
                assertTrue(most <= DEPTH, "a chain that is too long from " + f + " on");
                changed |= most != frames[f];
                frames[f] = most;
            }
        }
    }

    private static int mostFrames(Call[] calls, int[] frames) {
        int most = 1;
        for (Call call : calls) {
            assertTrue(call.isTail || call.callee >= 0, "a call of what is not known");
            int below = call.callee < 0 ? DEPTH : frames[call.callee];
            most = Math.max(most, call.isTail ? below : below + 1);
        }
        return most;
    }
}
