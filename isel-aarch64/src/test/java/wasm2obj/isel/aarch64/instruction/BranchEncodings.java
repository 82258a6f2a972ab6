package wasm2obj.isel.aarch64.instruction;

import static wasm2obj.isel.aarch64.instruction.Encodings.REGISTERS;
import static wasm2obj.isel.aarch64.instruction.Encodings.hash;
import static wasm2obj.isel.aarch64.instruction.Encodings.list;
import static wasm2obj.isel.aarch64.instruction.Encodings.r;
import static wasm2obj.isel.aarch64.instruction.Encodings.x;

import wasm2obj.isel.aarch64.instruction.Encodings.Operation;

/** Families of {@link A64Branches}. */
final class BranchEncodings {
    private static final int[] SIXTEEN = {0, 1, 0x5555, 0xaaaa, 0xffff};

    private final Encodings out;

    BranchEncodings(Encodings out) {
        this.out = out;
    }

    void addAll() {
        branches();
        for (int rn : REGISTERS) {
            for (Operation op : out.operations(A64Branches.class, "BR BLR RET")) {
                out.add(A64Branches.branchRegister(op.op(), rn), list(op.name(), x(rn)));
            }
        }
        for (int imm16 : SIXTEEN) {
            out.add(A64Branches.brk(imm16), "brk #" + imm16);
            out.add(A64Branches.udf(imm16), "udf #" + imm16);
        }
        hints();
        barriers();
        out.add(A64Branches.isb(), "isb");
        out.add(A64Branches.retaa(), "retaa");
    }

    /** The ends of a signed field of words and what is between. */
    private static int[] offsets(int bits) {
        int end = 1 << bits + 1;
        return new int[] {0, 4, -4, 0x5554 & end - 4, 0x2aa8 & end - 4, end - 4, -end};
    }

    private void branches() {
        for (int offset : offsets(26)) {
            out.add(A64Branches.b(offset), "b #" + offset);
            out.add(A64Branches.bl(offset), "bl #" + offset);
        }
        for (int offset : offsets(19)) {
            for (int cond = 0; cond < 16; cond++) {
                out.add(
                        A64Branches.bConditional(cond, offset),
                        "b." + Condition.name(cond) + " #" + offset);
            }
            for (int rt : REGISTERS) {
                for (int sf = 0; sf < 2; sf++) {
                    String operands = r(sf, rt) + hash(offset);
                    out.add(A64Branches.cbz(sf, rt, offset), "cbz " + operands);
                    out.add(A64Branches.cbnz(sf, rt, offset), "cbnz " + operands);
                }
            }
        }
        for (int offset : offsets(14)) {
            for (int rt : REGISTERS) {
                for (int bit = 0; bit < 64; bit++) {
                    String operands = r(bit >> 5, rt) + hash(bit) + hash(offset);
                    out.add(A64Branches.tbz(rt, bit, offset), "tbz " + operands);
                    out.add(A64Branches.tbnz(rt, bit, offset), "tbnz " + operands);
                }
            }
        }
    }

    private void hints() {
        String names =
                "NOP YIELD XPACLRI PACIA1716 AUTIA1716 CSDB PACIASP PACIBSP AUTIASP AUTIBSP BTI";
        for (Operation op : out.operations(A64Branches.class, names)) {
            out.add(A64Branches.hint(op.op()), op.name());
        }
        for (String target : new String[] {"C", "J", "JC"}) {
            out.add(
                    A64Branches.hint(out.value(A64Branches.class, "BTI_" + target)),
                    "bti " + target);
        }
        for (int imm7 = 0; imm7 < 128; imm7++) {
            out.add(A64Branches.hint(imm7), "hint #" + imm7);
        }
    }

    private void barriers() {
        for (String name : new String[] {"ISHLD", "ISHST", "ISH", "SY"}) {
            int crm = out.value(A64Branches.class, name);
            out.add(A64Branches.dmb(crm), "dmb " + name);
            out.add(A64Branches.dsb(crm), "dsb " + name);
        }
        for (int crm = 1; crm < 16; crm++) {
            if (crm != 4) {
                out.add(A64Branches.dmb(crm), "dmb #" + crm);
                out.add(A64Branches.dsb(crm), "dsb #" + crm);
            }
        }
    }
}
