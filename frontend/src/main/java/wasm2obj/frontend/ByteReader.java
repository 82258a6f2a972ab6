package wasm2obj.frontend;

import java.nio.charset.StandardCharsets;
import wasm2obj.frontend.WasmException.LimitExceeded;
import wasm2obj.frontend.WasmException.Malformed;

/**
 * Reads the binary format's primitives from a range of the module's bytes. Every read checks the range, and reports
 * what does not fit as {@link Malformed} at the offset where the primitive starts.
 *
 * <p>The LEB128 readers have a path for one byte that the compiler inlines; the rest is out of line.
 */
final class ByteReader {
    private final byte[] bytes;
    private int position;
    private int end;

    ByteReader(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length;
    }

    /** Reads the range from now on. */
    void setRange(int from, int to) {
        position = from;
        end = to;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Offset in the module of the next byte. */
    int position() {
        return position;
    }

    int end() {
        return end;
    }

    boolean atEnd() {
        return position == end;
    }

    /** Number of bytes left. */
    int remaining() {
        return end - position;
    }

    private Malformed unexpectedEnd(int at) {
        return new Malformed(at, "unexpected end");
    }

    int u8() {
        int at = position;
        if (at == end) {
            throw unexpectedEnd(at);
        }
        position = at + 1;
        return bytes[at] & 0xff;
    }

    /** The next byte, which is not consumed; -1 at the end. */
    int peek() {
        return position == end ? -1 : bytes[position] & 0xff;
    }

    void skip(int count) {
        if (count < 0 || count > end - position) {
            throw new Malformed(position, "length out of bounds");
        }
        position += count;
    }

    /** An unsigned 32-bit LEB128, as the int with those bits. */
    int u32() {
        int at = position;
        if (at < end) {
            byte first = bytes[at];
            if (first >= 0) {
                position = at + 1;
                return first;
            }
        }
        return (int) unsigned(32);
    }

    /** An unsigned 64-bit LEB128. */
    long u64() {
        return unsigned(64);
    }

    int s32() {
        int at = position;
        if (at < end) {
            byte first = bytes[at];
            if (first >= 0) {
                position = at + 1;
                return first << 25 >> 25;
            }
        }
        return (int) signed(32);
    }

    long s33() {
        return signed(33);
    }

    long s64() {
        return signed(64);
    }

    private long unsigned(int width) {
        int start = position;
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int b = u8();
            if (shift + 7 >= width) {
                checkLast(start, b, b >>> (width - shift) == 0);
                return value | (long) b << shift;
            }
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return value;
            }
        }
    }

    private long signed(int width) {
        int start = position;
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int b = u8();
            if (shift + 7 >= width) {
                // The unused bits repeat the sign.
                int sign = (b << 25) >> (25 + width - shift - 1);
                checkLast(start, b, sign == 0 || sign == -1);
                return value | (long) ((b << 25) >> 25) << shift;
            }
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return value << (57 - shift) >> (57 - shift);
            }
        }
    }

    /** Checks the last byte that an integer may have. */
    private static void checkLast(int start, int b, boolean unusedBitsAreRight) {
        if (b >= 0x80) {
            throw new Malformed(start, "integer representation too long");
        }
        if (!unusedBitsAreRight) {
            throw new Malformed(start, "integer too large");
        }
    }

    /** Four bytes, little-endian. */
    int bits32() {
        int at = position;
        if (end - at < 4) {
            throw unexpectedEnd(at);
        }
        position = at + 4;
        return (bytes[at] & 0xff)
                | (bytes[at + 1] & 0xff) << 8
                | (bytes[at + 2] & 0xff) << 16
                | bytes[at + 3] << 24;
    }

    /** Eight bytes, little-endian. */
    long bits64() {
        long low = bits32() & 0xffff_ffffL;
        return low | (long) bits32() << 32;
    }

    /**
     * The number of items that follow.
     *
     * @param what the items, for the message
     * @param limit how many there may be
     * @param leastBytes how many bytes an item takes at least; no more than fit are believed in
     */
    int count(String what, int limit, int leastBytes) {
        int at = position;
        long count = u32() & 0xffff_ffffL;
        if (count * leastBytes > remaining()) {
            throw new Malformed(at, "unexpected end: " + count + " " + what + " do not fit");
        }
        return (int) checkLimit(at, what, count, limit);
    }

    static long checkLimit(int at, String what, long count, long limit) {
        if (Long.compareUnsigned(count, limit) > 0) {
            throw new LimitExceeded(
                    at,
                    Long.toUnsignedString(count)
                            + " "
                            + what
                            + ", at most "
                            + limit
                            + " are supported");
        }
        return count;
    }

    /** A length in bytes, which is checked against what is left. */
    int length() {
        int at = position;
        int length = u32();
        if (length < 0 || length > remaining()) {
            throw new Malformed(at, "length out of bounds");
        }
        return length;
    }

    /** A name: its length and that many bytes of UTF-8. */
    String name() {
        int length = length();
        int start = position;
        position = start + length;
        if (!isUtf8(bytes, start, position)) {
            throw new Malformed(start, "malformed UTF-8 encoding");
        }
        return new String(bytes, start, length, StandardCharsets.UTF_8);
    }

    /** Whether the range is UTF-8: shortest forms, no surrogates, nothing beyond U+10FFFF. */
    static boolean isUtf8(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int lead = bytes[at++];
            if (lead >= 0) {
                continue;
            }
            lead &= 0xff;
            int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
            if (lead < 0xc2 || lead > 0xf4 || to - at < more) {
                return false;
            }
            int code = lead & 0x3f >> more;
            for (int i = 0; i < more; i++) {
                int next = bytes[at++];
                if ((next & 0xc0) != 0x80) {
                    return false;
                }
                code = code << 6 | next & 0x3f;
            }
            boolean shortest = more == 1 || (more == 2 ? code >= 0x800 : code >= 0x1_0000);
            if (!shortest || code >> 11 == 0x1b || code > 0x10_ffff) {
                return false;
            }
        }
        return true;
    }
}
