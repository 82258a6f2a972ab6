package wasm2obj.text;

/** The encoding of names and of the text itself (RFC 3629). */
final class Utf8 {
    private Utf8() {}

    static boolean isValid(byte[] bytes, int start, int end) {
        return firstError(bytes, start, end) < 0;
    }

    /** The offset of the first sequence that is no UTF-8, or -1. */
    static int firstError(byte[] bytes, int start, int end) {
        int i = start;
        while (i < end) {
            if (bytes[i] >= 0) {
                i++;
                continue;
            }
            int length = sequenceLength(bytes, i, end);
            if (length == 0) {
                return i;
            }
            i += length;
        }
        return -1;
    }

    /** The length of the sequence of two to four bytes, or 0 if it is malformed. */
    private static int sequenceLength(byte[] bytes, int at, int end) {
        int lead = bytes[at] & 0xff;
        int length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
        if (length == 0 || at + length > end) {
            return 0;
        }
        int point = lead & (0x7f >> length);
        for (int i = 1; i < length; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return 0;
            }
            point = point << 6 | bytes[at + i] & 0x3f;
        }
        return isShortest(point, length) && isScalar(point) ? length : 0;
    }

    private static boolean isShortest(int point, int length) {
        return length == 2 || (length == 3 ? point >= 0x800 : point >= 0x10000);
    }

    /** Whether the number is a Unicode scalar value. */
    static boolean isScalar(int point) {
        return point >= 0 && point < 0xd800 || point >= 0xe000 && point < 0x110000;
    }
}
