package wasm2obj.driver;

import java.util.Arrays;
import wasm2obj.codegen.CompiledFunction;
import wasm2obj.unwind.DwarfX64;
import wasm2obj.unwind.UnwindOps;

/**
 * The rows of a module's descriptor that describe its code, gathered while the code is laid out: frames, traps, handlers,
 * positions
 * (docs/abi.md).
 */
final class CodeRows {
    /** Kinds of code. */
    static final int FUNCTION = 0;

    static final int ENTRY = 1;
    static final int ADAPTER = 2;

    /** What calls share: traps here, which are the caller's, and has no frame of its own in a backtrace. */
    static final int SHARED = 3;

    private static final int FRAME_POINTER = 4;
    private static final int SAVES_FRAME_POINTER = 8;
    private static final int PARAMETERS_SHIFT = 4;
    private static final int SIZE_SHIFT = 14;

    /** The largest frame that a row can tell of. */
    static final int LARGEST_FRAME = (1 << 32 - SIZE_SHIFT) * 8 - 8;

    private static final int FRAME_POINTER_OFFSET = -16;

    private final boolean keepPositions;

    private int frameCount;
    private int[] frames = new int[256];
    private int[] positionStarts = new int[257];
    private int[] trapStarts = new int[257];
    private int trapCount;
    private int[] trapOffsets = new int[256];
    private byte[] trapKinds = new byte[256];
    private int handlerCount;
    private int[] handlers = new int[3 * 64];
    private int positionSize;
    private byte[] positions = new byte[4096];
    private final StackMapRows stackMaps = new StackMapRows();

    CodeRows(boolean keepPositions) {
        this.keepPositions = keepPositions;
    }

    /** Adds the rows of the next piece of code. */
    void add(CompiledFunction function, int kind) {
        addFrame(function, kind);
        int[] traps = function.trapOffsets();
        for (int i = 0; i < traps.length; i++) {
            addTrap(traps[i], function.trapKinds()[i]);
        }
        trapStarts[frameCount] = trapCount;
        for (int i = 0; i < function.handlerOffsets().length; i++) {
            addHandler(function.handlerOffsets()[i], function.landings()[i]);
        }
        if (keepPositions) {
            addPositions(function);
        }
        positionStarts[frameCount] = positionSize;
        stackMaps.add(function.stackMaps());
    }

    private void addFrame(CompiledFunction function, int kind) {
        if (frameCount == frames.length) {
            frames = Arrays.copyOf(frames, 2 * frameCount);
            positionStarts = Arrays.copyOf(positionStarts, 2 * frameCount + 1);
            trapStarts = Arrays.copyOf(trapStarts, 2 * frameCount + 1);
        }
        int info =
                kind
                        | function.parameterSize() / 16 << PARAMETERS_SHIFT
                        | function.frameSize() / 8 << SIZE_SHIFT;
        if (function.framePointer()) {
            info |= FRAME_POINTER;
        }
        if (savesFramePointer(function.unwind())) {
            info |= SAVES_FRAME_POINTER;
        }
        frames[frameCount++] = info;
    }

    /**
     * Whether the prologue saves the frame pointer. What follows the first remembered state is about code that takes the frame down, and
     * about what a tail call leaves in its place.
     */
    private static boolean savesFramePointer(UnwindOps unwind) {
        for (int i = 0; i < unwind.size() && unwind.kind(i) != UnwindOps.Kind.REMEMBER_STATE; i++) {
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

    private void addHandler(int offset, int landing) {
        int at = 3 * handlerCount++;
        if (at == handlers.length) {
            handlers = Arrays.copyOf(handlers, 2 * at);
        }
        handlers[at] = frameCount - 1;
        handlers[at + 1] = offset;
        handlers[at + 2] = landing;
    }

    private void addPositions(CompiledFunction function) {
        int[] offsets = function.sourceOffsets();
        int[] sources = function.sources();
        int offset = 0;
        int source = 0;
        for (int i = 0; i < offsets.length; i++) {
            if (positions.length - positionSize < 15) {
                positions = Arrays.copyOf(positions, 2 * positions.length);
            }
            putUnsigned(offsets[i] - offset);
            if (function.sourceFunctions()[i] >= 0) {
                putUnsigned(function.sourceFunctions()[i]);
            }
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

    /** What a frame's row says beside its start. */
    int[] frames() {
        return frames;
    }

    int trapCount() {
        return trapCount;
    }

    /** By row, and one more for the end: where its traps begin. */
    int[] trapStarts() {
        return trapStarts;
    }

    int[] trapOffsets() {
        return trapOffsets;
    }

    byte[] trapKinds() {
        return trapKinds;
    }

    int handlerCount() {
        return handlerCount;
    }

    /** Frame row, return address and landing of each call that has a handler. */
    int[] handlers() {
        return handlers;
    }

    StackMapRows stackMaps() {
        return stackMaps;
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
