package wasm2obj.codegen;

import java.util.Arrays;

/**
 * The machine code of one function while it is emitted: bytes, labels, branches, and everything that is said about code
 * offsets.
 *
 * <p><b>Problem.</b> A branch is short or long depending on a distance that is known only when everything between it and its
 * target has been emitted, other branches included.
 *
 * <p><b>Strategy.</b> Every branch to a label is emitted in its short form, and noted. {@link #finish} finds the branches
 * that do not reach: starting with none, it grows those whose target is too far, which may push other targets out of
 * reach, until nothing changes. Growing is monotone, so the result is the smallest one. Then the code is spread out in
 * one move from its end to its start, and every noted offset is mapped: an offset moves by the growth of all branches that
 * begin before it. Long forms are as long as the short ones plus a constant of their kind.
 *
 * <p><b>Bound.</b> Each round costs one walk over the branches and almost always the third finds nothing to do. After
 * {@link #ROUNDS} rounds every branch that is not known to reach with all branches long is made long.
 *
 * <p>One buffer serves a thread for all functions. Offsets are ints: a function's code is at most 2 GiB.
 */
public final class CodeBuffer {
    /** What the buffer must know of an ISA's branches. */
    public interface Branches {
        /** Whether the short form of the kind reaches a target {@code distance} bytes from the branch's first byte. */
        boolean reaches(int kind, int distance);

        /** Bytes of the short form, already in the buffer. */
        int shortSize(int kind);

        /** Bytes by which the long form is longer. */
        int growth(int kind);

        /**
         * Writes the branch at {@code at}; the target is {@code distance} bytes from there. What had been emitted as the short form
         * is still there.
         */
        void write(byte[] code, int at, int kind, int distance, boolean isLong);
    }

    private static final int ROUNDS = 10;
    private static final int UNBOUND = -1;

    /** The code; valid up to {@link #size}. Emitters write here directly after {@link #reserve}. */
    public byte[] bytes = new byte[4096];

    /** Number of bytes emitted. */
    public int size;

    /** The offset that a label was bound to last. */
    private int lastBound;

    private int labelCount;
    private int[] labelOffsets = new int[256];

    private int branchCount;
    private int[] branchOffsets = new int[256];
    private int[] branchLabels = new int[256];
    private byte[] branchKinds = new byte[256];
    private boolean[] branchLong = new boolean[256];

    /** After finish: growth of all branches up to and including this one. */
    private int[] branchShifts = new int[256];

    // References to labels other than branches: 32-bit distances from a base that is also in the
    // code.
    private int referenceCount;
    private int[] referenceOffsets = new int[16];
    private int[] referenceLabels = new int[16];
    private int[] referenceAddends = new int[16];

    /** Empties the buffer. */
    public void reset() {
        size = 0;
        lastBound = UNBOUND;
        labelCount = 0;
        branchCount = 0;
        referenceCount = 0;
    }

    /** Makes sure that {@code count} bytes can be written at {@link #size}. */
    public void reserve(int count) {
        if (bytes.length - size < count) {
            bytes = Arrays.copyOf(bytes, Math.max(size + count, 2 * bytes.length));
        }
    }

    public void put8(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    /** Little-endian 32 bits. */
    public void put32(int value) {
        reserve(4);
        write32(bytes, size, value);
        size += 4;
    }

    /** Little-endian 32 bits. */
    public static int read32(byte[] code, int at) {
        return code[at] & 0xff
                | (code[at + 1] & 0xff) << 8
                | (code[at + 2] & 0xff) << 16
                | code[at + 3] << 24;
    }

    /** Writes little-endian 32 bits. */
    public static void write32(byte[] code, int at, int value) {
        code[at] = (byte) value;
        code[at + 1] = (byte) (value >> 8);
        code[at + 2] = (byte) (value >> 16);
        code[at + 3] = (byte) (value >> 24);
    }

    // ---- labels ----

    /** A new label, to be bound once. */
    public int newLabel() {
        if (labelCount == labelOffsets.length) {
            labelOffsets = Arrays.copyOf(labelOffsets, 2 * labelCount);
        }
        labelOffsets[labelCount] = UNBOUND;
        return labelCount++;
    }

    /** Binds the label to the current offset. */
    public void bind(int label) {
        labelOffsets[label] = size;
        lastBound = size;
    }

    /** Whether control may come to the current offset by a branch. */
    public boolean isBound() {
        return lastBound == size;
    }

    /** The label's offset: while emitting, the one in short code; after finish, the final one. */
    public int labelOffset(int label) {
        return labelOffsets[label];
    }

    /** Emits a branch of the ISA's {@code kind} to the label. Bytes of the short form may be at {@link #size} already. */
    public void branch(Branches isa, int kind, int label) {
        if (branchCount == branchOffsets.length) {
            growBranches();
        }
        branchOffsets[branchCount] = size;
        branchLabels[branchCount] = label;
        branchKinds[branchCount] = (byte) kind;
        branchLong[branchCount] = false;
        branchCount++;
        int length = isa.shortSize(kind);
        reserve(length);
        size += length;
    }

    private void growBranches() {
        int length = 2 * branchCount;
        branchOffsets = Arrays.copyOf(branchOffsets, length);
        branchLabels = Arrays.copyOf(branchLabels, length);
        branchKinds = Arrays.copyOf(branchKinds, length);
        branchLong = Arrays.copyOf(branchLong, length);
        branchShifts = Arrays.copyOf(branchShifts, length);
    }

    /**
     * Notes that the 32 bits at {@code offset} shall hold the distance from that place to the label, plus {@code addend}
     * (x86-64: -4 if the bits end the instruction).
     */
    public void reference(int offset, int label, int addend) {
        if (referenceCount == referenceOffsets.length) {
            int length = 2 * referenceCount;
            referenceOffsets = Arrays.copyOf(referenceOffsets, length);
            referenceLabels = Arrays.copyOf(referenceLabels, length);
            referenceAddends = Arrays.copyOf(referenceAddends, length);
        }
        referenceOffsets[referenceCount] = offset;
        referenceLabels[referenceCount] = label;
        referenceAddends[referenceCount] = addend;
        referenceCount++;
    }

    // ---- finishing ----

    /** Chooses all branches' forms, moves the code apart, and writes branches and references. */
    public void finish(Branches isa) {
        chooseForms(isa);
        int growth = branchCount == 0 ? 0 : branchShifts[branchCount - 1];
        if (growth != 0) {
            spread(isa, growth);
        }
        for (int label = 0; label < labelCount; label++) {
            if (labelOffsets[label] != UNBOUND) {
                labelOffsets[label] = finalOffset(labelOffsets[label]);
            }
        }
        for (int i = 0; i < branchCount; i++) {
            int at = branchOffsets[i] + shiftBefore(i);
            isa.write(bytes, at, branchKinds[i], labelOffsets[branchLabels[i]] - at, branchLong[i]);
        }
        for (int i = 0; i < referenceCount; i++) {
            int at = finalOffset(referenceOffsets[i]);
            write32(bytes, at, labelOffsets[referenceLabels[i]] - at + referenceAddends[i]);
        }
    }

    private int shiftBefore(int branch) {
        return branch == 0 ? 0 : branchShifts[branch - 1];
    }

    private void chooseForms(Branches isa) {
        sumShifts(isa);
        for (int round = 0; growThoseOutOfReach(isa); round++) {
            sumShifts(isa);
            if (round == ROUNDS) {
                Arrays.fill(branchLong, 0, branchCount, true);
                sumShifts(isa);
                return;
            }
        }
    }

    private boolean growThoseOutOfReach(Branches isa) {
        boolean changed = false;
        for (int i = 0; i < branchCount; i++) {
            if (!branchLong[i]) {
                int at = branchOffsets[i] + shiftBefore(i);
                int target = finalOffset(labelOffsets[branchLabels[i]]);
                if (!isa.reaches(branchKinds[i], target - at)) {
                    branchLong[i] = true;
                    changed = true;
                }
            }
        }
        return changed;
    }

    private void sumShifts(Branches isa) {
        int shift = 0;
        for (int i = 0; i < branchCount; i++) {
            if (branchLong[i]) {
                shift += isa.growth(branchKinds[i]);
            }
            branchShifts[i] = shift;
        }
    }

    private void spread(Branches isa, int growth) {
        reserve(growth);
        int end = size;
        for (int i = branchCount - 1; i >= 0; i--) {
            int start = branchOffsets[i] + isa.shortSize(branchKinds[i]);
            int shift = branchShifts[i];
            if (shift == 0) {
                break;
            }
            System.arraycopy(bytes, start, bytes, start + shift, end - start);
            end = start; // The short form moves with what is before it.
        }
        size += growth;
    }

    /**
     * Where an offset noted while emitting is in the final code. An offset inside a branch is not an offset of anything.
     * Cheap for few look-ups; {@link #mapOffsets} serves ascending lists.
     */
    public int finalOffset(int offset) {
        int low = 0;
        int high = branchCount;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (branchOffsets[middle] < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? offset : offset + branchShifts[low - 1];
    }

    /** Maps the first {@code count} offsets of an ascending list in place. */
    public void mapOffsets(int[] offsets, int count) {
        int branch = 0;
        for (int i = 0; i < count; i++) {
            while (branch < branchCount && branchOffsets[branch] < offsets[i]) {
                branch++;
            }
            if (branch != 0) {
                offsets[i] += branchShifts[branch - 1];
            }
        }
    }
}
