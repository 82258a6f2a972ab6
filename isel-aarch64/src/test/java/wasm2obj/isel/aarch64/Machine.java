package wasm2obj.isel.aarch64;

import java.util.List;
import wasm2obj.codegen.CallingConvention;
import wasm2obj.codegen.CompiledFunction.Relocations;
import wasm2obj.codegen.Isa;
import wasm2obj.codegen.execution.NativeMachine;
import wasm2obj.isel.aarch64.instruction.Feature;

/** An emulated AArch64: features and one of the allocators. */
enum Machine implements NativeMachine {
    FAST(Feature.ARMV8, BranchProtection.NONE, false),
    GREEDY(Feature.NEOVERSE_N1, BranchProtection.STANDARD, true);

    private static final int[] PARAMETERS = {1, 2, 3, 4, 5, 6, 7, 0};
    private static final int[] RESULTS = {0, 1, 2, 3, 4, 5, 6, 7};

    private final int features;
    private final BranchProtection protection;
    private final boolean isGreedy;

    Machine(int features, BranchProtection protection, boolean isGreedy) {
        this.features = features;
        this.protection = protection;
        this.isGreedy = isGreedy;
    }

    @Override
    public Isa isa() {
        return new A64Isa(features, protection);
    }

    @Override
    public boolean isGreedy() {
        return isGreedy;
    }

    @Override
    public CallingConvention convention() {
        return A64Registers.convention();
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
    public long upperHalf() {
        return 0xa5a5_a5a5L << 32;
    }

    @Override
    public List<String> compiler() {
        return List.of("aarch64-linux-gnu-gcc", "-static");
    }

    @Override
    public List<String> emulator() {
        return List.of("qemu-aarch64");
    }

    @Override
    public String stub(int number, int stackSize) {
        return " mov x16, #" + number + "\n mov x17, #" + stackSize + "\n b stub_common\n";
    }

    @Override
    public String relocated(int form, int word, String target, int addend) {
        String kind =
                switch (form) {
                    case Relocations.BRANCH -> word < 0 ? "R_AARCH64_CALL26" : "R_AARCH64_JUMP26";
                    case Relocations.PAGE -> "R_AARCH64_ADR_PREL_PG_HI21";
                    case Relocations.LOW_ADD -> "R_AARCH64_ADD_ABS_LO12_NC";
                    case Relocations.LOW_32 -> "R_AARCH64_LDST32_ABS_LO12_NC";
                    case Relocations.LOW_64 -> "R_AARCH64_LDST64_ABS_LO12_NC";
                    case Relocations.LOW_128 -> "R_AARCH64_LDST128_ABS_LO12_NC";
                    default -> throw new IllegalArgumentException("form " + form);
                };
        return ".reloc ., " + kind + ", " + target + " + " + addend + "\n.inst " + word;
    }
}
