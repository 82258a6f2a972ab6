package wasm2obj.unwind;

/**
 * Apple's compact unwind encodings (mach-o/compact_unwind_encoding.h): a function's frame in 32
 * bits.
 *
 * <p>An encoding has one statement for the whole function: the CFA by the stack or frame pointer,
 * and which registers lie below. What {@link UnwindOps} record holds at every instruction, so an
 * encoding is used only where it does, too; every other function gets the one that refers to DWARF.
 */
public final class CompactEncoding {

    private static final int X64_RBP_FRAME = 0x0100_0000;
    private static final int X64_STACK_IMMEDIATE = 0x0200_0000;
    private static final int X64_DWARF = 0x0400_0000;
    private static final int X64_SIZE_SHIFT = 16;
    private static final int X64_COUNT_SHIFT = 10;

    /** The largest number of words that an x86-64 encoding has room for. */
    private static final int X64_MOST_WORDS = 255;

    /** Slots below a frame record that an encoding can tell of. */
    private static final int X64_FRAME_SLOTS = 5;

    /** Numbers of rbx, r12 to r15 and rbp in encodings are their places here, from 1. */
    private static final int[] X64_SAVED = {DwarfX64.RBX, 12, 13, 14, 15, DwarfX64.RBP};

    private static final int ARM64_FRAMELESS = 0x0200_0000;
    private static final int ARM64_DWARF = 0x0300_0000;
    private static final int ARM64_FRAME = 0x0400_0000;
    private static final int ARM64_SIZE_SHIFT = 12;
    private static final int ARM64_MOST_UNITS = 0xfff;

    /** Pairs in the order of their places: x19 to x28, from bit 0, then d8 to d15, from bit 8. */
    private static final int ARM64_INTEGER_PAIRS = 5;

    private static final int ARM64_PAIRS = 9;
    private static final int ARM64_FLOAT_BIT = 8;

    private static final int RECORD_SIZE = 16;
    private static final int NONE = 0;

    private final CallFrameAbi abi;
    private final UnwindRow row;
    private final int[] slots = new int[X64_SAVED.length];

    /** Encodings for functions of {@code abi}. */
    public CompactEncoding(CallFrameAbi abi) {
        this.abi = abi;
        row = new UnwindRow(abi);
    }

    private boolean isX64() {
        return abi.returnAddressOnStack();
    }

    /** The encoding that refers to the function's DWARF. */
    public int dwarf() {
        return isX64() ? X64_DWARF : ARM64_DWARF;
    }

    /** The encoding that holds at every one of the {@code length} bytes of code, or {@link #dwarf}. */
    public int encode(UnwindOps ops, int length) {
        row.enter();
        int encoding = NONE;
        for (int i = 0; i <= ops.size(); i++) {
            int from = i == 0 ? 0 : ops.codeOffset(i - 1);
            int end = i == ops.size() ? length : ops.codeOffset(i);
            if (from < Math.min(end, length)) {
                int here = encodeRow();
                if (here == dwarf() || encoding != NONE && here != encoding) {
                    return dwarf();
                }
                encoding = here;
            }
            if (i < ops.size()) {
                row.apply(ops, i);
            }
        }
        return encoding == NONE ? dwarf() : encoding;
    }

    private int encodeRow() {
        // No encoding says that a callee takes arguments away, or signs what it returns to.
        if (row.stackPointer() != 0 || row.isSigned()) {
            return dwarf();
        }
        if (isX64()) {
            return row.cfaRegister() == DwarfX64.RBP ? x64Frame() : x64Frameless();
        }
        return row.cfaRegister() == DwarfAArch64.FP ? arm64Frame() : arm64Frameless();
    }

    // ---- x86-64 ----

    private int x64Frame() {
        if (row.cfaOffset() != RECORD_SIZE || !isAt(DwarfX64.RBP, -RECORD_SIZE)) {
            return X64_DWARF;
        }
        int deepest = RECORD_SIZE;
        for (int register = 0; register < DwarfX64.RETURN_ADDRESS; register++) {
            if (register != DwarfX64.RBP && row.isSaved(register)) {
                deepest = Math.max(deepest, -row.savedOffset(register));
            }
        }
        int words = (deepest - RECORD_SIZE) / 8;
        if (words > X64_MOST_WORDS) {
            return X64_DWARF;
        }
        int encoding = X64_RBP_FRAME | words << X64_SIZE_SHIFT;
        for (int register = 0; register < DwarfX64.RETURN_ADDRESS; register++) {
            if (register == DwarfX64.RBP || !row.isSaved(register)) {
                continue;
            }
            int slot = (row.savedOffset(register) + deepest) / 8;
            int number = x64Number(register);
            if (number == NONE || slot >= X64_FRAME_SLOTS) {
                return X64_DWARF;
            }
            encoding |= number << 3 * slot;
        }
        return encoding;
    }

    /** Saved registers lie without gaps below the return address. */
    private int x64Frameless() {
        int words = row.cfaOffset() / 8;
        if (row.cfaRegister() != DwarfX64.RSP || words < 1 || words > X64_MOST_WORDS) {
            return X64_DWARF;
        }
        int count = 0;
        for (int register = 0; register < DwarfX64.RETURN_ADDRESS; register++) {
            count += row.isSaved(register) ? 1 : 0;
        }
        for (int i = 0; i < count; i++) {
            slots[i] = x64RegisterAt(-RECORD_SIZE - 8 * (count - 1 - i));
            if (slots[i] == NONE) {
                return X64_DWARF;
            }
        }
        return X64_STACK_IMMEDIATE
                | words << X64_SIZE_SHIFT
                | count << X64_COUNT_SHIFT
                | permutation(count);
    }

    private int x64RegisterAt(int offset) {
        for (int number = 1; number <= X64_SAVED.length; number++) {
            if (isAt(X64_SAVED[number - 1], offset)) {
                return number;
            }
        }
        return NONE;
    }

    private static int x64Number(int register) {
        for (int number = 1; number < X64_SAVED.length; number++) {
            if (X64_SAVED[number - 1] == register) {
                return number;
            }
        }
        return NONE;
    }

    /**
     * Which of the orders that {@code count} of six registers can have: a number in a mixed radix,
     * a digit for each register, which is its place among those that are left. With all six there
     * is nothing to say of the last one.
     */
    private int permutation(int count) {
        int result = 0;
        int digits = Math.min(count, X64_SAVED.length - 1);
        for (int i = 0; i < digits; i++) {
            int digit = slots[i] - 1;
            for (int j = 0; j < i; j++) {
                digit -= slots[j] < slots[i] ? 1 : 0;
            }
            result = result * (X64_SAVED.length - i) + digit;
        }
        return result;
    }

    // ---- AArch64 ----

    /** The registers of a pair lie in descending order below the frame record, the pairs that are there without gaps. */
    private int arm64Frame() {
        if (row.cfaOffset() != RECORD_SIZE
                || !isAt(DwarfAArch64.FP, -16)
                || !isAt(DwarfAArch64.LR, -8)) {
            return ARM64_DWARF;
        }
        int encoding = ARM64_FRAME;
        int place = -RECORD_SIZE;
        int saved = 2;
        for (int pair = 0; pair < ARM64_PAIRS; pair++) {
            int first = arm64First(pair);
            if (isAt(first, place - 8) && isAt(first + 1, place - 16)) {
                encoding |=
                        1
                                << (pair < ARM64_INTEGER_PAIRS
                                        ? pair
                                        : ARM64_FLOAT_BIT + pair - ARM64_INTEGER_PAIRS);
                place -= 16;
                saved += 2;
            }
        }
        return saved == row.savedCount() ? encoding : ARM64_DWARF;
    }

    private static int arm64First(int pair) {
        return pair < ARM64_INTEGER_PAIRS
                ? DwarfAArch64.x(19 + 2 * pair)
                : DwarfAArch64.v(8 + 2 * (pair - ARM64_INTEGER_PAIRS));
    }

    private int arm64Frameless() {
        int units = row.cfaOffset() / 16;
        boolean isPlain =
                row.cfaRegister() == DwarfAArch64.SP
                        && row.cfaOffset() == 16 * units
                        && units >= 0
                        && units <= ARM64_MOST_UNITS
                        && row.savedCount() == 0;
        return isPlain ? ARM64_FRAMELESS | units << ARM64_SIZE_SHIFT : ARM64_DWARF;
    }

    private boolean isAt(int register, int offset) {
        return row.isSaved(register) && row.savedOffset(register) == offset;
    }
}
