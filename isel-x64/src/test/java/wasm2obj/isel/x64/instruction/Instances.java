package wasm2obj.isel.x64.instruction;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The cross product of a row's operands, whole or a sample that is the same in every run.
 *
 * <p>Every register of every field, with every value of the immediate, and every register beside every shape of an address.
 * A sample walks through that product in steps of about its golden section, so that few instances spread over all
 * dimensions.
 */
final class Instances {
    private static final int[] DISPLACEMENTS = {
        0, 1, -1, 127, 128, -128, -129, 0x1234, Integer.MAX_VALUE, Integer.MIN_VALUE
    };
    private static final int[] INDEXED_DISPLACEMENTS = {0, -128, 128};

    /** Each base, index, scale, displacement. */
    private static final List<int[]> ADDRESSES = addresses();

    private Instances() {}

    private static List<int[]> addresses() {
        List<int[]> addresses = new ArrayList<>();
        for (int base = Register.RIP; base < 16; base++) {
            for (int displacement : DISPLACEMENTS) {
                addresses.add(new int[] {base, Register.NONE, 0, displacement});
            }
        }
        for (int base = Register.NONE; base < 16; base++) {
            for (int index = 0; index < 16; index++) {
                if (index == Register.RSP) {
                    continue;
                }
                for (int scale = 0; scale < 4; scale++) {
                    for (int displacement : INDEXED_DISPLACEMENTS) {
                        addresses.add(new int[] {base, index, scale, displacement});
                    }
                }
            }
        }
        return addresses;
    }

    /**
     * Hands instances of {@code row} to {@code use}.
     *
     * @param limit at most so many with registers, and as many again with memory
     */
    static void of(int row, int limit, Consumer<Instance> use) {
        int rm = X64.operandIn(row, Operand.RM);
        if (rm == 0 || Operand.register(rm) != Operand.NO_REGISTER) {
            withRegisters(row, limit, use);
        }
        if (Operand.mayBeMemory(rm)) {
            withMemory(row, limit, use);
        }
    }

    private static void withRegisters(int row, int limit, Consumer<Instance> use) {
        long[] immediates = immediates(row);
        int reg = registers(row, Operand.REG);
        int vvvv = registers(row, Operand.VVVV);
        int rm = registers(row, Operand.RM);
        long total = (long) reg * vvvv * rm * immediates.length;
        long count = Math.min(total, limit);
        long step = step(total, count);
        for (long i = 0, at = 0; i < count; i++, at = (at + step) % total) {
            long rest = at;
            int r = (int) (rest % reg);
            rest /= reg;
            int m = (int) (rest % rm);
            rest /= rm;
            int v = (int) (rest % vvvv);
            rest /= vvvv;
            use.accept(Instance.withRegisters(row, r, v, m, immediates[(int) rest]));
        }
    }

    private static void withMemory(int row, int limit, Consumer<Instance> use) {
        long[] immediates = immediates(row);
        int reg = registers(row, Operand.REG);
        int vvvv = registers(row, Operand.VVVV);
        long total = (long) reg * vvvv * ADDRESSES.size() * immediates.length;
        long count = Math.min(total, limit);
        long step = step(total, count);
        for (long i = 0, at = 0; i < count; i++, at = (at + step) % total) {
            long rest = at;
            int[] address = ADDRESSES.get((int) (rest % ADDRESSES.size()));
            rest /= ADDRESSES.size();
            int r = (int) (rest % reg);
            rest /= reg;
            int v = (int) (rest % vvvv);
            rest /= vvvv;
            use.accept(
                    Instance.withMemory(
                            row,
                            r,
                            v,
                            address[0],
                            address[1],
                            address[2],
                            address[3],
                            immediates[(int) rest]));
        }
    }

    /** A step that visits {@code total} places once each: 1 for all of them, else prime to it and far from round. */
    private static long step(long total, long count) {
        if (count == total) {
            return 1;
        }
        long step = (long) (total * 0.6180339887498949);
        while (gcd(step, total) != 1) {
            step++;
        }
        return step;
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    private static int registers(int row, int field) {
        return X64.operandIn(row, field) != 0 ? 16 : 1;
    }

    private static long[] immediates(int row) {
        if (X64.operandIn(row, Operand.IS4) != 0) {
            return new long[] {0, 1, 7, 8, 15};
        }
        if (X64.operandIn(row, Operand.RELATIVE) != 0) {
            return Encoder.immediateLength(row, 0) == 1
                    ? new long[] {0, 1, -1, 127, -128}
                    : new long[] {0, 1, -1, 127, 128, -128, -129, 0x1234567, -0x1234567};
        }
        if (X64.operandIn(row, Operand.IMMEDIATE) == 0) {
            return new long[] {0};
        }
        // A value too large for a byte tells the width of an immediate with a short form.
        return switch (Encoder.immediateLength(row, 0x0102)) {
            case 1 -> new long[] {0, 1, 2, 3, 7, 31, 63, 127, -128, -1};
            case 2 -> new long[] {0, 1, 127, 128, -128, -129, Short.MAX_VALUE, Short.MIN_VALUE};
            case 4 -> new long[] {0, 1, 127, 128, -128, -129, Integer.MAX_VALUE, Integer.MIN_VALUE};
            default ->
                    new long[] {
                        0,
                        1,
                        -1,
                        0x7FFFFFFFL,
                        0x80000000L,
                        0xFFFFFFFFL,
                        -0x80000001L,
                        0x123456789ABCDEFL,
                        Long.MAX_VALUE,
                        Long.MIN_VALUE
                    };
        };
    }
}
