package wasm2obj.isel.x64.instruction;

import java.util.Arrays;

/**
 * Reads instructions of the table back from bytes: the inverse of {@link Encoder}, for listings and their tests.
 *
 * <p>Problem: one row has several forms (short immediates, forms without ModRM, exchanged sources), and some rows share an opcode.
 * Strategy: the prefixes and the opcode give the few rows that may be meant; each one's operands are read as its opcode column
 * says, and the row is right if the encoder makes the same bytes of them. So there is nothing to be kept in step with the encoder but where
 * forms have their opcodes, and no instruction is ever read as another one.
 *
 * <p>Not for hostile or foreign code: what the encoder does not write is not understood, and said to be so.
 */
public final class X64Decoder {
    private static final int VEX_KEY = 1 << 12;
    private static final int[] NONE = {};

    /** Rows by {@link #key}. */
    private final int[][] rowsByKey = new int[2 * VEX_KEY][];

    private final byte[] again = new byte[Encoder.MAX_LENGTH];

    private byte[] code;

    // What stands before the opcode.
    private int rex;
    private int vexVvvv;
    private int opcodeKey;
    private int opcodeAt;

    // The operands of the row that is tried.
    private int row;
    private int reg;
    private int vvvv;
    private int rm;
    private boolean memory;
    private int base;
    private int index;
    private int scale;
    private int displacement;
    private long immediate;
    private int start;
    private int end;

    /** A decoder; serves one thread. */
    public X64Decoder() {
        Arrays.fill(rowsByKey, NONE);
        for (int r = 0; r < X64.count(); r++) {
            addForms(r);
        }
    }

    // ---- the forms of rows ----

    private void addForms(int r) {
        long encoding = Rows.encoding(r);
        add(encoding, (int) encoding & 0xFF, r);
        if (form(encoding) == RowDecoder.FORM_OPCODE) {
            addRegisters(encoding, (int) encoding & 0xFF, r);
        }
        if ((encoding & RowDecoder.SHORT) != 0) {
            add(encoding, (int) Encoder.shorten(encoding) & 0xFF, r);
        }
        if ((encoding & RowDecoder.BARE) != 0) {
            addRegisters(encoding, Encoder.bareOpcode(encoding, Register.RAX), r);
        }
        if ((encoding & RowDecoder.MOVE) != 0) {
            add(encoding, (int) Encoder.otherDirection(encoding) & 0xFF, r);
        }
    }

    /** Opcodes with a register in the low bits; where there is none, these are tried in vain. */
    private void addRegisters(long encoding, int opcode, int r) {
        for (int register = 0; register < 8; register++) {
            add(encoding, opcode | register, r);
        }
    }

    private void add(long encoding, int opcode, int r) {
        int key =
                key(
                        (encoding & RowDecoder.VEX) != 0,
                        (int) (encoding >>> RowDecoder.MAP_SHIFT) & 3,
                        (int) (encoding >>> RowDecoder.PREFIX_SHIFT) & 3,
                        opcode);
        int[] rows = rowsByKey[key];
        if (rows.length == 0 || rows[rows.length - 1] != r) {
            rows = Arrays.copyOf(rows, rows.length + 1);
            rows[rows.length - 1] = r;
            rowsByKey[key] = rows;
        }
    }

    private static int key(boolean vex, int map, int prefix, int opcode) {
        return (vex ? VEX_KEY : 0) | map << 10 | prefix << 8 | opcode & 0xFF;
    }

    private static int form(long encoding) {
        return (int) (encoding >>> RowDecoder.FORM_SHIFT) & 3;
    }

    // ---- reading ----

    /**
     * Reads the instruction at an offset.
     *
     * @return the offset behind it, or -1 if it is none that the encoder writes
     */
    public int decode(byte[] bytes, int at) {
        code = bytes;
        start = at;
        readPrefixes();
        for (int candidate : rowsByKey[opcodeKey]) {
            row = candidate;
            if (readOperands(Rows.encoding(candidate)) && isSameAgain()) {
                return end;
            }
        }
        return -1;
    }

    private int byteAt(int offset) {
        return offset < code.length ? code[offset] & 0xFF : 0;
    }

    private void readPrefixes() {
        int at = start;
        rex = 0;
        vexVvvv = 0;
        int first = byteAt(at);
        if (first == 0xC5) {
            int second = byteAt(at + 1);
            rex = ~second >> 5 & 4;
            finishVex(second, RowDecoder.MAP_0F, at + 2);
            return;
        }
        if (first == 0xC4) {
            int third = byteAt(at + 2);
            rex = ~byteAt(at + 1) >> 5 & 7 | third >> 4 & 8;
            finishVex(third, byteAt(at + 1) & 3, at + 3);
            return;
        }
        at += first == 0xF0 ? 1 : 0;
        int prefix =
                switch (byteAt(at)) {
                    case 0x66 -> RowDecoder.PREFIX_66;
                    case 0xF3 -> RowDecoder.PREFIX_F3;
                    case 0xF2 -> RowDecoder.PREFIX_F2;
                    default -> 0;
                };
        at += prefix == 0 ? 0 : 1;
        if ((byteAt(at) & 0xF0) == 0x40) {
            rex = byteAt(at++);
        }
        int map = 0;
        if (byteAt(at) == 0x0F) {
            at++;
            map =
                    switch (byteAt(at)) {
                        case 0x38 -> RowDecoder.MAP_0F38;
                        case 0x3A -> RowDecoder.MAP_0F3A;
                        default -> RowDecoder.MAP_0F;
                    };
            at += map == RowDecoder.MAP_0F ? 0 : 1;
        }
        opcodeAt = at;
        opcodeKey = key(false, map, prefix, byteAt(at));
    }

    private void finishVex(int last, int map, int at) {
        vexVvvv = ~last >> 3 & 15;
        opcodeAt = at;
        opcodeKey = key(true, map, last & 3, byteAt(at));
    }

    private boolean readOperands(long rowEncoding) {
        long encoding = rowEncoding;
        int opcode = byteAt(opcodeAt);
        reg = 0;
        vvvv = vexVvvv;
        rm = 0;
        memory = false;
        displacement = 0;
        end = opcodeAt + 1;
        boolean moved = false;
        if ((encoding & RowDecoder.SHORT) != 0
                && opcode == ((int) Encoder.shorten(encoding) & 0xFF)) {
            encoding = Encoder.shorten(encoding);
        } else if (form(encoding) == RowDecoder.FORM_OPCODE) {
            rm = opcode & 7 | (rex & 1) << 3;
        } else if (opcode != ((int) encoding & 0xFF)) {
            moved = (encoding & RowDecoder.MOVE) != 0;
            if (!moved) {
                return readBare(encoding, opcode);
            }
        }
        switch (form(encoding)) {
            case RowDecoder.FORM_PLAIN -> end += (encoding & RowDecoder.SUFFIX) != 0 ? 1 : 0;
            case RowDecoder.FORM_OPCODE -> {}
            default -> readModRm();
        }
        if (moved) {
            int other = reg;
            reg = rm;
            rm = other;
        }
        if (form(encoding) == RowDecoder.FORM_DIGIT) {
            reg = 0;
        }
        readImmediate(encoding, rowEncoding);
        return true;
    }

    /** A form without ModRM, whose register is in the opcode or is the accumulator. */
    private boolean readBare(long encoding, int opcode) {
        int accumulator = Encoder.bareOpcode(encoding, Register.RAX);
        if (opcode == accumulator) {
            rm = (rex & 1) << 3;
        } else {
            rm = opcode & 7 | (rex & 1) << 3;
        }
        readImmediate(encoding, encoding);
        return true;
    }

    private void readModRm() {
        int modRm = byteAt(end++);
        reg = modRm >> 3 & 7 | (rex & 4) << 1;
        rm = modRm & 7 | (rex & 1) << 3;
        int mod = modRm >> 6;
        if (mod == 3) {
            return;
        }
        memory = true;
        index = Register.NONE;
        scale = 0;
        base = rm;
        if ((modRm & 7) == 4) {
            int sib = byteAt(end++);
            base = sib & 7 | (rex & 1) << 3;
            int number = sib >> 3 & 7 | (rex & 2) << 2;
            index = number == 4 ? Register.NONE : number;
            scale = index == Register.NONE ? 0 : sib >> 6;
            if ((sib & 7) == 5 && mod == 0) {
                base = Register.NONE;
                mod = 2;
            }
        } else if ((modRm & 7) == 5 && mod == 0) {
            base = Register.RIP;
            mod = 2;
        }
        if (mod == 1) {
            displacement = (byte) byteAt(end++);
        } else if (mod == 2) {
            displacement = (int) readNumber(4);
        }
        rm = 0;
    }

    /** The immediate; a shift's short form has none, and means 1. */
    private void readImmediate(long encoding, long rowEncoding) {
        int kind = (int) (encoding >>> RowDecoder.IMMEDIATE_SHIFT) & 7;
        int rowKind = (int) (rowEncoding >>> RowDecoder.IMMEDIATE_SHIFT) & 7;
        immediate =
                switch (kind) {
                    case RowDecoder.IB, RowDecoder.CB -> readNumber(1);
                    case RowDecoder.IS4 -> readNumber(1) >> 4 & 15;
                    case RowDecoder.IW -> readNumber(2);
                    case RowDecoder.ID, RowDecoder.CD -> readNumber(4);
                    case RowDecoder.IO -> readNumber(8);
                    default -> rowKind == RowDecoder.IB ? 1 : 0;
                };
    }

    private long readNumber(int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) byteAt(end++) << 8 * i;
        }
        int unused = 64 - 8 * bytes;
        return value << unused >> unused;
    }

    private boolean isSameAgain() {
        if (end > code.length || end - start > Encoder.MAX_LENGTH || !mayStandFor()) {
            return false;
        }
        int length =
                memory
                        ? Encoder.encodeMemory(
                                again,
                                0,
                                row,
                                reg,
                                vvvv,
                                base,
                                index,
                                scale,
                                displacement,
                                immediate)
                        : Encoder.encode(again, 0, row, reg, vvvv, rm, immediate);
        if (length == end - start && Arrays.equals(again, 0, length, code, start, end)) {
            return true;
        }
        return exchangedIsSame();
    }

    /** Sources that the encoder has exchanged. */
    private boolean exchangedIsSame() {
        if (memory || (Rows.encoding(row) & RowDecoder.COMM) == 0) {
            return false;
        }
        int other = vvvv;
        vvvv = rm;
        rm = other;
        int length = Encoder.encode(again, 0, row, reg, vvvv, rm, immediate);
        return length == end - start && Arrays.equals(again, 0, length, code, start, end);
    }

    /** Whether the operands are of the row's kinds: the encoder takes it for granted. */
    private boolean mayStandFor() {
        int operand = X64.operandIn(row, Operand.RM);
        boolean registers =
                operand == 0 ? rm == 0 : Operand.register(operand) != Operand.NO_REGISTER;
        return (memory ? Operand.mayBeMemory(operand) : registers)
                && (reg == 0 || X64.operandIn(row, Operand.REG) != 0)
                && (vvvv == 0 || X64.operandIn(row, Operand.VVVV) != 0);
    }

    // ---- what was read ----

    /** The row of the instruction that was read last. */
    public int row() {
        return row;
    }

    /** Whether it refers to memory relative to rip. */
    public boolean isRipRelative() {
        return memory && base == Register.RIP;
    }

    /** The offset of the instruction that it may branch to, or -1 if it is no branch. */
    public int target() {
        return X64.operandIn(row, Operand.RELATIVE) == 0 ? -1 : end + (int) immediate;
    }

    /** Appends it as {@link X64Printer} does. A label, if not empty, stands for its target or its address. */
    public void print(StringBuilder out, String label) {
        if (memory) {
            int shown = isRipRelative() && !label.isEmpty() ? 0 : displacement;
            String name = isRipRelative() || target() >= 0 ? label : "";
            X64Printer.printMemory(out, row, reg, vvvv, base, index, scale, shown, immediate, name);
        } else {
            X64Printer.print(out, row, reg, vvvv, rm, immediate, label);
        }
    }
}
