package wasm2obj.frontend;

import java.util.Arrays;

/**
 * The control stack of validation, with what the translator needs of each frame: rows of ints. Frame 0 is the function.
 *
 * <p>A block type is an int: 0 for none, a value type for one result, {@code ~t} for the function type {@code t}.
 */
final class ControlStack {
    static final int FUNCTION = 0;
    static final int BLOCK = 1;
    static final int LOOP = 2;
    static final int IF = 3;
    static final int ELSE = 4;
    static final int TRY_TABLE = 5;

    /** A legacy {@code try}: its body, and then its arms. */
    static final int TRY = 6;

    static final int CATCH = 7;
    static final int CATCH_ALL = 8;

    // Columns.

    /** What opened the frame. */
    static final int KIND = 0;

    static final int BLOCK_TYPE = 1;

    /** Height of the operand stack below the frame's operands. */
    static final int HEIGHT = 2;

    /** Whether the frame's operands are polymorphic; up to date for frames that are not the innermost one. */
    static final int POLYMORPHIC = 3;

    /** The block that branches to the label lead to; NONE as long as there are none. */
    static final int TARGET = 4;

    /** The last of the recorded edges to the label. */
    static final int LAST_EDGE = 5;

    /** Number of recorded edges to the label. */
    static final int EDGES = 6;

    /** Start of the frame's changes on the trail of locals. */
    static final int TRAIL = 7;

    /** Number of initialisations of locals before the frame. */
    static final int INITIALISATIONS = 8;

    /** IF: the block for the else arm; NONE if it cannot be reached. LOOP: the loop's number. */
    static final int ELSE_BLOCK = 9;

    static final int LOOP_NUMBER = 9;

    /**
     * IF: the edge to the else block; NONE if that is the open block before the {@code if}. LOOP: the merge at its
     * header.
     */
    static final int ELSE_EDGE = 10;

    static final int LOOP_MERGE = 10;

    /** IF: where the values of its parameters are kept. */
    static final int KEPT = 11;

    /** TRY_TABLE: where its clauses are kept. TRY with arms: the caught exception, as it was taken for the arm. */
    static final int CLAUSES = 11;

    static final int EXCEPTION = 11;

    /** TRY with arms: the block that goes on comparing tags; NONE if it cannot be reached. */
    static final int DISPATCH = 9;

    /** TRY with arms: whether the arm's exception is thrown again. */
    static final int RETHROWN = 10;

    /** Distance from a label's columns (TARGET, LAST_EDGE, EDGES) to those of the frame's handler, a label without operands. */
    static final int HANDLER_LABEL = 8;

    /** The frame whose handler gets what code in this frame throws; NONE if nobody here does. */
    static final int HANDLER = 15;

    /** Start of the changes on the trail of locals since the frame, or its present arm, began. */
    static final int BODY_TRAIL = 16;

    private static final int COLUMNS = 17;

    private final TypeSection types;
    private int size;
    private int[] rows = new int[32 * COLUMNS];

    ControlStack(TypeSection types) {
        this.types = types;
    }

    void reset() {
        size = 0;
    }

    /** Number of frames. */
    int size() {
        return size;
    }

    /** The innermost frame. */
    int top() {
        return size - 1;
    }

    /** Opens a frame, whose columns are 0 but for the blocks and edges, which are NONE. */
    int push(int kind, int blockType) {
        int frame = size++;
        int row = frame * COLUMNS;
        if (row == rows.length) {
            rows = Arrays.copyOf(rows, 2 * row);
        }
        Arrays.fill(rows, row, row + COLUMNS, 0);
        rows[row + KIND] = kind;
        rows[row + BLOCK_TYPE] = blockType;
        rows[row + TARGET] = Body.NONE;
        rows[row + LAST_EDGE] = Body.NONE;
        rows[row + ELSE_BLOCK] = Body.NONE;
        rows[row + ELSE_EDGE] = Body.NONE;
        rows[row + HANDLER_LABEL + TARGET] = Body.NONE;
        rows[row + HANDLER_LABEL + LAST_EDGE] = Body.NONE;
        rows[row + HANDLER] = frame == 0 ? Body.NONE : rows[row - COLUMNS + HANDLER];
        return frame;
    }

    void pop() {
        size--;
    }

    int get(int frame, int column) {
        return rows[frame * COLUMNS + column];
    }

    void set(int frame, int column, int value) {
        rows[frame * COLUMNS + column] = value;
    }

    int kind(int frame) {
        return get(frame, KIND);
    }

    // ---- block types ----

    int parameterCount(int blockType) {
        return blockType < 0 ? types.parameterCount(~blockType) : 0;
    }

    int parameter(int blockType, int index) {
        return types.parameter(~blockType, index);
    }

    int resultCount(int blockType) {
        if (blockType < 0) {
            return types.resultCount(~blockType);
        }
        return blockType == 0 ? 0 : 1;
    }

    int result(int blockType, int index) {
        return blockType < 0 ? types.result(~blockType, index) : blockType;
    }

    // ---- labels: a loop's takes its parameters, others take the results ----

    int labelCount(int frame) {
        int blockType = get(frame, BLOCK_TYPE);
        return kind(frame) == LOOP ? parameterCount(blockType) : resultCount(blockType);
    }

    int labelType(int frame, int index) {
        int blockType = get(frame, BLOCK_TYPE);
        return kind(frame) == LOOP ? parameter(blockType, index) : result(blockType, index);
    }
}
