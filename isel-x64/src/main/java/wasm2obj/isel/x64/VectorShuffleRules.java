package wasm2obj.isel.x64;

import wasm2obj.codegen.ShuffleLowering;
import wasm2obj.codegen.ShufflePattern;
import wasm2obj.ir.VectorShape;
import wasm2obj.isel.x64.instruction.X64;

/** Shuffles: what is x86-64's own in {@link ShuffleLowering}. The last resort is pshufb of each operand, and an or. */
final class VectorShuffleRules extends ShuffleLowering<Matcher> {
    private static final long BYTES = 0x0101_0101_0101_0101L;

    /** The index of pshufb that gives zero. */
    private static final int OUTSIDE = 0x80;

    private final VectorBuilder vectors;

    VectorShuffleRules(Matcher match, VectorBuilder vectors) {
        super(match, vectors);
        this.vectors = vectors;
    }

    // ---- swizzle ----

    /** pshufb gives zero where an index has its highest bit: so do indices above 15 once 0x70 is added with saturation. */
    @Override
    protected void swizzle(int i) {
        int b = function.b(i);
        int dst = context.result(i);
        if (vectors.isConstant(b)) {
            int a = context.reg(function.a(i));
            long low = saturated(vectors.low(b));
            vectors.opConstant(X64.PSHUFB, dst, a, low, saturated(vectors.high(b)), 0);
        } else if (VectorShape.isRelaxed(function.aux(i))) {
            vectors.binary(i, X64.PSHUFB);
        } else {
            int a = context.reg(function.a(i));
            int by = vectors.opConstant(X64.PADDUSB, context.reg(b), 0x70 * BYTES);
            vectors.op(X64.PSHUFB, dst, a, by);
        }
    }

    private static long saturated(long indices) {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            long index = indices >>> shift & 0xff;
            result |= (index > 15 ? 0x80 : index) << shift;
        }
        return result;
    }

    @Override
    protected void copy(int dst, int a) {
        vectors.asIs(dst, a);
    }

    /** pshufb of one operand's bytes; the others become zero. */
    private void moveBytes(int dst, int a, int operand) {
        vectors.opConstant(
                X64.PSHUFB,
                dst,
                a,
                pattern.indices(0, operand, OUTSIDE),
                pattern.indices(8, operand, OUTSIDE),
                0);
    }

    // ---- one operand ----

    @Override
    protected void shuffleOne(int dst, int a) {
        int lanes = lanes32();
        if (lanes >= 0) {
            vectors.unaryImmediate(X64.PSHUFD, dst, a, lanes);
            return;
        }
        int low = words(0);
        int high = words(8);
        int interleaved = interleaveRow();
        if (low >= 0 && pattern.isInPlace(8, 16)) {
            vectors.unaryImmediate(X64.PSHUFLW, dst, a, low);
        } else if (high >= 0 && pattern.isInPlace(0, 8)) {
            vectors.unaryImmediate(X64.PSHUFHW, dst, a, high);
        } else if (interleaved != 0) {
            vectors.op(interleaved, dst, a, a);
        } else if (pattern.rotation() >= 0) {
            vectors.opImmediate(X64.PALIGNR, dst, a, a, pattern.rotation());
        } else {
            moveBytes(dst, a, 0);
        }
    }

    /** pshuflw's immediate if the half from {@code from} on consists of that half's words, else -1. */
    private int words(int from) {
        int immediate = 0;
        for (int k = 0; k < 4; k++) {
            int first = pattern.index(from + 2 * k);
            boolean isWord =
                    (first & 1) == 0
                            && first >= from
                            && first < from + 8
                            && pattern.index(from + 2 * k + 1) == first + 1;
            if (!isWord) {
                return -1;
            }
            immediate |= (first - from) / 2 << 2 * k;
        }
        return immediate;
    }

    /** pshufb's zeros, or a shift of the whole. */
    @Override
    protected boolean shuffleWithZero(int dst, int value, boolean zeroIsFirst) {
        int operand = zeroIsFirst ? 1 : 0;
        int a = context.reg(value);
        int right = zerosAtEnd(operand);
        int left = zerosAtStart(operand);
        if (right > 0) {
            vectors.shift(X64.PSRLDQ_XMM_IMM8, dst, a, right);
        } else if (left > 0) {
            vectors.shift(X64.PSLLDQ_XMM_IMM8, dst, a, left);
        } else {
            moveBytes(dst, a, operand);
        }
        return true;
    }

    /** n if the result is the operand from byte n on and n zeros, else 0. */
    private int zerosAtEnd(int operand) {
        int count = pattern.index(0) >> 4 == operand ? pattern.index(0) & 15 : 0;
        for (int k = 0; k < 16; k++) {
            int expected = k + count;
            boolean right =
                    expected < 16
                            ? pattern.index(k) == expected + 16 * operand
                            : pattern.index(k) >> 4 != operand;
            if (!right) {
                return 0;
            }
        }
        return count;
    }

    /** n if the result is n zeros and the operand's first bytes, else 0. */
    private int zerosAtStart(int operand) {
        int count = pattern.index(15) >> 4 == operand ? 15 - (pattern.index(15) & 15) : 0;
        for (int k = 0; k < 16; k++) {
            boolean right =
                    k >= count
                            ? pattern.index(k) == k - count + 16 * operand
                            : pattern.index(k) >> 4 != operand;
            if (!right) {
                return 0;
            }
        }
        return count;
    }

    // ---- two operands ----

    @Override
    protected boolean shuffleAtOnce(int dst, int a, int b) {
        int interleaved = interleaveRow();
        if (interleaved != 0) {
            vectors.op(interleaved, dst, a, b);
            return true;
        }
        int words = blendedWords();
        if (words >= 0) {
            vectors.opImmediate(X64.PBLENDW, dst, a, b, words);
            return true;
        }
        // The instruction's second operand is the lower one.
        if (pattern.rotation() >= 0) {
            vectors.opImmediate(X64.PALIGNR, dst, b, a, pattern.rotation());
            return true;
        }
        int lanes = lanes32();
        if (lanes < 0) {
            return false;
        }
        if ((pattern.index(0) | pattern.index(4)) < 16
                && (pattern.index(8) & pattern.index(12)) >= 16) {
            vectors.opImmediate(X64.SHUFPS, dst, a, b, lanes);
            return true;
        }
        int inserted = insertedLane();
        if (inserted >= 0) {
            vectors.opImmediate(
                    X64.INSERTPS, dst, a, b, lanes >>> 2 * inserted << 6 & 0xc0 | inserted << 4);
            return true;
        }
        return false;
    }

    /** The row that interleaves the low or high lanes of both as the indices say, or 0. */
    private int interleaveRow() {
        for (int width = 0; width < 4; width++) {
            if (pattern.isPermutation(ShufflePattern.ZIP_LOW, width)) {
                return switch (width) {
                    case 0 -> X64.PUNPCKLBW;
                    case 1 -> X64.PUNPCKLWD;
                    case 2 -> X64.PUNPCKLDQ;
                    default -> X64.PUNPCKLQDQ;
                };
            }
            if (pattern.isPermutation(ShufflePattern.ZIP_HIGH, width)) {
                return switch (width) {
                    case 0 -> X64.PUNPCKHBW;
                    case 1 -> X64.PUNPCKHWD;
                    case 2 -> X64.PUNPCKHDQ;
                    default -> X64.PUNPCKHQDQ;
                };
            }
        }
        return 0;
    }

    /** pblendw's immediate if each word stays in place, else -1. */
    private int blendedWords() {
        int immediate = 0;
        for (int k = 0; k < 8; k++) {
            int operand = pattern.index(2 * k) >> 4;
            if (pattern.index(2 * k) != 2 * k + 16 * operand
                    || pattern.index(2 * k + 1) != 2 * k + 1 + 16 * operand) {
                return -1;
            }
            immediate |= operand << k;
        }
        return immediate;
    }

    /** pshufd's immediate if the bytes are those of lanes of 32 bits, of whichever operand, else -1. */
    private int lanes32() {
        int immediate = 0;
        for (int k = 0; k < 4; k++) {
            int lane = pattern.lane(2, k);
            if (lane < 0) {
                return -1;
            }
            immediate |= (lane & 3) << 2 * k;
        }
        return immediate;
    }

    /** The one lane of 32 bits that comes from the second operand while the others stay in place, or -1. */
    private int insertedLane() {
        int inserted = -1;
        for (int k = 0; k < 4; k++) {
            if (pattern.index(4 * k) != 4 * k) {
                if (inserted >= 0 || pattern.index(4 * k) < 16) {
                    return -1;
                }
                inserted = k;
            }
        }
        return inserted;
    }

    @Override
    protected void shuffleBytes(int dst, int a, int b, int kept) {
        if (!blendLanes32(dst, a, b)) {
            int fromA = vectors.newVector();
            moveBytes(fromA, a, 0);
            int fromB = vectors.newVector();
            moveBytes(fromB, b, 1);
            vectors.op(X64.POR, dst, fromA, fromB);
        }
    }

    /** Lanes of 32 bits in any places: both operands' are moved where they belong, and blended. No constants are loaded. */
    private boolean blendLanes32(int dst, int a, int b) {
        int lanes = lanes32();
        if (lanes < 0) {
            return false;
        }
        int words = 0;
        for (int k = 0; k < 4; k++) {
            words |= (pattern.index(4 * k) >> 4) * 3 << 2 * k;
        }
        int fromA = vectors.unaryImmediate(X64.PSHUFD, a, lanes);
        int fromB = vectors.unaryImmediate(X64.PSHUFD, b, lanes);
        vectors.opImmediate(X64.PBLENDW, dst, fromA, fromB, words);
        return true;
    }
}
