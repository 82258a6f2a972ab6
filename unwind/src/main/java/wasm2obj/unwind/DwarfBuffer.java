package wasm2obj.unwind;

import java.util.Arrays;

/**
 * Bytes in DWARF's encodings: little-endian integers and LEB128, appended to an array that grows and
 * is reset, not reallocated.
 */
public final class DwarfBuffer {

    private byte[] bytes;
    private int position;

    /** An empty buffer with room for {@code capacity} bytes before it grows. */
    public DwarfBuffer(int capacity) {
        bytes = new byte[Math.max(capacity, 16)];
    }

    /** Forgets the contents and keeps the room. */
    public void reset() {
        position = 0;
    }

    /** The number of bytes, which is where the next one goes. */
    public int position() {
        return position;
    }

    /** The array that holds the bytes, from index 0 to {@link #position}, until the next append. */
    public byte[] array() {
        return bytes;
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, position);
    }

    /** Appends one byte. */
    public void putByte(int value) {
        require(1);
        bytes[position++] = (byte) value;
    }

    /** Appends two bytes. */
    public void putShort(int value) {
        require(Short.BYTES);
        bytes[position++] = (byte) value;
        bytes[position++] = (byte) (value >>> 8);
    }

    /** Appends four bytes. */
    public void putInt(int value) {
        require(Integer.BYTES);
        store(position, value);
        position += Integer.BYTES;
    }

    /** Appends eight bytes. */
    public void putLong(long value) {
        putInt((int) value);
        putInt((int) (value >>> Integer.SIZE));
    }

    /** Appends {@code length} bytes of {@code source} from {@code from}. */
    public void putBytes(byte[] source, int from, int length) {
        require(length);
        System.arraycopy(source, from, bytes, position, length);
        position += length;
    }

    /** Appends {@code value}, taken as unsigned, as ULEB128: seven bits a byte, lowest first. */
    public void putUleb(long value) {
        require(10);
        long rest = value;
        while (rest >>> 7 != 0) {
            bytes[position++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[position++] = (byte) rest;
    }

    /** Appends {@code value} as SLEB128: as ULEB128, with the last byte's bit 6 for the sign. */
    public void putSleb(long value) {
        require(10);
        long rest = value;
        while (rest < -64 || rest > 63) {
            bytes[position++] = (byte) (rest | 0x80);
            rest >>= 7;
        }
        bytes[position++] = (byte) (rest & 0x7f);
    }

    /** Appends {@code count} zero bytes. */
    public void putZeros(int count) {
        require(count);
        Arrays.fill(bytes, position, position + count, (byte) 0);
        position += count;
    }

    /** Overwrites the four bytes at {@code at}. */
    public void setInt(int at, int value) {
        store(at, value);
    }

    private void store(int at, int value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >>> 8);
        bytes[at + 2] = (byte) (value >>> 16);
        bytes[at + 3] = (byte) (value >>> 24);
    }

    private void require(int more) {
        if (position + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, position + more));
        }
    }
}
