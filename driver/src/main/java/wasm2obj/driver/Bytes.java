package wasm2obj.driver;

import java.util.Arrays;

/** Bytes that grow, little-endian. */
final class Bytes {
    private byte[] array = new byte[256];
    private int size;

    int size() {
        return size;
    }

    /** The bytes; valid up to {@link #size}. */
    byte[] array() {
        return array;
    }

    void put8(int value) {
        reserve(1);
        array[size++] = (byte) value;
    }

    void put16(int value) {
        put8(value);
        put8(value >> 8);
    }

    void put32(int value) {
        reserve(4);
        for (int shift = 0; shift < 32; shift += 8) {
            array[size++] = (byte) (value >> shift);
        }
    }

    void put64(long value) {
        put32((int) value);
        put32((int) (value >>> 32));
    }

    void put(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, array, size, bytes.length);
        size += bytes.length;
    }

    void put(Bytes bytes) {
        reserve(bytes.size);
        System.arraycopy(bytes.array, 0, array, size, bytes.size);
        size += bytes.size;
    }

    void clear() {
        size = 0;
    }

    /** ULEB128. */
    void putUnsigned(long value) {
        long rest = value;
        while (rest >>> 7 != 0) {
            put8((int) rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        put8((int) rest);
    }

    /** SLEB128. */
    void putSigned(long value) {
        long rest = value;
        while (rest >> 6 != 0 && rest >> 6 != -1) {
            put8((int) rest & 0x7f | 0x80);
            rest >>= 7;
        }
        put8((int) rest & 0x7f);
    }

    private void reserve(int count) {
        if (array.length - size < count) {
            array = Arrays.copyOf(array, Math.max(size + count, 2 * array.length));
        }
    }
}
