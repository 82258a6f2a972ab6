package wasm2obj.isel.x64.instruction;

import java.util.Arrays;

/**
 * One row with operands: what the tests encode, print and compare.
 *
 * @param rm the register in ModRM.rm, or -1 when the operand is memory
 */
record Instance(
        int row,
        int reg,
        int vvvv,
        int rm,
        int base,
        int index,
        int scale,
        int displacement,
        long immediate) {

    static Instance withRegisters(int row, int reg, int vvvv, int rm, long immediate) {
        return new Instance(row, reg, vvvv, rm, Register.NONE, Register.NONE, 0, 0, immediate);
    }

    static Instance withMemory(
            int row,
            int reg,
            int vvvv,
            int base,
            int index,
            int scale,
            int displacement,
            long immediate) {
        return new Instance(row, reg, vvvv, -1, base, index, scale, displacement, immediate);
    }

    byte[] bytes() {
        byte[] code = new byte[Encoder.MAX_LENGTH];
        int end =
                rm >= 0
                        ? Encoder.encode(code, 0, row, reg, vvvv, rm, immediate)
                        : Encoder.encodeMemory(
                                code,
                                0,
                                row,
                                reg,
                                vvvv,
                                base,
                                index,
                                scale,
                                displacement,
                                immediate);
        return Arrays.copyOf(code, end);
    }

    String text() {
        StringBuilder out = new StringBuilder();
        if (rm >= 0) {
            X64Printer.print(out, row, reg, vvvv, rm, immediate, "");
        } else {
            X64Printer.printMemory(
                    out, row, reg, vvvv, base, index, scale, displacement, immediate, "");
        }
        return out.toString();
    }

    boolean isBranch() {
        return X64.operandIn(row, Operand.RELATIVE) != 0;
    }

    /** Whether two texts say the same; the order of sources that commute does not matter, nor that of an exchange. */
    boolean saysTheSame(String a, String b) {
        if (a.equals(b)) {
            return true;
        }
        boolean exchange = X64.mnemonic(row).equals("xchg");
        if (!exchange && !X64.commutes(row) && !commutesForLlvm(row)) {
            return false;
        }
        int from = exchange ? a.indexOf(' ') + 1 : a.indexOf(',') + 2;
        String[] sources = a.substring(from).split(", ", 3);
        String rest = sources.length > 2 ? ", " + sources[2] : "";
        return b.equals(a.substring(0, from) + sources[1] + ", " + sources[0] + rest)
                || b.equals("nop") && (a.equals("xchg ax, ax") || a.equals("xchg rax, rax"));
    }

    /** Where LLVM exchanges sources to save a byte and we do not, since of two NaNs the first one is to win. */
    static boolean commutesForLlvm(int row) {
        String mnemonic = X64.mnemonic(row);
        return mnemonic.startsWith("vaddp")
                || mnemonic.startsWith("vmulp")
                || mnemonic.startsWith("vcmpp");
    }
}
