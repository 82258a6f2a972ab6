package wasm2obj.isel.aarch64.instruction;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import wasm2obj.codegen.assembler.Keystone;

/**
 * Encoders against Keystone, whose assembler is LLVM's of 2015: over the same cross product. What it does not know, because it is
 * newer, is named here and judged by today's LLVM alone.
 */
class KeystoneTest {
    /** Instructions of one call; one refused costs a call for each. */
    private static final int BATCH = 256;

    private static final Pattern UNKNOWN =
            Pattern.compile(
                    // Single instructions: FEAT_CSSC, FEAT_PAuth, FEAT_BTI, permanently undefined.
                    "(ctz|cnt [wx]|pac|xpac|aut|reta|bti|csdb|udf).*"
                            // FEAT_LSE, FEAT_LRCPC.
                            + "|(ldadd|ldclr|ldeor|ldset|ld[su]max|ld[su]min|swp|cas|ldapr).*"
                            // FEAT_DotProd, FEAT_I8MM.
                            + "|(s|u|us)dot .*");

    private static final class Checked extends Encodings {
        final Keystone keystone;
        final List<String> texts = new ArrayList<>();
        final List<String> failures = new ArrayList<>();
        final int[] words = new int[BATCH];
        long count;
        long unknown;

        Checked(Keystone keystone) {
            this.keystone = keystone;
        }

        @Override
        void add(int word, String text) {
            if (UNKNOWN.matcher(text).matches()) {
                unknown++;
                return;
            }
            if (isRelative(text)) {
                checkOne(word, text);
                return;
            }
            words[texts.size()] = word;
            texts.add(text);
            if (texts.size() == BATCH) {
                check();
            }
        }

        /** Offsets are from the start of what is assembled. */
        private static boolean isRelative(String text) {
            return text.startsWith("b")
                    || text.startsWith("cb")
                    || text.startsWith("tb")
                    || text.startsWith("adr")
                    || text.startsWith("ldr") && text.indexOf('[') < 0;
        }

        void check() {
            Optional<byte[]> assembled = keystone.assemble(String.join("\n", texts));
            for (int i = 0; i < texts.size(); i++) {
                if (assembled.isPresent() && assembled.get().length == 4 * texts.size()) {
                    compare(words[i], texts.get(i), assembled.get(), 4 * i);
                } else {
                    checkOne(words[i], texts.get(i));
                }
            }
            texts.clear();
        }

        private void checkOne(int word, String text) {
            Optional<byte[]> assembled = keystone.assemble(text);
            if (assembled.isEmpty() || assembled.get().length != 4) {
                failures.add(text + ": refused");
            } else {
                compare(word, text, assembled.get(), 0);
            }
        }

        private void compare(int word, String text, byte[] theirs, int at) {
            count++;
            int other =
                    theirs[at] & 255
                            | (theirs[at + 1] & 255) << 8
                            | (theirs[at + 2] & 255) << 16
                            | theirs[at + 3] << 24;
            if (other != word) {
                failures.add(
                        text
                                + ": "
                                + EncodingTest.hex(word)
                                + ", expected "
                                + EncodingTest.hex(other));
            }
        }
    }

    @Test
    void everyInstructionOverItsOperands() {
        Optional<Keystone> opened = Keystone.openAArch64();
        assumeTrue(opened.isPresent(), "no Keystone that knows AArch64");
        try (Keystone keystone = opened.get()) {
            Checked checked = new Checked(keystone);
            checked.addAll();
            checked.check();
            System.out.println(
                    checked.count
                            + " encodings checked by Keystone, "
                            + checked.unknown
                            + " of newer instructions left to llvm-mc");
            assertTrue(checked.failures.isEmpty(), () -> EncodingTest.first(checked.failures));
        }
    }
}
