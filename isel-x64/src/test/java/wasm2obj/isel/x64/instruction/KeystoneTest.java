package wasm2obj.isel.x64.instruction;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import wasm2obj.codegen.assembler.Keystone;
import wasm2obj.codegen.assembler.LlvmMc;

/**
 * Encoder and printer against Keystone: over a sample of each row's operands, our text assembles to our bytes.
 *
 * <p>Where the bytes differ, LLVM reads both: Keystone takes the other direction of some instructions. Left out is what
 * Keystone cannot judge: branches, whose length it chooses itself; absolute addresses, which it sometimes makes relative
 * to rip; a few conversions, for which it takes EVEX and does not scale the displacement.
 */
class KeystoneTest {
    private static final int LIMIT = 50;

    /** What Keystone's assembler does not know: endbr64, and the suffix-free names of these from memory. */
    private static final Set<String> UNKNOWN =
            Set.of("endbr64", "vcvtpd2dq", "vcvttpd2dq", "vcvtpd2ps");

    private static final byte EVEX = 0x62;

    private final LlvmMc llvm = LlvmMc.findX64(EncodingTest.FEATURES);
    private final List<Instance> differing = new ArrayList<>();
    private final List<byte[]> bytes = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private int checked;

    @Test
    void everyRowOverItsOperands() {
        Optional<Keystone> opened = Keystone.openX64();
        assumeTrue(opened.isPresent(), "no Keystone that knows x86: see jna.library.path");
        assumeTrue(llvm != null, "llvm-mc is not on the path");
        try (Keystone keystone = opened.get()) {
            for (int row = 0; row < X64.count(); row++) {
                Instances.of(row, LIMIT, instance -> check(instance, keystone));
            }
        }
        checkDiffering();
        System.out.println(checked + " encodings of " + X64.count() + " rows checked by Keystone");
        assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
    }

    private void check(Instance instance, Keystone keystone) {
        if (instance.isBranch() || isAbsolute(instance)) {
            return;
        }
        Optional<byte[]> theirs = keystone.assemble(instance.text());
        if (theirs.isEmpty()) {
            if (!UNKNOWN.contains(X64.mnemonic(instance.row()))) {
                failures.add(instance.text() + ": refused");
            }
            return;
        }
        if (theirs.get()[0] == EVEX) {
            return;
        }
        byte[] ours = instance.bytes();
        checked++;
        if (!Arrays.equals(ours, theirs.get())) {
            differing.add(instance);
            bytes.add(ours);
            bytes.add(theirs.get());
        }
    }

    private static boolean isAbsolute(Instance instance) {
        return instance.rm() < 0
                && instance.base() == Register.NONE
                && instance.index() == Register.NONE;
    }

    private void checkDiffering() {
        List<String> texts = llvm.disassemble(bytes);
        for (int i = 0; i < differing.size(); i++) {
            Instance instance = differing.get(i);
            String ours = texts.get(2 * i);
            String theirs = texts.get(2 * i + 1);
            if (!instance.saysTheSame(ours, theirs)) {
                HexFormat hex = HexFormat.of();
                failures.add(
                        instance.text()
                                + ": "
                                + hex.formatHex(bytes.get(2 * i))
                                + " is "
                                + ours
                                + ", expected "
                                + hex.formatHex(bytes.get(2 * i + 1))
                                + " "
                                + theirs);
            }
        }
    }
}
