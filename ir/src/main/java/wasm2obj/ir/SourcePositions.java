package wasm2obj.ir;

import java.util.Arrays;

/**
 * What the positions of a function's instructions say ({@link Function#source}). One that is not negative is a byte offset in the module,
 * of the function itself. A negative one is that of an instruction of an inlined function, and of the call that it was inlined for,
 * whose position may be negative again.
 */
public final class SourcePositions {
    private int count;
    private int[] offsets = new int[64];
    private int[] functions = new int[64];
    private int[] calls = new int[64];

    void reset() {
        count = 0;
    }

    /** The position of what is at {@code offset} in a function that was inlined for the call at the position {@code call}. */
    int add(int function, int offset, int call) {
        int last = count - 1;
        if (last >= 0
                && offsets[last] == offset
                && functions[last] == function
                && calls[last] == call) {
            return ~last;
        }
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            functions = Arrays.copyOf(functions, 2 * count);
            calls = Arrays.copyOf(calls, 2 * count);
        }
        offsets[count] = offset;
        functions[count] = function;
        calls[count] = call;
        return ~count++;
    }

    /** Whether it is that of an inlined function. */
    public static boolean isInlined(int position) {
        return position < 0;
    }

    /** The byte offset in the module. */
    public int offset(int position) {
        return position < 0 ? offsets[~position] : position;
    }

    /** The inlined function's index. */
    public int function(int position) {
        return functions[~position];
    }

    /** The position of the call that was inlined. */
    public int call(int position) {
        return calls[~position];
    }
}
