package wasm2obj.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LEB128 by the examples of DWARF 5, section 7.6, and by its decoding algorithm in big integers. */
final class DwarfBufferTest {

    private final DwarfBuffer buffer = new DwarfBuffer(0);

    @ParameterizedTest
    @CsvSource({"2, 02", "127, 7f", "128, 8001", "129, 8101", "12857, b964"})
    void unsignedExamples(long value, String hex) {
        buffer.putUleb(value);
        assertEquals(hex, hex(buffer));
    }

    @ParameterizedTest
    @CsvSource({
        "2, 02",
        "-2, 7e",
        "127, ff00",
        "-127, 817f",
        "128, 8001",
        "-128, 807f",
        "129, 8101",
        "-129, ff7e"
    })
    void signedExamples(long value, String hex) {
        buffer.putSleb(value);
        assertEquals(hex, hex(buffer));
    }

    @Property
    void unsignedDecodesToItself(@ForAll long value) {
        DwarfBuffer out = new DwarfBuffer(0);
        out.putUleb(value);
        BigInteger unsigned = new BigInteger(Long.toUnsignedString(value));
        assertEquals(unsigned, decode(out, false));
        assertEquals(Math.max(1, (unsigned.bitLength() + 6) / 7), out.position());
    }

    @Property
    void signedDecodesToItself(@ForAll long value) {
        DwarfBuffer out = new DwarfBuffer(0);
        out.putSleb(value);
        assertEquals(BigInteger.valueOf(value), decode(out, true));
        assertEquals(BigInteger.valueOf(value).bitLength() / 7 + 1, out.position());
    }

    @Property
    void integersAreLittleEndian(@ForAll int shorter, @ForAll long longer) {
        DwarfBuffer out = new DwarfBuffer(0);
        out.putShort(shorter);
        out.putLong(longer);
        out.putInt(0);
        out.setInt(10, shorter);
        String expected =
                String.format(
                        "%04x%016x%08x",
                        Short.reverseBytes((short) shorter),
                        Long.reverseBytes(longer),
                        Integer.reverseBytes(shorter));
        assertEquals(expected, hex(out));
    }

    private static BigInteger decode(DwarfBuffer from, boolean signed) {
        BigInteger value = BigInteger.ZERO;
        int shift = 0;
        for (byte b : from.toByteArray()) {
            value = value.add(BigInteger.valueOf(b & 0x7f).shiftLeft(shift));
            shift += 7;
            if (b >= 0) {
                assertEquals(from.position() * 7, shift);
                boolean negative = signed && (b & 0x40) != 0;
                return negative ? value.subtract(BigInteger.ONE.shiftLeft(shift)) : value;
            }
        }
        throw new AssertionError("no last byte in " + hex(from));
    }

    private static String hex(DwarfBuffer bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
