package wasm2obj.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.codegen.FunctionCompiler;
import wasm2obj.frontend.FunctionTranslator;
import wasm2obj.frontend.ModuleParser;
import wasm2obj.frontend.WasmModule;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.OptimizationLevel;
import wasm2obj.ir.Optimizer;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.Allocator;
import wasm2obj.regalloc.FastAllocator;
import wasm2obj.regalloc.GreedyAllocator;
import wasm2obj.text.WatReader;

/**
 * Stack maps from the allocator to their bytes: what the bytes say, read as docs/abi.md describes them, is what the allocator decided,
 * and its checker has proved, at the return addresses of calls.
 */
class StackMapTest {
    private static final int AARCH64_BL = 0x25;
    private static final int AARCH64_BLR = 0xd63f0000;

    /** References in registers, on the stack, across loops, handlers, calls that take and give them on the stack. */
    private static final String MODULE =
            """
            (module
              (import "e" "f" (func $f (param externref) (result externref)))
              (import "e" "many"
                (func $many (param externref externref externref externref externref externref externref externref externref)
                  (result externref externref externref externref externref externref externref externref)))
              (type $t (func (param externref) (result externref)))
              (tag $tag (param externref i32))
              (table $table 10 externref)
              (table $functions 10 funcref)
              (func $stack
                (param externref externref externref externref externref externref externref externref externref)
                (result externref)
                (drop (call $f (local.get 1)))
                (drop (call $f (local.get 8)))
                (local.get 7))
              (func (export "loop") (param $x externref) (param $n i32) (result externref)
                (local $y externref)
                (loop $l
                  (local.set $y (call $f (local.get $x)))
                  (table.set $table (i32.const 1) (local.get $x))
                  (if (local.get $n) (then (local.set $x (call $f (local.get $y)))))
                  (table.fill $table (i32.const 1) (local.get $y) (i32.const 3))
                  (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                (drop (call_indirect $functions (type $t) (local.get $y) (i32.const 3)))
                (local.get $x))
              (func (export "handler") (param $x externref) (param $y externref) (result externref)
                (block $b (result externref i32)
                  (try_table (catch $tag $b)
                    (drop (call $f (local.get $x)))
                    (local.set $y (call $f (local.get $y)))
                    (throw $tag (local.get $y) (i32.const 1)))
                  unreachable)
                (drop)
                (drop (call $f (local.get $x)))
                (drop (call $f (local.get $y))))
              (func (export "many") (param $x externref) (result externref)
                (call $many (local.get $x) (local.get $x) (local.get $x) (local.get $x) (local.get $x)
                   (local.get $x) (local.get $x) (local.get $x) (call $f (local.get $x)))
                (call $stack (call $f (local.get $x))))
              (func (export "tail") (param $x externref) (result externref)
                (drop (call $f (local.get $x)))
                (return_call $stack (local.get $x) (local.get $x) (local.get $x) (local.get $x) (local.get $x)
                   (local.get $x) (local.get $x) (local.get $x) (call $f (local.get $x))))
              (func (export "none") (param i32) (result i32)
                (memory.fill (i32.const 1) (i32.const 2) (i32.const 3))
                (local.get 0))
              (memory 1))
            """;

    /** An allocator that remembers what it has decided last. */
    private static final class Recorder implements Allocator {
        private final Allocator allocator;
        private final List<int[]> maps = new ArrayList<>();

        Recorder(Allocator allocator) {
            this.allocator = new CheckedAllocator(allocator);
        }

        @Override
        public void allocate(
                wasm2obj.regalloc.AllocationInput input,
                wasm2obj.regalloc.RegisterFile registers,
                Allocation result) {
            allocator.allocate(input, registers, result);
            maps.clear();
            for (int m = 0; m < result.stackMapCount; m++) {
                maps.add(
                        Arrays.copyOfRange(
                                result.stackMapSlots,
                                result.stackMapStarts[m],
                                result.stackMapStarts[m + 1]));
            }
        }
    }

    @Test
    void fromTheAllocatorToTheBytes() {
        for (Target target : List.of(Target.X86_64_LINUX, Target.AARCH64_LINUX)) {
            for (OptimizationLevel level : List.of(OptimizationLevel.O0, OptimizationLevel.O2)) {
                Settings settings = Settings.defaults(target).withOptimization(level);
                compareAll(MODULE, settings, 0);
            }
        }
    }

    @Test
    void localsInFrameSlots() {
        Settings settings =
                Settings.defaults(Target.X86_64_LINUX).withOptimization(OptimizationLevel.O0);
        compareAll(manyLocals(3000, 3000), settings, 3001);
    }

    /** A function whose locals are too many for values. */
    private static String manyLocals(int locals, int branches) {
        StringBuilder text =
                new StringBuilder(
                        "(module (import \"e\" \"f\" (func $f (param externref) (result externref)))"
                                + "(func (param externref i32) (result externref) (local");
        text.append(" externref".repeat(locals)).append(")(block $b ");
        for (int i = 0; i < branches; i++) {
            text.append("(local.set ")
                    .append(2 + i % locals)
                    .append(" (call $f (local.get 0))) (br_if $b (local.get 1))");
        }
        return text.append(")(local.get ").append(locals - 1).append(")))").toString();
    }

    private void compareAll(String text, Settings settings, int inSlots) {
        byte[] bytes = WatReader.read(text.getBytes(StandardCharsets.UTF_8)).bytes();
        WasmModule module = ModuleParser.parse(bytes, settings.features());
        ModulePlan plan = ModulePlan.of(module, settings);
        boolean fast = settings.optimization() == OptimizationLevel.O0;
        Recorder recorder = new Recorder(fast ? new FastAllocator() : new GreedyAllocator());
        FunctionCompiler compiler =
                new FunctionCompiler(plan.entities(), plan.layout(), Isas.of(settings), recorder);
        FunctionTranslator translator =
                new FunctionTranslator(module, plan.entities(), plan.branchHints());
        Optimizer optimizer = new Optimizer();
        Function function = new Function();
        StackMapRows rows = new StackMapRows();
        List<CompiledFunction> functions = new ArrayList<>();
        int count = 0;
        for (int f = module.importedFunctionCount(); f < module.functionCount(); f++) {
            translator.translate(f, function);
            optimizer.run(function, plan.entities(), settings.optimization());
            assertEquals(inSlots > 0, countSlotStores(function) > 0);
            CompiledFunction compiled = compiler.compile(function);
            compare(recorder.maps, compiled, settings.target(), inSlots > 0);
            assertEquals(inSlots, compiled.stackMaps().common().length);
            count += compiled.stackMaps().offsets().length;
            rows.add(compiled.stackMaps());
            functions.add(compiled);
        }
        assertTrue(count > 0);
        for (int row = 0; row < functions.size(); row++) {
            assertDecoded(functions.get(row).stackMaps(), rows, row);
        }
    }

    private static int countSlotStores(Function function) {
        int count = 0;
        for (int b = function.firstBlock(); b != Function.NONE; b = function.nextBlock(b)) {
            for (int i = function.first(b); i != Function.NONE; i = function.next(i)) {
                count += function.opcode(i) == Opcode.SLOT_SET ? 1 : 0;
            }
        }
        return count;
    }

    private static void compare(
            List<int[]> maps, CompiledFunction compiled, Target target, boolean inSlots) {
        CompiledFunction.StackMaps stackMaps = compiled.stackMaps();
        int[] starts = stackMaps.starts();
        if (!inSlots) {
            assertEquals(maps.size(), stackMaps.offsets().length);
        }
        int shift = -1;
        for (int m = 0; m < stackMaps.offsets().length; m++) {
            assertTrue(isBehindCall(compiled, stackMaps.offsets()[m], target));
            assertTrue(m == 0 || stackMaps.offsets()[m - 1] < stackMaps.offsets()[m]);
            int[] slots = Arrays.copyOfRange(stackMaps.slots(), starts[m], starts[m + 1]);
            if (!inSlots) {
                int[] expected = maps.get(m);
                assertEquals(expected.length, slots.length);
                for (int k = 0; k < slots.length; k++) {
                    shift = shift < 0 ? slots[k] - expected[k] : shift;
                    assertEquals(expected[k] + shift, slots[k]);
                }
            }
            for (int slot : slots) {
                assertTrue(slot >= 0 && 8 * slot < compiled.frameSize() - 8);
            }
        }
    }

    /** Whether a call instruction ends at the offset. */
    private static boolean isBehindCall(CompiledFunction function, int offset, Target target) {
        byte[] code = function.code();
        if (target == Target.AARCH64_LINUX) {
            int word = 0;
            for (int k = 1; k <= 4; k++) {
                word = word << 8 | code[offset - k] & 0xff;
            }
            return word >>> 26 == AARCH64_BL || (word & 0xfffffc1f) == AARCH64_BLR;
        }
        boolean direct = (code[offset - 5] & 0xff) == 0xe8;
        boolean register = (code[offset - 2] & 0xff) == 0xff && (code[offset - 1] & 0x38) == 0x10;
        boolean memory =
                (code[offset - 2] & 0xff) == 0xff
                        || (code[offset - 3] & 0xff) == 0xff && (code[offset - 2] & 0x38) == 0x10;
        return direct || register || memory;
    }

    // ---- the bytes ----

    @Test
    void randomMaps() {
        Random random = new Random(1);
        StackMapRows rows = new StackMapRows();
        List<CompiledFunction.StackMaps> all = new ArrayList<>();
        Set<List<Integer>> different = new HashSet<>();
        for (int row = 0; row < 2000; row++) {
            CompiledFunction.StackMaps maps = randomMaps(random);
            all.add(maps);
            rows.add(maps);
            for (int m = 0; m < maps.offsets().length; m++) {
                different.add(slots(maps, m));
            }
        }
        Set<Integer> offsets = new HashSet<>();
        for (int row = 0; row < all.size(); row++) {
            offsets.addAll(assertDecoded(all.get(row), rows, row));
        }
        assertEquals(different.size(), offsets.size(), "equal maps are one");
    }

    private static CompiledFunction.StackMaps randomMaps(Random random) {
        int count = random.nextInt(5);
        int[] offsets = new int[count];
        int[] starts = new int[count + 1];
        int[] slots = new int[count * 300];
        int[] common = random.nextInt(10) == 0 ? new int[] {2, 3, 700} : new int[0];
        for (int m = 0; m < count; m++) {
            offsets[m] = (m == 0 ? 0 : offsets[m - 1]) + 1 + random.nextInt(100_000);
            int slot = common.length == 0 ? -1 : 700;
            int size = random.nextInt(8) == 0 ? random.nextInt(300) : random.nextInt(4);
            starts[m + 1] = starts[m];
            for (int k = 0; k < size; k++) {
                slot += 1 + random.nextInt(random.nextInt(4) == 0 ? 1000 : 2);
                slots[starts[m + 1]++] = slot;
            }
        }
        return new CompiledFunction.StackMaps(
                offsets, starts, Arrays.copyOf(slots, starts[count]), common);
    }

    private static List<Integer> slots(CompiledFunction.StackMaps maps, int m) {
        List<Integer> slots = new ArrayList<>();
        for (int slot : maps.common()) {
            slots.add(slot);
        }
        for (int k = maps.starts()[m]; k < maps.starts()[m + 1]; k++) {
            slots.add(maps.slots()[k]);
        }
        return slots;
    }

    /** Where in the bytes the reader is. */
    private int at;

    private int unsigned(Bytes bytes) {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            int part = bytes.array()[at++];
            value |= (part & 0x7f) << shift;
            if (part >= 0) {
                return value;
            }
        }
    }

    /** Reads a row; returns the offsets of its maps. */
    private List<Integer> assertDecoded(
            CompiledFunction.StackMaps expected, StackMapRows rows, int row) {
        List<Integer> mapOffsets = new ArrayList<>();
        List<Integer> offsets = new ArrayList<>();
        int before = 0;
        at = rows.starts()[row];
        while (at < rows.starts()[row + 1]) {
            before += unsigned(rows.places());
            offsets.add(before);
            mapOffsets.add(unsigned(rows.places()));
        }
        assertEquals(rows.starts()[row + 1], at);
        assertArrayEquals(expected.offsets(), offsets.stream().mapToInt(i -> i).toArray());
        for (int m = 0; m < mapOffsets.size(); m++) {
            at = mapOffsets.get(m);
            int count = unsigned(rows.maps());
            List<Integer> slots = new ArrayList<>();
            int slot = -1;
            for (int k = 0; k < count; k++) {
                slot += unsigned(rows.maps()) + 1;
                slots.add(slot);
            }
            assertEquals(slots(expected, m), slots);
        }
        return mapOffsets;
    }
}
