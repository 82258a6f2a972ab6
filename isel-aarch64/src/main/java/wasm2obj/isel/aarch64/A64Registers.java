package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CallRegisters;
import wasm2obj.codegen.CallingConvention;
import wasm2obj.regalloc.RegisterFile;

/**
 * What each register is for. Numbers are those of {@link RegisterFile}: general registers as the hardware numbers them, {@code
 * v<n>} is 32 + n.
 *
 * <pre>
 *   x1 .. x7 x0      parameters, in this order, so that C's parameters 2 to 8 behind a context need no move
 *   x0 .. x7         results
 *   v0 .. v7         parameters and results
 *   x19 .. x27       kept by the callee, as in C; no vector register is
 *   x8               whom a tail call calls, and a call by shared code
 *   x16, x17, v31    scratch: between instructions for moves, within one for whatever its code needs
 *   x18              the platform's, never touched
 *   x28              the context
 *   x29, x30         frame pointer, link register
 * </pre>
 */
final class A64Registers {
    static final int FIRST_VECTOR = RegisterFile.FIRST_VECTOR;

    /** Never allocated; moves of the allocator use this one. Indirect calls go through it. */
    static final int SCRATCH = 16;

    /** Never allocated; what is needed to reach a place in memory. */
    static final int ADDRESS = 17;

    /** The context register: an instance, and byte 0 of its memory 0. */
    static final int CONTEXT = 28;

    static final int FP = 29;
    static final int LR = 30;

    /** Register 31 as base of an address, in additions of immediates and extended registers. */
    static final int SP = 31;

    /** Register 31 everywhere else. */
    static final int ZR = 31;

    /** Never allocated; as the hardware numbers it. */
    static final int FLOAT_SCRATCH = 31;

    /** The record or table index of whom a tail call calls; the table index for shared code. */
    static final int CALLEE = 8;

    private static final int FIRST_SAVED = 19;
    private static final int SAVED_COUNT = 9;
    private static final int TEMPORARY_COUNT = 16;

    private static final long ALL_VECTORS = 0xffff_ffffL << FIRST_VECTOR;

    /** The registers that a callee keeps. */
    static final long CALLEE_SAVED = (1L << SAVED_COUNT) - 1 << FIRST_SAVED;

    /** A pair of registers is saved by one instruction and restored by one. */
    private static final float SAVE_COST = 0.8f;

    private static final long TEMPORARIES = (1L << TEMPORARY_COUNT) - 1;

    /** The registers that a call destroys, in WebAssembly's convention and in C's. */
    static final long CALL_CLOBBERS =
            TEMPORARIES | 1L << SCRATCH | 1L << ADDRESS | 1L << LR | ALL_VECTORS;

    /** General registers of C's parameters. */
    static final int[] C_PARAMETERS = {0, 1, 2, 3, 4, 5, 6, 7};

    private static final int[] INTEGER_PARAMETERS = {1, 2, 3, 4, 5, 6, 7, 0};
    private static final int[] INTEGER_RESULTS = {0, 1, 2, 3, 4, 5, 6, 7};

    /** What lowering of calls knows of them. */
    static final CallRegisters CALLS =
            new CallRegisters(CALL_CLOBBERS, CALLEE_SAVED, C_PARAMETERS, 0, FIRST_VECTOR, CALLEE);

    private static final RegisterFile FILE = makeFile();

    private A64Registers() {}

    /** What an allocator may use. */
    static RegisterFile file() {
        return FILE;
    }

    private static RegisterFile makeFile() {
        int[] integers = new int[TEMPORARY_COUNT + SAVED_COUNT];
        for (int i = 0; i < TEMPORARY_COUNT; i++) {
            integers[i] = i;
        }
        for (int i = 0; i < SAVED_COUNT; i++) {
            integers[TEMPORARY_COUNT + i] = FIRST_SAVED + i;
        }
        int[] vectors = RegisterFile.vectors(FLOAT_SCRATCH);
        return new RegisterFile(
                TEMPORARIES | CALLEE_SAVED | ALL_VECTORS & ~(1L << FIRST_VECTOR + FLOAT_SCRATCH),
                CALLEE_SAVED,
                SAVE_COST,
                integers,
                vectors,
                SCRATCH,
                FIRST_VECTOR + FLOAT_SCRATCH);
    }

    /** A new instance of the convention between WebAssembly functions. */
    static CallingConvention convention() {
        int[] vectors = RegisterFile.vectors(8);
        return new CallingConvention(INTEGER_PARAMETERS, vectors, INTEGER_RESULTS, vectors);
    }
}
