package wasm2obj.isel.x64;

import wasm2obj.codegen.Disassembler;
import wasm2obj.isel.x64.instruction.X64Decoder;

/** x86-64 code as text in Intel's syntax. A byte of no instruction is written as a number. */
final class X64Disassembler implements Disassembler {
    private final X64Decoder decoder = new X64Decoder();
    private boolean isInstruction;
    private int value;

    @Override
    public String directive() {
        return ".intel_syntax noprefix";
    }

    @Override
    public int decode(byte[] code, int at) {
        int end = decoder.decode(code, at);
        isInstruction = end >= 0;
        value = code[at] & 0xFF;
        return isInstruction ? end : at + 1;
    }

    @Override
    public int target() {
        return isInstruction ? decoder.target() : NO_TARGET;
    }

    @Override
    public void print(StringBuilder out, String label) {
        if (isInstruction) {
            decoder.print(out, label);
        } else {
            out.append(".byte ").append(value);
        }
    }
}
