package wasm2obj.isel.aarch64.instruction;

import static wasm2obj.isel.aarch64.instruction.Encodings.REGISTERS;
import static wasm2obj.isel.aarch64.instruction.Encodings.extension;
import static wasm2obj.isel.aarch64.instruction.Encodings.hash;
import static wasm2obj.isel.aarch64.instruction.Encodings.list;
import static wasm2obj.isel.aarch64.instruction.Encodings.r;
import static wasm2obj.isel.aarch64.instruction.Encodings.rsp;
import static wasm2obj.isel.aarch64.instruction.Encodings.shift;
import static wasm2obj.isel.aarch64.instruction.Encodings.x;
import static wasm2obj.isel.aarch64.instruction.Encodings.xsp;

import java.util.List;
import wasm2obj.isel.aarch64.instruction.Encodings.Operation;

/** Families of {@link A64Integer}. */
final class IntegerEncodings {
    private static final int[] ARITHMETIC = {
        0, 1, 0x555, 0xaaa, 0xfff, 0x1000, 0x555_000, 0xaaa_000, 0xfff_000
    };

    private final Encodings out;

    IntegerEncodings(Encodings out) {
        this.out = out;
    }

    void addAll() {
        for (int sf = 0; sf < 2; sf++) {
            additions(sf);
            logic(sf);
            logicalImmediates(sf);
            moves(sf);
            bitfields(sf);
            conditional(sf);
            products(sf);
        }
        addresses();
    }

    private List<Operation> operations(String names) {
        return out.operations(A64Integer.class, names);
    }

    private static int[] amounts(int sf) {
        return sf == 0 ? new int[] {0, 1, 10, 21, 31} : new int[] {0, 1, 21, 42, 63};
    }

    // ---- additions ----

    private void additions(int sf) {
        for (Operation op : operations("ADD ADDS SUB SUBS")) {
            boolean setsFlags = op.name().endsWith("s");
            for (int rd : REGISTERS) {
                String d = setsFlags ? r(sf, rd) : rsp(sf, rd);
                for (int rn : REGISTERS) {
                    additionsOfImmediates(op, sf, rd, d, rn);
                    for (int rm : REGISTERS) {
                        additionsOfRegisters(op, sf, rd, d, rn, rm);
                    }
                }
            }
        }
    }

    private void additionsOfImmediates(Operation op, int sf, int rd, String d, int rn) {
        for (int value : ARITHMETIC) {
            int imm13 = ArithmeticImmediate.encode(value);
            String shifted = value > 0xfff ? hash(value >> 12) + ", lsl #12" : hash(value);
            out.add(
                    A64Integer.addSubtractImmediate(op.op(), sf, rd, rn, imm13),
                    list(op.name(), d, rsp(sf, rn)) + shifted);
        }
    }

    private void additionsOfRegisters(Operation op, int sf, int rd, String d, int rn, int rm) {
        for (int shift : new int[] {A64Integer.LSL, A64Integer.LSR, A64Integer.ASR}) {
            for (int amount : amounts(sf)) {
                out.add(
                        A64Integer.addSubtractShifted(op.op(), sf, rd, rn, rm, shift, amount),
                        list(op.name(), r(sf, rd), r(sf, rn), r(sf, rm), shift(shift) + " #")
                                + amount);
            }
        }
        for (int option = 0; option < 8; option++) {
            int size = (option & 3) == 3 ? sf : 0;
            for (int amount = 0; amount <= 4; amount++) {
                out.add(
                        A64Integer.addSubtractExtended(op.op(), sf, rd, rn, rm, option, amount),
                        list(op.name(), d, rsp(sf, rn), r(size, rm), extension(option) + " #")
                                + amount);
            }
        }
        String carry = op.name().replace("add", "adc").replace("sub", "sbc");
        out.add(
                A64Integer.addSubtractCarry(op.op(), sf, rd, rn, rm),
                list(carry, r(sf, rd), r(sf, rn), r(sf, rm)));
    }

    // ---- logic ----

    private void logic(int sf) {
        for (Operation op : operations("AND ORR EOR ANDS BIC ORN EON BICS")) {
            for (int rd : REGISTERS) {
                for (int rn : REGISTERS) {
                    for (int rm : REGISTERS) {
                        logicOfRegisters(op, sf, rd, rn, rm);
                    }
                }
            }
        }
        for (int rd : REGISTERS) {
            for (int rm : REGISTERS) {
                out.add(A64Integer.move(sf, rd, rm), list("mov", r(sf, rd), r(sf, rm)));
            }
            out.add(A64Integer.moveStackPointer(rd, 31), list("mov", xsp(rd), "sp"));
            out.add(A64Integer.moveStackPointer(31, rd), list("mov", "sp", xsp(rd)));
        }
    }

    private void logicOfRegisters(Operation op, int sf, int rd, int rn, int rm) {
        for (int shift = 0; shift < 4; shift++) {
            for (int amount : amounts(sf)) {
                out.add(
                        A64Integer.logicalShifted(op.op(), sf, rd, rn, rm, shift, amount),
                        list(op.name(), r(sf, rd), r(sf, rn), r(sf, rm), shift(shift) + " #")
                                + amount);
            }
        }
    }

    /** All values that there are, from their definition: a run of ones in an element that repeats, rotated. */
    private void logicalImmediates(int sf) {
        List<Operation> operations = operations("AND ORR EOR ANDS");
        int count = 0;
        for (int size = 2; size <= 32 << sf; size *= 2) {
            for (int ones = 1; ones < size; ones++) {
                for (int rotation = 0; rotation < size; rotation++) {
                    long value = pattern(size, ones, rotation);
                    Operation op = operations.get(count % 4);
                    logicalImmediate(op, sf, REGISTERS[count++ % 5], sf == 0 ? (int) value : value);
                }
            }
        }
        if (count != (sf == 0 ? 1302 : 5334)) {
            throw new AssertionError(count);
        }
        for (Operation op : operations) {
            for (int rd : REGISTERS) {
                logicalImmediate(op, sf, rd, 0x0f0f_0f0f_0f0f_0f0fL >>> (1 - sf) * 32);
            }
        }
    }

    static long pattern(int size, int ones, int rotation) {
        long element = (1L << ones) - 1;
        long value = 0;
        for (int at = 0; at < 64; at += size) {
            value |= element << at;
        }
        long low = value >>> rotation;
        long high = (value & (1L << rotation) - 1) << size - rotation;
        long mask = size == 64 ? -1 : (1L << size) - 1;
        long rotated = (low | high) & mask;
        long result = 0;
        for (int at = 0; at < 64; at += size) {
            result |= rotated << at;
        }
        return result;
    }

    private void logicalImmediate(Operation op, int sf, int rd, long value) {
        int imm13 = LogicalImmediate.encode(value, sf);
        String d = op.name().equals("ands") ? r(sf, rd) : rsp(sf, rd);
        long shown = sf == 0 ? value & 0xffff_ffffL : value;
        for (int rn : new int[] {5, 31}) {
            out.add(
                    imm13 < 0 ? 0 : A64Integer.logicalImmediate(op.op(), sf, rd, rn, imm13),
                    list(op.name(), d, r(sf, rn), "#0x" + Long.toHexString(shown)));
        }
    }

    // ---- moves and bit fields ----

    private void moves(int sf) {
        for (Operation op : operations("MOVN MOVZ MOVK")) {
            for (int rd : REGISTERS) {
                for (int imm16 : new int[] {0, 1, 0x5555, 0xaaaa, 0xffff}) {
                    for (int hw = 0; hw < 2 << sf; hw++) {
                        out.add(
                                A64Integer.moveWide(op.op(), sf, rd, imm16, hw),
                                list(op.name(), r(sf, rd)) + hash(imm16) + ", lsl #" + 16 * hw);
                    }
                }
            }
        }
    }

    private void bitfields(int sf) {
        for (int rd : REGISTERS) {
            for (int rn : REGISTERS) {
                for (int first : amounts(sf)) {
                    for (Operation op : operations("SBFM BFM UBFM")) {
                        for (int last : amounts(sf)) {
                            out.add(
                                    A64Integer.bitfield(op.op(), sf, rd, rn, first, last),
                                    list(op.name(), r(sf, rd), r(sf, rn))
                                            + hash(first)
                                            + hash(last));
                        }
                    }
                    shifts(sf, rd, rn, first);
                    for (int rm : REGISTERS) {
                        out.add(
                                A64Integer.extract(sf, rd, rn, rm, first),
                                list("extr", r(sf, rd), r(sf, rn), r(sf, rm)) + hash(first));
                    }
                }
            }
        }
    }

    private void shifts(int sf, int rd, int rn, int amount) {
        String operands = list("", r(sf, rd), r(sf, rn)) + hash(amount);
        out.add(A64Integer.shiftLeft(sf, rd, rn, amount), "lsl" + operands);
        out.add(A64Integer.shiftRight(A64Integer.UBFM, sf, rd, rn, amount), "lsr" + operands);
        out.add(A64Integer.shiftRight(A64Integer.SBFM, sf, rd, rn, amount), "asr" + operands);
    }

    // ---- conditions ----

    private void conditional(int sf) {
        for (int cond = 0; cond < 16; cond++) {
            String name = Condition.name(cond);
            for (int rn : REGISTERS) {
                for (int rm : REGISTERS) {
                    for (int rd : REGISTERS) {
                        for (Operation op : operations("CSEL CSINC CSINV CSNEG")) {
                            out.add(
                                    A64Integer.conditionalSelect(op.op(), sf, rd, rn, rm, cond),
                                    list(op.name(), r(sf, rd), r(sf, rn), r(sf, rm), name));
                        }
                    }
                    conditionalComparisons(sf, rn, rm, cond, name);
                }
                if (cond < Condition.AL) {
                    out.add(A64Integer.conditionalSet(sf, rn, cond), list("cset", r(sf, rn), name));
                }
            }
        }
    }

    private void conditionalComparisons(int sf, int rn, int rm, int cond, String name) {
        for (Operation op : operations("CCMN CCMP")) {
            for (int nzcv : new int[] {0, 5, 10, 15}) {
                String flags = "#" + nzcv;
                out.add(
                        A64Integer.conditionalCompare(op.op(), sf, rn, rm, nzcv, cond),
                        list(op.name(), r(sf, rn), r(sf, rm), flags, name));
                out.add(
                        A64Integer.conditionalCompareImmediate(op.op(), sf, rn, rm, nzcv, cond),
                        list(op.name(), r(sf, rn), "#" + rm, flags, name));
            }
        }
    }

    // ---- one, two and three sources ----

    private void products(int sf) {
        for (int rd : REGISTERS) {
            for (int rn : REGISTERS) {
                oneSource(sf, rd, rn);
                for (int rm : REGISTERS) {
                    for (Operation op : operations("UDIV SDIV LSLV LSRV ASRV RORV")) {
                        out.add(
                                A64Integer.twoSources(op.op(), sf, rd, rn, rm),
                                list(op.name(), r(sf, rd), r(sf, rn), r(sf, rm)));
                    }
                    threeSources(sf, rd, rn, rm);
                }
            }
        }
    }

    private void oneSource(int sf, int rd, int rn) {
        String operands = list("", r(sf, rd), r(sf, rn));
        for (Operation op : operations("RBIT REV16 CLZ CLS CTZ CNT")) {
            out.add(A64Integer.oneSource(op.op(), sf, rd, rn), op.name() + operands);
        }
        for (Operation op : operations("REV32")) {
            String name = sf == 0 ? "rev" : op.name();
            out.add(A64Integer.oneSource(op.op(), sf, rd, rn), name + operands);
        }
        for (Operation op : operations("REV64")) {
            if (sf == 1) {
                out.add(A64Integer.oneSource(op.op(), sf, rd, rn), "rev" + operands);
            }
        }
    }

    private void threeSources(int sf, int rd, int rn, int rm) {
        for (int ra : REGISTERS) {
            for (Operation op : operations("MADD MSUB")) {
                out.add(
                        A64Integer.threeSources(op.op(), sf, rd, rn, rm, ra),
                        list(op.name(), r(sf, rd), r(sf, rn), r(sf, rm), r(sf, ra)));
            }
            for (Operation op : operations("SMADDL SMSUBL UMADDL UMSUBL")) {
                out.add(
                        A64Integer.threeSources(op.op(), sf, rd, rn, rm, ra),
                        list(op.name(), x(rd), r(0, rn), r(0, rm), x(ra)));
            }
        }
        for (Operation op : operations("SMULH UMULH")) {
            out.add(
                    A64Integer.threeSources(op.op(), sf, rd, rn, rm, 31),
                    list(op.name(), x(rd), x(rn), x(rm)));
        }
    }

    // ---- addresses ----

    private void addresses() {
        for (int rd : REGISTERS) {
            for (int imm : new int[] {0, 1, 2, 3, 4, 0x55555, 0xaaaaa, 0xfffff, -1, -0x100000}) {
                out.add(A64Integer.adr(rd, imm), list("adr", x(rd)) + hash(imm));
                out.add(A64Integer.adrp(rd, imm), list("adrp", x(rd)) + hash((long) imm << 12));
            }
        }
        for (String name : new String[] {"LSL", "LSR", "ASR", "ROR"}) {
            shiftIs(name, shift(out.value(A64Integer.class, name)));
        }
        String[] extensions = {"UXTB", "UXTH", "UXTW", "UXTX", "SXTB", "SXTH", "SXTW", "SXTX"};
        for (String name : extensions) {
            shiftIs(name, extension(out.value(A64Integer.class, name)));
        }
    }

    private static void shiftIs(String name, String text) {
        if (!name.equalsIgnoreCase(text)) {
            throw new AssertionError(name + " is " + text);
        }
    }
}
