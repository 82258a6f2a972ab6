package wasm2obj.isel.aarch64;

import wasm2obj.codegen.CodeBuffer;
import wasm2obj.codegen.MachineAssembler;
import wasm2obj.isel.aarch64.instruction.A64Branches;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.ArithmeticImmediate;
import wasm2obj.isel.aarch64.instruction.MemoryOffset;
import wasm2obj.isel.aarch64.instruction.MoveImmediate;

/**
 * Instructions with physical registers, appended to a code buffer: what sequences and thunks are written in. Registers are
 * hardware numbers.
 *
 * <p><b>Branches</b> that have a condition reach 1 MiB, those that test a bit 32 KiB. Where that is not enough, the long form branches around
 * an unconditional one, which reaches 128 MiB, more than any function has.
 *
 * <p><b>Pairs.</b> Two loads, or two stores, of neighbouring places become one of a pair when the second one is emitted,
 * unless control can come to it from elsewhere. The second one must not fault, so that the first one's position holds; of stores the first
 * one must not, either, as the half that does not fault may be stored.
 */
final class A64Assembler extends MachineAssembler {
    /** Kinds of branches, by the field of the distance. */
    private static final int BRANCH_26 = 0;

    private static final int BRANCH_19 = 1;
    private static final int BRANCH_14 = 2;

    /** What negates a branch: bit 0 of b.cond's condition, bit 24 of cbz and tbz. */
    private static final int NEGATE_CONDITION = 1;

    private static final int NEGATE_TEST = 1 << 24;

    private static final int IS_CONDITION_MASK = 0xff00_0000;
    private static final int IS_CONDITION = 0x5400_0000;

    private static final int NONE = -1;

    private final int[] words = new int[MoveImmediate.MOST];

    // The access that was emitted last and may become one of a pair, if nothing came behind it.
    private int accessEnd;
    private int accessOp;
    private int accessRegister;
    private int accessBase;
    private int accessOffset;
    private boolean accessMayFault;

    @Override
    public void begin(CodeBuffer newBuffer) {
        super.begin(newBuffer);
        accessEnd = NONE;
    }

    // ---- instructions ----

    void word(int word) {
        buffer.put32(word);
    }

    /** A copy of a general register, unless it is the same one; neither is the stack pointer. */
    @Override
    public void move(int to, int from) {
        if (to != from) {
            word(A64Integer.move(1, to, from));
        }
    }

    @Override
    public void constant(int register, long value) {
        int count = MoveImmediate.sequence(value, 1, register, words);
        for (int i = 0; i < count; i++) {
            word(words[i]);
        }
    }

    /** {@code to = from + value}; either may be the stack pointer. Destroys x17 unless the value is below 2^24. */
    void add(int to, int from, long value) {
        long magnitude = Math.abs(value);
        int op = value < 0 ? A64Integer.SUB : A64Integer.ADD;
        if (magnitude < 1 << 24) {
            long high = magnitude & ~0xfffL;
            long low = magnitude & 0xfff;
            int source = from;
            if (high != 0) {
                int imm13 = ArithmeticImmediate.encode(high);
                word(A64Integer.addSubtractImmediate(op, 1, to, source, imm13));
                source = to;
            }
            if (low != 0 || high == 0 && to != from) {
                word(A64Integer.addSubtractImmediate(op, 1, to, source, (int) low));
            }
            return;
        }
        constant(A64Registers.ADDRESS, magnitude);
        word(
                A64Integer.addSubtractExtended(
                        op, 1, to, from, A64Registers.ADDRESS, A64Integer.UXTX, 0));
    }

    /** {@code cmp register, value} of 32 bits; destroys x16 if the value is no immediate. */
    void compare(int register, int value) {
        int positive = ArithmeticImmediate.encode(value);
        int zr = A64Registers.ZR;
        if (positive != ArithmeticImmediate.NONE) {
            word(A64Integer.addSubtractImmediate(A64Integer.SUBS, 0, zr, register, positive));
        } else {
            constant(A64Registers.SCRATCH, Integer.toUnsignedLong(value));
            compareRegisters(0, register, A64Registers.SCRATCH);
        }
    }

    void compareRegisters(int sf, int a, int b) {
        word(
                A64Integer.addSubtractShifted(
                        A64Integer.SUBS, sf, A64Registers.ZR, a, b, A64Integer.LSL, 0));
    }

    /** {@code cmp sp, register}. */
    void compareStackPointer(int register) {
        word(
                A64Integer.addSubtractExtended(
                        A64Integer.SUBS,
                        1,
                        A64Registers.ZR,
                        A64Registers.SP,
                        register,
                        A64Integer.UXTX,
                        0));
    }

    // ---- memory ----

    /** A load or store at a displacement; destroys x17 if that is far. */
    void access(int op, int register, int base, long displacement) {
        int scale = A64Memory.scale(op);
        if (MemoryOffset.isScaled(displacement, scale)) {
            scaled(op, register, base, (int) displacement);
            return;
        }
        if (MemoryOffset.isUnscaled(displacement)) {
            word(A64Memory.unscaled(op, register, base, (int) displacement));
            return;
        }
        add(A64Registers.ADDRESS, base, displacement);
        word(A64Memory.scaled(op, register, A64Registers.ADDRESS, 0));
    }

    private void scaled(int op, int register, int base, int offset) {
        int word = A64Memory.scaled(op, register, base, offset);
        if (base == A64Registers.SP) {
            access(word, false);
        } else {
            word(word);
        }
    }

    /** Emits a load or store with an offset, or makes the one before it one of a pair. */
    void access(int word, boolean mayFault) {
        int op = A64Memory.op(word);
        int register = word & 31;
        int base = word >>> 5 & 31;
        int offset = A64Memory.offset(word);
        if (!mayFault && pair(op, register, base, offset)) {
            return;
        }
        word(word);
        accessEnd = buffer.size;
        accessOp = op;
        accessRegister = register;
        accessBase = base;
        accessOffset = offset;
        accessMayFault = mayFault;
    }

    private boolean pair(int op, int register, int base, int offset) {
        int pairOp = pairOf(op);
        if (pairOp == NONE
                || accessEnd != buffer.size
                || buffer.isBound()
                || op != accessOp
                || base != accessBase
                || !isIndependent(op, register)) {
            return false;
        }
        int size = 1 << A64Memory.scale(op);
        int low = Math.min(offset, accessOffset);
        if (Math.abs(offset - accessOffset) != size
                || !MemoryOffset.isPair(low, A64Memory.scale(op))) {
            return false;
        }
        int first = offset == low ? register : accessRegister;
        int second = offset == low ? accessRegister : register;
        CodeBuffer.write32(
                buffer.bytes, buffer.size - 4, A64Memory.pair(pairOp, first, second, base, low));
        accessEnd = NONE;
        return true;
    }

    /** Whether an access to the register may happen together with the one before it. Of two stores the first one must not fault, either. */
    private boolean isIndependent(int op, int register) {
        if (!MemoryRules.isLoad(op)) {
            return !accessMayFault;
        }
        return register != accessRegister
                && (A64Memory.isFloat(op) || accessRegister != accessBase);
    }

    private static int pairOf(int op) {
        return switch (op) {
            case A64Memory.LDR_W -> A64Memory.LDP_W;
            case A64Memory.STR_W -> A64Memory.STP_W;
            case A64Memory.LDR_S -> A64Memory.LDP_S;
            case A64Memory.STR_S -> A64Memory.STP_S;
            case A64Memory.LDR_X -> A64Memory.LDP_X;
            case A64Memory.STR_X -> A64Memory.STP_X;
            case A64Memory.LDR_D -> A64Memory.LDP_D;
            case A64Memory.STR_D -> A64Memory.STP_D;
            case A64Memory.LDR_Q -> A64Memory.LDP_Q;
            case A64Memory.STR_Q -> A64Memory.STP_Q;
            default -> NONE;
        };
    }

    void load(int register, int base, int displacement) {
        access(A64Memory.LDR_X, register, base, displacement);
    }

    void store(int register, int base, int displacement) {
        access(A64Memory.STR_X, register, base, displacement);
    }

    /** Moves the stack pointer down by so many bytes, at most 512, and stores the registers there. */
    void push(int a, int b, int bytes) {
        word(A64Memory.pairPreIndexed(A64Memory.STP_X, a, b, A64Registers.SP, -bytes));
    }

    void push(int a, int b) {
        push(a, b, 16);
    }

    /** Undoes {@link #push}. */
    void pop(int a, int b, int bytes) {
        word(A64Memory.pairPostIndexed(A64Memory.LDP_X, a, b, A64Registers.SP, bytes));
    }

    void pop(int a, int b) {
        pop(a, b, 16);
    }

    // ---- branches ----

    @Override
    public void trap() {
        word(A64Branches.udf(0));
    }

    @Override
    public void jump(int label) {
        branch(A64Branches.b(0), BRANCH_26, label);
    }

    @Override
    public void jumpIf(int condition, int label) {
        branch(A64Branches.bConditional(condition, 0), BRANCH_19, label);
    }

    /** A branch by a test of {@link Op} on the register. */
    void jumpIf(int test, int register, int label) {
        boolean isNonZero = Op.isNonZero(test);
        if (Op.isBit(test)) {
            int bit = Op.bit(test);
            branch(
                    isNonZero
                            ? A64Branches.tbnz(register, bit, 0)
                            : A64Branches.tbz(register, bit, 0),
                    BRANCH_14,
                    label);
        } else {
            int sf = Op.isWide(test) ? 1 : 0;
            branch(
                    isNonZero
                            ? A64Branches.cbnz(sf, register, 0)
                            : A64Branches.cbz(sf, register, 0),
                    BRANCH_19,
                    label);
        }
    }

    private void branch(int word, int kind, int label) {
        buffer.reserve(4);
        CodeBuffer.write32(buffer.bytes, buffer.size, word);
        buffer.branch(this, kind, label);
    }

    @Override
    public boolean reaches(int kind, int distance) {
        int bits =
                switch (kind) {
                    case BRANCH_14 -> 16;
                    case BRANCH_19 -> 21;
                    default -> 28;
                };
        return distance << 32 - bits >> 32 - bits == distance;
    }

    @Override
    public int shortSize(int kind) {
        return 4;
    }

    @Override
    public int growth(int kind) {
        return kind == BRANCH_26 ? 0 : 4;
    }

    @Override
    public void write(byte[] code, int at, int kind, int distance, boolean isLong) {
        int word = CodeBuffer.read32(code, at);
        if (kind == BRANCH_26 || !isLong) {
            CodeBuffer.write32(code, at, word | offset(kind, distance));
            return;
        }
        int negation = (word & IS_CONDITION_MASK) == IS_CONDITION ? NEGATE_CONDITION : NEGATE_TEST;
        CodeBuffer.write32(code, at, word ^ negation | offset(kind, 8));
        CodeBuffer.write32(code, at + 4, A64Branches.b(distance - 4));
    }

    private static int offset(int kind, int distance) {
        int words = distance >> 2;
        return switch (kind) {
            case BRANCH_14 -> (words & (1 << 14) - 1) << 5;
            case BRANCH_19 -> (words & (1 << 19) - 1) << 5;
            default -> words & (1 << 26) - 1;
        };
    }
}
