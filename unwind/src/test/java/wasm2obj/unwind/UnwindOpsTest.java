package wasm2obj.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Recording, moving and evaluating operations. */
final class UnwindOpsTest {

    /** The example of {@link UnwindOps}. */
    private static UnwindOps example() {
        UnwindOps ops = new UnwindOps();
        ops.defCfaOffset(1, 16);
        ops.saved(1, DwarfX64.RBP, -16);
        ops.defCfaOffset(5, 48);
        ops.rememberState(40);
        ops.defCfaOffset(44, 16);
        ops.restored(45, DwarfX64.RBP);
        ops.defCfaOffset(45, 8);
        ops.restoreState(46);
        return ops;
    }

    @Test
    void rows() {
        UnwindRow row = new UnwindRow(CallFrameAbi.X86_64);
        int[][] offsetAndCfa = {
            {0, 8}, {1, 16}, {4, 16}, {5, 48}, {43, 48}, {44, 16}, {45, 8}, {46, 48}
        };
        for (int[] expected : offsetAndCfa) {
            row.seek(example(), expected[0]);
            assertEquals(expected[1], row.cfaOffset());
            assertEquals(DwarfX64.RSP, row.cfaRegister());
            assertEquals(expected[1] > 8, row.isSaved(DwarfX64.RBP));
            assertTrue(row.isSaved(DwarfX64.RETURN_ADDRESS));
        }
        assertEquals(-16, row.savedOffset(DwarfX64.RBP));
        assertFalse(row.isSaved(DwarfX64.RBX));
    }

    @Test
    void coldPartStartsAsTheBody() {
        UnwindRow row = new UnwindRow(CallFrameAbi.X86_64);
        row.seek(example(), 20);
        UnwindOps cold = new UnwindOps();
        row.recordInto(cold, 0);
        assertEquals(2, cold.size());
        row.seek(cold, 0);
        assertEquals(48, row.cfaOffset());
        assertEquals(-16, row.savedOffset(DwarfX64.RBP));
    }

    @Test
    void moves() {
        UnwindOps ops = example();
        ops.remap(offset -> offset > 20 ? offset - 6 : offset);
        assertEquals(5, ops.codeOffset(2));
        assertEquals(34, ops.codeOffset(3));
        assertEquals(40, ops.codeOffset(7));
        assertThrows(IllegalArgumentException.class, () -> ops.remap(offset -> 100 - offset));
    }

    @Test
    void refusesToGoBack() {
        UnwindOps ops = example();
        assertThrows(IllegalArgumentException.class, () -> ops.rememberState(45));
        ops.reset();
        ops.rememberState(45);
        assertEquals(1, ops.size());
    }

    @Test
    void registerNumbers() {
        int[] rsp = {DwarfX64.RAX, DwarfX64.RCX, DwarfX64.RDX, DwarfX64.RBX, DwarfX64.RSP};
        for (int encoding = 0; encoding < rsp.length; encoding++) {
            assertEquals(rsp[encoding], DwarfX64.gpr(encoding));
        }
        assertEquals(DwarfX64.RBP, DwarfX64.gpr(5));
        assertEquals(DwarfX64.RSI, DwarfX64.gpr(6));
        assertEquals(DwarfX64.RDI, DwarfX64.gpr(7));
        for (int encoding = 8; encoding < 16; encoding++) {
            assertEquals(encoding, DwarfX64.gpr(encoding));
        }
    }
}
