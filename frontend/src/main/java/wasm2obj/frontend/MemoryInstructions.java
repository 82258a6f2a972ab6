package wasm2obj.frontend;

import wasm2obj.ir.Module;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.RuntimeFunction;
import wasm2obj.ir.Type;

/** Instructions on memories: decoding and validation. {@link MemoryAccess} builds loads and stores. */
final class MemoryInstructions {
    static final int FIRST_ACCESS = 0x28;
    static final int LAST_ACCESS = 0x3e;

    private static final int FIRST_STORE = 0x36;
    private static final int HAS_MEMORY_INDEX = 0x40;

    private static final int I32 = ValueType.I32;
    private static final int I64 = ValueType.I64;

    // By opcode from FIRST_ACCESS on: what the IR does, the type of the value, log2 of the number
    // of bytes.
    private static final Opcode[] OPCODES = {
        Opcode.LOAD,
        Opcode.LOAD,
        Opcode.LOAD,
        Opcode.LOAD,
        Opcode.LOAD8_S,
        Opcode.LOAD8_U,
        Opcode.LOAD16_S,
        Opcode.LOAD16_U,
        Opcode.LOAD8_S,
        Opcode.LOAD8_U,
        Opcode.LOAD16_S,
        Opcode.LOAD16_U,
        Opcode.LOAD32_S,
        Opcode.LOAD32_U,
        Opcode.STORE,
        Opcode.STORE,
        Opcode.STORE,
        Opcode.STORE,
        Opcode.STORE8,
        Opcode.STORE16,
        Opcode.STORE8,
        Opcode.STORE16,
        Opcode.STORE32
    };

    private static final byte[] TYPES = {
        I32,
        I64,
        ValueType.F32,
        ValueType.F64,
        I32,
        I32,
        I32,
        I32,
        I64,
        I64,
        I64,
        I64,
        I64,
        I64,
        I32,
        I64,
        ValueType.F32,
        ValueType.F64,
        I32,
        I32,
        I64,
        I64,
        I64
    };

    private static final byte[] WIDTHS = {
        2, 3, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 2, 3, 2, 3, 0, 1, 0, 1, 2
    };

    private final Body body;
    private final OperandStack stack;
    private final WasmModule module;
    private final MemoryAccess access;
    private final RuntimeCalls runtime;

    // The last memory argument.
    private int memory;
    private long offset;

    MemoryInstructions(Body body, RuntimeCalls runtime) {
        this.body = body;
        this.runtime = runtime;
        stack = body.stack;
        module = body.module;
        access = new MemoryAccess(body);
    }

    /** An opcode from {@link #FIRST_ACCESS} to {@link #LAST_ACCESS}. */
    void access(int opcode) {
        int row = opcode - FIRST_ACCESS;
        int type = TYPES[row];
        int width = WIDTHS[row];
        readArgument(width);
        int addressType = module.memory(memory).addressType();
        if (opcode < FIRST_STORE) {
            int address = stack.pop(addressType);
            Type irType = body.irType(type);
            stack.push(
                    type, access.load(memory, OPCODES[row], irType, address, offset, 1 << width));
        } else {
            int value = stack.pop(type);
            int address = stack.pop(addressType);
            access.store(memory, OPCODES[row], address, value, offset, 1 << width);
        }
    }

    MemoryAccess access() {
        return access;
    }

    /** The memory of the argument that was read last. */
    int memory() {
        return memory;
    }

    /** The offset of the argument that was read last. */
    long offset() {
        return offset;
    }

    /** Reads a memory argument and pops an address: a load. Gives its value. */
    int load(Opcode op, Type type, int width) {
        readArgument(width);
        return loadArgument(op, type, width);
    }

    /** The same with the argument that was read last. */
    int loadArgument(Opcode op, Type type, int width) {
        int address = stack.pop(module.memory(memory).addressType());
        return access.load(memory, op, type, address, offset, 1 << width);
    }

    /** Pops an address: a store with the argument that was read last. */
    void store(Opcode op, int value, int width) {
        int address = stack.pop(module.memory(memory).addressType());
        access.store(memory, op, address, value, offset, 1 << width);
    }

    /** Reads a memory argument into {@link #memory} and {@link #offset}; {@code width} is log2 of the bytes accessed. */
    void readArgument(int width) {
        int at = body.reader.position();
        if (readAlignment() > width) {
            throw new WasmException.Invalid(at, "alignment must not be larger than natural");
        }
        readOffset();
    }

    /** The same for an atomic instruction. */
    void readNaturalArgument(int width) {
        int at = body.reader.position();
        if (readAlignment() != width) {
            throw new WasmException.Invalid(at, "atomic alignment must be natural");
        }
        readOffset();
    }

    private int readAlignment() {
        ByteReader reader = body.reader;
        int at = reader.position();
        int flags = reader.u32();
        int alignment = flags;
        if (Integer.compareUnsigned(flags, HAS_MEMORY_INDEX) < 0
                || !body.has(Feature.MULTI_MEMORY)) {
            memory = 0;
            if (module.memoryCount() == 0) {
                throw body.invalid("unknown memory 0");
            }
        } else {
            alignment = flags - HAS_MEMORY_INDEX;
            memory = module.readMemoryIndex(reader);
        }
        if (Integer.compareUnsigned(alignment, HAS_MEMORY_INDEX) >= 0) {
            throw new WasmException.Malformed(at, "malformed memop flags");
        }
        return alignment;
    }

    private void readOffset() {
        ByteReader reader = body.reader;
        int at = reader.position();
        offset = body.has(Feature.MEMORY64) ? reader.u64() : reader.u32() & 0xffff_ffffL;
        if (offset >>> 32 != 0 && !module.memory(memory).is64()) {
            throw new WasmException.Invalid(at, "offset out of range");
        }
    }

    // ---- size ----

    private int readMemory() {
        if (!body.has(Feature.MULTI_MEMORY) && body.reader.peek() != 0) {
            throw body.malformed("zero byte expected");
        }
        return module.readMemoryIndex(body.reader);
    }

    void size() {
        int index = readMemory();
        Module.Memory type = body.entities.memories()[index];
        int addressType = module.memory(index).addressType();
        stack.push(addressType, body.dead ? Body.NONE : sizeInPages(index, type));
    }

    private int sizeInPages(int index, Module.Memory type) {
        if (MemorySize.isFixed(type)) {
            return body.constant(type.is64() ? Type.I64 : Type.I32, type.minimum());
        }
        int shift = body.builder.constI64(type.pageShift());
        int bound = body.builder.memoryBound(index);
        int pages = body.binary(Opcode.SHR_U, Type.I64, bound, shift);
        return type.is64() ? pages : body.unary(Opcode.WRAP, Type.I32, pages);
    }

    void grow() {
        int index = readMemory();
        boolean is64 = module.memory(index).is64();
        int addressType = module.memory(index).addressType();
        int delta = stack.pop(addressType);
        runtime.begin(RuntimeFunction.MEMORY_GROW);
        runtime.addIndex(index);
        runtime.add(body.widen(delta, is64));
        int old = runtime.call();
        stack.push(addressType, is64 ? old : body.unary(Opcode.WRAP, Type.I32, old));
    }

    // ---- bulk operations ----

    void init() {
        body.require(Feature.BULK_MEMORY);
        int segment = module.readDataIndex(body.reader);
        int index = readMemory();
        int length = stack.pop(I32);
        int source = stack.pop(I32);
        int destination = popAddress(index);
        runtime.begin(RuntimeFunction.MEMORY_INIT);
        runtime.addIndex(index);
        runtime.addIndex(segment);
        runtime.add(destination);
        runtime.add(source);
        runtime.add(length);
        runtime.call();
    }

    void dropData() {
        body.require(Feature.BULK_MEMORY);
        runtime.begin(RuntimeFunction.DATA_DROP);
        runtime.addIndex(module.readDataIndex(body.reader));
        runtime.call();
    }

    void copy() {
        body.require(Feature.BULK_MEMORY);
        int to = readMemory();
        int from = readMemory();
        boolean length64 = module.memory(to).is64() && module.memory(from).is64();
        int length = body.widen(stack.pop(length64 ? I64 : I32), length64);
        int source = popAddress(from);
        int destination = popAddress(to);
        runtime.begin(RuntimeFunction.MEMORY_COPY);
        runtime.addIndex(to);
        runtime.addIndex(from);
        runtime.add(destination);
        runtime.add(source);
        runtime.add(length);
        runtime.call();
    }

    void fill() {
        body.require(Feature.BULK_MEMORY);
        int index = readMemory();
        int length = popAddress(index);
        int value = stack.pop(I32);
        int destination = popAddress(index);
        runtime.begin(RuntimeFunction.MEMORY_FILL);
        runtime.addIndex(index);
        runtime.add(destination);
        runtime.add(value);
        runtime.add(length);
        runtime.call();
    }

    /** Pops an address or a length of the memory as an i64. */
    private int popAddress(int index) {
        MemoryType type = module.memory(index);
        return body.widen(stack.pop(type.addressType()), type.is64());
    }
}
