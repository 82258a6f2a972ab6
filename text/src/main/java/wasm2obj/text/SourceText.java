package wasm2obj.text;

import java.util.Arrays;

/** The text as bytes of UTF-8, with what it takes to say where something is in it. */
final class SourceText {
    private final byte[] bytes;

    /** Where each line starts; made when it is first asked for. */
    private int[] lineStarts;

    SourceText(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    /** An error at the byte offset. */
    WatException error(int offset, String detail) {
        return WatException.inText(line(offset), column(offset), detail);
    }

    /** The line of an offset, from 1 on. A line ends after LF, CR, or CR LF. */
    int line(int offset) {
        int found = Arrays.binarySearch(lineStarts(), offset);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** The column of an offset, from 1 on, in code points. */
    int column(int offset) {
        int column = 1;
        for (int i = lineStarts[line(offset) - 1]; i < offset && i < bytes.length; i++) {
            if ((bytes[i] & 0xc0) != 0x80) {
                column++;
            }
        }
        return column;
    }

    private int[] lineStarts() {
        if (lineStarts == null) {
            int[] starts = new int[64];
            int count = 1;
            for (int i = 0; i < bytes.length; i++) {
                boolean ends =
                        bytes[i] == '\n'
                                || bytes[i] == '\r'
                                        && (i + 1 == bytes.length || bytes[i + 1] != '\n');
                if (ends) {
                    if (count == starts.length) {
                        starts = Arrays.copyOf(starts, 2 * count);
                    }
                    starts[count++] = i + 1;
                }
            }
            lineStarts = Arrays.copyOf(starts, count);
        }
        return lineStarts;
    }

    /** Throws an error where the text is not UTF-8. */
    void checkEncoding() {
        int wrong = Utf8.firstError(bytes, 0, bytes.length);
        if (wrong >= 0) {
            throw error(wrong, "malformed UTF-8 encoding");
        }
    }
}
