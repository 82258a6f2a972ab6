package wasm2obj.isel.x64;

import wasm2obj.isel.x64.instruction.Operand;
import wasm2obj.isel.x64.instruction.X64;

/**
 * x86-64's own opcodes ({@link Op}) as text, without the registers that the allocator knows of: the name of a row as the manual has it, what its
 * memory operand adds to these registers, its immediate.
 *
 * <pre>
 *   add.r32.r/m32 [context + 1*index + 16]
 *   branch if below
 * </pre>
 */
final class OpText {
    private OpText() {}

    static void describe(StringBuilder out, int opcode, int aux, long imm) {
        if (opcode >= Op.ROW) {
            row(out, opcode - Op.ROW, aux, imm);
            return;
        }
        switch (opcode) {
            case Op.ZERO -> out.append("zero");
            case Op.FLOAT_ZERO -> out.append("float-zero");
            case Op.SET_TWO_FLAGS -> out.append("set if ").append(Conditions.name(aux));
            default -> sequence(out, opcode, aux, imm);
        }
    }

    private static void sequence(StringBuilder out, int opcode, int aux, long imm) {
        switch (opcode) {
            case Op.REM_S -> out.append("rem-s.").append(aux);
            case Op.MIN_MAX -> out.append(imm == 1 ? "max.f" : "min.f").append(8 * aux);
            case Op.CONVERT_INTEGER -> out.append("convert.").append(X64.mnemonic(aux));
            case Op.CONVERT_U64 -> out.append("convert-u64.f").append(8 * aux);
            case Op.ATOMIC_UPDATE -> {
                int row = Op.immediate(imm) >> 2;
                out.append("atomic-").append(X64.mnemonic(row)).append('.');
                out.append(8 << (Op.immediate(imm) & 3));
                address(out, aux, Op.displacement(imm));
            }
            case Op.VECTOR_ONES -> out.append("vector-ones");
            default -> out.append("op").append(opcode);
        }
    }

    private static void row(StringBuilder out, int row, int aux, long imm) {
        out.append(X64.syntax(row).replace(", ", ".").replace(' ', '.'));
        boolean memory = Op.mode(aux) != Op.REGISTER;
        if (memory) {
            address(out, aux, Op.displacement(imm));
        }
        if (X64.operandIn(row, Operand.IMMEDIATE) != 0) {
            out.append(" #").append(memory ? Op.immediate(imm) : imm);
        }
    }

    private static void address(StringBuilder out, int aux, int displacement) {
        String start =
                switch (Op.mode(aux)) {
                    case Op.BASE -> "base";
                    case Op.CONTEXT -> "context";
                    case Op.NO_BASE -> "0";
                    case Op.FRAME_SLOT -> "slot";
                    case Op.RESULT_BUFFER -> "results";
                    case Op.INCOMING -> "incoming";
                    case Op.OUTGOING -> "outgoing";
                    case Op.CONSTANT -> "constant";
                    default -> "?";
                };
        out.append(" [").append(start);
        if (Op.isIndexed(aux)) {
            out.append(" + ").append(1 << Op.scale(aux)).append("*index");
        }
        if (displacement != 0) {
            out.append(displacement < 0 ? " - " : " + ").append(Math.abs((long) displacement));
        }
        out.append(']');
    }
}
