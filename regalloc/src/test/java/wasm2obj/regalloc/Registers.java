package wasm2obj.regalloc;

import java.util.stream.IntStream;

/** Register files for tests. */
final class Registers {
    /** As on x86-64: rsp, r15 and the scratch register r11 are not to be had; rbx, rbp and r12-r14 are callee-saved. */
    static final RegisterFile X64 =
            new RegisterFile(
                    0x7fffL << RegisterFile.FIRST_VECTOR | 0x77ff & ~(1L << 4),
                    1L << 3 | 1L << 5 | 1L << 12 | 1L << 13 | 1L << 14,
                    1.6f,
                    new int[] {0, 1, 2, 6, 7, 8, 9, 10, 3, 5, 12, 13, 14},
                    IntStream.range(32, 47).toArray(),
                    11,
                    47);

    /** Four integer registers, one of them callee-saved, and three vector registers: everything is scarce. */
    static final RegisterFile TINY =
            new RegisterFile(
                    7L << RegisterFile.FIRST_VECTOR | 0xf,
                    1L << 3,
                    0.8f,
                    new int[] {0, 1, 2, 3},
                    new int[] {32, 33, 34},
                    4,
                    35);

    /** What a call on {@link #X64} destroys. */
    static final long X64_CALL_CLOBBERS = (0x7fffL << RegisterFile.FIRST_VECTOR) | 0x7c7;

    private Registers() {}
}
