package wasm2obj.isel.aarch64.instruction;

import static wasm2obj.isel.aarch64.instruction.Encodings.REGISTERS;
import static wasm2obj.isel.aarch64.instruction.Encodings.list;
import static wasm2obj.isel.aarch64.instruction.Encodings.r;

import java.util.List;
import wasm2obj.isel.aarch64.instruction.Encodings.Operation;

/** Families of {@link A64Float}. */
final class FloatEncodings {
    private final Encodings out;

    FloatEncodings(Encodings out) {
        this.out = out;
    }

    void addAll() {
        for (String name : new String[] {"SINGLE", "DOUBLE"}) {
            int ftype = out.value(A64Float.class, name);
            for (int rn : REGISTERS) {
                for (int rd : REGISTERS) {
                    oneSource(ftype, rd, rn);
                    conversions(ftype, rd, rn);
                    for (int rm : REGISTERS) {
                        moreSources(ftype, rd, rn, rm);
                    }
                    comparisons(ftype, rn, rd);
                }
                compareWithZero(ftype, rn);
            }
            immediates(ftype);
        }
    }

    private List<Operation> operations(String names) {
        return out.operations(A64Float.class, names);
    }

    private static String f(int ftype, int number) {
        return Encodings.f(2 + ftype, number);
    }

    private void oneSource(int ftype, int rd, int rn) {
        for (Operation op : operations("FMOV FABS FNEG FSQRT FRINTN FRINTP FRINTM FRINTZ")) {
            out.add(
                    A64Float.oneSource(op.op(), ftype, rd, rn),
                    list(op.name(), f(ftype, rd), f(ftype, rn)));
        }
        String name = ftype == 0 ? "FCVT_TO_DOUBLE" : "FCVT_TO_SINGLE";
        for (Operation op : operations(name)) {
            out.add(
                    A64Float.oneSource(op.op(), ftype, rd, rn),
                    list(op.name(), f(1 - ftype, rd), f(ftype, rn)));
        }
    }

    private void moreSources(int ftype, int rd, int rn, int rm) {
        String names = "FMUL FDIV FADD FSUB FMAX FMIN FMAXNM FMINNM FNMUL";
        for (Operation op : operations(names)) {
            out.add(
                    A64Float.twoSources(op.op(), ftype, rd, rn, rm),
                    list(op.name(), f(ftype, rd), f(ftype, rn), f(ftype, rm)));
        }
        for (int ra : REGISTERS) {
            for (Operation op : operations("FMADD FMSUB FNMADD FNMSUB")) {
                out.add(
                        A64Float.threeSources(op.op(), ftype, rd, rn, rm, ra),
                        list(op.name(), f(ftype, rd), f(ftype, rn), f(ftype, rm), f(ftype, ra)));
            }
        }
        for (int cond = 0; cond < 16; cond++) {
            out.add(
                    A64Float.conditionalSelect(ftype, rd, rn, rm, cond),
                    list("fcsel", f(ftype, rd), f(ftype, rn), f(ftype, rm), Condition.name(cond)));
        }
    }

    private void comparisons(int ftype, int rn, int rm) {
        for (Operation op : operations("FCMP FCMPE")) {
            out.add(
                    A64Float.compare(op.op(), ftype, rn, rm),
                    list(op.name(), f(ftype, rn), f(ftype, rm)));
        }
        for (int cond = 0; cond < 16; cond++) {
            for (int nzcv : new int[] {0, 5, 10, 15}) {
                out.add(
                        A64Float.conditionalCompare(ftype, rn, rm, nzcv, cond),
                        list(
                                "fccmp",
                                f(ftype, rn),
                                f(ftype, rm),
                                "#" + nzcv,
                                Condition.name(cond)));
            }
        }
    }

    private void compareWithZero(int ftype, int rn) {
        for (Operation op : operations("FCMP_ZERO FCMPE_ZERO")) {
            out.add(A64Float.compare(op.op(), ftype, rn, 0), list(op.name(), f(ftype, rn), "#0.0"));
        }
    }

    private void conversions(int ftype, int rd, int rn) {
        for (int sf = 0; sf < 2; sf++) {
            String toGeneral =
                    "FCVTNS FCVTNU FCVTAS FCVTAU FCVTPS FCVTPU FCVTMS FCVTMU FCVTZS FCVTZU";
            for (Operation op : operations(toGeneral)) {
                out.add(
                        A64Float.convert(op.op(), sf, ftype, rd, rn),
                        list(op.name(), r(sf, rd), f(ftype, rn)));
            }
            for (Operation op : operations("SCVTF UCVTF")) {
                out.add(
                        A64Float.convert(op.op(), sf, ftype, rd, rn),
                        list(op.name(), f(ftype, rd), r(sf, rn)));
            }
        }
        for (Operation op : operations("FMOV_TO_GENERAL")) {
            out.add(
                    A64Float.convert(op.op(), ftype, ftype, rd, rn),
                    list(op.name(), r(ftype, rd), f(ftype, rn)));
        }
        for (Operation op : operations("FMOV_FROM_GENERAL")) {
            out.add(
                    A64Float.convert(op.op(), ftype, ftype, rd, rn),
                    list(op.name(), f(ftype, rd), r(ftype, rn)));
        }
    }

    /** All of them, from their definition: (16 + m) / 16 times a power of two from -3 to 4. */
    private void immediates(int ftype) {
        for (int exponent = -3; exponent <= 4; exponent++) {
            for (int m = 0; m < 16; m++) {
                for (int sign = -1; sign <= 1; sign += 2) {
                    double value = Math.scalb(sign * (16 + m) / 16.0, exponent);
                    int imm8 =
                            ftype == 0
                                    ? FloatImmediate.encodeSingle(
                                            Float.floatToRawIntBits((float) value))
                                    : FloatImmediate.encodeDouble(
                                            Double.doubleToRawLongBits(value));
                    int rd = REGISTERS[m % REGISTERS.length];
                    out.add(
                            imm8 < 0 ? 0 : A64Float.moveImmediate(ftype, rd, imm8),
                            list("fmov", f(ftype, rd), "#" + value));
                }
            }
        }
    }
}
