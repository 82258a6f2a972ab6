package wasm2obj.isel.x64;

import wasm2obj.codegen.CodeBuffer;
import wasm2obj.codegen.MachineAssembler;
import wasm2obj.isel.x64.instruction.Encoder;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;

/**
 * Instructions with physical registers, appended to a code buffer: what sequences and thunks are written in. Registers are
 * hardware numbers; the names say the operands that are given, in the row's order.
 */
final class X64Assembler extends MachineAssembler {
    /** Branch kinds: a jump, and from {@code JCC} on one for each condition. */
    private static final int JUMP = 0;

    private static final int JCC = 1;

    CodeBuffer buffer() {
        return buffer;
    }

    // ---- instructions ----

    /** Any row with registers for all operands, given by field. */
    void fields(int row, int reg, int vvvv, int rm, long immediate) {
        buffer.reserve(Encoder.MAX_LENGTH);
        buffer.size = Encoder.encode(buffer.bytes, buffer.size, row, reg, vvvv, rm, immediate);
    }

    /** Any row with a memory operand. */
    void memoryFields(
            int row,
            int reg,
            int vvvv,
            int base,
            int index,
            int scale,
            int displacement,
            long immediate) {
        buffer.reserve(Encoder.MAX_LENGTH);
        buffer.size =
                Encoder.encodeMemory(
                        buffer.bytes,
                        buffer.size,
                        row,
                        reg,
                        vvvv,
                        base,
                        index,
                        scale,
                        displacement,
                        immediate);
    }

    /** A row without explicit operands. */
    void plain(int row) {
        fields(row, 0, 0, 0, 0);
    }

    /** {@code row reg, r/m}. */
    void regRm(int row, int reg, int rm) {
        fields(row, reg, 0, rm, 0);
    }

    /** {@code row r/m, reg}, or a row with one register. */
    void rmReg(int row, int rm, int reg) {
        fields(row, reg, 0, rm, 0);
    }

    /** {@code row r/m}, {@code row r/m, imm}, or a register in the opcode. */
    void rmImmediate(int row, int rm, long immediate) {
        fields(row, 0, 0, rm, immediate);
    }

    /** {@code row r/m} and its like. */
    void rm(int row, int rm) {
        fields(row, 0, 0, rm, 0);
    }

    /** {@code row reg, [base + displacement]}, {@code row [base + displacement], reg}. */
    void memory(int row, int reg, int base, int displacement) {
        memoryFields(row, reg, 0, base, Register.NONE, 0, displacement, 0);
    }

    /** {@code row reg, [base + index * 2^scale + displacement]}. */
    void indexed(int row, int reg, int base, int index, int scale, int displacement) {
        memoryFields(row, reg, 0, base, index, scale, displacement, 0);
    }

    /** {@code row [base + displacement], imm}. */
    void memoryImmediate(int row, int base, int displacement, int immediate) {
        memoryFields(row, 0, 0, base, Register.NONE, 0, displacement, immediate);
    }

    @Override
    public void move(int to, int from) {
        if (to != from) {
            regRm(X64.MOV_R64_RM64, to, from);
        }
    }

    @Override
    public void constant(int reg, long value) {
        rmImmediate(X64.moveImmediate64(value), reg, value);
    }

    /** {@code row reg, [rip + ...]}; the result is the place of the 32 bits, which count from their end. */
    int ripRelative(int row, int reg) {
        memoryFields(row, reg, 0, Register.RIP, Register.NONE, 0, 0, 0);
        return buffer.size - 4;
    }

    /** {@code call rel32}; the result is the place of the 32 bits. */
    int call() {
        fields(X64.CALL_REL32, 0, 0, 0, 0);
        return buffer.size - 4;
    }

    /** {@code lea reg, [rip + label]}. */
    void labelAddress(int reg, int label) {
        buffer.reference(ripRelative(X64.LEA_R64_M, reg), label, -4);
    }

    // ---- branches ----

    @Override
    public void trap() {
        plain(X64.UD2);
    }

    @Override
    public void jump(int label) {
        buffer.branch(this, JUMP, label);
    }

    @Override
    public void jumpIf(int condition, int label) {
        buffer.branch(this, JCC + condition, label);
    }

    @Override
    public boolean reaches(int kind, int distance) {
        return distance - 2 == (byte) (distance - 2);
    }

    @Override
    public int shortSize(int kind) {
        return 2;
    }

    @Override
    public int growth(int kind) {
        return kind == JUMP ? 3 : 4;
    }

    @Override
    public void write(byte[] code, int at, int kind, int distance, boolean isLong) {
        if (kind == JUMP) {
            Encoder.encodeImmediate(
                    code, at, isLong ? X64.JMP_REL32 : X64.JMP_REL8, distance - (isLong ? 5 : 2));
        } else {
            int row = (isLong ? X64.JCC_REL32 : X64.JCC_REL8) + kind - JCC;
            Encoder.encodeImmediate(code, at, row, distance - (isLong ? 6 : 2));
        }
    }
}
