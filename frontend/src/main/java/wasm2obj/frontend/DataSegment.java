package wasm2obj.frontend;

/**
 * A data segment.
 *
 * @param memory the memory that it initialises; -1 for a passive segment
 * @param offset where in that memory; null for a passive segment
 * @param start offset in the module of its first byte
 * @param end offset in the module behind its last byte
 */
public record DataSegment(int memory, ConstantExpression offset, int start, int end) {
    static final int PASSIVE = -1;

    public boolean isActive() {
        return memory != PASSIVE;
    }

    public int length() {
        return end - start;
    }
}
