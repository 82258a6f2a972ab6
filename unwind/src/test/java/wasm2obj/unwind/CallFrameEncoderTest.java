package wasm2obj.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Instructions decoded by the standard's tables say what was recorded. */
final class CallFrameEncoderTest {

    @Property
    void decodesToWhatWasRecorded(@ForAll long seed) {
        CallFrameAbi abi = seed % 2 == 0 ? CallFrameAbi.X86_64 : CallFrameAbi.AARCH64;
        UnwindOps ops = new UnwindOps();
        new RandomFrames(seed, abi).record(ops);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < ops.size(); i++) {
            expected.append(ops.codeOffset(i)).append(": ");
            expected.append(
                    switch (ops.kind(i)) {
                        case DEF_CFA -> "cfa r" + ops.register(i) + "+" + ops.cfaOffset(i);
                        case DEF_CFA_OFFSET -> "cfa +" + ops.cfaOffset(i);
                        case DEF_CFA_REGISTER -> "cfa r" + ops.register(i);
                        case SAVED -> "r" + ops.register(i) + " at " + ops.cfaOffset(i);
                        case RESTORED -> "r" + ops.register(i) + " restored";
                        case STACK_POINTER -> "r" + abi.stackPointer() + " is " + ops.cfaOffset(i);
                        case REMEMBER_STATE -> "remember";
                        case RESTORE_STATE -> "restore";
                        case NEGATE_SIGNED -> "negate signed";
                    });
            expected.append('\n');
        }
        assertEquals(
                expected.toString(), CallFrameDecoder.decode(encode(abi, ops).toByteArray(), abi));
    }

    /** Every distance takes the shortest form and comes back as it was. */
    @Property
    void advances(@ForAll @IntRange(min = 1) int units) {
        DwarfBuffer out = advance(CallFrameAbi.X86_64, units);
        assertEquals(
                units + ": remember\n",
                CallFrameDecoder.decode(out.toByteArray(), CallFrameAbi.X86_64));
        int form = units < 64 ? 1 : units < 256 ? 2 : units < 65536 ? 3 : 5;
        assertEquals(form + 1, out.position());
    }

    @ParameterizedTest
    @CsvSource({
        "1, 410a",
        "63, 7f0a",
        "64, 02400a",
        "255, 02ff0a",
        "256, 0300010a",
        "65535, 03ffff0a",
        "65536, 04000001000a",
        "2147483647, 04ffffff7f0a"
    })
    void advancesAtTheEdges(int units, String hex) {
        assertEquals(
                hex, HexFormat.of().formatHex(advance(CallFrameAbi.X86_64, units).toByteArray()));
    }

    @Test
    void advancesInInstructions() {
        assertEquals(
                "7f0a",
                HexFormat.of().formatHex(advance(CallFrameAbi.AARCH64, 63 * 4).toByteArray()));
    }

    @Test
    void refusesWhatHasNoEncoding() {
        assertThrows(IllegalArgumentException.class, () -> advance(CallFrameAbi.AARCH64, 6));
        UnwindOps odd = new UnwindOps();
        odd.saved(0, 3, -12);
        assertThrows(IllegalArgumentException.class, () -> encode(CallFrameAbi.X86_64, odd));
    }

    private static DwarfBuffer advance(CallFrameAbi abi, int bytes) {
        UnwindOps ops = new UnwindOps();
        ops.rememberState(bytes);
        return encode(abi, ops);
    }

    private static DwarfBuffer encode(CallFrameAbi abi, UnwindOps ops) {
        DwarfBuffer out = new DwarfBuffer(0);
        new CallFrameEncoder(abi).encode(ops, out);
        return out;
    }
}
