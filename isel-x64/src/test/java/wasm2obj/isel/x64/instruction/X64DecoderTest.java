package wasm2obj.isel.x64.instruction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What the encoder writes is read as what it was, or as a row that has the same encoding. */
class X64DecoderTest {
    private static final int SAMPLE = 400;

    private final X64Decoder decoder = new X64Decoder();

    @Test
    void readsEveryRowBack() {
        for (int row = 0; row < X64.count(); row++) {
            Instances.of(row, SAMPLE, this::readBack);
        }
    }

    private void readBack(Instance instance) {
        byte[] bytes = instance.bytes();
        byte[] code = Arrays.copyOf(bytes, bytes.length + 3);
        int end = decoder.decode(code, 0);
        String hex = HexFormat.of().formatHex(bytes);
        assertEquals(bytes.length, end, () -> instance.text() + " = " + hex);
        StringBuilder text = new StringBuilder();
        decoder.print(text, "");
        assertEquals(
                normal(instance.text()),
                normal(text.toString()),
                () -> instance.text() + " = " + hex);
    }

    /**
     * The text, with immediates that are written in as many bits the same, and the sources that an encoder may exchange in
     * order.
     */
    private String normal(String text) {
        String[] words = text.split("[ ,]+", -1);
        for (int i = 1; i < words.length; i++) {
            if (words[i].matches("-?\\d+")) {
                long value = Long.parseLong(words[i]);
                words[i] =
                        String.valueOf(
                                Encoder.immediateLength(decoder.row(), value) == 1
                                        ? (byte) value
                                        : value);
            }
        }
        if ((Rows.encoding(decoder.row()) & RowDecoder.COMM) != 0) {
            Arrays.sort(words, 1, words.length);
        }
        return String.join(" ", words);
    }

    @Test
    void saysWhatItDoesNotUnderstand() {
        assertEquals(-1, decoder.decode(new byte[] {0x06}, 0));
        assertEquals(-1, decoder.decode(new byte[] {0x0F}, 0));
        assertEquals(-1, decoder.decode(new byte[] {}, 0));
        byte[] truncated = {(byte) 0x81, (byte) 0xC1, 0x34, 0x12};
        assertEquals(-1, decoder.decode(truncated, 0));
    }
}
