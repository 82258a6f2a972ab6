package wasm2obj.frontend;

/**
 * Steps over the instructions of a body and shows the few that somebody asked for, without decoding the others.
 *
 * <p>The bytes have not been validated. Where they make no sense, the scan stops and says so; the translator, which
 * decodes the same instructions by the same table, will report what is wrong. So whatever a scan finds out about a body
 * is complete, or will never be used.
 */
abstract class InstructionScanner {
    private final byte[] bytes;
    private int position;
    private int end;

    InstructionScanner(byte[] bytes) {
        this.bytes = bytes;
    }

    /** An instruction that {@link #isWanted}, with its first immediate; 0 if it has none. */
    abstract void visit(int opcode, int immediate);

    /** An instruction with the prefix 0xfc that has immediates: the first two of them. */
    abstract void visitMisc(int opcode, int first, int second);

    /** An instruction on objects. */
    void visitObject() {}

    /** For each opcode of one byte whether {@link #visit} is called. */
    abstract boolean[] isWanted();

    /** Whether to go on. */
    abstract boolean more();

    /** Scans a function's body, the declarations of its locals first, as {@link #scan} does. */
    final boolean scanBody(int from, int to) {
        position = from;
        end = to;
        for (int left = skipCount(); left != 0 && position < end; left--) {
            skipInteger();
            skipType();
        }
        return scanInstructions();
    }

    /** Scans the range until its end, {@link #more} says no, or nonsense; gives whether it ended well. */
    final boolean scan(int from, int to) {
        position = from;
        end = to;
        return scanInstructions();
    }

    private boolean scanInstructions() {
        boolean[] wanted = isWanted();
        while (more()) {
            if (position >= end) {
                return position == end;
            }
            int opcode = bytes[position++] & 0xff;
            char shape = Instructions.immediates(opcode);
            if (shape == Instructions.NONE) {
                if (wanted[opcode]) {
                    visit(opcode, 0);
                }
            } else if (shape == 'i') {
                int start = position;
                skipInteger();
                if (wanted[opcode]) {
                    visit(opcode, integerAt(start));
                }
            } else if (shape == 'p') {
                scanPrefixed(opcode);
            } else {
                int start = position;
                skip(shape);
                if (wanted[opcode]) {
                    visit(opcode, shape == 'd' ? integerAt(start) : 0);
                }
            }
        }
        return true;
    }

    private void scanPrefixed(int prefix) {
        int start = position;
        skipInteger();
        int opcode = integerAt(start);
        char shape = Instructions.immediates(prefix, opcode);
        if (prefix == Instructions.PREFIX_GC) {
            visitObject();
        }
        if (prefix != Instructions.PREFIX_MISC || shape == Instructions.NONE) {
            skip(shape);
            return;
        }
        int first = position;
        skip(shape);
        if (position > end) {
            return;
        }
        int second = first;
        while (second < position && bytes[second++] < 0) {}
        visitMisc(opcode, integerAt(first), shape == 'd' ? integerAt(second) : 0);
    }

    private void skip(char shape) {
        switch (shape) {
            case Instructions.NONE -> {}
            case 'i' -> skipInteger();
            case 'd' -> {
                skipInteger();
                skipInteger();
            }
            case 'm' -> skipMemoryArgument();
            case 'l' -> {
                skipMemoryArgument();
                skipBytes(1);
            }
            case '1' -> skipBytes(1);
            case '4' -> skipBytes(4);
            case '8' -> skipBytes(8);
            case 'x' -> skipBytes(16);
            case 'b' -> skipType();
            case 's' -> skipTypes();
            case 't' -> skipLabels();
            case 'c' -> skipCatches();
            case 'r' -> {
                skipBytes(1);
                skipInteger();
                skipInteger();
                skipInteger();
            }
            default -> fail();
        }
    }

    /** Makes the scan end badly. */
    private void fail() {
        position = Integer.MAX_VALUE;
    }

    private void skipBytes(int count) {
        if (count < 0 || position >= end || count > end - position) {
            fail();
        } else {
            position += count;
        }
    }

    /** Steps over an LEB128 of any width. */
    private void skipInteger() {
        int at = position;
        while (at < end && bytes[at] < 0) {
            at++;
        }
        if (at < end) {
            position = at + 1;
        } else {
            fail();
        }
    }

    /** The LEB128 at an offset inside of the range, as far as it fits into an int. */
    private int integerAt(int at) {
        if (position > end) {
            return 0;
        }
        int first = bytes[at];
        return first >= 0 ? first : longIntegerAt(at);
    }

    private int longIntegerAt(int start) {
        int value = 0;
        int at = start;
        for (int shift = 0; at < position; shift += 7) {
            int b = bytes[at++];
            if (shift < 32) {
                value |= (b & 0x7f) << shift;
            }
            if (b >= 0) {
                break;
            }
        }
        return value;
    }

    private void skipMemoryArgument() {
        int start = position;
        skipInteger();
        if ((integerAt(start) & 0x40) != 0) {
            skipInteger();
        }
        skipInteger();
    }

    /** A value type or a block type: one LEB128, and one more if it is a typed reference. */
    private void skipType() {
        boolean typed = position < end && (bytes[position] == 0x63 || bytes[position] == 0x64);
        skipInteger();
        if (typed) {
            skipInteger();
        }
    }

    private int skipCount() {
        int start = position;
        skipInteger();
        return integerAt(start);
    }

    private void skipTypes() {
        for (int left = skipCount(); left != 0 && position < end; left--) {
            skipType();
        }
    }

    private void skipLabels() {
        for (int left = skipCount(); left != 0 && position < end; left--) {
            skipInteger();
        }
        skipInteger();
    }

    private void skipCatches() {
        skipType();
        for (int left = skipCount(); left != 0 && position < end; left--) {
            int kind = bytes[position++];
            if (kind == 0 || kind == 1) {
                skipInteger();
            }
            skipInteger();
        }
    }
}
