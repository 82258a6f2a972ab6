package wasm2obj.ir;

/**
 * Writes a function, instruction by instruction, at the end of a current block, and simplifies on the way: constants are
 * folded, identities applied ({@link Simplifier}), and what the block has computed already is not computed again (local
 * value numbering of everything pure, of divisions and conversions that trap, and of checks).
 *
 * <p>Values are ints, the ids of the instructions that define them. A method that makes a value may return an older one.
 * Values must be used where their definition dominates; the builder does not check that, the verifier does.
 *
 * <p><b>Blocks.</b> {@link #addBlock}, {@link #addParam}, then {@link #switchTo} it and write. A terminator ends the
 * block; before more is written, a block must be switched to. Where the block just ended is the only predecessor the new
 * one has and will ever have, {@link #continueIn} keeps what has been computed so far in sight. A block with constant
 * condition ends in a jump, so a block that was to be branched to may be left without predecessors.
 *
 * <p>Lists of values are given as an array, an offset and a count; they are copied.
 */
public final class FunctionBuilder {
    private static final int NONE = Function.NONE;

    private final ValueTable values = new ValueTable();
    private final Simplifier simplifier = new Appender();
    private Function function;
    private boolean numbering = true;
    private int block;
    private int edgesBegun;

    /** Simplification that appends to the current block, or finds what it has. */
    private final class Appender extends Simplifier {
        @Override
        int emit(Opcode op, Type type, int a, int b, int c, long imm) {
            return number(op, type, a, b, c, imm, 0);
        }
    }

    /** Starts writing into the function, which has been reset. */
    public void reset(Function function) {
        this.function = function;
        simplifier.setFunction(function);
        values.reset(function);
        block = NONE;
        edgesBegun = 0;
    }

    /** On by default. Off: constants are folded and neutral elements dropped, and that is all. */
    public void setSimplify(boolean on) {
        simplifier.setEnabled(on);
        numbering = on;
    }

    public Function function() {
        return function;
    }

    // ---- blocks ----

    /** Makes an empty block at the end of the layout. */
    public int addBlock() {
        return function.addBlock();
    }

    /** Appends a parameter to a block; edges that exist already must get an argument for it by the caller. */
    public int addParam(int block, Type type) {
        return function.addParam(block, type);
    }

    /** Goes on at the end of the block. */
    public void switchTo(int block) {
        this.block = block;
        values.clear();
    }

    /**
     * Goes on at the end of a block whose only predecessor, now and later, is the one that was just ended: values
     * computed there are found again.
     */
    public void continueIn(int block) {
        this.block = block;
    }

    /** The current block; NONE after a terminator. */
    public int currentBlock() {
        return block;
    }

    /** The WebAssembly instruction (byte offset in the module) that is translated from here on. */
    public void setSource(int offset) {
        function.setCurrentSource(offset);
    }

    // ---- constants ----

    public int constI32(int value) {
        return simplifier.constant(Type.I32, value);
    }

    public int constI64(long value) {
        return simplifier.constant(Type.I64, value);
    }

    public int constF32(int bits) {
        return simplifier.constant(Type.F32, bits);
    }

    public int constF64(long bits) {
        return simplifier.constant(Type.F64, bits);
    }

    /** A constant of any scalar type by its bits. */
    public int constant(Type type, long bits) {
        return simplifier.constant(type, bits);
    }

    /** The null of a reference type. */
    public int constNull(Type type) {
        return simplifier.constant(type, 0);
    }

    public int constV128(long low, long high) {
        return number(
                Opcode.VCONST, Type.V128, NONE, NONE, NONE, low, function.addVectorHigh(high));
    }

    /** Any vector operation with a vector result; fields that it does not use are NONE. {@code aux}: its shape. */
    public int vector(Opcode op, int a, int b, int c, int aux) {
        return number(op, Type.V128, a, b, c, 0, aux);
    }

    /** A vector operation with a scalar result; {@code lane} is zero for those that have none. */
    public int vectorTest(Opcode op, Type type, int a, int lane, int aux) {
        return number(op, type, a, NONE, NONE, lane, aux);
    }

    /** A vector that has the scalar in all lanes. */
    public int vectorSplat(VectorShape shape, int scalar) {
        if (isConst(scalar)) {
            long lanes = constBits(scalar);
            for (int bits = 8 * shape.laneBytes(); bits < 64; bits *= 2) {
                lanes = lanes & (1L << bits) - 1 | lanes << bits;
            }
            return constV128(lanes, lanes);
        }
        return vector(Opcode.VSPLAT, scalar, NONE, NONE, shape.ordinal());
    }

    /** The vector with another scalar in a lane. */
    public int vectorReplaceLane(VectorShape shape, int vector, int scalar, int lane) {
        return number(Opcode.VREPLACE_LANE, Type.V128, vector, scalar, NONE, lane, shape.ordinal());
    }

    /** Bytes of {@code a} and {@code b} by sixteen indices below 32. */
    public int vectorShuffle(int a, int b, long low, long high) {
        int aux = function.addVectorHigh(high);
        return number(Opcode.VSHUFFLE, Type.V128, a, b, NONE, low, aux);
    }

    /** Whether the value is a {@link Opcode#CONST}. */
    public boolean isConst(int value) {
        return simplifier.isConst(value);
    }

    /** The bits of a constant. */
    public long constBits(int value) {
        return simplifier.bits(value);
    }

    // ---- values ----

    /** Any opcode of form UNARY that has a value: arithmetic, EQZ, conversions. {@code type} is the result's. */
    public int unary(Opcode op, Type type, int a) {
        return simplifier.unary(op, type, a);
    }

    /** Any opcode of form BINARY whose result has the type {@code type}. */
    public int binary(Opcode op, Type type, int a, int b) {
        return simplifier.binary(op, type, a, b);
    }

    /** A comparison of two values, of integers, references or floats: an i32 that is 0 or 1. */
    public int compare(Opcode op, int a, int b) {
        return simplifier.binary(op, Type.I32, a, b);
    }

    /** {@code condition != 0 ? a : b}. */
    public int select(Type type, int condition, int a, int b) {
        return simplifier.select(type, condition, a, b);
    }

    // ---- memory, context, slots ----

    /**
     * A load: {@code index} i32 or i64, {@code base} i64 or NONE for the context register, {@code displacement} below
     * 2^31. A constant index becomes part of the displacement where the sum stays below 2^31.
     */
    public int load(Opcode op, Type type, int index, int base, long displacement, int aliasSet) {
        long folded = foldedDisplacement(index, displacement);
        int left = folded == displacement ? index : zero(index);
        return append(op, type, left, base, NONE, folded, aliasSet);
    }

    /** A store of {@code value}; the address as for {@link #load}. */
    public void store(Opcode op, int index, int base, long displacement, int value, int aliasSet) {
        long folded = foldedDisplacement(index, displacement);
        int left = folded == displacement ? index : zero(index);
        append(op, Type.VOID, left, base, value, folded, aliasSet);
    }

    /**
     * An atomic load, store, or operation with one operand.
     *
     * @param type the result's type; VOID for a store
     * @param value the operand; NONE for a load
     * @param aliasSet with the width of the access
     */
    public int atomic(
            Opcode op, Type type, int index, int base, long displacement, int value, int aliasSet) {
        long folded = foldedDisplacement(index, displacement);
        int left = folded == displacement ? index : zero(index);
        return append(op, type, left, base, value, folded, aliasSet);
    }

    /** An atomic comparison and exchange; the address and alias set as for {@link #atomic}. */
    public int compareExchange(
            Type type,
            int index,
            int base,
            long displacement,
            int expected,
            int replacement,
            int aliasSet) {
        int count = base == NONE ? 3 : 4;
        int start = function.allocatePool(count);
        function.setPool(start, expected);
        function.setPool(start + 1, replacement);
        function.setPool(start + 2, index);
        if (base != NONE) {
            function.setPool(start + 3, base);
        }
        return append(Opcode.ATOMIC_CMPXCHG, type, start, count, NONE, displacement, aliasSet);
    }

    /** Orders the accesses of all threads. */
    public void fence() {
        append(Opcode.ATOMIC_FENCE, Type.VOID, NONE, NONE, NONE, 0, 0);
    }

    private long foldedDisplacement(int index, long displacement) {
        if (!isConst(index)) {
            return displacement;
        }
        long bits = constBits(index);
        boolean fits = bits >= 0 && bits < Simplifier.MAX_DISPLACEMENT - displacement;
        return fits ? displacement + bits : displacement;
    }

    private int zero(int index) {
        return simplifier.constant(function.type(index), 0);
    }

    public int globalGet(int global, Type type) {
        return append(Opcode.GLOBAL_GET, type, NONE, NONE, NONE, global, 0);
    }

    public void globalSet(int global, int value) {
        append(Opcode.GLOBAL_SET, Type.VOID, value, NONE, NONE, global, 0);
    }

    /** Address of byte 0 of a memory, i64. */
    public int memoryBase(int memory) {
        return append(Opcode.MEMORY_BASE, Type.I64, NONE, NONE, NONE, memory, 0);
    }

    /** Size of a memory in bytes, i64. */
    public int memoryBound(int memory) {
        return append(Opcode.MEMORY_BOUND, Type.I64, NONE, NONE, NONE, memory, 0);
    }

    /** Address of element 0 of a table, i64. */
    public int tableBase(int table) {
        return append(Opcode.TABLE_BASE, Type.I64, NONE, NONE, NONE, table, 0);
    }

    /** Number of elements of a table, i64. */
    public int tableBound(int table) {
        return append(Opcode.TABLE_BOUND, Type.I64, NONE, NONE, NONE, table, 0);
    }

    public int refFunc(int callee) {
        return number(Opcode.REF_FUNC, Type.FUNC, NONE, NONE, NONE, callee, 0);
    }

    /** The address of a tag, i64. */
    public int tag(int tag) {
        return number(Opcode.TAG, Type.I64, NONE, NONE, NONE, tag, 0);
    }

    // ---- objects ----

    /** The address of the heap's byte 0, i64: the base of accesses to fields, whose index is the reference. */
    public int heapBase() {
        return number(Opcode.HEAP_BASE, Type.I64, NONE, NONE, NONE, 0, 0);
    }

    /** Address of an object, i64: right until the next safepoint. */
    public int refAddress(int reference) {
        return append(Opcode.REF_ADDRESS, Type.I64, reference, heapBase(), NONE, 0, 0);
    }

    /** A new structure; stores to all its fields must follow. */
    public int newStruct(int type, int size) {
        return append(Opcode.NEW_STRUCT, Type.REF, NONE, NONE, NONE, type, size);
    }

    /** A new array with elements of 2^{@code shift} bytes; if the length is a constant, stores to all must follow. */
    public int newArray(int type, int shift, int length) {
        return append(Opcode.NEW_ARRAY, Type.REF, length, NONE, NONE, type, shift);
    }

    /** Whether a reference has a type: an i32. See {@link ReferenceTest}. */
    public int refTest(int reference, int type, int flags) {
        return number(Opcode.REF_TEST, Type.I32, reference, NONE, NONE, type, flags);
    }

    /** A reference has been stored in a structure's field. */
    public void barrier(int struct, int value) {
        append(Opcode.BARRIER, Type.VOID, struct, value, NONE, 0, 0);
    }

    /** A reference has been stored in an array, {@code offset} (i32) bytes from its start. */
    public void elementBarrier(int array, int offset, int value) {
        append(Opcode.ELEMENT_BARRIER, Type.VOID, array, offset, value, 0, 0);
    }

    // ---- slots ----

    public int slotGet(int slot) {
        return append(Opcode.SLOT_GET, function.slotType(slot), NONE, NONE, NONE, slot, 0);
    }

    public void slotSet(int slot, int value) {
        append(Opcode.SLOT_SET, Type.VOID, value, NONE, NONE, slot, 0);
    }

    // ---- checks ----

    /**
     * Traps if the i32 is not zero. Gives true if it is a constant that is not zero: what follows is then unreachable,
     * and the caller may end the block with {@link #trap}; the check is there in any case.
     */
    public boolean trapIf(int condition, TrapKind kind) {
        if (isConst(condition)) {
            if (constBits(condition) == 0) {
                return false;
            }
            append(Opcode.TRAP_IF, Type.VOID, condition, NONE, NONE, 0, kind.code());
            return true;
        }
        int test = condition;
        if (simplifier.isEnabled()) {
            int stripped = simplifier.strippedCondition(condition);
            test = stripped >= 0 ? stripped : condition;
        }
        number(Opcode.TRAP_IF, Type.VOID, test, NONE, NONE, 0, kind.code());
        return false;
    }

    /** Traps unless the function reference has the module's type {@code typeIndex}. */
    public void checkSignature(int reference, int typeIndex) {
        number(Opcode.CHECK_SIGNATURE, Type.VOID, reference, NONE, NONE, typeIndex, 0);
    }

    // ---- calls: the value is result 0; result k, if there is one, is the value plus k ----

    public int call(int callee, Signature signature, int[] args, int offset, int count) {
        return call(Opcode.CALL, signature, callee, 0, args, offset, count);
    }

    /** Through a constant table; the first argument is the index. */
    public int callIndirect(
            int table, int typeIndex, Signature signature, int[] args, int offset, int count) {
        return call(Opcode.CALL_INDIRECT, signature, typeIndex, table, args, offset, count);
    }

    /** Of a function reference, the first argument. */
    public int callRef(
            TrapKind ifNull,
            int typeIndex,
            Signature signature,
            int[] args,
            int offset,
            int count) {
        return call(Opcode.CALL_REF, signature, typeIndex, ifNull.code(), args, offset, count);
    }

    public int callRuntime(RuntimeFunction callee, int[] args, int offset, int count) {
        int start = copyToPool(args, offset, count);
        return append(
                Opcode.CALL_RUNTIME, callee.result(), start, count, NONE, callee.ordinal(), 0);
    }

    private int call(
            Opcode op, Signature signature, long imm, int aux, int[] args, int offset, int count) {
        int results = signature.resultCount();
        Type type = results == 0 ? Type.VOID : signature.result(0);
        int call = append(op, type, copyToPool(args, offset, count), count, NONE, imm, aux);
        for (int i = 1; i < results; i++) {
            append(Opcode.RESULT, signature.result(i), call, NONE, NONE, i, 0);
        }
        return call;
    }

    // ---- terminators ----

    public void jump(int target, int[] args, int offset, int count) {
        addEdge(target, args, offset, count);
        terminate(Opcode.JUMP, NONE, 0, 0, 0);
    }

    /** A branch on an i32 to blocks without parameters. {@code hint}: -1 unlikely, 0 none, 1 likely. */
    public void branch(int condition, int hint, int thenBlock, int elseBlock) {
        branch(condition, hint, thenBlock, null, 0, 0, elseBlock, null, 0, 0);
    }

    /**
     * A branch on an i32. With a constant condition it is a jump. The condition may be inverted and the edges swapped.
     */
    public void branch(
            int condition,
            int hint,
            int thenBlock,
            int[] thenArgs,
            int thenOffset,
            int thenCount,
            int elseBlock,
            int[] elseArgs,
            int elseOffset,
            int elseCount) {
        if (isConst(condition)) {
            if (constBits(condition) != 0) {
                jump(thenBlock, thenArgs, thenOffset, thenCount);
            } else {
                jump(elseBlock, elseArgs, elseOffset, elseCount);
            }
            return;
        }
        int stripped = simplifier.isEnabled() ? simplifier.strippedCondition(condition) : condition;
        if (stripped >= 0) {
            addEdge(thenBlock, thenArgs, thenOffset, thenCount);
            addEdge(elseBlock, elseArgs, elseOffset, elseCount);
            terminate(Opcode.BRANCH, stripped, 0, 0, hint);
        } else {
            addEdge(elseBlock, elseArgs, elseOffset, elseCount);
            addEdge(thenBlock, thenArgs, thenOffset, thenCount);
            terminate(Opcode.BRANCH, ~stripped, 0, 0, -hint);
        }
    }

    /** Adds an edge from the current block, before {@link #switchOn}. Gives the edge. */
    public int addEdge(int target, int[] args, int offset, int count) {
        int edge = function.addEdge(block, target);
        if (count > 0) {
            function.setEdgeArguments(edge, copyToPool(args, offset, count), count);
        }
        edgesBegun++;
        return edge;
    }

    /** Ends the block with a switch over the edges added, the last of which is the default. */
    public void switchOn(int index) {
        int last = edgesBegun - 1;
        if (last > 0 && !isConst(index)) {
            terminate(Opcode.SWITCH, index, 0, 0, 0);
            return;
        }
        long chosen = last == 0 ? 0 : Math.min(constBits(index), last);
        int edge = function.firstEdge(block) + (int) chosen;
        int target = function.edgeTarget(edge);
        int arguments = function.edgeArgumentStart(edge);
        int count = function.edgeArgumentCount(edge);
        function.removeEdges(block);
        function.setEdgeArguments(function.addEdge(block, target), arguments, count);
        terminate(Opcode.JUMP, NONE, 0, 0, 0);
    }

    /** Ends the block behind a call: where to go on when it returns, and when it throws; without arguments. */
    public void invoke(int next, int handler) {
        addEdge(next, null, 0, 0);
        addEdge(handler, null, 0, 0);
        terminate(Opcode.INVOKE, NONE, 0, 0, 0);
    }

    public void ret(int[] args, int offset, int count) {
        int start = copyToPool(args, offset, count);
        terminate(Opcode.RETURN, start, count, 0, 0);
    }

    public void trap(TrapKind kind) {
        terminate(Opcode.TRAP, NONE, 0, 0, kind.code());
    }

    public void returnCall(int callee, int[] args, int offset, int count) {
        int start = copyToPool(args, offset, count);
        terminate(Opcode.RETURN_CALL, start, count, callee, 0);
    }

    public void returnCallIndirect(int table, int typeIndex, int[] args, int offset, int count) {
        int start = copyToPool(args, offset, count);
        terminate(Opcode.RETURN_CALL_INDIRECT, start, count, typeIndex, table);
    }

    public void returnCallRef(TrapKind ifNull, int typeIndex, int[] args, int offset, int count) {
        int start = copyToPool(args, offset, count);
        terminate(Opcode.RETURN_CALL_REF, start, count, typeIndex, ifNull.code());
    }

    /** {@code a} and {@code b} as the opcode has them; without values both are NONE. */
    private void terminate(Opcode op, int a, int b, long imm, int aux) {
        int second = op.form() == Opcode.Form.CALL ? b : NONE;
        append(op, Type.VOID, a, second, NONE, imm, aux);
        block = NONE;
        edgesBegun = 0;
    }

    // ---- emission ----

    /** Appends an instruction as it is, for all opcodes without a method of their own. */
    public int append(Opcode op, Type type, int a, int b, int c, long imm, int aux) {
        return function.append(block, op, type, a, b, c, imm, aux);
    }

    private int number(Opcode op, Type type, int a, int b, int c, long imm, int aux) {
        if (!numbering) {
            return append(op, type, a, b, c, imm, aux);
        }
        int found = values.find(op, type, a, b, c, imm, aux);
        if (found != NONE) {
            return found;
        }
        int made = append(op, type, a, b, c, imm, aux);
        values.put(made);
        return made;
    }

    private int copyToPool(int[] args, int offset, int count) {
        int start = function.allocatePool(count);
        for (int i = 0; i < count; i++) {
            function.setPool(start + i, args[offset + i]);
        }
        return start;
    }
}
