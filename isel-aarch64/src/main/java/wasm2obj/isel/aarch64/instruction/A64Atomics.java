package wasm2obj.isel.aarch64.instruction;

import static wasm2obj.isel.aarch64.instruction.Fields.a;
import static wasm2obj.isel.aarch64.instruction.Fields.dn;
import static wasm2obj.isel.aarch64.instruction.Fields.dnm;
import static wasm2obj.isel.aarch64.instruction.Fields.unsigned;

/**
 * Ordered and exclusive accesses and atomic operations (DDI 0487, C4.1.95). {@code size} is log2 of the bytes; Rn is the address, 31
 * the stack pointer. {@code acquire} and {@code release} are 0 or 1.
 */
public final class A64Atomics {
    // ---- operations of FEAT_LSE: memory becomes memory op Rs ----

    public static final int LDADD = 0;

    /** And with the complement. */
    public static final int LDCLR = 1 << 12;

    public static final int LDEOR = 2 << 12;
    public static final int LDSET = 3 << 12;
    public static final int LDSMAX = 4 << 12;
    public static final int LDSMIN = 5 << 12;
    public static final int LDUMAX = 6 << 12;
    public static final int LDUMIN = 7 << 12;
    public static final int SWP = 8 << 12;

    private static final int NO_REGISTER = Fields.dnma(0, 0, 31, 31);

    private A64Atomics() {}

    private static int size(int size) {
        return unsigned(size, 2, 30);
    }

    /** {@code ldar}. */
    public static int loadAcquire(int size, int rt, int rn) {
        return 0x08c0_8000 | size(size) | dn(rt, rn) | NO_REGISTER;
    }

    /** {@code ldapr}, of FEAT_LRCPC: may be executed before an older store-release. */
    public static int loadAcquireWeak(int size, int rt, int rn) {
        return 0x38bf_c000 | size(size) | dn(rt, rn);
    }

    /** {@code stlr}. */
    public static int storeRelease(int size, int rt, int rn) {
        return 0x0880_8000 | size(size) | dn(rt, rn) | NO_REGISTER;
    }

    /** {@code ldxr}, {@code ldaxr}. */
    public static int loadExclusive(int size, int acquire, int rt, int rn) {
        return 0x0840_0000 | size(size) | unsigned(acquire, 1, 15) | dn(rt, rn) | NO_REGISTER;
    }

    /** {@code stxr}, {@code stlxr}: ws is 0 if the store was made. */
    public static int storeExclusive(int size, int release, int rs, int rt, int rn) {
        return 0x0800_0000 | size(size) | unsigned(release, 1, 15) | dnm(rt, rn, rs) | a(31);
    }

    /** {@code ldxp}, {@code ldaxp}, of w or x registers. */
    public static int loadExclusivePair(int sf, int acquire, int rt, int rt2, int rn) {
        return 0x8860_0000
                | unsigned(sf, 1, 30)
                | unsigned(acquire, 1, 15)
                | dnm(rt, rn, 31)
                | a(rt2);
    }

    /** {@code stxp}, {@code stlxp}. */
    public static int storeExclusivePair(int sf, int release, int rs, int rt, int rt2, int rn) {
        return 0x8820_0000
                | unsigned(sf, 1, 30)
                | unsigned(release, 1, 15)
                | dnm(rt, rn, rs)
                | a(rt2);
    }

    /** {@code clrex}. */
    public static int clearExclusive() {
        return 0xd503_3f5f;
    }

    /** Rt becomes what was in memory; with Rt = 31 and without {@code acquire} it is the {@code st} form. */
    public static int atomic(int op, int size, int acquire, int release, int rs, int rt, int rn) {
        return 0x3820_0000
                | op
                | size(size)
                | unsigned(acquire, 1, 23)
                | unsigned(release, 1, 22)
                | dnm(rt, rn, rs);
    }

    /** {@code cas}: memory becomes Rt if it equals Rs, which becomes what was in memory. */
    public static int compareAndSwap(int size, int acquire, int release, int rs, int rt, int rn) {
        return 0x08a0_7c00
                | size(size)
                | unsigned(acquire, 1, 22)
                | unsigned(release, 1, 15)
                | dnm(rt, rn, rs);
    }

    /** {@code casp}: the same of two neighbouring registers, the first of which is even. */
    public static int compareAndSwapPair(int sf, int acquire, int release, int rs, int rt, int rn) {
        assert (rs & 1) == 0 && (rt & 1) == 0 : rs + " " + rt;
        return 0x0820_7c00
                | unsigned(sf, 1, 30)
                | unsigned(acquire, 1, 22)
                | unsigned(release, 1, 15)
                | dnm(rt, rn, rs);
    }
}
