package wasm2obj.isel.aarch64.instruction;

/**
 * The shortest sequences that put a constant in a general register.
 *
 * <p>The first instruction, movz, movn or an orr with the zero register, sets a pattern; a movk each replaces those of its pieces of 16
 * bits that are not the value's. movz and movn have patterns of which all pieces but one are 0 or 0xffff. Where they take three
 * instructions or more, patterns for orr are tried that agree with the value in some pieces: one or two of them repeated, or the
 * value with some replaced by 0 or 0xffff.
 *
 * <p>What writes a w register clears the upper half of x: a value of 32 bits is set as w.
 */
public final class MoveImmediate {
    /** The most instructions of a sequence. */
    public static final int MOST = 4;

    private static final long EACH_16 = 0x0001_0001_0001_0001L;
    private static final long EACH_32 = 0x0000_0001_0000_0001L;

    /** Number of ways to keep each of four pieces, or to make it 0 or 0xffff. */
    private static final int WAYS = 3 * 3 * 3 * 3;

    private MoveImmediate() {}

    /** How many instructions set a register of size {@code sf} to the value. */
    public static int count(long value, int sf) {
        int size = size(value, sf);
        long wanted = wanted(value, size);
        return 1 + differing(wanted, pattern(wanted, size));
    }

    /**
     * Writes the instructions that set Rd.
     *
     * @param words {@link #MOST} elements at least
     * @return their number
     */
    public static int sequence(long value, int sf, int rd, int[] words) {
        int size = size(value, sf);
        long wanted = wanted(value, size);
        long pattern = pattern(wanted, size);
        words[0] = set(pattern, size, rd);
        int count = 1;
        for (int hw = 0; hw < 2 << size; hw++) {
            if (piece(wanted, hw) != piece(pattern, hw)) {
                words[count++] =
                        A64Integer.moveWide(A64Integer.MOVK, size, rd, piece(wanted, hw), hw);
            }
        }
        return count;
    }

    private static int size(long value, int sf) {
        return value >>> 32 == 0 ? 0 : sf;
    }

    private static long wanted(long value, int size) {
        return size == 0 ? value & 0xffff_ffffL : value;
    }

    private static int piece(long value, int hw) {
        return (int) (value >>> 16 * hw) & 0xffff;
    }

    private static long withPiece(long value, int hw, long piece) {
        return value & ~(0xffffL << 16 * hw) | piece << 16 * hw;
    }

    private static int differing(long a, long b) {
        long difference = a ^ b;
        int count = 0;
        for (int hw = 0; hw < 4; hw++) {
            count += piece(difference, hw) != 0 ? 1 : 0;
        }
        return count;
    }

    /** The instruction that sets a pattern. */
    private static int set(long pattern, int size, int rd) {
        long ones = wanted(-1, size);
        for (int hw = 0; hw < 2 << size; hw++) {
            if (withPiece(pattern, hw, 0) == 0) {
                return A64Integer.moveWide(A64Integer.MOVZ, size, rd, piece(pattern, hw), hw);
            }
            if (withPiece(pattern, hw, 0xffff) == ones) {
                return A64Integer.moveWide(A64Integer.MOVN, size, rd, piece(~pattern, hw), hw);
            }
        }
        return A64Integer.logicalImmediate(
                A64Integer.ORR,
                size,
                rd,
                Fields.ZERO_REGISTER,
                LogicalImmediate.encode(pattern, size));
    }

    /** The first instruction's pattern of the shortest sequence. */
    private static long pattern(long value, int size) {
        long zeros = allButOne(value, size, 0);
        long ones = allButOne(value, size, 0xffff);
        int count = differing(value, zeros);
        long best = zeros;
        if (differing(value, ones) < count) {
            count = differing(value, ones);
            best = ones;
        }
        if (count == 0) {
            return best;
        }
        if (LogicalImmediate.encode(value, size) != LogicalImmediate.NONE) {
            return value;
        }
        return count == 1 ? best : logicalPattern(value, best);
    }

    /** The pieces {@code rest} in all places but that of the first other one. */
    private static long allButOne(long value, int size, int rest) {
        long pattern = wanted(rest * EACH_16, size);
        for (int hw = 0; hw < 2 << size; hw++) {
            if (piece(value, hw) != rest) {
                return withPiece(pattern, hw, piece(value, hw));
            }
        }
        return pattern;
    }

    /** A pattern for orr that differs from the 64-bit value in fewer pieces than {@code best}, or that. */
    private static long logicalPattern(long value, long best) {
        long found = best;
        for (int hw = 0; hw < 4; hw++) {
            long low = piece(value, hw & 2);
            long high = piece(value, 1 + 2 * (hw & 1));
            found = better(value, piece(value, hw) * EACH_16, found);
            found = better(value, (low | high << 16) * EACH_32, found);
        }
        for (int way = 1; way < WAYS; way++) {
            found = better(value, replaced(value, way), found);
        }
        return found;
    }

    private static long replaced(long value, int way) {
        long result = value;
        int rest = way;
        for (int hw = 0; hw < 4; hw++) {
            if (rest % 3 != 0) {
                result = withPiece(result, hw, rest % 3 == 1 ? 0 : 0xffff);
            }
            rest /= 3;
        }
        return result;
    }

    private static long better(long value, long candidate, long best) {
        boolean isBetter =
                differing(value, candidate) < differing(value, best)
                        && LogicalImmediate.encode(candidate, 1) != LogicalImmediate.NONE;
        return isBetter ? candidate : best;
    }
}
