package wasm2obj.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import wasm2obj.ir.Signature;
import wasm2obj.ir.Type;

/** Places of parameters and results, as lists. */
class CallingConventionTest {
    private static final int[] INTEGERS = {6, 2, 1};
    private static final int[] VECTORS = {32, 33};

    private static Type[] types(String names) {
        if (names.isEmpty()) {
            return new Type[0];
        }
        String[] parts = names.split(" ", -1);
        Type[] types = new Type[parts.length];
        for (int i = 0; i < parts.length; i++) {
            types[i] = Type.valueOf(parts[i]);
        }
        return types;
    }

    /** The places: {@code r6}, {@code x0}, {@code s+8} on the stack or in the buffer; then the sizes of both. */
    private static String assign(String parameters, String results) {
        CallingConvention convention =
                new CallingConvention(INTEGERS, VECTORS, new int[] {0, 2}, VECTORS);
        // What an earlier signature left behind must not show.
        convention.assign(new Signature(types("V128 I32 I32 I32 I32 I32"), types("I32 I32 I32")));
        Signature signature = new Signature(types(parameters), types(results));
        convention.assign(signature);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < signature.parameterCount(); i++) {
            text.append(place(convention.parameter(i))).append(' ');
        }
        text.append("->");
        for (int i = 0; i < signature.resultCount(); i++) {
            text.append(' ').append(place(convention.result(i)));
        }
        return text + ", " + convention.stackSize() + " " + convention.bufferSize();
    }

    private static String place(int location) {
        if (!CallingConvention.isRegister(location)) {
            return "s+" + CallingConvention.offset(location);
        }
        return location < 32 ? "r" + location : "x" + (location - 32);
    }

    @Test
    void nothing() {
        assertEquals("->, 0 0", assign("", ""));
    }

    @Test
    void registersOfEachClassInOrder() {
        assertEquals("r6 x0 r2 x1 r1 -> r0 x0, 0 0", assign("I32 F64 I64 V128 REF", "FUNC F32"));
    }

    @Test
    void theStackTakesTheRestInOrder() {
        assertEquals(
                "r6 r2 r1 s+0 x0 x1 s+8 s+16 -> r0, 32 0",
                assign("I32 I32 I32 I64 F32 F32 F64 I32", "I32"));
    }

    @Test
    void vectorsOnTheStackAreAligned() {
        assertEquals("x0 x1 s+0 s+8 s+16 s+32 ->, 48 0", assign("F32 F32 F32 F64 V128 F32", ""));
        assertEquals("x0 x1 s+0 s+16 ->, 32 0", assign("V128 V128 F64 V128", ""));
    }

    @Test
    void furtherResultsTakeABufferWhoseAddressComesFirst() {
        assertEquals("r2 r1 s+0 -> r0 r2 s+0, 16 16", assign("I32 I32 I32", "I32 I64 I32"));
        assertEquals("r2 -> x0 x1 s+0 r0 s+16, 0 32", assign("I64", "F32 F64 F32 I32 V128"));
    }
}
