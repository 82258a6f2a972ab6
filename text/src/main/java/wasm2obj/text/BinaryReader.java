package wasm2obj.text;

/** The binary format's primitives, read from a range of a module. What does not fit is a {@link WatException}. */
final class BinaryReader {
    private final byte[] bytes;
    private int position;
    private int end;

    BinaryReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    byte[] bytes() {
        return bytes;
    }

    int position() {
        return position;
    }

    /** Goes on at another offset. */
    void seek(int newPosition) {
        position = newPosition;
    }

    /** Goes on with another range. */
    void reset(int start, int newEnd) {
        position = start;
        end = newEnd;
    }

    int end() {
        return end;
    }

    boolean atEnd() {
        return position >= end;
    }

    WatException error(String detail) {
        return WatException.inModule(position, detail);
    }

    static WatException error(int offset, String detail) {
        return WatException.inModule(offset, detail);
    }

    int u8() {
        if (position >= end) {
            throw error("unexpected end");
        }
        return bytes[position++] & 0xff;
    }

    /** The next byte, which is not consumed; -1 at the end. */
    int peek() {
        return position >= end ? -1 : bytes[position] & 0xff;
    }

    int u32() {
        return (int) unsigned(32);
    }

    long u64() {
        return unsigned(64);
    }

    private long unsigned(int width) {
        int start = position;
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7f) << shift;
            if (shift + 7 >= width) {
                if (b >>> (width - shift) != 0) {
                    throw error(
                            start,
                            b > 0x7f ? "integer representation too long" : "integer too large");
                }
                return value;
            }
            if (b < 0x80) {
                return value;
            }
        }
    }

    /** A signed LEB128 of up to {@code width} bits. */
    long signed(int width) {
        int start = position;
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7f) << shift;
            boolean last = shift + 7 >= width;
            if (last) {
                int sign = (byte) (b << 1) >> (width - shift);
                if (b > 0x7f || sign != 0 && sign != -1) {
                    throw error(
                            start,
                            b > 0x7f ? "integer representation too long" : "integer too large");
                }
            }
            if (b < 0x80) {
                return shift + 7 >= 64 ? value : value << (57 - shift) >> (57 - shift);
            }
        }
    }

    /** Some bytes as a number, the lowest first. */
    long littleEndian(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (long) u8() << (8 * i);
        }
        return value;
    }

    /** A length, which the rest of the range has room for. */
    int length() {
        int start = position;
        long length = unsigned(32);
        if (length > end - position) {
            throw error(start, "length out of bounds");
        }
        return (int) length;
    }

    /** Steps over a name, which must be UTF-8, and returns its length. */
    int name() {
        int length = length();
        if (!Utf8.isValid(bytes, position, position + length)) {
            throw error("malformed UTF-8 encoding");
        }
        position += length;
        return length;
    }

    void skip(int count) {
        position += count;
    }

    /** Limits reading to a part of the range, from here on; returns where the range ended. */
    int narrow(int length) {
        int old = end;
        end = position + length;
        return old;
    }

    /** Ends a part that {@link #narrow} began, which must have been read whole. */
    void widen(int oldEnd) {
        if (position != end) {
            throw error("section size mismatch");
        }
        end = oldEnd;
    }
}
