package wasm2obj.isel.x64.instruction;

import static wasm2obj.isel.x64.instruction.RowDecoder.BARE;
import static wasm2obj.isel.x64.instruction.RowDecoder.BYTE_REG;
import static wasm2obj.isel.x64.instruction.RowDecoder.BYTE_RM;
import static wasm2obj.isel.x64.instruction.RowDecoder.CB;
import static wasm2obj.isel.x64.instruction.RowDecoder.CD;
import static wasm2obj.isel.x64.instruction.RowDecoder.COMM;
import static wasm2obj.isel.x64.instruction.RowDecoder.FORM_DIGIT;
import static wasm2obj.isel.x64.instruction.RowDecoder.FORM_OPCODE;
import static wasm2obj.isel.x64.instruction.RowDecoder.FORM_PLAIN;
import static wasm2obj.isel.x64.instruction.RowDecoder.FORM_SHIFT;
import static wasm2obj.isel.x64.instruction.RowDecoder.IB;
import static wasm2obj.isel.x64.instruction.RowDecoder.ID;
import static wasm2obj.isel.x64.instruction.RowDecoder.IMMEDIATE_SHIFT;
import static wasm2obj.isel.x64.instruction.RowDecoder.IO;
import static wasm2obj.isel.x64.instruction.RowDecoder.IS4;
import static wasm2obj.isel.x64.instruction.RowDecoder.IW;
import static wasm2obj.isel.x64.instruction.RowDecoder.LOCK;
import static wasm2obj.isel.x64.instruction.RowDecoder.L_SHIFT;
import static wasm2obj.isel.x64.instruction.RowDecoder.MAP_0F;
import static wasm2obj.isel.x64.instruction.RowDecoder.MAP_0F38;
import static wasm2obj.isel.x64.instruction.RowDecoder.MAP_SHIFT;
import static wasm2obj.isel.x64.instruction.RowDecoder.MOVE;
import static wasm2obj.isel.x64.instruction.RowDecoder.PREFIX_SHIFT;
import static wasm2obj.isel.x64.instruction.RowDecoder.SHORT;
import static wasm2obj.isel.x64.instruction.RowDecoder.SUFFIX;
import static wasm2obj.isel.x64.instruction.RowDecoder.SUFFIX_SHIFT;
import static wasm2obj.isel.x64.instruction.RowDecoder.VEX;
import static wasm2obj.isel.x64.instruction.RowDecoder.W;
import static wasm2obj.isel.x64.instruction.RowDecoder.W_SHIFT;

/**
 * Writes instructions of the table as bytes.
 *
 * <p>All methods are total functions over ints: they write at an index of an array and return the index behind. An
 * instruction is at most {@link #MAX_LENGTH} bytes; the caller sees to the room.
 *
 * <p>Registers are given by field, not by position: {@code reg}, {@code vvvv} and {@code rm} are what {@link
 * Operand#field} says of the row's operands. A field that a row does not have is 0, as is the immediate of a row without.
 *
 * <pre>
 *   lock  66/F3/F2  REX  0F 38  opcode  ModRM  SIB  displacement  immediate      [legacy]
 *   C5 RvvvvLpp                 opcode  ModRM  SIB  displacement  immediate      [VEX, two bytes: map 0F, no W, X, B]
 *   C4 RXBmmmmm WvvvvLpp        opcode  ModRM  SIB  displacement  immediate      [VEX, three bytes]
 * </pre>
 *
 * <p>The shortest encoding is taken wherever operands alone decide: displacements, immediates that fit a byte, the
 * accumulator's forms, REX only if it says something, VEX in two bytes, exchanged sources or the other direction of a move
 * if that makes two of three. Which row to use is the caller's business.
 *
 * <p>A displacement relative to rip, and a branch's, are written as given. Fix-ups find them from the end: see {@link
 * #displacementAt} and {@link #branchAt}.
 */
public final class Encoder {
    /** The length that no x86-64 instruction exceeds. */
    public static final int MAX_LENGTH = 15;

    private static final int SIB = 4;
    private static final int NO_BASE = 5;
    private static final int NO_INDEX = 4;

    private Encoder() {}

    // With registers only

    /** Writes a row without operands, or with implied ones only. */
    public static int encode(byte[] code, int at, int row) {
        return encode(code, at, row, 0, 0, 0, 0);
    }

    /** Writes a row whose only operand is an immediate or a branch displacement (from the instruction's end). */
    public static int encodeImmediate(byte[] code, int at, int row, long immediate) {
        return encode(code, at, row, 0, 0, 0, immediate);
    }

    /**
     * Writes a row with registers for its operands.
     *
     * @param code where to write
     * @param at the index of the first byte
     * @param row a row of {@link X64}
     * @param reg the register in ModRM.reg, 0 to 15
     * @param vvvv the register in VEX.vvvv
     * @param rm the register in ModRM.rm or in the opcode
     * @param immediate the immediate, the branch displacement, or the number of the register that stands in an immediate
     * @return the index behind the last byte
     */
    public static int encode(
            byte[] code, int at, int row, int reg, int vvvv, int rm, long immediate) {
        long encoding = Rows.encoding(row);
        assert hasFields(row, reg, vvvv) && mayBeRegister(row, rm) : X64.syntax(row);
        assert fits(encoding, immediate) : X64.syntax(row) + ": " + immediate;
        if ((encoding & VEX) != 0) {
            return vexWithRegisters(code, at, encoding, reg, vvvv, rm, immediate);
        }
        if ((encoding & SHORT) != 0 && isShort(encoding, immediate)) {
            encoding = shorten(encoding);
        } else if ((encoding & BARE) != 0) {
            int opcode = bareOpcode(encoding, rm);
            if (opcode != 0) {
                return bare(code, at, encoding, opcode, rm, immediate);
            }
        }
        int end = legacyPrefixes(code, at, encoding, rex(encoding, reg, rm));
        int form = form(encoding);
        if (form == FORM_PLAIN) {
            code[end++] = (byte) encoding;
            if ((encoding & SUFFIX) != 0) {
                code[end++] = (byte) (encoding >>> SUFFIX_SHIFT);
            }
        } else if (form == FORM_OPCODE) {
            code[end++] = (byte) (encoding | rm & 7);
        } else {
            code[end++] = (byte) encoding;
            code[end++] = modRm(3, field(encoding, reg), rm);
        }
        return immediate(code, end, encoding, immediate);
    }

    // With a memory operand

    /**
     * Writes a row whose ModRM.rm operand is memory.
     *
     * @param code where to write
     * @param at the index of the first byte
     * @param row a row of {@link X64} with such an operand
     * @param reg the register in ModRM.reg, 0 to 15
     * @param vvvv the register in VEX.vvvv
     * @param base 0 to 15, {@link Register#NONE}, or {@link Register#RIP} (then without an index)
     * @param index 0 to 15 but rsp, or {@link Register#NONE}
     * @param scale log2 of the index's factor, 0 to 3
     * @param displacement added to both
     * @param immediate as in {@link #encode(byte[], int, int, int, int, int, long)}
     * @return the index behind the last byte
     */
    public static int encodeMemory(
            byte[] code,
            int at,
            int row,
            int reg,
            int vvvv,
            int base,
            int index,
            int scale,
            int displacement,
            long immediate) {
        long encoding = Rows.encoding(row);
        assert hasFields(row, reg, vvvv) : X64.syntax(row);
        assert isAddress(base, index, scale) : X64.syntax(row);
        assert fits(encoding, immediate) : X64.syntax(row) + ": " + immediate;
        assert Operand.mayBeMemory(X64.operandIn(row, Operand.RM)) : X64.syntax(row);
        if ((encoding & SHORT) != 0 && isShort(encoding, immediate)) {
            encoding = shorten(encoding);
        }
        int xb = high(index) << 1 | high(base);
        int end;
        if ((encoding & VEX) != 0) {
            end = vexPrefix(code, at, encoding, reg >> 3 << 2 | xb, vvvv);
        } else {
            end = legacyPrefixes(code, at, encoding, rexWithMemory(encoding, reg, xb));
        }
        code[end++] = (byte) encoding;
        end = address(code, end, field(encoding, reg), base, index, scale, displacement);
        return immediate(code, end, encoding, immediate);
    }

    /** The bytes that the row's immediate or branch displacement takes, given its value. */
    public static int immediateLength(int row, long immediate) {
        long encoding = Rows.encoding(row);
        if ((encoding & SHORT) != 0 && isShort(encoding, immediate)) {
            encoding = shorten(encoding);
        }
        return switch (immediateKind(encoding)) {
            case IB, CB, IS4 -> 1;
            case IW -> 2;
            case ID, CD -> 4;
            case IO -> 8;
            default -> 0;
        };
    }

    /**
     * Where the four bytes of a displacement relative to rip are, in an instruction that ends at {@code end}. They count
     * from the end, so a relocation there has the addend {@code displacementAt - end}.
     */
    public static int displacementAt(int row, long immediate, int end) {
        return end - immediateLength(row, immediate) - 4;
    }

    /** Where a branch's displacement is, in an instruction that ends at {@code end}. It counts from there. */
    public static int branchAt(int row, int end) {
        return end - immediateLength(row, 0);
    }

    // Legacy encodings

    private static int rex(long encoding, int reg, int rm) {
        int rex = (int) (encoding >>> W_SHIFT & 1) << 3 | reg >> 3 << 2 | rm >> 3;
        boolean bytes =
                (encoding & BYTE_REG) != 0 && reg >= Register.RSP
                        || (encoding & BYTE_RM) != 0 && rm >= Register.RSP;
        return rex != 0 || bytes ? 0x40 | rex : 0;
    }

    private static int rexWithMemory(long encoding, int reg, int xb) {
        int rex = (int) (encoding >>> W_SHIFT & 1) << 3 | reg >> 3 << 2 | xb;
        boolean bytes = (encoding & BYTE_REG) != 0 && reg >= Register.RSP;
        return rex != 0 || bytes ? 0x40 | rex : 0;
    }

    private static int legacyPrefixes(byte[] code, int at, long encoding, int rex) {
        int end = at;
        if ((encoding & LOCK) != 0) {
            code[end++] = (byte) 0xF0;
        }
        switch ((int) (encoding >>> PREFIX_SHIFT & 3)) {
            case RowDecoder.PREFIX_66 -> code[end++] = 0x66;
            case RowDecoder.PREFIX_F3 -> code[end++] = (byte) 0xF3;
            case RowDecoder.PREFIX_F2 -> code[end++] = (byte) 0xF2;
            default -> {}
        }
        if (rex != 0) {
            code[end++] = (byte) rex;
        }
        int map = (int) (encoding >>> MAP_SHIFT & 3);
        if (map != 0) {
            code[end++] = 0x0F;
            if (map != MAP_0F) {
                code[end++] = (byte) (map == MAP_0F38 ? 0x38 : 0x3A);
            }
        }
        return end;
    }

    /** The opcode of the form without ModRM, its low bits 0 where the register goes; 0 if {@code rm} has none. */
    static int bareOpcode(long encoding, int rm) {
        int opcode = (int) encoding & 0xFF;
        return switch (opcode) {
            case 0xC6 -> 0xB0;
            case 0xC7 -> 0xB8;
            case 0xFF -> 0x50;
            case 0x8F -> 0x58;
            default -> {
                if (rm != Register.RAX) {
                    yield 0;
                }
                int digit = (int) (encoding >>> SUFFIX_SHIFT) & 7;
                yield opcode >= 0xF6 ? opcode - 0xF6 + 0xA8 : digit << 3 | 4 | opcode & 1;
            }
        };
    }

    private static int bare(
            byte[] code, int at, long encoding, int opcode, int rm, long immediate) {
        int end = legacyPrefixes(code, at, encoding, rex(encoding, 0, rm));
        code[end++] = (byte) (opcode | rm & 7);
        return immediate(code, end, encoding, immediate);
    }

    // VEX encodings

    private static int vexWithRegisters(
            byte[] code, int at, long encoding, int reg, int vvvv, int rm, long immediate) {
        boolean mayShrink = rm >= 8 && (encoding & W) == 0 && map(encoding) == MAP_0F;
        if (mayShrink && (encoding & COMM) != 0 && vvvv < 8) {
            return vex(code, at, encoding, reg, rm, vvvv, immediate);
        }
        if (mayShrink && (encoding & MOVE) != 0 && reg < 8) {
            return vex(code, at, otherDirection(encoding), rm, vvvv, reg, immediate);
        }
        return vex(code, at, encoding, reg, vvvv, rm, immediate);
    }

    /** The opcode that moves from ModRM.reg to ModRM.rm: 10 and 11, 28 and 29, 6F and 7F. */
    static long otherDirection(long encoding) {
        return encoding ^ ((encoding & 0xFF) == 0x6F ? 0x10 : 1);
    }

    private static int vex(
            byte[] code, int at, long encoding, int reg, int vvvv, int rm, long immediate) {
        int rb = reg >> 3 << 2 | rm >> 3;
        int end = vexPrefix(code, at, encoding, rb, vvvv);
        code[end++] = (byte) encoding;
        code[end++] = modRm(3, field(encoding, reg), rm);
        return immediate(code, end, encoding, immediate);
    }

    /** The prefix; {@code rxb} as in REX, where VEX has them inverted, as it has {@code vvvv}. */
    private static int vexPrefix(byte[] code, int at, long encoding, int rxb, int vvvv) {
        int end = at;
        int low =
                (~vvvv & 15) << 3
                        | (int) (encoding >>> L_SHIFT & 1) << 2
                        | (int) (encoding >>> PREFIX_SHIFT) & 3;
        if ((rxb & 3) == 0 && (encoding & W) == 0 && map(encoding) == MAP_0F) {
            code[end++] = (byte) 0xC5;
            code[end++] = (byte) ((~rxb & 4) << 5 | low);
        } else {
            code[end++] = (byte) 0xC4;
            code[end++] = (byte) ((~rxb & 7) << 5 | map(encoding));
            code[end++] = (byte) ((int) (encoding >>> W_SHIFT & 1) << 7 | low);
        }
        return end;
    }

    // What all encodings share

    private static int form(long encoding) {
        return (int) (encoding >>> FORM_SHIFT) & 3;
    }

    private static int map(long encoding) {
        return (int) (encoding >>> MAP_SHIFT) & 3;
    }

    private static int immediateKind(long encoding) {
        return (int) (encoding >>> IMMEDIATE_SHIFT) & 7;
    }

    /** What goes into ModRM.reg: the register, or the opcode's extension. */
    private static int field(long encoding, int reg) {
        return form(encoding) == FORM_DIGIT ? (int) (encoding >>> SUFFIX_SHIFT) & 7 : reg;
    }

    private static byte modRm(int mod, int reg, int rm) {
        return (byte) (mod << 6 | (reg & 7) << 3 | rm & 7);
    }

    /** Bit 3 of a base or an index; 0 for those that are none. */
    private static int high(int register) {
        return register >= 8 ? 1 : 0;
    }

    private static int address(
            byte[] code, int at, int reg, int base, int index, int scale, int displacement) {
        int end = at;
        if (base == Register.RIP) {
            code[end++] = modRm(0, reg, NO_BASE);
            return int32(code, end, displacement);
        }
        boolean sib = index != Register.NONE || base == Register.NONE || (base & 7) == Register.RSP;
        int sibIndex = index != Register.NONE ? index : NO_INDEX;
        if (base == Register.NONE) {
            code[end++] = modRm(0, reg, SIB);
            code[end++] = modRm(scale, sibIndex, NO_BASE);
            return int32(code, end, displacement);
        }
        int mod = displacementMode(base, displacement);
        code[end++] = modRm(mod, reg, sib ? SIB : base);
        if (sib) {
            code[end++] = modRm(scale, sibIndex, base);
        }
        if (mod == 1) {
            code[end++] = (byte) displacement;
        } else if (mod == 2) {
            end = int32(code, end, displacement);
        }
        return end;
    }

    /** 0, 1 or 4 bytes of displacement; rbp and r13 always have one, since without they mean no base. */
    private static int displacementMode(int base, int displacement) {
        if (displacement == 0 && (base & 7) != Register.RBP) {
            return 0;
        }
        return displacement == (byte) displacement ? 1 : 2;
    }

    /** Whether {@code immediate} has the short form of a row that has one. */
    private static boolean isShort(long encoding, long immediate) {
        return switch (immediateKind(encoding)) {
            case IB -> immediate == 1;
            case IW -> (short) immediate == (byte) immediate;
            default -> (int) immediate == (byte) immediate;
        };
    }

    /** The short form: 81 /n id to 83 /n ib, 69 /r id to 6B /r ib, 68 id to 6A ib; C1 /n ib to D1 /n. */
    static long shorten(long encoding) {
        boolean shift = immediateKind(encoding) == IB;
        long others = encoding & ~(7L << IMMEDIATE_SHIFT);
        return shift ? others | 0x10 : others | 2 | (long) IB << IMMEDIATE_SHIFT;
    }

    private static int immediate(byte[] code, int at, long encoding, long immediate) {
        int end = at;
        switch (immediateKind(encoding)) {
            case IB, CB -> code[end++] = (byte) immediate;
            case IS4 -> code[end++] = (byte) (immediate << 4);
            case IW -> {
                code[end++] = (byte) immediate;
                code[end++] = (byte) (immediate >> 8);
            }
            case ID, CD -> end = int32(code, end, (int) immediate);
            case IO -> {
                end = int32(code, end, (int) immediate);
                end = int32(code, end, (int) (immediate >> 32));
            }
            default -> {}
        }
        return end;
    }

    /** Whether the immediate is a number of its width, signed or not; signed only where it is extended. */
    private static boolean fits(long encoding, long immediate) {
        boolean extended = (encoding & W) != 0;
        return switch (immediateKind(encoding)) {
            case IB -> immediate >= -0x80 && immediate <= 0xFF;
            case CB -> immediate == (byte) immediate;
            case IS4 -> isRegister((int) immediate);
            case IW -> immediate >= -0x8000 && immediate <= 0xFFFF;
            case ID -> immediate == (int) immediate || immediate >>> 32 == 0 && !extended;
            case CD -> immediate == (int) immediate;
            case IO -> true;
            default -> immediate == 0;
        };
    }

    private static int int32(byte[] code, int at, int value) {
        code[at] = (byte) value;
        code[at + 1] = (byte) (value >> 8);
        code[at + 2] = (byte) (value >> 16);
        code[at + 3] = (byte) (value >> 24);
        return at + 4;
    }

    /** Whether the registers are registers, and 0 where the row has no such field. */
    private static boolean hasFields(int row, int reg, int vvvv) {
        return isRegister(reg)
                && isRegister(vvvv)
                && (reg == 0 || X64.operandIn(row, Operand.REG) != 0)
                && (vvvv == 0 || X64.operandIn(row, Operand.VVVV) != 0);
    }

    private static boolean mayBeRegister(int row, int rm) {
        int operand = X64.operandIn(row, Operand.RM);
        return operand == 0
                ? rm == 0
                : isRegister(rm) && Operand.register(operand) != Operand.NO_REGISTER;
    }

    private static boolean isRegister(int number) {
        return number >= 0 && number < 16;
    }

    private static boolean isAddress(int base, int index, int scale) {
        boolean indexed = index != Register.NONE;
        return base >= Register.RIP
                && base < 16
                && index >= Register.NONE
                && index < 16
                && index != Register.RSP
                && !(base == Register.RIP && indexed)
                && scale >= 0
                && scale <= (indexed ? 3 : 0);
    }
}
