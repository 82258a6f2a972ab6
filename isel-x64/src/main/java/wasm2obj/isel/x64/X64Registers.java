package wasm2obj.isel.x64;

import wasm2obj.codegen.CallRegisters;
import wasm2obj.codegen.CallingConvention;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.regalloc.RegisterFile;

/**
 * What each register is for. Numbers are those of {@link RegisterFile}: general registers as the hardware numbers them, {@code
 * xmm<n>} is 32 + n.
 *
 * <pre>
 *   rsi rdx rcx r8 r9 rdi   parameters, in this order, so that C's parameters 2 to 6 behind a context need no move
 *   rax rdx rcx rsi rdi r8  results
 *   xmm0 .. xmm7            parameters and results
 *   rbx rbp r12 r13 r14     kept by the callee, as in C
 *   r15                     the context
 *   rax                     whom a tail call calls, and a call by shared code
 *   r11, xmm15              scratch: between instructions for moves, within one for whatever its code needs
 * </pre>
 */
final class X64Registers {
    static final int FIRST_XMM = RegisterFile.FIRST_VECTOR;

    /** The context register: an instance, and byte 0 of its memory 0. */
    static final int CONTEXT = Register.R15;

    /** Never allocated. */
    static final int SCRATCH = Register.R11;

    /** Never allocated; as the hardware numbers it. */
    static final int FLOAT_SCRATCH = 15;

    /** Where division leaves its results. */
    static final int QUOTIENT = Register.RAX;

    static final int REMAINDER = Register.RDX;

    private static final long ALL_XMM = 0xffffL << FIRST_XMM;

    /** The registers that a callee keeps. */
    static final long CALLEE_SAVED =
            1L << Register.RBX
                    | 1L << Register.RBP
                    | 1L << Register.R12
                    | 1L << Register.R13
                    | 1L << Register.R14;

    /** The registers that a call destroys, in WebAssembly's convention and in C's. */
    static final long CALL_CLOBBERS =
            1L << Register.RAX
                    | 1L << Register.RCX
                    | 1L << Register.RDX
                    | 1L << Register.RSI
                    | 1L << Register.RDI
                    | 1L << Register.R8
                    | 1L << Register.R9
                    | 1L << Register.R10
                    | 1L << Register.R11
                    | ALL_XMM;

    private static final long ALLOCATABLE_INTEGERS =
            CALL_CLOBBERS & 0xffff & ~(1L << SCRATCH) | CALLEE_SAVED;

    private static final long ALLOCATABLE_XMM = ALL_XMM & ~(1L << FIRST_XMM + FLOAT_SCRATCH);

    /** Those that need no save first; among them those that need no prefix first. */
    private static final int[] INTEGER_ORDER = {
        Register.RAX,
        Register.RCX,
        Register.RDX,
        Register.RSI,
        Register.RDI,
        Register.R8,
        Register.R9,
        Register.R10,
        Register.RBX,
        Register.RBP,
        Register.R14,
        Register.R13,
        Register.R12
    };

    private static final int[] INTEGER_PARAMETERS = {
        Register.RSI, Register.RDX, Register.RCX, Register.R8, Register.R9, Register.RDI
    };

    private static final int[] INTEGER_RESULTS = {
        Register.RAX, Register.RDX, Register.RCX, Register.RSI, Register.RDI, Register.R8
    };

    /** General registers of C's parameters. */
    static final int[] C_PARAMETERS = {
        Register.RDI, Register.RSI, Register.RDX, Register.RCX, Register.R8, Register.R9
    };

    /** The record or table index of whom a tail call calls; the table index for shared code. */
    static final int CALLEE = Register.RAX;

    /** What lowering of calls knows of them. */
    static final CallRegisters CALLS =
            new CallRegisters(
                    CALL_CLOBBERS, CALLEE_SAVED, C_PARAMETERS, Register.RAX, FIRST_XMM, CALLEE);

    /** A push and a pop are cheaper than a store and a load. */
    private static final float SAVE_COST = 1.6f;

    private static final RegisterFile PLAIN = file(0);
    private static final RegisterFile WITH_FRAME_POINTER = file(1L << Register.RBP);

    private X64Registers() {}

    /** What an allocator may use. */
    static RegisterFile file(boolean framePointer) {
        return framePointer ? WITH_FRAME_POINTER : PLAIN;
    }

    private static RegisterFile file(long reserved) {
        int[] integers = new int[INTEGER_ORDER.length - Long.bitCount(reserved)];
        int count = 0;
        for (int register : INTEGER_ORDER) {
            if ((reserved & 1L << register) == 0) {
                integers[count++] = register;
            }
        }
        int[] vectors = RegisterFile.vectors(15);
        return new RegisterFile(
                (ALLOCATABLE_INTEGERS | ALLOCATABLE_XMM) & ~reserved,
                CALLEE_SAVED & ~reserved,
                SAVE_COST,
                integers,
                vectors,
                SCRATCH,
                FIRST_XMM + FLOAT_SCRATCH);
    }

    /** A new instance of the convention between WebAssembly functions. */
    static CallingConvention convention() {
        int[] vectors = RegisterFile.vectors(8);
        return new CallingConvention(INTEGER_PARAMETERS, vectors, INTEGER_RESULTS, vectors);
    }
}
