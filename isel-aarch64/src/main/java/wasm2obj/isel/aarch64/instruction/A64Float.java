package wasm2obj.isel.aarch64.instruction;

import static wasm2obj.isel.aarch64.instruction.Fields.d;
import static wasm2obj.isel.aarch64.instruction.Fields.dn;
import static wasm2obj.isel.aarch64.instruction.Fields.dnm;
import static wasm2obj.isel.aarch64.instruction.Fields.dnma;
import static wasm2obj.isel.aarch64.instruction.Fields.m;
import static wasm2obj.isel.aarch64.instruction.Fields.n;
import static wasm2obj.isel.aarch64.instruction.Fields.sf;
import static wasm2obj.isel.aarch64.instruction.Fields.unsigned;

/** Floats in s and d registers (DDI 0487, C4.1.96). {@code ftype} is 0 for singles, 1 for doubles. */
public final class A64Float {
    public static final int SINGLE = 0;
    public static final int DOUBLE = 1;

    // ---- two sources ----

    public static final int FMUL = 0;
    public static final int FDIV = 1 << 12;
    public static final int FADD = 2 << 12;
    public static final int FSUB = 3 << 12;
    public static final int FMAX = 4 << 12;
    public static final int FMIN = 5 << 12;
    public static final int FMAXNM = 6 << 12;
    public static final int FMINNM = 7 << 12;
    public static final int FNMUL = 8 << 12;

    // ---- one source ----

    public static final int FMOV = 0;
    public static final int FABS = 1 << 15;
    public static final int FNEG = 2 << 15;
    public static final int FSQRT = 3 << 15;

    /** From a double. */
    public static final int FCVT_TO_SINGLE = 4 << 15;

    /** From a single. */
    public static final int FCVT_TO_DOUBLE = 5 << 15;

    public static final int FRINTN = 8 << 15;
    public static final int FRINTP = 9 << 15;
    public static final int FRINTM = 10 << 15;
    public static final int FRINTZ = 11 << 15;

    // ---- three sources ----

    /** Ra + Rn * Rm. */
    public static final int FMADD = 0;

    /** Ra - Rn * Rm. */
    public static final int FMSUB = 1 << 15;

    /** -Ra - Rn * Rm. */
    public static final int FNMADD = 1 << 21;

    /** -Ra + Rn * Rm. */
    public static final int FNMSUB = 1 << 21 | 1 << 15;

    // ---- comparisons; those with E signal every NaN ----

    public static final int FCMP = 0;
    public static final int FCMP_ZERO = 8;
    public static final int FCMPE = 16;
    public static final int FCMPE_ZERO = 24;

    // ---- conversions from and to integers ----

    public static final int FCVTNS = 0;
    public static final int FCVTNU = 1 << 16;
    public static final int SCVTF = 2 << 16;
    public static final int UCVTF = 3 << 16;
    public static final int FCVTAS = 4 << 16;
    public static final int FCVTAU = 5 << 16;
    public static final int FCVTPS = 1 << 19;
    public static final int FCVTPU = 1 << 19 | 1 << 16;
    public static final int FCVTMS = 2 << 19;
    public static final int FCVTMU = 2 << 19 | 1 << 16;
    public static final int FCVTZS = 3 << 19;
    public static final int FCVTZU = 3 << 19 | 1 << 16;

    /** The bits of a float as an integer of its size. */
    public static final int FMOV_TO_GENERAL = 6 << 16;

    /** The other way. */
    public static final int FMOV_FROM_GENERAL = 7 << 16;

    private A64Float() {}

    private static int type(int ftype) {
        return unsigned(ftype, 2, 22);
    }

    public static int twoSources(int op, int ftype, int rd, int rn, int rm) {
        return 0x1e20_0800 | op | type(ftype) | dnm(rd, rn, rm);
    }

    /** {@code ftype} is the source's. */
    public static int oneSource(int op, int ftype, int rd, int rn) {
        return 0x1e20_4000 | op | type(ftype) | dn(rd, rn);
    }

    public static int threeSources(int op, int ftype, int rd, int rn, int rm, int ra) {
        return 0x1f00_0000 | op | type(ftype) | dnma(rd, rn, rm, ra);
    }

    /** Compares Rn with Rm, or with zero, for which {@code rm} is 0. */
    public static int compare(int op, int ftype, int rn, int rm) {
        return 0x1e20_2000 | op | type(ftype) | n(rn) | m(rm);
    }

    /** {@code fccmp}: flags of the comparison if the condition holds, else {@code nzcv}. */
    public static int conditionalCompare(int ftype, int rn, int rm, int nzcv, int cond) {
        return 0x1e20_0400
                | type(ftype)
                | n(rn)
                | m(rm)
                | unsigned(nzcv, 4, 0)
                | unsigned(cond, 4, 12);
    }

    /** {@code fcsel}: {@code cond ? Rn : Rm}. */
    public static int conditionalSelect(int ftype, int rd, int rn, int rm, int cond) {
        return 0x1e20_0c00 | type(ftype) | dnm(rd, rn, rm) | unsigned(cond, 4, 12);
    }

    /** {@code fmov Rd, #immediate}; {@code imm8} is a {@link FloatImmediate}. */
    public static int moveImmediate(int ftype, int rd, int imm8) {
        return 0x1e20_1000 | type(ftype) | d(rd) | unsigned(imm8, 8, 13);
    }

    /** Between a float of {@code ftype} and a general register of {@code sf}, of which the one is Rd and the other Rn. */
    public static int convert(int op, int sf, int ftype, int rd, int rn) {
        return 0x1e20_0000 | op | sf(sf) | type(ftype) | dn(rd, rn);
    }
}
