package wasm2obj.frontend;

import wasm2obj.ir.AliasSet;
import wasm2obj.ir.FunctionBuilder;
import wasm2obj.ir.Module;
import wasm2obj.ir.Opcode;
import wasm2obj.ir.TrapKind;
import wasm2obj.ir.Type;

/**
 * Loads and stores.
 *
 * <p>An access touches the bytes from {@code address + offset} on, {@code width} of them; the sum does not wrap. It must
 * lie in the memory, which has {@code bound} bytes: {@code address + span <= bound} with {@code span = offset + width}.
 *
 * <ul>
 *   <li>In a guarded memory nothing is checked if the offset can be a displacement, because the reservation covers
 *       every 32-bit address, that displacement and 16 bytes more. A larger offset is checked like in other memories.
 *   <li>A 32-bit address is added to the span in 64 bits, where nothing can wrap.
 *   <li>A 64-bit address is compared with {@code bound - span}. That does not wrap if the memory is known to have as many
 *       bytes; otherwise it is checked that it has, before.
 *   <li>If the size of the memory is known, {@code bound - span} is a constant.
 * </ul>
 */
final class MemoryAccess {
    /** The largest offset that becomes a displacement. */
    private static final long MAX_DISPLACEMENT = Integer.MAX_VALUE - 16;

    /** Spans are cut here, above the size of all memories. */
    private static final long NO_MEMORY_IS_SO_LARGE = 1L << 62;

    private final Body body;
    private final FunctionBuilder builder;

    // The address of the access that was checked last.
    private int index;
    private int base;
    private long displacement;

    MemoryAccess(Body body) {
        this.body = body;
        builder = body.builder;
    }

    /** Loads from an address of the memory's address type. */
    int load(int memory, Opcode op, Type type, int address, long offset, int width) {
        if (!reach(memory, address, offset, width)) {
            return Body.NONE;
        }
        return builder.load(op, type, index, base, displacement, AliasSet.memory(memory));
    }

    void store(int memory, Opcode op, int address, int value, long offset, int width) {
        if (reach(memory, address, offset, width)) {
            builder.store(op, index, base, displacement, value, AliasSet.memory(memory));
        }
    }

    /** An atomic load, store or operation with one operand; its address is aligned. */
    int atomic(int memory, Opcode op, Type type, int address, long offset, int value, int width) {
        if (!reach(memory, address, offset, 1 << width)) {
            return Body.NONE;
        }
        int set = AliasSet.withWidth(AliasSet.memory(memory), width);
        return builder.atomic(op, type, index, base, displacement, value, set);
    }

    int compareExchange(
            int memory,
            Type type,
            int address,
            long offset,
            int expected,
            int replacement,
            int width) {
        if (!reach(memory, address, offset, 1 << width)) {
            return Body.NONE;
        }
        int set = AliasSet.withWidth(AliasSet.memory(memory), width);
        return builder.compareExchange(type, index, base, displacement, expected, replacement, set);
    }

    /** Checks an access and finds its address; gives whether the code goes on behind the check. */
    private boolean reach(int memory, int address, long offset, int width) {
        if (body.dead) {
            return false;
        }
        Module.Memory type = body.entities.memories()[memory];
        boolean small = offset >= 0 && offset <= MAX_DISPLACEMENT;
        if (!type.guarded() || !small) {
            check(type, memory, address, span(offset, width));
            if (body.dead) {
                return false;
            }
        }
        if (small) {
            index = address;
            displacement = offset;
        } else {
            // Behind the check a sum of 32 bits does not wrap; and if it did, it would still be an
            // address.
            Type addressType = type.is64() ? Type.I64 : Type.I32;
            int amount = builder.constant(addressType, offset);
            index = builder.binary(Opcode.ADD, addressType, address, amount);
            displacement = 0;
        }
        base = type.pinned() ? Body.NONE : builder.memoryBase(memory);
        return true;
    }

    private static long span(long offset, int width) {
        boolean huge = offset < 0 || offset > NO_MEMORY_IS_SO_LARGE - width;
        return huge ? NO_MEMORY_IS_SO_LARGE : offset + width;
    }

    private void check(Module.Memory type, int memory, int address, long span) {
        long atLeast = MemorySize.minimumBytes(type);
        if (MemorySize.isFixed(type)) {
            checkFixed(type, address, span, atLeast);
        } else if (span == 1) {
            trapIf(Opcode.GE_U, body.widen(address, type.is64()), builder.memoryBound(memory));
        } else if (!type.is64()) {
            int end = add(body.widen(address, false), span);
            trapIf(Opcode.GT_U, end, builder.memoryBound(memory));
        } else {
            int bound = builder.memoryBound(memory);
            if (span > atLeast) {
                trapIf(Opcode.LT_U, bound, builder.constI64(span));
            }
            trapIf(Opcode.GT_U, address, add(bound, -span));
        }
    }

    private void checkFixed(Module.Memory type, int address, long span, long bytes) {
        if (span > bytes) {
            body.trapIf(builder.constI32(1), TrapKind.MEMORY_OUT_OF_BOUNDS);
        } else {
            Type addressType = type.is64() ? Type.I64 : Type.I32;
            trapIf(Opcode.GT_U, address, builder.constant(addressType, bytes - span));
        }
    }

    private int add(int value, long amount) {
        return builder.binary(Opcode.ADD, Type.I64, value, builder.constI64(amount));
    }

    private void trapIf(Opcode comparison, int a, int b) {
        if (!body.dead) {
            body.trapIf(builder.compare(comparison, a, b), TrapKind.MEMORY_OUT_OF_BOUNDS);
        }
    }
}
