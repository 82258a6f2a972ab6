package wasm2obj.driver;

import java.util.Arrays;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.unwind.DwarfX64;
import wasm2obj.unwind.UnwindOps;

/**
 * The rows of a module's descriptor that describe its code, gathered while the code is laid out: frames, traps, positions
 * (docs/abi.md).
 */
final class CodeRows {
    /** Kinds of code. */
    static final int FUNCTION = 0;

    static final int ENTRY = 1;
    static final int ADAPTER = 2;

    private static final int FRAME_POINTER = 4;
    private static final int SAVES_FRAME_POINTER = 8;
    private static final int SIZE_SHIFT = 8;
    private static final int FRAME_POINTER_OFFSET = -16;

    private final boolean keepPositions;

    private int frameCount;
    private int[] frames = new int[2 * 256];
    private int[] positionStarts = new int[257];
    private int trapCount;
    private int[] trapOffsets = new int[256];
    private byte[] trapKinds = new byte[256];
    private int positionSize;
    private byte[] positions = new byte[4096];

    CodeRows(boolean keepPositions) {
        this.keepPositions = keepPositions;
    }

    /** Adds the rows of code that begins at the offset in .text; offsets ascend. */
    void add(CompiledFunction function, int at, int kind) {
        addFrame(function, at, kind);
        int[] traps = function.trapOffsets();
        for (int i = 0; i < traps.length; i++) {
            addTrap(at + traps[i], function.trapKinds()[i]);
        }
        if (keepPositions) {
            addPositions(function.sourceOffsets(), function.sources());
        }
        positionStarts[frameCount] = positionSize;
    }

    private void addFrame(CompiledFunction function, int at, int kind) {
        if (2 * frameCount == frames.length) {
            frames = Arrays.copyOf(frames, 4 * frameCount);
            positionStarts = Arrays.copyOf(positionStarts, 2 * frameCount + 1);
        }
        int info = kind | function.frameSize() / 8 << SIZE_SHIFT;
        if (function.framePointer()) {
            info |= FRAME_POINTER;
        }
        if (savesFramePointer(function.unwind())) {
            info |= SAVES_FRAME_POINTER;
        }
        frames[2 * frameCount] = at;
        frames[2 * frameCount + 1] = info;
        frameCount++;
    }

    private static boolean savesFramePointer(UnwindOps unwind) {
        for (int i = 0; i < unwind.size(); i++) {
            if (unwind.kind(i) == UnwindOps.Kind.SAVED
                    && unwind.register(i) == DwarfX64.RBP
                    && unwind.cfaOffset(i) == FRAME_POINTER_OFFSET) {
                return true;
            }
        }
        return false;
    }

    private void addTrap(int offset, byte kind) {
        if (trapCount == trapOffsets.length) {
            trapOffsets = Arrays.copyOf(trapOffsets, 2 * trapCount);
            trapKinds = Arrays.copyOf(trapKinds, 2 * trapCount);
        }
        trapOffsets[trapCount] = offset;
        trapKinds[trapCount++] = kind;
    }

    private void addPositions(int[] offsets, int[] sources) {
        int offset = 0;
        int source = 0;
        for (int i = 0; i < offsets.length; i++) {
            if (positions.length - positionSize < 10) {
                positions = Arrays.copyOf(positions, 2 * positions.length);
            }
            putUnsigned(offsets[i] - offset);
            putSigned(sources[i] - source);
            offset = offsets[i];
            source = sources[i];
        }
    }

    private void putUnsigned(int value) {
        int rest = value;
        while (rest >>> 7 != 0) {
            positions[positionSize++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        positions[positionSize++] = (byte) rest;
    }

    private void putSigned(int value) {
        int rest = value;
        while (rest >> 6 != 0 && rest >> 6 != -1) {
            positions[positionSize++] = (byte) (rest | 0x80);
            rest >>= 7;
        }
        positions[positionSize++] = (byte) (rest & 0x7f);
    }

    int frameCount() {
        return frameCount;
    }

    /** Start and info of each row. */
    int[] frames() {
        return frames;
    }

    int trapCount() {
        return trapCount;
    }

    int[] trapOffsets() {
        return trapOffsets;
    }

    byte[] trapKinds() {
        return trapKinds;
    }

    /** Whether there are positions at all. */
    boolean hasPositions() {
        return keepPositions;
    }

    /** By row, and one more for the end. */
    int[] positionStarts() {
        return positionStarts;
    }

    byte[] positions() {
        return positions;
    }

    int positionSize() {
        return positionSize;
    }
}
