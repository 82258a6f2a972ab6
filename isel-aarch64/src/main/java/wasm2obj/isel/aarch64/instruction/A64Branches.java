package wasm2obj.isel.aarch64.instruction;

import static wasm2obj.isel.aarch64.instruction.Fields.d;
import static wasm2obj.isel.aarch64.instruction.Fields.distance;
import static wasm2obj.isel.aarch64.instruction.Fields.n;
import static wasm2obj.isel.aarch64.instruction.Fields.sf;
import static wasm2obj.isel.aarch64.instruction.Fields.unsigned;

/** Branches, exceptions, hints and barriers (DDI 0487, C4.1.93). Offsets are bytes from the branch, multiples of 4. */
public final class A64Branches {
    // ---- to registers ----

    public static final int BR = 0;
    public static final int BLR = 1 << 21;
    public static final int RET = 2 << 21;

    // ---- hints ----

    public static final int NOP = 0;
    public static final int YIELD = 1;

    /** Takes the signature off x30. */
    public static final int XPACLRI = 7;

    /** Signs x17 with x16. */
    public static final int PACIA1716 = 8;

    /** Authenticates x17 with x16. */
    public static final int AUTIA1716 = 12;

    public static final int CSDB = 20;

    /** Signs x30 with the stack pointer. */
    public static final int PACIASP = 25;

    public static final int PACIBSP = 27;
    public static final int AUTIASP = 29;
    public static final int AUTIBSP = 31;
    public static final int BTI = 32;
    public static final int BTI_C = 34;
    public static final int BTI_J = 36;
    public static final int BTI_JC = 38;

    // ---- barriers ----

    /** Loads before against loads and stores after, in the inner shareable domain. */
    public static final int ISHLD = 9;

    /** Stores against stores. */
    public static final int ISHST = 10;

    public static final int ISH = 11;
    public static final int SY = 15;

    private A64Branches() {}

    /** Within 128 MiB. */
    public static int b(int offset) {
        return 0x1400_0000 | distance(offset, 26, 0);
    }

    /** Within 128 MiB. */
    public static int bl(int offset) {
        return 0x9400_0000 | distance(offset, 26, 0);
    }

    /** {@code b.cond}, within 1 MiB. */
    public static int bConditional(int cond, int offset) {
        return 0x5400_0000 | unsigned(cond, 4, 0) | distance(offset, 19, 5);
    }

    /** Within 1 MiB. */
    public static int cbz(int sf, int rt, int offset) {
        return 0x3400_0000 | sf(sf) | d(rt) | distance(offset, 19, 5);
    }

    public static int cbnz(int sf, int rt, int offset) {
        return 0x3500_0000 | sf(sf) | d(rt) | distance(offset, 19, 5);
    }

    /** If a bit, 0 to 63, is zero; within 32 KiB. */
    public static int tbz(int rt, int bit, int offset) {
        return 0x3600_0000 | testedBit(bit) | d(rt) | distance(offset, 14, 5);
    }

    public static int tbnz(int rt, int bit, int offset) {
        return 0x3700_0000 | testedBit(bit) | d(rt) | distance(offset, 14, 5);
    }

    private static int testedBit(int bit) {
        return unsigned(bit >> 5, 1, 31) | (bit & 31) << 19;
    }

    /** {@code br}, {@code blr}, {@code ret}. */
    public static int branchRegister(int op, int rn) {
        return 0xd61f_0000 | op | n(rn);
    }

    /** A breakpoint; on Linux SIGTRAP. */
    public static int brk(int imm16) {
        return 0xd420_0000 | unsigned(imm16, 16, 5);
    }

    /** Permanently undefined; on Linux SIGILL. */
    public static int udf(int imm16) {
        return unsigned(imm16, 16, 0);
    }

    /** A hint; processors that do not know it do nothing. */
    public static int hint(int imm7) {
        return 0xd503_201f | unsigned(imm7, 7, 5);
    }

    public static int dmb(int crm) {
        return 0xd503_30bf | unsigned(crm, 4, 8);
    }

    public static int dsb(int crm) {
        return 0xd503_309f | unsigned(crm, 4, 8);
    }

    public static int isb() {
        return 0xd503_3fdf;
    }

    /** {@code retaa}: authenticates the link register with key A and returns. */
    public static int retaa() {
        return 0xd65f_0bff;
    }
}
