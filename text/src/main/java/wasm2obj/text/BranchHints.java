package wasm2obj.text;

import java.util.Arrays;

/** The branch hints of a module, for printing: in the order of the code, each asked for once. */
final class BranchHints {
    private int[] functions = new int[16];
    private int[] offsets = new int[16];
    private byte[] values = new byte[16];
    private int count;
    private int next;

    private BranchHints() {}

    static BranchHints none() {
        return new BranchHints();
    }

    /** The hints in the section whose contents are in the range; null if they are not as this package would write them. */
    static BranchHints read(byte[] module, int start, int end) {
        BranchHints hints = new BranchHints();
        BinaryReader in = new BinaryReader(module, start, end);
        try {
            int functionCount = in.u32();
            for (int i = 0; i != functionCount; i++) {
                int function = in.u32();
                int hintCount = in.u32();
                for (int j = 0; j != hintCount; j++) {
                    int offset = in.u32();
                    int size = in.u32();
                    int value = in.u8();
                    if (size != 1 || value > 1 || !hints.add(function, offset, value)) {
                        return null;
                    }
                }
            }
        } catch (WatException e) {
            return null;
        }
        return in.atEnd() ? hints : null;
    }

    private boolean add(int function, int offset, int value) {
        boolean ascending =
                count == 0
                        || function > functions[count - 1]
                        || function == functions[count - 1] && offset > offsets[count - 1];
        if (!ascending || function < 0 || offset < 0) {
            return false;
        }
        if (count == functions.length) {
            functions = Arrays.copyOf(functions, 2 * count);
            offsets = Arrays.copyOf(offsets, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
        }
        functions[count] = function;
        offsets[count] = offset;
        values[count++] = (byte) value;
        return true;
    }

    /** The hint for an instruction, or -1. Only branches of two ways have one. */
    int at(int function, int offset, int opcode) {
        boolean here = next < count && functions[next] == function && offsets[next] == offset;
        if (!here || opcode != Instructions.IF && opcode != Instructions.BR_IF) {
            return -1;
        }
        return values[next++];
    }

    /** Whether each hint has been found at its instruction. */
    boolean isUsedUp() {
        return next == count;
    }
}
