package wasm2obj.isel.x64.instruction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import wasm2obj.codegen.assembler.LlvmMc;

/**
 * Encoder and printer against LLVM: over each row's operands, our text assembles to our bytes.
 *
 * <p>Where an instruction has several encodings, ours may be another one than LLVM's if it is not longer and LLVM reads
 * both as the same text. A branch with a number for its target is read back, since assemblers take numbers as addresses.
 *
 * <p>{@code -Dwasm2obj.encodings=N} takes so many instances a row, and as many again with memory; the whole cross product
 * is within {@link Integer#MAX_VALUE}. The default is a sample.
 */
class EncodingTest {
    private static final int LIMIT = Integer.getInteger("wasm2obj.encodings", 250);
    private static final int BATCH = 100_000;

    /** The features of all rows. */
    static final String FEATURES = "+avx,+avx2,+fma,+bmi,+bmi2,+lzcnt,+popcnt,+movbe,+sse4.2,+cx16";

    private static LlvmMc llvm;

    private final List<Instance> batch = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private long checked;

    @BeforeAll
    static void find() {
        llvm = LlvmMc.findX64(FEATURES);
        assumeTrue(llvm != null, "llvm-mc is not on the path");
    }

    @Test
    void everyRowOverItsOperands() {
        for (int row = 0; row < X64.count(); row++) {
            Instances.of(row, LIMIT, this::add);
        }
        checkBatch();
        System.out.println(checked + " encodings of " + X64.count() + " rows checked by llvm-mc");
        assertTrue(
                failures.isEmpty(),
                () -> failures.size() + " wrong encodings:\n" + String.join("\n", first(failures)));
    }

    private void add(Instance instance) {
        batch.add(instance);
        if (batch.size() == BATCH) {
            checkBatch();
        }
    }

    private void checkBatch() {
        check(batch);
        checked += batch.size();
        batch.clear();
    }

    /** One failure a mnemonic, fifty at most: the others say the same. */
    private static List<String> first(List<String> failures) {
        List<String> first = new ArrayList<>();
        String before = "";
        for (String failure : failures) {
            String mnemonic = failure.substring(0, failure.indexOf(' '));
            if (!mnemonic.equals(before) && first.size() < 50) {
                first.add(failure);
            }
            before = mnemonic;
        }
        return first;
    }

    private void check(List<Instance> instances) {
        List<String> texts = new ArrayList<>();
        for (Instance instance : instances) {
            texts.add(instance.text());
        }
        List<byte[]> assembled = llvm.assemble(texts);
        List<Instance> others = new ArrayList<>();
        List<byte[]> bytes = new ArrayList<>();
        for (int i = 0; i < instances.size(); i++) {
            Instance instance = instances.get(i);
            byte[] ours = instance.bytes();
            byte[] theirs = assembled.get(i);
            if (instance.isBranch()) {
                others.add(instance);
                bytes.add(ours);
                bytes.add(ours);
            } else if (theirs == null) {
                failures.add(texts.get(i) + ": refused");
            } else if (!Arrays.equals(ours, theirs)) {
                others.add(instance);
                bytes.add(ours);
                bytes.add(theirs);
            }
        }
        checkOthers(others, bytes);
    }

    private void checkOthers(List<Instance> instances, List<byte[]> bytes) {
        List<String> texts = llvm.disassemble(bytes);
        for (int i = 0; i < instances.size(); i++) {
            Instance instance = instances.get(i);
            byte[] ours = bytes.get(2 * i);
            byte[] theirs = bytes.get(2 * i + 1);
            String expected = instance.isBranch() ? instance.text() : texts.get(2 * i + 1);
            if (!instance.saysTheSame(texts.get(2 * i), expected)
                    || ours.length > theirs.length && !mayBeLonger(instance.row())) {
                failures.add(
                        instance.text()
                                + ": "
                                + HexFormat.of().formatHex(ours)
                                + " is "
                                + texts.get(2 * i)
                                + ", expected "
                                + HexFormat.of().formatHex(theirs)
                                + " "
                                + expected);
            }
        }
    }

    /**
     * The exchange with the accumulator in one byte is not worth a case in the encoder, and of the two instructions that
     * move 64 bits from memory to xmm the one that also takes a general register is longer.
     */
    private static boolean mayBeLonger(int row) {
        String mnemonic = X64.mnemonic(row);
        return mnemonic.equals("xchg")
                || mnemonic.equals("movq")
                || mnemonic.equals("vmovq")
                || Instance.commutesForLlvm(row);
    }

    @Test
    void paddingIsOfItsLengthAndDoesNothing() {
        List<byte[]> paddings = new ArrayList<>();
        for (int length = 1; length <= 40; length++) {
            byte[] code = new byte[length];
            assertEquals(length, Padding.nops(code, 0, length));
            paddings.add(code);
        }
        for (String text : llvm.disassemble(paddings)) {
            for (String part : text.split("(?= nop)", -1)) {
                assertTrue(part.strip().startsWith("nop") || part.equals("xchg ax, ax"), text);
            }
        }
    }
}
