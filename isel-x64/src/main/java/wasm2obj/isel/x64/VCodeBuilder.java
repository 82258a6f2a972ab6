package wasm2obj.isel.x64;

import wasm2obj.codegen.LoweringContext;
import wasm2obj.ir.Type;
import wasm2obj.isel.x64.instruction.Register;
import wasm2obj.isel.x64.instruction.X64;
import wasm2obj.regalloc.AllocationInput;
import wasm2obj.regalloc.Operand;

/**
 * Makes machine instructions of table rows, with their operands in the order that {@link Op} prescribes. One method for
 * each shape of row; the memory forms take the operand from {@link #address}.
 *
 * <p>All registers must have been asked for before a method is called: asking for a constant makes an instruction.
 */
final class VCodeBuilder {
    /** The memory operand of the next instruction. */
    final Address address = new Address();

    private LoweringContext context;

    void begin(LoweringContext newContext) {
        context = newContext;
    }

    int newInteger() {
        return context.newVreg(Type.I64);
    }

    int newFloat() {
        return context.newVreg(Type.F64);
    }

    private void define(int vreg) {
        context.operand(Operand.definition(vreg, Operand.REGISTER, 0));
    }

    /** A definition of what the next operand, a use, is read from. */
    private void defineFirstUse(int vreg) {
        context.operand(Operand.definition(vreg, Operand.REUSE, 1));
    }

    // ---- dst = row(src), src only read ----

    void unary(int row, int dst, int src) {
        define(dst);
        context.useAny(src);
        context.emit(Op.ROW + row, 0, 0);
    }

    /** The same for a row that takes no memory. */
    void unaryRegister(int row, int dst, int src) {
        define(dst);
        context.use(src);
        context.emit(Op.ROW + row, 0, 0);
    }

    void unaryImmediate(int row, int dst, int src, int immediate) {
        define(dst);
        context.useAny(src);
        context.emit(Op.ROW + row, 0, immediate);
    }

    void unaryMemory(int row, int dst) {
        unaryMemoryImmediate(row, dst, 0);
    }

    void unaryMemoryImmediate(int row, int dst, int immediate) {
        define(dst);
        address.addOperands(context);
        address.emit(context, row, immediate);
    }

    /** A copy of a register, of the same class. */
    void move(int row, int dst, int src) {
        define(dst);
        context.use(src);
        context.emit(Op.ROW + row, 0, 0, AllocationInput.MOVE, 0);
    }

    // ---- dst = row(a, b), a read and written ----

    void binary(int row, int dst, int a, int b) {
        defineFirstUse(dst);
        context.use(a);
        context.useAny(b);
        context.emit(Op.ROW + row, 0, 0);
    }

    void binaryMemory(int row, int dst, int a) {
        defineFirstUse(dst);
        context.use(a);
        address.addOperands(context);
        address.emit(context, row, 0);
    }

    /** The row's one register is read and written. */
    void modify(int row, int dst, int a) {
        modifyImmediate(row, dst, a, 0);
    }

    void modifyImmediate(int row, int dst, int a, int immediate) {
        defineFirstUse(dst);
        context.use(a);
        context.emit(Op.ROW + row, 0, immediate);
    }

    /** The row's second operand is a fixed register. */
    void modifyByFixed(int row, int dst, int a, int b, int register) {
        defineFirstUse(dst);
        context.use(a);
        context.useFixed(b, register);
        context.emit(Op.ROW + row, 0, 0);
    }

    // ---- dst = row(a, b), both only read ----

    /** The first source is the one that may be in memory. */
    void ternary(int row, int dst, int a, int b) {
        define(dst);
        context.useAny(a);
        context.use(b);
        context.emit(Op.ROW + row, 0, 0);
    }

    void ternaryMemory(int row, int dst, int b) {
        define(dst);
        address.addOperands(context);
        context.use(b);
        address.emit(context, row, 0);
    }

    /** {@code row dst, a, b}: the second source is the one that may be in memory. */
    void binaryInto(int row, int dst, int a, int b) {
        define(dst);
        context.use(a);
        context.useAny(b);
        context.emit(Op.ROW + row, 0, 0);
    }

    void binaryMemoryInto(int row, int dst, int a) {
        define(dst);
        context.use(a);
        address.addOperands(context);
        address.emit(context, row, 0);
    }

    // ---- rows without a result ----

    void compare(int row, int a, int b) {
        context.use(a);
        context.useAny(b);
        context.emit(Op.ROW + row, 0, 0);
    }

    /** The row's first operand is the one that may be in memory, and is not. */
    void compareRegisters(int row, int a, int b) {
        context.use(a);
        context.use(b);
        context.emit(Op.ROW + row, 0, 0);
    }

    void compareImmediate(int row, int a, int immediate) {
        context.useAny(a);
        context.emit(Op.ROW + row, 0, immediate);
    }

    /** {@code row register, memory}. */
    void compareMemory(int row, int a) {
        context.use(a);
        address.addOperands(context);
        address.emit(context, row, 0);
    }

    /** {@code row memory, register}: also a store, and a modification of memory. */
    void toMemory(int row, int src) {
        address.addOperands(context);
        context.use(src);
        address.emit(context, row, 0);
    }

    /** {@code row memory}, {@code row memory, immediate}: also a store. */
    void toMemoryImmediate(int row, int immediate) {
        address.addOperands(context);
        address.emit(context, row, immediate);
    }

    /** {@code row memory, register}, where both are read and written. */
    void exchange(int row, int dst, int src) {
        address.addOperands(context);
        context.operand(Operand.definition(dst, Operand.REUSE, address.operandCount() + 1));
        context.use(src);
        address.emit(context, row, 0);
    }

    /**
     * Puts {@code row old, src} in the place of what was in memory, atomically; {@code width} is the access's. What was
     * there is left in rax.
     */
    void update(int row, int width, int old, int src) {
        address.addLateOperands(context);
        context.operand(Operand.lateUse(src, Operand.REGISTER, 0));
        context.defFixed(old, Register.RAX);
        address.emitSequence(context, Op.ATOMIC_UPDATE, row << 2 | width);
    }

    /** A row whose operands, the address's included, have been added. */
    void emitClobbering(int row, boolean inMemory, long clobbers) {
        if (inMemory) {
            address.emitClobbering(context, row, clobbers);
        } else {
            context.emit(Op.ROW + row, 0, 0, AllocationInput.PLAIN, clobbers);
        }
    }

    // ---- constants ----

    /** {@code dst = value}; leaves flags alone. */
    void constant(int dst, long value) {
        define(dst);
        context.emit(
                Op.ROW + X64.moveImmediate64(value), 0, value, AllocationInput.REMATERIALIZABLE, 0);
    }

    /** {@code dst = 0} in the shortest way; destroys flags. */
    void zero(int dst) {
        define(dst);
        context.emit(Op.ZERO, 0, 0, AllocationInput.REMATERIALIZABLE, 0);
    }
}
