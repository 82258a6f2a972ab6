package wasm2obj.isel.x64;

import wasm2obj.codegen.SelectionRules;
import wasm2obj.ir.VectorShape;
import wasm2obj.isel.x64.instruction.X64;

/**
 * Rules for moving bytes by indices.
 *
 * <p>A shuffle of constant indices is tried as one instruction after the other, cheapest first; what none of them does is pshufb of each
 * operand and an or. Patterns are looked for in the indices as they are and with the operands exchanged, so each is written
 * for one order only. Indices of a shuffle of one operand are below 16, and its patterns those for two with both the
 * same.
 */
final class VectorShuffleRules extends SelectionRules<Matcher> {
    private static final long BYTES = 0x0101_0101_0101_0101L;

    private final VectorBuilder vectors;
    private final byte[] indices = new byte[16];

    /** Whether both operands are the same: indices are compared modulo 16. */
    private boolean isSingle;

    VectorShuffleRules(Matcher match, VectorBuilder vectors) {
        super(match);
        this.vectors = vectors;
    }

    // ---- swizzle ----

    /** pshufb gives zero where an index has its highest bit: so do indices above 15 once 0x70 is added with saturation. */
    void swizzle(int i) {
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

    // ---- shuffle ----

    void shuffle(int i) {
        int a = function.a(i);
        int b = function.b(i);
        long low = function.imm(i);
        long high = function.vectorHigh(function.aux(i));
        boolean onlyA = ((low | high) & 16 * BYTES) == 0;
        boolean onlyB = ((low & high) & 16 * BYTES) == 16 * BYTES;
        read(low, high);
        if (onlyA || onlyB || a == b) {
            shuffleSingle(i, onlyB ? b : a);
        } else if (vectors.isZero(a) || vectors.isZero(b)) {
            shuffleWithZero(i, vectors.isZero(a));
        } else {
            shuffleTwo(i, a, b);
        }
    }

    private void read(long low, long high) {
        for (int k = 0; k < 8; k++) {
            indices[k] = (byte) (low >>> 8 * k);
            indices[k + 8] = (byte) (high >>> 8 * k);
        }
    }

    /** The indices, those that are kept; the others give zero. */
    private long mask(int from, int operand) {
        long mask = 0;
        for (int k = 0; k < 8; k++) {
            int index = indices[from + k];
            boolean isKept = isSingle || index >> 4 == operand;
            mask |= (long) (isKept ? index & 15 : 0x80) << 8 * k;
        }
        return mask;
    }

    private void shuffleBytes(int dst, int a, int operand) {
        vectors.opConstant(X64.PSHUFB, dst, a, mask(0, operand), mask(8, operand), 0);
    }

    // ---- one operand ----

    private void shuffleSingle(int i, int value) {
        isSingle = true;
        for (int k = 0; k < 16; k++) {
            indices[k] &= 15;
        }
        int a = context.reg(value);
        int dst = context.result(i);
        if (isRotation(0)) {
            vectors.asIs(dst, a);
            return;
        }
        int lanes = lanes32();
        if (lanes >= 0) {
            vectors.unaryImmediate(X64.PSHUFD, dst, a, lanes);
            return;
        }
        int low = words(0);
        int high = words(8);
        int interleaved = interleaveRow();
        if (low >= 0 && isInPlace(8)) {
            vectors.unaryImmediate(X64.PSHUFLW, dst, a, low);
        } else if (high >= 0 && isInPlace(0)) {
            vectors.unaryImmediate(X64.PSHUFHW, dst, a, high);
        } else if (interleaved != 0) {
            vectors.op(interleaved, dst, a, a);
        } else if (isRotation(indices[0])) {
            vectors.opImmediate(X64.PALIGNR, dst, a, a, indices[0]);
        } else {
            shuffleBytes(dst, a, 0);
        }
    }

    private boolean isInPlace(int from) {
        for (int k = from; k < from + 8; k++) {
            if (indices[k] != k) {
                return false;
            }
        }
        return true;
    }

    /** pshuflw's immediate if the half from {@code from} on consists of that half's words, else -1. */
    private int words(int from) {
        int immediate = 0;
        for (int k = 0; k < 4; k++) {
            int first = indices[from + 2 * k];
            boolean isWord =
                    (first & 1) == 0
                            && first >= from
                            && first < from + 8
                            && indices[from + 2 * k + 1] == first + 1;
            if (!isWord) {
                return -1;
            }
            immediate |= (first - from) / 2 << 2 * k;
        }
        return immediate;
    }

    /** The other operand is zero: pshufb's zeros, or a shift of the whole. */
    private void shuffleWithZero(int i, boolean firstIsZero) {
        isSingle = false;
        int operand = firstIsZero ? 1 : 0;
        int a = context.reg(firstIsZero ? function.b(i) : function.a(i));
        int dst = context.result(i);
        int right = zerosAtEnd(operand);
        int left = zerosAtStart(operand);
        if (right > 0) {
            vectors.shift(X64.PSRLDQ_XMM_IMM8, dst, a, right);
        } else if (left > 0) {
            vectors.shift(X64.PSLLDQ_XMM_IMM8, dst, a, left);
        } else {
            shuffleBytes(dst, a, operand);
        }
    }

    /** n if the result is the operand from byte n on and n zeros, else 0. */
    private int zerosAtEnd(int operand) {
        int count = indices[0] >> 4 == operand ? indices[0] & 15 : 0;
        for (int k = 0; k < 16; k++) {
            int expected = k + count;
            boolean right =
                    expected < 16
                            ? indices[k] == expected + 16 * operand
                            : indices[k] >> 4 != operand;
            if (!right) {
                return 0;
            }
        }
        return count;
    }

    /** n if the result is n zeros and the operand's first bytes, else 0. */
    private int zerosAtStart(int operand) {
        int count = indices[15] >> 4 == operand ? 15 - (indices[15] & 15) : 0;
        for (int k = 0; k < 16; k++) {
            boolean right =
                    k >= count
                            ? indices[k] == k - count + 16 * operand
                            : indices[k] >> 4 != operand;
            if (!right) {
                return 0;
            }
        }
        return count;
    }

    // ---- two operands ----

    private void shuffleTwo(int i, int first, int second) {
        isSingle = false;
        int a = context.reg(first);
        int b = context.reg(second);
        int dst = context.result(i);
        if (shuffleAtOnce(dst, a, b)) {
            return;
        }
        exchange();
        if (shuffleAtOnce(dst, b, a)) {
            return;
        }
        exchange();
        if (!blendLanes32(dst, a, b)) {
            int fromA = vectors.newVector();
            shuffleBytes(fromA, a, 0);
            int fromB = vectors.newVector();
            shuffleBytes(fromB, b, 1);
            vectors.op(X64.POR, dst, fromA, fromB);
        }
    }

    private void exchange() {
        for (int k = 0; k < 16; k++) {
            indices[k] ^= 16;
        }
    }

    private boolean shuffleAtOnce(int dst, int a, int b) {
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
        if (indices[0] < 16 && isRotation(indices[0])) {
            vectors.opImmediate(X64.PALIGNR, dst, b, a, indices[0]);
            return true;
        }
        int lanes = lanes32();
        if (lanes < 0) {
            return false;
        }
        if ((indices[0] | indices[4]) < 16 && (indices[8] & indices[12]) >= 16) {
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

    /** Whether the result is the row of both operands' bytes from {@code start} on. */
    private boolean isRotation(int start) {
        int mask = isSingle ? 15 : 31;
        for (int k = 0; k < 16; k++) {
            if (indices[k] != (start + k & mask)) {
                return false;
            }
        }
        return true;
    }

    /** The row that interleaves the low or high lanes of both as the indices say, or 0. */
    private int interleaveRow() {
        for (int width = 0; width < 4; width++) {
            if (isInterleaved(1 << width, 0)) {
                return switch (width) {
                    case 0 -> X64.PUNPCKLBW;
                    case 1 -> X64.PUNPCKLWD;
                    case 2 -> X64.PUNPCKLDQ;
                    default -> X64.PUNPCKLQDQ;
                };
            }
            if (isInterleaved(1 << width, 8)) {
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

    private boolean isInterleaved(int bytes, int from) {
        int second = isSingle ? 0 : 16;
        for (int k = 0; k < 16; k++) {
            int pair = k / (2 * bytes);
            int inPair = k % (2 * bytes);
            int expected = from + pair * bytes + inPair % bytes + (inPair >= bytes ? second : 0);
            if (indices[k] != expected) {
                return false;
            }
        }
        return true;
    }

    /** pblendw's immediate if each word stays in place, else -1. */
    private int blendedWords() {
        int immediate = 0;
        for (int k = 0; k < 8; k++) {
            int operand = indices[2 * k] >> 4;
            if (indices[2 * k] != 2 * k + 16 * operand
                    || indices[2 * k + 1] != 2 * k + 1 + 16 * operand) {
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
            int first = indices[4 * k];
            boolean isLane =
                    (first & 3) == 0
                            && indices[4 * k + 1] == first + 1
                            && indices[4 * k + 2] == first + 2
                            && indices[4 * k + 3] == first + 3;
            if (!isLane) {
                return -1;
            }
            immediate |= (first & 15) / 4 << 2 * k;
        }
        return immediate;
    }

    /** The one lane of 32 bits that comes from the second operand while the others stay in place, or -1. */
    private int insertedLane() {
        int inserted = -1;
        for (int k = 0; k < 4; k++) {
            if (indices[4 * k] != 4 * k) {
                if (inserted >= 0 || indices[4 * k] < 16) {
                    return -1;
                }
                inserted = k;
            }
        }
        return inserted;
    }

    /** Lanes of 32 bits in any places: both operands' are moved where they belong, and blended. No constants are loaded. */
    private boolean blendLanes32(int dst, int a, int b) {
        int lanes = lanes32();
        if (lanes < 0) {
            return false;
        }
        int words = 0;
        for (int k = 0; k < 4; k++) {
            words |= (indices[4 * k] >> 4) * 3 << 2 * k;
        }
        int fromA = vectors.unaryImmediate(X64.PSHUFD, a, lanes);
        int fromB = vectors.unaryImmediate(X64.PSHUFD, b, lanes);
        vectors.opImmediate(X64.PBLENDW, dst, fromA, fromB, words);
        return true;
    }
}
