package wasm2obj.ir;

import java.util.Arrays;

/** Storage of analyses and passes: arrays that are kept from function to function and only grow. */
final class IntArrays {
    private IntArrays() {}

    /** The array, or a larger one, with room for {@code size} elements; their contents are unspecified. */
    static int[] atLeast(int[] array, int size) {
        return array.length >= size ? array : new int[grown(array.length, size)];
    }

    /** The array with room for {@code size} elements, of which {@code size} are set to {@code value}. */
    static int[] filled(int[] array, int size, int value) {
        int[] result = atLeast(array, size);
        Arrays.fill(result, 0, size, value);
        return result;
    }

    /** The array, or a larger one with its contents, with room for {@code size} elements. */
    static int[] extended(int[] array, int size) {
        return array.length >= size ? array : Arrays.copyOf(array, grown(array.length, size));
    }

    /** The array with room for {@code size} elements, of which {@code size} are false. */
    static boolean[] cleared(boolean[] array, int size) {
        if (array.length < size) {
            return new boolean[grown(array.length, size)];
        }
        Arrays.fill(array, 0, size, false);
        return array;
    }

    private static int grown(int length, int size) {
        return Math.max(size, length + (length >> 1));
    }
}
