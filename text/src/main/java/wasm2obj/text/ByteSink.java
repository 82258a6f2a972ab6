package wasm2obj.text;

import java.util.Arrays;

/**
 * Bytes that grow, with the binary format's primitives, and marks: what stands at an offset of the bytes comes from an
 * offset of the text. Appending a sink to another takes its marks along.
 */
final class ByteSink {
    /** The longest array that every virtual machine allocates. */
    private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;

    private byte[] bytes = new byte[64];
    private int length;

    /** Pairs of an offset here and an offset in the text, ascending by the first. */
    private int[] marks = new int[16];

    private int markCount;

    int length() {
        return length;
    }

    byte[] array() {
        return bytes;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    void clear() {
        length = 0;
        markCount = 0;
    }

    /** Drops the bytes from an offset on. Only for sinks without marks. */
    void truncate(int newLength) {
        length = newLength;
    }

    private void reserve(int more) {
        if (more > bytes.length - length) {
            long wanted = Math.max((long) length + more, 2L * bytes.length);
            if ((long) length + more > MAX_LENGTH) {
                throw new OutOfMemoryError("more than 2 GiB of output");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, MAX_LENGTH));
        }
    }

    void u8(int value) {
        if (length == bytes.length) {
            reserve(1);
        }
        bytes[length++] = (byte) value;
    }

    /** An unsigned LEB128. */
    void u32(int value) {
        u64(Integer.toUnsignedLong(value));
    }

    void u64(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            u8((int) rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        u8((int) rest);
    }

    /** A signed LEB128. */
    void s32(int value) {
        s64(value);
    }

    void s64(long value) {
        long rest = value;
        while (rest < -64 || rest > 63) {
            u8((int) rest & 0x7f | 0x80);
            rest >>= 7;
        }
        u8((int) rest & 0x7f);
    }

    /** The low bytes of the value, the lowest first. */
    void littleEndian(long value, int count) {
        for (int i = 0; i < count; i++) {
            u8((int) (value >>> (8 * i)));
        }
    }

    void bytes(byte[] source, int start, int end) {
        reserve(end - start);
        System.arraycopy(source, start, bytes, length, end - start);
        length += end - start;
    }

    void append(ByteSink other) {
        reserveMarks(other.markCount);
        for (int i = 0; i < other.markCount; i += 2) {
            marks[markCount + i] = other.marks[i] + length;
            marks[markCount + i + 1] = other.marks[i + 1];
        }
        markCount += other.markCount;
        bytes(other.bytes, 0, other.length);
    }

    boolean startsWith(ByteSink prefix) {
        return length >= prefix.length
                && Arrays.equals(bytes, 0, prefix.length, prefix.bytes, 0, prefix.length);
    }

    boolean hasSameBytes(ByteSink other) {
        return Arrays.equals(bytes, 0, length, other.bytes, 0, other.length);
    }

    // ---- marks ----

    /** What comes next is from the offset of the text. */
    void mark(int textOffset) {
        reserveMarks(2);
        marks[markCount++] = length;
        marks[markCount++] = textOffset;
    }

    private void reserveMarks(int more) {
        if (markCount + more > marks.length) {
            marks = Arrays.copyOf(marks, Math.max(markCount + more, 2 * marks.length));
        }
    }

    /** The marks, as pairs. */
    int[] toMarks() {
        return Arrays.copyOf(marks, markCount);
    }
}
