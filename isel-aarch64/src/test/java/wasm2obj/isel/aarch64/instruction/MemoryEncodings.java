package wasm2obj.isel.aarch64.instruction;

import static wasm2obj.isel.aarch64.instruction.Encodings.REGISTERS;
import static wasm2obj.isel.aarch64.instruction.Encodings.extension;
import static wasm2obj.isel.aarch64.instruction.Encodings.f;
import static wasm2obj.isel.aarch64.instruction.Encodings.hash;
import static wasm2obj.isel.aarch64.instruction.Encodings.r;
import static wasm2obj.isel.aarch64.instruction.Encodings.xsp;

import wasm2obj.isel.aarch64.instruction.Encodings.Operation;

/** Families of {@link A64Memory}. */
final class MemoryEncodings {
    private static final String SINGLE =
            "STRB LDRB LDRSB_X LDRSB_W STRH LDRH LDRSH_X LDRSH_W STR_W LDR_W LDRSW STR_X LDR_X STR_B LDR_B STR_H LDR_H STR_S LDR_S STR_D LDR_D STR_Q LDR_Q";

    private static final String PAIRS =
            "STP_W LDP_W LDPSW STP_X LDP_X STP_S LDP_S STP_D LDP_D STP_Q LDP_Q";

    private final Encodings out;

    MemoryEncodings(Encodings out) {
        this.out = out;
    }

    void addAll() {
        for (String name : SINGLE.split(" ", -1)) {
            Operation op = out.operations(A64Memory.class, name).getFirst();
            for (int rt : REGISTERS) {
                String t = op.name() + " " + register(name, rt) + ", [";
                for (int rn : REGISTERS) {
                    single(op, rt, rn, t);
                    withIndex(op, rt, rn, t);
                }
            }
        }
        for (String name : PAIRS.split(" ", -1)) {
            Operation op = out.operations(A64Memory.class, name).getFirst();
            for (int rt : REGISTERS) {
                for (int rn : REGISTERS) {
                    pairs(op, name, rt, rn);
                }
            }
        }
        for (String name : new String[] {"W", "X", "SW", "S", "D", "Q"}) {
            literals(out.value(A64Memory.class, "LITERAL_" + name), name);
        }
    }

    /** The register that the end of an operation's name says. */
    private static String register(String name, int rt) {
        String end = name.substring(name.length() - 2);
        return switch (end) {
            case "_W", "RB", "RH" -> r(0, rt);
            case "_X", "SW" -> r(1, rt);
            default -> f("BHSDQ".indexOf(end.charAt(1)), rt);
        };
    }

    private void single(Operation op, int rt, int rn, String text) {
        int scale = A64Memory.scale(op.op());
        String base = text + xsp(rn);
        for (int imm12 : new int[] {0, 1, 0x555, 0xaaa, 0xfff}) {
            int offset = imm12 << scale;
            out.add(A64Memory.scaled(op.op(), rt, rn, offset), base + hash(offset) + "]");
        }
        String unscaled = base.replaceFirst("(ld|st)", "$1u");
        for (int offset : new int[] {0, 1, 0x55, 0xaa, 255, -1, -256}) {
            out.add(A64Memory.unscaled(op.op(), rt, rn, offset), unscaled + hash(offset) + "]");
            // Assemblers refuse to write back to the register that is loaded or stored.
            if (rt != rn || rt == 31) {
                out.add(A64Memory.postIndexed(op.op(), rt, rn, offset), base + "]" + hash(offset));
                out.add(A64Memory.preIndexed(op.op(), rt, rn, offset), base + hash(offset) + "]!");
            }
        }
    }

    private void withIndex(Operation op, int rt, int rn, String text) {
        int scale = A64Memory.scale(op.op());
        for (int rm : REGISTERS) {
            for (int option : new int[] {2, 3, 6, 7}) {
                for (int s = 0; s < 2; s++) {
                    // S of bytes is told by a shift of 0 that is written.
                    String shift = s == 1 ? " #" + scale : "";
                    String name = option == 3 ? "lsl" : extension(option);
                    String index = r(option & 1, rm);
                    String extended = option == 3 && s == 0 ? "" : ", " + name + shift;
                    out.add(
                            A64Memory.register(op.op(), rt, rn, rm, option, s),
                            text + xsp(rn) + ", " + index + extended + "]");
                }
            }
        }
    }

    private void pairs(Operation op, String name, int rt, int rn) {
        int scale = A64Memory.pairScale(op.op());
        for (int rt2 : REGISTERS) {
            if (rt2 == rt && op.name().startsWith("ld")) {
                continue;
            }
            String registers =
                    op.name() + " " + register(name, rt) + ", " + register(name, rt2) + ", [";
            String base = registers + xsp(rn);
            for (int imm7 : new int[] {0, 1, 0x15, 0x2a, 63, -1, -64}) {
                int offset = imm7 << scale;
                out.add(A64Memory.pair(op.op(), rt, rt2, rn, offset), base + hash(offset) + "]");
                if (rn != rt && rn != rt2 || rn == 31) {
                    out.add(
                            A64Memory.pairPostIndexed(op.op(), rt, rt2, rn, offset),
                            base + "]" + hash(offset));
                    out.add(
                            A64Memory.pairPreIndexed(op.op(), rt, rt2, rn, offset),
                            base + hash(offset) + "]!");
                }
            }
        }
    }

    private void literals(int op, String name) {
        String mnemonic = name.equals("SW") ? "ldrsw " : "ldr ";
        for (int rt : REGISTERS) {
            for (int offset : new int[] {0, 4, -4, 0x55554, 0xaaaa8, 0xffffc, -0x100000}) {
                out.add(
                        A64Memory.literal(op, rt, offset),
                        mnemonic + register("LDR_" + name, rt) + hash(offset));
            }
        }
    }
}
