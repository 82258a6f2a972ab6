package wasm2obj.isel.aarch64.instruction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What instructions that set constants set, by running them. */
class ConstantsTest {
    private record Vector(long low, long high) {}

    @BeforeAll
    static void check() {
        WordProgram.assumeRunnable();
    }

    // ---- general registers ----

    private static List<Long> values() {
        List<Long> values = new ArrayList<>();
        long[] pieces = {0, 0xffff, 0x1234, 0x5555, 0x00ff, 0xff00, 0x8000, 0x7fff, 1};
        for (long a : pieces) {
            for (long b : pieces) {
                for (long c : pieces) {
                    for (long d : pieces) {
                        values.add(a | b << 16 | c << 32 | d << 48);
                    }
                }
            }
        }
        Random random = new Random(1);
        for (int n = 0; n < 2000; n++) {
            long value = random.nextLong();
            long pattern = IntegerEncodings.pattern(2 << random.nextInt(6), 1, random.nextInt(2));
            int shift = 16 * random.nextInt(4);
            values.add(value);
            values.add(value >> random.nextInt(64));
            values.add(pattern & ~(0xffffL << shift) | (value & 0xffff) << shift);
            values.add(pattern);
        }
        return values;
    }

    @Test
    void generalRegisters() throws Exception {
        List<Long> values = values();
        WordProgram program = new WordProgram();
        int[] words = new int[MoveImmediate.MOST];
        for (long value : values) {
            for (int sf = 0; sf < 2; sf++) {
                int count = MoveImmediate.sequence(value, sf, 0, words);
                assertEquals(count, MoveImmediate.count(value, sf));
                for (int n = 0; n < count; n++) {
                    program.word(words[n]);
                }
                program.result64();
            }
        }
        ByteBuffer results = program.run();
        for (long value : values) {
            assertEquals(
                    Long.toHexString(value & 0xffff_ffffL), Long.toHexString(results.getLong()));
            assertEquals(Long.toHexString(value), Long.toHexString(results.getLong()));
        }
    }

    /** Never more than one for each piece of 16 bits that is not 0, or not ones; one for logical immediates. */
    @Test
    void sequencesAreShort() {
        for (long value : values()) {
            int zeros = 0;
            int ones = 0;
            for (int shift = 0; shift < 64; shift += 16) {
                zeros += (value >>> shift & 0xffff) == 0 ? 1 : 0;
                ones += (value >>> shift & 0xffff) == 0xffff ? 1 : 0;
            }
            int count = MoveImmediate.count(value, 1);
            assertTrue(count <= Math.max(1, 4 - Math.max(zeros, ones)));
            if (LogicalImmediate.encode(value, 1) != LogicalImmediate.NONE) {
                assertEquals(1, count);
            }
        }
        assertEquals(2, MoveImmediate.count(0x5555_5555_1234_5555L, 1));
        assertEquals(2, MoveImmediate.count(0x00ff_00ff_00ff_1234L, 1));
        assertEquals(1, MoveImmediate.count(0xffff_1234L, 1));
        assertEquals(3, MoveImmediate.count(0x5555_1234_5555_4321L, 1));
    }

    // ---- vector registers ----

    /** All words of the three instructions, of registers whole and by half. */
    private static List<Integer> vectorWords() {
        List<Integer> words = new ArrayList<>();
        for (int cmode = 0; cmode < 16; cmode++) {
            boolean isBitwise = cmode < 12 && (cmode & 1) != 0;
            for (int op = 0; op < 2; op++) {
                for (int q = 0; q < 2; q++) {
                    if (isBitwise || cmode == 15 && op == 1 && q == 0) {
                        continue;
                    }
                    for (int imm8 = 0; imm8 < 256; imm8++) {
                        words.add(A64Vector.modifiedImmediate(q, op, cmode, imm8, 0));
                    }
                }
            }
        }
        for (int imm8 = 0; imm8 < 256; imm8++) {
            words.add(A64Float.moveImmediate(A64Float.SINGLE, 0, imm8));
            words.add(A64Float.moveImmediate(A64Float.DOUBLE, 0, imm8));
        }
        return words;
    }

    /** Each value that a word sets is found, as a word that sets it; values one bit away are found only if they are set by another. */
    @Test
    void vectorRegisters() throws Exception {
        List<Integer> words = vectorWords();
        WordProgram program = new WordProgram();
        for (int word : words) {
            program.word(word);
            program.result128();
        }
        ByteBuffer results = program.run();
        Map<Integer, Vector> byWord = new HashMap<>();
        Map<Vector, Integer> byValue = new HashMap<>();
        for (int word : words) {
            Vector value = new Vector(results.getLong(), results.getLong());
            byWord.put(word, value);
            byValue.put(value, word);
        }
        Random random = new Random(4);
        for (Vector value : byValue.keySet()) {
            int word = VectorImmediate.encode(value.low, value.high);
            assertNotEquals(VectorImmediate.NONE, word, value::toString);
            assertEquals(value, byWord.get(word));
            Vector other = new Vector(value.low ^ 1L << random.nextInt(64), value.high);
            Vector both = new Vector(other.low, other.low);
            for (Vector one : new Vector[] {other, both}) {
                word = VectorImmediate.encode(one.low, one.high);
                assertEquals(byValue.containsKey(one), word != VectorImmediate.NONE);
                assertTrue(word == VectorImmediate.NONE || one.equals(byWord.get(word)));
            }
        }
    }
}
