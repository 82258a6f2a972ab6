package wasm2obj.isel.aarch64.instruction;

import static wasm2obj.isel.aarch64.instruction.Fields.d;
import static wasm2obj.isel.aarch64.instruction.Fields.dn;
import static wasm2obj.isel.aarch64.instruction.Fields.dnm;
import static wasm2obj.isel.aarch64.instruction.Fields.unsigned;

/**
 * Data processing of Advanced SIMD (DDI 0487, C4.1.96).
 *
 * <p>An arrangement is one of {@link #B8} to {@link #D2}: size:Q. {@code size} is log2 of the bytes of a lane. Names are the
 * manual's; a comparison with zero ends in {@code _ZERO}. Operations marked as accumulating read Rd.
 */
public final class A64Vector {
    // ---- arrangements ----

    public static final int B8 = 0;
    public static final int B16 = 1;
    public static final int H4 = 2;
    public static final int H8 = 3;
    public static final int S2 = 4;
    public static final int S4 = 5;
    public static final int D1 = 6;
    public static final int D2 = 7;

    private static final int U = 1 << 29;

    // ---- three registers of one shape, integers ----

    public static final int SHADD = 0;
    public static final int SQADD = 1 << 11;
    public static final int SRHADD = 2 << 11;
    public static final int SHSUB = 4 << 11;
    public static final int SQSUB = 5 << 11;
    public static final int CMGT = 6 << 11;
    public static final int CMGE = 7 << 11;

    /** Shifts to the left by the signed low byte of each lane of Rm. */
    public static final int SSHL = 8 << 11;

    public static final int SQSHL = 9 << 11;
    public static final int SRSHL = 10 << 11;
    public static final int SMAX = 12 << 11;
    public static final int SMIN = 13 << 11;
    public static final int SABD = 14 << 11;
    public static final int SABA = 15 << 11;
    public static final int ADD = 16 << 11;
    public static final int CMTST = 17 << 11;

    /** Accumulating. */
    public static final int MLA = 18 << 11;

    public static final int MUL = 19 << 11;
    public static final int SMAXP = 20 << 11;
    public static final int SMINP = 21 << 11;
    public static final int SQDMULH = 22 << 11;
    public static final int ADDP = 23 << 11;
    public static final int UHADD = U | SHADD;
    public static final int UQADD = U | SQADD;
    public static final int URHADD = U | SRHADD;
    public static final int UHSUB = U | SHSUB;
    public static final int UQSUB = U | SQSUB;
    public static final int CMHI = U | CMGT;
    public static final int CMHS = U | CMGE;
    public static final int USHL = U | SSHL;
    public static final int UQSHL = U | SQSHL;
    public static final int URSHL = U | SRSHL;
    public static final int UMAX = U | SMAX;
    public static final int UMIN = U | SMIN;
    public static final int UABD = U | SABD;
    public static final int UABA = U | SABA;
    public static final int SUB = U | ADD;
    public static final int CMEQ = U | CMTST;

    /** Accumulating: Rd - Rn * Rm. */
    public static final int MLS = U | MLA;

    public static final int UMAXP = U | SMAXP;
    public static final int UMINP = U | SMINP;
    public static final int SQRDMULH = U | SQDMULH;

    // ---- bitwise ----

    public static final int AND = 0;
    public static final int BIC = 1 << 22;
    public static final int ORR = 2 << 22;
    public static final int ORN = 3 << 22;
    public static final int EOR = U;

    /** Rd selects Rn where it has ones, else Rm. */
    public static final int BSL = U | 1 << 22;

    /** Rn is inserted into Rd where Rm has ones. */
    public static final int BIT = U | 2 << 22;

    /** Rn is inserted into Rd where Rm has zeros. */
    public static final int BIF = U | 3 << 22;

    // ---- three registers, floats ----

    public static final int FMAXNM = 24 << 11;

    /** Accumulating: Rd + Rn * Rm. */
    public static final int FMLA = 25 << 11;

    public static final int FADD = 26 << 11;
    public static final int FCMEQ = 28 << 11;
    public static final int FMAX = 30 << 11;
    public static final int FMINNM = 1 << 23 | 24 << 11;

    /** Accumulating: Rd - Rn * Rm. */
    public static final int FMLS = 1 << 23 | 25 << 11;

    public static final int FSUB = 1 << 23 | 26 << 11;
    public static final int FMIN = 1 << 23 | 30 << 11;
    public static final int FADDP = U | 26 << 11;
    public static final int FMUL = U | 27 << 11;
    public static final int FCMGE = U | 28 << 11;
    public static final int FMAXP = U | 30 << 11;
    public static final int FDIV = U | 31 << 11;
    public static final int FABD = U | 1 << 23 | 26 << 11;
    public static final int FCMGT = U | 1 << 23 | 28 << 11;
    public static final int FMINP = U | 1 << 23 | 30 << 11;

    // ---- three registers of different shapes ----

    public static final int SADDL = 0;
    public static final int SADDW = 1 << 12;
    public static final int SSUBL = 2 << 12;
    public static final int SSUBW = 3 << 12;
    public static final int ADDHN = 4 << 12;
    public static final int SUBHN = 6 << 12;
    public static final int SABDL = 7 << 12;

    /** Accumulating; so for what follows but for the products without sums. */
    public static final int SMLAL = 8 << 12;

    public static final int SMLSL = 10 << 12;
    public static final int SMULL = 12 << 12;
    public static final int UADDL = U | SADDL;
    public static final int UADDW = U | SADDW;
    public static final int USUBL = U | SSUBL;
    public static final int USUBW = U | SSUBW;
    public static final int RADDHN = U | ADDHN;
    public static final int RSUBHN = U | SUBHN;
    public static final int UABDL = U | SABDL;
    public static final int UMLAL = U | SMLAL;
    public static final int UMLSL = U | SMLSL;
    public static final int UMULL = U | SMULL;

    // ---- two registers, integers ----

    public static final int REV64 = 0;
    public static final int REV16 = 1 << 12;
    public static final int SADDLP = 2 << 12;
    public static final int CLS = 4 << 12;
    public static final int CNT = 5 << 12;

    /** Accumulating. */
    public static final int SADALP = 6 << 12;

    public static final int SQABS = 7 << 12;
    public static final int CMGT_ZERO = 8 << 12;
    public static final int CMEQ_ZERO = 9 << 12;
    public static final int CMLT_ZERO = 10 << 12;
    public static final int ABS = 11 << 12;
    public static final int REV32 = U | REV64;
    public static final int UADDLP = U | SADDLP;
    public static final int CLZ = U | CLS;

    /** Of bytes. */
    public static final int NOT = U | CNT;

    /** Accumulating. */
    public static final int UADALP = U | SADALP;

    public static final int SQNEG = U | SQABS;
    public static final int CMGE_ZERO = U | 8 << 12;
    public static final int CMLE_ZERO = U | 9 << 12;
    public static final int NEG = U | 11 << 12;

    // ---- to half the lanes' width: Rd's lower half, or with Q its upper one, which leaves the
    // lower as it is ----

    public static final int XTN = 18 << 12;
    public static final int SQXTN = 20 << 12;
    public static final int SQXTUN = U | XTN;
    public static final int UQXTN = U | SQXTN;

    /** From D2 to S2 or S4. */
    public static final int FCVTN = 22 << 12;

    /** From S2 or S4 to D2: the lower half, or with Q the upper one. */
    public static final int FCVTL = 23 << 12;

    // ---- two registers, floats ----

    public static final int FRINTN = 24 << 12;
    public static final int FRINTM = 25 << 12;
    public static final int FCVTNS = 26 << 12;
    public static final int FCVTMS = 27 << 12;
    public static final int SCVTF = 29 << 12;
    public static final int FCMGT_ZERO = 1 << 23 | 12 << 12;
    public static final int FCMEQ_ZERO = 1 << 23 | 13 << 12;
    public static final int FCMLT_ZERO = 1 << 23 | 14 << 12;
    public static final int FABS = 1 << 23 | 15 << 12;
    public static final int FRINTP = 1 << 23 | 24 << 12;
    public static final int FRINTZ = 1 << 23 | 25 << 12;
    public static final int FCVTPS = 1 << 23 | 26 << 12;
    public static final int FCVTZS = 1 << 23 | 27 << 12;
    public static final int FCVTNU = U | FCVTNS;
    public static final int FCVTMU = U | FCVTMS;
    public static final int UCVTF = U | SCVTF;
    public static final int FCMGE_ZERO = U | FCMGT_ZERO;
    public static final int FCMLE_ZERO = U | FCMEQ_ZERO;
    public static final int FNEG = U | FABS;
    public static final int FCVTPU = U | FCVTPS;
    public static final int FCVTZU = U | FCVTZS;
    public static final int FSQRT = U | 1 << 23 | 31 << 12;

    // ---- all lanes to one ----

    public static final int SADDLV = 3 << 12;
    public static final int SMAXV = 10 << 12;
    public static final int SMINV = 26 << 12;
    public static final int ADDV = 27 << 12;
    public static final int UADDLV = U | SADDLV;
    public static final int UMAXV = U | SMAXV;
    public static final int UMINV = U | SMINV;

    // ---- permutations ----

    public static final int UZP1 = 1 << 12;
    public static final int TRN1 = 2 << 12;
    public static final int ZIP1 = 3 << 12;
    public static final int UZP2 = 5 << 12;
    public static final int TRN2 = 6 << 12;
    public static final int ZIP2 = 7 << 12;

    // ---- shifts to the left by constants ----

    public static final int SHL = 10 << 11;

    /** Keeps Rd's bits below. */
    public static final int SLI = U | SHL;

    public static final int SQSHL_CONSTANT = 14 << 11;
    public static final int UQSHL_CONSTANT = U | SQSHL_CONSTANT;

    /** To twice the width; the upper half with Q. */
    public static final int SSHLL = 20 << 11;

    public static final int USHLL = U | SSHLL;

    // ---- shifts to the right by constants ----

    public static final int SSHR = 0;

    /** Accumulating. */
    public static final int SSRA = 2 << 11;

    public static final int SRSHR = 4 << 11;
    public static final int USHR = U | SSHR;

    /** Accumulating. */
    public static final int USRA = U | SSRA;

    public static final int URSHR = U | SRSHR;

    /** Keeps Rd's bits above. */
    public static final int SRI = U | 8 << 11;

    /** To half the width; the arrangement is the result's. So for those that follow. */
    public static final int SHRN = 16 << 11;

    public static final int RSHRN = 17 << 11;
    public static final int SQSHRN = 18 << 11;
    public static final int SQRSHRN = 19 << 11;
    public static final int SQSHRUN = U | SHRN;
    public static final int SQRSHRUN = U | RSHRN;
    public static final int UQSHRN = U | SQSHRN;
    public static final int UQRSHRN = U | SQRSHRN;

    // ---- by one lane of Rm ----

    public static final int MLA_LANE = U;
    public static final int MLS_LANE = U | 4 << 12;
    public static final int MUL_LANE = 8 << 12;
    public static final int SMULL_LANE = 10 << 12;
    public static final int UMULL_LANE = U | SMULL_LANE;
    public static final int SQDMULH_LANE = 12 << 12;
    public static final int SQRDMULH_LANE = 13 << 12;
    public static final int FMLA_LANE = 1 << 12;
    public static final int FMLS_LANE = 5 << 12;
    public static final int FMUL_LANE = 9 << 12;

    // ---- products of four bytes, accumulating ----

    /** With FEAT_DotProd. */
    public static final int SDOT = 0x0e80_9400;

    public static final int UDOT = SDOT | U;

    /** Rn unsigned, Rm signed; with FEAT_I8MM. */
    public static final int USDOT = 0x0e80_9c00;

    private A64Vector() {}

    /** log2 of the bytes of a lane. */
    public static int size(int arrangement) {
        return arrangement >> 1;
    }

    private static int shape(int arrangement) {
        return q(arrangement & 1) | unsigned(arrangement >> 1, 2, 22);
    }

    private static int floatShape(int arrangement) {
        assert arrangement == S2 || arrangement == S4 || arrangement == D2 : arrangement;
        return q(arrangement & 1) | (arrangement >> 1 & 1) << 22;
    }

    private static int q(int q) {
        return unsigned(q, 1, 30);
    }

    public static int threeSame(int op, int arrangement, int rd, int rn, int rm) {
        return 0x0e20_0400 | op | shape(arrangement) | dnm(rd, rn, rm);
    }

    public static int threeSameFloat(int op, int arrangement, int rd, int rn, int rm) {
        return 0x0e20_0400 | op | floatShape(arrangement) | dnm(rd, rn, rm);
    }

    /** Bitwise, of 8 bytes or with Q of 16. */
    public static int bitwise(int op, int q, int rd, int rn, int rm) {
        return 0x0e20_1c00 | op | q(q) | dnm(rd, rn, rm);
    }

    /** {@code mov Vd.16b, Vn.16b}. */
    public static int move(int rd, int rn) {
        return bitwise(ORR, 1, rd, rn, rn);
    }

    /** The arrangement is the narrow operand's; with Q its upper half. */
    public static int threeDifferent(int op, int arrangement, int rd, int rn, int rm) {
        return 0x0e20_0000 | op | shape(arrangement) | dnm(rd, rn, rm);
    }

    /** The arrangement is the operand's; of those to half the width the result's. */
    public static int twoRegisters(int op, int arrangement, int rd, int rn) {
        return 0x0e20_0800 | op | shape(arrangement) | dn(rd, rn);
    }

    /** Of {@link #FCVTN} and {@link #FCVTL}, S2 is the lower half of the singles, S4 the upper one. */
    public static int twoRegistersFloat(int op, int arrangement, int rd, int rn) {
        if (op == FCVTN || op == FCVTL) {
            return 0x0e20_0800 | op | q(arrangement & 1) | 1 << 22 | dn(rd, rn);
        }
        return 0x0e20_0800 | op | floatShape(arrangement) | dn(rd, rn);
    }

    /** To a scalar of the lane's size; of the long sums of twice that. */
    public static int acrossLanes(int op, int arrangement, int rd, int rn) {
        return 0x0e30_0800 | op | shape(arrangement) | dn(rd, rn);
    }

    /** {@code addp Dd, Vn.2d}. */
    public static int addPair(int rd, int rn) {
        return 0x5ef1_b800 | dn(rd, rn);
    }

    public static int permute(int op, int arrangement, int rd, int rn, int rm) {
        return 0x0e00_0800 | op | shape(arrangement) | dnm(rd, rn, rm);
    }

    /** {@code ext}: bytes of Rn from {@code index} on, then Rm's. */
    public static int extract(int q, int rd, int rn, int rm, int index) {
        assert index < 8 << q : index;
        return 0x2e00_0000 | q(q) | dnm(rd, rn, rm) | unsigned(index, 4, 11);
    }

    /** {@code tbl} of bytes in {@code registers} from 1 to 4 from Rn on, zero for indices beyond. */
    public static int tableLookup(int q, int registers, int rd, int rn, int rm) {
        return 0x0e00_0000 | q(q) | unsigned(registers - 1, 2, 13) | dnm(rd, rn, rm);
    }

    /** {@code tbx}: indices beyond leave Rd. */
    public static int tableLookupExtension(int q, int registers, int rd, int rn, int rm) {
        return tableLookup(q, registers, rd, rn, rm) | 1 << 12;
    }

    private static int lane(int size, int index) {
        assert index < 16 >> size : index;
        return ((index << 1 | 1) << size) << 16;
    }

    /** {@code dup Vd, Vn.[index]}. */
    public static int duplicateLane(int arrangement, int rd, int rn, int index) {
        return 0x0e00_0400 | q(arrangement & 1) | lane(size(arrangement), index) | dn(rd, rn);
    }

    /** {@code dup}, also named mov, of a lane to a scalar; clears what is above. */
    public static int duplicateLaneScalar(int size, int rd, int rn, int index) {
        return 0x5e00_0400 | lane(size, index) | dn(rd, rn);
    }

    /** {@code dup Vd, Rn} of a general register. */
    public static int duplicateGeneral(int arrangement, int rd, int rn) {
        return 0x0e00_0c00 | q(arrangement & 1) | lane(size(arrangement), 0) | dn(rd, rn);
    }

    /** {@code ins Vd.[index], Rn} of a general register. */
    public static int insertGeneral(int size, int rd, int index, int rn) {
        return 0x4e00_1c00 | lane(size, index) | dn(rd, rn);
    }

    /** {@code ins Vd.[to], Vn.[from]}. */
    public static int insertLane(int size, int rd, int to, int rn, int from) {
        assert from < 16 >> size : from;
        return 0x6e00_0400 | lane(size, to) | unsigned(from << size, 4, 11) | dn(rd, rn);
    }

    /** {@code umov}: a lane, zero-extended, to a general register; x for lanes of 8 bytes. */
    public static int moveToGeneral(int size, int rd, int rn, int index) {
        return 0x0e00_3c00 | q(size == 3 ? 1 : 0) | lane(size, index) | dn(rd, rn);
    }

    /** {@code smov}: sign-extended to w or x. */
    public static int moveToGeneralSigned(int size, int sf, int rd, int rn, int index) {
        assert size < 2 + sf : size;
        return 0x0e00_2c00 | q(sf) | lane(size, index) | dn(rd, rn);
    }

    /** By {@code shift} from 0 up to below the lanes' width; the arrangement is the operand's. */
    public static int shiftLeft(int op, int arrangement, int rd, int rn, int shift) {
        int width = 8 << size(arrangement);
        assert shift >= 0 && shift < width : shift;
        return 0x0f00_0400 | op | q(arrangement & 1) | width + shift << 16 | dn(rd, rn);
    }

    /** By {@code shift} from 1 up to the width of the lanes, of those to half the width the result's. */
    public static int shiftRight(int op, int arrangement, int rd, int rn, int shift) {
        int width = 8 << size(arrangement);
        assert shift > 0 && shift <= width : shift;
        return 0x0f00_0400 | op | q(arrangement & 1) | 2 * width - shift << 16 | dn(rd, rn);
    }

    /** {@code movi}, {@code mvni}, {@code fmov} and others; see {@link VectorImmediate}. */
    public static int modifiedImmediate(int q, int op, int cmode, int imm8, int rd) {
        return 0x0f00_0400
                | q(q)
                | unsigned(op, 1, 29)
                | unsigned(cmode, 4, 12)
                | unsigned(imm8 >> 5, 3, 16)
                | (imm8 & 31) << 5
                | d(rd);
    }

    /** Rm's lane {@code index} with all of Rn. Rm of lanes of 2 bytes is 15 at most. Of the long products Q takes Rn's upper half. */
    public static int byLane(int op, int arrangement, int rd, int rn, int rm, int index) {
        int size = size(arrangement);
        assert size != 1 || rm < 16 : rm;
        assert index < 16 >> size : index;
        int hlm = index << (size == 1 ? 0 : size - 1);
        return 0x0f00_0000
                | op
                | shape(arrangement)
                | dnm(rd, rn, rm)
                | hlm >> 2 << 11
                | (hlm & 3) << 20;
    }

    /** Sums of four products of bytes in each lane of 4; {@link #SDOT} and its kin. */
    public static int dotProduct(int op, int q, int rd, int rn, int rm) {
        return op | q(q) | dnm(rd, rn, rm);
    }

    // ---- structures in memory ----

    /** {@code ld1 {Vt}[index], [Rn]}. */
    public static int loadLane(int size, int rt, int index, int rn) {
        return 0x0d40_0000 | memoryLane(size, index) | dn(rt, rn);
    }

    /** {@code st1 {Vt}[index], [Rn]}. */
    public static int storeLane(int size, int rt, int index, int rn) {
        return 0x0d00_0000 | memoryLane(size, index) | dn(rt, rn);
    }

    /** Q:S:size holds the index's bits from the top, and below them the size. */
    private static int memoryLane(int size, int index) {
        assert index < 16 >> size : index;
        int opcode = size == 0 ? 0 : size == 1 ? 2 : 4;
        int place = index << size | (size == 3 ? 1 : 0);
        return q(place >> 3) | (place & 7) << 10 | opcode << 13;
    }

    /** {@code ld1r {Vt}, [Rn]}: one lane's value to all. */
    public static int loadReplicated(int arrangement, int rt, int rn) {
        return 0x0d40_c000 | q(arrangement & 1) | size(arrangement) << 10 | dn(rt, rn);
    }
}
