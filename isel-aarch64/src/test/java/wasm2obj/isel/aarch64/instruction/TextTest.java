package wasm2obj.isel.aarch64.instruction;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import wasm2obj.codegen.assembler.LlvmMc;

/** What is written for a word, LLVM's assembler takes for that word; and all words that selection uses are known. */
class TextTest {
    private static final int BATCH = 100_000;

    /** What selection does not use: accesses of pairs that are atomic, loads relative to the instruction, ldapr. */
    private static final Pattern UNKNOWN =
            Pattern.compile(
                    "(ld|st)a?l?xp.*|casp.*|ldapr.*|ldr(sw)? ([wxsdq]\\d+|[wx]zr), #?-?\\d+");

    private static final class Checked extends Encodings {
        final LlvmMc llvm;
        final List<String> texts = new ArrayList<>();
        final List<String> originals = new ArrayList<>();
        final int[] words = new int[BATCH];
        final List<String> failures = new ArrayList<>();
        long count;
        long unknown;

        Checked(LlvmMc llvm) {
            this.llvm = llvm;
        }

        @Override
        void add(int word, String text) {
            StringBuilder out = new StringBuilder();
            if (!A64Text.print(out, word, "")) {
                unknown++;
                if (!UNKNOWN.matcher(text).matches()) {
                    failures.add(text + ": unknown");
                }
                return;
            }
            words[texts.size()] = word;
            originals.add(text);
            texts.add(out.toString());
            if (texts.size() == BATCH) {
                check();
            }
        }

        void check() {
            List<byte[]> assembled = llvm.assemble(texts);
            for (int i = 0; i < texts.size(); i++) {
                String theirs = EncodingTest.hex(assembled.get(i));
                if (!theirs.equals(EncodingTest.hex(words[i]))) {
                    failures.add(
                            texts.get(i)
                                    + ": "
                                    + theirs
                                    + ", not "
                                    + EncodingTest.hex(words[i])
                                    + " of "
                                    + originals.get(i));
                }
            }
            count += texts.size();
            texts.clear();
            originals.clear();
        }
    }

    @Test
    void everyInstructionOverItsOperands() {
        LlvmMc llvm = LlvmMc.findAArch64(EncodingTest.FEATURES);
        assumeTrue(llvm != null, "llvm-mc is not on the path");
        Checked checked = new Checked(llvm);
        checked.addAll();
        checked.check();
        System.out.println(
                checked.count + " texts checked by llvm-mc, " + checked.unknown + " unknown words");
        assertTrue(checked.count > 200_000, () -> checked.count + " texts");
        assertTrue(checked.failures.isEmpty(), () -> EncodingTest.first(checked.failures));
    }
}
