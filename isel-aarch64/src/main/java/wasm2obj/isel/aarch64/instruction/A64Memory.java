package wasm2obj.isel.aarch64.instruction;

import static wasm2obj.isel.aarch64.instruction.Fields.a;
import static wasm2obj.isel.aarch64.instruction.Fields.d;
import static wasm2obj.isel.aarch64.instruction.Fields.distance;
import static wasm2obj.isel.aarch64.instruction.Fields.dn;
import static wasm2obj.isel.aarch64.instruction.Fields.dnm;
import static wasm2obj.isel.aarch64.instruction.Fields.signed;
import static wasm2obj.isel.aarch64.instruction.Fields.unsigned;

/**
 * Loads and stores of one register or two (DDI 0487, C4.1.95). Rn is the base, 31 the stack pointer; offsets are in bytes, and {@link
 * MemoryOffset} says which fit. Suffixes name the register: W and X, or B to Q for those of the floats.
 */
public final class A64Memory {
    private static final int FLOAT = 1 << 26;

    // ---- one register ----

    public static final int STRB = 0;
    public static final int LDRB = 1 << 22;
    public static final int LDRSB_X = 2 << 22;
    public static final int LDRSB_W = 3 << 22;
    public static final int STRH = 1 << 30;
    public static final int LDRH = 1 << 30 | 1 << 22;
    public static final int LDRSH_X = 1 << 30 | 2 << 22;
    public static final int LDRSH_W = 1 << 30 | 3 << 22;
    public static final int STR_W = 2 << 30;
    public static final int LDR_W = 2 << 30 | 1 << 22;
    public static final int LDRSW = 2 << 30 | 2 << 22;
    public static final int STR_X = 3 << 30;
    public static final int LDR_X = 3 << 30 | 1 << 22;
    public static final int STR_B = FLOAT;
    public static final int LDR_B = FLOAT | 1 << 22;
    public static final int STR_H = FLOAT | 1 << 30;
    public static final int LDR_H = FLOAT | 1 << 30 | 1 << 22;
    public static final int STR_S = FLOAT | 2 << 30;
    public static final int LDR_S = FLOAT | 2 << 30 | 1 << 22;
    public static final int STR_D = FLOAT | 3 << 30;
    public static final int LDR_D = FLOAT | 3 << 30 | 1 << 22;
    public static final int STR_Q = FLOAT | 2 << 22;
    public static final int LDR_Q = FLOAT | 3 << 22;

    // ---- two registers ----

    public static final int STP_W = 0;
    public static final int LDP_W = 1 << 22;
    public static final int LDPSW = 1 << 30 | 1 << 22;
    public static final int STP_X = 2 << 30;
    public static final int LDP_X = 2 << 30 | 1 << 22;
    public static final int STP_S = FLOAT;
    public static final int LDP_S = FLOAT | 1 << 22;
    public static final int STP_D = FLOAT | 1 << 30;
    public static final int LDP_D = FLOAT | 1 << 30 | 1 << 22;
    public static final int STP_Q = FLOAT | 2 << 30;
    public static final int LDP_Q = FLOAT | 2 << 30 | 1 << 22;

    // ---- relative to the instruction ----

    public static final int LITERAL_W = 0;
    public static final int LITERAL_X = 1 << 30;
    public static final int LITERAL_SW = 2 << 30;
    public static final int LITERAL_S = FLOAT;
    public static final int LITERAL_D = FLOAT | 1 << 30;
    public static final int LITERAL_Q = FLOAT | 2 << 30;

    private A64Memory() {}

    /** Whether an instruction is {@link #scaled} or {@link #unscaled}. */
    public static boolean hasOffset(int word) {
        return (word & 0x3b00_0000) == 0x3900_0000 || (word & 0x3b20_0c00) == 0x3800_0000;
    }

    /** The operation of an instruction that has an offset. */
    public static int op(int word) {
        return word & (FLOAT | 3 << 30 | 3 << 22);
    }

    /** The bytes from the base on of an instruction that has an offset. */
    public static int offset(int word) {
        boolean isScaled = (word & 1 << 24) != 0;
        return isScaled ? (word >>> 10 & 0xfff) << scale(op(word)) : word << 11 >> 23;
    }

    /** Whether an operation moves a register of the floats. */
    public static boolean isFloat(int op) {
        return (op & FLOAT) != 0;
    }

    /** log2 of the bytes that an operation on one register moves. */
    public static int scale(int op) {
        return (op & (FLOAT | 2 << 22)) == (FLOAT | 2 << 22) ? 4 : op >>> 30;
    }

    /** log2 of the bytes of each register that an operation on two moves. */
    public static int pairScale(int op) {
        return (op & FLOAT) != 0 ? 2 + (op >>> 30) : 2 + (op >>> 31);
    }

    /** {@code [Rn, #offset]}, a multiple of the size and not negative. */
    public static int scaled(int op, int rt, int rn, int offset) {
        int scale = scale(op);
        assert MemoryOffset.isScaled(offset, scale) : offset;
        return 0x3900_0000 | op | dn(rt, rn) | unsigned(offset >> scale, 12, 10);
    }

    /** {@code [Rn, #offset]} as ldur and stur. */
    public static int unscaled(int op, int rt, int rn, int offset) {
        return 0x3800_0000 | op | dn(rt, rn) | signed(offset, 9, 12);
    }

    /** {@code [Rn], #offset}. */
    public static int postIndexed(int op, int rt, int rn, int offset) {
        return 0x3800_0400 | op | dn(rt, rn) | signed(offset, 9, 12);
    }

    /** {@code [Rn, #offset]!}. */
    public static int preIndexed(int op, int rt, int rn, int offset) {
        return 0x3800_0c00 | op | dn(rt, rn) | signed(offset, 9, 12);
    }

    /**
     * {@code [Rn, Rm, option]}, with Rm shifted by the size if {@code s} is 1. The option is one of {@link A64Integer#UXTW}, SXTW,
     * SXTX, and UXTX, which is written lsl.
     */
    public static int register(int op, int rt, int rn, int rm, int option, int s) {
        assert (option & 2) != 0 : option;
        return 0x3820_0800 | op | dnm(rt, rn, rm) | unsigned(option, 3, 13) | unsigned(s, 1, 12);
    }

    /** A load from {@code offset} bytes from the instruction on, within 1 MiB. */
    public static int literal(int op, int rt, int offset) {
        return 0x1800_0000 | op | d(rt) | distance(offset, 19, 5);
    }

    /** {@code [Rn, #offset]}. */
    public static int pair(int op, int rt, int rt2, int rn, int offset) {
        return 0x2900_0000 | op | pairOperands(op, rt, rt2, rn, offset);
    }

    /** {@code [Rn], #offset}. */
    public static int pairPostIndexed(int op, int rt, int rt2, int rn, int offset) {
        return 0x2880_0000 | op | pairOperands(op, rt, rt2, rn, offset);
    }

    /** {@code [Rn, #offset]!}. */
    public static int pairPreIndexed(int op, int rt, int rt2, int rn, int offset) {
        return 0x2980_0000 | op | pairOperands(op, rt, rt2, rn, offset);
    }

    private static int pairOperands(int op, int rt, int rt2, int rn, int offset) {
        int scale = pairScale(op);
        assert MemoryOffset.isPair(offset, scale) : offset;
        return dn(rt, rn) | a(rt2) | signed(offset >> scale, 7, 15);
    }
}
