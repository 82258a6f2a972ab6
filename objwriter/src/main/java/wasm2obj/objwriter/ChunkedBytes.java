package wasm2obj.objwriter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bytes that grow without ever being copied: a list of chunks, each as large as what came before it
 * within {@link #LARGEST_CHUNK}, so a short content wastes little and a long one takes its own
 * size.
 *
 * <p>Chunks are little-endian buffers, on the heap where they were made here, or the caller's own
 * memory where it was {@link #share shared}.
 */
final class ChunkedBytes {

    static final int LARGEST_CHUNK = 1 << 20;

    private static final int SMALLEST_CHUNK = 64;

    private ByteBuffer[] chunks = new ByteBuffer[1];

    /** Where each chunk starts. */
    private long[] starts = new long[1];

    private int count;
    private long size;

    /** The chunk that takes what comes next, null if it must be a new one. */
    private ByteBuffer tail;

    long size() {
        return size;
    }

    int chunkCount() {
        return count;
    }

    /** Chunk {@code index} as a buffer of its own, from its first byte to its last. */
    ByteBuffer chunk(int index) {
        return chunks[index]
                .duplicate()
                .order(ByteOrder.LITTLE_ENDIAN)
                .clear()
                .limit(chunkLength(index));
    }

    void append(byte[] bytes, int from, int length) {
        int at = from;
        int left = length;
        while (left > 0) {
            int n = Math.min(left, room(left));
            tail.put(bytes, at, n);
            size += n;
            at += n;
            left -= n;
        }
    }

    /** Appends a copy of {@code source}'s bytes from {@code from} up to {@code end}. */
    void append(ChunkedBytes source, long from, long end) {
        for (long at = from; at < end; ) {
            int index = source.chunkAt(at);
            ByteBuffer chunk = source.chunk(index).position((int) (at - source.starts[index]));
            int n = (int) Math.min(end - at, chunk.remaining());
            for (int i = 0; i < n; i++) {
                appendByte(chunk.get());
            }
            at += n;
        }
    }

    void appendByte(int value) {
        room(1);
        tail.put((byte) value);
        size++;
    }

    void appendInt(int value) {
        if (room(Integer.BYTES) >= Integer.BYTES) {
            tail.putInt(value);
            size += Integer.BYTES;
            return;
        }
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            appendByte(value >>> shift);
        }
    }

    void appendFill(long length, int value) {
        for (long left = length; left > 0; ) {
            int n = (int) Math.min(left, room((int) Math.min(left, LARGEST_CHUNK)));
            for (int i = 0; i < n; i++) {
                tail.put((byte) value);
            }
            size += n;
            left -= n;
        }
    }

    /** Takes {@code bytes}, from its position to its limit, as they are: no copy. */
    void share(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            return;
        }
        tail = null;
        add(bytes.slice().order(ByteOrder.LITTLE_ENDIAN));
        size += bytes.remaining();
    }

    /** Overwrites the four bytes at {@code offset}. */
    void setInt(long offset, int value) {
        int index = chunkAt(offset);
        long at = offset - starts[index];
        if (at + Integer.BYTES <= chunkLength(index)) {
            chunks[index].putInt((int) at, value);
            return;
        }
        for (int i = 0; i < Integer.BYTES; i++) {
            setByte(offset + i, value >>> (i * Byte.SIZE));
        }
    }

    /** The four bytes at {@code offset}. */
    int getInt(long offset) {
        int index = chunkAt(offset);
        long at = offset - starts[index];
        if (at + Integer.BYTES <= chunkLength(index)) {
            return chunks[index].getInt((int) at);
        }
        int value = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            value |= getByte(offset + i) << (i * Byte.SIZE);
        }
        return value;
    }

    private int getByte(long offset) {
        int index = chunkAt(offset);
        return chunks[index].get((int) (offset - starts[index])) & 0xff;
    }

    private void setByte(long offset, int value) {
        int index = chunkAt(offset);
        chunks[index].put((int) (offset - starts[index]), (byte) value);
    }

    private int chunkAt(long offset) {
        if (offset < 0 || offset >= size) {
            throw new IndexOutOfBoundsException("offset " + offset + " of " + size + " bytes");
        }
        int found = Arrays.binarySearch(starts, 0, count, offset);
        return found >= 0 ? found : -found - 2;
    }

    private int chunkLength(int index) {
        long end = index + 1 < count ? starts[index + 1] : size;
        return (int) (end - starts[index]);
    }

    /** Makes room in {@link #tail} for some of {@code wanted} bytes and says for how many. */
    private int room(int wanted) {
        if (tail == null || !tail.hasRemaining()) {
            long capacity = Math.max(Math.max(size, wanted), SMALLEST_CHUNK);
            tail =
                    ByteBuffer.allocate((int) Math.min(capacity, LARGEST_CHUNK))
                            .order(ByteOrder.LITTLE_ENDIAN);
            add(tail);
        }
        return tail.remaining();
    }

    private void add(ByteBuffer chunk) {
        if (count == chunks.length) {
            chunks = Arrays.copyOf(chunks, count * 2);
            starts = Arrays.copyOf(starts, count * 2);
        }
        chunks[count] = chunk;
        starts[count] = size;
        count++;
    }
}
