package wasm2obj.isel.x64.instruction;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What the table says is read and written, against the processor.
 *
 * <p>Each row runs in random states with a distinct register in every field, and with memory where it may. Then:
 *
 * <ul>
 *   <li>what is not said to be written stays as it was;
 *   <li>what is said to be written changes in some state;
 *   <li>changing everything that is not said to be read changes no result;
 *   <li>changing one thing that is said to be read changes some result in some state.
 * </ul>
 *
 * <p>A result is as wide as its operand; what a byte, a word or a scalar leaves of the old register does not count as
 * reading it.
 */
class OperandRolesTest {
    private static final int TRIALS = 60;
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    // A place is a general register, an xmm register, flags or memory.
    private static final int VECTOR = 16;
    private static final int FLAGS = 32;
    private static final int MEMORY = 33;
    private static final int PLACES = 34;

    private static final int REG = Register.RBX;
    private static final int VVVV = Register.R10;
    private static final int RM = Register.R9;
    private static final int BASE = Register.R8;

    /** They leave the instruction stream, use the stack, or load what the processor refuses. */
    private static final Set<String> LEFT_OUT =
            Set.of("jmp", "call", "ret", "push", "pop", "leave", "ud2", "int3", "ldmxcsr");

    private final Random random = new Random(1);
    private final List<String> failures = new ArrayList<>();

    /** The manual leaves all flags undefined, so some processors leave them as they were. */
    private static final Set<String> FLAGS_UNDEFINED = Set.of("div", "idiv");

    private Processor processor;

    private int row;
    private boolean withMemory;
    private final int[] readWidth = new int[PLACES];
    private final int[] writtenWidth = new int[PLACES];
    private final BitSet seenRead = new BitSet();
    private final BitSet seenWritten = new BitSet();

    @Test
    void everyRow() throws Throwable {
        Optional<Processor> opened = Processor.open();
        assumeTrue(opened.isPresent(), "not an x86-64 Linux with executable memory");
        processor = opened.get();
        int checked = 0;
        int unsupported = 0;
        for (row = 0; row < X64.count(); row++) {
            if (X64.operandIn(row, Operand.RELATIVE) != 0 || LEFT_OUT.contains(X64.mnemonic(row))) {
                continue;
            }
            if (!processor.has(X64.feature(row))) {
                unsupported++;
                continue;
            }
            int rm = X64.operandIn(row, Operand.RM);
            if (rm == 0 || Operand.register(rm) != Operand.NO_REGISTER) {
                check(false);
            }
            if (Operand.mayBeMemory(rm)) {
                check(true);
            }
            checked++;
        }
        System.out.println(
                "roles of "
                        + checked
                        + " rows checked by the processor, which does not know "
                        + unsupported);
        assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
    }

    private void check(boolean memory) throws Throwable {
        withMemory = memory;
        declare();
        seenRead.clear();
        seenWritten.clear();
        for (int trial = 0; trial < TRIALS; trial++) {
            tryOnce(trial);
        }
        for (int place = 0; place < PLACES; place++) {
            if (readWidth[place] > 0 && !seenRead.get(place)) {
                fail("never reads " + name(place));
            }
            boolean mayStay = place == FLAGS && FLAGS_UNDEFINED.contains(X64.mnemonic(row));
            if (writtenWidth[place] > 0 && !seenWritten.get(place) && !mayStay) {
                fail("never writes " + name(place));
            }
        }
    }

    /** Fills in what the table says, as widths in bytes. */
    private void declare() {
        Arrays.fill(readWidth, 0);
        Arrays.fill(writtenWidth, 0);
        for (int i = 0; i < X64.operandCount(row); i++) {
            int operand = X64.operand(row, i);
            int place = place(operand);
            if (place >= 0) {
                int width = width(operand);
                readWidth[place] = Operand.reads(operand) ? width : 0;
                writtenWidth[place] = Operand.writes(operand) ? width : 0;
            }
        }
        for (int register = 0; register < 16; register++) {
            if ((X64.implicitReads(row) >>> register & 1) != 0) {
                readWidth[register] = 8;
            }
            if ((X64.implicitWrites(row) >>> register & 1) != 0) {
                writtenWidth[register] = 8;
            }
        }
        readWidth[FLAGS] = X64.readsFlags(row) ? 2 : 0;
        writtenWidth[FLAGS] = X64.writesFlags(row) ? 2 : 0;
        if (X64.mnemonic(row).startsWith("rep ")) {
            // They store to a part of memory, so the rest passes through.
            writtenWidth[MEMORY] = Processor.MEMORY_SIZE;
            readWidth[MEMORY] = Processor.MEMORY_SIZE;
        }
    }

    private int place(int operand) {
        int file = Operand.register(operand) == Operand.XMM ? VECTOR : 0;
        return switch (Operand.field(operand)) {
            case Operand.REG -> file + REG;
            case Operand.VVVV -> file + VVVV;
            case Operand.IS4 -> file + REG + 1;
            case Operand.RM ->
                    withMemory ? (Operand.memoryBytes(operand) > 0 ? MEMORY : -1) : file + RM;
            case Operand.IMPLIED ->
                    Operand.register(operand) != Operand.NO_REGISTER
                            ? file + Operand.fixed(operand)
                            : -1;
            default -> -1;
        };
    }

    private int width(int operand) {
        if (withMemory && Operand.field(operand) == Operand.RM) {
            return Operand.memoryBytes(operand);
        }
        return switch (Operand.register(operand)) {
            case Operand.GPR8 -> 1;
            case Operand.GPR16 -> 2;
            case Operand.XMM -> 16;
            default -> 8;
        };
    }

    private void tryOnce(int trial) throws Throwable {
        load();
        byte[] before = new byte[Processor.STATE_SIZE];
        for (int place = 0; place < PLACES; place++) {
            randomise(before, place, trial);
        }
        constrain(before, trial);
        byte[] after = run(before);
        for (int place = 0; place < PLACES; place++) {
            if (!same(before, after, place, Integer.MAX_VALUE)) {
                seenWritten.set(place);
                if (writtenWidth[place] == 0) {
                    fail("writes " + name(place));
                }
            }
        }
        changeWhatIsNotRead(before, after, trial);
        for (int place = 0; place < PLACES; place++) {
            if (readWidth[place] > 0 && !seenRead.get(place)) {
                changeWhatIsRead(before, after, place, trial);
            }
        }
    }

    private void load() {
        long immediate = immediate();
        byte[] code = new byte[Encoder.MAX_LENGTH];
        int end =
                withMemory
                        ? Encoder.encodeMemory(
                                code,
                                0,
                                row,
                                field(Operand.REG, REG),
                                field(Operand.VVVV, VVVV),
                                BASE,
                                Register.NONE,
                                0,
                                0,
                                immediate)
                        : Encoder.encode(
                                code,
                                0,
                                row,
                                field(Operand.REG, REG),
                                field(Operand.VVVV, VVVV),
                                field(Operand.RM, RM),
                                immediate);
        processor.load(Arrays.copyOf(code, end));
    }

    private int field(int field, int register) {
        return X64.operandIn(row, field) != 0 ? register : 0;
    }

    private long immediate() {
        if (X64.operandIn(row, Operand.IS4) != 0) {
            return REG + 1;
        }
        if (X64.operandIn(row, Operand.IMMEDIATE) == 0) {
            return 0;
        }
        return random.nextInt(0, 16);
    }

    private byte[] run(byte[] before) throws Throwable {
        byte[] after = new byte[Processor.STATE_SIZE];
        processor.run(before, after);
        return after;
    }

    /**
     * Flags that an instruction leaves alone or undefined pass through, so that they depend on themselves: they change in
     * every other trial, where they then do not count as a result.
     */
    private void changeWhatIsNotRead(byte[] before, byte[] after, int trial) throws Throwable {
        boolean keepFlags = random.nextBoolean();
        byte[] other = before.clone();
        for (int place = 0; place < PLACES; place++) {
            if (readWidth[place] == 0 && place != BASE && !(place == FLAGS && keepFlags)) {
                randomise(other, place, trial + 1);
            }
        }
        byte[] result = run(other);
        for (int place = 0; place < PLACES; place++) {
            if (writtenWidth[place] > 0
                    && (place != FLAGS || keepFlags)
                    && !same(after, result, place, resultWidth(place))) {
                fail(name(place) + " depends on what is not read");
            }
        }
    }

    /** How much of a written place does not depend on its old value unless the table says so. */
    private int resultWidth(int place) {
        boolean scalar =
                place >= VECTOR && place < FLAGS && (Rows.encoding(row) & RowDecoder.VEX) == 0;
        return scalar ? 4 : writtenWidth[place];
    }

    private void changeWhatIsRead(byte[] before, byte[] after, int changed, int trial)
            throws Throwable {
        byte[] other = before.clone();
        randomise(other, changed, trial);
        constrain(other, trial);
        byte[] result = run(other);
        for (int place = 0; place < PLACES; place++) {
            // What is written and read may just stay: a conditional move, an insertion.
            int width = place == changed ? writtenWidth[place] : Integer.MAX_VALUE;
            if (!same(after, result, place, width)) {
                seenRead.set(changed);
            }
        }
    }

    // States

    private void randomise(byte[] state, int place, int trial) {
        if (place == FLAGS) {
            int flags = 0x202 | random.nextInt() & Processor.STATUS_FLAGS;
            state[Processor.FLAGS] = (byte) flags;
            state[Processor.FLAGS + 1] = (byte) (flags >> 8);
        } else if (place != Register.RSP) {
            for (int at = start(place); at < end(place); at += 8) {
                putLong(state, at, randomLong(trial));
            }
        }
    }

    /** Bits, two floats or a double near 1, or one of two small numbers, so that values meet. */
    private long randomLong(int trial) {
        return switch (trial & 3) {
            case 0 -> random.nextLong();
            case 1 -> random.nextLong() & 0x007FFFFF_007FFFFFL | 0x3F800000_3F800000L;
            case 2 -> random.nextLong() & 0x000FFFFF_FFFFFFFFL | 0x3FF00000_00000000L;
            default -> random.nextBoolean() ? 1 : 3;
        };
    }

    /** Makes the state one in which the instruction neither faults nor leaves the mapping. */
    private void constrain(byte[] state, int trial) {
        long memory = processor.memoryAddress();
        putLong(state, 8 * BASE, memory);
        String mnemonic = X64.mnemonic(row);
        if (mnemonic.endsWith("div") && X64.implicitReads(row) != 0) {
            putLong(state, 8 * Register.RDX, random.nextInt(2));
            putLong(state, 8 * Register.RAX, getLong(state, 8 * Register.RAX) >>> 1);
            int divisor = withMemory ? Processor.MEMORY : 8 * RM;
            long large = getLong(state, divisor) & 0x3FFFFFFF_3FFFFFFFL | 0x40000000_40000000L;
            putLong(state, divisor, large);
        } else if (mnemonic.startsWith("rep ")) {
            putLong(state, 8 * Register.RCX, random.nextInt(1, 3));
            putLong(state, 8 * Register.RSI, memory + random.nextInt(2) * 8);
            putLong(state, 8 * Register.RDI, memory + 32 + random.nextInt(2) * 8);
        } else if (mnemonic.startsWith("lock cmpxchg") && trial % 2 == 0) {
            // Equal, so that it stores. Both halves are the same for every width.
            long value = random.nextBoolean() ? 1 : 2;
            putLong(state, 8 * Register.RAX, value);
            putLong(state, 8 * Register.RDX, value);
            putLong(state, Processor.MEMORY, value);
            putLong(state, Processor.MEMORY + 8, value);
        }
    }

    private static int start(int place) {
        if (place < VECTOR) {
            return Processor.GENERAL + 8 * place;
        }
        if (place < FLAGS) {
            return Processor.VECTORS + 16 * (place - VECTOR);
        }
        return place == FLAGS ? Processor.FLAGS : Processor.MEMORY;
    }

    private static int end(int place) {
        if (place < VECTOR) {
            return start(place) + 8;
        }
        return start(place) + (place < FLAGS ? 16 : place == FLAGS ? 2 : Processor.MEMORY_SIZE);
    }

    private static boolean same(byte[] a, byte[] b, int place, int width) {
        int from = start(place);
        int to = (int) Math.min(end(place), (long) from + width);
        return Arrays.equals(a, from, to, b, from, to);
    }

    private static long getLong(byte[] state, int at) {
        return (long) LONGS.get(state, at);
    }

    private static void putLong(byte[] state, int at, long value) {
        LONGS.set(state, at, value);
    }

    private static String name(int place) {
        if (place < VECTOR) {
            return Register.name(Operand.GPR64, place);
        }
        if (place < FLAGS) {
            return Register.name(Operand.XMM, place - VECTOR);
        }
        return place == FLAGS ? "flags" : "memory";
    }

    private void fail(String message) {
        String failure = X64.syntax(row) + (withMemory ? " (memory): " : ": ") + message;
        if (!failures.contains(failure)) {
            failures.add(failure);
        }
    }
}
