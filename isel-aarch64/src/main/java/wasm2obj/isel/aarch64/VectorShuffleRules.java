package wasm2obj.isel.aarch64;

import wasm2obj.codegen.ShuffleLowering;
import wasm2obj.codegen.ShufflePattern;
import wasm2obj.isel.aarch64.instruction.A64Vector;

/**
 * Shuffles: what is AArch64's own in {@link ShuffleLowering}. The last resort is a table look-up, whose indices have to be loaded.
 *
 * <p>A table of two registers must be in neighbouring ones: {@link #TABLE} and the next.
 */
final class VectorShuffleRules extends ShuffleLowering<Matcher> {
    /** First of the two registers of a table, as the hardware numbers it. */
    private static final int TABLE = 29;

    /** The index of a table that gives zero. */
    private static final int OUTSIDE = 0xff;

    /** By the numbers of {@link ShufflePattern}'s permutations. */
    private static final int[] PERMUTATIONS = {
        A64Vector.ZIP1,
        A64Vector.ZIP2,
        A64Vector.UZP1,
        A64Vector.UZP2,
        A64Vector.TRN1,
        A64Vector.TRN2
    };

    private final VectorBuilder vectors;
    private final WordBuilder code;

    VectorShuffleRules(Matcher match, VectorBuilder vectors) {
        super(match, vectors);
        this.vectors = vectors;
        code = vectors.code;
    }

    @Override
    protected void swizzle(int i) {
        vectors.binary(i, A64Vector.tableLookup(1, 1, 0, 0, 0));
    }

    @Override
    protected void copy(int dst, int a) {
        code.move(dst, a);
    }

    // ---- one operand ----

    @Override
    protected void shuffleOne(int d, int a) {
        int word = duplicateWord();
        if (word == 0) {
            word = reverseWord();
        }
        if (word != 0) {
            code.dn(word, d, a);
        } else if (!shuffleAtOnce(d, a, a)) {
            code.dnm(A64Vector.tableLookup(1, 1, 0, 0, 0), d, a, table(0));
        }
    }

    /** {@code dup} if all lanes of some width are the same one, else 0. */
    private int duplicateWord() {
        for (int size = 3; size >= 0; size--) {
            int lane = pattern.commonLane(size);
            if (lane >= 0) {
                return A64Vector.duplicateLane(VectorBuilder.whole(size), 0, 0, lane);
            }
        }
        return 0;
    }

    /** {@code rev} if the lanes within larger ones are in reverse order, which changes some bits of each byte's number; else 0. */
    private int reverseWord() {
        int changed = pattern.index(0);
        for (int k = 1; k < 16; k++) {
            if ((pattern.index(k) ^ k) != changed) {
                return 0;
            }
        }
        return switch (changed) {
            case 1 -> A64Vector.twoRegisters(A64Vector.REV16, A64Vector.B16, 0, 0);
            case 2 -> A64Vector.twoRegisters(A64Vector.REV32, A64Vector.H8, 0, 0);
            case 3 -> A64Vector.twoRegisters(A64Vector.REV32, A64Vector.B16, 0, 0);
            case 4 -> A64Vector.twoRegisters(A64Vector.REV64, A64Vector.S4, 0, 0);
            case 6 -> A64Vector.twoRegisters(A64Vector.REV64, A64Vector.H8, 0, 0);
            case 7 -> A64Vector.twoRegisters(A64Vector.REV64, A64Vector.B16, 0, 0);
            default -> 0;
        };
    }

    // ---- two operands ----

    /** Lanes interleaved with those of zero: an extension. */
    @Override
    protected boolean shuffleWithZero(int d, int value, boolean zeroIsFirst) {
        if (zeroIsFirst) {
            pattern.exchange();
        }
        int word = extensionWord();
        if (zeroIsFirst) {
            pattern.exchange();
        }
        if (word == 0) {
            return false;
        }
        code.dn(word, d, context.reg(value));
        return true;
    }

    private int extensionWord() {
        for (int size = 0; size < 3; size++) {
            if (pattern.isPermutation(ShufflePattern.ZIP_LOW, size)) {
                return A64Vector.shiftLeft(A64Vector.USHLL, size << 1, 0, 0, 0);
            }
            if (pattern.isPermutation(ShufflePattern.ZIP_HIGH, size)) {
                return A64Vector.shiftLeft(A64Vector.USHLL, VectorBuilder.whole(size), 0, 0, 0);
            }
        }
        return 0;
    }

    @Override
    protected boolean shuffleAtOnce(int d, int a, int b) {
        int word = permutationWord();
        int rotation = word == 0 ? pattern.rotation() : -1;
        if (rotation >= 0) {
            word = A64Vector.extract(1, 0, 0, 0, rotation);
        }
        if (word != 0) {
            code.dnm(word, d, a, b);
            return true;
        }
        return insert(d, a, b);
    }

    private int permutationWord() {
        for (int size = 0; size < 4; size++) {
            for (int permutation = 0; permutation < PERMUTATIONS.length; permutation++) {
                if (pattern.isPermutation(permutation, size)) {
                    int op = PERMUTATIONS[permutation];
                    return A64Vector.permute(op, VectorBuilder.whole(size), 0, 0, 0);
                }
            }
        }
        return 0;
    }

    /** {@code ins} if all lanes of some width but one are the first operand's in their places. */
    private boolean insert(int d, int a, int b) {
        for (int size = 3; size >= 0; size--) {
            int changed = pattern.onlyChangedPlace(size);
            int lane = changed >= 0 ? pattern.lane(size, changed) : -1;
            if (lane >= 0) {
                int lanes = 16 >> size;
                int word = A64Vector.insertLane(size, 0, changed, 0, lane & lanes - 1);
                code.modifyN(word, d, a, lane < lanes ? a : b);
                return true;
            }
        }
        return false;
    }

    @Override
    protected void shuffleBytes(int d, int a, int b, int kept) {
        if (kept >= 0) {
            int value = kept == 0 ? a : b;
            code.dnm(A64Vector.tableLookup(1, 1, 0, 0, 0), d, value, table(kept));
        } else if (pattern.isBlend()) {
            int mask = vectors.constant(pattern.blendMask(0), pattern.blendMask(8));
            code.modifyNM(A64Vector.bitwise(A64Vector.BSL, 1, 0, 0, 0), d, mask, a, b);
        } else {
            lookUpInBoth(d, a, b);
        }
    }

    /** The indices of one operand's bytes, for a table of it alone. */
    private int table(int operand) {
        return vectors.constant(
                pattern.indices(0, operand, OUTSIDE), pattern.indices(8, operand, OUTSIDE));
    }

    private void lookUpInBoth(int d, int a, int b) {
        int by = vectors.constant(pattern.indices(0), pattern.indices(8));
        code.start(A64Vector.tableLookup(1, 2, 0, TABLE, 0))
                .define(d, Op.D)
                .use(by, Op.M)
                .useFixed(a, A64Registers.FIRST_VECTOR + TABLE)
                .useFixed(b, A64Registers.FIRST_VECTOR + TABLE + 1)
                .emit();
    }
}
