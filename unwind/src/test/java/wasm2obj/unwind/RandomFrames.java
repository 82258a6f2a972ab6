package wasm2obj.unwind;

import java.util.Random;

/** Recordings that make sense as sequences: states are restored only when remembered. */
final class RandomFrames {

    private static final int[] REGISTERS = {0, 3, 6, 12, 15, 29, 63, 64, 72, 95};

    private final Random random;
    private final CallFrameAbi abi;

    RandomFrames(long seed, CallFrameAbi abi) {
        this.random = new Random(seed);
        this.abi = abi;
    }

    /** Records some operations, none of them at code offset 0, and returns the code's length. */
    int record(UnwindOps ops) {
        ops.reset();
        int at = 0;
        int depth = 0;
        int count = random.nextInt(24);
        for (int i = 0; i < count; i++) {
            if (at == 0 || random.nextInt(3) > 0) {
                at += (1 + random.nextInt(1 << random.nextInt(18))) * abi.codeAlignment();
            }
            switch (random.nextInt(10)) {
                case 0 -> ops.defCfa(at, register(), cfaOffset());
                case 1, 2 -> ops.defCfaOffset(at, cfaOffset());
                case 3 -> ops.defCfaRegister(at, register());
                case 4 -> ops.saved(at, register(), slot());
                case 5 -> ops.restored(at, register());
                case 6 -> ops.stackPointer(at, slot());
                case 7 -> {
                    ops.rememberState(at);
                    depth++;
                }
                case 8 -> {
                    if (!abi.returnAddressOnStack()) {
                        ops.negateSigned(at);
                    }
                }
                default -> {
                    if (depth > 0) {
                        ops.restoreState(at);
                        depth--;
                    }
                }
            }
        }
        return at + (1 + random.nextInt(100)) * abi.codeAlignment();
    }

    private int register() {
        return REGISTERS[random.nextInt(REGISTERS.length)];
    }

    /** The CFA is below its register on AArch64 only; llvm-mc, which serves x86-64, would write that in another form. */
    private int cfaOffset() {
        int offset = 8 * random.nextInt(1 << random.nextInt(20));
        boolean isBelow = !abi.returnAddressOnStack() && random.nextInt(5) == 0;
        return isBelow ? -offset : offset;
    }

    private int slot() {
        int offset = -8 * random.nextInt(1 << random.nextInt(12));
        return random.nextInt(5) == 0 ? -offset : offset;
    }
}
