package wasm2obj.isel.x64;

import java.util.List;
import wasm2obj.codegen.CallingConvention;
import wasm2obj.codegen.Isa;
import wasm2obj.codegen.execution.NativeMachine;
import wasm2obj.isel.x64.instruction.Feature;

/** What generated code depends on: the processor's features and the allocator. */
enum Setting {
    BASELINE_FAST(Feature.X86_64, false),
    V2_GREEDY(Feature.X86_64_V2, true),
    V3_FAST(Feature.X86_64_V3, false),
    V3_GREEDY(Feature.X86_64_V3, true);

    private final int features;
    private final boolean isGreedy;

    Setting(int features, boolean isGreedy) {
        this.features = features;
        this.isGreedy = isGreedy;
    }

    NativeMachine machine() {
        return new Machine(name(), features, isGreedy);
    }

    /** All of them. */
    static List<NativeMachine> machines() {
        return java.util.Arrays.stream(values()).map(Setting::machine).toList();
    }

    /** This machine, with features and an allocator. */
    record Machine(String name, int features, boolean isGreedy) implements NativeMachine {
        private static final int[] PARAMETERS = {6, 2, 1, 8, 9, 7};
        private static final int[] RESULTS = {0, 2, 1, 6, 7, 8};

        @Override
        public Isa isa() {
            return new X64Isa(features);
        }

        @Override
        public CallingConvention convention() {
            return X64Registers.convention();
        }

        @Override
        public int[] parameterOrder() {
            return PARAMETERS;
        }

        @Override
        public int[] resultOrder() {
            return RESULTS;
        }

        @Override
        public List<String> compiler() {
            return List.of("gcc", "-no-pie");
        }

        @Override
        public List<String> emulator() {
            return List.of();
        }

        @Override
        public String stub(int number, int stackSize) {
            return " mov $" + number + ", %eax\n mov $" + stackSize + ", %r11d\n jmp stub_common\n";
        }

        @Override
        public String relocated(int form, int word, String target, int addend) {
            return ".long " + target + " - . + " + addend;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
