package wasm2obj.codegen;

import java.util.Locale;
import wasm2obj.ir.RuntimeFunction;
import wasm2obj.ir.TrapKind;
import wasm2obj.regalloc.Allocation;
import wasm2obj.regalloc.AllocationText;

/**
 * A function in machine instructions as text: {@link AllocationText}'s form, with the names that the shared opcodes and the ISA
 * give to instructions.
 */
public final class VCodeText {
    private static final RuntimeFunction[] RUNTIME = RuntimeFunction.values();

    private VCodeText() {}

    /** The code, its operands at the locations that the allocation gives them. */
    static String print(int function, VCode code, Allocation allocation, Isa isa) {
        String body =
                AllocationText.print(
                        code.registers, allocation, (out, i) -> describe(out, code, i, isa));
        return "function " + function + " {\n" + body + "}\n";
    }

    private static void describe(StringBuilder out, VCode code, int i, Isa isa) {
        int opcode = code.opcodes[i];
        if (opcode >= VCode.FIRST_MACHINE_OPCODE) {
            isa.describe(out, opcode, code.auxs[i], code.imms[i]);
        } else {
            shared(out, opcode, code.auxs[i], code.imms[i], isa);
        }
    }

    private static void shared(StringBuilder out, int opcode, int aux, long imm, Isa isa) {
        switch (opcode) {
            case VCode.ENTRY -> out.append("entry");
            case VCode.JUMP -> out.append("jump");
            case VCode.TRAP -> out.append("trap ").append(trap(aux));
            case VCode.RETURN -> out.append("return");
            case VCode.LANDING -> out.append("landing");
            case VCode.CALL -> out.append("call function").append(imm);
            case VCode.CALL_IMPORT -> out.append("call-import ").append(imm);
            case VCode.CALL_RECORD -> out.append("call-record");
            case VCode.CALL_TABLE -> out.append("call-table");
            case VCode.CALL_SHARED -> out.append("call-shared ").append(imm);
            case VCode.CALL_RUNTIME -> out.append("call ").append(RUNTIME[(int) imm].symbol());
            case VCode.ALLOCATE_ARGUMENTS -> out.append("allocate-arguments ").append(imm);
            case VCode.CHECK_SUBTYPE -> out.append("check-subtype");
            case VCode.TAIL_CALL -> out.append("tail-call function").append(imm);
            case VCode.TAIL_CALL_RECORD -> out.append("tail-call-record");
            case VCode.TAIL_CALL_TABLE -> out.append("tail-call-table");
            case VCode.BRANCH -> out.append("branch if ").append(isa.condition(aux));
            case VCode.TRAP_IF ->
                    out.append("trap ")
                            .append(trap((int) imm))
                            .append(" if ")
                            .append(isa.condition(aux));
            case VCode.JUMP_TABLE -> out.append("jump-table");
            case VCode.COMPARE_CHAIN -> out.append("compare-chain");
            case VCode.MOVE_IF -> out.append("move if ").append(isa.condition(aux));
            case VCode.AS_IS -> out.append("as-is");
            case VCode.TRUNCATE -> truncate(out, aux);
            default -> out.append("op").append(opcode);
        }
    }

    private static void truncate(StringBuilder out, int flags) {
        out.append((flags & VCode.SATURATING) != 0 ? "truncate-saturating" : "truncate");
        out.append((flags & VCode.FROM_F64) != 0 ? ".f64" : ".f32");
        out.append((flags & VCode.TO_I64) != 0 ? ".i64" : ".i32");
        out.append((flags & VCode.UNSIGNED) != 0 ? ".u" : ".s");
    }

    /** The name of a trap's kind, by its code. */
    public static String trap(int code) {
        for (TrapKind kind : TrapKind.values()) {
            if (kind.code() == code) {
                return kind.name().toLowerCase(Locale.ROOT);
            }
        }
        return String.valueOf(code);
    }
}
