package wasm2obj.objwriter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** A section holds what a plain array would, whatever the order and size of the pieces. */
final class SectionPropertiesTest {

    @Property(tries = 300)
    void holdsWhatWasAppended(@ForAll long seed, @ForAll @IntRange(max = 60) int steps) {
        Random random = new Random(seed);
        Section section = new Section(".data", SectionKind.DATA, 1, 0);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        byte[] noise = new byte[1 << 12];
        random.nextBytes(noise);
        for (int i = 0; i < steps; i++) {
            int length = random.nextInt(1 << random.nextInt(12));
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    section.append(noise, 7, length);
                    expected.write(noise, 7, length);
                }
                case 2 -> {
                    section.appendLong(0x0807_0605_0403_0201L);
                    expected.writeBytes(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
                }
                case 3 -> {
                    section.appendZeros(length);
                    expected.writeBytes(new byte[length]);
                }
                case 4 -> {
                    section.share(ByteBuffer.wrap(noise.clone(), 3, length));
                    expected.write(noise, 3, length);
                }
                default -> {
                    section.align(16, 0xcc);
                    while (expected.size() % 16 != 0) {
                        expected.write(0xcc);
                    }
                }
            }
            assertEquals(expected.size(), section.size());
        }
        byte[] bytes = expected.toByteArray();
        assertArrayEquals(bytes, contents(section));
        for (int i = 0; i < 20 && bytes.length >= 8; i++) {
            int at = random.nextInt(bytes.length - 7);
            section.setLong(at, 0x1827_3645_5463_7281L + i);
            ByteBuffer.wrap(bytes)
                    .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                    .putLong(at, 0x1827_3645_5463_7281L + i);
        }
        assertArrayEquals(bytes, contents(section));
    }

    @Property(tries = 50)
    void holdsRelocations(@ForAll long seed, @ForAll @IntRange(max = 20_000) int count) {
        Random random = new Random(seed);
        RelocationKind[] kinds = RelocationKind.values();
        Section section = new Section(".text", SectionKind.TEXT, 1, 0);
        List<long[]> expected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long[] relocation = {
                random.nextLong(1L << 32),
                random.nextInt(kinds.length),
                random.nextInt(1 << 24),
                random.nextLong()
            };
            expected.add(relocation);
            section.relocate(
                    relocation[0], kinds[(int) relocation[1]], (int) relocation[2], relocation[3]);
        }
        assertEquals(count, section.relocationCount());
        for (int i = 0; i < count; i++) {
            long[] found = {
                section.relocationOffset(i),
                section.relocationKind(i).ordinal(),
                section.relocationSymbol(i),
                section.relocationAddend(i)
            };
            assertEquals(Arrays.toString(expected.get(i)), Arrays.toString(found));
        }
    }

    static byte[] contents(Section section) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < section.chunkCount(); i++) {
            ByteBuffer chunk = section.chunk(i);
            byte[] copy = new byte[chunk.remaining()];
            chunk.get(copy);
            all.writeBytes(copy);
        }
        return all.toByteArray();
    }
}
