package wasm2obj.isel.x64.instruction;

/**
 * Writes instructions of the table as text: Intel's syntax as {@code llvm-mc} and GNU as read and write it ({@code
 * .intel_syntax noprefix}).
 *
 * <p>The parameters are those of {@link Encoder}. A label, if not empty, stands for a branch's target or is what a
 * displacement relative to rip leads to.
 */
public final class X64Printer {
    private static final String[] SIZES = {
        "", "byte ptr ", "word ptr ", "dword ptr ", "qword ptr ", "xmmword ptr ", "", ""
    };

    private X64Printer() {}

    /** Appends a row with registers for its operands. */
    public static void print(
            StringBuilder out, int row, int reg, int vvvv, int rm, long immediate, String label) {
        out.append(X64.mnemonic(row));
        int count = X64.operandCount(row);
        for (int i = 0; i < count; i++) {
            out.append(i == 0 ? " " : ", ");
            int operand = X64.operand(row, i);
            if (Operand.field(operand) == Operand.RM) {
                out.append(Register.name(Operand.register(operand), rm));
            } else {
                printOther(out, operand, reg, vvvv, immediate, label);
            }
        }
    }

    /** Appends a row whose ModRM.rm operand is memory. */
    public static void printMemory(
            StringBuilder out,
            int row,
            int reg,
            int vvvv,
            int base,
            int index,
            int scale,
            int displacement,
            long immediate,
            String label) {
        out.append(X64.mnemonic(row));
        int count = X64.operandCount(row);
        for (int i = 0; i < count; i++) {
            out.append(i == 0 ? " " : ", ");
            int operand = X64.operand(row, i);
            if (Operand.field(operand) == Operand.RM) {
                out.append(SIZES[Operand.memory(operand)]);
                printAddress(out, base, index, scale, displacement, label);
            } else {
                printOther(out, operand, reg, vvvv, immediate, label);
            }
        }
    }

    /** Appends an address: {@code [r15 + 4*rcx + 8]}, {@code [rip + label]}. */
    public static void printAddress(
            StringBuilder out, int base, int index, int scale, int displacement, String label) {
        out.append('[');
        boolean first = true;
        if (base != Register.NONE) {
            out.append(base == Register.RIP ? "rip" : Register.name(Operand.GPR64, base));
            first = false;
        }
        if (index != Register.NONE) {
            out.append(first ? "" : " + ");
            if (scale != 0 || first) {
                out.append(1 << scale).append('*');
            }
            out.append(Register.name(Operand.GPR64, index));
            first = false;
        }
        if (!label.isEmpty()) {
            out.append(first ? "" : " + ").append(label);
            first = false;
        }
        if (first) {
            out.append(displacement);
        } else if (displacement != 0) {
            out.append(displacement < 0 ? " - " : " + ").append(Math.abs((long) displacement));
        }
        out.append(']');
    }

    private static void printOther(
            StringBuilder out, int operand, int reg, int vvvv, long immediate, String label) {
        int kind = Operand.register(operand);
        switch (Operand.field(operand)) {
            case Operand.REG -> out.append(Register.name(kind, reg));
            case Operand.VVVV -> out.append(Register.name(kind, vvvv));
            case Operand.IS4 -> out.append(Register.name(kind, (int) immediate));
            case Operand.IMMEDIATE -> out.append(immediate);
            case Operand.RELATIVE -> printTarget(out, immediate, label);
            default -> printImplied(out, operand, kind);
        }
    }

    private static void printTarget(StringBuilder out, long displacement, String label) {
        if (label.isEmpty()) {
            out.append(displacement);
        } else {
            out.append(label);
        }
    }

    private static void printImplied(StringBuilder out, int operand, int kind) {
        if (kind == Operand.NO_REGISTER) {
            out.append('1');
        } else {
            out.append(Register.name(kind, Operand.fixed(operand)));
        }
    }
}
