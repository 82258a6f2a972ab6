package wasm2obj.isel.aarch64.instruction;

import static wasm2obj.isel.aarch64.instruction.Fields.d;
import static wasm2obj.isel.aarch64.instruction.Fields.dn;
import static wasm2obj.isel.aarch64.instruction.Fields.dnm;
import static wasm2obj.isel.aarch64.instruction.Fields.dnma;
import static wasm2obj.isel.aarch64.instruction.Fields.m;
import static wasm2obj.isel.aarch64.instruction.Fields.n;
import static wasm2obj.isel.aarch64.instruction.Fields.sf;
import static wasm2obj.isel.aarch64.instruction.Fields.signed;
import static wasm2obj.isel.aarch64.instruction.Fields.unsigned;

/**
 * Data processing on general registers (DDI 0487, C4.1.92 and C4.1.94). {@code sf} is 0 for w registers, 1 for x.
 *
 * <p>Register 31 is the zero register, but for Rd and Rn of additions of immediates and of extended registers and for Rd of logical
 * immediates, where it is the stack pointer unless the flags are set.
 */
public final class A64Integer {
    // ---- additions; ADDS and SUBS set the flags, with Rd = 31 they are cmn and cmp ----

    public static final int ADD = 0;
    public static final int ADDS = 1 << 29;
    public static final int SUB = 2 << 29;
    public static final int SUBS = 3 << 29;

    // ---- logic; BIC, ORN, EON, BICS complement Rm and have no immediate form ----

    public static final int AND = 0;
    public static final int ORR = 1 << 29;
    public static final int EOR = 2 << 29;
    public static final int ANDS = 3 << 29;
    public static final int BIC = 1 << 21;
    public static final int ORN = ORR | BIC;
    public static final int EON = EOR | BIC;
    public static final int BICS = ANDS | BIC;

    // ---- moves of 16 bits ----

    public static final int MOVN = 0;
    public static final int MOVZ = 2 << 29;
    public static final int MOVK = 3 << 29;

    // ---- bit fields ----

    public static final int SBFM = 0;
    public static final int BFM = 1 << 29;
    public static final int UBFM = 2 << 29;

    // ---- conditional selection: Rn, or what becomes of Rm ----

    public static final int CSEL = 0;
    public static final int CSINC = 1 << 10;
    public static final int CSINV = 1 << 30;
    public static final int CSNEG = 1 << 30 | 1 << 10;

    // ---- conditional comparison ----

    public static final int CCMN = 0;
    public static final int CCMP = 1 << 30;

    // ---- two sources ----

    public static final int UDIV = 2 << 10;
    public static final int SDIV = 3 << 10;
    public static final int LSLV = 8 << 10;
    public static final int LSRV = 9 << 10;
    public static final int ASRV = 10 << 10;
    public static final int RORV = 11 << 10;

    // ---- one source ----

    public static final int RBIT = 0;
    public static final int REV16 = 1 << 10;

    /** Swaps the bytes of each 32 bits. */
    public static final int REV32 = 2 << 10;

    /** Swaps the bytes of an x register. */
    public static final int REV64 = 3 << 10;

    public static final int CLZ = 4 << 10;
    public static final int CLS = 5 << 10;

    /** With FEAT_CSSC. */
    public static final int CTZ = 6 << 10;

    /** With FEAT_CSSC: the number of ones. */
    public static final int CNT = 7 << 10;

    // ---- three sources; SMADDL and what follows have x registers but for the factors of the long
    // ones ----

    public static final int MADD = 0;
    public static final int MSUB = 1 << 15;
    public static final int SMADDL = 1 << 31 | 1 << 21;
    public static final int SMSUBL = SMADDL | MSUB;
    public static final int UMADDL = 1 << 31 | 5 << 21;
    public static final int UMSUBL = UMADDL | MSUB;

    /** The high half of the product; Ra is 31. So for UMULH. */
    public static final int SMULH = 1 << 31 | 2 << 21;

    public static final int UMULH = 1 << 31 | 6 << 21;

    // ---- shifts of an operand ----

    public static final int LSL = 0;
    public static final int LSR = 1;
    public static final int ASR = 2;

    /** Of logical operations only. */
    public static final int ROR = 3;

    // ---- extensions of an operand: UXTX and SXTX are plain shifts to the left ----

    public static final int UXTB = 0;
    public static final int UXTH = 1;
    public static final int UXTW = 2;
    public static final int UXTX = 3;
    public static final int SXTB = 4;
    public static final int SXTH = 5;
    public static final int SXTW = 6;
    public static final int SXTX = 7;

    private A64Integer() {}

    /** {@code Rd = Rn op immediate}; {@code imm13} is an {@link ArithmeticImmediate}. */
    public static int addSubtractImmediate(int op, int sf, int rd, int rn, int imm13) {
        return 0x1100_0000 | op | sf(sf) | dn(rd, rn) | unsigned(imm13, 13, 10);
    }

    /** {@code Rd = Rn op shifted Rm}; the shift is LSL, LSR or ASR by {@code imm6}. */
    public static int addSubtractShifted(
            int op, int sf, int rd, int rn, int rm, int shift, int imm6) {
        return 0x0b00_0000 | op | sf(sf) | dnm(rd, rn, rm) | shift(shift, imm6, sf);
    }

    /** {@code Rd = Rn op extended Rm}, shifted to the left by {@code imm3} from 0 to 4. */
    public static int addSubtractExtended(
            int op, int sf, int rd, int rn, int rm, int option, int imm3) {
        assert imm3 <= 4 : imm3;
        return 0x0b20_0000
                | op
                | sf(sf)
                | dnm(rd, rn, rm)
                | unsigned(option, 3, 13)
                | unsigned(imm3, 3, 10);
    }

    /** {@code Rd = Rn op Rm} with the carry. */
    public static int addSubtractCarry(int op, int sf, int rd, int rn, int rm) {
        return 0x1a00_0000 | op | sf(sf) | dnm(rd, rn, rm);
    }

    /** {@code Rd = Rn op immediate}; {@code imm13} is a {@link LogicalImmediate} for the size. */
    public static int logicalImmediate(int op, int sf, int rd, int rn, int imm13) {
        assert sf == 1 || imm13 >>> 12 == 0 : imm13;
        return 0x1200_0000 | op | sf(sf) | dn(rd, rn) | unsigned(imm13, 13, 10);
    }

    /** {@code Rd = Rn op shifted Rm}. */
    public static int logicalShifted(int op, int sf, int rd, int rn, int rm, int shift, int imm6) {
        return 0x0a00_0000 | op | sf(sf) | dnm(rd, rn, rm) | shift(shift, imm6, sf);
    }

    private static int shift(int shift, int imm6, int sf) {
        assert imm6 < 32 << sf : imm6;
        return unsigned(shift, 2, 22) | unsigned(imm6, 6, 10);
    }

    /** {@code mov Rd, Rm}: orr with the zero register, so not for the stack pointer. */
    public static int move(int sf, int rd, int rm) {
        return logicalShifted(ORR, sf, rd, Fields.ZERO_REGISTER, rm, LSL, 0);
    }

    /** {@code mov Rd, Rn} where one is the stack pointer: an addition of 0. */
    public static int moveStackPointer(int rd, int rn) {
        return addSubtractImmediate(ADD, 1, rd, rn, 0);
    }

    /** {@code imm16} into or instead of the bits from {@code 16 * hw} on. */
    public static int moveWide(int op, int sf, int rd, int imm16, int hw) {
        assert hw < 2 << sf : hw;
        return 0x1280_0000 | op | sf(sf) | d(rd) | unsigned(imm16, 16, 5) | unsigned(hw, 2, 21);
    }

    /** Moves bits 0 to {@code imms} to {@code immr} from the top, if imms is below immr; else bits immr to imms to the bottom. */
    public static int bitfield(int op, int sf, int rd, int rn, int immr, int imms) {
        assert immr < 32 << sf && imms < 32 << sf : immr + " " + imms;
        return 0x1300_0000
                | op
                | sf(sf)
                | unsigned(sf, 1, 22)
                | dn(rd, rn)
                | unsigned(immr, 6, 16)
                | unsigned(imms, 6, 10);
    }

    /** {@code lsl Rd, Rn, #shift}. */
    public static int shiftLeft(int sf, int rd, int rn, int shift) {
        int last = (32 << sf) - 1;
        return bitfield(UBFM, sf, rd, rn, -shift & last, last - shift);
    }

    /** {@code lsr} with UBFM, {@code asr} with SBFM. */
    public static int shiftRight(int op, int sf, int rd, int rn, int shift) {
        return bitfield(op, sf, rd, rn, shift, (32 << sf) - 1);
    }

    /** {@code extr}: Rn:Rm shifted to the right by {@code lsb}; a rotation if both are the same. */
    public static int extract(int sf, int rd, int rn, int rm, int lsb) {
        assert lsb < 32 << sf : lsb;
        return 0x1380_0000 | sf(sf) | unsigned(sf, 1, 22) | dnm(rd, rn, rm) | unsigned(lsb, 6, 10);
    }

    /** {@code adr}: the address {@code offset} bytes from the instruction, up to 1 MiB away. */
    public static int adr(int rd, int offset) {
        return 0x1000_0000 | d(rd) | relative(offset);
    }

    /** {@code adrp}: the 4 KiB page {@code pages} from the instruction's. */
    public static int adrp(int rd, int pages) {
        return 0x9000_0000 | d(rd) | relative(pages);
    }

    private static int relative(int imm21) {
        return (imm21 & 3) << 29 | signed(imm21 >> 2, 19, 5);
    }

    /** {@code Rd = cond ? Rn : op(Rm)}. */
    public static int conditionalSelect(int op, int sf, int rd, int rn, int rm, int cond) {
        return 0x1a80_0000 | op | sf(sf) | dnm(rd, rn, rm) | unsigned(cond, 4, 12);
    }

    /** {@code cset Rd, cond}: 1 or 0. */
    public static int conditionalSet(int sf, int rd, int cond) {
        int zero = Fields.ZERO_REGISTER;
        return conditionalSelect(CSINC, sf, rd, zero, zero, Condition.opposite(cond));
    }

    /** Flags of {@code Rn op Rm} if the condition holds, else {@code nzcv}. */
    public static int conditionalCompare(int op, int sf, int rn, int rm, int nzcv, int cond) {
        return 0x3a40_0000
                | op
                | sf(sf)
                | n(rn)
                | m(rm)
                | unsigned(cond, 4, 12)
                | unsigned(nzcv, 4, 0);
    }

    /** The same with an immediate of 5 bits. */
    public static int conditionalCompareImmediate(
            int op, int sf, int rn, int imm5, int nzcv, int cond) {
        return 0x3a40_0800
                | op
                | sf(sf)
                | n(rn)
                | unsigned(imm5, 5, 16)
                | unsigned(cond, 4, 12)
                | unsigned(nzcv, 4, 0);
    }

    public static int twoSources(int op, int sf, int rd, int rn, int rm) {
        return 0x1ac0_0000 | op | sf(sf) | dnm(rd, rn, rm);
    }

    public static int oneSource(int op, int sf, int rd, int rn) {
        return 0x5ac0_0000 | op | sf(sf) | dn(rd, rn);
    }

    /** {@code Rd = Ra op Rn * Rm}. The operations on x registers only are so whatever {@code sf} is. */
    public static int threeSources(int op, int sf, int rd, int rn, int rm, int ra) {
        return 0x1b00_0000 | op | sf(sf) | dnma(rd, rn, rm, ra);
    }
}
