package wasm2obj.isel.aarch64.instruction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import wasm2obj.codegen.assembler.LlvmMc;

/** Which values immediates have, and that they say so of no others. That they are encoded right is {@link EncodingTest}'s. */
class ImmediatesTest {
    /** All logical immediates of 64 bits, from their definition. */
    private static Set<Long> logical() {
        Set<Long> values = new HashSet<>();
        for (int size = 2; size <= 64; size *= 2) {
            for (int ones = 1; ones < size; ones++) {
                for (int rotation = 0; rotation < size; rotation++) {
                    values.add(IntegerEncodings.pattern(size, ones, rotation));
                }
            }
        }
        assertEquals(5334, values.size());
        return values;
    }

    @Test
    void logicalImmediatesAreAllAndNoOthers() {
        Set<Long> values = logical();
        Set<Integer> encodings = new HashSet<>();
        for (long value : values) {
            int imm13 = LogicalImmediate.encode(value, 1);
            assertNotEquals(LogicalImmediate.NONE, imm13, () -> Long.toHexString(value));
            encodings.add(imm13);
            // One bit changed: mostly no immediate any more.
            for (int bit = 0; bit < 64; bit++) {
                long other = value ^ 1L << bit;
                assertEquals(
                        values.contains(other),
                        LogicalImmediate.encode(other, 1) != LogicalImmediate.NONE,
                        () -> Long.toHexString(other));
            }
        }
        assertEquals(5334, encodings.size());
        Random random = new Random(1);
        for (int n = 0; n < 1_000_000; n++) {
            long value = random.nextLong();
            if (n % 2 == 0) {
                value &= random.nextLong();
            }
            boolean fits = LogicalImmediate.encode(value, 1) != LogicalImmediate.NONE;
            assertEquals(values.contains(value), fits);
            long twice = (value & 0xffff_ffffL) * 0x1_0000_0001L;
            fits = LogicalImmediate.encode(value, 0) != LogicalImmediate.NONE;
            assertEquals(values.contains(twice), fits);
        }
        for (int sf = 0; sf < 2; sf++) {
            assertEquals(LogicalImmediate.NONE, LogicalImmediate.encode(0, sf));
            assertEquals(LogicalImmediate.NONE, LogicalImmediate.encode(-1, sf));
        }
    }

    /** What the class refuses, LLVM refuses as well. */
    @Test
    void refusedLogicalImmediatesAreRefusedByTheAssembler() {
        LlvmMc llvm = LlvmMc.findAArch64(EncodingTest.FEATURES);
        assumeTrue(llvm != null, "llvm-mc is not on the path");
        Random random = new Random(2);
        Long[] values = logical().toArray(new Long[0]);
        List<String> texts = new ArrayList<>();
        for (int n = 0; n < 20_000; n++) {
            long value = values[random.nextInt(values.length)] ^ 1L << random.nextInt(64);
            if (LogicalImmediate.encode(value, 1) == LogicalImmediate.NONE) {
                texts.add("orr x0, x1, #0x" + Long.toHexString(value));
            }
        }
        assertTrue(texts.size() > 10_000);
        List<byte[]> assembled = llvm.assemble(texts);
        for (int n = 0; n < texts.size(); n++) {
            assertEquals("refused", EncodingTest.hex(assembled.get(n)), texts.get(n));
        }
    }

    @Test
    void arithmeticImmediates() {
        for (long value = 0; value < 1 << 25; value++) {
            boolean fits = value < 4096 || value % 4096 == 0 && value >> 12 < 4096;
            assertEquals(fits, ArithmeticImmediate.encode(value) != ArithmeticImmediate.NONE);
        }
        for (long value : new long[] {-1, -4096, 1L << 32, 1L << 36, Long.MIN_VALUE}) {
            assertEquals(ArithmeticImmediate.NONE, ArithmeticImmediate.encode(value));
        }
    }

    @Test
    void floatImmediatesAre256() {
        Random random = new Random(3);
        Set<Integer> singles = new HashSet<>();
        Set<Integer> doubles = new HashSet<>();
        for (int high = 0; high < 1 << 16; high++) {
            int single = high << 16;
            int imm8 = FloatImmediate.encodeSingle(single);
            int same =
                    FloatImmediate.encodeDouble(
                            Double.doubleToRawLongBits(Float.intBitsToFloat(single)));
            assertEquals(imm8, same);
            if (imm8 != FloatImmediate.NONE) {
                singles.add(imm8);
                int bit = 1 << random.nextInt(19);
                assertEquals(FloatImmediate.NONE, FloatImmediate.encodeSingle(single | bit));
            }
            long wide = (long) high << 48;
            if (FloatImmediate.encodeDouble(wide) != FloatImmediate.NONE) {
                doubles.add(FloatImmediate.encodeDouble(wide));
                wide |= 1L << random.nextInt(48);
                assertEquals(FloatImmediate.NONE, FloatImmediate.encodeDouble(wide));
            }
        }
        assertEquals(256, singles.size());
        assertEquals(256, doubles.size());
    }

    @Test
    void memoryOffsets() {
        for (int scale = 0; scale <= 4; scale++) {
            int unit = 1 << scale;
            assertTrue(MemoryOffset.isScaled(0, scale));
            assertTrue(MemoryOffset.isScaled(4095L * unit, scale));
            assertFalse(MemoryOffset.isScaled(4096L * unit, scale));
            assertFalse(MemoryOffset.isScaled(-unit, scale));
            assertEquals(scale == 0, MemoryOffset.isScaled(1, scale));
            assertTrue(MemoryOffset.isPair(63L * unit, scale));
            assertTrue(MemoryOffset.isPair(-64L * unit, scale));
            assertFalse(MemoryOffset.isPair(64L * unit, scale));
            assertFalse(MemoryOffset.isPair(-65L * unit, scale));
            assertEquals(scale == 0, MemoryOffset.isPair(-1, scale));
        }
        assertTrue(MemoryOffset.isUnscaled(255) && MemoryOffset.isUnscaled(-256));
        assertFalse(MemoryOffset.isUnscaled(256) || MemoryOffset.isUnscaled(-257));
        assertFalse(MemoryOffset.isScaled(1L << 32, 0) || MemoryOffset.isUnscaled(1L << 32));
    }
}
