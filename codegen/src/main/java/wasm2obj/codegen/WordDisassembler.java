package wasm2obj.codegen;

/** Instructions of four bytes as numbers that an assembler takes: for an instruction set whose names nobody has written down. */
public final class WordDisassembler implements Disassembler {
    private int word;

    @Override
    public String directive() {
        return "";
    }

    @Override
    public int decode(byte[] code, int at) {
        word = 0;
        for (int i = 0; i < 4 && at + i < code.length; i++) {
            word |= (code[at + i] & 0xFF) << 8 * i;
        }
        return Math.min(at + 4, code.length);
    }

    @Override
    public int target() {
        return NO_TARGET;
    }

    @Override
    public void print(StringBuilder out, String label) {
        out.append(".inst 0x").append(Integer.toHexString(word));
        if (!label.isEmpty()) {
            out.append(" // ").append(label);
        }
    }
}
