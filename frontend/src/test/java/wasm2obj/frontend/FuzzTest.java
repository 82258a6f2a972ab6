package wasm2obj.frontend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Damaged modules give a {@link WasmException} or right IR, never anything else. {@code -Dwasm2obj.mutations=10000} for
 * the long run.
 */
final class FuzzTest {
    private static final int LARGEST = 4096;
    private static final int PREFIXED_MODULES = 40;

    private final Translation translation = new Translation();

    /** Modules of many kinds, small enough to try each of their prefixes. */
    private static List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (SpecSuite.Case test : new SpecSuite(SharedFiles.officialSuite()).cases("core")) {
            if (test.verdict() == SpecSuite.Verdict.VALID
                    && test.module() != null
                    && test.module().toFile().length() <= LARGEST) {
                seeds.add(test.bytes());
            }
        }
        assertTrue(seeds.size() > PREFIXED_MODULES);
        return seeds;
    }

    /** Whether the bytes were taken for a module. */
    private boolean survives(byte[] bytes, String what) {
        try {
            translation.translate(bytes, Features.DEFAULT, MemoryPlan.EXPLICIT);
            return true;
        } catch (WasmException e) {
            assertTrue(e.offset() >= 0 && e.offset() <= bytes.length, what + ": " + e);
            assertTrue(e.getMessage().indexOf('\n') < 0, what);
            return false;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(what + ": " + java.util.HexFormat.of().formatHex(bytes), e);
        }
    }

    @Test
    void prefixes() throws IOException {
        List<byte[]> seeds = seeds();
        int step = seeds.size() / PREFIXED_MODULES;
        for (int i = 0; i < seeds.size(); i += step) {
            byte[] seed = seeds.get(i);
            for (int length = 0; length < seed.length; length++) {
                survives(Arrays.copyOf(seed, length), "prefix " + length + " of seed " + i);
            }
        }
    }

    @Test
    void mutations() throws IOException {
        List<byte[]> seeds = seeds();
        int count = Integer.getInteger("wasm2obj.mutations", 500);
        SplittableRandom random = new SplittableRandom(20260901);
        int accepted = 0;
        for (int i = 0; i < count; i++) {
            byte[] seed = seeds.get(random.nextInt(seeds.size()));
            if (survives(mutate(seed, random), "mutation " + i)) {
                accepted++;
            }
        }
        // If none or all were modules, the mutations would test nothing.
        assertTrue(accepted > count / 100 && accepted < count, accepted + " of " + count);
    }

    /** Damages a few bytes behind the header. */
    private static byte[] mutate(byte[] seed, SplittableRandom random) {
        byte[] bytes = seed.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0 && bytes.length > 9; changes--) {
            int at = 8 + random.nextInt(bytes.length - 8);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xff : 0x80);
                case 3 -> bytes = cut(bytes, at, 1 + random.nextInt(3));
                case 4 -> bytes = insert(bytes, at, random.nextInt(256));
                default -> {
                    int from = 8 + random.nextInt(bytes.length - 8);
                    int length = Math.min(random.nextInt(8), bytes.length - Math.max(from, at));
                    System.arraycopy(seed, Math.min(from, seed.length - length), bytes, at, length);
                }
            }
        }
        return bytes;
    }

    private static byte[] cut(byte[] bytes, int at, int length) {
        int end = Math.min(bytes.length, at + length);
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - (end - at));
        System.arraycopy(bytes, end, shorter, at, bytes.length - end);
        return shorter;
    }

    private static byte[] insert(byte[] bytes, int at, int value) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
        longer[at] = (byte) value;
        return longer;
    }
}
