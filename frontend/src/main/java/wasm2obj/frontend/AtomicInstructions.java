package wasm2obj.frontend;

import wasm2obj.ir.Opcode;
import wasm2obj.ir.RuntimeFunction;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;

/**
 * Instructions behind the prefix 0xfe: atomic accesses, the fence, and waiting.
 *
 * <p>Opcodes come in groups of seven, one group for each operation, and each with the same seven accesses: i32, i64, i32 of
 * 8 and 16 bits, i64 of 8, 16 and 32 bits. An address that is not a multiple of the access's width traps before bounds are looked at. Waiting
 * and notifying is the runtime's work altogether.
 */
final class AtomicInstructions {
    private static final int NOTIFY = 0x00;
    private static final int WAIT_32 = 0x01;
    private static final int WAIT_64 = 0x02;
    private static final int FENCE = 0x03;
    private static final int FIRST_ACCESS = 0x10;
    private static final int LAST_ACCESS = 0x4e;
    private static final int GROUP = 7;

    private static final int I32 = ValueType.I32;
    private static final int I64 = ValueType.I64;

    /** By group. */
    private static final Opcode[] OPCODES = {
        Opcode.ATOMIC_LOAD,
        Opcode.ATOMIC_STORE,
        Opcode.ATOMIC_ADD,
        Opcode.ATOMIC_SUB,
        Opcode.ATOMIC_AND,
        Opcode.ATOMIC_OR,
        Opcode.ATOMIC_XOR,
        Opcode.ATOMIC_XCHG,
        Opcode.ATOMIC_CMPXCHG
    };

    // By place in the group: the type of the value, log2 of the number of bytes.
    private static final byte[] TYPES = {I32, I64, I32, I32, I64, I64, I64};
    private static final byte[] WIDTHS = {2, 3, 0, 1, 0, 1, 2};

    private final Body body;
    private final OperandStack stack;
    private final MemoryInstructions memories;
    private final MemoryAccess access;
    private final RuntimeCalls runtime;

    AtomicInstructions(Body body, MemoryInstructions memories, RuntimeCalls runtime) {
        this.body = body;
        this.memories = memories;
        this.runtime = runtime;
        stack = body.stack;
        access = memories.access();
    }

    /** The instruction behind the prefix. */
    void translate(int opcode) {
        body.require(Feature.THREADS);
        if (opcode >= FIRST_ACCESS && opcode <= LAST_ACCESS) {
            int group = (opcode - FIRST_ACCESS) / GROUP;
            int place = (opcode - FIRST_ACCESS) % GROUP;
            access(OPCODES[group], TYPES[place], WIDTHS[place]);
            return;
        }
        switch (opcode) {
            case NOTIFY -> awake();
            case WAIT_32 -> await(RuntimeFunction.MEMORY_WAIT32, I32, 2);
            case WAIT_64 -> await(RuntimeFunction.MEMORY_WAIT64, I64, 3);
            case FENCE -> fence();
            default ->
                    throw body.malformed(
                            "illegal opcode fe " + Integer.toUnsignedString(opcode, 16));
        }
    }

    private void fence() {
        if (body.reader.u8() != 0) {
            throw body.malformed("zero byte expected");
        }
        if (!body.dead) {
            body.builder.fence();
        }
    }

    // ---- accesses ----

    private void access(Opcode op, int type, int width) {
        memories.readNaturalArgument(width);
        Type irType = body.irType(type);
        switch (op) {
            case ATOMIC_LOAD ->
                    stack.push(type, atomic(op, irType, popAddress(), Body.NONE, width));
            case ATOMIC_STORE -> {
                int value = stack.pop(type);
                atomic(op, Type.VOID, popAddress(), value, width);
            }
            case ATOMIC_CMPXCHG -> compareExchange(type, irType, width);
            default -> {
                int value = stack.pop(type);
                stack.push(type, atomic(op, irType, popAddress(), value, width));
            }
        }
    }

    private int popAddress() {
        return stack.pop(body.module.memory(memories.memory()).addressType());
    }

    private int atomic(Opcode op, Type type, int address, int value, int width) {
        checkAlignment(address, width);
        return access.atomic(memories.memory(), op, type, address, memories.offset(), value, width);
    }

    private void compareExchange(int type, Type irType, int width) {
        int replacement = stack.pop(type);
        int expected = stack.pop(type);
        int address = popAddress();
        checkAlignment(address, width);
        int old =
                access.compareExchange(
                        memories.memory(),
                        irType,
                        address,
                        memories.offset(),
                        expected,
                        replacement,
                        width);
        stack.push(type, old);
    }

    /** Only the lowest bits of the sum of address and offset are of interest, so that it may wrap. */
    private void checkAlignment(int address, int width) {
        if (body.dead || width == 0) {
            return;
        }
        long mask = (1L << width) - 1;
        boolean is64 = body.module.memory(memories.memory()).is64();
        Type type = is64 ? Type.I64 : Type.I32;
        int sum =
                body.binary(
                        Opcode.ADD, type, address, body.constant(type, memories.offset() & mask));
        int low = body.binary(Opcode.AND, type, sum, body.constant(type, mask));
        int misaligned = body.builder.compare(Opcode.NE, low, body.constant(type, 0));
        body.trapIf(misaligned, TrapKind.UNALIGNED_ATOMIC);
    }

    // ---- waiting ----

    private void await(RuntimeFunction function, int type, int width) {
        memories.readNaturalArgument(width);
        int timeout = stack.pop(I64);
        int expected = stack.pop(type);
        int address = popAddress();
        beginAt(function, address);
        runtime.add(expected);
        runtime.add(timeout);
        stack.push(I32, runtime.call());
    }

    private void awake() {
        memories.readNaturalArgument(2);
        int count = stack.pop(I32);
        int address = popAddress();
        beginAt(RuntimeFunction.MEMORY_NOTIFY, address);
        runtime.add(count);
        stack.push(I32, runtime.call());
    }

    /** Begins a call with the memory, the address, and the offset: the sum may need more than 64 bits. */
    private void beginAt(RuntimeFunction function, int address) {
        int memory = memories.memory();
        runtime.begin(function);
        runtime.addIndex(memory);
        runtime.add(body.widen(address, body.module.memory(memory).is64()));
        runtime.add(body.constant(Type.I64, memories.offset()));
    }
}
