package wasm2obj.text;

/** A module that has been read from text. */
public final class WatModule {
    private final byte[] bytes;
    private final SourceText source;

    /** Pairs of an offset in the module and the offset in the text that it comes from, ascending by the first. */
    private final int[] marks;

    WatModule(byte[] bytes, SourceText source, int[] marks) {
        this.bytes = bytes;
        this.source = source;
        this.marks = marks;
    }

    /** The module in the binary format; not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** The line, from 1 on, of what stands at an offset in the binary format: of the instruction or definition it is in. */
    public int line(int offset) {
        return source.line(textOffset(offset));
    }

    /** The column, from 1 on, in code points, of what stands at an offset in the binary format. */
    public int column(int offset) {
        return source.column(textOffset(offset));
    }

    private int textOffset(int offset) {
        int low = 0;
        int high = marks.length / 2;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (marks[2 * middle] <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? 0 : marks[2 * low - 1];
    }
}
