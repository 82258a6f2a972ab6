package wasm2obj.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs functions of the IR, as an oracle for the passes: a function must behave the same before and after. Written from
 * the WebAssembly specification, independently of {@link ConstantFolder}.
 *
 * <p>Callees do not exist: a call is an event that is recorded with its arguments, scrambles a byte of memory and a
 * mutable global in a way that depends on the calls so far, and returns values made from its arguments. Memories are
 * smaller than their page size says, and what is outside traps. NaNs are made canonical.
 */
public final class Interpreter {
    public static final int MEMORY_SIZE = 4096;
    private static final long BASE = 1L << 40;
    private static final int NONE = Function.NONE;

    /** Execution took more steps than allowed. */
    public static final class OutOfFuel extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Execution trapped. */
    private static final class Trap extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final TrapKind kind;

        Trap(TrapKind kind) {
            super(kind.name(), null, false, false);
            this.kind = kind;
        }
    }

    private final Module module;
    private final byte[][] memories;
    private final long[] globals;
    private final List<String> events = new ArrayList<>();
    private Function function;
    private long[] values;
    private long[] slots;
    private boolean madeNaN;
    private int fuel;
    private int steps;

    /** A machine whose memories and globals begin with values that depend on the seed. */
    public Interpreter(Module module, long seed) {
        this.module = module;
        memories = new byte[module.memories().length][MEMORY_SIZE];
        long state = seed;
        for (byte[] memory : memories) {
            for (int i = 0; i < memory.length; i++) {
                state = state * 6364136223846793005L + 1442695040888963407L;
                memory[i] = (byte) (state >>> 56);
            }
        }
        globals = new long[module.globals().length];
        for (int i = 0; i < globals.length; i++) {
            Module.Global global = module.globals()[i];
            globals[i] =
                    global.constant() ? global.value() : (i * 77L + seed) & mask(global.type());
        }
    }

    /** Runs the function; gives everything that can be observed, as text. */
    public String run(Function function, long[] arguments, int fuel) {
        this.function = function;
        this.fuel = fuel;
        steps = fuel;
        values = new long[function.instructionCount()];
        slots = new long[function.slotCount()];
        String outcome;
        try {
            outcome = "returns " + Arrays.toString(execute(arguments));
        } catch (Trap trap) {
            outcome = "traps with " + trap.kind;
        }
        StringBuilder memoryHash = new StringBuilder();
        for (byte[] memory : memories) {
            memoryHash.append(' ').append(Arrays.hashCode(memory));
        }
        return outcome
                + ", globals "
                + Arrays.toString(globals)
                + ", memories"
                + memoryHash
                + ", calls "
                + events;
    }

    /** The steps that the last run took. */
    int steps() {
        return steps - fuel;
    }

    private long[] execute(long[] arguments) {
        int block = function.firstBlock();
        long[] incoming = arguments;
        while (true) {
            int i = function.first(block);
            for (int k = 0; i != NONE && function.opcode(i) == Opcode.PARAM; k++) {
                values[i] = incoming[k];
                i = function.next(i);
            }
            for (; !function.opcode(i).isTerminator(); i = function.next(i)) {
                if (--fuel < 0) {
                    throw new OutOfFuel();
                }
                step(i);
            }
            if (--fuel < 0) {
                throw new OutOfFuel();
            }
            switch (function.opcode(i)) {
                case RETURN -> {
                    return list(function.a(i), function.b(i));
                }
                case TRAP -> throw new Trap(TrapKind.of(function.aux(i)));
                case RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> {
                    Signature callee =
                            function.opcode(i) == Opcode.RETURN_CALL
                                    ? module.signature((int) function.imm(i))
                                    : module.types()[(int) function.imm(i)];
                    long state = call(i);
                    long[] results = new long[callee.resultCount()];
                    for (int k = 0; k < results.length; k++) {
                        results[k] = made(callee.result(k), state + k);
                    }
                    return results;
                }
                default -> {}
            }
            int edge = function.firstEdge(block) + chosenEdge(i, block);
            incoming = list(function.edgeArgumentStart(edge), function.edgeArgumentCount(edge));
            block = function.edgeTarget(edge);
        }
    }

    private int chosenEdge(int i, int block) {
        return switch (function.opcode(i)) {
            case BRANCH -> values[function.a(i)] != 0 ? 0 : 1;
            case SWITCH -> (int) Math.min(values[function.a(i)], function.edgeCount(block) - 1L);
            default -> 0;
        };
    }

    private long[] list(int start, int count) {
        long[] list = new long[count];
        for (int k = 0; k < count; k++) {
            list[k] = values[function.pool(start + k)];
        }
        return list;
    }

    private void step(int i) {
        Opcode op = function.opcode(i);
        Type type = function.type(i);
        switch (op.form()) {
            case UNARY -> {
                if (op.effect() == Opcode.Effect.PURE || op.effect() == Opcode.Effect.TRAPS) {
                    int a = function.a(i);
                    values[i] = unary(op, function.type(a), type, values[a]);
                    noteNaN(op, type, values[i]);
                } else {
                    effect(i, op);
                }
            }
            case BINARY -> {
                int a = function.a(i);
                values[i] = binary(op, function.type(a), values[a], values[function.b(i)]);
                noteNaN(op, type, values[i]);
            }
            case TERNARY -> {
                boolean first = values[function.a(i)] != 0;
                values[i] = first ? values[function.b(i)] : values[function.c(i)];
            }
            case LOAD -> values[i] = load(i, op, type);
            case STORE -> {
                if (op.isAtomicAccess()) {
                    values[i] = atomic(i, op);
                } else {
                    store(i, op);
                }
            }
            case CALL -> {
                if (op == Opcode.ATOMIC_CMPXCHG) {
                    values[i] = compareExchange(i);
                    return;
                }
                long state = call(i);
                if (type != Type.VOID) {
                    values[i] = made(type, state);
                }
                int k = 1;
                for (int r = function.next(i); function.opcode(r) == Opcode.RESULT; ) {
                    values[r] = made(function.type(r), state + k++);
                    r = function.next(r);
                }
            }
            case NONE -> none(i, op);
        }
    }

    private void noteNaN(Opcode op, Type type, long bits) {
        boolean isNaN =
                switch (type) {
                    case F32 -> Float.isNaN(Float.intBitsToFloat(asInt(bits)));
                    case F64 -> Double.isNaN(Double.longBitsToDouble(bits));
                    default -> false;
                };
        boolean isExact =
                switch (op) {
                    case FABS, FNEG, FCOPYSIGN, REINTERPRET -> true;
                    default -> false;
                };
        madeNaN |= isNaN && !isExact;
    }

    /** Whether a NaN came out whose bits the specification leaves open. */
    public boolean madeNaN() {
        return madeNaN;
    }

    private void none(int i, Opcode op) {
        if (op == Opcode.ATOMIC_FENCE) {
            return;
        }
        int imm = (int) function.imm(i);
        values[i] =
                switch (op) {
                    case CONST -> function.imm(i);
                    case GLOBAL_GET -> globals[imm];
                    case MEMORY_BASE -> BASE * (imm + 1L);
                    case MEMORY_BOUND -> MEMORY_SIZE;
                    case SLOT_GET -> slots[imm];
                    case REF_FUNC -> imm * 16L + 16;
                    default -> throw new AssertionError(op);
                };
    }

    private void effect(int i, Opcode op) {
        long a = values[function.a(i)];
        switch (op) {
            case GLOBAL_SET -> globals[(int) function.imm(i)] = a;
            case SLOT_SET -> slots[(int) function.imm(i)] = a;
            case TRAP_IF -> {
                if (a != 0) {
                    throw new Trap(TrapKind.of(function.aux(i)));
                }
            }
            case RESULT -> {}
            default -> throw new AssertionError(op);
        }
    }

    // ---- calls ----

    private long call(int i) {
        long[] arguments = list(function.a(i), function.b(i));
        long imm = function.imm(i);
        events.add(function.opcode(i) + " " + imm + Arrays.toString(arguments));
        long state = events.size() * 0x9e3779b97f4a7c15L + imm;
        for (long argument : arguments) {
            state = (state ^ argument) * 0x9e3779b97f4a7c15L;
            state ^= state >>> 29;
        }
        for (byte[] memory : memories) {
            memory[(int) (state >>> 8 & MEMORY_SIZE - 1)] += (byte) (state >>> 20);
        }
        for (int g = 0; g < globals.length; g++) {
            if (module.globals()[g].mutable() && (state >>> g & 1) != 0) {
                globals[g] = made(module.globals()[g].type(), state >>> g);
            }
        }
        return state;
    }

    private static long made(Type type, long state) {
        long bits = state * 0xbf58476d1ce4e5b9L;
        return switch (type) {
            case F32 -> Float.floatToRawIntBits((bits >> 50) / 4.0f) & 0xffffffffL;
            case F64 -> Double.doubleToRawLongBits((bits >> 40) / 4.0);
            case I32 -> (state & 3) == 0 ? state & 0xff : bits >>> 32;
            default -> (state & 3) == 0 ? state & 0xff : bits;
        };
    }

    // ---- memory ----

    private int accessSize(int i, Opcode op, Type type) {
        return switch (op) {
            case ATOMIC_LOAD -> 1 << AliasSet.width(function.aux(i));
            case LOAD8_S, LOAD8_U, STORE8 -> 1;
            case LOAD16_S, LOAD16_U, STORE16 -> 2;
            case LOAD32_S, LOAD32_U, STORE32 -> 4;
            default -> type.bytes();
        };
    }

    /** The offset in the memory of the alias set; traps if the access is not inside. */
    private int offset(int i, int size) {
        return offset(i, function.a(i), function.b(i), size);
    }

    private int offset(int i, int indexValue, int baseValue, int size) {
        int memory = AliasSet.index(function.aux(i));
        long index = values[indexValue];
        long base = baseValue == NONE ? 0 : values[baseValue] - BASE * (memory + 1L);
        long address = index + function.imm(i) + base;
        if (address < 0 || address + size > MEMORY_SIZE) {
            throw new Trap(TrapKind.MEMORY_OUT_OF_BOUNDS);
        }
        return (int) address;
    }

    private long load(int i, Opcode op, Type type) {
        int size = accessSize(i, op, type);
        long bits = read(i, offset(i, size), size);
        long extended =
                switch (op) {
                    case LOAD8_S -> (byte) bits;
                    case LOAD16_S -> (short) bits;
                    case LOAD32_S -> asInt(bits);
                    default -> bits;
                };
        return extended & mask(type);
    }

    private long read(int i, int at, int size) {
        byte[] memory = memories[AliasSet.index(function.aux(i))];
        long bits = 0;
        for (int k = size - 1; k >= 0; k--) {
            bits = bits << 8 | memory[at + k] & 0xff;
        }
        return bits;
    }

    private void write(int i, int at, int size, long bits) {
        byte[] memory = memories[AliasSet.index(function.aux(i))];
        for (int k = 0; k < size; k++) {
            memory[at + k] = (byte) (bits >>> 8 * k);
        }
    }

    private void store(int i, Opcode op) {
        int value = function.c(i);
        int size = accessSize(i, op, function.type(value));
        write(i, offset(i, size), size, values[value]);
    }

    /** What was there. */
    private long atomic(int i, Opcode op) {
        int size = 1 << AliasSet.width(function.aux(i));
        int at = offset(i, size);
        long old = read(i, at, size);
        long value = values[function.c(i)];
        write(
                i,
                at,
                size,
                switch (op) {
                    case ATOMIC_ADD -> old + value;
                    case ATOMIC_SUB -> old - value;
                    case ATOMIC_AND -> old & value;
                    case ATOMIC_OR -> old | value;
                    case ATOMIC_XOR -> old ^ value;
                    default -> value;
                });
        return old;
    }

    private long compareExchange(int i) {
        int size = 1 << AliasSet.width(function.aux(i));
        int start = function.a(i);
        int base = function.b(i) > 3 ? function.pool(start + 3) : NONE;
        int at = offset(i, function.pool(start + 2), base, size);
        long old = read(i, at, size);
        long expected = values[function.pool(start)];
        if (size == 8 ? old == expected : old == (expected & (1L << 8 * size) - 1)) {
            write(i, at, size, values[function.pool(start + 1)]);
        }
        return old;
    }

    // ---- values ----

    private static int asInt(long bits) {
        return (int) bits;
    }

    static long mask(Type type) {
        return type == Type.I32 || type == Type.F32 ? 0xffffffffL : -1;
    }

    static long unary(Opcode op, Type from, Type to, long x) {
        boolean narrow = from == Type.I32;
        return switch (op) {
            case CLZ -> {
                int zeros = 0;
                for (int bit = narrow ? 31 : 63; bit >= 0 && (x >>> bit & 1) == 0; bit--) {
                    zeros++;
                }
                yield zeros;
            }
            case CTZ -> {
                int width = narrow ? 32 : 64;
                int zeros = 0;
                while (zeros < width && (x >>> zeros & 1) == 0) {
                    zeros++;
                }
                yield zeros;
            }
            case POPCNT -> {
                int ones = 0;
                for (long rest = x; rest != 0; rest &= rest - 1) {
                    ones++;
                }
                yield ones;
            }
            case EXTEND8_S -> x << 56 >> 56 & mask(to);
            case EXTEND16_S -> x << 48 >> 48 & mask(to);
            case EXTEND32_S, EXTEND_S -> x << 32 >> 32;
            case EQZ -> x == 0 ? 1 : 0;
            case WRAP -> x & 0xffffffffL;
            case EXTEND_U, REINTERPRET -> x;
            case FABS -> x & mask(to) >>> 1;
            case FNEG -> x ^ (from == Type.F32 ? 0x80000000L : 0x8000000000000000L);
            case FCEIL, FFLOOR, FTRUNC, FNEAREST, FSQRT -> bits(from, round(op, real(from, x)));
            case TRUNC_S, TRUNC_U, TRUNC_SAT_S, TRUNC_SAT_U -> integer(op, to, real(from, x));
            case CONVERT_S, CONVERT_U -> converted(op, from, to, x);
            case DEMOTE, PROMOTE -> bits(to, real(from, x));
            default -> throw new AssertionError(op);
        };
    }

    private static double real(Type type, long bits) {
        return type == Type.F32 ? Float.intBitsToFloat(asInt(bits)) : Double.longBitsToDouble(bits);
    }

    /** The canonical bits. */
    private static long bits(Type type, double value) {
        return type == Type.F32
                ? Float.floatToIntBits((float) value) & 0xffffffffL
                : Double.doubleToLongBits(value);
    }

    private static double round(Opcode op, double x) {
        return switch (op) {
            case FCEIL -> Math.ceil(x);
            case FFLOOR -> Math.floor(x);
            case FTRUNC -> Math.copySign(Math.floor(Math.abs(x)), x);
            case FNEAREST -> Math.rint(x);
            default -> Math.sqrt(x);
        };
    }

    private static long integer(Opcode op, Type to, double x) {
        boolean signed = op == Opcode.TRUNC_S || op == Opcode.TRUNC_SAT_S;
        boolean saturates = op == Opcode.TRUNC_SAT_S || op == Opcode.TRUNC_SAT_U;
        int width = to == Type.I32 ? 32 : 64;
        if (Double.isNaN(x)) {
            if (saturates) {
                return 0;
            }
            throw new Trap(TrapKind.BAD_CONVERSION_TO_INTEGER);
        }
        java.math.BigInteger one = java.math.BigInteger.ONE;
        java.math.BigInteger low =
                signed ? one.shiftLeft(width - 1).negate() : java.math.BigInteger.ZERO;
        java.math.BigInteger high = one.shiftLeft(signed ? width - 1 : width).subtract(one);
        java.math.BigInteger value;
        if (Double.isInfinite(x)) {
            value = x > 0 ? high.add(one) : low.subtract(one);
        } else {
            value = new java.math.BigDecimal(x).toBigInteger();
        }
        if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            if (!saturates) {
                throw new Trap(TrapKind.INTEGER_OVERFLOW);
            }
            value = value.signum() < 0 ? low : high;
        }
        return value.longValue() & mask(to);
    }

    private static long converted(Opcode op, Type from, Type to, long x) {
        java.math.BigDecimal exact;
        if (op == Opcode.CONVERT_S) {
            exact = new java.math.BigDecimal(from == Type.I32 ? x << 32 >> 32 : x);
        } else {
            exact = new java.math.BigDecimal(Long.toUnsignedString(x));
        }
        return to == Type.F32
                ? Float.floatToIntBits(exact.floatValue()) & 0xffffffffL
                : Double.doubleToLongBits(exact.doubleValue());
    }

    static long binary(Opcode op, Type type, long x, long y) {
        long sx = type == Type.I32 ? x << 32 >> 32 : x;
        long sy = type == Type.I32 ? y << 32 >> 32 : y;
        int width = type == Type.I32 ? 32 : 64;
        int count = asInt(y & width - 1);
        return switch (op) {
            case ADD -> x + y & mask(type);
            case SUB -> x - y & mask(type);
            case MUL -> x * y & mask(type);
            case AND -> x & y;
            case OR -> x | y;
            case XOR -> x ^ y;
            case SHL -> x << count & mask(type);
            case SHR_S -> sx >> count & mask(type);
            case SHR_U -> x >>> count;
            case ROTL -> (x << count | (count == 0 ? 0 : x >>> width - count)) & mask(type);
            case ROTR -> (x >>> count | (count == 0 ? 0 : x << width - count)) & mask(type);
            case MULHI_S -> high(java.math.BigInteger.valueOf(x), java.math.BigInteger.valueOf(y));
            case MULHI_U -> high(unsigned(x), unsigned(y));
            case DIV_S, DIV_U, REM_S, REM_U -> divided(op, type, x, y, sx, sy);
            case EQ -> x == y ? 1 : 0;
            case NE -> x != y ? 1 : 0;
            case LT_S -> sx < sy ? 1 : 0;
            case LT_U -> x + Long.MIN_VALUE < y + Long.MIN_VALUE ? 1 : 0;
            case GT_S -> sx > sy ? 1 : 0;
            case GT_U -> x + Long.MIN_VALUE > y + Long.MIN_VALUE ? 1 : 0;
            case LE_S -> sx <= sy ? 1 : 0;
            case LE_U -> x + Long.MIN_VALUE <= y + Long.MIN_VALUE ? 1 : 0;
            case GE_S -> sx >= sy ? 1 : 0;
            case GE_U -> x + Long.MIN_VALUE >= y + Long.MIN_VALUE ? 1 : 0;
            default -> floatBinary(op, type, x, y);
        };
    }

    private static java.math.BigInteger unsigned(long x) {
        return new java.math.BigInteger(Long.toUnsignedString(x));
    }

    private static long high(java.math.BigInteger x, java.math.BigInteger y) {
        return x.multiply(y).shiftRight(64).longValue();
    }

    private static long divided(Opcode op, Type type, long x, long y, long sx, long sy) {
        if (y == 0) {
            throw new Trap(TrapKind.INTEGER_DIVIDE_BY_ZERO);
        }
        java.math.BigInteger[] result;
        if (op == Opcode.DIV_S || op == Opcode.REM_S) {
            java.math.BigInteger dividend = java.math.BigInteger.valueOf(sx);
            result = dividend.divideAndRemainder(java.math.BigInteger.valueOf(sy));
            boolean fits = result[0].bitLength() < (type == Type.I32 ? 32 : 64);
            if (op == Opcode.DIV_S && !fits) {
                throw new Trap(TrapKind.INTEGER_OVERFLOW);
            }
        } else {
            result = unsigned(x).divideAndRemainder(unsigned(y));
        }
        boolean quotient = op == Opcode.DIV_S || op == Opcode.DIV_U;
        return result[quotient ? 0 : 1].longValue() & mask(type);
    }

    private static long floatBinary(Opcode op, Type type, long x, long y) {
        double a = real(type, x);
        double b = real(type, y);
        long sign = type == Type.F32 ? 0x80000000L : 0x8000000000000000L;
        return switch (op) {
            case FEQ -> a == b ? 1 : 0;
            case FNE -> a != b ? 1 : 0;
            case FLT -> a < b ? 1 : 0;
            case FGT -> a > b ? 1 : 0;
            case FLE -> a <= b ? 1 : 0;
            case FGE -> a >= b ? 1 : 0;
            case FCOPYSIGN -> x & ~sign | y & sign;
            case FMIN -> bits(type, Math.min(a, b));
            case FMAX -> bits(type, Math.max(a, b));
            case FADD, FSUB, FMUL, FDIV ->
                    type == Type.F32
                            ? bits(type, arithmetic(op, (float) a, (float) b))
                            : bits(type, arithmetic(op, a, b));
            default -> throw new AssertionError(op);
        };
    }

    private static float arithmetic(Opcode op, float a, float b) {
        return switch (op) {
            case FADD -> a + b;
            case FSUB -> a - b;
            case FMUL -> a * b;
            default -> a / b;
        };
    }

    private static double arithmetic(Opcode op, double a, double b) {
        return switch (op) {
            case FADD -> a + b;
            case FSUB -> a - b;
            case FMUL -> a * b;
            default -> a / b;
        };
    }
}
