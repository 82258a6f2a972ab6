package wasm2obj.isel.aarch64.instruction;

import static wasm2obj.isel.aarch64.instruction.Encodings.REGISTERS;
import static wasm2obj.isel.aarch64.instruction.Encodings.f;
import static wasm2obj.isel.aarch64.instruction.Encodings.hash;
import static wasm2obj.isel.aarch64.instruction.Encodings.lane;
import static wasm2obj.isel.aarch64.instruction.Encodings.list;
import static wasm2obj.isel.aarch64.instruction.Encodings.r;
import static wasm2obj.isel.aarch64.instruction.Encodings.v;
import static wasm2obj.isel.aarch64.instruction.Encodings.xsp;

import java.util.List;
import java.util.Locale;
import wasm2obj.isel.aarch64.instruction.Encodings.Operation;

/** Families of {@link A64Vector}. */
final class VectorEncodings {
    private static final int B8 = A64Vector.B8;
    private static final int B16 = A64Vector.B16;
    private static final int H4 = A64Vector.H4;
    private static final int H8 = A64Vector.H8;
    private static final int S2 = A64Vector.S2;
    private static final int S4 = A64Vector.S4;
    private static final int D2 = A64Vector.D2;

    private static final int[] BYTES = {B8, B16};
    private static final int[] WORDS = {H4, H8, S2, S4};
    private static final int[] TO_WORDS = {B8, B16, H4, H8, S2, S4};
    private static final int[] TO_HALVES = {B8, B16, H4, H8};
    private static final int[] ALL = {B8, B16, H4, H8, S2, S4, D2};
    private static final int[] FLOATS = {S2, S4, D2};

    private final Encodings out;

    VectorEncodings(Encodings out) {
        this.out = out;
    }

    void addAll() {
        for (String name : new String[] {"B8", "B16", "H4", "H8", "S2", "S4", "D1", "D2"}) {
            String text = v(0, out.value(A64Vector.class, name));
            if (!text.equals("v0." + name.substring(1) + name.toLowerCase(Locale.ROOT).charAt(0))) {
                throw new AssertionError(name + " is " + text);
            }
        }
        for (int rd : REGISTERS) {
            for (int rn : REGISTERS) {
                twoRegisters(rd, rn);
                narrow(rd, rn);
                acrossLanes(rd, rn);
                shifts(rd, rn);
                lanes(rd, rn);
                memory(rd, rn);
                for (int rm : REGISTERS) {
                    threeSame(rd, rn, rm);
                    threeSameFloat(rd, rn, rm);
                    bitwise(rd, rn, rm);
                    threeDifferent(rd, rn, rm);
                    permutations(rd, rn, rm);
                    byLane(rd, rn, rm);
                    dotProducts(rd, rn, rm);
                }
            }
            immediates(rd);
        }
    }

    private List<Operation> operations(String names) {
        return out.operations(A64Vector.class, names);
    }

    // ---- three registers ----

    private void threeSame(int rd, int rn, int rm) {
        threeSame(
                "SQADD SQSUB UQADD UQSUB CMGT CMGE CMHI CMHS CMTST CMEQ SSHL SQSHL SRSHL USHL UQSHL URSHL ADD SUB ADDP",
                ALL,
                rd,
                rn,
                rm);
        threeSame(
                "SHADD UHADD SRHADD URHADD SHSUB UHSUB SMAX SMIN UMAX UMIN SABD SABA UABD UABA MLA MLS MUL SMAXP SMINP UMAXP UMINP",
                TO_WORDS,
                rd,
                rn,
                rm);
        threeSame("SQDMULH SQRDMULH", WORDS, rd, rn, rm);
    }

    private void threeSame(String names, int[] arrangements, int rd, int rn, int rm) {
        for (Operation op : operations(names)) {
            for (int arrangement : arrangements) {
                out.add(
                        A64Vector.threeSame(op.op(), arrangement, rd, rn, rm),
                        three(op.name(), arrangement, rd, rn, rm));
            }
        }
    }

    private static String three(String name, int arrangement, int rd, int rn, int rm) {
        return list(name, v(rd, arrangement), v(rn, arrangement), v(rm, arrangement));
    }

    private void threeSameFloat(int rd, int rn, int rm) {
        String names =
                "FMAXNM FMLA FADD FCMEQ FMAX FMINNM FMLS FSUB FMIN FADDP FMUL FCMGE FMAXP FDIV FABD FCMGT FMINP";
        for (Operation op : operations(names)) {
            for (int arrangement : FLOATS) {
                out.add(
                        A64Vector.threeSameFloat(op.op(), arrangement, rd, rn, rm),
                        three(op.name(), arrangement, rd, rn, rm));
            }
        }
    }

    private void bitwise(int rd, int rn, int rm) {
        for (Operation op : operations("AND BIC ORR ORN EOR BSL BIT BIF")) {
            for (int arrangement : BYTES) {
                out.add(
                        A64Vector.bitwise(op.op(), arrangement & 1, rd, rn, rm),
                        three(op.name(), arrangement, rd, rn, rm));
            }
        }
        if (rn == rm) {
            out.add(A64Vector.move(rd, rn), list("mov", v(rd, B16), v(rn, B16)));
        }
    }

    /** The arrangement of lanes twice as wide in all of a register. */
    private static int wide(int arrangement) {
        return (arrangement >> 1) + 1 << 1 | 1;
    }

    private static String upper(String name, int arrangement) {
        return name + ((arrangement & 1) != 0 ? "2" : "");
    }

    private void threeDifferent(int rd, int rn, int rm) {
        for (int a : TO_WORDS) {
            for (Operation op :
                    operations(
                            "SADDL SSUBL SABDL SMLAL SMLSL SMULL UADDL USUBL UABDL UMLAL UMLSL UMULL")) {
                out.add(
                        A64Vector.threeDifferent(op.op(), a, rd, rn, rm),
                        list(upper(op.name(), a), v(rd, wide(a)), v(rn, a), v(rm, a)));
            }
            for (Operation op : operations("SADDW SSUBW UADDW USUBW")) {
                out.add(
                        A64Vector.threeDifferent(op.op(), a, rd, rn, rm),
                        list(upper(op.name(), a), v(rd, wide(a)), v(rn, wide(a)), v(rm, a)));
            }
            for (Operation op : operations("ADDHN SUBHN RADDHN RSUBHN")) {
                out.add(
                        A64Vector.threeDifferent(op.op(), a, rd, rn, rm),
                        list(upper(op.name(), a), v(rd, a), v(rn, wide(a)), v(rm, wide(a))));
            }
        }
    }

    private void permutations(int rd, int rn, int rm) {
        for (Operation op : operations("UZP1 TRN1 ZIP1 UZP2 TRN2 ZIP2")) {
            for (int arrangement : ALL) {
                out.add(
                        A64Vector.permute(op.op(), arrangement, rd, rn, rm),
                        three(op.name(), arrangement, rd, rn, rm));
            }
        }
        for (int a : BYTES) {
            for (int index : new int[] {0, 1, 2, 5, 7, 10, 15}) {
                if (index < 8 << a) {
                    out.add(
                            A64Vector.extract(a, rd, rn, rm, index),
                            three("ext", a, rd, rn, rm) + hash(index));
                }
            }
            for (int registers = 1; registers <= 4; registers++) {
                String table = table(rn, registers);
                out.add(
                        A64Vector.tableLookup(a, registers, rd, rn, rm),
                        list("tbl", v(rd, a), table, v(rm, a)));
                out.add(
                        A64Vector.tableLookupExtension(a, registers, rd, rn, rm),
                        list("tbx", v(rd, a), table, v(rm, a)));
            }
        }
    }

    private static String table(int first, int registers) {
        StringBuilder table = new StringBuilder("{");
        for (int k = 0; k < registers; k++) {
            table.append(k == 0 ? "" : ", ").append(v(first + k & 31, B16));
        }
        return table.append('}').toString();
    }

    // ---- two registers ----

    private void twoRegisters(int rd, int rn) {
        two("REV64 CLS CLZ", TO_WORDS, rd, rn);
        two("REV32", TO_HALVES, rd, rn);
        two("REV16 CNT NOT", BYTES, rd, rn);
        two("SQABS SQNEG ABS NEG", ALL, rd, rn);
        for (Operation op : operations("CMGT_ZERO CMEQ_ZERO CMLT_ZERO CMGE_ZERO CMLE_ZERO")) {
            for (int a : ALL) {
                out.add(
                        A64Vector.twoRegisters(op.op(), a, rd, rn),
                        list(op.name(), v(rd, a), v(rn, a), "#0"));
            }
        }
        for (Operation op : operations("SADDLP UADDLP SADALP UADALP")) {
            for (int a : TO_WORDS) {
                int wide = wide(a) & ~1 | a & 1;
                out.add(
                        A64Vector.twoRegisters(op.op(), a, rd, rn),
                        list(op.name(), v(rd, wide), v(rn, a)));
            }
        }
        twoFloats(rd, rn);
    }

    private void two(String names, int[] arrangements, int rd, int rn) {
        for (Operation op : operations(names)) {
            for (int a : arrangements) {
                out.add(
                        A64Vector.twoRegisters(op.op(), a, rd, rn),
                        list(op.name(), v(rd, a), v(rn, a)));
            }
        }
    }

    private void twoFloats(int rd, int rn) {
        String names =
                "FRINTN FRINTM FRINTP FRINTZ FCVTNS FCVTMS FCVTPS FCVTZS FCVTNU FCVTMU FCVTPU FCVTZU SCVTF UCVTF FABS FNEG FSQRT";
        for (int a : FLOATS) {
            for (Operation op : operations(names)) {
                out.add(
                        A64Vector.twoRegistersFloat(op.op(), a, rd, rn),
                        list(op.name(), v(rd, a), v(rn, a)));
            }
            for (Operation op :
                    operations("FCMGT_ZERO FCMEQ_ZERO FCMLT_ZERO FCMGE_ZERO FCMLE_ZERO")) {
                out.add(
                        A64Vector.twoRegistersFloat(op.op(), a, rd, rn),
                        list(op.name(), v(rd, a), v(rn, a), "#0.0"));
            }
        }
        for (int a : new int[] {S2, S4}) {
            for (Operation op : operations("FCVTL")) {
                out.add(
                        A64Vector.twoRegistersFloat(op.op(), a, rd, rn),
                        list(upper(op.name(), a), v(rd, D2), v(rn, a)));
            }
            for (Operation op : operations("FCVTN")) {
                out.add(
                        A64Vector.twoRegistersFloat(op.op(), a, rd, rn),
                        list(upper(op.name(), a), v(rd, a), v(rn, D2)));
            }
        }
    }

    private void narrow(int rd, int rn) {
        for (int a : TO_WORDS) {
            for (Operation op : operations("XTN SQXTN SQXTUN UQXTN")) {
                out.add(
                        A64Vector.twoRegisters(op.op(), a, rd, rn),
                        list(upper(op.name(), a), v(rd, a), v(rn, wide(a))));
            }
        }
    }

    private void acrossLanes(int rd, int rn) {
        for (int a : new int[] {B8, B16, H4, H8, S4}) {
            int size = a >> 1;
            for (Operation op : operations("SMAXV SMINV ADDV UMAXV UMINV")) {
                out.add(
                        A64Vector.acrossLanes(op.op(), a, rd, rn),
                        list(op.name(), f(size, rd), v(rn, a)));
            }
            for (Operation op : operations("SADDLV UADDLV")) {
                out.add(
                        A64Vector.acrossLanes(op.op(), a, rd, rn),
                        list(op.name(), f(size + 1, rd), v(rn, a)));
            }
        }
        out.add(A64Vector.addPair(rd, rn), list("addp", f(3, rd), v(rn, D2)));
    }

    // ---- shifts ----

    private void shifts(int rd, int rn) {
        for (int a : ALL) {
            int width = 8 << (a >> 1);
            for (int shift : new int[] {0, 1, width / 3, width * 2 / 3, width - 1}) {
                for (Operation op : operations("SHL SLI SQSHL_CONSTANT UQSHL_CONSTANT")) {
                    out.add(
                            A64Vector.shiftLeft(op.op(), a, rd, rn, shift),
                            list(op.name(), v(rd, a), v(rn, a)) + hash(shift));
                }
                if (a != D2) {
                    for (Operation op : operations("SSHLL USHLL")) {
                        out.add(
                                A64Vector.shiftLeft(op.op(), a, rd, rn, shift),
                                list(upper(op.name(), a), v(rd, wide(a)), v(rn, a)) + hash(shift));
                    }
                }
            }
            shiftsRight(a, width, rd, rn);
        }
    }

    private void shiftsRight(int a, int width, int rd, int rn) {
        for (int shift : new int[] {1, width / 3, width * 2 / 3, width}) {
            for (Operation op : operations("SSHR SSRA SRSHR USHR USRA URSHR SRI")) {
                out.add(
                        A64Vector.shiftRight(op.op(), a, rd, rn, shift),
                        list(op.name(), v(rd, a), v(rn, a)) + hash(shift));
            }
            if (a != D2) {
                String names = "SHRN RSHRN SQSHRN SQRSHRN SQSHRUN SQRSHRUN UQSHRN UQRSHRN";
                for (Operation op : operations(names)) {
                    out.add(
                            A64Vector.shiftRight(op.op(), a, rd, rn, shift),
                            list(upper(op.name(), a), v(rd, a), v(rn, wide(a))) + hash(shift));
                }
            }
        }
    }

    // ---- lanes ----

    private void lanes(int rd, int rn) {
        for (int a : ALL) {
            int size = a >> 1;
            out.add(A64Vector.duplicateGeneral(a, rd, rn), list("dup", v(rd, a), r(size / 3, rn)));
            for (int index = 0; index < 16 >> size; index++) {
                out.add(
                        A64Vector.duplicateLane(a, rd, rn, index),
                        list("dup", v(rd, a), lane(rn, size, index)));
            }
        }
        for (int size = 0; size < 4; size++) {
            for (int index = 0; index < 16 >> size; index++) {
                oneLane(size, index, rd, rn);
            }
        }
    }

    private void oneLane(int size, int index, int rd, int rn) {
        String source = lane(rn, size, index);
        out.add(
                A64Vector.duplicateLaneScalar(size, rd, rn, index),
                list("dup", f(size, rd), source));
        out.add(
                A64Vector.insertGeneral(size, rd, index, rn),
                list("ins", lane(rd, size, index), r(size / 3, rn)));
        for (int from = 0; from < 16 >> size; from++) {
            out.add(
                    A64Vector.insertLane(size, rd, index, rn, from),
                    list("ins", lane(rd, size, index), lane(rn, size, from)));
        }
        out.add(
                A64Vector.moveToGeneral(size, rd, rn, index),
                list("umov", r(size / 3, rd), source));
        for (int sf = 0; sf < 2; sf++) {
            if (size < 2 + sf) {
                out.add(
                        A64Vector.moveToGeneralSigned(size, sf, rd, rn, index),
                        list("smov", r(sf, rd), source));
            }
        }
    }

    private void byLane(int rd, int rn, int rm) {
        int halves = rm & 15;
        for (int index = 0; index < 8; index++) {
            for (int a : new int[] {H4, H8}) {
                byLane("MLA_LANE MLS_LANE MUL_LANE", a, rd, rn, halves, index);
                byLane("SQDMULH_LANE SQRDMULH_LANE", a, rd, rn, halves, index);
                longByLane(a, rd, rn, halves, index);
            }
        }
        for (int index = 0; index < 4; index++) {
            for (int a : new int[] {S2, S4}) {
                byLane("MLA_LANE MLS_LANE MUL_LANE", a, rd, rn, rm, index);
                byLane("SQDMULH_LANE SQRDMULH_LANE", a, rd, rn, rm, index);
                byLane("FMLA_LANE FMLS_LANE FMUL_LANE", a, rd, rn, rm, index);
                longByLane(a, rd, rn, rm, index);
            }
        }
        for (int index = 0; index < 2; index++) {
            byLane("FMLA_LANE FMLS_LANE FMUL_LANE", D2, rd, rn, rm, index);
        }
    }

    private void byLane(String names, int a, int rd, int rn, int rm, int index) {
        for (Operation op : operations(names)) {
            out.add(
                    A64Vector.byLane(op.op(), a, rd, rn, rm, index),
                    list(op.name(), v(rd, a), v(rn, a), lane(rm, a >> 1, index)));
        }
    }

    private void longByLane(int a, int rd, int rn, int rm, int index) {
        for (Operation op : operations("SMULL_LANE UMULL_LANE")) {
            out.add(
                    A64Vector.byLane(op.op(), a, rd, rn, rm, index),
                    list(upper(op.name(), a), v(rd, wide(a)), v(rn, a), lane(rm, a >> 1, index)));
        }
    }

    // ---- others ----

    private void dotProducts(int rd, int rn, int rm) {
        for (Operation op : operations("SDOT UDOT USDOT")) {
            for (int a : BYTES) {
                out.add(
                        A64Vector.dotProduct(op.op(), a, rd, rn, rm),
                        list(op.name(), v(rd, a | S2), v(rn, a), v(rm, a)));
            }
        }
    }

    private void memory(int rt, int rn) {
        String address = ", [" + xsp(rn) + "]";
        for (int size = 0; size < 4; size++) {
            for (int index = 0; index < 16 >> size; index++) {
                String operands = " {v" + rt + "." + "bhsd".charAt(size) + "}[" + index + "]";
                out.add(A64Vector.loadLane(size, rt, index, rn), "ld1" + operands + address);
                out.add(A64Vector.storeLane(size, rt, index, rn), "st1" + operands + address);
            }
        }
        for (int a = 0; a < 8; a++) {
            out.add(A64Vector.loadReplicated(a, rt, rn), "ld1r {" + v(rt, a) + "}" + address);
        }
    }

    // ---- constants ----

    /** All instructions that set a register, by the values that the manual says they have. */
    private void immediates(int rd) {
        for (int q = 0; q < 2; q++) {
            for (int imm8 : new int[] {0, 1, 0x55, 0xaa, 0xff}) {
                String immediate = hash(imm8);
                set(q, 0, 14, imm8, rd, "movi " + v(rd, B8 | q) + immediate);
                for (int shift = 0; shift < 32; shift += 8) {
                    String text = " " + v(rd, S2 | q) + immediate + ", lsl #" + shift;
                    set(q, 0, shift / 4, imm8, rd, "movi" + text);
                    set(q, 1, shift / 4, imm8, rd, "mvni" + text);
                }
                for (int shift = 0; shift < 16; shift += 8) {
                    String text = " " + v(rd, H4 | q) + immediate + ", lsl #" + shift;
                    set(q, 0, 8 | shift / 4, imm8, rd, "movi" + text);
                    set(q, 1, 8 | shift / 4, imm8, rd, "mvni" + text);
                }
                for (int shift = 8; shift < 24; shift += 8) {
                    String text = " " + v(rd, S2 | q) + immediate + ", msl #" + shift;
                    set(q, 0, 11 + shift / 8, imm8, rd, "movi" + text);
                    set(q, 1, 11 + shift / 8, imm8, rd, "mvni" + text);
                }
                long mask = 0;
                for (int k = 0; k < 8; k++) {
                    mask |= (imm8 >> k & 1) * 0xffL << 8 * k;
                }
                String register = q == 0 ? f(3, rd) : v(rd, D2);
                set(q, 1, 14, imm8, rd, "movi " + register + ", #0x" + Long.toHexString(mask));
            }
        }
        for (int imm8 : new int[] {0x70, 0xf0, 0x00, 0x7f, 0x3f}) {
            double value =
                    Math.scalb(16 + (imm8 & 15), ((imm8 >> 4 & 7) ^ 4) - 7) * (imm8 > 127 ? -1 : 1);
            set(0, 0, 15, imm8, rd, list("fmov", v(rd, S2), "#" + value));
            set(1, 0, 15, imm8, rd, list("fmov", v(rd, S4), "#" + value));
            set(1, 1, 15, imm8, rd, list("fmov", v(rd, D2), "#" + value));
        }
    }

    private void set(int q, int op, int cmode, int imm8, int rd, String text) {
        out.add(A64Vector.modifiedImmediate(q, op, cmode, imm8, rd), text);
    }
}
