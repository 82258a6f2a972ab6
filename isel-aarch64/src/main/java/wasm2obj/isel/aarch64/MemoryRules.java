package wasm2obj.isel.aarch64;

import wasm2obj.codegen.MemoryLowering;
import wasm2obj.codegen.VCode;
import wasm2obj.ir.AliasSet;
import wasm2obj.ir.Function;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.Type;
import wasm2obj.isel.aarch64.instruction.A64Integer;
import wasm2obj.isel.aarch64.instruction.A64Memory;
import wasm2obj.isel.aarch64.instruction.ArithmeticImmediate;
import wasm2obj.isel.aarch64.instruction.MemoryOffset;

/**
 * Rules for loads and stores, the context's fields, and frame slots.
 *
 * <p><b>Addresses.</b> An instruction has a base and either a displacement, scaled by the size of what it moves or of 9 bits, or an index
 * that may be extended from 32 bits and scaled by that size. Where there are both, the index is added to the base first. What
 * extends the index reads its lower half only, so that wrapping an i64 to an index is no work.
 */
final class MemoryRules extends MemoryLowering<Matcher> {
    private static final int ZERO = WordBuilder.ZERO;

    /** Displacements below this are split: what an addition has in its upper 12 bits, and the rest. */
    private static final int SPLIT_LIMIT = 1 << 24;

    private final WordBuilder code;
    private final ProvenAccesses proven = new ProvenAccesses();

    // The address of the access that is being made.
    private int base;
    private int index;
    private int option;
    private int scale;
    private long displacement;
    private int fault;
    private int faultSource;

    MemoryRules(Matcher match) {
        super(match);
        code = match.code;
    }

    @Override
    public void begin() {
        super.begin();
        for (int b = function.firstBlock(); b != Function.NONE; b = function.nextBlock(b)) {
            for (int i = function.first(b); i != Function.NONE; i = function.next(i)) {
                prepare(i);
            }
        }
        context.halves().passAddresses();
        proven.find(context);
    }

    /** Parameters, like results, come in half a register. */
    private void prepare(int i) {
        Opcode opcode = function.opcode(i);
        Opcode.Form form = opcode.form();
        if (form == Opcode.Form.LOAD || form == Opcode.Form.STORE) {
            holdIndex(i);
        } else if (function.type(i) == Type.I32
                && (opcode == Opcode.PARAM || opcode == Opcode.RESULT || opcode.isCall())) {
            context.halves().setLoose(i);
        }
    }

    /** An index of the pinned memory that some access adds a displacement to is held as the address it stands for. */
    private void holdIndex(int access) {
        if (function.b(access) != Function.NONE || function.imm(access) == 0) {
            return;
        }
        int index = match.behindExtensions(function.a(access));
        if (function.type(index) == Type.I32 && match.low32(index) == index) {
            context.halves().holdAsAddress(index);
        }
    }

    /** Gives a register the address that a value stands for. */
    void addressOfValue(int vreg, int value) {
        int word = A64Integer.addSubtractExtended(A64Integer.ADD, 1, 0, 0, 0, A64Integer.UXTW, 0);
        code.dnm(word, vreg, CONTEXT, value);
    }

    // ---- addresses ----

    private void place(int newBase, long newDisplacement) {
        base = newBase;
        index = -1;
        scale = 0;
        displacement = newDisplacement;
        fault = 0;
    }

    /** The address {@code vreg + displacement} for the next access, or one in the context. */
    void setPlace(int newBase, long newDisplacement) {
        place(newBase, newDisplacement);
    }

    /** What it means if the next access faults. */
    void setFault(int newFault, int source) {
        fault = newFault;
        faultSource = source;
    }

    /**
     * The address of a load or store of 2^{@code size} bytes.
     *
     * <p>Sums of 64 bits wrap just as addresses do, so they fold. Shifts of 32 bits fold only where they provably lose no bit.
     */
    void address(int access, int size) {
        address(access, function.a(access), function.b(access), size);
    }

    /** The same where the address and its base, or NONE, are not the first operands. */
    void address(int access, int value, int baseValue, int size) {
        long offset = function.imm(access);
        int baseRegister = baseValue == Function.NONE ? CONTEXT : match.reg(baseValue);
        boolean isConstant =
                match.isConstant(value)
                        && function.imm(value) >= 0
                        && function.imm(value) < 1L << 40;
        int held = match.behindExtensions(value);
        if (isConstant) {
            place(baseRegister, offset + function.imm(value));
        } else if (baseValue == Function.NONE && context.halves().isHeldAsAddress(held)) {
            place(context.halves().address(held), offset);
        } else {
            place(baseRegister, offset);
            setIndex(value, size);
        }
        int set = function.aux(access);
        if (AliasSet.isMemory(set) || AliasSet.isNullable(set)) {
            fault =
                    proven.isProven(access)
                            ? 0
                            : AliasSet.isMemory(set)
                                    ? VCode.FAULTS
                                    : AliasSet.trapOnNull(set).code();
            faultSource = function.source(access);
        }
    }

    private void setIndex(int value, int size) {
        int source = match.behindExtensions(value);
        if (match.hasOneUse() && isFoldedSum(source)) {
            context.sink(source);
            displacement += function.imm(function.b(source));
            source = match.behindExtensions(function.a(source));
        }
        scale = match.hasOneUse() ? match.scaleOf(source, size) : 0;
        if (scale != 0 && (scale == size || displacement != 0)) {
            context.sink(source);
            source = match.behindExtensions(function.a(source));
        } else {
            scale = 0;
        }
        boolean isWide = function.type(source) != Type.I32;
        option = isWide ? A64Integer.UXTX : A64Integer.UXTW;
        index = isWide ? context.reg(source) : match.reg32(source);
    }

    private boolean isFoldedSum(int value) {
        return function.opcode(value) == Opcode.ADD
                && function.type(value) == Type.I64
                && match.isConstant(function.b(value))
                && Math.abs(function.imm(function.b(value))) < SPLIT_LIMIT
                && context.canSink(value);
    }

    /** Emits the access at the address that was set. {@code value} is loaded or stored. */
    void access(int op, int value) {
        int size = A64Memory.scale(op);
        if (index >= 0
                && (displacement & 0xfff) == 0
                && !MemoryOffset.isScaled(displacement, size)) {
            addHighDisplacement();
        }
        if (index >= 0 && (displacement != 0 || scale != 0 && scale != size)) {
            addIndex();
        }
        int word;
        if (index >= 0) {
            word = A64Memory.register(op, 0, 0, 0, option, scale != 0 ? 1 : 0);
        } else {
            reachDisplacement(size);
            word = index >= 0 ? A64Memory.register(op, 0, 0, 0, option, 0) : offsetWord(op, size);
        }
        code.start(word);
        boolean isLoad = isLoad(op);
        if (isLoad) {
            code.define(value, Op.D);
        } else {
            code.use(value, Op.D);
        }
        code.use(base, Op.N);
        if (index >= 0) {
            code.use(index, Op.M);
        }
        code.emitAccess(fault, faultSource);
    }

    /** A displacement that one addition can have becomes part of the base, which accesses with other indices share. */
    private void addHighDisplacement() {
        int imm13 = ArithmeticImmediate.encode(Math.abs(displacement));
        if (imm13 != ArithmeticImmediate.NONE) {
            int op = displacement < 0 ? A64Integer.SUB : A64Integer.ADD;
            base = match.shared.sum(A64Integer.addSubtractImmediate(op, 1, 0, 0, imm13), base, -1);
            displacement = 0;
        }
    }

    private int offsetWord(int op, int size) {
        int offset = (int) displacement;
        return MemoryOffset.isScaled(offset, size)
                ? A64Memory.scaled(op, 0, 0, offset)
                : A64Memory.unscaled(op, 0, 0, offset);
    }

    /** Whether an operation of {@link A64Memory} loads. */
    static boolean isLoad(int op) {
        return switch (op) {
            case A64Memory.STRB,
                    A64Memory.STRH,
                    A64Memory.STR_W,
                    A64Memory.STR_X,
                    A64Memory.STR_B,
                    A64Memory.STR_H,
                    A64Memory.STR_S,
                    A64Memory.STR_D,
                    A64Memory.STR_Q ->
                    false;
            default -> true;
        };
    }

    /** The index becomes part of the base. */
    private void addIndex() {
        int word =
                option == A64Integer.UXTW
                        ? A64Integer.addSubtractExtended(A64Integer.ADD, 1, 0, 0, 0, option, scale)
                        : A64Integer.addSubtractShifted(
                                A64Integer.ADD, 1, 0, 0, 0, A64Integer.LSL, scale);
        base = match.shared.sum(word, base, index);
        index = -1;
        scale = 0;
    }

    /** Makes the displacement one that the access can have, or an index. */
    private void reachDisplacement(int size) {
        if (MemoryOffset.isScaled(displacement, size) || MemoryOffset.isUnscaled(displacement)) {
            return;
        }
        if (Math.abs(displacement) < SPLIT_LIMIT) {
            long low = displacement & 0xfff;
            if (!MemoryOffset.isScaled(low, size) && !MemoryOffset.isUnscaled(low)) {
                low = 0;
            }
            long high = displacement - low;
            int op = high < 0 ? A64Integer.SUB : A64Integer.ADD;
            int imm13 = ArithmeticImmediate.encode(Math.abs(high));
            if (imm13 != ArithmeticImmediate.NONE) {
                int word = A64Integer.addSubtractImmediate(op, 1, 0, 0, imm13);
                base = match.shared.sum(word, base, -1);
                displacement = low;
                return;
            }
        }
        index = match.shared.constant(displacement);
        option = A64Integer.UXTX;
    }

    /** A register with the address that was set. */
    int addressRegister() {
        if (index >= 0) {
            addIndex();
        }
        if (displacement == 0) {
            return base;
        }
        int register = match.newInteger();
        takeAddress(register);
        return register;
    }

    /** Emits the instruction that has been started, which accesses the address that was set. */
    void emitAccess() {
        code.emitAccess(fault, faultSource);
    }

    /** Gives the register the address that was set, which has no index. */
    void takeAddress(int register) {
        int op = displacement < 0 ? A64Integer.SUB : A64Integer.ADD;
        int imm13 = ArithmeticImmediate.encode(Math.abs(displacement));
        if (imm13 != ArithmeticImmediate.NONE) {
            code.dn(A64Integer.addSubtractImmediate(op, 1, 0, 0, imm13), register, base);
            return;
        }
        int constant = match.shared.constant(displacement);
        int word = A64Integer.addSubtractShifted(A64Integer.ADD, 1, 0, 0, 0, A64Integer.LSL, 0);
        code.dnm(word, register, base, constant);
    }

    // ---- loads ----

    /** The operation that loads a value of the type. */
    static int loadOp(Type type) {
        return switch (type) {
            case I32 -> A64Memory.LDR_W;
            case F32 -> A64Memory.LDR_S;
            case F64 -> A64Memory.LDR_D;
            case V128 -> A64Memory.LDR_Q;
            default -> A64Memory.LDR_X;
        };
    }

    /** The operation that stores a value of the type. */
    static int storeOp(Type type) {
        return switch (type) {
            case I32 -> A64Memory.STR_W;
            case F32 -> A64Memory.STR_S;
            case F64 -> A64Memory.STR_D;
            case V128 -> A64Memory.STR_Q;
            default -> A64Memory.STR_X;
        };
    }

    @Override
    protected void load(int i) {
        int op = narrowLoadOp(i);
        address(i, A64Memory.scale(op));
        access(op, context.result(i));
    }

    /** Takes over a whole load, whose bits are the value of {@code i}, of another type. */
    boolean loadAs(int load, int i) {
        if (!match.isSinkable(load, Opcode.LOAD)) {
            return false;
        }
        context.sink(load);
        int op = loadOp(function.type(i));
        address(load, A64Memory.scale(op));
        access(op, context.result(i));
        return true;
    }

    private int narrowLoadOp(int i) {
        boolean isLong = function.type(i) == Type.I64;
        return switch (function.opcode(i)) {
            case LOAD8_S -> isLong ? A64Memory.LDRSB_X : A64Memory.LDRSB_W;
            case LOAD8_U -> A64Memory.LDRB;
            case LOAD16_S -> isLong ? A64Memory.LDRSH_X : A64Memory.LDRSH_W;
            case LOAD16_U -> A64Memory.LDRH;
            case LOAD32_S -> A64Memory.LDRSW;
            case LOAD32_U -> A64Memory.LDR_W;
            default -> loadOp(function.type(i));
        };
    }

    // ---- stores ----

    @Override
    protected void store(int i) {
        int value = function.c(i);
        Type type = function.type(value);
        if (isZero(value)) {
            Type bits = type == Type.F32 ? Type.I32 : type == Type.F64 ? Type.I64 : type;
            int op = storeOp(i, bits);
            address(i, A64Memory.scale(op));
            access(op, ZERO);
            return;
        }
        int op = storeOp(i, type);
        int register =
                type.inVectorRegister() || A64Memory.scale(op) == 3
                        ? plainRegister(value, type)
                        : match.reg32(value);
        address(i, A64Memory.scale(op));
        access(op, register);
    }

    private int plainRegister(int value, Type type) {
        return type.inVectorRegister() ? context.reg(value) : match.reg(value);
    }

    private boolean isZero(int value) {
        return match.isConstant(value, 0);
    }

    private int storeOp(int i, Type type) {
        return switch (function.opcode(i)) {
            case STORE8 -> A64Memory.STRB;
            case STORE16 -> A64Memory.STRH;
            case STORE32 -> A64Memory.STR_W;
            default -> storeOp(type);
        };
    }

    // ---- fields of the context ----

    @Override
    protected void loadField(Type type, int vreg, int newBase, int offset) {
        place(newBase, offset);
        access(loadOp(type), vreg);
    }

    @Override
    protected int storedRegister(int value, Type type) {
        return isZero(value) && type.isInteger() ? ZERO : plainRegister(value, type);
    }

    @Override
    protected void storeField(int value, Type type, int register, int newBase, int offset) {
        place(newBase, offset);
        access(storeOp(type), register);
    }

    @Override
    protected void fieldAddress(int vreg, int newBase, int offset) {
        place(newBase, offset);
        takeAddress(vreg);
    }

    // ---- objects ----

    @Override
    protected void referenceWord(int i) {
        code.dm(A64Integer.move(0, 0, 0), context.result(i), match.reg(function.a(i)));
    }

    @Override
    protected void referenceAddress(int i) {
        int word = A64Integer.addSubtractShifted(A64Integer.ADD, 1, 0, 0, 0, A64Integer.LSL, 0);
        int reference = match.reg(function.a(i));
        code.dnm(word, context.result(i), match.reg(function.b(i)), reference);
    }

    // ---- places in the frame ----

    /** Loads from a place in the frame, see {@link Op#FRAME_ACCESS}. */
    void loadFrame(Type type, int vreg, int mode, int place) {
        context.def(vreg);
        context.emit(Op.FRAME_ACCESS, mode, VCode.pack(place, loadOp(type)));
    }

    /** Stores to a place in the frame. */
    void storeFrame(Type type, int mode, int place, int vreg) {
        context.use(vreg);
        context.emit(Op.FRAME_ACCESS, mode, VCode.pack(place, storeOp(type)));
    }

    @Override
    protected void loadSlot(Type type, int vreg, int slot) {
        loadFrame(type, vreg, Op.FRAME_SLOT, slot);
    }

    @Override
    protected void storeSlot(int value, Type type, int slot) {
        storeFrame(type, Op.FRAME_SLOT, slot, plainRegister(value, type));
    }
}
