package wasm2obj.isel.aarch64.instruction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import wasm2obj.codegen.assembler.LlvmMc;

/** Encoders against LLVM: what a word is to be called assembles to that word, over the cross product of operands. */
class EncodingTest {
    static final String FEATURES = "+v8.5a,+i8mm,+cssc";

    private static final int BATCH = 100_000;

    /** Assembles in batches. */
    private static final class Checked extends Encodings {
        final LlvmMc llvm;
        final List<String> texts = new ArrayList<>();
        final int[] words = new int[BATCH];
        final List<String> failures = new ArrayList<>();
        long count;

        Checked(LlvmMc llvm) {
            this.llvm = llvm;
        }

        @Override
        void add(int word, String text) {
            words[texts.size()] = word;
            texts.add(text);
            if (texts.size() == BATCH) {
                check();
            }
        }

        void check() {
            List<byte[]> assembled = llvm.assemble(texts);
            for (int i = 0; i < texts.size(); i++) {
                String theirs = hex(assembled.get(i));
                if (!theirs.equals(hex(words[i]))) {
                    failures.add(texts.get(i) + ": " + hex(words[i]) + ", expected " + theirs);
                }
            }
            count += texts.size();
            texts.clear();
        }
    }

    static String hex(int word) {
        return String.format("%08x", word);
    }

    static String hex(byte[] bytes) {
        return bytes == null
                ? "refused"
                : hex(
                        bytes[0] & 255
                                | (bytes[1] & 255) << 8
                                | (bytes[2] & 255) << 16
                                | bytes[3] << 24);
    }

    /** One failure a mnemonic: the others say the same. */
    static String first(List<String> failures) {
        StringBuilder text = new StringBuilder(failures.size() + " wrong encodings");
        Set<String> mnemonics = new HashSet<>();
        for (String failure : failures) {
            if (mnemonics.add(failure.split(" ", 2)[0])) {
                text.append('\n').append(failure);
            }
        }
        return text.toString();
    }

    @Test
    void everyInstructionOverItsOperands() {
        LlvmMc llvm = LlvmMc.findAArch64(FEATURES);
        assumeTrue(llvm != null, "llvm-mc is not on the path");
        Checked checked = new Checked(llvm);
        checked.addAll();
        checked.check();
        System.out.println(checked.count + " encodings checked by llvm-mc");
        assertTrue(checked.failures.isEmpty(), () -> first(checked.failures));
        assertEquals(Set.of(), checked.unused(), "constants without a test");
    }
}
