package wasm2obj.regalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The checker accepts nothing that goes wrong when it is run. */
class AllocationCheckerTest {
    private static final String CALL =
            """
            b0: 1
                v0:r0, p1:r1 = op
                op v0:r0 !clobber r0 r1 r2 !safepoint
                op v0, p1
                op
            """;

    private final AllocationInput input = new AllocationInput();
    private final Allocation result = new Allocation();

    private List<String> check() {
        return AllocationChecker.check(input, Registers.TINY, result);
    }

    private void allocateCall() {
        AllocationText.parse(CALL, input);
        new FastAllocator().allocate(input, Registers.TINY, result);
        assertEquals(List.of(), check());
    }

    private void expect(String error) {
        List<String> errors = check();
        assertTrue(
                errors.stream().anyMatch(e -> e.contains(error)),
                () -> error + " not in " + errors);
    }

    @Test
    void textIsPrintedAsItWasRead() {
        for (int seed = 0; seed < 50; seed++) {
            String text = AllocationText.print(InputGenerator.generate(seed, Registers.X64, 8, 6));
            AllocationText.parse(text, input);
            assertEquals(text, AllocationText.print(input));
        }
    }

    @Test
    void constantThatIsRepeatedIsNotMadeBefore() {
        AllocationText.parse(
                """
                b0: 1
                    v0 = op !remat
                    op !clobber r0 r1 r2
                    op v0
                    op
                """,
                input);
        new GreedyAllocator().allocate(input, Registers.TINY, result);
        assertEquals(Allocation.REMATERIALIZE, result.locations[0]);
        assertEquals(1, result.moveCount);
        assertEquals(List.of(), check());
        result.moveCount = 0;
        expect("v0 is not in");
    }

    @Test
    void otherValuesCannotBeRepeated() {
        allocateCall();
        result.locations[1] = Allocation.REMATERIALIZE;
        expect("cannot hold class");
    }

    @Test
    void wrongRegister() {
        allocateCall();
        result.locations[3] = 1;
        expect("v0 is not in r1");
    }

    @Test
    void brokenConstraint() {
        allocateCall();
        result.locations[2] = 3;
        expect("breaks the constraint");
    }

    @Test
    void unknownUseOfRegister() {
        allocateCall();
        result.usedRegisters = 0;
        expect("not in usedRegisters");
    }

    @Test
    void referenceMissingInMap() {
        allocateCall();
        result.stackMapCount = 0;
        expect("the stack map lacks p1");
    }

    @Test
    void deadReferenceInMap() {
        allocateCall();
        int live = result.stackMapSlots[0];
        result.stackMapSlots[0] = 1 - live;
        expect("without a live reference");
    }

    @Test
    void slotOutsideTheFrame() {
        allocateCall();
        result.slotCount--;
        assertTrue(!check().isEmpty());
    }

    @Test
    void twoAddressConstraint() {
        AllocationText.parse("b0: 1\n v0:r0 = op\n v1:~1 = op v0\n op v1", input);
        new FastAllocator().allocate(input, Registers.TINY, result);
        assertEquals(List.of(), check());
        result.locations[1] = 1;
        result.locations[3] = 1;
        result.usedRegisters = 3;
        expect("breaks the constraint of operand 0");
    }

    @Test
    void misalignedVector() {
        AllocationText.parse(
                "b0: 1\n f0:stack = op\n q1:stack = op\n op f0:stack, q1:stack", input);
        new FastAllocator().allocate(input, Registers.TINY, result);
        assertEquals(List.of(), check());
        result.slotCount = 4;
        result.locations[1] = Allocation.SLOT + 1;
        expect("cannot hold class 2");
        // Over the scalar's slot.
        result.locations[1] = result.locations[0] & ~1;
        assertTrue(!check().isEmpty());
    }

    @Test
    void whatRunsWrongIsRejected() {
        Allocator allocator = new FastAllocator();
        int wrong = 0;
        int rejected = 0;
        for (int seed = 0; seed < 6000; seed++) {
            AllocationInput in = InputGenerator.generate(seed, Registers.TINY, 6, 6);
            allocator.allocate(in, Registers.TINY, result);
            assertNull(AllocationSimulator.run(in, result, seed, 60));
            mutate(in, new Random(seed));
            boolean accepted = AllocationChecker.check(in, Registers.TINY, result).isEmpty();
            rejected += accepted ? 0 : 1;
            if (inRange(in)) {
                String found = AllocationSimulator.run(in, result, seed, 60);
                wrong += found != null ? 1 : 0;
                assertTrue(
                        found == null || !accepted,
                        () -> found + "\n" + AllocationText.print(in, result));
            }
        }
        // The mutations are real ones: most are wrong, and found on a random path.
        assertTrue(wrong > 1500, "wrong " + wrong);
        assertTrue(rejected > 4000, "rejected " + rejected);
    }

    private boolean inRange(AllocationInput in) {
        int end = Allocation.SLOT + result.slotCount;
        for (int o = 0; o < in.operandCount; o++) {
            if (result.locations[o] >= end) {
                return false;
            }
        }
        return true;
    }

    private void mutate(AllocationInput in, Random random) {
        int m = result.moveCount == 0 ? -1 : random.nextInt(result.moveCount);
        int kind = random.nextInt(6);
        if (kind == 0 || m < 0) {
            int o = random.nextInt(in.operandCount);
            result.locations[o] = otherLocation(random, result.locations[o]);
            result.usedRegisters = -1;
        } else if (kind == 1) {
            result.moveSources[m] = otherLocation(random, result.moveSources[m]);
        } else if (kind == 2) {
            result.moveTargets[m] = otherLocation(random, result.moveTargets[m]);
            result.usedRegisters = -1;
        } else if (kind == 3 && m > 0 && result.movePlaces[m - 1] == result.movePlaces[m]) {
            swap(result.moveSources, m);
            swap(result.moveTargets, m);
            byte vregClass = result.moveClasses[m];
            result.moveClasses[m] = result.moveClasses[m - 1];
            result.moveClasses[m - 1] = vregClass;
        } else if (kind == 5 && result.stackMapCount > 0) {
            result.stackMapInstructions[random.nextInt(result.stackMapCount)]++;
        } else {
            // Loses the move.
            result.moveSources[m] = 0;
            result.moveTargets[m] = 0;
            result.moveClasses[m] = 0;
            result.usedRegisters = -1;
        }
    }

    private int otherLocation(Random random, int location) {
        if (location >= Allocation.SLOT) {
            return Allocation.SLOT + random.nextInt(result.slotCount + 1);
        }
        return location & ~3 | random.nextInt(4);
    }

    private static void swap(int[] array, int at) {
        int element = array[at];
        array[at] = array[at - 1];
        array[at - 1] = element;
    }
}
