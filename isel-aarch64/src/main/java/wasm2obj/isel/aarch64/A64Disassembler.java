package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CodeBuffer;
import wasm2obj.codegen.Disassembler;
import wasm2obj.isel.aarch64.instruction.A64Text;

/** AArch64 code as text. Words of vectors, and those of no instruction, are written as numbers. */
final class A64Disassembler implements Disassembler {
    private int word;
    private int target;

    @Override
    public String comment() {
        return "//";
    }

    @Override
    public String directive() {
        return ".arch armv8.5-a";
    }

    @Override
    public int decode(byte[] code, int at) {
        word = CodeBuffer.read32(code, at);
        int distance = A64Text.distance(word);
        target = distance == 0 ? NO_TARGET : at + distance;
        return at + 4;
    }

    @Override
    public int target() {
        return target;
    }

    @Override
    public void print(StringBuilder out, String label) {
        if (!A64Text.print(out, word, label)) {
            out.append(".inst 0x").append(Integer.toHexString(word));
            if (!label.isEmpty()) {
                out.append(" // ").append(label);
            }
        }
    }
}
